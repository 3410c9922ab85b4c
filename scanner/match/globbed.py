"""Values under thousands of patterns, found by a few look-ups: plain texts, prefixes, and the rest by the literal text at one end."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.match import globs

_MARKS = re.compile(r"[*?[]")
_WILD = re.compile(r"[*?]|\[[^]]*\]")
_EITHER = re.compile(r"\{([^{}]*)\}")
Index = dict[str, Any]
_Pattern = tuple[int, list[str], str]
"""A pattern's place, its literal pieces, and the regular expression that it stands for."""


def index(patterns: Iterable[str]) -> Index:
    """Plain data from which `Globbed` finds the places of the patterns that match a key. A `*` stands for any text, slashes included."""
    found: Index = {"exact": {}, "prefixes": {}, "starts": {}, "ends": {}}
    for place, pattern in enumerate(patterns):
        for plain in _expanded(pattern):
            mark = _MARKS.search(plain)
            if mark is None:
                found["exact"].setdefault(plain, []).append(place)
            elif plain[mark.start() :] == "*":
                found["prefixes"].setdefault(plain[:-1], []).append(place)
            else:
                start, end = plain[: mark.start()], re.split(r"[*?\]]", plain)[-1]
                where, key = ("starts", start) if len(start) >= len(end) else ("ends", end)
                pieces = [piece for piece in _WILD.split(plain) if piece]
                found[where].setdefault(key, []).append((place, pieces, globs.to_regex(plain.replace("*", "**"), path=False)))
    return found


def _expanded(pattern: str) -> list[str]:
    """The patterns that `{a,b}` stands for."""
    either = _EITHER.search(pattern)
    if either is None:
        return [pattern]
    before, after = pattern[: either.start()], pattern[either.end() :]
    return [plain for part in either[1].split(",") for plain in _expanded(before + part + after)]


class Globbed:
    """Looks keys up in what `index` made."""

    def __init__(self, data: Index) -> None:
        self._exact: Mapping[str, list[int]] = data["exact"]
        self._prefixes: Mapping[str, list[int]] = data["prefixes"]
        self._starts: Mapping[str, list[_Pattern]] = data["starts"]
        self._ends: Mapping[str, list[_Pattern]] = data["ends"]
        self._lengths = sorted({*map(len, self._prefixes), *map(len, self._starts), *map(len, self._ends)})

    def matching(self, key: str) -> list[int]:
        """The places of all patterns that match the whole of `key`, in the order in which they were given."""
        found = {*self._exact.get(key, ())}
        for length in self._lengths:
            if length > len(key):
                break
            start = key[:length]
            found.update(self._prefixes.get(start, ()))
            maybe = (*self._starts.get(start, ()), *self._ends.get(key[len(key) - length :], ()))
            # Most fail for want of a literal piece, which is told long before an expression is compiled.
            found.update(
                place for place, pieces, pattern in maybe if all(piece in key for piece in pieces) and _compiled(pattern).match(key)
            )
        return sorted(found)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
