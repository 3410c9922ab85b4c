"""What may lift a finding: a comment in its file, a table of the configuration, an authorisation, the baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scanner.judge import authorizations, baseline
from scanner.judge.authorizations import Grant
from scanner.judge.baseline import Baseline
from scanner.judge.settling import Remark, Scene, Terms
from scanner.judge.suppressions import Allowance, expired
from scanner.model import Finding, InForce, Status, Suppression
from scanner.spelling import hint

LISTED = 20
"""How many comments of one sort are named; the rest is counted."""
_WHOLE_FILE = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a finding does not count."""

    status: Status
    justification: str
    in_source: bool = False


class Lifter(Protocol):
    """One thing that may lift findings; it is asked of every finding, so that it knows at the end what it covers."""

    def lift(self, finding: Finding) -> Verdict | None:
        """The verdict that this lifter has on a finding."""
        ...

    def notices(self) -> Iterator[str]:
        """What there is to say once all findings have been asked about."""
        ...


class Commented:
    """Comments in the files themselves."""

    def __init__(self, suppressions: Sequence[Suppression], terms: Terms, scene: Scene) -> None:
        self._honoured, self._scene = terms.honoured, scene
        self._flawed = [each for each in suppressions if each.problem is not None or each.unknown is not None]
        sound = [each for each in suppressions if each.problem is None and each.unknown is None]
        self._past = [each for each in sound if expired(each.until, terms.today)]
        self._live = [each for each in sound if not expired(each.until, terms.today)]
        self._used: set[int] = set()
        self._overruled = 0
        self._by_line: dict[tuple[str, str | None, int], list[int]] = {}
        for number, each in enumerate(self._live):
            for line in each.lines or (_WHOLE_FILE,):
                self._by_line.setdefault((each.path, each.commit, line), []).append(number)

    def lift(self, finding: Finding) -> Verdict | None:
        """See `Lifter`."""
        fitting = [
            number
            for line in (finding.span.line, _WHOLE_FILE)
            for number in self._by_line.get((finding.path, finding.commit, line), ())
            if not self._live[number].names.isdisjoint((finding.kind, finding.clause))
        ]
        self._used.update(fitting)
        if not fitting:
            return None
        if self._honoured != "all":
            self._overruled += 1
            return None
        first = self._live[fitting[0]]
        return Verdict("suppressed", _until(first.reason, first.until), in_source=True)

    def notices(self) -> Iterator[str]:
        """See `Lifter`."""
        if self._overruled:
            why = "--no-suppressions overrules comments" if self._honoured == "none" else "comments in the files do not count here"
            yield f"{why}: {_counted(self._overruled, 'finding')} would be suppressed"
        remarks = list(self.remarks())
        for sort in ("malformed", "expired", "unused"):
            yield from _named(sort, [each for each in remarks if each.sort == sort])

    def remarks(self) -> Iterator[Remark]:
        """Each comment that lifts nothing and is not only quoted, once all findings have been asked about."""
        if not self._scene.present:
            return
        for each in self._flawed:
            if not each.sample:
                yield Remark("malformed", each, f"lifts nothing: {self._flaw(each)}")
        for each in self._past:
            if not each.sample:
                yield Remark("expired", each, f"lifts nothing: it ended on {each.until}")
        for number, each in enumerate(self._live):
            if number not in self._used and each.path in self._scene.seen and not each.sample:
                yield Remark("unused", each, f"is not used: it meets no finding of {' or '.join(sorted(each.names))}")

    def _flaw(self, suppression: Suppression) -> str:
        if suppression.problem is not None or suppression.unknown is None:
            return suppression.problem or ""
        policy = self._scene.policy
        known = [*self._scene.kinds, *policy.clauses, *(clause.slug for clause in policy.clauses.values())]
        return f"unknown kind or clause {suppression.unknown!r}{hint(suppression.unknown, known)}"


class Allowed:
    """The `[[allow]]` tables of the configuration."""

    def __init__(self, allowances: Sequence[Allowance], terms: Terms, scene: Scene) -> None:
        self._all = allowances
        self._usable = [each for each in allowances if not expired(each.until, terms.today)]
        self._honoured, self._scene = terms.honoured, scene
        self._used: set[int] = set()
        self._overruled = 0

    def lift(self, finding: Finding) -> Verdict | None:
        """See `Lifter`."""
        fitting = [
            each for each in self._usable if not each.names.isdisjoint((finding.kind, finding.clause)) and each.matches(finding.path)
        ]
        self._used.update(each.number for each in fitting)
        if not fitting:
            return None
        if self._honoured == "none":
            self._overruled += 1
            return None
        return Verdict("suppressed", _until(fitting[0].reason, fitting[0].until))

    def notices(self) -> Iterator[str]:
        """See `Lifter`."""
        if self._overruled:
            yield f"--no-suppressions overrules the configuration: {_counted(self._overruled, 'finding')} would be suppressed"
        for each in self._all:
            if each not in self._usable:
                yield f"allow {each.number} of the configuration lifts nothing: it ended on {each.until}"
            elif each.number not in self._used and (why := _idle(each, self._scene)):
                yield f"allow {each.number} of the configuration is not used: {why.format(' or '.join(sorted(each.names)))}"


