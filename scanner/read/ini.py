"""INI, properties and dotenv: sections of keys, one a line."""

from __future__ import annotations

import re
from typing import Any

from scanner.model import Document, Location, Reading, Span
from scanner.read.positions import Lines

_SECTION = re.compile(r"[ \t]*\[([^\]\n]{1,200})\]")
_PAIR = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z0-9_.$%/@*-][^=:\n]{0,200}?)[ \t]*([=:])[ \t]*(.*)")
_LONGEST_LINE = 20_000


def read(text: str) -> Reading:
    """One document: the keys before the first section at the root, each section as a mapping; a section met again adds to the first.

    In a section, lines that are no pair (an inventory's hosts) are keys without a value.
    """
    data: dict[str, Any] = {}
    spans: dict[Location, Span] = {}
    section: tuple[str, ...] = ()
    blanked: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        comment = stripped.startswith(("#", ";", "!"))
        blanked.append(" " * len(line) if comment else line)
        if not stripped or comment or len(line) > _LONGEST_LINE:
            continue
        start, end = len(line) - len(line.lstrip()) + 1, len(line.rstrip()) + 1
        if header := _SECTION.match(line):
            section = (header[1].strip(),)
            data.setdefault(section[0], {})
            spans.setdefault(section, Span(number, start, number, end))
            continue
        pair = _PAIR.match(line)
        if pair is None and not section:
            continue
        key, value = (pair[1].strip(), _unquote(pair[3].strip())) if pair else (stripped, None)
        holder = data[section[0]] if section else data
        if isinstance(holder, dict):
            holder.setdefault(key, value)
        spans.setdefault((*section, key), Span(number, start, number, end))
        if section:
            spans[section] = Span(spans[section].line, spans[section].column, number, end)
    whole = Lines(text).whole()

    def span_of(location: Location) -> Span:
        while location and location not in spans:
            location = location[:-1]
        return spans.get(location, whole)

    return Reading("ini", (Document(data, span_of),), "\n".join(blanked))


def _unquote(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
