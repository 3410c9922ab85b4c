"""From the byte offsets of a parser to characters, lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from ..model import Span

_STEP = 256
_CONTINUATION = bytes(range(0x80, 0xC0))


class Source:
    """A text and its UTF-8 form, with the way from byte offsets to characters in constant time.

    `data` has spaces in the place of NUL, which some grammars take for the end of the text. Lone surrogates keep their three bytes.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.replace("\0", " ").encode("utf-8", "surrogatepass")
        self._ascii = len(self.data) == len(text)
        self._marks: list[int] = []
        if not self._ascii:
            counts = (_characters(self.data[at : at + _STEP]) for at in range(0, len(self.data), _STEP))
            self._marks = [0, *accumulate(counts)]
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))][:-1]

    def offset(self, byte: int) -> int:
        """The character offset of a byte offset."""
        if self._ascii:
            return byte
        mark = byte // _STEP
        return self._marks[mark] + _characters(self.data[mark * _STEP : byte])

    def slice(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.text[self.offset(start) : self.offset(end)]

    def place(self, byte: int) -> tuple[int, int]:
        """The line and the column of a byte offset, both from 1, the column in characters."""
        at = self.offset(byte)
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The region between two byte offsets."""
        return Span(*self.place(start), *self.place(end))

    def blanked(self, regions: list[tuple[int, int]]) -> str:
        """The text with these byte regions, in ascending order and apart, as spaces; line ends stay."""
        pieces: list[str] = []
        done = 0
        for start, end in regions:
            first, last = self.offset(start), self.offset(end)
            pieces += (self.text[done:first], "".join(c if c in "\r\n" else " " for c in self.text[first:last]))
            done = last
        return "".join((*pieces, self.text[done:]))


def _characters(data: bytes) -> int:
    """How many characters begin in these bytes of UTF-8."""
    return len(data.translate(None, _CONTINUATION))
