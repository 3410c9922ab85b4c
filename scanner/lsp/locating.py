"""Where a document lies: from the URI of an editor to a path on this machine, and to the root whose configuration counts for it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlsplit

from scanner import config
from scanner.errors import UsageError
from scanner.sources.disk import git_top
from scanner.sources.tree import decoded, encoded

_HERE = ("", "localhost")


class Place(NamedTuple):
    """A document's `path` below the real path `root` of what a scan would be made of."""

    root: str
    path: str


def path_of(uri: str) -> str | None:
    """The absolute path that a URI names, bytes that are no UTF-8 as surrogate escapes; None for what is no file of this machine."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote_to_bytes(parts.path)
    if parts.scheme != "file" or parts.netloc not in _HERE or not path.startswith(b"/") or b"\0" in path:
        return None
    return decoded(os.path.normpath(path))


def uri_of(path: str) -> str:
    """The URI of an absolute path."""
    return "file://" + quote(encoded(path))


def place_of(path: str, folders: Iterable[str]) -> Place | None:
    """Where a file lies in the innermost of the workspace's `folders`, or in the repository around it where it lies in none of them.

    None for a file of git's own folder, which no scan looks at.
    """
    real = encoded(real_path(path))
    holding = [folder for each in folders if is_below(real, folder := os.path.realpath(encoded(each)))]
    root = root_of(max(holding, key=len) if holding else os.path.dirname(real))
    below = real[len(root.rstrip(b"/")) + 1 :]
    return Place(decoded(root), decoded(below)) if b".git" not in below.split(b"/") else None


def root_of(folder: bytes) -> bytes:
    """The root of the scan that a user would make of the real path `folder`.

    It is the nearest folder with a configuration from `folder` up to the top of its repository, or this top where there is none.
    Outside of a repository it is the folder itself: nothing above it is known to belong to it.
    """
    top = git_top(folder)
    if top is None:
        return folder
    at = folder
    while not _is_configured(at):
        if at == top:
            return top
        at = os.path.dirname(at)
    return at


def _is_configured(folder: bytes) -> bool:
    try:
        return config.load(decoded(folder)).file is not None
    except UsageError:
        return True  # a damaged one counts: what it would say is not known


def real_path(path: str) -> str:
    """The real path of the folder with the file's own name: a link counts under its own name, as everywhere."""
    folder, name = os.path.split(encoded(path))
    return decoded(os.path.join(os.path.realpath(folder), name))


def is_below(path: bytes, folder: bytes) -> bool:
    """Whether a path lies in a folder, or in one of its folders."""
    return path.startswith(folder.rstrip(b"/") + b"/")
