"""Reading beneath one folder without ever leaving it, without blocking, and without guessing at names."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from typing import Literal, Protocol

from scanner.errors import TooLarge, Unreadable

Shape = Literal["file", "folder", "link", "other"]

CHUNK = 1 << 20
PATH_LIMIT = 4096
"""Names beyond PATH_MAX cannot be opened; an index can hold them all the same."""

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_NOT_REGULAR = "is not a regular file"
_TOO_LONG = "path is too long"
_OUTSIDE = "link leads out of the tree"

_REASONS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOENT: "vanished during the scan",
    errno.ENOTDIR: "vanished during the scan",
    errno.ENAMETOOLONG: _TOO_LONG,
    errno.ELOOP: "symbolic links lead in a circle",
    errno.EISDIR: "is a folder where a file was expected",
    errno.ENXIO: _NOT_REGULAR,
    errno.ESPIPE: _NOT_REGULAR,
    errno.EAGAIN: _NOT_REGULAR,
    errno.ENODEV: _NOT_REGULAR,
}


def reason(error: OSError) -> str:
    """Why the operating system refused, in words and without a path."""
    return _REASONS.get(error.errno or 0) or (error.strerror or "cannot be read").lower()


def decoded(path: bytes) -> str:
    """A path as `File.path` holds it: UTF-8, other bytes as surrogate escapes, whatever the locale says."""
    return path.decode("utf-8", "surrogateescape")


def encoded(path: str) -> bytes:
    """The bytes of a path that `decoded` made."""
    return path.encode("utf-8", "surrogateescape")


def shape_of(mode: int) -> Shape:
    """The part of a file's `st_mode` that a listing needs to know."""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"


class Digest(Protocol):
    """A hash under way, as `hashlib` makes them."""

    def update(self, data: bytes, /) -> None:
        """Take more of the content in."""
        ...

    def hexdigest(self) -> str:
        """The hash so far."""
        ...


