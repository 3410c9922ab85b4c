"""Settle which findings count: a suppression, an authorisation, the baseline or what was known before may lift one, in this order.

Nothing is lifted in silence. Whatever lifts a finding says why, and whatever was meant to lift and does not (because it is malformed,
expired, overruled, or because nothing is left for it to lift) becomes a notice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from scanner.model import Finding, InForce, Policy, Suppression

if TYPE_CHECKING:
    from scanner.judge.authorizations import Grant
    from scanner.judge.baseline import Baseline
    from scanner.judge.lifters import Lifter
    from scanner.judge.suppressions import Allowance

Honoured = Literal["all", "configured", "none"]
"""Which suppressions count: all, those of the configuration but no comments in files, or none."""


class Terms(NamedTuple):
    """On what terms findings may be lifted. `today` is a day as YYYY-MM-DD.

    `known` maps the fingerprint of each finding that stood before the change to the revision at which it stood; `flaws` are the
    notices of what could not be used when the terms were read.
    """

    today: str
    allowances: tuple[Allowance, ...] = ()
    grants: tuple[Grant, ...] = ()
    baseline: Baseline = {}  # noqa: RUF012  # a read-only mapping
    known: Mapping[str, str] = {}
    honoured: Honoured = "all"
    flaws: tuple[str, ...] = ()


class Scene(NamedTuple):
    """What a scan looked at: `seen` are the paths that were looked at whole, `inventory` all that there are.

    `present` is False for a scan of the past, about whose files there is nothing to say that anybody could mend.
    """

    policy: Policy
    kinds: Collection[str]
    seen: Collection[str]
    inventory: Collection[str]
    present: bool = True


class Remark(NamedTuple):
    """A comment that was meant to lift something and does not; `words` go on behind "the suppression"."""

    sort: Literal["malformed", "expired", "unused"]
    suppression: Suppression
    words: str


class Settlement(NamedTuple):
    """The findings with their status, what there is to say, the authorisations in force, and each comment that lifts nothing."""

    findings: tuple[Finding, ...]
    notices: tuple[str, ...] = ()
    in_force: tuple[InForce, ...] = ()
    remarks: tuple[Remark, ...] = ()


def settle(findings: tuple[Finding, ...], suppressions: Sequence[Suppression], terms: Terms, scene: Scene) -> Settlement:
    """Give every finding its status. `suppressions` are those of the files that were scanned."""
    if not (suppressions or terms.allowances or terms.grants or terms.baseline or terms.known):
        return Settlement(findings, terms.flaws)
    from scanner.judge import lifters  # noqa: PLC0415

    commented = lifters.Commented(suppressions, terms, scene)
    authorised = lifters.Authorised(terms.grants, terms.today, scene)
    chain: tuple[Lifter, ...] = (
        commented,
        lifters.Allowed(terms.allowances, terms, scene),
        authorised,
        lifters.Accepted(terms.baseline, scene),
        lifters.Known(terms.known),
    )
    settled = tuple(_settled(finding, chain) for finding in findings)
    said = (notice for lifter in chain for notice in lifter.notices())
    return Settlement(settled, (*terms.flaws, *said), authorised.in_force(), tuple(commented.remarks()))


def _settled(finding: Finding, chain: Sequence[Lifter]) -> Finding:
    """The finding with the first verdict on it. Every lifter is asked, so that each knows what it covers."""
    if finding.status != "open":
        return finding  # the policy itself allows it, and whatever else would lift it is of no use
    verdicts = [verdict for lifter in chain if (verdict := lifter.lift(finding)) is not None]
    if not verdicts:
        return finding
    first = verdicts[0]
    return finding._replace(status=first.status, justification=first.justification, in_source=first.in_source)
