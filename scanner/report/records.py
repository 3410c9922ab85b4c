"""What the formats for machines and the bounded ones share: an authorisation in force as plain data, and which findings come first."""

from __future__ import annotations

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


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.path, finding.span.line, finding.span.column, finding.clause, finding.kind