class Tree:
    """The files beneath one real folder. Paths are relative to it, with `/`, as in `File.path`.

    No method follows a symbolic link out of the folder. The checks run before the file is opened: they hold against a hostile
    tree, not against a process that exchanges folders while the scan runs.
    """

    __slots__ = ("_folders", "_prefix", "root")

    def __init__(self, root: bytes) -> None:
        self.root = root
        self._prefix = root.rstrip(b"/") + b"/"
        self._folders = {b"": True}

    def shape(self, path: str) -> Shape:
        """What stands at `path`, links not followed. Raises `OSError`, `Unreadable` for a path through a linked folder."""
        raw = encoded(path)
        self._check_folder(raw)
        return shape_of(os.lstat(self._prefix + raw).st_mode)

    def status(self, path: str) -> os.stat_result | None:
        """What the file system says of the regular file at `path`, itself and the way to it no link; None where none can be seen."""
        raw = encoded(path)
        try:
            self._check_folder(raw)
            status = os.lstat(self._prefix + raw)
        except (OSError, Unreadable):
            return None
        return status if stat.S_ISREG(status.st_mode) else None

    def is_folder(self, path: str) -> bool:
        """Whether a folder stands at `path`, itself and the way to it no link; False where nothing can be seen."""
        try:
            return self.shape(path) == "folder"
        except (OSError, Unreadable):
            return False

    def gone(self, path: str) -> bool:
        """Whether nothing stands at `path`. What cannot be seen for want of permission is not gone."""
        try:
            os.lstat(self._prefix + encoded(path))
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False

    def read(self, path: str, limit: int) -> bytes:
        """The content of a regular file, or of the file in the tree that a link leads to.

        Raises `Unreadable` with the reason; content longer than `limit` bytes is `Unreadable`.
        """
        try:
            try:
                return self._read(path, limit)
            except OSError as error:
                if error.errno != errno.ELOOP:
                    raise
                # Listed as a regular file, and a link by now: git's index need not agree with the disk.
                target = self.target(path)
                if target is None:
                    raise Unreadable("is a link to a folder where a file was expected") from None
                return self._read(target, limit)
        except OSError as error:
            raise Unreadable(reason(error)) from None

    def _read(self, path: str, limit: int) -> bytes:
        raw = encoded(path)
        self._check_folder(raw)
        descriptor = os.open(self._prefix + raw, _FLAGS)
        try:
            # `pread` refuses a pipe or a socket by itself, which saves an `fstat` on every file.
            data = os.pread(descriptor, min(limit + 1, CHUNK), 0)
            if not data and not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable(_NOT_REGULAR)
            return self._rest(descriptor, data, limit)
        finally:
            os.close(descriptor)

    def digest(self, path: str, primed: Callable[[int], Digest]) -> tuple[str, bool]:
        """The hash of a regular file, in hexadecimal digits, and whether its owner may run it; the content is never held whole.

        `primed` gives the hash to feed, for a file of so many bytes. Raises `OSError`, and `Unreadable` with the reason.
        """
        raw = encoded(path)
        self._check_folder(raw)
        descriptor = os.open(self._prefix + raw, _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(_NOT_REGULAR)
            digest, place = primed(status.st_size), 0
            while data := os.pread(descriptor, CHUNK, place):
                digest.update(data)
                place += len(data)
        finally:
            os.close(descriptor)
        return digest.hexdigest(), bool(status.st_mode & stat.S_IXUSR)

    def link(self, path: str) -> bytes:
        """What a symbolic link says, wherever that leads. Raises `OSError`, `Unreadable` for a path through a linked folder."""
        raw = encoded(path)
        self._check_folder(raw)
        return os.readlink(self._prefix + raw)

    @staticmethod
    def _rest(descriptor: int, data: bytes, limit: int) -> bytes:
        chunks, size = [data], len(data)
        while data and size <= limit:
            data = os.pread(descriptor, min(limit + 1 - size, CHUNK), size)
            chunks.append(data)
            size += len(data)
        if size > limit:
            raise TooLarge(limit, chunks[0])
        return b"".join(chunks) if len(chunks) > 2 else chunks[0]

    def _check_folder(self, raw: bytes) -> None:
        # An index that was forged by hand can hold names that git itself would never write.
        if b".." in raw and b".." in raw.split(b"/"):
            raise Unreadable("path leads out of the tree")
        folder = raw.rpartition(b"/")[0]
        if folder not in self._folders:
            if len(raw) > PATH_LIMIT:
                raise Unreadable(_TOO_LONG)
            self._learn(folder)
        if not self._folders[folder]:
            raise Unreadable("a folder on its path is a symbolic link")

    def _learn(self, folder: bytes) -> None:
        unknown = []
        while folder not in self._folders:
            unknown.append(folder)
            folder = folder.rpartition(b"/")[0]
        real = self._folders[folder]
        for each in reversed(unknown):
            real = real and not stat.S_ISLNK(os.lstat(self._prefix + each).st_mode)
            self._folders[each] = real

    def target(self, path: str) -> str | None:
        """Where a symbolic link ends: the path of a regular file in the tree, or None for a folder in the tree.

        Raises `Unreadable` for a link that leads out of the tree, into git's own folder, in a circle, nowhere, or to a pipe,
        socket or device.
        """
        raw = encoded(path)
        try:
            self._check_folder(raw)
            # The kernel gives up after 40 links, so that the resolution below, which recurses, is bounded.
            mode = os.stat(self._prefix + raw).st_mode
            real = os.path.realpath(self._prefix + raw, strict=True)
        except FileNotFoundError:
            raise Unreadable("link leads nowhere") from None
        except OSError as error:
            raise Unreadable(f"link cannot be followed: {reason(error)}") from None
        inside = real == self.root or real.startswith(self._prefix)
        relative = real[len(self._prefix) :]
        if not inside or b".git" in relative.split(b"/"):
            raise Unreadable(_OUTSIDE)
        shape = shape_of(mode)
        if shape == "other":
            raise Unreadable("link leads to something that is not a regular file")
        return decoded(relative) if shape == "file" else None
