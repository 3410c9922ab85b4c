"""A text as editors count it: lines end with CR, LF or both, and columns are units of the encoding that client and server agreed on.

The scanner ends lines with LF alone and counts characters, so that neither its lines nor its columns can be handed on as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from lsprotocol.types import Position, PositionEncodingKind, Range

from scanner.model import Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_BYTE_ORDER_MARK = "\ufeff"
_CONTINUING = bytes(range(0x80, 0xC0))
"""The bytes with which no character of UTF-8 begins."""


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends; the last one has none, and is empty where the text ends with a line's end."""
    lines = _LINE.findall(text)
    return lines if lines and not lines[-1].endswith(("\r", "\n")) else [*lines, ""]


def units(text: str, encoding: str) -> int:
    """How long a text is in units of the encoding."""
    if encoding == PositionEncodingKind.Utf32 or text.isascii():
        return len(text)
    if encoding == PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters(text: str, count: int, encoding: str) -> int:
    """How many characters the first `count` units of a text make, one of which only a part is wanted included; at most all."""
    if encoding == PositionEncodingKind.Utf32 or text.isascii():
        return min(count, len(text))
    if encoding == PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass")[:count].translate(None, _CONTINUING))
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * count].decode("utf-16-le", "surrogatepass"))


class Text:
    """One state of a text, to turn the scanner's regions into the editor's. `lines` have their ends, as `lines_of` gives them."""

    def __init__(self, lines: Sequence[str], encoding: str) -> None:
        self.lines = tuple(lines)
        self.encoding = encoding

    def __str__(self) -> str:
        return "".join(self.lines)

    @cached_property
    def _firsts(self) -> list[int]:
        """The place in `lines` at which each line of the scanner begins."""
        return [0, *(place for place, line in enumerate(self.lines, 1) if line.endswith("\n"))]

    def content(self, place: int) -> str:
        """A line, counted from 0, without its end; empty beyond the text."""
        return self.lines[place].rstrip("\r\n") if place < len(self.lines) else ""

    def position(self, line: int, column: int) -> Position:
        """The editor's position of a place of the scanner, or the nearest one that there is."""
        if line > len(self._firsts):
            return self.end(len(self.lines) - 1)
        place, left = self._firsts[line - 1], column - 1
        if line == 1 and self.lines[0].startswith(_BYTE_ORDER_MARK):
            left += 1  # the scanner takes it off
        while left >= len(self.lines[place]) and self.lines[place].endswith("\r"):
            left -= len(self.lines[place])
            place += 1
        return Position(place, units(self.content(place)[: max(0, left)], self.encoding))

    def end(self, place: int) -> Position:
        """The end of a line, counted from 0, before what ends it."""
        return Position(place, units(self.content(place), self.encoding))

    def first_line(self, span: Span) -> Range:
        """The region in the editor's terms; one of many lines up to the end of its first, so that no whole file is underlined."""
        start, end = self.position(span.line, span.column), self.position(span.end_line, span.end_column)
        if end.line != start.line:
            end = Position(start.line, max(start.character, self._end_of_words(start.line)))
        return Range(start, end)

    def whole_line(self, line: int) -> Range:
        """A line of the scanner without the blanks around it."""
        place = self.position(line, 1).line
        content = self.content(place)
        indent = content[: len(content) - len(content.lstrip())]
        return Range(Position(place, units(indent, self.encoding)), Position(place, self._end_of_words(place)))

    def _end_of_words(self, place: int) -> int:
        return units(self.content(place).rstrip(), self.encoding)


class Buffer:
    """The text of an open document, kept as its client changes it: lines that stand in no change are never copied."""

    def __init__(self, text: str, encoding: str) -> None:
        self._lines = lines_of(text)
        self._encoding = encoding

    def snapshot(self) -> Text:
        """The text as it is now."""
        return Text(self._lines, self._encoding)

    def replace(self, region: Range | None, text: str) -> None:
        """Put `text` in the place of a region; of everything where there is none. What lies beyond the text is its end."""
        if region is None:
            self._lines = lines_of(text)
            return
        first, before = self._place(region.start)
        last, after = self._place(region.end)
        last, after = max((last, after), (first, before))
        changed = self._lines[first][:before] + text + self._lines[last][after:]
        if first and changed.startswith("\n") and self._lines[first - 1].endswith("\r"):
            first -= 1  # the two make one end of a line
            changed = self._lines[first] + changed
        fresh = lines_of(changed)
        if last + 1 < len(self._lines):
            fresh.pop()  # what follows the last end of a line stands already
        self._lines[first : last + 1] = fresh

    def _place(self, position: Position) -> tuple[int, int]:
        """A line and how many of its characters stand before the position, which is never within or behind the line's end."""
        if position.line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        content = self._lines[position.line].rstrip("\r\n")
        return position.line, characters(content, position.character, self._encoding)
