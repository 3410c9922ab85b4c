"""Writes a report to where the user asked: a regular file whole or not at all, a pipe or a device as a stream."""

from __future__ import annotations

import os
import re
import stat
import sys
from contextlib import suppress
from typing import BinaryIO

from scanner.errors import UsageError

_DESCRIPTOR = re.compile(r"/(?:dev|proc/(?:self|thread-self|[0-9]{1,10}))/fd/([0-9]{1,6})")
_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}
_MAX_LINKS = 40
_PIECE = 1 << 20


def write(text: str, target: str) -> None:
    """Writes `text` as UTF-8 to `target`.

    A regular file, or one that is yet to be, is replaced at the end and keeps its mode; through a symbolic link its target is
    replaced, not the link. An open descriptor (`/dev/stdout`, `/dev/fd/3`), a pipe, a socket or a device is written to.
    Raises `UsageError` where the folder does not exist or the file cannot be written, and `BrokenPipeError` where a reader has gone.
    """
    try:
        descriptor = _open_descriptor(target)
        if descriptor is not None:
            _stream(os.dup(descriptor), text)
        elif _is_stream(target):
            _stream(os.open(target, os.O_WRONLY | os.O_CLOEXEC), text)
        else:
            _replace(target, text)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot write {target!r}: {reason}") from error


def put(text: str, stream: BinaryIO) -> None:
    """Write `text` as UTF-8, piece by piece: a report of many megabytes need not be there twice."""
    for start in range(0, len(text), _PIECE):  # noqa: FURB122  # streams that stand in for a file often know `write` alone
        stream.write(text[start : start + _PIECE].encode("utf-8", "backslashreplace"))


def _open_descriptor(target: str) -> int | None:
    """The number of the descriptor of this process that the path names, if it names one.

    Opening such a path anew would start at the file's beginning, or fail for a socket; the descriptor itself knows its place.
    """
    path = os.path.abspath(target)
    for _ in range(_MAX_LINKS):
        if path in _STANDARD:
            return _STANDARD[path]
        match = _DESCRIPTOR.fullmatch(path)
        if match and path.split("/")[2] in ("fd", "self", "thread-self", str(os.getpid())):
            return int(match[1])
        if not os.path.islink(path):
            return None
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
    return None


def _is_stream(target: str) -> bool:
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise UsageError(f"cannot write {target!r}: it is a folder")
    return not stat.S_ISREG(mode)


def _stream(descriptor: int, text: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    with os.fdopen(descriptor, "wb") as stream:
        put(text, stream)


def _replace(target: str, text: str) -> None:
    path = os.path.realpath(target)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise UsageError(f"cannot write {target!r}: its folder does not exist")
    exists = os.path.exists(path)
    if exists and not os.access(path, os.W_OK):
        raise UsageError(f"cannot write {target!r}: the file is read-only")
    # The random name is short, whatever the length of the file's own name; O_EXCL refuses one that somebody has planted.
    temporary = os.path.join(folder, f".phasegate-{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            if exists:
                os.fchmod(descriptor, stat.S_IMODE(os.stat(path).st_mode))
            put(text, stream)
            stream.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)
    finally:
        # Gone already when the replacement took place; still there when anything, an interrupt too, came in between.
        with suppress(FileNotFoundError):
            os.unlink(temporary)
