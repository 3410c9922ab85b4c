"""What a terminal shows: control characters made visible, columns measured in cells, a caret line below an excerpt."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from scanner.model import Span

TAB = 4
MAX_CELLS = 100
"""The widest excerpt of a line; a wrapped line would part the caret from its text."""
_LEAD = 24

_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36", "bold": "1", "dim": "2", "gutter": "34", "good": "1;32"}


class Paint(NamedTuple):
    """Colours by their role; without colour every text stays as it is."""

    enabled: bool

    def __call__(self, role: str, text: str) -> str:
        """The text in the colour of its role: a level, `bold`, `dim`, `gutter` or `good`."""
        return f"\x1b[{_COLORS[role]}m{text}\x1b[0m" if self.enabled and text else text


def visible(text: str) -> str:
    r"""The text with every character that a terminal might obey or hide spelt out (`\x1b`, `\u202e`), bytes that are no text as `\xNN`."""
    return text if text.isprintable() else "".join(map(_spell, text))


def width(text: str) -> int:
    """How many cells of a terminal the text takes; East Asian wide characters take two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def pad(text: str, cells: int) -> str:
    """The text filled up with spaces to a width in cells."""
    return text + " " * (cells - width(text))


def excerpt(snippet: str, snippet_column: int, span: Span) -> tuple[str, str] | None:
    """The first line of a region as shown, and the carets that stand below it; None where there is nothing to show.

    `snippet` starts at `snippet_column` of its line. Of a long line the part around the region's start is shown.
    """
    text = snippet.rstrip()
    if not text:
        return None
    pieces, edges = _measure(text)
    start = _clamp(span.column - snippet_column, len(text) - 1)
    end = _clamp(span.end_column - snippet_column, len(text)) if span.end_line == span.line else len(text)
    end = max(end, start + 1)
    while start > 0 and edges[start] == edges[start + 1]:
        start -= 1  # a combining mark is drawn in the cell of the character before it
    first, last = _window(edges, start)
    left = "…" if first > 0 or snippet_column > 1 else ""
    right = "…" if last < len(text) else ""
    under = max(1, edges[min(end, last)] - edges[start])
    shown = left + "".join(pieces[first:last]) + right
    return shown, " " * (len(left) + edges[start] - edges[first]) + "^" * under


def _window(edges: list[int], start: int) -> tuple[int, int]:
    """The part of a line to show, as character indices: at most `MAX_CELLS` wide, with `start` in it."""
    first = 0
    if edges[-1] > MAX_CELLS and edges[start] > MAX_CELLS - _LEAD:
        first = start
        while first > 0 and edges[start] - edges[first - 1] <= _LEAD:
            first -= 1
    last = start + 1
    while last < len(edges) - 1 and edges[last + 1] - edges[first] <= MAX_CELLS:
        last += 1
    return first, last


def _measure(text: str) -> tuple[list[str], list[int]]:
    """What each character is shown as, and the cell at which each one starts, with the end of the last one."""
    pieces: list[str] = []
    edges = [0]
    for character in text:
        piece = " " * (TAB - edges[-1] % TAB) if character == "\t" else _spell(character)
        pieces.append(piece)
        edges.append(edges[-1] + width(piece))
    return pieces, edges


def _clamp(value: int, highest: int) -> int:
    return min(max(value, 0), highest)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _spell(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
