"""From the paths on the command line to one root and what is wanted below it."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.sources.tree import decoded, reason


class Request(NamedTuple):
    """What to scan. `root` is a real path, `display` the root as the user gave it.

    `folders` and `files` are relative to the root; `folders` is None when the whole root is wanted.
    """

    root: bytes
    display: str
    folders: tuple[str, ...] | None = None
    files: tuple[str, ...] = ()


def resolve(paths: Sequence[str]) -> Request:
    """The request that `paths` make; no path at all is the current folder.

    Raises `UsageError` for a path that does not exist or cannot be reached, and for several paths that do not all lie below the
    current folder.
    """
    given = list(dict.fromkeys(paths)) or ["."]
    modes = {path: _mode(path) for path in given}
    if len(given) == 1 and os.path.isdir(given[0]):
        return Request(os.path.realpath(os.fsencode(given[0])), given[0])
    root = os.path.realpath(b".")
    places = {path: _place(os.fsencode(path), mode, root) for path, mode in modes.items()}
    if len(given) == 1:
        place = places[given[0]]
        if _below(place, root) is None:
            return Request(os.path.dirname(place), os.path.dirname(given[0]) or ".", (), (decoded(os.path.basename(place)),))
    return _several(places, root)


def _several(places: dict[str, bytes], root: bytes) -> Request:
    folders: list[str] = []
    files: list[str] = []
    for path, place in places.items():
        below = _below(place, root)
        if below is None:
            raise UsageError(f"{path}: lies outside the current folder; several paths are scanned together only below it")
        # A link that is still one here leads out of the root, and is reported as the link that it is.
        (folders if os.path.isdir(place) and not os.path.islink(place) else files).append(below)
    return Request(root, ".", None if "" in folders else tuple(folders), tuple(files))


def _mode(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{path or repr(path)}: no such file or folder") from None
    except OSError as error:
        raise UsageError(f"{path}: {reason(error)}") from None
    except ValueError:
        raise UsageError(f"{path!r}: not a usable path") from None


def _place(path: bytes, mode: int, root: bytes) -> bytes:
    """The real path of an argument. A link keeps its own name, but for a link to a folder below the root."""
    if not stat.S_ISLNK(mode):
        return os.path.realpath(path)
    if os.path.isdir(path):
        real = os.path.realpath(path)
        if _below(real, root) is not None:
            return real
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _below(place: bytes, root: bytes) -> str | None:
    if place == root:
        return ""
    prefix = root.rstrip(b"/") + b"/"
    return decoded(place[len(prefix) :]) if place.startswith(prefix) else None
