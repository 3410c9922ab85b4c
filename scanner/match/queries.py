"""The queries of the signatures, each made into a function when it is first asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.match import closures
from scanner.match.closures import Selected


class Queries:
    """Runs queries. `known` says where among the `plans` that of a query stands; any other is taken apart by the JSONPath library."""

    def __init__(self, known: Mapping[str, int] | None = None, plans: Sequence[Any] = ()) -> None:
        self._known = known or {}
        self._plans = plans
        self._built: dict[str, Callable[[Any], Selected]] = {}

    def select(self, query: str, values: Sequence[Any]) -> Selected:
        """What `query` selects, where its `$` is the list `values`: (location, value) pairs in document order."""
        run = self._built.get(query)
        if run is None:
            run = self._built[query] = closures.build(self._plan(query))
        return run(values if isinstance(values, list) else list(values))

    def _plan(self, query: str) -> Sequence[Any]:
        place = self._known.get(query)
        if place is not None:
            plan: Sequence[Any] = self._plans[place]
            return plan
        from scanner.match import jsonpath  # noqa: PLC0415

        return jsonpath.plan(query)
