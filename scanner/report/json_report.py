"""The formats `json` (one object) and `jsonl` (one object a line, each with a `type`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from scanner.model import Finding, Level, Report, Repository
from scanner.report import Options
from scanner.report.plain import dumps, layout
from scanner.report.records import described
from scanner.report.uri import repository_uri

VERSION = 1
"""The version of the shape of both formats; it rises when a key changes its meaning or goes."""

_WORST_FIRST: tuple[Level, ...] = ("error", "warning", "note")


def render_json(report: Report, options: Options) -> str:
    """The whole report as one JSON object, one finding a line, of the shape that `schemas/report-1.json` describes."""
    body = {
        **_head(report),
        "findings": _rows(report, options),
        "not_scanned": [{"path": item.path, "reason": item.reason} for item in report.not_scanned],
        **_tail(report),
    }
    return layout(body, depth=1) + "\n"


def render_jsonl(report: Report, options: Options) -> str:
    """One line a finding, then one a path that was not scanned, then one of type `summary`, whose presence proves a whole report.

    `schemas/line-1.json` describes a line.
    """
    lines = [dumps({"type": "finding", **row}) for row in _rows(report, options)]
    lines += [dumps({"type": "not_scanned", "path": item.path, "reason": item.reason}) for item in report.not_scanned]
    lines.append(dumps({"type": "summary", **_head(report), **_tail(report)}))
    return "\n".join(lines) + "\n"


def _rows(report: Report, options: Options) -> Iterator[dict[str, Any]]:
    return (finding_row(finding, options.line_hashes.get((finding.path, finding.span.line))) for finding in report.findings)


def _head(report: Report) -> dict[str, Any]:
    policy = report.policy
    return {
        "version": VERSION,
        "tool": {"name": "phasegate", "version": report.version},
        "policy": {"id": policy.id, "title": policy.title, "sha256": policy.sha256, "document": policy.document},
        "root": report.root,
        "source": report.source,
        "revision": report.repository.revision if report.repository else None,
        "summary": _summary(report),
    }


def _tail(report: Report) -> dict[str, Any]:
    """What the other formats need besides the findings, so that a report can be converted where phasegate knows other kinds."""
    policy = report.policy
    kinds = sorted({finding.kind for finding in report.findings} & report.kinds.keys())
    return {
        "authorizations": [described(item) for item in report.authorizations],
        "notices": list(report.notices),
        "repository": _repository(report.repository) if report.repository else None,
        "clauses": [{**clause._asdict(), "allowed": policy.allows.get(clause.id)} for clause in policy.clauses.values()],
        "kinds": [report.kinds[name]._asdict() for name in kinds],
    }


def _repository(repository: Repository) -> dict[str, Any]:
    return {
        "uri": repository_uri(repository.url) if repository.url else None,
        "branch": repository.branch,
        "folder": repository.folder,
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


def finding_row(finding: Finding, line_hash: str | None = None) -> dict[str, Any]:
    """A finding under the names of the JSON report, with what GitHub's upload action makes of its line, where that is known."""
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
        "headline": finding.headline,
        "snippet": finding.snippet,
        "snippet_column": finding.snippet_column,
        "in_source": finding.in_source,
        "line_hash": line_hash,
    }
