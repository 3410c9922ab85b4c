"""Where compiled knowledge is kept between runs: the user's own cache directory, never inside the scanned repository."""

from __future__ import annotations

import binascii
import contextlib
import os
import time

_KEPT = 30 * 24 * 3600
_SUM = 4


def directory() -> str | None:
    """The cache directory as a path, created with mode 0700; None where none can be had (then everything is compiled anew)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    path = os.path.join(base, "phasegate")
    if not os.path.isabs(path):
        return None  # no home is known: a relative path would lead into the folder that is scanned
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        owned = os.lstat(path).st_uid == os.getuid() if hasattr(os, "getuid") else True
    except OSError:
        return None
    return path if owned else None


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
    return data[_SUM:] if len(data) > _SUM and _checksum(data[_SUM:]) == data[:_SUM] else None


def _checksum(data: bytes) -> bytes:
    return binascii.crc32(data).to_bytes(_SUM, "big")


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
                out.write(_checksum(data) + data if checked else data)
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
