"""Boil compiled signatures down to what a scan looks up: done once, kept in the user's cache."""

from __future__ import annotations

import re
from typing import Any

from scanner.match import globs
from scanner.match.kinds import Plain


def index(plain: Plain) -> Plain:
    """The signatures with everything that a start would otherwise work out: sift patterns, and which kinds each hint and name leads to.

    `kinds` and their evidence get `globs`, indices into the list of path patterns; `by_hint` is {hint: [[kind, other hints needed]]}.
    """
    names = _Numbers()
    hints = _Numbers()
    by_hint: dict[int, list[Any]] = {}
    by_name: dict[int, list[int]] = {}
    kinds = []
    for place, kind in enumerate(plain["kinds"]):
        own = names.all(kind["names"])
        for hint in kind["hints"]:
            first, *rest = hints.all(hint)
            by_hint.setdefault(first, []).append([place, rest])
        if kind.get("name_is_proof") or kind.get("name_suffices") or not kind["hints"]:
            for name in own:
                by_name.setdefault(name, []).append(place)
        kinds.append({**kind, "globs": own, **{key: [_named(entry, names) for entry in kind[key]] for key in ("where", "claims")}})
    return {
        **plain,
        "kinds": kinds,
        "places": {kind["kind"]: place for place, kind in enumerate(kinds)},
        "magics": sorted({magic for kind in kinds for magic in kind["magic"]}),
        "by_hint": list(by_hint.items()),
        "by_name": list(by_name.items()),
        "patterns": [*map(_literal, hints.known), *(row["pattern"] for row in plain["secrets"])],
        "first_secret": len(hints.known),
        "paths": [globs.to_regex(glob) for glob in names.known],
    }


class _Numbers:
    """Texts numbered in the order in which they are met."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def all(self, texts: list[str]) -> list[int]:
        return [self.known.setdefault(text, len(self.known)) for text in texts]


def _named(entry: Plain, names: _Numbers) -> Plain:
    held = entry.get("names", [])
    return {**entry, "globs": names.all([held] if isinstance(held, str) else held)}


def _literal(hint: str) -> str:
    return re.sub(r"([^A-Za-z0-9_ ])", r"\\\1", hint) if hint.isascii() else re.escape(hint)
