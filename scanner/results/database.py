"""The database of results. The one module that speaks to SQLite.

A connection lives for one reading or one writing only: none crosses a fork, and none holds a lock while files are scanned.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner import cache

if TYPE_CHECKING:
    from sqlite3 import Connection

LARGEST = 256 << 20
"""The most that is kept, in bytes; what was not used for the longest time goes first."""
_FILE = "results-1.sqlite"
_PATIENCE = 2.0
_DAY = 24 * 3600
_KEPT = 30 * _DAY
_ROW = 16
"""About what a row costs besides its own bytes."""
_SCHEMA = """
create table if not exists places (id integer primary key, key blob unique not null, used integer not null, size integer not null);
create table if not exists results
    (place integer, key blob, stamp blob, content blob, outcome blob, primary key (place, key)) without rowid;
"""
_ROWS = """
select key, stamp, content, outcome from results where place = ? and typeof(key) = 'blob' and typeof(outcome) = 'blob'
"""
_SIZE = f"""
update places set used = ?, size =
    (select coalesce(sum(length(key) + length(stamp) + length(content) + length(outcome) + {_ROW}), 0) from results where place = places.id)
where id = ?
"""  # noqa: S608  # a number of our own

Row = tuple[bytes, bytes, bytes, bytes]
"""One file: its key, the stamp and the digest of the content that was looked at, and the packed outcome."""


class UnusableError(Exception):
    """The database cannot be read or written; the message says why in words."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How much there is: trees and repositories (each under every set of rules and settings), files in them, and bytes on the disk."""

    places: int
    results: int
    size: int


def path() -> str:
    """The path of the database, which need not exist yet. Raises `UnusableError` where there can be none."""
    try:
        return os.path.join(cache.private_directory(cache.RESULTS), _FILE)
    except cache.NoCacheError as problem:
        raise UnusableError(str(problem)) from None


def refuse_inside(root: str) -> None:
    """Raise `UnusableError` where the database would lie in a tree that is scanned, and belong to what is judged."""
    try:
        folder, tree = os.path.realpath(cache.location(cache.RESULTS)), os.path.realpath(root)
    except cache.NoCacheError as problem:
        raise UnusableError(str(problem)) from None
    if os.path.commonpath((folder, tree)) == tree:
        raise UnusableError(f"{folder} lies in the tree that is scanned")


def load(place: bytes) -> dict[bytes, Row]:
    """The rows of a place by their keys. Raises `UnusableError`; a damaged database is forgotten on the way."""
    with _opened() as connection:
        found = connection.execute("select id, used from places where key = ?", (place,)).fetchone()
        if found is None:
            return {}
        number, used = found
        known = {row[0]: row for row in connection.execute(_ROWS, (number,))}
    if used < _now() - _DAY:
        with suppress(UnusableError), _opened() as connection:  # what is read counts, whether that can be noted or not
            connection.execute("update places set used = ? where id = ?", (_now(), number))
            connection.commit()
    return known


def save(place: bytes, rows: Iterable[Row]) -> None:
    """Keep rows of a place, in place of older ones with the same keys. Raises as `load`. At the end of a scan follows `settle`."""
    with _opened() as connection:
        number = _begun(connection, place)
        connection.executemany("insert or replace into results values (?, ?, ?, ?, ?)", ((number, *row) for row in rows))
        connection.commit()


def settle(place: bytes, gone: Iterable[bytes]) -> None:
    """Forget the rows of a place whose keys are `gone`, and whatever was not used for too long. Raises as `load`."""
    with _opened() as connection:
        number = _begun(connection, place)
        connection.executemany("delete from results where place = ? and key = ?", ((number, key) for key in gone))
        connection.execute(_SIZE, (_now(), number))
        _prune(connection)
        connection.commit()


def _begun(connection: Connection, place: bytes) -> int:
    """The number of a place, in a transaction that may write."""
    connection.execute("begin immediate")
    connection.execute("insert or ignore into places values (null, ?, ?, 0)", (place, _now()))
    (number,) = connection.execute("select id from places where key = ?", (place,)).fetchone()
    return int(number)


def contents() -> Contents:
    """How much is kept. Raises as `load`."""
    with _opened() as connection:
        (places,) = connection.execute("select count(*) from places").fetchone()
        (results,) = connection.execute("select count(*) from results").fetchone()
        return Contents(places, results, os.stat(path()).st_size)


@contextmanager
def _opened() -> Iterator[Connection]:
    try:
        import sqlite3  # noqa: PLC0415
    except ImportError:
        raise UnusableError("this Python was built without SQLite") from None
    file = path()
    try:
        _check(file)
        with closing(sqlite3.connect(file, timeout=_PATIENCE)) as connection:
            connection.executescript(_SCHEMA)
            yield connection
    except OSError as error:
        raise UnusableError(f"{file} cannot be opened: {error.strerror}") from None
    except sqlite3.OperationalError as error:  # locked by another process, on a read-only or a full disk
        raise UnusableError(f"{file}: {error}") from None
    except sqlite3.DatabaseError as error:
        _forget(file)
        raise UnusableError(f"{file} was damaged and is begun anew ({error})") from None


def _check(file: str) -> None:
    """Make the file where there is none, for the user's eyes only. Raises `OSError`, and `UnusableError` for one that is not our own."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    own = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o077)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or not own:
        raise UnusableError(f"{file} is not a private file of the user's own")


def _forget(file: str) -> None:
    for name in (file, f"{file}-journal"):
        with suppress(OSError):
            os.unlink(name)


def _prune(connection: Connection) -> None:
    """Forget what was not used for a month, and the longest unused of what is more than may be kept."""
    total = 0
    for number, used, size in connection.execute("select id, used, size from places order by used desc, id desc").fetchall():
        total += size
        if total > LARGEST or used < _now() - _KEPT:
            connection.execute("delete from results where place = ?", (number,))
            connection.execute("delete from places where id = ?", (number,))


def _now() -> int:
    return int(time.time())
