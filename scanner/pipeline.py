"""The whole program in one function: sources → sift → read → match → judge → report."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from scanner import __version__
from scanner.judge import judge
from scanner.looking import DEFAULT_SIZE, Settings, scan_file
from scanner.match.inventory import Inventory
from scanner.match.rules import Rules
from scanner.model import (
    LEVELS,
    File,
    Finding,
    Listing,
    NotScanned,
    Outcome,
    Policy,
    Report,
    Tally,
)

if TYPE_CHECKING:
    from scanner.judge.settling import Scene, Settlement, Terms
    from scanner.results.memory import Memory

__all__ = ["DEFAULT_SIZE", "WORTH_REMEMBERING", "Settings", "scan", "scan_file"]

T = TypeVar("T")

WORTH_REMEMBERING = 64
"""How many files must be scanned for the cache of results to pay."""
_WORTH_FORKING = 3000


def scan(
    listing: Listing,
    rules: Rules,
    settings: Settings,
    progress: Callable[[int], None] | None = None,
    *,
    terms: Terms | None = None,
    memory: Memory | None = None,
) -> Report:
    """Scan every file of a listing. `progress` is told after each file how many are done.

    Without `terms` nothing lifts a finding: all are open. With them, findings are settled before the request narrows what is shown.
    With a `memory` only those files are looked at that it does not know.
    """
    begin = time.perf_counter()
    outcomes: list[Outcome] = []
    for outcome in _outcomes(listing, rules, settings, memory):
        outcomes.append(outcome)
        if progress is not None:
            progress(len(outcomes))
    not_scanned = sorted({*listing.not_scanned, *(entry for outcome in outcomes for entry in outcome.not_scanned)})
    settled = _settled(outcomes, listing, not_scanned, rules, terms)
    skipped = sum(outcome.skipped for outcome in outcomes)
    failed = sum(bool(outcome.not_scanned) for outcome in outcomes) + len(listing.not_scanned)
    hashed = {outcome.findings[0].path: outcome.line_hashes for outcome in outcomes if outcome.line_hashes}
    total = len(listing.files) + len(listing.not_scanned)
    return Report(
        version=__version__,
        policy=rules.policy,
        kinds=rules.infos,
        root=listing.root,
        source=listing.source,
        repository=listing.repository,
        tally=Tally(total, total - skipped - failed, skipped, failed),
        findings=tuple(finding for finding in settled.findings if is_wanted(finding, settings)),
        not_scanned=tuple(not_scanned),
        seconds=round(time.perf_counter() - begin, 3),
        notices=(*_notices(listing, settings, rules.policy), *settled.notices),
        line_hashes={(path, line): value for path, hashes in sorted(hashed.items()) for line, value in hashes.items()},
        authorizations=settled.in_force,
    )


def _outcomes(listing: Listing, rules: Rules, settings: Settings, memory: Memory | None) -> Iterable[Outcome]:
    files, inventory = _in_reading_order(listing), Inventory(listing.inventory)
    look = functools.partial(scan_file, rules=rules, settings=settings)
    spread = functools.partial(_spread, settings=settings)
    if memory is None:
        return spread(functools.partial(look, inventory=inventory), files)
    return memory.outcomes(files, inventory, look, spread)


def _settled(
    outcomes: Iterable[Outcome], listing: Listing, not_scanned: Iterable[NotScanned], rules: Rules, terms: Terms | None
) -> Settlement:
    """All findings in their order, each with its status."""
    from scanner.judge.settling import Settlement, settle  # noqa: PLC0415

    settled = Settlement(tuple(sorted((finding for outcome in outcomes for finding in outcome.findings), key=judge.order)))
    if terms is not None:
        suppressions = sorted((each for outcome in outcomes for each in outcome.suppressions), key=lambda each: each.path)
        settled = settle(settled.findings, suppressions, terms, _scene(listing, not_scanned, rules))
    if listing.source == "history":
        from scanner.judge.folding import first_brought  # noqa: PLC0415

        settled = settled._replace(findings=first_brought(settled.findings, listing.files))
    return settled


def _scene(listing: Listing, not_scanned: Iterable[NotScanned], rules: Rules) -> Scene:
    from scanner.judge.settling import Scene  # noqa: PLC0415

    return Scene(
        rules.policy,
        rules.infos,
        seen={file.path for file in listing.files}.difference(entry.path for entry in not_scanned),
        inventory=listing.inventory,
        present=all(file.commit is None for file in listing.files),
    )


def _in_reading_order(listing: Listing) -> Sequence[File]:
    """The files of a listing; the versions of one path together, which git stores as differences from each other."""
    return sorted(listing.files, key=lambda file: file.path) if listing.source == "history" else listing.files


def _spread(work: Callable[[File], T], files: Sequence[File], settings: Settings) -> Iterable[T]:
    jobs = _jobs(settings, len(files))
    if jobs <= 1:
        return map(work, files)
    from scanner import pool  # noqa: PLC0415

    return pool.spread(work, files, jobs)


def _jobs(settings: Settings, files: int) -> int:
    if settings.jobs:
        return settings.jobs
    return min(os.cpu_count() or 1, 8) if files >= _WORTH_FORKING else 1


def is_wanted(finding: Finding, settings: Settings) -> bool:
    """Whether the request asks for a finding."""
    return (
        (not settings.clauses or finding.clause in settings.clauses)
        and (not settings.kinds or finding.kind in settings.kinds)
        and LEVELS.index(finding.level) >= LEVELS.index(settings.level)
    )


def _notices(listing: Listing, settings: Settings, policy: Policy) -> Iterable[str]:
    if policy.allows:
        yield f"{policy.id} authorises what {', '.join(policy.allows)} would forbid: findings of it do not count"
    if listing.excluded:
        yield f"{listing.excluded} file{'s' if listing.excluded != 1 else ''} left out by the exclusions that the user set"
    if settings.clauses or settings.kinds or settings.level != "note":
        yield "only a part of the findings is shown: the request narrows clauses, kinds or levels"