class Authorised:
    """The authorisations in force. A clause that names several phases is lifted where all of them cover the path."""

    def __init__(self, grants: Sequence[Grant], today: str, scene: Scene) -> None:
        self._states = [(grant, authorizations.state(grant.record, today)) for grant in grants]
        self._usable = [grant for grant, state in self._states if state == "in force"]
        self._scene = scene
        self._covered: Counter[int] = Counter()
        self._overlaps: dict[tuple[int, int, str], list[str]] = {}
        self._lacking: dict[tuple[int, str], str] = {}

    def lift(self, finding: Finding) -> Verdict | None:
        """See `Lifter`."""
        clause = finding.clause
        fitting = [grant for grant in self._usable if clause in grant.record.clauses and grant.matches(finding.path)]
        if not fitting:
            return None
        phases = self._scene.policy.clauses[clause].phases
        groups = [[grant for grant in fitting if authorizations.serves(grant.record.phase, phase)] for phase in phases] or [fitting]
        for group in groups:
            for other in group[1:]:
                self._overlaps.setdefault((group[0].record.number, other.record.number, clause), []).append(finding.path)
        lacking = [phase for phase, group in zip(phases, groups, strict=False) if not group]
        if lacking:
            self._lacking.update({(grant.record.number, clause): " and ".join(lacking) for grant in fitting})
            return None
        self._covered.update(grant.record.number for grant in fitting)
        return Verdict("authorized", "; ".join(dict.fromkeys(authorizations.justification(group[0].record) for group in groups)))

    def in_force(self) -> tuple[InForce, ...]:
        """The records that count today, with how many findings each helps to lift."""
        return tuple(InForce(grant.record, self._covered[grant.record.number]) for grant in self._usable)

    def notices(self) -> Iterator[str]:
        """See `Lifter`."""
        for grant, state in self._states:
            record = grant.record
            title = authorizations.title(record)
            if state != "in force":
                yield f"{title} lifts nothing: " + (
                    f"it ended on {record.expires}" if state == "expired" else f"it begins on {record.date}"
                )
                continue
            lacking = {clause: phases for (number, clause), phases in self._lacking.items() if number == record.number}
            for clause, phases in lacking.items():
                yield f"{title} does not lift {clause} alone: an authorisation of {phases} is needed there, too"
            if not self._covered[record.number] and not lacking and (why := _idle(grant, self._scene)):
                yield f"{title} covers nothing: {why.format(' or '.join(record.clauses))}"
        for (one, other, clause), paths in self._overlaps.items():
            more = len(dict.fromkeys(paths)) - 1
            yield (
                f"authorizations {one} and {other} overlap: both cover clause {clause} in {paths[0]}"
                + (f" and {_counted(more, 'more file')}" if more else "")
            )


class Accepted:
    """The baseline."""

    def __init__(self, entries: Baseline, scene: Scene) -> None:
        self._entries, self._scene = entries, scene
        self._used: set[str] = set()

    def lift(self, finding: Finding) -> Verdict | None:
        """See `Lifter`."""
        entry = self._entries.get(finding.fingerprint)
        if entry is None:
            return None
        self._used.add(entry.fingerprint)
        return Verdict("baselined", entry.reason or "accepted in the baseline")

    def notices(self) -> Iterator[str]:
        """See `Lifter`."""
        if not self._scene.present:
            return
        gone = list(baseline.stale(self._entries, self._used, self._scene.seen, self._scene.inventory))
        if gone:
            first = min(gone, key=lambda entry: (entry.path, entry.clause, entry.kind))
            entries = "1 entry of the baseline matches" if len(gone) == 1 else f"{len(gone):,} entries of the baseline match"
            yield f"{entries} nothing any more (`phasegate baseline` prunes), such as {first.kind} in {first.path}"


class Known:
    """What stood before the change."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def lift(self, finding: Finding) -> Verdict | None:
        """See `Lifter`."""
        revision = self._known.get(finding.fingerprint)
        return Verdict("baselined", f"stands at {revision} already") if revision is not None else None

    def notices(self) -> Iterator[str]:
        """See `Lifter`: a finding that is gone is good news, not a notice."""
        return iter(())


def _idle(scope: Grant | Allowance, scene: Scene) -> str | None:
    """Why a record meets nothing, with `{}` for what it names; None where this scan did not look at all of its paths."""
    if not scene.present:
        return None
    paths = [path for path in scene.inventory if scope.matches(path)]
    if not paths:
        return "its paths match no file"
    return "nothing in its paths is a finding of {}" if all(path in scene.seen for path in paths) else None


def _named(sort: str, remarks: Sequence[Remark]) -> Iterator[str]:
    """A line for each of the first few, and one that counts the others."""
    for each in remarks[:LISTED]:
        yield f"the suppression at {each.suppression.path}:{each.suppression.line} {each.words}"
    if len(remarks) > LISTED:
        yield f"{_counted(len(remarks) - LISTED, f'more {sort} suppression')} not listed"


def _until(reason: str, until: str | None) -> str:
    return f"{reason} (until {until})" if until else reason


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
