"""Normalise a command: what a line would really run, once wrappers, variables and containers are taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.read.shell_syntax import ASSIGNMENT, Simple, Word
from scanner.read.shell_tools import SHORT_FORMS, TOOLS, VALUE_OPTIONS, VISIBLE, WRAPPERS

_VARIABLE = re.compile(r"\$\{?(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?:\[[@*0-9]\])?(?::?[-=]([^{}]*))?\}?|%([A-Za-z_][A-Za-z0-9_]*)%")
_LOOKUP = re.compile(r"(?:\$\(|`)(?:which|command -v|type -[pP]|where) ([A-Za-z0-9_./-]+)[^()`]*[)`]")
_SUFFIX = re.compile(r"_(?:bin|cmd|exe|path|binary)$")
_PROGRAM = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./+@-]*|/[A-Za-z0-9_./+@-]+")
_DECLARING = frozenset({"export", "local", "readonly", "declare", "typeset"})
_MAX_EXPANSIONS = 6


@dataclass(frozen=True, slots=True)
class Command:
    """A normalised command: its words, the visible variables set for it, and the bare name of its program."""

    tool: str
    words: tuple[Word, ...]
    env: Mapping[str, str]

    @property
    def start(self) -> int:
        """Where its first word starts."""
        return self.words[0].start

    def data(self) -> dict[str, Any]:
        """The command as plain data: `tool`, `line`, `plain`, `args`, `words`, `env`."""
        arguments = [word.text for word in self.words[1:]]
        return {
            "tool": self.tool,
            "line": " ".join(" ".join([self.tool, *arguments]).split()),
            "plain": " ".join(" ".join([self.tool, *_without_options(self.tool, arguments)]).split()),
            "args": arguments,
            "words": [word.text for word in self.words],
            "env": dict(self.env),
        }


@dataclass(slots=True)
class Names:
    """Variables and aliases of one file that may stand for a program."""

    values: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)

    def learn(self, commands: Iterable[Simple]) -> None:
        """Take over what these commands assign; the first value of a name stays."""
        for command in commands:
            declaring = command.words and command.words[0].text in _DECLARING
            for word in (*command.assignments, *(command.words[1:] if declaring else ())):
                match = ASSIGNMENT.match(word.text)
                if match:
                    self._assign(self.values, match[1], word.text[match.end() :])
            if command.words and command.words[0].text == "alias":
                for word in command.words[1:]:
                    name, _, value = word.text.partition("=")
                    self._assign(self.aliases, name, value)
            for name, words in command.arrays:
                if words and _is_program(words[0].text):
                    self.values.setdefault(name, [word.text for word in words])

    @staticmethod
    def _assign(table: dict[str, list[str]], name: str, value: str) -> None:
        itself = _VARIABLE.fullmatch(value[:300])
        if itself and itself[1] == name:
            value = itself[2] or ""  # NAME=${NAME:-default}
        lookup = _LOOKUP.fullmatch(value[:300])
        words = [lookup[1]] if lookup else value[:2000].split()
        if words and _is_program(words[0]):
            table.setdefault(name, words)


def _is_program(text: str) -> bool:
    return len(text) <= 300 and bool(_PROGRAM.fullmatch(text) or _VARIABLE.fullmatch(text))


def tool_name(text: str) -> str:
    """The bare name of a program: without folder, and without the extension of a Windows executable."""
    name = re.split(r"[/\\]", text[-300:])[-1] or text
    for extension in (".exe", ".cmd", ".bat"):
        if name.lower().endswith(extension):
            return name[: -len(extension)].lower()
    return name


def package_name(text: str) -> str:
    """The program of a package such as `aws-cdk@2.1`, `@scope/tool@1` or `example.com/cmd/tool@latest`."""
    name = tool_name(text)
    return name[: name.find("@", 1)] if "@" in name[1:] else name


def renamed(word: Word, text: str) -> Word:
    """A word of another text at the place of `word`."""
    return Word(text, word.start, word.end)


def expand(words: tuple[Word, ...], names: Names) -> tuple[Word, ...]:
    """`words` with a variable or an alias in command position replaced by what it stands for, as far as that is known."""
    for _ in range(_MAX_EXPANSIONS):
        if not words:
            return words
        values = _expansion(words, names)
        if values is None:
            return words
        words = (*(renamed(words[0], value) for value in values), *words[1:])
        if values and not values[0].startswith(("$", "%")):
            return words
    return words


def _expansion(words: tuple[Word, ...], names: Names) -> list[str] | None:
    first = words[0].text
    if first in names.aliases and not words[0].quoted:
        return names.aliases[first]
    lookup = _LOOKUP.fullmatch(first) if first.startswith(("$(", "`")) and len(first) <= 200 else None
    if lookup:
        return [lookup[1]]
    match = _VARIABLE.fullmatch(first) if len(first) <= 200 else None
    if match is None:
        return None
    name, default = match[1] or match[3], match[2]
    if name in names.values:
        return names.values[name]
    if default and _is_program(default.split()[0] if default.split() else ""):
        return default.split()
    bare = _SUFFIX.sub("", name.lower()).strip("_").replace("_", "-")
    bare = SHORT_FORMS.get(bare, bare)
    if bare in TOOLS or bare in WRAPPERS:
        return [bare]
    if len(words) > 1 and tool_name(words[1].text) in TOOLS:
        return []  # a prefix such as $DRY_RUN or $SUDO_CMD: the program follows
    return [bare] if bare else None


def environment(words: Iterable[Word]) -> dict[str, str]:
    """The assignments among `words` that say where a command acts."""
    found: dict[str, str] = {}
    for word in words:
        match = ASSIGNMENT.match(word.text)
        if match and match[1] in VISIBLE:
            found[match[1]] = word.text[match.end() :]
    return found


def _without_options(tool: str, arguments: list[str]) -> list[str]:
    """The arguments that are no options, nor values of the tool's known global options."""
    values = VALUE_OPTIONS.get(tool, frozenset())
    plain: list[str] = []
    value_follows = False
    for argument in arguments:
        if value_follows:
            value_follows = False
        elif argument.startswith("-"):
            value_follows = argument in values
        elif argument:
            plain.append(argument)
    return plain
