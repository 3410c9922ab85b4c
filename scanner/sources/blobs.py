"""Collects the blobs that a scan of git's objects is to look at, and makes the listing of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial

from scanner.errors import Unreadable
from scanner.model import File, Listing, NotScanned, Origin
from scanner.sources.links import Look, followed
from scanner.sources.objects import Objects
from scanner.sources.repository import provenance
from scanner.sources.revisions import GITLINK, LINK
from scanner.sources.scope import Scope


class Blobs:
    """A listing in the making, of what the scope wants; files keep the order in which they were added."""

    def __init__(self, scope: Scope, objects: Objects, look: Look) -> None:
        self.scope = scope
        self._objects = objects
        self._look = look
        self._files: list[File] = []
        self._skipped: dict[NotScanned, None] = {}
        self._excluded: set[str] = set()

    def add(self, path: str, mode: str, oid: str, *, treeish: str = "", commit: str | None = None, authored: str | None = None) -> None:
        """Add what stands at `path`: a file's blob, or, under the link's name, that of the file in `treeish` to which a link leads.

        A link to a folder adds nothing. What leads nowhere is recorded with the reason, and so is a submodule, which is in no blob.
        """
        if not self.scope.wants(path):
            return
        if mode == GITLINK:
            self.skip(path, "is a submodule: its files are in another repository", folder=True)
        elif self.scope.leaves_out(path):
            self._excluded.add(path)
        else:
            target = self._target(path, treeish) if mode == LINK else oid
            if target is not None:
                self._files.append(File(path, partial(self._objects.read, target), target, commit, authored))

    def _target(self, path: str, treeish: str) -> str | None:
        try:
            return followed(path, treeish, self._look, self._objects)
        except Unreadable as problem:
            self.skip(path, str(problem))
            return None

    def skip(self, path: str, why: str, *, folder: bool = False) -> None:
        """Record that `path` could not be looked at, unless the user has excluded it."""
        if self.scope.leaves_out(path, folder=folder):
            self._excluded.add(path)
        else:
            self._skipped[NotScanned(path, why)] = None

    def listing(self, source: str, inventory: Iterable[str], revision: str | None) -> Listing:
        """The finished listing."""
        return Listing(
            root=self.scope.repo.display,
            source=source,
            files=tuple(self._files),
            inventory=frozenset(inventory),
            not_scanned=tuple(sorted(self._skipped)),
            repository=provenance(self.scope.repo, revision),
            excluded=len(self._excluded),
            origin=Origin(self.scope.repo.top or os.path.realpath(self.scope.repo.folder)),
        )
