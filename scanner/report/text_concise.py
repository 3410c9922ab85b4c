"""The style `concise` of text: a line each, `path:line:column: level clause kind artifact`, for grep and the error lists of editors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.model import Finding, Report
from scanner.report.display import visible
from scanner.report.text import Look
from scanner.report.text_grouped import headline


def lines(report: Report, findings: Iterable[Finding], look: Look) -> Iterator[str]:
    """The findings, each on a line that is never wrapped."""
    paint = look.paint
    for finding in findings:
        place = look.path(finding.path, f":{finding.span.line}:{finding.span.column}")
        status = f" ({finding.status})" if finding.status != "open" else ""
        level = paint(finding.level, finding.level)
        clause, kind = visible(finding.clause), paint("bold", visible(finding.kind))
        commit = f" (commit {visible(finding.commit[:12])})" if finding.commit else ""
        yield f"{paint('bold', place)}: {level}{status} {clause} {kind} {headline(report, finding)}{commit}".rstrip()
