"""From facts to a verdict: every criterion is judged by its check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.errors import Unreadable
from scanner.gate.checks import CHECKS, at_end, text_digest
from scanner.gate.facts import Facts
from scanner.gate.verdict import Criterion, Judged, Outcome, Reason, Verdict


def decide(asked: str, facts: Facts, acceptance: Iterable[Criterion]) -> Verdict:
    """The verdict on what the user `asked` for, with every criterion judged."""
    judged = tuple(_judged(criterion, facts) for criterion in acceptance)
    return Verdict(asked, facts.diff.span, facts.diff.commits, judged, facts.report, (*facts.report.notices, *_departure(judged, facts)))


def _judged(criterion: Criterion, facts: Facts) -> Judged:
    """How a criterion comes out, with the reasons sorted by path and line."""
    if criterion.check == "clean-tree" and facts.unclean is None:
        return Judged(criterion, "inapplicable")
    refused, doubted = CHECKS[criterion.check](criterion, facts)
    outcome: Outcome = "failed" if refused else "unknown" if doubted else "passed"
    return Judged(criterion, outcome, _in_order(refused), _in_order(doubted))


def _departure(judged: Iterable[Judged], facts: Facts) -> Iterator[str]:
    """Says that the document reads otherwise than the policy was made from, where no criterion demands that it be the same."""
    policy = facts.report.policy
    if policy.sha256 is None or policy.document is None or any(each.criterion.check == "document-text" for each in judged):
        return
    file = at_end(policy.document, facts)
    try:
        if file is not None and text_digest(file.load(facts.limit)) != policy.sha256:
            yield f"{policy.document} is not word for word the text that the policy {policy.id} was made from, which no criterion demands"
    except Unreadable:
        return  # the criteria that need the text say so


def _in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons by place, each once: what stands at the end of the range is not told of earlier commits again."""
    told: dict[tuple[str, int, str], Reason] = {}
    for reason in reasons:
        key = (reason.path, reason.line, reason.words)
        if key not in told or reason.commit is None:
            told[key] = reason
    return tuple(told[key] for key in sorted(told))
