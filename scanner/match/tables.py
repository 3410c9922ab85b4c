"""Wide mappings from a key of each subject to what it breaches."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from scanner.match import globs
from scanner.match.kinds import Evidence, Plain, evidence_of

T = TypeVar("T")
_LONGEST_KEY = 400
_MARKS = "*?[{"


class Globbed(Generic[T]):
    """Values under patterns. Most are plain texts or prefixes, which cost one look-up; the others are compiled when first needed."""

    def __init__(self, items: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, list[tuple[int, T]]] = {}
        self._prefixes: dict[str, list[tuple[int, T]]] = {}
        self._others: list[tuple[int, str, T]] = []
        for place, (pattern, value) in enumerate(items):
            if not any(mark in pattern for mark in _MARKS):
                self._exact.setdefault(pattern, []).append((place, value))
            elif pattern.endswith("*") and not any(mark in pattern[:-1] for mark in _MARKS):
                self._prefixes.setdefault(pattern[:-1], []).append((place, value))
            else:
                self._others.append((place, pattern, value))
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    @functools.cached_property
    def _compiled(self) -> list[tuple[int, re.Pattern[str], T]]:
        return [
            (place, re.compile(globs.to_regex(pattern.replace("*", "**"), path=False)), value) for place, pattern, value in self._others
        ]

    def matching(self, key: str) -> Iterator[T]:
        """The values of all patterns that match the whole of `key`, in the order in which they were given."""
        found = [*self._exact.get(key, ())]
        for length in self._lengths:
            found += self._prefixes.get(key[:length], ()) if length <= len(key) else ()
        found += [(place, value) for place, pattern, value in self._compiled if pattern.fullmatch(key)]
        return (value for _place, value in sorted(found, key=lambda item: item[0]))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what a subject whose key matches breaches."""

    kind: str
    evidence: Evidence


class Table:
    """A wide mapping from a key of each subject (a resource type, a group and kind) to what it breaches."""

    def __init__(self, data: Plain) -> None:
        self.name: str = data["table"]
        self.within = frozenset(data["within"])
        self.formats = frozenset(data.get("formats", ()))
        self.subjects: str = data["subjects"]
        self.show = tuple(data.get("show", ()))
        self._key = [[path.split(".") for path in part.split("|")] for part in data["key"]]
        self._separator: str = data.get("separator", " ")
        self._rows_of: Globbed[Row] = Globbed(
            (pattern, Row(row["kind"], evidence_of(row))) for row in data["rows"] for pattern in row["match"]
        )
        self._vendor_of: Globbed[str] = Globbed(data.get("vendors", {}).items())
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

    def _rows(self, key: str) -> tuple[Row, ...]:
        return tuple(self._rows_of.matching(key))

    def _vendor(self, key: str) -> str | None:
        return next(self._vendor_of.matching(key), None)


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
