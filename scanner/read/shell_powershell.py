"""Cut PowerShell text into simple commands, as far as programs and cmdlets are called in it (about_Parsing, about_Quoting_Rules)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scanner.read.shell_syntax import MOST_STEPS, Builder, Lexed, Redirect, Simple, Word, word_set

MAX_DEPTH = 400
"""Constructs nested deeper than this are not read; the reading says so."""

_RUN = re.compile(r"[^\s`'\"#<>|&;(){},@$]+")
_QUOTED_RUN = re.compile(r"[^\"`$]+")
_HERE = re.compile(r"@(['\"])[ \t]*\r?\n")
_OPERATOR = re.compile(r"&&|\|\||[&|;]")
_REDIRECT = re.compile(r"(?:[1-6*])?>>?(?:&[12])?")
_KEYWORDS = word_set(
    "if elseif else foreach for while do until switch try catch finally return throw param begin process end filter in . &"
)


@dataclass(slots=True)
class _Frame:
    """An open bracket or string, with the command and the word around it."""

    kind: str
    start: int
    word: Builder
    command: Simple = field(default_factory=Simple)
    previous: Simple | None = None
    called: bool = False
    assigned: Word | None = None
    redirect: Redirect | None = None
    skip: bool = False


class _Lexer:
    def __init__(self, text: str, most: int) -> None:
        self.text = text
        self.at = 0
        self.word = Builder()
        self.frames = [_Frame("", 0, self.word)]
        self.most = most
        self.out = Lexed()
        self.endless: set[str] = set()

    def run(self) -> Lexed:
        while self.at < len(self.text):
            if len(self.frames) > MAX_DEPTH or self.out.steps >= self.most:
                self.out.stop(self.at, deep=MAX_DEPTH if self.out.steps < self.most else 0)
                break
            self.out.steps += 1
            if self.frames[-1].kind == '"':
                self._quoted()
            else:
                self._command()
        lost = next((frame.start for frame in self.frames if frame.kind == '"'), None)
        if lost is not None:
            self.out.unclosed.append((lost, "double quote"))
        while self.frames:
            if self.frames[-1].kind != '"':
                self._end_command("")
            self.word = self.frames.pop().word
        return self.out

    def _push(self, kind: str, length: int) -> None:
        self.frames.append(_Frame(kind, self.at, self.word))
        if kind != '"':
            self.word = Builder()
        self.at += length

    def _end_word(self) -> None:
        if self.word.start < 0:
            return
        end = min(self.at, len(self.text))
        built, self.word = self.word, Builder()
        word = Word("".join(built.parts), built.start, end, built.quoted, tuple(built.marks))
        frame = self.frames[-1]
        words = frame.command.words
        frame.command.end = end
        if frame.redirect is not None:
            frame.redirect.target, frame.redirect = word, None
        elif frame.skip:
            frame.skip = False
        elif not words and not word.quoted and word.text.lower() in _KEYWORDS:
            frame.called = word.text in {".", "&"}
        elif not words and not word.quoted and word.text.lower() in {"function", "workflow", "class"}:
            frame.skip = True
        elif len(words) == 1 and word.text in {"=", "+="} and words[0].text.startswith(("$", "[")):
            frame.assigned = words.pop()
        else:
            words.append(word)

    def _end_command(self, operator: str) -> None:
        self._end_word()
        frame = self.frames[-1]
        command, frame.command = frame.command, Simple()
        called, frame.called = frame.called, False
        assigned, frame.assigned = frame.assigned, None
        frame.redirect = None
        if not command.words:
            return
        command.operator = operator
        first = command.words[0]
        if first.quoted and not called and assigned is not None and len(command.words) == 1:
            command.assignments = [Word(f"{assigned.text.lstrip('$')}={first.text}", assigned.start, first.end)]
            command.words = []
        elif first.quoted and not called:
            command.words.insert(0, Word("Write-Output", first.start, first.start))
        elif first.text.startswith(("$", "[")) and not called:
            frame.previous = None
            return
        if frame.previous is not None:
            frame.previous.follower = command
            command.piped = frame.previous.operator == "|"
        frame.previous = command
        self.out.commands.append(command)

    def _command(self) -> None:
        text, at = self.text, self.at
        run = _RUN.match(text, at)
        if run:
            self.word.add(run[0], at)
            self.at = run.end()
            return
        char = text[at]
        if char == "\n":
            self._end_command("\n")
            self.at += 1
        elif char.isspace() or char == ",":
            self._end_word()
            self.at += 1
        elif char == "#" or text.startswith("<#", at):
            self._comment(char)
        elif char in "({":
            self._end_word()
            self._push(char, 1)
        elif char in ")}":
            self._close()
        elif char == "@" and self.word.start < 0:
            self._at_sign()
        elif char in "&|;":
            self._operator()
        elif char in "<>":
            self._redirect()
        else:
            self._in_word(char)

    def _comment(self, char: str) -> None:
        if char == "#" and self.word.start >= 0:
            self.word.add("#", self.at)
            self.at += 1
            return
        end = self.text.find("\n" if char == "#" else "#>", self.at)
        if end < 0 and char != "#":
            self.out.unclosed.append((self.at, "block comment"))
        end = len(self.text) if end < 0 else end + (0 if char == "#" else 2)
        self.out.comments.append((self.at, end))
        self.at = end

    def _close(self) -> None:
        frame = self.frames[-1]
        if frame.kind == "@(":
            self._end_word()
            self.frames.pop()
            outer = self.frames[-1]
            outer.command.words.extend(frame.command.words)
            outer.command.end = self.at
        else:
            self._end_command("")
            if frame.kind:
                self.frames.pop()
                self.word = frame.word
                if frame.kind == "$(":
                    self.word.add("$(…)", frame.start)
                    self.word.expected = -1
        self.at += 1

    def _at_sign(self) -> None:
        here = _HERE.match(self.text, self.at)
        if here:
            end = -1 if here[1] in self.endless else self.text.find("\n" + here[1] + "@", here.end() - 1)
            if end < 0:
                if here[1] not in self.endless:
                    self.out.unclosed.append((self.at, "here-string"))
                self.endless.add(here[1])
                self.at = here.end()
                return
            self.word.touch(self.at)
            self.word.add(self.text[here.end() : end + 1], here.end())
            self.at = end + 3
        elif self.text.startswith("@(", self.at):
            self._push("@(", 2)
        elif self.text.startswith("@{", self.at):
            self._push("@{", 2)
        else:
            self.word.add("@", self.at)
            self.at += 1

    def _operator(self) -> None:
        match = _OPERATOR.match(self.text, self.at)
        operator = match[0] if match else self.text[self.at]
        frame = self.frames[-1]
        if operator == "&" and not frame.command.words and self.word.start < 0:
            frame.called = True
        else:
            self._end_command(operator)
        self.at += len(operator)

    def _redirect(self) -> None:
        match = _REDIRECT.match(self.text, self.at)
        built = "".join(self.word.parts) if self.word.size <= 2 else ""
        if built in {"*", "1", "2", "3", "4", "5", "6"}:
            self.word = Builder()
        self._end_word()
        self.at += len(match[0]) if match else 1
        if match and "&" not in match[0]:
            self.frames[-1].redirect = Redirect(">")
            self.frames[-1].command.redirects.append(self.frames[-1].redirect)

    def _in_word(self, char: str) -> None:
        text, at = self.text, self.at
        if char == "`":
            if text.startswith(("\n", "\r\n"), at + 1):
                self.at += 2 if text[at + 1] == "\n" else 3
                return
            self.word.begin(at)
            self.word.add(text[at + 1 : at + 2], at + 1)
            self.at += 2
        elif char == "'":
            self._single()
        elif char == '"':
            self.word.touch(at)
            self._push('"', 1)
        else:
            self._dollar()

    def _single(self) -> None:
        self.word.touch(self.at)
        here = self.at + 1
        while True:
            end = self.text.find("'", here)
            if end < 0:
                self.out.unclosed.append((self.at, "single quote"))
                self.at = len(self.text) if here > self.at + 1 else self.at + 1
                return
            self.word.add(self.text[here:end], here)
            here = end + 1
            if not self.text.startswith("'", here):
                self.at = here
                return
            self.word.add("'", end)
            here += 1

    def _dollar(self) -> None:
        if self.text.startswith("$(", self.at):
            self._push("$(", 2)
            return
        end = self.text.find("}", self.at, self.at + 200) if self.text.startswith("${", self.at) else -1
        end = end + 1 if end >= 0 else self.at + 1
        self.word.add(self.text[self.at : end], self.at)
        self.at = end

    def _quoted(self) -> None:
        text, at = self.text, self.at
        run = _QUOTED_RUN.match(text, at)
        if run:
            self.word.add(run[0], at)
            self.at = run.end()
        elif text.startswith('""', at):
            self.word.add('"', at + 1)
            self.at += 2
        elif text[at] == '"':
            self.frames.pop()
            self.at += 1
        elif text[at] == "`":
            self.word.add(text[at + 1 : at + 2], at + 1)
            self.at += 2
        else:
            self._dollar()


def lex(text: str, most: int = MOST_STEPS) -> Lexed:
    """The commands of a PowerShell text, of which `most` pieces are read.

    Expressions are left out, but a string that stands alone is one of `Write-Output`.
    """
    return _Lexer(text, most).run()
