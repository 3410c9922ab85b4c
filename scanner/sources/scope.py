"""Which repository a request means, and which part of it is wanted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.sources.disk import folders_above, git_top, is_bare_repository
from scanner.sources.globs import matcher
from scanner.sources.repository import Repo, below_top, open_repository


class Scope(NamedTuple):
    """A repository and what is wanted of it. Paths are relative to its top, whatever the current folder.

    `paths` are the files and folders asked for, None for everything. `excluded` tells whether the user left a path out; a folder is
    asked for with a `/` at its end.
    """

    repo: Repo
    paths: tuple[str, ...] | None = None
    excluded: Callable[[str], bool] | None = None

    def wants(self, path: str) -> bool:
        """Whether `path` lies in what was asked for."""
        return self.paths is None or f"{path}/".startswith(tuple(f"{wanted}/" for wanted in self.paths))

    def leaves_out(self, path: str, *, folder: bool = False) -> bool:
        """Whether the user has excluded `path`, or the folder that stands there."""
        return self.excluded is not None and (self.excluded(path) or (folder and self.excluded(f"{path}/")))

    def check(self, known: Iterable[str], where: str) -> None:
        """Raise `UsageError` for a path asked for that is neither in `known` nor a folder above one: a typing mistake never passes."""
        if self.paths is None:
            return
        paths = set(known)
        unknown = [path for path in self.paths if path not in paths]
        if unknown:
            folders = folders_above(paths)
            for path in unknown:
                if path not in folders:
                    raise UsageError(f"{path}: no such file or folder in {where}")


def scope_of(paths: Sequence[str], exclude: Sequence[str] = ()) -> Scope:
    """The scope that the paths of a command line make; without one it is all of the repository that holds the current folder.

    A single folder may also be, or lie in, another repository than the current one. Variables that git has set for a hook speak of
    the current one only. Raises `UsageError` for a path outside the repository, and where there is no repository.
    """
    excluded = matcher(exclude)
    if len(paths) == 1 and os.path.isdir(paths[0]) and _is_elsewhere(os.path.realpath(os.fsencode(paths[0]))):
        repo = open_repository(paths[0], hook=False)
        below = below_top(repo, paths[0])
        return Scope(repo, (below,) if below else None, excluded)
    repo = open_repository()
    wanted = []
    for path in paths:
        below = below_top(repo, path)
        if below is None:
            outside = "lies outside the repository" if repo.top else "a repository without a work tree has no folders to choose from"
            raise UsageError(f"{path}: {outside}")
        wanted.append(below)
    return Scope(repo, None if not wanted or "" in wanted else tuple(wanted), excluded)


def _is_elsewhere(folder: bytes) -> bool:
    here = os.path.realpath(b".")
    return folder != here and (is_bare_repository(folder) or git_top(folder) != git_top(here))
