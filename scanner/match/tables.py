"""Wide mappings from a key of each subject to what it breaches."""

from __future__ import annotations

import functools
import marshal
from collections.abc import Sequence
from typing import Any, NamedTuple

from scanner.match import globbed
from scanner.match.kinds import Evidence, Plain, evidence_of, texts

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
    """A wide mapping from a key of each subject (a resource type, a group and kind) to what it breaches.

    It stands beside the kinds that it is `within`, in readings of its `formats` (of all, where it names none). The rest of it, `stored`,
    is what `indexed` made, marshalled: only a scan that finds one of those kinds needs it.
    """

    def __init__(self, within: Sequence[str], formats: Sequence[str], stored: bytes) -> None:
        self.within = frozenset(within)
        self.formats = frozenset(formats)
        self._stored = stored
        self.rows = functools.lru_cache(maxsize=4096)(self._rows)
        self.vendor = functools.lru_cache(maxsize=4096)(self._vendor)

    @functools.cached_property
    def _data(self) -> Plain:
        data: Plain = marshal.loads(self._stored)  # noqa: S302  # our own cache, checked as a whole
        return data

    @property
    def subjects(self) -> str:
        """The name of the subject set whose values have keys in the table."""
        name: str = self._data["subjects"]
        return name

    @property
    def show(self) -> Sequence[str]:
        """The members of a subject that show what it is."""
        return texts(self._data, "show")

    @functools.cached_property
    def _key(self) -> Sequence[Sequence[Sequence[str]]]:
        return [[path.split(".") for path in part.split("|")] for part in self._data["key"]]

    @functools.cached_property
    def _patterns(self) -> globbed.Globbed:
        return globbed.Globbed(self._data["patterns"])

    @functools.cached_property
    def _vendors(self) -> globbed.Globbed:
        return globbed.Globbed(self._data["vendor_patterns"])

    def key(self, subject: Any) -> str | None:
        """The key of a subject, or None where it lacks a part. Of the paths of a part, the first that leads to a text counts."""
        parts = []
        for paths in self._key:
            value = next((text for path in paths if (text := _text_at(subject, path)) is not None), None)
            if value is None:
                return None
            parts.append(value)
        return str(self._data.get("separator", " ")).join(parts)

    def patterns(self) -> Sequence[int]:
        """For every pattern of the table the place of its row."""
        row_of: Sequence[int] = self._data["row_of"]
        return row_of

    def _rows(self, key: str) -> tuple[Row, ...]:
        rows, row_of = self._data["rows"], self._data["row_of"]
        return tuple(_row(rows[row_of[place]]) for place in self._patterns.matching(key))

    def _vendor(self, key: str) -> str | None:
        vendors: Sequence[str] = self._data["vendors"]
        return next((vendors[place] for place in self._vendors.matching(key)), None)


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
