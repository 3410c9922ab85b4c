"""Findings compared across versions of files: what was there before, and what only came again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scanner.judge import judge
from scanner.model import File, Finding


def standing(findings: Iterable[Finding], moved: Mapping[str, Sequence[str]], revision: str) -> dict[str, str]:
    """The fingerprints that the findings of files before a change have after it, each with the `revision` at which they stood.

    `moved` gives the paths that a file has after the change. A fingerprint holds the path, so it is made anew for another one. What a
    comment lifted before is not known: a change that takes the comment away has to answer for the finding.
    """
    found = {}
    met: Counter[tuple[str, ...]] = Counter()
    for finding in sorted(findings, key=judge.order):
        for path in moved.get(finding.path, ()):
            # The commit tells versions of one path from each other, each of which is counted by itself.
            identity = (finding.kind, finding.clause, finding.commit or "", path, " ".join(finding.evidence.split()))
            met[identity] += 1
            if not finding.in_source:
                found[judge.fingerprint(finding.kind, finding.clause, path, finding.evidence, met[identity])] = revision
    return found


def first_brought(findings: Iterable[Finding], files: Sequence[File]) -> tuple[Finding, ...]:
    """Findings of several versions, each once: as the first of `files` has it, which stand in the order of their commits.

    The same finding in a later version of the file is the same by its fingerprint. The same place in the same blob under another path
    is the same as well: a file that was moved or copied is not found again. A finding that a comment lifts hides none without it.
    """
    places = {(file.path, file.commit): number for number, file in reversed(list(enumerate(files)))}

    def place(finding: Finding) -> int:
        return places[finding.path, finding.commit]

    seen: set[object] = set()
    kept = []
    for finding in sorted(findings, key=lambda finding: (place(finding), judge.order(finding))):
        itself = (finding.fingerprint, finding.in_source)
        within = (files[place(finding)].oid, finding.kind, finding.clause, finding.span, finding.in_source)
        if itself not in seen and within not in seen:
            kept.append(finding)
        seen |= {itself, within}
    return tuple(sorted(kept, key=judge.order))
