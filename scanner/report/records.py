"""An authorisation in force as plain data, the same in every format for machines."""

from __future__ import annotations

from typing import Any

from scanner.model import InForce


def described(in_force: InForce) -> dict[str, Any]:
    """The record's own keys, and `findings`: how many of this scan it helps to lift."""
    record = in_force.authorization
    return {
        "phase": record.phase,
        "clauses": list(record.clauses),
        "paths": list(record.paths),
        "author": record.author,
        "reason": record.reason,
        "date": record.date,
        "expires": record.expires,
        "findings": in_force.findings,
    }
