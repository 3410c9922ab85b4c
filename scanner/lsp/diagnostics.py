"""From a judgement to the diagnostics that an editor shows. What is lifted is not shown: it does not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lsprotocol.types import CodeDescription, Diagnostic, DiagnosticSeverity, DiagnosticTag, Position, Range

from scanner.judge.settling import Remark
from scanner.lsp.ground import Judgement
from scanner.lsp.text import Text
from scanner.match.rules import Rules
from scanner.model import LEVELS, Finding, Level
from scanner.report.display import visible
from scanner.report.uri import is_web_uri

SOURCE = "phasegate"
MOST = 1000
"""How many findings of one document are shown, the gravest first; that there are more is said on its first line."""
_SEVERITIES: Mapping[Level, DiagnosticSeverity] = {
    "error": DiagnosticSeverity.Error,
    "warning": DiagnosticSeverity.Warning,
    "note": DiagnosticSeverity.Information,
}


class Mark(NamedTuple):
    """A diagnostic, and the finding that it tells of; None where it tells of something else."""

    diagnostic: Diagnostic
    finding: Finding | None = None


def marks(text: Text, judgement: Judgement) -> tuple[Mark, ...]:
    """Everything that there is to show of one state of a document, in its order."""
    found = [finding for finding in judgement.findings if finding.status == "open"]
    shown = set(sorted(found, key=lambda each: -LEVELS.index(each.level))[:MOST])
    problems = [f"Not scanned: {problem}" for problem in judgement.problems]
    if len(found) > len(shown):
        problems.append(f"Only the {MOST:,} gravest of {len(found):,} findings are shown")
    top = Range(Position(0, 0), text.end(0))
    return (
        *(Mark(_diagnostic(top, DiagnosticSeverity.Error, "not-scanned", problem)) for problem in problems),
        *(_remark(text, remark) for remark in judgement.remarks),
        *_findings(text, [finding for finding in found if finding in shown], judgement.rules),
    )


def _findings(text: Text, findings: list[Finding], rules: Rules | None) -> Iterator[Mark]:
    for finding in findings:
        message = f"{finding.message} (lifted by {finding.lifted_by or 'a later authorisation'})"
        diagnostic = _diagnostic(text.first_line(finding.span), _SEVERITIES[finding.level], finding.kind, message)
        link = next((link for link in rules.infos[finding.kind].references if is_web_uri(link)), None) if rules is not None else None
        diagnostic.code_description = CodeDescription(link) if link is not None else None
        yield Mark(diagnostic, finding)


def _remark(text: Text, remark: Remark) -> Mark:
    """A comment that lifts nothing. One that is only of no use is shown as such, not as a fault."""
    unused = remark.sort == "unused"
    severity = DiagnosticSeverity.Information if unused else DiagnosticSeverity.Warning
    diagnostic = _diagnostic(text.whole_line(remark.suppression.line), severity, "suppression", f"This suppression {remark.words}")
    diagnostic.tags = [DiagnosticTag.Unnecessary] if unused else None
    return Mark(diagnostic)


def _diagnostic(place: Range, severity: DiagnosticSeverity, code: str, message: str) -> Diagnostic:
    return Diagnostic(place, visible(message), severity, code, source=SOURCE)
