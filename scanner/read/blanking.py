"""Blank out parts of a text and keep every other character where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOT_LINE_END = re.compile(r"[^\r\n]")


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with the regions `(start, end)` (offsets from 0, end exclusive) turned into spaces; line ends stay.

    Regions may overlap and come in any order; what lies outside of the text is ignored.
    """
    parts: list[str] = []
    done = 0
    for first, last in sorted(spans):
        start, end = max(first, done), min(last, len(text))
        if start >= end:
            continue
        parts.append(text[done:start])
        parts.append(_NOT_LINE_END.sub(" ", text[start:end]))
        done = end
    parts.append(text[done:])
    return "".join(parts)
