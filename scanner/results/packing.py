"""The outcome of a file as bytes, and back. What the signatures and the policy say of a finding is not kept: they say it again.

Evidence and lines of the file are in it as every report shows them, secrets masked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from scanner.cache import sealed, unsealed
from scanner.judge.judge import wording
from scanner.match.inventory import Inventory, Question
from scanner.model import File, Finding, Outcome, Span, Suppression

if TYPE_CHECKING:
    from scanner.match.rules import Rules

_NOTHING = b"nothing"
_SKIPPED = b"skipped"
_WORDED = attrgetter("kind", "clause", "headline")
_PLAIN = ("level", "confidence", "evidence", "vendor", "embedded_in", "fingerprint", "snippet", "snippet_column")
"""The fields of a finding that stand as they are; beside them are kept its region, and what its wording follows from."""
_WORDS = {_NOTHING: Outcome(), _SKIPPED: Outcome(skipped=True)}
"""What most files come to, each one word, so that no damage of a longer text can turn it into this."""


def pack(outcome: Outcome, asked: Mapping[Question, bool]) -> bytes | None:
    """An outcome together with the questions to the inventory, and their answers, that it rests on.

    None for one that is not to be met again: what could not be looked at is tried every time.
    """
    if outcome.not_scanned:
        return None
    if not asked:
        for word, plain in _WORDS.items():
            if outcome == plain:
                return word
    data = {
        "asked": [[folder, wanted, answer] for (folder, wanted), answer in asked.items()],
        "findings": [_packed(finding) for finding in outcome.findings],
        "lines": _lines(outcome.findings),
        "suppressions": [_lifting(suppression) for suppression in outcome.suppressions],
        "hashes": [*outcome.line_hashes.items()],
        "skipped": outcome.skipped,
    }
    return sealed(json.dumps({key: value for key, value in data.items() if value}, separators=(",", ":")).encode())


def _packed(finding: Finding) -> list[Any]:
    span = finding.span
    region = (span.line, span.column, span.end_line, span.end_column)
    return [_WORDED(finding), region, (finding.context_line, len(finding.context)), *(getattr(finding, name) for name in _PLAIN)]


def _lines(findings: Iterable[Finding]) -> dict[int, str]:
    """The lines around findings by their number, each once."""
    return {line: text for finding in findings for line, text in enumerate(finding.context, finding.context_line)}


def _lifting(suppression: Suppression) -> list[Any]:
    each = suppression
    return [each.line, each.lines, sorted(each.names), each.reason, each.until, each.problem, each.unknown, each.sample]


@dataclass(frozen=True, slots=True)
class Unpacking:
    """Turns what `pack` made into outcomes under the same rules; they hold where the `inventory` still answers the same."""

    rules: Rules
    inventory: Inventory
    _wordings: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    def outcome(self, stored: bytes, file: File) -> Outcome | None:
        """The outcome for a file; None where it does not hold any more, or is damaged."""
        plain = _WORDS.get(stored)
        if plain is not None:
            return plain
        whole = unsealed(stored)
        if whole is None:
            return None
        data: Mapping[str, Any] = json.loads(whole)
        if any(self.inventory.answer((folder, tuple(wanted))) != answer for folder, wanted, answer in data.get("asked", ())):
            return None
        lines = data.get("lines", {})
        return Outcome(
            findings=tuple(self._finding(row, file, lines) for row in data.get("findings", ())),
            skipped=data.get("skipped", False),
            line_hashes=dict(data.get("hashes", ())),
            suppressions=tuple(_suppression(row, file) for row in data.get("suppressions", ())),
        )

    def _finding(self, row: Sequence[Any], file: File, lines: Mapping[str, str]) -> Finding:
        worded, region, (first, count), *plain = row
        return Finding(
            path=file.path,
            span=Span(*region),
            context=tuple(lines[str(number)] for number in range(first, first + count)),
            context_line=first,
            commit=file.commit,
            authored=file.authored if file.commit else None,
            **self._wording(*worded),
            **dict(zip(_PLAIN, plain, strict=True)),
        )

    def _wording(self, kind: str, clause: str, headline: str) -> dict[str, Any]:
        known = self._wordings.get((kind, clause, headline))
        if known is None:
            known = wording(self.rules.policy, self.rules.infos[kind], clause, headline)
            self._wordings[kind, clause, headline] = known
        return known


def _suppression(row: Sequence[Any], file: File) -> Suppression:
    line, lines, names, reason, until, problem, unknown, sample = row
    return Suppression(file.path, line, tuple(lines), frozenset(names), reason, until, problem, unknown, sample, file.commit)
