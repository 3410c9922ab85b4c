"""Cut POSIX-like shell text into simple commands, words, redirections and here-documents, with offsets.

The grammar is that of the POSIX Shell Command Language (IEEE Std 1003.1, XCU 2) with the usual additions of bash, zsh and ksh. It is read
for what would run, not to run it: nothing is expanded. One pass with a stack of its own, so that neither depth nor length can exhaust it.
"""

from __future__ import annotations

import re

from scanner.read.shell_inside import MAX_RETRIES, NAMES, Inside
from scanner.read.shell_syntax import ASSIGNMENT, MOST_STEPS, Builder, Frame, Lexed, Redirect, Simple, Word, word_set

MAX_DEPTH = 400
"""Constructs nested deeper than this are not read; the reading says so."""

_RUN = re.compile(r"[^\s\\'\"`$;&|<>(){#]+")
_BLANKS = re.compile(r"[ \t\r]+")
_EMPTY_PARENTHESES = re.compile(r"\([ \t]*\)")
_REDIRECT = re.compile(r"&>>?|<<<|<<-?|<>|<&|>>|>&|>\||[<>]")
_SEPARATOR = re.compile(r";;&|;;|;&|;|&&|&|\|\||\|&|\|")
_ARRAY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_DROPPED = word_set("if then else elif fi while until do done ! { } and or not begin end coproc always")
_DISCARDING = word_set("for select foreach")


