"""Steps over HCL: strings with nested templates, heredocs, comments and brackets, in one pass and with one small stack.

Format: the HCL native syntax specification, read as leniently as HCL1 and python-hcl2 do (a quoted string may span lines).
Every pattern is made of possessive parts, so no input makes one backtrack.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from .hcl_text import NAME, REMARK, decode, is_for

MAX_DEPTH = 200
"""How deep brackets, templates and blocks may nest."""
_CLOSERS = {"(": ")", "f": ")", "[": "]", "{": "}", "$": "}", '"': '"', "m": '"'}
_NAMES = {"(": "(", "f": "(", "[": "[", "{": "{", "$": "template", '"': "string", "m": "string"}
_OPENING, _CLOSING, _QUOTES, _ENDS = frozenset("([{"), frozenset(")]}"), frozenset('"m'), frozenset(("", ",", "\n"))
_CONTINUES = frozenset("&|?:+-=<>!%")

_SPACE = re.compile(r"[ \t\r\n]*+")
_BLANK = re.compile(r"[ \t\r]*+")
_COMMENT = re.compile(REMARK)
_NESTED = re.compile(r'[^"(){}\[\]<#/]*+')
_FLAT = re.compile(r'[^"(){}\[\]<#/,]*+')
_LINE = re.compile(r'[^"(){}\[\]<#/,\n]*+')
_IN_STRING = re.compile(r'(?:[^"\\$%\n]++|\\[^\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+')
_WHOLE_STRING = re.compile(r'"(?:[^"\\$%\n]++|\\[^\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+"')
_AFTER_LINES = re.compile(r"[ \t]*+(?:[\r\n,)\]}#]|/[/*]|\Z)")
_HEREDOC = re.compile(rf"<<(-?)({NAME})[ \t]*+\r?\n")
_LONE_WORD = re.compile(rf"\n[ \t]*+({NAME})[ \t\r]*+(?=\n|\Z)")
_INDENT = re.compile(r"^[ \t]*+(?=\S)", re.MULTILINE)


class BrokenError(Exception):
    """Part of the text does not parse: why, where that part starts, how far the reader came, and whether the end was lost.

    It never leaves the reader: each one becomes a problem in words.
    """

    def __init__(self, reason: str, start: int, reached: int, *, lost: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.reached = reached
        self.lost = lost


class Heredoc(NamedTuple):
    """A heredoc from `<<` to the end of its closing word, with its text and how many characters of indent were taken off."""

    start: int
    end: int
    text: str
    body: int
    indent: int


class Scanner:
    """One text, and what is met while stepping over it: comments, heredocs, and the regions that are code of their own."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: list[tuple[int, int]] = []
        self.heredocs: list[Heredoc] = []
        self.strings: list[tuple[int, int]] = []
        self.expressions: list[tuple[int, int]] = []
        self.tail = 0
        self._newlines: list[int] | None = None

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column, from 1, of an offset."""
        if self._newlines is None:
            self._newlines = [found.start() for found in re.finditer("\n", self.text)]
        line = bisect_right(self._newlines, offset - 1)
        return line + 1, offset - (self._newlines[line - 1] if line else -1)

    def forget_from(self, offset: int) -> None:
        """Drops the fragments found from `offset` on, before that part is read again."""
        self.heredocs = [heredoc for heredoc in self.heredocs if heredoc.start < offset]
        self.strings = [region for region in self.strings if region[0] < offset]
        self.expressions = [region for region in self.expressions if region[0] < offset]

    def blanks(self, pos: int) -> int:
        """The first offset from `pos` that is neither space nor comment, on the same line; block comments may span lines."""
        return self._past(_BLANK, pos)

    def trivia(self, pos: int) -> int:
        """The first offset from `pos` that is neither space, newline nor comment."""
        return self._past(_SPACE, pos)

    def _past(self, space: re.Pattern[str], pos: int) -> int:
        text = self.text
        while True:
            pos = space.match(text, pos).end()  # type: ignore[union-attr]
            if not text.startswith(("#", "/"), pos):
                return pos
            after = self.comment(pos)
            if after == pos:
                return pos
            pos = after

    def comment(self, pos: int) -> int:
        """The end of the comment at `pos`, or `pos` where none stands. Raises `BrokenError` for one that never ends."""
        found = _COMMENT.match(self.text, pos)
        if found is not None:
            self.comments.append(found.span())
            return found.end()
        if self.text.startswith("/*", pos):
            raise BrokenError("comment is not closed", pos, len(self.text), lost=True)
        return pos

    def heredoc(self, pos: int) -> Heredoc | None:
        """The heredoc at `pos`, kept for the fragments, or None where none stands. Raises `BrokenError` for one that never ends."""
        text = self.text
        head = _HEREDOC.match(text, pos)
        if head is None:
            return None
        flush, word = head.groups()
        start = head.end()
        for line in _LONE_WORD.finditer(text, start - 1):
            if line[1] == word:
                body, indent = text[start : line.start() + 1].replace("\r\n", "\n"), 0
                if flush:
                    indent = min((len(found[0]) for found in _INDENT.finditer(body)), default=0)
                    body = "\n".join(part[indent:] for part in body.split("\n")) if indent else body
                heredoc = Heredoc(pos, line.end(1), body, start, indent)
                self.heredocs.append(heredoc)
                return heredoc
        raise BrokenError(f"heredoc {word} is not closed", pos, len(text), lost=True)

    def string(self, pos: int) -> tuple[str, int]:
        """The decoded text of the quoted string at `pos`, templates as written, and its end. Raises `BrokenError`."""
        text = self.text
        parts: list[str] = []
        start, many = pos, False
        pos += 1
        while True:
            after = _IN_STRING.match(text, pos).end()  # type: ignore[union-attr]
            parts.append(decode(text[pos:after]))
            pos = after
            mark = text[pos : pos + 1]
            if mark == '"':
                break
            if mark == "\n" or (mark == "\\" and pos + 1 < len(text)):
                many = True
                pos += 1
                parts.append(mark)
            elif mark in ("", "\\"):
                raise BrokenError("string is not closed", start, len(text))
            else:
                after = self.skip(pos + 2, opened=("$", pos))
                parts.append(text[pos:after])
                pos = after
        self._close_string(start, pos + 1, many=many)
        return "".join(parts), pos + 1

    def _close_string(self, start: int, end: int, *, many: bool) -> None:
        if many and _AFTER_LINES.match(self.text, end) is None:
            raise BrokenError("string is not closed", start, end)
        if many or self.text.find("\\", start, end) >= 0:
            self.strings.append((start, end))

    def skip(self, pos: int, *, lines: bool = False, opened: tuple[str, int] | None = None) -> int:
        """The offset at which an expression ends: a comma, a closing bracket, a newline where `lines`, or the end.

        With `opened`, the template that starts there, it is the offset behind the template. Raises `BrokenError` where brackets
        do not match. `tail` is then the end without trailing comments. A region that holds a call with an object or list literal
        is kept in `expressions`.
        """
        text, begin, calls, literal, tail = self.text, pos, 0, False, -1
        stack = [opened] if opened else []
        flat = _LINE if lines else _FLAT
        while True:
            if stack and stack[-1][0] in _QUOTES:
                pos = self._string_part(pos, stack)
                continue
            chunk = pos
            pos = (_NESTED if stack else flat).match(text, pos).end()  # type: ignore[union-attr]
            mark = text[pos : pos + 1]
            if tail >= 0 and (stack or mark in _OPENING or mark == '"' or text[chunk:pos].strip()):
                tail = -1
            if mark in _CLOSING:
                if not stack:
                    break
                calls -= self._close(mark, pos, stack) == "f"
                pos += 1
                if opened and not stack:
                    break
            elif mark in _OPENING:
                attached = _is_attached(text, pos)
                if calls and not literal and mark != "(":
                    literal = not (mark == "[" and attached) and not is_for(text, pos + 1)
                calls += attached and mark == "("
                self._open("f" if attached and mark == "(" else mark, pos, stack)
                pos += 1
            elif mark == '"':
                pos = self._quoted(pos, stack)
            elif mark == "\n" and _continues(text[chunk:pos]):
                pos += 1
            elif mark in _ENDS:
                break
            else:
                start, (pos, kept) = pos, self._other(mark, pos)
                tail = -1 if kept else start if tail < 0 else tail
        if stack:
            kind, at = stack[-1]
            raise BrokenError(f"{_NAMES[kind]} is not closed", at, pos)
        self.tail = pos if tail < 0 else tail
        if literal:
            self.expressions.append((begin, pos - 1 if opened else self.tail))
        return pos

    def _other(self, mark: str, pos: int) -> tuple[int, bool]:
        """Steps over a heredoc, a comment or an operator; the second value is False for a comment."""
        if mark == "<":
            heredoc = self.heredoc(pos)
            return (heredoc.end if heredoc else pos + 1), True
        after = self.comment(pos)
        return (after, False) if after > pos else (pos + 1, True)

    def _open(self, kind: str, pos: int, stack: list[tuple[str, int]]) -> None:
        if len(stack) >= MAX_DEPTH:
            raise BrokenError(f"nested deeper than {MAX_DEPTH} levels", pos, pos)
        stack.append((kind, pos))

    def _close(self, mark: str, pos: int, stack: list[tuple[str, int]]) -> str:
        kind, at = stack.pop()
        if _CLOSERS[kind] != mark:
            raise BrokenError(f"{_NAMES[kind]} on line {self.place(at)[0]} is closed by {mark}", pos, pos)
        return kind

    def _quoted(self, pos: int, stack: list[tuple[str, int]]) -> int:
        whole = _WHOLE_STRING.match(self.text, pos)
        if whole is None:
            self._open('"', pos, stack)
            return pos + 1
        self._close_string(pos, whole.end(), many=False)
        return whole.end()

    def _string_part(self, pos: int, stack: list[tuple[str, int]]) -> int:
        text = self.text
        kind, start = stack[-1]
        pos = _IN_STRING.match(text, pos).end()  # type: ignore[union-attr]
        mark = text[pos : pos + 1]
        if mark == '"':
            stack.pop()
            self._close_string(start, pos + 1, many=kind == "m")
        elif mark in ("$", "%"):
            self._open("$", pos, stack)
            return pos + 2
        elif mark == "":
            raise BrokenError("string is not closed", start, pos)
        elif mark == "\n":
            stack[-1] = ("m", start)
        return pos + 1


def _is_attached(text: str, pos: int) -> bool:
    """Whether the bracket at `pos` follows a name or a value at once: a call or an index, not a literal."""
    before = text[pos - 1] if pos else ""
    return before.isalnum() or before in ("_", ")", "]", "}", '"')


def _continues(before: str) -> bool:
    return before.rstrip()[-1:] in _CONTINUES
