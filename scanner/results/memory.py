"""Recalls what came of files that are still the same, and keeps what comes of the others.

What is kept of a file is found by its path (with its id, where it is read from git) and holds for the same bytes only, whose digest
stands beside it. A file of the disk is not even read where the file system says that nobody touched it since: the same size, times and
inode, as git's own index has it. Neither that index nor an object's id is believed, for both belong to the scanned repository: it can
say whatever hides a file, and git does not hold an object against its id when it reads it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from scanner.errors import Unreadable
from scanner.match.inventory import Inventory, Overheard
from scanner.model import File, Listing, Origin, Outcome
from scanner.results.packing import Unpacking, pack

if TYPE_CHECKING:
    from scanner.looking import Settings
    from scanner.match.rules import Rules
    from scanner.results.database import Row

_FRESH = 3_000_000_000
"""Nanoseconds for which a file that was just touched may be touched again without a trace in its times."""
_UNTOLD = b""
_AT_ONCE = 4000
"""How many results are written together: few enough to be held, and an interrupted scan of a large tree has not been for nothing."""

T = TypeVar("T")


class Spread(Protocol):
    """Does some work on every file, in no certain order, perhaps in other processes."""

    def __call__(self, work: Callable[[File], T], files: Sequence[File]) -> Iterable[T]:
        """What came of the work."""
        ...


class Look(Protocol):
    """Looks at one file beside the neighbours that an inventory tells of."""

    def __call__(self, file: File, inventory: Inventory) -> Outcome:
        """What came of it."""
        ...


class Memory:
    """The results of one place under one set of rules and settings."""

    def __init__(self, listing: Listing, origin: Origin, place: bytes, rules: Rules, limit: int) -> None:
        from scanner.results import database  # noqa: PLC0415  # 5 ms that a scan of a few files does without

        self._database = database
        self._origin, self._place, self._rules, self._limit = origin, place, rules, limit
        self._untouched = self._reread = self._looked = 0
        self._problem: str | None = None
        self._written = False
        self._rows: dict[bytes, Row] = {}
        try:
            database.refuse_inside(listing.root)
            self._rows = database.load(place)
        except database.UnusableError as problem:
            self._problem = str(problem)

    def outcomes(self, files: Sequence[File], inventory: Inventory, look: Look, spread: Spread) -> Iterator[Outcome]:
        """What came of every file, in no certain order: recalled, or from a `look` at it, which is then kept."""
        unpacking = Unpacking(self._rules, inventory)
        others = []
        for file in files:
            outcome = self._recalled(file, unpacking)
            if outcome is None:
                others.append(file)
            else:
                self._untouched += 1
                yield outcome

        fresh: list[Row] = []
        for outcome, row, known in spread(partial(self._through, look=look, unpacking=unpacking), others):
            if row is not None and self._rows.get(row[0]) != row:
                fresh.append(row)
                if len(fresh) == _AT_ONCE:
                    self._keep(fresh)
                    fresh.clear()
            self._reread += known
            self._looked += not known
            yield outcome
        listed = {_key(file) for file in files}
        self._keep(fresh)
        self._settle([key for key in self._rows if key not in listed and self._is_gone(key, inventory)])

    def remarks(self) -> Iterator[str]:
        """What there is to say to somebody who wants to know how the cache was used."""
        if self._problem is not None:
            yield f"the cache of results is not used: {self._problem}"
        yield f"{self._untouched:,} files untouched, {self._reread:,} read and known, {self._looked:,} looked at"

    def _recalled(self, file: File, unpacking: Unpacking) -> Outcome | None:
        """The outcome of a file that need not be read; None where that is not certain."""
        row = self._rows.get(_key(file))
        if row is None or row[1] == _UNTOLD or row[1] != self._stamp(file):
            return None
        return unpacking.outcome(row[3], file)

    def _through(self, file: File, look: Look, unpacking: Unpacking) -> tuple[Outcome, Row | None, bool]:
        """What came of a file that must be read, what to keep of it, and whether its content was known."""
        key, stamp = _key(file), self._stamp(file)  # whoever changes it from here on changes the stamp
        try:
            raw = file.load(self._limit)
        except Unreadable as problem:
            return look(file._replace(load=_failing(problem)), unpacking.inventory), None, False
        content = hashlib.sha256(raw).digest()
        row = self._rows.get(key)
        if row is not None and row[2] == content and (outcome := unpacking.outcome(row[3], file)) is not None:
            return outcome, (key, stamp, content, row[3]), True
        heard = Overheard(unpacking.inventory)
        outcome = look(file._replace(load=lambda _limit: raw), heard)
        packed = pack(outcome, heard.asked)
        return outcome, None if packed is None else (key, stamp, content, packed), False

    def _stamp(self, file: File) -> bytes:
        """What the file system says of a file of the disk; nothing where that would not tell a later change."""
        status = None if self._origin.status is None else self._origin.status(file.path)
        if status is None or max(status.st_mtime_ns, status.st_ctime_ns) > time.time_ns() - _FRESH:
            return _UNTOLD
        return b"%d %d %d %d %d" % (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)

    def _is_gone(self, key: bytes, inventory: Inventory) -> bool:
        """Whether the file of a tree is no more. A scan of a part of the tree, or one that leaves files out, says nothing of the others."""
        return self._origin.status is not None and key.decode("utf-8", "surrogateescape") not in inventory

    def _keep(self, fresh: Sequence[Row]) -> None:
        if self._problem is not None or not fresh:
            return
        self._written = True
        try:
            self._database.save(self._place, fresh)
        except self._database.UnusableError as problem:
            self._problem = str(problem)

    def _settle(self, gone: Sequence[bytes]) -> None:
        if self._problem is not None or not (self._written or gone):
            return
        try:
            self._database.settle(self._place, gone)
        except self._database.UnusableError as problem:
            self._problem = str(problem)


def remember(listing: Listing, rules: Rules, settings: Settings) -> Memory | None:
    """What is known of the files of a listing; None where it has no place, or the rules no fingerprint."""
    origin = listing.origin
    if origin is None or not rules.fingerprint:
        return None
    from scanner.results.context import context  # noqa: PLC0415

    nature = b"tree" if origin.status is not None else b"objects"
    place = hashlib.sha256(b"\0".join((context(rules, settings), nature, origin.place))).digest()
    return Memory(listing, origin, place, rules, settings.max_file_size)


def _key(file: File) -> bytes:
    path = file.path.encode("utf-8", "surrogateescape")
    return path if file.oid is None else b"%s %s" % (file.oid.encode(), path)


def _failing(problem: Unreadable) -> Callable[[int], bytes]:
    def load(_limit: int) -> bytes:
        raise problem

    return load
