"""What a terminal shows: control characters made visible, columns measured in cells, a caret line below an excerpt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from scanner.model import Span

TAB = 4
MAX_CELLS = 100
"""The widest excerpt of a line; a wrapped line would part the caret from its text."""
LEAST_CELLS = 20
"""However narrow the terminal, so much of a line is shown."""
_LEAD = 24
_UNSEEN = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;;[^\x1b]*\x1b\\)")
"""The colours and links that this module makes itself; no text of a repository reaches it unspelt."""
_WORD = re.compile(r"\s*\S+")

_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36", "bold": "1", "dim": "2", "gutter": "34", "good": "1;32"}


class Paint(NamedTuple):
    """Colours by their role; without colour every text stays as it is."""

    enabled: bool

    def __call__(self, role: str, text: str) -> str:
        """The text in the colour of its role: a level, `bold`, `dim`, `gutter` or `good`."""
        return f"\x1b[{_COLORS[role]}m{text}\x1b[0m" if self.enabled and text else text


def linked(text: str, uri: str) -> str:
    """The text as a link of the terminal (OSC 8). `uri` is percent-encoded, so that nothing in it ends the sequence."""
    return f"\x1b]8;;{uri}\x1b\\{text}\x1b]8;;\x1b\\"


def wrapped(line: str, columns: int | None, indent: int) -> Iterator[str]:
    """A line as the lines that it takes where there are so many `columns` (None: as many as it needs), the further ones indented.

    A word is never broken; colours and links take no room.
    """
    if columns is None or width(_UNSEEN.sub("", line)) <= columns:
        yield line
        return
    current, cells = "", 0
    for word in _WORD.findall(line):
        size = width(_UNSEEN.sub("", word))
        if current and cells + size > columns:
            yield current
            word = " " * indent + word.lstrip()  # noqa: PLW2901
            current, cells = "", 0
            size = width(_UNSEEN.sub("", word))
        current, cells = current + word, cells + size
    yield current


def visible(text: str) -> str:
    r"""The text with every character that a terminal might obey or hide spelt out (`\x1b`, `\u202e`), bytes that are no text as `\xNN`."""
    return text if text.isprintable() else "".join(map(_spell, text))


def width(text: str) -> int:
    """How many cells of a terminal the text takes; East Asian wide characters take two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def pad(text: str, cells: int) -> str:
    """The text filled up with spaces to a width in cells."""
    return text + " " * (cells - width(text))


def cut(text: str, cells: int = MAX_CELLS) -> str:
    """The beginning of a line as shown, at most so many `cells` wide."""
    pieces, edges = _measure(text.rstrip())
    if edges[-1] <= cells:
        return "".join(pieces)
    return "".join(piece for piece, end in zip(pieces, edges[1:], strict=True) if end < cells) + "…"


def excerpt(snippet: str, snippet_column: int, span: Span, cells: int = MAX_CELLS) -> tuple[str, str] | None:
    """The first line of a region as shown, and the carets that stand below it; None where there is nothing to show.

    `snippet` starts at `snippet_column` of its line. Of a line of more than `cells` the part around the region's start is shown.
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
    first, last = _window(edges, start, cells)
    left = "…" if first > 0 or snippet_column > 1 else ""
    right = "…" if last < len(text) else ""
    under = max(1, edges[min(end, last)] - edges[start])
    shown = left + "".join(pieces[first:last]) + right
    return shown, " " * (len(left) + edges[start] - edges[first]) + "^" * under


def _window(edges: list[int], start: int, cells: int) -> tuple[int, int]:
    """The part of a line to show, as character indices: at most so many `cells` wide, with `start` in it."""
    lead = min(_LEAD, cells // 3)
    first = 0
    if edges[-1] > cells and edges[start] > cells - lead:
        first = start
        while first > 0 and edges[start] - edges[first - 1] <= lead:
            first -= 1
    last = start + 1
    while last < len(edges) - 1 and edges[last + 1] - edges[first] <= cells:
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
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":  # the vowels and finals of Hangul join
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
