"""TOML by the standard library, with the lines of its tables and keys."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from scanner.model import Document, Location, Reading, Span
from scanner.read.positions import Lines

MOST_VALUES = 1_000_000
"""How many items and inline tables a text may hold."""

_HEADER = re.compile(r"[ \t]*(\[\[?)[ \t]*([^\]\n]+?)[ \t]*\]")
_KEY = re.compile(r"[ \t]*((?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*'))*)[ \t]*=")
_PART = re.compile(r"[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*'")
_COMMENT_LINE = re.compile(r"(?m)^[ \t]*#[^\n]*")


def read(text: str) -> Reading:
    """One document. Text that is no TOML gives no document and a problem."""
    if text.count(",") + text.count("{") > MOST_VALUES:
        return Reading("toml", (), text, problems=(f"holds more than {MOST_VALUES:,} values",))
    blanked = _COMMENT_LINE.sub(lambda match: " " * len(match[0]), text)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return Reading("toml", (), blanked, problems=(f"not valid TOML: {error}",))
    spans = _spans(text)
    whole = Lines(text).whole()

    def span_of(location: Location) -> Span:
        while location and location not in spans:
            location = location[:-1]
        return spans.get(location, whole)

    return Reading("toml", (Document(data, span_of),), blanked)


def _spans(text: str) -> dict[Location, Span]:
    """Each table from its header, and each key on its own line; a value in many lines ends before the next key or header."""
    spans: dict[Location, Span] = {}
    counts: dict[Location, int] = {}
    table: Location = ()
    last: Location | None = None
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        end = len(line.rstrip()) + 1
        if inside is None and (header := _HEADER.match(line)):
            table = _table(_parts(header[2]), counts, array=header[1] == "[[")
            spans.setdefault(table, Span(number, line.index("[") + 1, number, end))
            last = None
        elif inside is None and (key := _KEY.match(line)):
            last = (*table, *_parts(key[1]))
            spans.setdefault(last, Span(number, key.start(1) + 1, number, end))
            inside = _opens(line[key.end() :])
        else:
            if last is not None and line.strip() and not (inside is None and line.lstrip().startswith("#")):
                spans[last] = Span(spans[last].line, spans[last].column, number, end)
            if inside is not None and inside in line:
                inside = None
        if table in spans and line.strip() and table:
            spans[table] = Span(spans[table].line, spans[table].column, number, end)
    return spans


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _table(parts: tuple[str, ...], counts: dict[Location, int], *, array: bool) -> Location:
    location: tuple[Any, ...] = ()
    for place, part in enumerate(parts):
        location = (*location, part)
        if place < len(parts) - 1 and location in counts:
            location = (*location, counts[location])
    if array:
        counts[location] = counts.get(location, -1) + 1
        location = (*location, counts[location])
    return location


def _opens(value: str) -> str | None:
    """The quotes that close a value which goes on over further lines."""
    for quotes in ('"""', "'''"):
        if value.lstrip().startswith(quotes) and value.count(quotes) == 1:
            return quotes
    return None
