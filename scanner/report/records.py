"""What the formats for machines and the bounded ones share: an authorisation in force as plain data, and which findings come first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scanner.model import LEVELS, Finding, InForce


def described(in_force: InForce) -> dict[str, Any]:
    """The record's own keys, and `findings`: how many of this scan it helps to lift."""
    record = in_force.authorization
    return {
        "number": record.number,
        "phase": record.phase,
        "clauses": list(record.clauses),
        "paths": list(record.paths),
        "author": record.author,
        "reason": record.reason,
        "date": record.date,
        "expires": record.expires,
        "findings": in_force.findings,
    }


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Open findings before the others, errors before warnings before notes, then by place: what a limit cuts off is the least."""
    return sorted(findings, key=lambda finding: (finding.status != "open", -LEVELS.index(finding.level), *_place(finding)))


def examples(findings: Iterable[Finding], most: int) -> tuple[list[Finding], list[Finding]]:
    """At most so many of the worst findings, and all others, both the worst first.

    Of findings of one level those are chosen that show the most kinds: a hundred of one file would hide what else there is.
    """
    ordered = worst_first(findings)
    met: Counter[tuple[str, str]] = Counter()
    ranks = []
    for number, finding in enumerate(ordered):
        met[finding.level, finding.kind] += 1
        ranks.append((-LEVELS.index(finding.level), met[finding.level, finding.kind], number))
    chosen = {number for _level, _turn, number in sorted(ranks)[:most]}
    return (
        [finding for number, finding in enumerate(ordered) if number in chosen],
        [finding for number, finding in enumerate(ordered) if number not in chosen],
    )


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.path, finding.span.line, finding.span.column, finding.clause, finding.kind
