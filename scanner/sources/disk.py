"""Folders outside git, listed from the disk with a walk of our own: no recursion, no link followed."""

from __future__ import annotations

import os
from collections.abc import Iterable

from scanner.sources.census import Census
from scanner.sources.tree import decoded, encoded, reason

_GIT = b".git"


def walk(folder: bytes) -> Census:
    """Every file below the real path `folder`; git's own folders (`.git`) are passed over, ignore files have no meaning here.

    A folder that cannot be opened stands in `unopened`, `folder` itself as `.`.
    """
    census = Census()
    pending = [(folder, "")]
    while pending:
        place, prefix = pending.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    path = prefix + decoded(entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name != _GIT:
                            pending.append((entry.path, f"{path}/"))
                    elif entry.is_file(follow_symlinks=False):
                        census.regular.append(path)
                    elif entry.name != _GIT:
                        census.lookup.append(path)
        except OSError as error:
            census.unopened.append((prefix.rstrip("/") or ".", reason(error)))
    return census


def git_top(folder: bytes) -> bytes | None:
    """The nearest folder at or above the real path `folder` that holds a `.git` entry, or None; no process is started."""
    while not os.path.lexists(os.path.join(folder, b".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def is_bare_repository(folder: bytes) -> bool:
    """Whether `folder` is git's own storage, the content of which no file scan can see."""
    return all(os.path.lexists(os.path.join(folder, name)) for name in (b"HEAD", b"objects", b"refs"))


def neighbours(root: bytes, paths: Iterable[str]) -> set[str]:
    """The paths that stand beside `paths` and beside the folders above them, up to `root`: an inventory without a walk.

    A folder that cannot be listed adds nothing: no file is lost by it, since these paths are not scanned.
    """
    folders = folders_above(paths) | {""}
    found: set[str] = set()
    for folder in folders:
        try:
            names = os.listdir(os.path.join(root, encoded(folder)))
        except OSError:
            continue
        prefix = f"{folder}/" if folder else ""
        found.update(prefix + decoded(name) for name in names)
    return found


def folders_above(paths: Iterable[str]) -> set[str]:
    """Every folder on the way to `paths`, without the root and without a `/` at the end."""
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
