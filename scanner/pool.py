"""Spread work over forked processes: the rules are loaded once, and nothing is pickled on the way in."""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from scanner.errors import UsageError

T = TypeVar("T")
R = TypeVar("R")
_CHUNK = 64
_HEAD = struct.Struct("!Q")


def spread(work: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[R]:
    """`work` done on every item, in no certain order, by `jobs` processes; by this one where there is one job or no fork.

    A child that dies takes the scan with it (`UsageError`): a partial result never looks whole.
    """
    if jobs <= 1 or not hasattr(os, "fork"):
        yield from map(work, items)
        return
    children: dict[int, int] = {}
    try:
        for place in range(jobs):
            reader, writer = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(reader)
                _child(work, items[place::jobs], writer)
            os.close(writer)
            children[reader] = pid
        yield from _collect(children)
    finally:
        for reader, pid in children.items():
            os.close(reader)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _child(work: Callable[[T], R], items: Sequence[T], writer: int) -> None:
    """Work through the share and leave without running any of the parent's clean-up."""
    code = 1
    try:
        with os.fdopen(writer, "wb") as out:
            for start in range(0, len(items), _CHUNK):
                data = pickle.dumps([work(item) for item in items[start : start + _CHUNK]], pickle.HIGHEST_PROTOCOL)
                out.write(_HEAD.pack(len(data)) + data)
                out.flush()
            out.write(_HEAD.pack(0))
        code = 0
    except (KeyboardInterrupt, BrokenPipeError):
        code = 130
    finally:
        os._exit(code)


def _collect(children: dict[int, int]) -> Iterator[Any]:
    buffers = {reader: bytearray() for reader in children}
    while buffers:
        ready, _writable, _failed = select.select(list(buffers), [], [])
        for reader in ready:
            data = os.read(reader, 1 << 20)
            if not data:
                raise UsageError("a worker process ended before its work was done; try --jobs 1")
            buffers[reader] += data
            done, batches = _messages(buffers[reader])
            for batch in batches:
                yield from batch
            if done:
                del buffers[reader]
                pid = children.pop(reader)
                os.close(reader)
                os.waitpid(pid, 0)


def _messages(buffer: bytearray) -> tuple[bool, list[list[Any]]]:
    """The whole messages at the head of a buffer, which loses them; and whether the last of them said that all is done."""
    batches: list[list[Any]] = []
    while len(buffer) >= _HEAD.size:
        size = _HEAD.unpack_from(buffer)[0]
        if size == 0:
            return True, batches
        if len(buffer) < _HEAD.size + size:
            break
        batches.append(pickle.loads(bytes(buffer[_HEAD.size : _HEAD.size + size])))  # noqa: S301  # written by our own fork
        del buffer[: _HEAD.size + size]
    return False, batches
