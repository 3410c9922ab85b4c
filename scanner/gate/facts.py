"""Everything that the checks look at, gathered once: what a range of commits changes, what it brings, and the state of the work tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from scanner.match.rules import Rules
from scanner.model import File, Report
from scanner.sources.changes import Change, range_listing
from scanner.sources.cleanliness import Unclean
from scanner.sources.commits import Brought, brought
from scanner.sources.globs import matcher
from scanner.sources.objects import Objects
from scanner.sources.repository import Repo, commit_of
from scanner.sources.revisions import NO_MODE, Difference, Range, differences

_REGULAR = "100"


@dataclass(frozen=True, slots=True)
class Version:
    """A regular file as the range brings it: as it stands at the end (no `commit`), or as only a commit of the range had it."""

    file: File
    mode: str


@dataclass(frozen=True, slots=True)
class Diff:
    """What a range of so many `commits` changes. `passing` is what single commits bring or change and the range does not end with.

    `change` is what a scan of it takes: `versions` without those that the user left out, and what stood there before.
    """

    span: Range
    commits: int
    differences: tuple[Difference, ...]
    passing: tuple[Brought, ...]
    versions: tuple[Version, ...]
    change: Change

    @property
    def old(self) -> frozenset[str]:
        """All paths before the range."""
        return self.change.before.inventory

    @property
    def new(self) -> frozenset[str]:
        """All paths at its end."""
        return self.change.after.inventory


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks may ask. `unclean` is None where there is no work tree; files are read up to `limit` bytes."""

    repo: Repo
    rules: Rules
    diff: Diff
    report: Report
    unclean: tuple[Unclean, ...] | None
    limit: int


def diff_of(span: Range, repo: Repo, exclude: Sequence[str] = ()) -> Diff:
    """What a range changes, from its ends and from every commit on the way; `exclude` keeps files from the scan, but from no check.

    Raises `UsageError` as the sources do.
    """
    ends = differences(span, repo)
    walk = (span.end, f"^{span.start}") if commit_of(repo, span.start) else (span.end,)
    commits = int(repo.run("rev-list", "--count", *walk).checked())
    passing = _passing(ends, tuple(brought(repo, walk)))
    versions = _versions(ends, passing, Objects(repo))
    change = range_listing(f"{span.base}..{span.end}", exclude=exclude)
    excluded = matcher(exclude)
    more = tuple(each.file for each in versions if each.file.commit and not (excluded and excluded(each.file.path)))
    change = change._replace(after=change.after._replace(files=change.after.files + more))
    return Diff(span, commits, ends, passing, versions, change)


def _passing(ends: Sequence[Difference], steps: Sequence[Brought]) -> tuple[Brought, ...]:
    """The steps that the ends of the range do not show: what is changed again, or taken back, by a later one."""
    final = {each.old_path: (NO_MODE, "") for each in ends if each.status == "R"} | {each.path: (each.mode, each.oid) for each in ends}
    return tuple(step for step in steps if step.path not in final or (step.mode != NO_MODE and final[step.path] != (step.mode, step.oid)))


def _versions(ends: Sequence[Difference], passing: Sequence[Brought], objects: Objects) -> tuple[Version, ...]:
    """Every regular file that the range brings, each content at each path once; those at its end come first."""
    found: dict[tuple[str, str, str], Version] = {}
    both: tuple[Difference | Brought, ...] = (*ends, *passing)
    for each in both:
        if each.mode.startswith(_REGULAR):
            commit, authored = (each.commit, each.authored) if isinstance(each, Brought) else (None, None)
            file = File(each.path, partial(objects.read, each.oid), each.oid, commit, authored)
            found.setdefault((each.path, each.mode, each.oid), Version(file, each.mode))
    return tuple(found.values())
