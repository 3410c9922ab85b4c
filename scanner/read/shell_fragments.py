"""Code that a shell text holds for something else: here-documents, here-strings, long quoted arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scanner.model import Fragment
from scanner.read.positions import Lines
from scanner.read.shell_syntax import Redirect, Simple, Word, strip_tabs
from scanner.read.shell_tools import INTERPRETERS, SHELLS
from scanner.read.shell_unwrap import Unwrapped

Place = Callable[[int], int]
"""Turns an offset of the lexed text into one of the host."""

RunOf = Callable[[Simple], Unwrapped]

_WRITES = frozenset({">", ">>", ">|", "&>", "&>>", "<>"})
_FILTERS = frozenset({"cat", "tee", "sed", "envsubst", "tr", "base64", "gzip", "echo", "printf", "print", "awk", "grep", "jq", "yq"})
_WRITERS = frozenset({"out-file", "set-content", "add-content"})
_SPEAKERS = frozenset({"echo", "printf", "print", "Write-Output"})
_OWN_LANGUAGE = frozenset({"awk", "gawk", "mawk", "sed", "jq", "yq", "grep", "egrep", "perl", "test", "[", "git", "expr", "find", *SHELLS})
_REMOTE_FILE = re.compile(r"(?:cat|tee(?: -a)?) *>{0,2} *([^ \n|;&<>]{1,300})")
_BACKSLASHED = re.compile(r"\\([\\nt\"])")
_UNQUOTED_ESCAPE = re.compile(r"\\([$`\\])")
_MAX_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Held:
    """Finds the fragments of one text: `text` is what was lexed, `lines` those of the file, `place` leads from the one to the other.

    `run_of` says what a command of the text runs.
    """

    text: str
    lines: Lines
    place: Place
    run_of: RunOf

    def by(self, command: Simple) -> Iterator[Fragment]:
        """The fragments of one command.

        A here-document that a shell reads is shell; one that is written to a file bears its name; otherwise the content has to tell.
        """
        chain = _chain(command)
        name = _file_of(chain, self.run_of)
        format_id = _format(chain, name, self.run_of)
        for redirect in command.redirects:
            if redirect.body is not None and redirect.body[0] < redirect.body[1]:
                yield self._document(redirect, format_id, name)
            elif redirect.operator == "<<<" and redirect.target is not None and _is_code(redirect.target.text):
                yield self._string(redirect.target, redirect.target.text, format_id, name)
        run = self.run_of(command)
        tool = run.commands[-1].tool if run.commands else ""
        if tool in _OWN_LANGUAGE:
            return
        receives = name is not None or any(_reader(link, self.run_of) not in {"", tool} for link in chain[1:])
        bodies = {word.start for word, _dialect in run.bodies}
        for word in command.words[1:]:
            if not word.quoted or word.start in bodies:
                continue
            if tool not in _SPEAKERS:
                if _is_code(word.text):
                    yield self._string(word, word.text, INTERPRETERS.get(tool), None)
            elif receives:
                content = _BACKSLASHED.sub(_unescape, word.text) if "\\n" in word.text else word.text
                if _is_code(content):
                    yield self._string(word, content, format_id, name)

    def _document(self, redirect: Redirect, format_id: str | None, name: str | None) -> Fragment:
        start, end = redirect.body or (0, 0)
        body = self.text[start:end]
        body, indent = strip_tabs(body) if redirect.strip else (body, 0)
        if not redirect.literal:
            body = _UNQUOTED_ESCAPE.sub(r"\1", body)
        line, column = self.lines.place(self.place(start))
        return Fragment(body, line, column + indent, indent=indent, format=format_id, name=name, carrier="shell")

    def _string(self, word: Word, content: str, format_id: str | None, name: str | None) -> Fragment:
        line, column = self.lines.place(self.place(word.source(0)))
        last, _column = self.lines.place(self.place(max(word.end - 1, word.start)))
        folded = content.count("\n") != last - line
        return Fragment(content, line, column, folded=folded, format=format_id, name=name, carrier="shell")


def _chain(command: Simple) -> list[Simple]:
    """The command and those behind it in its pipeline."""
    chain = [command]
    while chain[-1].operator in {"|", "|&"} and chain[-1].follower is not None and len(chain) < _MAX_CHAIN:
        chain.append(chain[-1].follower)
    return chain


def _is_code(content: str) -> bool:
    """Whether a quoted string is long enough to hold a document: several lines, or one JSON value."""
    head = content.lstrip()[:1]
    return content.strip().count("\n") >= 1 or (head in {"{", "["} and len(content) > 12 and ":" in content)


def _unescape(match: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t"}.get(match[1], match[1])


def _reader(command: Simple, tools_of: RunOf) -> str:
    run = tools_of(command)
    return run.commands[-1].tool if run.commands else ""


def _file_of(chain: Sequence[Simple], tools_of: RunOf) -> str | None:
    """The name of the file to which a pipeline writes."""
    for command in chain:
        for redirect in command.redirects:
            target = redirect.target.text if redirect.target is not None and redirect.operator in _WRITES else ""
            if target and not target.startswith(("/dev/", "&")):
                return _name(target)
        for run in tools_of(command).commands:
            if run.tool == "tee":
                for word in run.words[1:]:
                    if not word.text.startswith(("-", "/dev/")):
                        return _name(word.text)
            elif run.tool.lower() in _WRITERS:
                for word in run.words[1:]:
                    if not word.text.startswith("-"):
                        return _name(word.text)
            elif run.tool == "ssh" and "\n" not in run.words[-1].text:
                match = _REMOTE_FILE.search(run.words[-1].text[:1000])
                if match:
                    return _name(match[1])
    return None


def _name(target: str) -> str | None:
    """The part of a file name that is known: what stands behind the last variable's folder."""
    if "$" in target or "`" in target:
        target = target.rpartition("/")[2]
    return None if not target or "$" in target or "`" in target else target[-300:]


def _format(chain: Sequence[Simple], name: str | None, tools_of: RunOf) -> str | None:
    """The format of what a pipeline reads, if its reader says so."""
    if name is not None:
        return None
    for command in chain:
        run = tools_of(command)
        if not run.commands:
            continue
        reader = run.commands[-1]
        if reader.tool in SHELLS and not any(word.text[:1] not in {"-", "+"} for word in _until_dashes(reader.words[1:])):
            return "shell"
        if reader.tool == "ssh" and not run.bodies:
            return "shell"
        if reader.tool in INTERPRETERS:
            return INTERPRETERS[reader.tool]
        if reader.tool not in _FILTERS:
            return None
    return None


def _until_dashes(words: Sequence[Word]) -> Sequence[Word]:
    """The words up to `-s` or `--`, behind which a shell's script from standard input has its arguments; options' values left out."""
    kept: list[Word] = []
    for index, word in enumerate(words[:50]):
        if word.text == "--" or (word.text.startswith("-") and "s" in word.text):
            break
        if not (index and words[index - 1].text.startswith(("-", "+")) and words[index - 1].text.lower().endswith("o")):
            kept.append(word)
    return kept
