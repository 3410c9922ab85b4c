"""What two reports differ in. Findings are matched by fingerprint, which holds kind, clause, path and evidence, but no line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from scanner.model import LEVELS, Finding, Report


class Change(NamedTuple):
    """The same finding in two reports, with another level or another status."""

    old: Finding
    new: Finding


class Comparison(NamedTuple):
    """Findings are in the order of their reports. `failing` are those of the new report that count at the threshold and did not before."""

    old: Report
    new: Report
    added: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[Finding, ...]
    failing: tuple[Finding, ...]
    remarks: tuple[str, ...]


def compare(old: Report, new: Report, fail_on: str) -> Comparison:
    """Compare two reports; `fail_on` is a level, or `never`.

    A fingerprint that occurs several times (in a history, in several commits) is matched as often as both reports have it.
    """
    old_left, new_left, same = _paired(old.findings, new.findings, lambda finding: (finding.fingerprint, finding.level, finding.status))
    gone, added, changed = _paired(old_left, new_left, lambda finding: (finding.fingerprint,))
    unchanged = tuple(change.new for change in same)
    failing = tuple(_failing(added, changed, fail_on))
    return Comparison(old, new, tuple(added), tuple(gone), tuple(changed), unchanged, failing, tuple(_remarks(old, new)))


def _paired(
    old: Iterable[Finding], new: Iterable[Finding], key: Callable[[Finding], tuple[str, ...]]
) -> tuple[list[Finding], list[Finding], list[Change]]:
    """The findings of either side that have no counterpart with the same key, and those that have, each with one: all in their order."""
    waiting: dict[tuple[str, ...], deque[tuple[int, Finding]]] = {}
    for entry in enumerate(old):
        waiting.setdefault(key(entry[1]), deque()).append(entry)
    alone: list[Finding] = []
    pairs: list[Change] = []
    for finding in new:
        candidates = waiting.get(key(finding))
        if candidates:
            pairs.append(Change(candidates.popleft()[1], finding))
        else:
            alone.append(finding)
    left = sorted((entry for candidates in waiting.values() for entry in candidates), key=lambda entry: entry[0])
    return [finding for _number, finding in left], alone, pairs


def _failing(added: Iterable[Finding], changed: Iterable[Change], fail_on: str) -> Iterator[Finding]:
    def counts(finding: Finding) -> bool:
        return fail_on != "never" and finding.status == "open" and LEVELS.index(finding.level) >= LEVELS.index(fail_on)

    yield from filter(counts, added)
    yield from (change.new for change in changed if counts(change.new) and not counts(change.old))


def _remarks(old: Report, new: Report) -> Iterator[str]:
    """What keeps the two from being comparable, or the reader from reading too much into it."""
    if old.version != new.version:
        yield f"the reports are of two versions of phasegate, {old.version} and {new.version}: other findings may come from other knowledge"
    if (old.policy.id, old.policy.sha256, old.policy.clauses) != (new.policy.id, new.policy.sha256, new.policy.clauses):
        yield f"the reports hold against two policies, or two versions of one: {old.policy.id} and {new.policy.id}"
    if old.source != new.source:
        yield f"the reports are of two sources, {old.source} and {new.source}"
    for name, report in (("old", old), ("new", new)):
        if report.not_scanned:
            paths = len(report.not_scanned)
            yield f"the scan of the {name} report was not complete: {paths:,} path{'' if paths == 1 else 's'} could not be looked at"
    if {finding.path for finding in new.findings} - {finding.path for finding in old.findings} and old.findings:
        yield "findings go by their path: those of a file that was renamed are gone under the old name, and added under the new one"
