"""What stands beside a file: some kinds are what they are because of their neighbours."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

Question = tuple[str, tuple[str, ...]]
"""A folder, and the names of which one may stand in it or above it."""


class Inventory:
    """The set of all paths of a source, asked about neighbours. It never opens a file."""

    def __init__(self, paths: frozenset[str]) -> None:
        self._paths = paths
        self._folders: dict[str, list[str]] | None = None
        self._answers: dict[Question, bool] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    def near(self, path: str, wanted: tuple[str, ...]) -> bool:
        """Whether one of `wanted` stands in the folder of `path` or above it; a name with `*` is looked for in the same folder only."""
        return self.answer((path.rpartition("/")[0], wanted))

    def answer(self, question: Question) -> bool:
        """What `near` says of any path in the folder of the question."""
        known = self._answers.get(question)
        if known is None:
            known = self._answers[question] = self._is_near(*question)
        return known

    def _is_near(self, folder: str, wanted: Iterable[str]) -> bool:
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


class Overheard(Inventory):
    """An inventory that answers as another does, and notes what it was asked: the answers decide what came of a file."""

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(frozenset())
        self._inventory = inventory
        self.asked: dict[Question, bool] = {}
        """The answer to each question."""

    def answer(self, question: Question) -> bool:
        """See `Inventory`."""
        given = self.asked[question] = self._inventory.answer(question)
        return given
