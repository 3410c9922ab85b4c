"""Offsets to lines and columns."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable

from scanner.model import Span

_LINE_END = re.compile("\n")
_INK = re.compile(r"\S")


class Lines:
    """The line starts of a text, to turn character offsets (from 0) into lines and columns (from 1)."""

    __slots__ = ("_known", "_last", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: list[int] | None = None
        self._last = (0, "")

    @property
    def _starts(self) -> list[int]:
        """Worked out when the first position is asked for: most texts are never asked."""
        if self._known is None:
            self._known = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        return self._known

    def __len__(self) -> int:
        return len(self._starts)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of a character offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The region from `start` to just before `end`."""
        line, column = self.place(start)
        end_line, end_column = self.place(max(start, end))
        return Span(line, column, end_line, end_column)

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its line end; empty beyond the text."""
        if not 1 <= number <= len(self._starts):
            return ""
        # A line is often asked for many times in a row, and it may be the whole file.
        if self._last[0] != number:
            start = self._starts[number - 1]
            end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
            self._last = (number, self.text[start:end].rstrip("\r"))
        return self._last[1]

    def shown(self, span: Span, most: int) -> str:
        """The text of the first line of a region from where it starts, or to where it ends there, without blanks around it.

        Only its first `most` characters, and only those are copied: a line may be the whole file, and hold thousands of regions.
        """
        line = self.line(span.line)
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        ink = _INK.search(line, span.column - 1, end)
        if ink is None:
            return ""
        text = line[ink.start() : min(end, ink.start() + most)]
        return text if _INK.search(line, ink.start() + most, end) else text.rstrip()

    def whole(self) -> Span:
        """The region of the whole text, without trailing white space."""
        return self.span(0, len(self.text.rstrip()))


class LineRanges:
    """The lines that some regions cover, to be asked about many others: none of these is held against all of those."""

    __slots__ = ("_ranges",)

    def __init__(self, spans: Iterable[Span]) -> None:
        self._ranges: list[tuple[int, int]] = []
        for span in sorted(spans):
            if self._ranges and span.line <= self._ranges[-1][1]:
                self._ranges[-1] = (self._ranges[-1][0], max(self._ranges[-1][1], span.end_line))
            else:
                self._ranges.append((span.line, span.end_line))

    def touch(self, span: Span) -> bool:
        """Whether one of the regions has a line in common with `span`."""
        place = bisect_right(self._ranges, (span.end_line, sys.maxsize)) - 1
        return place >= 0 and self._ranges[place][1] >= span.line
