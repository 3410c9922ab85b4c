"""Wide mappings from a key of each subject to what it breaches."""

from __future__ import annotations

import functools
import marshal
from collections.abc import Sequence
from typing import Any, NamedTuple

from scanner.match import globbed
from scanner.match.kinds import Evidence, Plain, evidence_of

_LONGEST_KEY = 400


class Row(NamedTuple):
    """One line of a table: what a subject whose key matches breaches."""

    kind: str
    evidence: Evidence


def indexed(data: Plain) -> Plain:
    """A table as the cache holds it: its rows marshalled one by one, to be read when they match, and its patterns ready to be looked up."""
    lines = [(pattern, place) for place, row in enumerate(data["rows"]) for pattern in row["match"]]
    vendors = data.get("vendors", {})
    return {
        **data,
        "rows": [marshal.dumps(row) for row in data["rows"]],
        "patterns": globbed.index(pattern for pattern, _place in lines),
        "row_of": [place for _pattern, place in lines],
        "vendors": list(vendors.values()),
        "vendor_patterns": globbed.index(vendors),
    }


class Table:
    """A wide mapping from a key of each subject (a resource type, a group and kind) to what it breaches. Made from `indexed` data."""

    def __init__(self, data: Plain) -> None:
        self.name: str = data["table"]
        self.within = frozenset(data["within"])
        self.formats = frozenset(data.get("formats", ()))
        self.subjects: str = data["subjects"]
        self.show = tuple(data.get("show", ()))
        self._key = [[path.split(".") for path in part.split("|")] for part in data["key"]]
        self._separator: str = data.get("separator", " ")
        self._stored: Sequence[bytes] = data["rows"]
        self._row_of: Sequence[int] = data["row_of"]
        self._patterns = globbed.Globbed(data["patterns"])
        self._vendors: Sequence[str] = data["vendors"]
        self._vendor_patterns = globbed.Globbed(data["vendor_patterns"])
        self.rows = functools.lru_cache(maxsize=4096)(self._rows)
        self.vendor = functools.lru_cache(maxsize=4096)(self._vendor)

    def key(self, subject: Any) -> str | None:
        """The key of a subject, or None where it lacks a part. Of the paths of a part, the first that leads to a text counts."""
        parts = []
        for paths in self._key:
            value = next((text for path in paths if (text := _text_at(subject, path)) is not None), None)
            if value is None:
                return None
            parts.append(value)
        return self._separator.join(parts)

    def patterns(self) -> Sequence[int]:
        """For every pattern of the table the place of its row."""
        return self._row_of

    def _rows(self, key: str) -> tuple[Row, ...]:
        return tuple(_row(self._stored[self._row_of[place]]) for place in self._patterns.matching(key))

    def _vendor(self, key: str) -> str | None:
        return next((self._vendors[place] for place in self._vendor_patterns.matching(key)), None)


@functools.lru_cache(maxsize=4096)
def _row(stored: bytes) -> Row:
    data = marshal.loads(stored)  # noqa: S302  # our own cache, checked as a whole
    return Row(data["kind"], evidence_of(data))


def _text_at(subject: Any, path: Sequence[str]) -> str | None:
    """The text at the end of a path of keys and indices, or None for anything else and for a text too long to be a key."""
    value = subject
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value if isinstance(value, str) and len(value) <= _LONGEST_KEY else None
