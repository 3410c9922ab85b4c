"""What a table of git situations is made of: a name in words, a repository to build, and what is then to be scanned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanner.errors import Unreadable
from scanner.model import Listing
from scanner.sources.changes import Change

LIMIT = 1 << 20
MISSING = "<is missing in this clone of the repository, or damaged there; nothing is fetched>"


@dataclass(frozen=True)
class World:
    """A folder of the test's own, an empty repository in it that is the current folder, and the means to change the process."""

    tmp: Path
    repo: Path
    patch: pytest.MonkeyPatch


@dataclass(frozen=True)
class Situation:
    """`files` are the contents to be scanned by path, `before` those that the change altered; `skipped` says why something is not."""

    name: str
    build: Callable[[World], Listing | Change]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] | None = None

    def check(self, world: World) -> None:
        """Build it, look, and compare."""
        found = self.build(world)
        after = found.after if isinstance(found, Change) else found
        assert contents(after) == {path: text if isinstance(text, bytes) else text.encode() for path, text in self.files.items()}
        reasons = {entry.path: entry.reason for entry in after.not_scanned}
        assert reasons.keys() == self.skipped.keys()
        for path, words in self.skipped.items():
            assert words in reasons[path]
        assert {file.path for file in after.files} <= after.inventory
        if self.before is not None:
            assert isinstance(found, Change)
            assert contents(found.before) == {path: text.encode() for path, text in self.before.items()}


class Table(list[Situation]):
    """Situations, each written down as a function that builds it and gives the listing."""

    def row(
        self,
        name: str,
        files: Mapping[str, str | bytes] | None = None,
        *,
        skipped: Mapping[str, str] | None = None,
        before: Mapping[str, str] | None = None,
    ) -> Callable[[Callable[[World], Listing | Change]], None]:
        """Add the decorated function to the table."""

        def add(build: Callable[[World], Listing | Change]) -> None:
            self.append(Situation(name, build, files or {}, skipped or {}, before))

        return add

    def parameters(self) -> list[object]:
        """The table for `pytest.mark.parametrize`."""
        return [pytest.param(each, id=each.name) for each in self]


def contents(listing: Listing) -> dict[str, bytes]:
    """What a scan would read; the same path several times only where its content differs, and then with its commit's place."""
    found: dict[str, bytes] = {}
    for file in listing.files:
        try:
            data = file.load(LIMIT)
        except Unreadable as problem:
            data = f"<{problem}>".encode()
        number = 2
        path = file.path
        while path in found:
            path = f"{file.path} ({number})"
            number += 1
        found[path] = data
    return found
