"""Cut Windows batch text into simple commands (the rules of cmd.exe, as far as programs are called)."""

from __future__ import annotations

import re

from scanner.read.shell_syntax import MOST_STEPS, Builder, Lexed, Redirect, Simple, Word, word_set

_RUN = re.compile(r"[^\s\"^&|<>()]+")
_OPERATOR = re.compile(r"&&|\|\||[&|]")
_REDIRECT = re.compile(r">>?|<")
_QUOTE_END = re.compile(r'["\n]')
_REMARK = re.compile(r"@?(?:rem(?=[ \t\r\n]|$)|::)", re.IGNORECASE)
_DROPPED = word_set("else do @ call")
_COMPARISONS = word_set("equ neq lss leq gtr geq ==")


class _Lexer:
    """Reads line by line; a caret at the end of a line joins the next one."""

    def __init__(self, text: str, most: int) -> None:
        self.text = text
        self.at = 0
        self.word = Builder()
        self.command = Simple()
        self.previous: Simple | None = None
        self.redirect: Redirect | None = None
        self.most = most
        self.out = Lexed()

    def run(self) -> Lexed:
        while self.at < len(self.text):
            if self.out.steps >= self.most:
                self.out.stop(self.at, deep=0)
                break
            self.out.steps += 1
            self._step()
        self._end_command("")
        return self.out

    def _step(self) -> None:
        text, at = self.text, self.at
        if not self.command.words and self.word.start < 0 and (_REMARK.match(text, at) or text[at] == ":"):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            if _REMARK.match(text, at):
                self.out.comments.append((at, end))
            self.at = end
            return
        run = _RUN.match(text, at)
        if run:
            self.word.add(run[0], at)
            self.at = run.end()
            return
        char = text[at]
        self.at += 1
        if char == "\n":
            self.at -= 1
            self._end_command("\n")
            self.at += 1
        elif char.isspace():
            self.at -= 1
            self._end_word()
            self.at += 1
        elif char == "^":
            self._caret(at)
        elif char == '"':
            self._quote(at)
        else:
            self._mark(char, at)

    def _caret(self, at: int) -> None:
        if self.text.startswith(("\n", "\r\n"), at + 1):
            self.at = at + (2 if self.text[at + 1] == "\n" else 3)
        else:
            self.word.begin(at)
            self.word.add(self.text[at + 1 : at + 2], at + 1)
            self.at = at + 2

    def _quote(self, at: int) -> None:
        """A quoted part ends with its line at the latest."""
        stop = _QUOTE_END.search(self.text, at + 1)
        end = stop.start() if stop else len(self.text)
        self.word.touch(at)
        self.word.add(self.text[at + 1 : end], at + 1)
        self.at = end + 1 if stop and stop[0] == '"' else end

    def _mark(self, char: str, at: int) -> None:
        self.at = at
        if char in "()":
            if char == "(" and self.command.words and not _is_condition(self.command.words):
                self.word.add("(", at)
            else:
                self._end_command("")
            self.at = at + 1
        elif char in "&|":
            match = _OPERATOR.match(self.text, at)
            self._end_command(match[0] if match else char)
            self.at = match.end() if match else at + 1
        else:
            match = _REDIRECT.match(self.text, at)
            if self.word.size == 1 and "".join(self.word.parts).isdigit():
                self.word = Builder()
            self._end_word()
            self.at = match.end() if match else at + 1
            if self.text.startswith("&", self.at):
                self.at += 2
                return
            self.redirect = Redirect(char)
            self.command.redirects.append(self.redirect)

    def _end_word(self) -> None:
        if self.word.start < 0:
            return
        end = min(self.at, len(self.text))
        built, self.word = self.word, Builder()
        word = Word("".join(built.parts), built.start, end, built.quoted, tuple(built.marks))
        self.command.end = end
        if self.redirect is not None:
            self.redirect.target, self.redirect = word, None
        elif not self.command.words and not word.quoted:
            bare = word.text.lstrip("@")
            if bare.lower() not in _DROPPED and bare:
                shift = len(word.text) - len(bare)
                marks = ((0, word.source(shift)),) if shift else word.marks
                self.command.words.append(Word(bare, word.start + shift, word.end, False, marks))
        else:
            self.command.words.append(word)

    def _end_command(self, operator: str) -> None:
        self._end_word()
        command, self.command = self.command, Simple()
        self.redirect = None
        command.words = _program(command.words)
        if not command.words:
            if operator == "\n":
                self.previous = None
            return
        if command.words[0].text.lower() == "set":
            pairs = [word for word in command.words[1:] if "=" in word.text][:1]
            command.assignments, command.words = pairs, []
        command.operator = operator
        if self.previous is not None:
            self.previous.follower = command
            command.piped = self.previous.operator == "|"
        self.previous = command
        self.out.commands.append(command)


def _is_condition(words: list[Word]) -> bool:
    return words[0].text.lower() in {"if", "for"}


def _program(words: list[Word]) -> list[Word]:
    """The words of the program: behind `if …`, `for … do`, `start "title" /wait`."""
    at = 0
    for _ in range(20):
        if at >= len(words):
            break
        head = words[at].text.lower()
        if head in {"call", "@", "else", "do"}:
            at += 1
        elif head == "if":
            at = _behind_condition(words, at + 1)
        elif head == "for":
            at = next((index + 1 for index in range(at, len(words)) if words[index].text.lower() == "do"), len(words))
        elif head == "start":
            at += 1
            while at < len(words) and (words[at].text.startswith("/") or (words[at].quoted and words[at - 1].text.lower() == "start")):
                at += 1
        else:
            break
    return words[at:]


def _behind_condition(words: list[Word], at: int) -> int:
    while at < len(words) and words[at].text.lower() in {"/i", "not"}:
        at += 1
    if at >= len(words):
        return at
    if words[at].text.lower() in {"exist", "defined", "errorlevel"}:
        return at + 2
    if "==" in words[at].text and not words[at].text.endswith("=="):
        return at + 1
    if at + 1 < len(words) and words[at + 1].text.lower() in _COMPARISONS:
        return at + 3
    return at + 2


def lex(text: str, most: int = MOST_STEPS) -> Lexed:
    """The commands of a batch text, of which `most` pieces are read. Labels and remarks are left out; `set NAME=value` is an assignment."""
    return _Lexer(text, most).run()
