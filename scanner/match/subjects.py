"""Subject sets: the lists of values that queries speak of, each worked out at most once a reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scanner.match.queries import Queries
from scanner.model import Location, Reading

Subject = tuple[Location, Any]
"""Where a value stands (the first step is the index of its document) and the value."""


class Subjects:
    """The subject sets of one reading."""

    def __init__(self, reading: Reading, sets: Mapping[str, Mapping[str, Any]], queries: Queries) -> None:
        self._queries = queries
        self._documents = [document.data for document in reading.documents]
        self._sets = sets
        self._known: dict[str, list[Subject]] = {}
        self._held: dict[str, list[Subject]] | None = None

    def of(self, name: str) -> list[Subject]:
        """The subjects of a set, in document order."""
        if name not in self._known:
            entry = self._sets[name]
            found: dict[Location, Any] = {}
            for query in _listed(entry.get("at", ())):
                found.update(self._queries.select(query, self._documents))
            for key in _listed(entry.get("holding", ())):
                found.update(self._holding().get(key, ()))
            self._known[name] = list(found.items())
        return self._known[name]

    def select(self, name: str, query: str) -> list[tuple[int, Location, Any]]:
        """What `query` selects from the subjects of a set: the subject's index, the whole location, the value."""
        subjects = self.of(name)
        if not subjects:
            return []
        values = [value for _location, value in subjects]
        return [(int(at[0]), (*subjects[int(at[0])][0], *at[1:]), value) for at, value in self._queries.select(query, values)]

    def _holding(self) -> dict[str, list[Subject]]:
        """Every mapping that has a key some set asks for; one walk, and an alias is entered once."""
        if self._held is None:
            wanted = frozenset(key for entry in self._sets.values() for key in _listed(entry.get("holding", ())))
            self._held = {key: [] for key in wanted}
            seen: set[int] = set()
            todo: list[Subject] = [((place,), data) for place, data in reversed(list(enumerate(self._documents)))]
            while todo:
                location, value = todo.pop()
                if not isinstance(value, (dict, list)) or id(value) in seen:
                    continue
                seen.add(id(value))
                if isinstance(value, dict):
                    for key in wanted & value.keys():
                        self._held[key].append((location, value))
                items: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
                todo += [((*location, key), item) for key, item in items if isinstance(item, (dict, list))][::-1]
        return self._held


def _listed(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value
