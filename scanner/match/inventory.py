"""What stands beside a file: some kinds are what they are because of their neighbours."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable


class Inventory:
    """The set of all paths of a source, asked about neighbours. It never opens a file."""

    def __init__(self, paths: frozenset[str]) -> None:
        self._paths = paths
        self._folders: dict[str, list[str]] | None = None

    def near(self, path: str, wanted: Iterable[str]) -> bool:
        """Whether one of `wanted` stands in the folder of `path` or above it; a name with `*` is looked for in the same folder only."""
        folder = path.rpartition("/")[0]
        for name in wanted:
            if "*" in name:
                if any(fnmatch.fnmatchcase(base, name) for base in self._listed(folder)):
                    return True
                continue
            at = folder
            while True:
                if (f"{at}/{name}" if at else name) in self._paths:
                    return True
                if not at:
                    break
                at = at.rpartition("/")[0]
        return False

    def _listed(self, folder: str) -> list[str]:
        if self._folders is None:
            self._folders = {}
            for path in self._paths:
                above, _slash, base = path.rpartition("/")
                self._folders.setdefault(above, []).append(base)
        return self._folders.get(folder, [])
