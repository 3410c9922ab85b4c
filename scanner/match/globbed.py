"""Values under thousands of patterns, found by a few look-ups: plain texts, prefixes, and the rest by the literal text it begins with."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

from scanner.match import globs

_MARKS = re.compile(r"[*?[{]")
Index = dict[str, Any]


def index(patterns: Iterable[str]) -> Index:
    """Plain data from which `Globbed` finds the places of the patterns that match a key. A `*` stands for any text, slashes included."""
    found: Index = {"exact": {}, "prefixes": {}, "others": {}}
    for place, pattern in enumerate(patterns):
        mark = _MARKS.search(pattern)
        if mark is None:
            found["exact"].setdefault(pattern, []).append(place)
            continue
        prefix = pattern[: mark.start()]
        if pattern[mark.start() :] == "*":
            found["prefixes"].setdefault(prefix, []).append(place)
        else:
            found["others"].setdefault(prefix, []).append((place, globs.to_regex(pattern.replace("*", "**"), path=False)))
    return found


class Globbed:
    """Looks keys up in what `index` made."""

    def __init__(self, data: Index) -> None:
        self._exact: dict[str, list[int]] = data["exact"]
        self._prefixes: dict[str, list[int]] = data["prefixes"]
        self._others: dict[str, list[tuple[int, str]]] = data["others"]
        self._lengths = sorted({len(prefix) for prefix in (*self._prefixes, *self._others)})

    def matching(self, key: str) -> list[int]:
        """The places of all patterns that match the whole of `key`, in the order in which they were given."""
        found = [*self._exact.get(key, ())]
        for length in self._lengths:
            if length > len(key):
                break
            start = key[:length]
            found += self._prefixes.get(start, ())
            found += [place for place, pattern in self._others.get(start, ()) if _compiled(pattern).match(key)]
        return sorted(found)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
