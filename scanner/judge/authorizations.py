"""Authorisations (section 8 of the governing document): dated records by which a later phase allows what this one forbids.

Which phase may lift which clause is data of the policy (`phases` of each clause). All phases that a clause names are needed: creating a
cloud account (3.3) waits for the choice of a provider (J.4.2) and for the authoring of code (J.4.3). A part of a phase counts as that
phase (`J.5.1` as `J.5`). A clause that names no phase waits for a new one: later than the policy's own, and none that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scanner.errors import UsageError
from scanner.judge import records
from scanner.model import Authorization, Policy

_PHASE = re.compile(r"([A-Z])((?:\.[0-9]{1,4}){1,6})")
REQUIRED = ("phase", "clauses", "paths", "author", "reason", "date")
"""The keys that a record must have; `expires` may follow."""
State = Literal["in force", "expired", "not yet"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A record that can be used, with the test whether a path lies in its scope."""

    record: Authorization
    matches: Callable[[str], bool]


def grants(tables: Sequence[Mapping[str, Any]], policy: Policy) -> tuple[tuple[Grant, ...], tuple[str, ...]]:
    """The `[[authorization]]` tables that can be used, and in words why each of the others lifts nothing."""
    usable, problems = [], []
    for number, table in enumerate(tables, 1):
        try:
            usable.append(grant(number, table, policy))
        except UsageError as error:
            problems.append(f"authorization {number} lifts nothing: {error}")
    return tuple(usable), tuple(problems)


def grant(number: int, table: Mapping[str, Any], policy: Policy) -> Grant:
    """One record. Raises `UsageError`, in words and without the record's place, for one that is malformed."""
    records.keys(table, required=REQUIRED, optional=("expires",))
    phase = records.text(table, "phase")
    clauses = records.clauses(table, policy)
    for clause in clauses:
        if not can_lift(policy, phase, clause):
            raise UsageError(f"phase {phase} cannot lift clause {clause}, which waits for {_awaited(policy, clause)}")
    date = records.day(table, "date")
    expires = records.day(table, "expires") if "expires" in table else None
    if expires is not None and expires < date:
        raise UsageError(f"it expires on {expires}, before it begins on {date}")
    paths = records.texts(table, "paths")
    author, reason = records.text(table, "author"), records.text(table, "reason")
    return Grant(Authorization(number, phase, clauses, paths, author, reason, date, expires), records.matcher(paths))


def can_lift(policy: Policy, phase: str, clause: str) -> bool:
    """Whether an authorisation of `phase` may lift `clause`, be it together with another. Raises `UsageError` for what is no phase."""
    (family, own), (other_family, other) = _parts(policy.id), _parts(phase)
    if family != other_family:
        raise UsageError(f"{phase!r} is no phase of the family of {policy.id}")
    needed = policy.clauses[clause].phases
    if needed:
        return any(serves(phase, wanted) for wanted in needed)
    named = {wanted for each in policy.clauses.values() for wanted in each.phases}
    return other > own and not any(serves(phase, wanted) for wanted in named)


def serves(phase: str, wanted: str) -> bool:
    """Whether `phase` is the wanted one or a part of it."""
    return phase == wanted or phase.startswith(f"{wanted}.")


def _parts(phase: str) -> tuple[str, tuple[int, ...]]:
    match = _PHASE.fullmatch(phase)
    if match is None:
        raise UsageError(f"{phase!r} is no phase such as J.4.3")
    return match[1], tuple(int(part) for part in match[2][1:].split("."))


def _awaited(policy: Policy, clause: str) -> str:
    return " and ".join(policy.clauses[clause].phases) or f"a new phase later than {policy.id}"


def state(record: Authorization, today: str) -> State:
    """Whether a record counts on the day `today` (YYYY-MM-DD); the days of its beginning and of its end are included."""
    if record.date > today:
        return "not yet"
    return "expired" if record.expires is not None and record.expires < today else "in force"


def title(record: Authorization) -> str:
    """A record in a few words, for notices."""
    return f"authorization {record.number} ({record.phase} by {record.author})"


def justification(record: Authorization) -> str:
    """A record as the reason of a finding that it lifts."""
    return f"{record.phase} by {record.author}: {record.reason}" + (f" (until {record.expires})" if record.expires else "")
