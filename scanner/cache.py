"""Where compiled knowledge is kept between runs: the user's own cache directory, never inside the scanned repository."""

from __future__ import annotations

import binascii
import contextlib
import os
import stat
import time

_KEPT = 30 * 24 * 3600
_SUM = 4
RESULTS = "results"
"""The folder of the database of results."""


class NoCacheError(Exception):
    """There is no directory that can be used as a cache; the message says why in words."""


def directory() -> str | None:
    """The cache directory as a path, created with mode 0700; None where none can be had (then everything is compiled anew)."""
    try:
        return private_directory()
    except NoCacheError:
        return None


def location(*below: str) -> str:
    """The path of the cache directory, or of the folder `below` it, whether it is there or not. Raises `NoCacheError` without a home."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(base):
        raise NoCacheError("no home is known")  # a relative path would lead into the folder that is scanned
    return os.path.join(base, "phasegate", *below)


def private_directory(*below: str) -> str:
    """The path as `location` gives it, of folders created with mode 0700.

    Raises `NoCacheError` where they are not the user's own or others can write to them: what stands in them is believed.
    """
    for depth in range(len(below) + 1):
        path = location(*below[:depth])
        try:
            os.makedirs(path, mode=0o700, exist_ok=True)
            status = os.lstat(path)
        except OSError as error:
            raise NoCacheError(f"{path} cannot be made: {error.strerror}") from None
        if not stat.S_ISDIR(status.st_mode):
            raise NoCacheError(f"{path} is a link")
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            raise NoCacheError(f"{path} belongs to somebody else, or others may write to it")
    return path


def load(name: str, *, checked: bool = False) -> bytes | None:
    """The bytes stored under `name`, or None where there are none; with `checked` also where they are not as they were stored."""
    base = directory()
    if base is None:
        return None
    try:
        with open(os.path.join(base, name), "rb") as stored:
            data = stored.read()
    except OSError:
        return None
    if not checked:
        return data
    return unsealed(data)


def sealed(data: bytes) -> bytes:
    """`data` behind a check sum, by which `unsealed` tells damage."""
    return binascii.crc32(data).to_bytes(_SUM, "big") + data


def unsealed(stored: bytes) -> bytes | None:
    """What was `sealed`, or None where it is damaged."""
    # A view: these are megabytes, at every start.
    data = memoryview(stored)[_SUM:]
    return stored[_SUM:] if data and binascii.crc32(data).to_bytes(_SUM, "big") == stored[:_SUM] else None


def store(name: str, data: bytes, *, checked: bool = False) -> None:
    """Keep `data` under `name`, whole or not at all. A cache that cannot be written is no error: the next run compiles again.

    With `checked` a check sum goes in front, by which `load` tells damage.
    """
    base = directory()
    if base is None:
        return
    import tempfile  # noqa: PLC0415

    with contextlib.suppress(OSError):
        handle, temporary = tempfile.mkstemp(dir=base)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(sealed(data) if checked else data)
            os.replace(temporary, os.path.join(base, name))
        except OSError:
            os.unlink(temporary)
            raise
        _prune(base)


def _prune(base: str) -> None:
    """Forget what has not been stored anew for a month: every change of the signatures leaves its predecessor behind."""
    oldest = time.time() - _KEPT
    for entry in os.scandir(base):
        if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < oldest:
            os.unlink(entry.path)
