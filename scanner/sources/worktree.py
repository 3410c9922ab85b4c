"""The files that stand on the disk, as git or the file system lists them."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence

from scanner.errors import TooLarge, UsageError
from scanner.model import File, Listing, Repository
from scanner.sources.disk import git_top, is_bare_repository, neighbours, walk
from scanner.sources.gathering import Gathering
from scanner.sources.globs import matcher
from scanner.sources.request import Request, resolve
from scanner.sources.tree import Tree, decoded, encoded

NESTING = 20
"""How many repositories may lie within each other."""


def listing(paths: Sequence[str], *, include_ignored: bool = False, exclude: Sequence[str] = ()) -> Listing:
    """The work tree's files below `paths` (none: the current folder), sorted by path.

    Within a git work tree these are the tracked files as they stand on the disk and the untracked ones; ignored ones only with
    `include_ignored`, or named one by one. Elsewhere, or without git, they are all the files that the disk holds. `exclude` takes
    globs as described in `scanner.sources.globs`. Nothing is read before a file's `load` is called. The blob ids of the index
    are not passed on: the content on the disk may differ.

    Raises `UsageError` for unusable paths or globs, and when git refuses to answer.
    """
    request = resolve(paths)
    gathering = Gathering(Tree(request.root), matcher(exclude), request.folders)
    repository = _from_git(request, gathering, include_ignored=include_ignored)
    if repository is None:
        _from_disk(request, gathering)
    for path in request.files:
        gathering.look(path)
    return gathering.listing(request.display, repository)


def stdin_listing(name: str, data: bytes) -> Listing:
    """One file that is not on the disk, under a name below the current folder; its neighbours are what git tracks there.

    Raises `UsageError` for a name that is empty or lies outside the current folder.
    """
    root = os.path.realpath(b".")
    path = _relative(name, decoded(root))

    def load(limit: int) -> bytes:
        if len(data) > limit:
            raise TooLarge(limit, data[:limit])
        return data

    inventory = {path}
    repository = None
    if git_top(root) is not None:  # without one, the module that starts processes is not loaded
        from scanner.sources.checkout import checkout  # noqa: PLC0415

        census = checkout(root, disk=False)
        if census is not None:
            inventory.update(census.tracked())
            repository = census.repository
    return Listing(".", "stdin", (File(path, load),), frozenset(inventory), repository=repository)


def _relative(name: str, root: str) -> str:
    path = posixpath.normpath(decoded(os.fsencode(name))) if name else ""
    if path.startswith("/"):
        path = posixpath.relpath(path, root)
    if path in {"", "."} or path.split("/")[0] == ".." or "\0" in path:
        raise UsageError(f"{name!r}: standard input needs the name of a file below the current folder")
    return path


def _from_git(request: Request, gathering: Gathering, *, include_ignored: bool) -> Repository | None:
    """Fill `gathering` as git lists the tree; None, and nothing filled, when git has no say in it."""
    if git_top(request.root) is None:
        return None
    from scanner.sources.checkout import checkout  # noqa: PLC0415

    only_files = request.folders == ()
    census = checkout(request.root, include_ignored=include_ignored, disk=not only_files)
    if census is None:
        return None
    if only_files:
        gathering.inventory.update(census.tracked())
        return census.repository
    pending = [("", census, 0)]
    while pending:
        prefix, inner, depth = pending.pop()
        gathering.take(inner, prefix)
        below = [prefix + path for path in inner.submodules if _is_checked_out(gathering, prefix + path)]
        below += [prefix + path for path in inner.nested]
        for path in below:
            if not gathering.wants_below(path):
                continue
            if depth == NESTING:
                gathering.skip(path, f"more than {NESTING} repositories within each other", folder=True)
                continue
            folder = os.path.join(request.root, encoded(path))
            try:
                found = checkout(folder, include_ignored=include_ignored, provenance=False) or walk(folder)
            except UsageError as refusal:
                gathering.skip(path, str(refusal).replace(decoded(request.root), "."), folder=True)
            else:
                pending.append((f"{path}/", found, depth + 1))
    return census.repository


def _is_checked_out(gathering: Gathering, path: str) -> bool:
    """Whether a submodule's files are there to be listed; says so in `gathering` if not."""
    gathering.inventory.add(path)
    tree = gathering.tree
    if not gathering.wants_below(path):
        return False
    if not tree.gone(path) and not tree.is_folder(path):
        gathering.look(path)
        return False
    if tree.gone(f"{path}/.git"):
        gathering.skip(path, "submodule is not checked out", folder=True)
        return False
    return True


def _from_disk(request: Request, gathering: Gathering) -> None:
    if request.folders is None:
        if is_bare_repository(request.root):
            raise UsageError(f"{request.display}: is a bare git repository, which holds no files of a work tree")
        gathering.take(walk(request.root))
        return
    for folder in request.folders:
        gathering.take(walk(os.path.join(request.root, encoded(folder))), f"{folder}/")
    gathering.inventory.update(neighbours(request.root, (*request.folders, *request.files)))
