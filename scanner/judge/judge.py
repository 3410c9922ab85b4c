"""Turn claims into findings: the clause's words, boundary, what would lift it, a fingerprint, and masking."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from scanner.match.masking import Mask
from scanner.model import LEVELS, Claim, Confidence, Finding, KindInfo, Policy, Rung, Span
from scanner.read.positions import Lines

_CONFIDENCE: Final[Mapping[Rung, Confidence]] = {
    "name": "high",
    "structure": "high",
    "neighbour": "high",
    "template": "medium",
    "text": "medium",
}
_LONGEST_SNIPPET = 240
_BEFORE = 60
_LINES_BEFORE = 2
_LINES_AFTER = 2
_MOST_LINES_AFTER = 5
"""Of a region in many lines so many are shown behind its first one."""


def findings(
    path: str,
    claims: Iterable[Claim],
    lines: Lines,
    policy: Policy,
    kinds: Mapping[str, KindInfo],
    *,
    secrets: Iterable[str] = (),
    commit: str | None = None,
) -> tuple[Finding, ...]:
    """The findings of one file, sorted by line, clause and kind; `secrets` are masked wherever they would be shown."""
    mask = Mask(secrets)
    shown: dict[int, str] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for claim in _distinct(claims):
        kind = kinds[claim.kind]
        evidence = mask(claim.evidence)
        identity = (claim.kind, claim.clause, path, " ".join(evidence.split()))
        seen[identity] += 1
        snippet, column = _snippet(lines.line(claim.span.line), claim.span.column)
        found.append(
            Finding(
                **wording(policy, kind, claim.clause, f"{kind.title} ({claim.says})" if claim.says else kind.title),
                level=claim.level,
                confidence=_CONFIDENCE[claim.rung],
                path=path,
                span=claim.span,
                evidence=evidence,
                vendor=claim.vendor,
                embedded_in=claim.embedded_in,
                commit=commit,
                fingerprint=fingerprint(claim.kind, claim.clause, path, evidence, seen[identity]),
                snippet=mask(snippet),
                snippet_column=column,
                context=_context(lines, claim.span, mask, shown),
                context_line=max(1, claim.span.line - _LINES_BEFORE),
            )
        )
    return tuple(sorted(found, key=order))


def wording(policy: Policy, kind: KindInfo, clause: str, headline: str) -> dict[str, Any]:
    """What the policy and the kind say of a finding against the `clause`, which the policy may allow: the fields of it that they decide."""
    words = policy.clauses[clause]
    allowed = policy.allows.get(clause)
    return {
        "kind": kind.id,
        "clause": clause,
        "headline": headline,
        "message": f"{headline}: {_forbids(policy, clause)} {words.text[0].lower()}{words.text[1:]}",
        "family": kind.family,
        "boundary": words.boundary,
        "lifted_by": words.lifted_by,
        "status": "open" if allowed is None else "authorized",
        "justification": None if allowed is None else f"{policy.id} authorises it ({allowed})",
    }


def fingerprint(kind: str, clause: str, path: str, evidence: str, number: int) -> str:
    """What tells a finding from all others, and survives a move of lines: it is the `number`th of its file that has this evidence."""
    parts = (kind, clause, path, " ".join(evidence.split()), str(number))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:40]


def order(finding: Finding) -> tuple[str, int, tuple[int, ...], str, int, str]:
    """The total order of findings: path, line, clause, kind; column and fingerprint break what ties remain."""
    clause = tuple(int(part) for part in finding.clause.split("."))
    return finding.path, finding.span.line, clause, finding.kind, finding.span.column, finding.fingerprint


def _distinct(claims: Iterable[Claim]) -> list[Claim]:
    """One claim a kind, clause and line, the gravest; in the order of the file."""
    kept: dict[tuple[int, str, str], Claim] = {}
    for claim in sorted(
        claims, key=lambda claim: (claim.span.line, -LEVELS.index(claim.level), claim.span.column, claim.clause, claim.kind, claim.evidence)
    ):
        kept.setdefault((claim.span.line, claim.kind, claim.clause), claim)
    return list(kept.values())


def _forbids(policy: Policy, clause: str) -> str:
    section = {"3": "forbids", "4": "demands", "6": "demands"}[clause.split(".", maxsplit=1)[0]]
    return f"{policy.id} clause {clause} {section}:"


def _context(lines: Lines, span: Span, mask: Mask, shown: dict[int, str]) -> tuple[str, ...]:
    """The lines around the beginning of a region. Findings share them, as `shown` has them by number."""
    last = min(span.end_line + _LINES_AFTER, span.line + _MOST_LINES_AFTER, len(lines))
    numbers = range(max(1, span.line - _LINES_BEFORE), last + 1)
    for number in numbers:
        if number not in shown:
            shown[number] = mask(lines.line(number)[:_LONGEST_SNIPPET])
    return tuple(shown[number] for number in numbers)


def _snippet(line: str, column: int) -> tuple[str, int]:
    """A line cut to what fits a report, around `column`, and the column at which the cut starts."""
    if len(line) <= _LONGEST_SNIPPET:
        return line, 1
    start = max(0, min(column - 1 - _BEFORE, len(line) - _LONGEST_SNIPPET))
    return line[start : start + _LONGEST_SNIPPET], start + 1
