"""What the gate says: the criteria of a policy, each with its outcome and the reasons for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scanner.match.kinds import Plain, texts
from scanner.model import Level, Report
from scanner.sources.revisions import Range

Outcome = Literal["passed", "failed", "unknown", "inapplicable"]
"""How a criterion came out; `unknown` where something that counts for it could not be looked at."""
Conclusion = Literal["pass", "fail", "incomplete"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One demand of the governing document, in its own words; `check` says what is looked at, the rest how (`signatures/FORMAT.md`)."""

    id: str
    where: str
    text: str
    check: str
    paths: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    prose: frozenset[str] = frozenset()
    sha256: str = ""
    level: Level = "note"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a criterion is not met, or could not be judged: something about a path, at a line of it that counts from 1.

    `commit` is the one that brought it, where it does not stand at the end of the range any more.
    """

    path: str
    line: int
    words: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion, how it came out, why it is not met, and for which `doubts` it could not be judged whole; both in the order of paths."""

    criterion: Criterion
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer. `asked` is the range as the user wrote it, `report` the scan of what the range brings."""

    asked: str
    span: Range
    commits: int
    judged: tuple[Judged, ...]
    report: Report
    notices: tuple[str, ...] = ()

    @property
    def conclusion(self) -> Conclusion:
        """`incomplete` as long as there is doubt about anything that is not refused already, else `fail` for any criterion that is not met.

        A path that a criterion refuses need not be looked at any further: a submodule fails the gate whatever its files are.
        """
        refused = {reason.path for each in self.judged for reason in each.reasons}
        if any(doubt.path not in refused for each in self.judged for doubt in each.doubts):
            return "incomplete"
        return "fail" if refused else "pass"


def criteria(acceptance: Sequence[Plain]) -> tuple[Criterion, ...]:
    """The criteria from the plain data that `scanner.match.policies` has checked."""
    return tuple(
        Criterion(
            id=entry["id"],
            where=entry["where"],
            text=entry["text"],
            check=entry["check"],
            paths=texts(entry, "path" if "path" in entry else "paths"),
            allow=frozenset(texts(entry, "allow")),
            prose=frozenset(texts(entry, "prose")),
            sha256=entry.get("sha256", ""),
            level=entry.get("level", "note"),
        )
        for entry in acceptance
    )
