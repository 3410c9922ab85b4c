"""Collects what a scan of the work tree finds, under the user's exclusions and choice of folders, and makes the listing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from scanner.errors import Unreadable
from scanner.model import File, Listing, NotScanned, Origin, Repository
from scanner.sources.census import Census
from scanner.sources.disk import folders_above
from scanner.sources.tree import Shape, Tree, reason


class Gathering:
    """A listing in the making. `folders` are the only ones wanted, None for all; files added one by one are always wanted."""

    def __init__(self, tree: Tree, excluded: Callable[[str], bool] | None, folders: tuple[str, ...] | None) -> None:
        self.tree = tree
        self.inventory: set[str] = set()
        self._is_excluded = excluded
        self._prefixes = None if folders is None else tuple(f"{folder}/" for folder in folders)
        self._files: dict[str, File] = {}
        self._skipped: dict[str, NotScanned] = {}
        self._excluded: set[str] = set()

    def wants_below(self, folder: str) -> bool:
        """Whether anything below `folder` can be wanted."""
        here = f"{folder}/"
        return self._prefixes is None or any(here.startswith(prefix) or prefix.startswith(here) for prefix in self._prefixes)

    def wants(self, path: str) -> bool:
        """Whether a file, or a folder as a whole, lies in what was asked for."""
        return self._prefixes is None or f"{path}/".startswith(self._prefixes)

    def take(self, census: Census, prefix: str = "") -> None:
        """Add all of a census but its submodules and nested repositories; `prefix` is its folder with a `/` at the end, or empty."""
        regular, lookup = self._placed(census.regular, prefix), self._placed(census.lookup, prefix)
        looked = {path: shape for path in lookup if self.wants(path) and (shape := self._shape(path)) is not None}
        there = _still_there(regular, looked)
        self._add_regular(there if self._prefixes is None else [path for path in there if self.wants(path)])
        self._add_regular(path for path, shape in looked.items() if shape == "file")
        for path, shape in looked.items():
            if shape != "file":
                self._add_other(path, shape)
        for path in self._placed(census.missing, prefix):
            # Git says missing of whatever it cannot see, which is also what a locked folder holds.
            if self.wants(path) and not self.tree.gone(path):
                self.look(path)
        for path in self._placed(census.sparse, prefix):
            if self.wants(path):
                self._look_at_sparse(path)
        for name, why in census.unopened:
            folder = name if not prefix else prefix.rstrip("/") if name == "." else prefix + name
            if folder == "." or self.wants_below(folder):
                self.skip(folder, why, folder=True)

    def _placed(self, paths: list[str], prefix: str) -> list[str]:
        placed = [prefix + path for path in paths] if prefix else paths
        self.inventory.update(placed)
        return placed

    def _add_regular(self, paths: Iterable[str]) -> None:
        read, excluded = self.tree.read, self._is_excluded
        for path in paths:
            if excluded is not None and excluded(path):
                self._excluded.add(path)
            else:
                self._files[path] = File(path, partial(read, path))

    def look(self, path: str) -> None:
        """Add what stands at `path`, after a look at what it is."""
        self.inventory.add(path)
        shape = self._shape(path)
        if shape == "file":
            self._add_regular((path,))
        elif shape is not None:
            self._add_other(path, shape)

    def _shape(self, path: str) -> Shape | None:
        """What stands at `path`; None, and the reason recorded, where that cannot be seen."""
        try:
            return self.tree.shape(path)
        except Unreadable as problem:
            self.skip(path, str(problem))
        except OSError as error:
            self.skip(path, reason(error))
        return None

    def _add_other(self, path: str, shape: Shape) -> None:
        """Add what is no regular file: a link's target under the link's name. A folder's files are listed by themselves."""
        if shape == "other":
            self.skip(path, "is not a regular file")
        if shape != "link":
            return
        try:
            target = self.tree.target(path)
        except Unreadable as problem:
            self.skip(path, str(problem))
            return
        if target is None:
            return
        if self._is_excluded is not None and self._is_excluded(path):
            self._excluded.add(path)
        else:
            self._files[path] = File(path, partial(self.tree.read, target))

    def _look_at_sparse(self, path: str) -> None:
        if self.tree.gone(path):
            self.skip(path, "left out by a sparse checkout")
        else:
            self.look(path)

    def skip(self, path: str, why: str, *, folder: bool = False) -> None:
        """Record that `path` could not be looked at, unless the user has excluded it."""
        if self._is_excluded is not None and (self._is_excluded(path) or (folder and self._is_excluded(f"{path}/"))):
            self._excluded.add(path)
        else:
            self._skipped[path] = NotScanned(path, why)

    def listing(self, display: str, repository: Repository | None) -> Listing:
        """The finished listing, in order."""
        return Listing(
            root=display,
            source="worktree",
            files=tuple(self._files[path] for path in sorted(self._files)),
            inventory=frozenset(self.inventory),
            not_scanned=tuple(self._skipped[path] for path in sorted(self._skipped)),
            repository=repository,
            excluded=len(self._excluded),
            origin=Origin(self.tree.root, self.tree.status),
        )


def _still_there(regular: list[str], looked: dict[str, Shape]) -> list[str]:
    """The tracked files, without those whose name is a folder now, and without those whose folder is a link now.

    The disk has neither any more, although the system call by which git looks for missing files finds something there. What has
    taken their place is among the paths that were `looked` at.
    """
    folders = folders_above(looked)
    if folders and not folders.isdisjoint(regular):
        regular = [path for path in regular if path not in folders]
    links = {path for path, shape in looked.items() if shape == "link"}
    if links and not links.isdisjoint(folders_above(regular)):
        regular = [path for path in regular if links.isdisjoint(folders_above((path,)))]
    return regular
