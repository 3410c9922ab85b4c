"""One pass over raw bytes for many patterns at once, in linear time.

Two engines give the same answer: hyperscan (Vectorscan), and google-re2's `Set` where hyperscan cannot be loaded.
Patterns are RE2 syntax over UTF-8 bytes; only the fact that one occurred is reported.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any, Protocol

from scanner import cache
from scanner.errors import UsageError


class Engine(Protocol):
    """Says which of the patterns occur."""

    def scan(self, data: bytes) -> set[int]:
        """The indices of the patterns that occur in `data` at least once."""


class Hyperscan:
    """Vectorscan through its Python binding; the compiled database is kept in the user's cache."""

    def __init__(self, patterns: Sequence[str]) -> None:
        import hyperscan  # noqa: PLC0415

        self._hits: set[int] = set()
        key = hashlib.sha256("\0".join([str(vars(hyperscan)["__version__"]), os.uname().machine, *patterns]).encode()).hexdigest()
        name = f"sift-{key[:32]}.hs"
        self._database = self._restore(name) or self._compile(name, patterns)

    def _restore(self, name: str) -> Any:
        import hyperscan  # noqa: PLC0415

        stored = cache.load(name)
        if stored is None:
            return None
        try:
            database = hyperscan.loadb(stored, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
        except hyperscan.error:
            return None
        return database

    def _compile(self, name: str, patterns: Sequence[str]) -> Any:
        import hyperscan  # noqa: PLC0415

        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_ALLOWEMPTY
        try:
            database.compile(expressions=[p.encode() for p in patterns], ids=list(range(len(patterns))), flags=[flags] * len(patterns))
        except hyperscan.error as error:
            raise UsageError(f"the sift cannot compile its patterns: {error}") from error
        cache.store(name, hyperscan.dumpb(database))
        return database

    def _note(self, index: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        self._hits.add(index)

    def scan(self, data: bytes) -> set[int]:
        """See `Engine`."""
        self._hits = set()
        self._database.scan(data, match_event_handler=self._note)
        return self._hits


class Re2:
    """google-re2's `Set`: no offsets, no cache needed, a little slower on large trees."""

    def __init__(self, patterns: Sequence[str]) -> None:
        import re2  # noqa: PLC0415

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = 256 << 20
        options.never_nl = False
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        try:
            for pattern in patterns:
                self._set.Add(f"(?m:{pattern})".encode())
        except re2.error as error:
            raise UsageError(f"the sift cannot compile its patterns: {error}") from error
        self._set.Compile()

    def scan(self, data: bytes) -> set[int]:
        """See `Engine`."""
        return set(self._set.Match(data) or ())


class Nothing:
    """The engine for no pattern at all."""

    def scan(self, data: bytes) -> set[int]:  # noqa: ARG002
        """See `Engine`."""
        return set()


def build(patterns: Sequence[str], engine: str | None = None) -> Engine:
    """An engine for `patterns`; `engine` forces `hyperscan` or `re2`. Raises `UsageError` for a pattern that is refused."""
    if not patterns:
        return Nothing()
    if engine != "re2":
        try:
            return Hyperscan(patterns)
        except ImportError:
            if engine == "hyperscan":
                raise
    return Re2(patterns)
