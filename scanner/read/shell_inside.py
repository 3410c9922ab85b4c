"""What stands inside shell words: quotes, expansions, substitutions, arithmetic; and the stack of open constructs."""

from __future__ import annotations

import re

from scanner.read.shell_syntax import Builder, Frame, Lexed

MAX_RETRIES = 8
_MAX_RAW = 200
"""The text of a substitution inside a word is kept up to this length, so that deep nesting stays linear."""

_QUOTED_RUN = re.compile(r"[^\"\\`${]+")
_PARAMETER_RUN = re.compile(r"[^\"'\\`$}]+")
_SUM_RUN = re.compile(r"(?:[^()`$\\]|\\.)+", re.DOTALL)
_ANSI_STOP = re.compile(r"['\\]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
NAMES = {
    '"': "double quote",
    "'": "single quote",
    "${": "parameter expansion",
    "((": "arithmetic expression",
    "[[": "test",
    "array": "array",
}
"""What the user reads of a construct that never closes and so hides what follows."""


class Inside:
    """The state of a reading, and the steps for each character of a word."""

    def __init__(self, text: str, *, body: bool = False) -> None:
        self.text = text
        self.at = 0
        self.word = Builder()
        self.frames = [Frame('"' if body else "", 0, self.word)]
        self.out = Lexed()
        self.subshells: set[int] = set()
        self.backticks = 0
        self.retries = 0

    def _end_command(self, operator: str) -> None:
        """Finish the command that is open in the innermost construct."""
        raise NotImplementedError

    def _push(self, kind: str, start: int, length: int) -> None:
        self.frames.append(Frame(kind, start, self.word))
        if kind != '"':
            self.word = Builder()
        self.at = start + length

    def _pop(self, *, raw: bool) -> None:
        """Leave the innermost construct, which ends at `at`; with `raw`, its source becomes part of the word around it."""
        frame = self.frames.pop()
        self.word = frame.outer
        if raw:
            length = self.at - frame.start
            text = self.text[frame.start : self.at] if length <= _MAX_RAW else self.text[frame.start : frame.start + 2] + "…"
            self.word.add(text, frame.start)
            if length > _MAX_RAW:
                self.word.expected = -1

    def _in_word(self, char: str) -> None:
        text, at = self.text, self.at
        if char == "\\":
            if text.startswith(("\n", "\r\n"), at + 1):
                self.at += 2 if text[at + 1] == "\n" else 3
                return
            self.word.begin(at)
            self.word.add(text[at + 1 : at + 2], at + 1)
            self.at += 2
        elif char == "'":
            self._single(at + 1)
        elif char == '"':
            self.word.touch(at)
            self._push('"', at, 1)
        elif char == "{":
            self._template("{{", "}}")
        elif char == "$" and text.startswith("$'", at):
            self._ansi()
        elif char == "$" and text.startswith('$"', at):
            self.word.touch(at)
            self._push('"', at, 2)
        else:
            self._expansion(char)

    def _single(self, start: int) -> None:
        end = self.text.find("'", start)
        if end < 0:
            self.word.touch(start - 1)
            self.frames.append(Frame("'", start - 1, self.word))
            self.at = len(self.text)
            return
        self.word.touch(start - 1)
        self.word.add(self.text[start:end], start)
        self.at = end + 1

    def _ansi(self) -> None:
        """A `$'…'` string with its escapes."""
        self.word.touch(self.at)
        here = self.at + 2
        while here < len(self.text) and self.text[here] != "'":
            match = _ANSI_STOP.search(self.text, here)
            if match is None:
                break
            stop = match.start()
            self.word.add(self.text[here:stop], here)
            here = stop
            if self.text[stop] == "\\":
                after = self.text[stop + 1 : stop + 2]
                self.word.add(_ESCAPES.get(after, after), stop)
                self.word.expected = -1
                here = stop + 2
        if self.text[here : here + 1] == "'":
            self.at = here + 1
        else:
            self.frames.append(Frame("'", self.at, self.word))
            self.at = len(self.text)

    def _template(self, opener: str, closer: str) -> None:
        """A mark of a text template stands as it is: what is inside is not shell."""
        text, at = self.text, self.at
        end = text.find(closer, at, at + 500) if text.startswith(opener, at) else -1
        end = end + len(closer) if end >= 0 and "\n" not in text[at:end] else at + 1
        self.word.add(text[at:end], at)
        self.at = end

    def _expansion(self, char: str) -> None:
        text, at = self.text, self.at
        if char == "`":
            if self.backticks:
                self._close_backtick()
            else:
                self.backticks += 1
                self._push("`", at, 1)
        elif text.startswith("$((", at) and at not in self.subshells:
            self._push("((", at, 3)
            self.frames[-1].depth = 1
        elif text.startswith("$(", at):
            self._push("$(", at, 2)
        elif text.startswith("${{", at):
            self._template("${{", "}}")
        elif text.startswith("${", at):
            self._push("${", at, 2)
        else:
            self.word.add(char, at)
            self.at += 1

    def _close_backtick(self) -> None:
        while self.frames[-1].kind != "`":
            if self.frames[-1].kind in {"$(", "("}:
                self._end_command("")
            self._pop(raw=False)
        self._end_command("")
        self.at += 1
        self.backticks -= 1
        self._pop(raw=True)

    def _quoted(self) -> None:
        """Inside double quotes."""
        text, at = self.text, self.at
        run = _QUOTED_RUN.match(text, at)
        if run:
            self.word.add(run[0], at)
            self.at = run.end()
            return
        char = text[at]
        if char == '"' and len(self.frames) > 1:
            self.at += 1
            self.frames.pop()
        elif char == "\\":
            after = text[at + 1 : at + 2]
            if after in {"$", "`", '"', "\\"}:
                self.word.add(after, at + 1)
            elif after != "\n":
                self.word.add(text[at : at + 2], at)
            self.at += 2
        elif char == "{":
            self._template("{{", "}}")
        elif char == '"':
            self.at += 1
        else:
            self._expansion(char)

    def _parameter(self) -> None:
        """Inside `${…}`."""
        run = _PARAMETER_RUN.match(self.text, self.at)
        if run:
            self.at = run.end()
            return
        char = self.text[self.at]
        if char == "}":
            self.at += 1
            self._pop(raw=True)
        elif char == "\\":
            self.at += 2
        elif char == "'":
            quoted = len(self.frames) > 1 and self.frames[-2].kind == '"'
            end = -1 if quoted else self.text.find("'", self.at + 1)
            self.at = self.at + 1 if end < 0 else end + 1
        elif char == '"':
            self._push('"', self.at, 1)
        else:
            self._expansion(char)

    def _sum(self) -> None:
        """Inside `((…))`, or inside the parentheses of a pattern, where parentheses only have to match."""
        run = _SUM_RUN.match(self.text, self.at)
        if run:
            self.at = run.end()
            return
        frame, char = self.frames[-1], self.text[self.at]
        if char == "(":
            frame.depth += 1
            self.at += 1
        elif char == ")":
            self.at += 1
            if frame.depth > 1 or (frame.depth == 1 and not self._is_sum(frame)):
                frame.depth -= 1
            elif frame.depth == 1:
                if self.text.startswith(")", self.at):
                    self.at += 1
                    self._pop(raw=self.text[frame.start] == "$")
                else:
                    self._again_as_subshell(frame)
            else:
                self._pop(raw=True)
        else:
            self._expansion(char)

    def _is_sum(self, frame: Frame) -> bool:
        return not frame.pattern and self.text.startswith(("((", "$(("), frame.start)

    def _again_as_subshell(self, frame: Frame) -> None:
        """What began like a sum is a subshell within a subshell: read it again as such."""
        self.retries += 1
        if self.retries > MAX_RETRIES:
            self.out.unclosed.append((frame.start, NAMES["(("]))
            self._pop(raw=False)
            return
        self.subshells.add(frame.start)
        self._pop(raw=False)
        self.at = frame.start
