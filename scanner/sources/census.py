"""What git and the disk say of a folder, in one shape, before any file is looked at."""

from __future__ import annotations

from scanner.model import Repository


class Census:
    """The paths of one folder, relative to it. A path appears in one of the lists only.

    `regular` are known as regular files; one may have been exchanged on the disk since. `lookup` must be looked at to know what they
    are: links, conflicts, untracked files. `untracked` names the part of `lookup` that git does not track. `submodules` are tracked
    as such, checked out or not; `nested` are untracked repositories. `sparse` are left out of the work tree on purpose, `missing`
    are tracked paths that git could not find on the disk. `unopened` are folders that could not be listed, with the reason.
    """

    def __init__(self) -> None:
        self.regular: list[str] = []
        self.lookup: list[str] = []
        self.untracked: list[str] = []
        self.submodules: list[str] = []
        self.nested: list[str] = []
        self.sparse: list[str] = []
        self.missing: list[str] = []
        self.unopened: list[tuple[str, str]] = []
        self.repository: Repository | None = None

    def tracked(self) -> list[str]:
        """Every path of the index, whether it stands on the disk or not."""
        untracked = set(self.untracked)
        return [*self.regular, *(path for path in self.lookup if path not in untracked), *self.submodules, *self.sparse, *self.missing]
