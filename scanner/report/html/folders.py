"""Which folders a heat map shows: few enough to take in, deep enough to tell apart where the findings lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import NamedTuple

from scanner.model import Finding

MOST = 18
"""How many folders are shown; what is left over is one row more."""
_WORTH_A_ROW = 0.05
"""The share of all findings below which a folder is not divided any further."""
_COVERED = 0.8
"""The share of all findings that the rows must show by themselves where there are too many folders for a row each."""
_DEEPEST = 12
"""How many folders of a path are told apart; a hostile tree may nest thousands."""


class Row(NamedTuple):
    """A folder: its `name` and the way to it, the `scope` that filters for it (None where no filter can), its findings by clause."""

    way: str
    name: str
    scope: str | None
    clauses: Mapping[str, int]


@dataclass(slots=True)
class _Folder:
    """A folder of the tree while it is counted. `scope` ends in `/`, or in `/.` for the files that lie directly in a folder, which
    stand under None among what is `below` it.
    """

    scope: str
    clauses: Counter[str] = field(default_factory=Counter)
    below: dict[str | None, _Folder] = field(default_factory=dict)
    total: int = 0

    def add(self, clause: str) -> None:
        self.clauses[clause] += 1
        self.total += 1


def rows(findings: Iterable[Finding]) -> list[Row]:
    """The folders that hold the findings, the fullest first.

    The fullest folder is divided into those below it, again and again, as long as the rows fit or show nearly all; a chain of folders
    that hold nothing but the next one is one row. Time is linear in the number of findings times the depth of their paths.
    """
    top = _tree(findings)
    if not top.total:
        return []
    chosen = _divided(top)
    chosen.sort(key=lambda folder: (-folder.total, folder.scope))
    listed = [Row(*_name(folder.scope), folder.scope, folder.clauses) for folder in chosen[:MOST]]
    rest = chosen[MOST:]
    if rest:
        together: Counter[str] = Counter()
        for folder in rest:
            together.update(folder.clauses)
        listed.append(Row("", f"{len(rest):,} other folders", None, together))
    return listed


def _tree(findings: Iterable[Finding]) -> _Folder:
    top = _Folder("")
    for finding in findings:
        *names, _file = finding.path.split("/")
        here = top
        here.add(finding.clause)
        for name in names[:_DEEPEST]:
            here = here.below.setdefault(name, _Folder(f"{here.scope}{name}/"))
            here.add(finding.clause)
        if len(names) < _DEEPEST:
            here.below.setdefault(None, _Folder(f"{here.scope}.")).add(finding.clause)
    return top


def _divided(top: _Folder) -> list[_Folder]:
    """The folders of which none lies in another; at first those of the top, however many they are."""
    chosen = [_straight(folder) for folder in top.below.values()]
    waiting = list(chosen)
    while waiting:
        fullest = max(waiting, key=lambda folder: (folder.total, folder.scope))
        waiting.remove(fullest)
        if len(fullest.below) < 2 or fullest.total < top.total * _WORTH_A_ROW:
            continue
        parts = [_straight(folder) for folder in fullest.below.values()]
        divided = [*(folder for folder in chosen if folder is not fullest), *parts]
        if len(divided) <= MOST or _covered(divided) >= top.total * _COVERED:
            chosen = divided
            waiting += parts
    return chosen


def _covered(folders: Iterable[_Folder]) -> int:
    """How many findings lie in those folders that would have a row of their own."""
    return sum(nlargest(MOST, (folder.total for folder in folders)))


def _straight(folder: _Folder) -> _Folder:
    """The first folder of a chain that holds more than the next one."""
    while len(folder.below) == 1 and None not in folder.below:
        (folder,) = folder.below.values()
    return folder


def _name(scope: str) -> tuple[str, str]:
    if scope == ".":
        return "", "files at the root"
    own = scope.endswith("/.")
    way, slash, name = scope.removesuffix(".").removesuffix("/").rpartition("/")
    return way + slash, f"{name}/{' (own files)' if own else ''}"
