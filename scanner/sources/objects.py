"""The content of objects, through one `git cat-file --batch` a process."""

from __future__ import annotations

import os
import subprocess
import weakref

from scanner.errors import TooLarge, Unreadable, UsageError
from scanner.sources.git import read_some, start_git
from scanner.sources.repository import Repo

_MISSING = "is missing in this clone of the repository, or damaged there; nothing is fetched"
_HEAD = 1 << 16
_BATCH = ("-c", "core.bigFileThreshold=16m", "cat-file", "--batch")
"""Git writes a blob's size before its content, and never holds one above the threshold whole, unless it is stored as a delta."""


class Objects:
    """Reads objects of one repository. It may be used on both sides of a fork: each process talks to a git of its own."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._talks: dict[int, _Talk] = {}
        self.id_bytes = len(repo.zero) // 2
        """How long an object's id is where it is not written in hexadecimal digits."""
        weakref.finalize(self, _end, self._talks)

    def read(self, name: str, limit: int, *, kind: str = "blob") -> bytes:
        """The content of the object that has this name or id, a blob or a tree.

        Raises `Unreadable` for one that is not there, damaged, of another kind, or larger than `limit` bytes. One that is too large
        costs the process that began to read it, and no more than a pipe full of its content is taken. So does a missing one in a
        partial clone, where a git older than 2.45 first tries to fetch it, which no transport is allowed to.
        """
        talk = self._talks.get(os.getpid())
        if talk is None:
            talk = self._talks[os.getpid()] = _Talk(self._repo)
        try:
            return talk.content(name, limit, kind)
        except (_Broken, TooLarge) as problem:
            talk.end()
            del self._talks[os.getpid()]
            raise problem if isinstance(problem, TooLarge) else Unreadable(str(problem)) from None


class _Broken(Exception):  # noqa: N818  # it is a state of the conversation
    """The conversation cannot go on; the message says why in words."""


class _Talk:
    """One git process that answers with objects."""

    def __init__(self, repo: Repo) -> None:
        # Nobody reads the messages: what matters to us, git says in its answer, or by ending.
        self._process = start_git(_BATCH, repo.folder, keep_hook_env=repo.hook, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._buffer = bytearray()

    def content(self, name: str, limit: int, kind: str) -> bytes:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101  # it was asked for
        try:
            stdin.write(f"{name}\n".encode())
            stdin.flush()
        except OSError:
            raise _Broken(_MISSING) from None
        while b"\n" not in self._buffer:
            self._fill()
        head, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer[:] = rest
        said = head.split(b" ")
        if len(said) != 3:
            raise Unreadable(_MISSING)
        if said[1] != kind.encode():
            raise _Broken(f"is a {said[1].decode()} where a {kind} was expected")
        size = int(said[2])
        if size > limit:
            while len(self._buffer) < min(size, _HEAD):
                self._fill()
            raise TooLarge(limit, bytes(self._buffer[:_HEAD]))
        while len(self._buffer) <= size:  # a line break follows the content
            self._fill()
        content = bytes(self._buffer[:size])
        del self._buffer[: size + 1]
        return content

    def _fill(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101  # it was asked for
        try:
            piece = read_some(stdout.fileno())
        except UsageError as silence:
            raise _Broken(str(silence)) from None
        if not piece:
            raise _Broken(_MISSING)
        self._buffer += piece

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        with self._process:
            pass


def _end(talks: dict[int, _Talk]) -> None:
    talk = talks.pop(os.getpid(), None)  # those of other processes are theirs to end
    if talk is not None:
        talk.end()