class Lexer(Inside):
    """Reads one text; see `lex`."""

    def __init__(self, text: str, most: int, *, body: bool = False) -> None:
        super().__init__(text, body=body)
        self.most = most
        self.pending: list[Redirect] = []

    def run(self) -> Lexed:
        """Read to the end; after a construct that never closes, begin anew on the line after it."""
        steps = {'"': self._quoted, "${": self._parameter, "((": self._sum}
        end = len(self.text)
        while True:
            while self.at < end:
                if len(self.frames) > MAX_DEPTH or self.out.steps >= self.most:
                    self.out.stop(self.at, deep=MAX_DEPTH if self.out.steps < self.most else 0)
                    self._close_all()
                    return self.out
                self.out.steps += 1
                steps.get(self.frames[-1].kind, self._command)()
            lost = self._close_all()
            if lost is None:
                return self.out
            if self.retries >= MAX_RETRIES:
                return self.out
            self.retries += 1
            line_end = self.text.find("\n", lost)
            self.at = end if line_end < 0 else line_end + 1
            self.word = Builder()
            self.frames = [Frame("", self.at, self.word)]
            self.pending = []
            self.backticks = 0

    def _close_all(self) -> int | None:
        """Finish every open construct at the end of the text; the offset of the first that hides text, or None."""
        lost: tuple[int, str] | None = None
        if self.frames[-1].test >= 0:
            self._end_word()
        for frame in self.frames[1:]:
            if frame.kind in NAMES:
                lost = lost or (frame.start, NAMES[frame.kind])
        tests = [(frame.test, NAMES["[["]) for frame in self.frames if frame.test >= 0]
        lost = min([*tests, *([lost] if lost else [])], default=None)
        while self.frames:
            if self.frames[-1].kind in {"", "$(", "(", "`"}:
                self._end_command("")
            frame = self.frames.pop()
            self.word = frame.outer
        if lost is None:
            return None
        self.out.unclosed.append((lost[0], lost[1]))
        return lost[0]

    # Words and commands

    def _end_word(self) -> None:
        built = self.word
        if built.start < 0:
            return
        end = min(self.at, len(self.text))
        self.word = Builder()
        word = Word("".join(built.parts), built.start, end, built.quoted, tuple(built.marks))
        frame = self.frames[-1]
        frame.command.end = max(frame.command.end, end)
        if frame.redirect is not None:
            self._aim(frame.redirect, word)
            frame.redirect = None
        elif frame.kind == "array":
            frame.words.append(word)
        elif frame.test >= 0:
            if word.text == "]]" and not word.quoted:
                frame.test = -1
        elif frame.cases and frame.cases[-1] != "body":
            self._case_word(frame, word)
        else:
            self._add(frame, word)

    def _aim(self, redirect: Redirect, word: Word) -> None:
        redirect.target = word
        if redirect.operator in {"<<", "<<-"}:
            redirect.literal = word.quoted or "\\" in self.text[word.start : word.end]
            redirect.strip = redirect.operator == "<<-"
            self.pending.append(redirect)

    @staticmethod
    def _case_word(frame: Frame, word: Word) -> None:
        if frame.cases[-1] == "subject":
            if word.text == "in" and not word.quoted:
                frame.cases[-1] = "pattern"
        elif word.text == "esac":
            frame.cases.pop()

    def _add(self, frame: Frame, word: Word) -> None:
        """Put a word into the command, unless the grammar claims it."""
        command = frame.command
        if frame.skip or frame.discard:
            frame.skip = False
            return
        if not command.words:
            if not word.quoted and not command.assignments and self._reserved(frame, word):
                return
            if ASSIGNMENT.match(word.text) and self.text[word.start] not in "\"'":
                command.assignments.append(word)
                return
        command.words.append(word)

    @staticmethod
    def _reserved(frame: Frame, word: Word) -> bool:
        text = word.text
        if text in _DROPPED:
            return True
        if text in _DISCARDING:
            frame.discard = True
        elif text == "function":
            frame.skip = True
        elif text == "case":
            frame.cases.append("subject")
        elif text == "esac" and frame.cases:
            frame.cases.pop()
        elif text == "[[":
            frame.test = word.start
        else:
            return False
        return True

    def _end_command(self, operator: str) -> None:
        self._end_word()
        frame = self.frames[-1]
        frame.redirect = None
        frame.discard = frame.skip = False
        command = frame.command
        if command.used:
            command.operator = operator
            if frame.previous is not None:
                frame.previous.follower = command
                command.piped = frame.previous.operator in {"|", "|&"}
            frame.previous = command
            self.out.commands.append(command)
            frame.command = Simple()
        elif operator not in {"\n", ""}:
            frame.previous = Simple(operator=operator)

    # Characters where commands stand

    def _command(self) -> None:
        frame, text, at = self.frames[-1], self.text, self.at
        run = _RUN.match(text, at)
        if run:
            self.word.add(run[0], at)
            self.at = run.end()
            return
        char = text[at]
        if char == "\n":
            self._newline(frame)
        elif char.isspace():
            self._end_word()
            blanks = _BLANKS.match(text, at)
            self.at = blanks.end() if blanks else at + 1
        elif char == "#":
            self._comment(frame)
        elif char == "(":
            self._open(frame)
        elif char == ")":
            self._close(frame)
        elif char in "<>" or (char == "&" and text.startswith("&>", at)):
            self._redirect(frame)
        elif char in ";&|":
            self._separate(frame)
        else:
            self._in_word(char)

    def _newline(self, frame: Frame) -> None:
        if frame.kind == "array" or frame.test >= 0 or (frame.cases and frame.cases[-1] != "body"):
            self._end_word()
        else:
            self._end_command("\n")
        self.at += 1
        pending, self.pending = self.pending, []
        for redirect in pending:
            self._read_body(redirect)

    def _read_body(self, redirect: Redirect) -> None:
        """Find the end of a here-document; one that has none runs to the end of the text, as in every shell."""
        delimiter = redirect.target.text if redirect.target else ""
        start = at = self.at
        inside = len(self.frames) > 1
        while at < len(self.text):
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            line = self.text[at:end].rstrip("\r") if end - at <= len(delimiter) + 1000 else ""
            line = line.lstrip("\t") if redirect.strip else line
            if line == delimiter:
                redirect.body, self.at = (start, at), min(end + 1, len(self.text))
                return
            if inside and delimiter and line.startswith((delimiter + ")", delimiter + "`")):
                redirect.body, self.at = (start, at), self.text.index(delimiter, at) + len(delimiter)
                return
            at = end + 1
        redirect.body, self.at = (start, len(self.text)), len(self.text)
        self.out.unclosed.append((max(0, start - 1), f"here-document that should end with {delimiter[:40]!r}"))

    def _comment(self, frame: Frame) -> None:
        if self.word.start >= 0 or frame.test >= 0:
            self.word.add("#", self.at)
            self.at += 1
            return
        end = self.text.find("\n", self.at)
        if frame.kind == "`":
            tick = self.text.find("`", self.at, end if end >= 0 else len(self.text))
            end = tick if tick >= 0 else end
        end = len(self.text) if end < 0 else end
        self.out.comments.append((self.at, end))
        self.at = end

    def _open(self, frame: Frame) -> None:
        text, at = self.text, self.at
        command = frame.command
        pattern = frame.test >= 0 or frame.kind == "array" or (frame.cases and frame.cases[-1] != "body")
        here = "".join(self.word.parts[-1:]) if self.word.start >= 0 else ""
        empty = None if pattern else _EMPTY_PARENTHESES.match(text, at)
        if empty and len(command.words) + (self.word.start >= 0) <= 1:
            self.word = Builder()
            command.words.clear()
            self.at = empty.end()
        elif not pattern and self.word.size <= 200 and _ARRAY.fullmatch("".join(self.word.parts)) and not self.word.quoted:
            self._push("array", at, 1)
        elif (here[-1:] in {"@", "?", "*", "+", "!"} and here != "!") or (frame.test >= 0 and self.word.start >= 0):
            self._push("((", at, 1)
            self.frames[-1].pattern = True
        elif pattern:
            self._end_word()
            self.at += 1
        elif text.startswith("((", at) and not command.words and at not in self.subshells:
            self._end_word()
            self._push("((", at, 2)
            self.frames[-1].depth = 1
        else:
            self._end_word()
            self._push("(", at, 1)

    def _close(self, frame: Frame) -> None:
        if frame.kind == "array":
            self._end_word()
            self.at += 1
            self._pop(raw=False)
            name = ASSIGNMENT.match("".join(self.word.parts))
            self.frames[-1].command.arrays.append((name[1] if name else "", frame.words))
            self.word = Builder()
        elif frame.test >= 0:
            self._end_word()
            self.at += 1
        elif frame.cases:
            if frame.cases[-1] == "body":
                self._end_command("")
            self._end_word()
            frame.cases[-1] = "body"
            self.at += 1
        else:
            self._end_command("")
            self.at += 1
            if frame.kind in {"$(", "("}:
                self._pop(raw=frame.kind == "$(")

    def _redirect(self, frame: Frame) -> None:
        text, at = self.text, self.at
        if text.startswith(("<(", ">("), at):
            self._push("$(", at, 2)
            return
        match = _REDIRECT.match(text, at)
        operator = match[0] if match else text[at]
        if frame.test >= 0 or frame.kind == "array":
            self._end_word()
            self.at += 1
            return
        built = "".join(self.word.parts) if not self.word.quoted and self.word.size <= 20 else ""
        if built.isdigit() or (built.startswith("{") and built.endswith("}")):
            self.word = Builder()
        self._end_word()
        self.at += len(operator)
        frame.command.end = self.at
        frame.redirect = Redirect(operator)
        frame.command.redirects.append(frame.redirect)

    def _separate(self, frame: Frame) -> None:
        match = _SEPARATOR.match(self.text, self.at)
        operator = match[0] if match else self.text[self.at]
        if frame.test >= 0 or frame.kind == "array" or (frame.cases and frame.cases[-1] != "body"):
            self._end_word()
            self.at += len(operator)
            return
        self._end_command(operator)
        self.at += len(operator)
        if operator in {";;", ";&", ";;&"} and frame.cases:
            frame.cases[-1] = "pattern"


def lex(text: str, most: int = MOST_STEPS, *, body: bool = False) -> Lexed:
    """The commands of a shell text, those inside substitutions, groups and functions included.

    Reading ends after `most` pieces.
    With `body` the text is that of an unquoted here-document: only what stands in `$(…)` or backticks is code.
    """
    return Lexer(text, most, body=body).run()
