"""Boil compiled signatures down to what a scan looks up: done once, kept in the user's cache."""

from __future__ import annotations

import marshal
from typing import Any

from scanner.match import globs, jsonpath, packed, schema, tables
from scanner.match.kinds import Plain, texts
from scanner.read.directives import MARK


def index(plain: Plain) -> Plain:
    """The signatures with everything that a start would otherwise work out: sift patterns, and which kinds each hint and name leads to.

    What only some scans need is marshalled by itself and packed: each of the `kinds`, each of the `plans` of the queries, whose texts
    stand in `queries`, and of each table all but what it is within. `by_hint` is {hint: ([kind], [(kind, other hints needed)])}, the
    kinds to which the hint alone leads and those that need others beside it, `by_name` {glob: [kind]}; kinds, hints and globs are numbers.
    `directive` is the hint by which a comment that speaks to phasegate is known.
    """
    names = _Numbers()
    hints = _Numbers()
    by_hint: dict[int, tuple[list[int], list[tuple[int, tuple[int, ...]]]]] = {}
    by_name: dict[int, list[int]] = {}
    kinds = []
    for place, kind in enumerate(plain["kinds"]):
        own = names.all(kind["names"])
        for hint in kind["hints"]:
            first, *rest = hints.all(hint)
            alone, together = by_hint.setdefault(first, ([], []))
            if rest:
                together.append((place, tuple(rest)))
            else:
                alone.append(place)
        if kind.get("name_is_proof") or kind.get("name_suffices") or not kind["hints"]:
            for name in own:
                by_name.setdefault(name, []).append(place)
        kinds.append({**kind, "globs": own, **{key: [_named(entry, names) for entry in kind[key]] for key in ("where", "claims")}})
    (directive,) = hints.all([schema.literal(MARK)])
    queries = {query: place for place, query in enumerate(sorted(_queries(plain)))}
    return {
        "policy": plain["policy"],
        "formats": plain["formats"],
        "subjects": plain["subjects"],
        "kinds": packed.pack(kinds),
        "directive": directive,
        "places": {kind["kind"]: place for place, kind in enumerate(kinds)},
        "reported": [kind["kind"] for kind in kinds if not kind.get("silent")],
        "judges": {kind["kind"]: kind["deep"] for kind in kinds if kind.get("deep")},
        "magics": [(bytes.fromhex(magic), place) for place, kind in enumerate(kinds) for magic in kind["magic"]],
        "hosts": sorted({name for table in plain["tables"] for name in table["within"]}),
        "tables": [(table["within"], table.get("formats", []), marshal.dumps(tables.indexed(table))) for table in plain["tables"]],
        "queries": queries,
        "plans": packed.pack(jsonpath.plan(query) for query in queries),
        "left_out": plain["left_out"],
        "by_hint": by_hint,
        "by_name": by_name,
        "patterns": [*hints.known, *(row["pattern"] for row in plain["secrets"])],
        "first_secret": len(hints.known),
        "secret_ids": [row["id"] for row in plain["secrets"]],
        "secrets": marshal.dumps(plain["secrets"]),
        "paths": [globs.to_regex(glob) for glob in names.known],
    }


def _queries(plain: Plain) -> set[str]:
    """Every query of the signatures, wherever one may stand."""
    found: set[str] = set()
    todo: list[Any] = [*plain["kinds"], *(row for table in plain["tables"] for row in table["rows"]), *plain["subjects"].values()]
    while todo:
        entry = todo.pop()
        for key in ("at", "when", "unless"):
            found.update(texts(entry, key))
        for key in ("where", "claims", "embeds"):
            todo += entry.get(key, ())
    return found


class _Numbers:
    """Texts numbered in the order in which they are met."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def all(self, texts: list[str]) -> list[int]:
        return [self.known.setdefault(text, len(self.known)) for text in texts]


def _named(entry: Plain, names: _Numbers) -> Plain:
    held = entry.get("names", [])
    return {**entry, "globs": names.all([held] if isinstance(held, str) else held)}
