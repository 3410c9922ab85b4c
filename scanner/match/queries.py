"""The queries of the signatures, each made into a function when it is first asked."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.match import closures
from scanner.match.closures import Selected


class Queries:
    """Runs queries. `plans` are their marshalled plans; a query that is not among them is taken apart by the JSONPath library."""

    def __init__(self, plans: Mapping[str, bytes] | None = None) -> None:
        self._plans = plans or {}
        self._built: dict[str, Callable[[Any], Selected]] = {}

    def select(self, query: str, values: Sequence[Any]) -> Selected:
        """What `query` selects, where its `$` is the list `values`: (location, value) pairs in document order."""
        run = self._built.get(query)
        if run is None:
            run = self._built[query] = closures.build(self._plan(query))
        return run(values if isinstance(values, list) else list(values))

    def _plan(self, query: str) -> Sequence[Any]:
        stored = self._plans.get(query)
        if stored is not None:
            plan: Sequence[Any] = marshal.loads(stored)  # noqa: S302  # our own cache, checked as a whole
            return plan
        from scanner.match import jsonpath  # noqa: PLC0415

        return jsonpath.plan(query)
