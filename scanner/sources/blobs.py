"""Collects the blobs that a scan of git's objects is to look at, and makes the listing of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from scanner.model import File, Listing, NotScanned
from scanner.sources.links import Link, Target
from scanner.sources.objects import Objects
from scanner.sources.repository import provenance
from scanner.sources.revisions import GITLINK, LINK
from scanner.sources.scope import Scope

Follow = Callable[[Sequence[Link]], Sequence[Target]]


class Blobs:
    """A listing in the making, of what the scope wants; files keep the order in which they were added."""

    def __init__(self, scope: Scope, objects: Objects) -> None:
        self.scope = scope
        self._objects = objects
        self._files: list[File] = []
        self._links: list[tuple[int, Link, str | None, str | None]] = []
        self._skipped: dict[NotScanned, None] = {}
        self._excluded: set[str] = set()

    def add(self, path: str, mode: str, oid: str, *, treeish: str = "", commit: str | None = None, authored: str | None = None) -> None:
        """Add what stands at `path`: a file's blob, a link (to be followed in `treeish`), or a submodule, which is in no blob."""
        if not self.scope.wants(path):
            return
        if mode == GITLINK:
            self.skip(path, "is a submodule: its files are in another repository", folder=True)
        elif self.scope.leaves_out(path):
            self._excluded.add(path)
        elif mode == LINK:
            self._links.append((len(self._files), Link(path, treeish), commit, authored))
        else:
            self._files.append(File(path, partial(self._objects.read, oid), oid, commit, authored))

    def skip(self, path: str, why: str, *, folder: bool = False) -> None:
        """Record that `path` could not be looked at, unless the user has excluded it."""
        if self.scope.leaves_out(path, folder=folder):
            self._excluded.add(path)
        else:
            self._skipped[NotScanned(path, why)] = None

    def listing(self, source: str, inventory: Iterable[str], revision: str | None, follow: Follow) -> Listing:
        """The finished listing. A link counts as a file of its own name with the content of its target, as in the work tree."""
        files = self._with_targets(follow) if self._links else self._files
        return Listing(
            root=self.scope.repo.display,
            source=source,
            files=tuple(files),
            inventory=frozenset(inventory),
            not_scanned=tuple(sorted(self._skipped)),
            repository=provenance(self.scope.repo, revision),
            excluded=len(self._excluded),
        )

    def _with_targets(self, follow: Follow) -> list[File]:
        files, done = [], 0
        targets = follow([link for _place, link, _commit, _authored in self._links])
        for (place, link, commit, authored), target in zip(self._links, targets, strict=True):
            files += self._files[done:place]
            done = place
            if target.oid is not None:
                files.append(File(link.path, partial(self._objects.read, target.oid), target.oid, commit, authored))
            elif target.reason is not None:
                self.skip(link.path, target.reason)
        return files + self._files[done:]
