"""The formats `json` (one object) and `jsonl` (one object a line, each with a `type`)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scanner.model import Finding, Level, Report
from scanner.report import Options
from scanner.report.plain import dumps, layout
from scanner.report.records import described

VERSION = 1
"""The version of the shape of both formats; it rises when a key changes its meaning or goes."""

_WORST_FIRST: tuple[Level, ...] = ("error", "warning", "note")


def render_json(report: Report, _options: Options) -> str:
    """The whole report as one JSON object, one finding a line."""
    body = {
        **_head(report),
        "summary": _summary(report),
        "findings": [finding_row(finding) for finding in report.findings],
        "not_scanned": [{"path": item.path, "reason": item.reason} for item in report.not_scanned],
        "authorizations": [described(item) for item in report.authorizations],
        "notices": list(report.notices),
    }
    return layout(body, depth=1) + "\n"


def render_jsonl(report: Report, _options: Options) -> str:
    """One line a finding, then one a path that was not scanned, then one of type `summary`, whose presence proves a whole report."""
    rows: list[dict[str, Any]] = [{"type": "finding", **finding_row(finding)} for finding in report.findings]
    rows += [{"type": "not_scanned", "path": item.path, "reason": item.reason} for item in report.not_scanned]
    in_force = [described(item) for item in report.authorizations]
    rows.append(
        {"type": "summary", **_head(report), "summary": _summary(report), "authorizations": in_force, "notices": list(report.notices)}
    )
    return "".join(dumps(row) + "\n" for row in rows)


def _head(report: Report) -> dict[str, Any]:
    return {
        "version": VERSION,
        "tool": {"name": "phasegate", "version": report.version},
        "policy": {"id": report.policy.id, "title": report.policy.title, "sha256": report.policy.sha256},
        "root": report.root,
        "source": report.source,
        "revision": report.repository.revision if report.repository else None,
    }


def _summary(report: Report) -> dict[str, Any]:
    levels = Counter(finding.level for finding in report.open())
    clauses = Counter(finding.clause for finding in report.open())
    # A clause that the policy does not list still counts, or the sum would be wrong.
    order = [*report.policy.clauses, *sorted(clauses.keys() - report.policy.clauses.keys())]
    return {
        "files": report.tally.files,
        "scanned": report.tally.scanned,
        "skipped": report.tally.skipped,
        "not_scanned": report.tally.not_scanned,
        "findings": {level: levels[level] for level in _WORST_FIRST},
        "clauses": {clause: clauses[clause] for clause in order if clauses[clause]},
        "seconds": round(report.seconds, 3),
    }


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding under the names of the JSON report."""
    return {
        "clause": finding.clause,
        "kind": finding.kind,
        "level": finding.level,
        "confidence": finding.confidence,
        "path": finding.path,
        "start_line": finding.span.line,
        "start_column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "message": finding.message,
        "evidence": finding.evidence,
        "family": finding.family,
        "vendor": finding.vendor,
        "boundary": finding.boundary,
        "lifted_by": finding.lifted_by,
        "embedded_in": finding.embedded_in,
        "commit": finding.commit,
        "authored": finding.authored,
        "fingerprint": finding.fingerprint,
        "status": finding.status,
        "justification": finding.justification,
    }
