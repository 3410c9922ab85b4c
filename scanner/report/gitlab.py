"""The format `gitlab`: GitLab's Code Quality report, a JSON array of violations (GitLab's documentation, "Code Quality report format").

GitLab reads the array up to the first entry that lacks a key, takes entries with one fingerprint for one, and has no place for what is
said of the whole scan. So findings that do not count are left out, and each path that was not scanned is an entry, as a blocker.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from scanner.model import Finding, Level, NotScanned, Report
from scanner.report import Options
from scanner.report.display import visible
from scanner.report.places import from_top
from scanner.report.plain import clean, layout

NOT_SCANNED = "not-scanned"
"""The name of the check that a path fails which could not be looked at."""
_SEVERITY: dict[Level, str] = {"error": "critical", "warning": "major", "note": "info"}


def render_gitlab(report: Report, _options: Options) -> str:
    """The open findings and what was not scanned, one entry a line. Paths are those of the repository."""
    met: Counter[str] = Counter()
    entries = [_finding(report, finding, met) for finding in report.open()]
    entries += [_not_scanned(report, item, met) for item in report.not_scanned]
    return layout(entries, depth=1) + "\n"


def _finding(report: Report, finding: Finding, met: Counter[str]) -> dict[str, Any]:
    span = finding.span
    begin, end = max(1, span.line), max(1, span.line, span.end_line)
    return {
        "description": visible(finding.message),
        "check_name": visible(finding.kind),
        "fingerprint": _unique(finding.fingerprint, met),
        "severity": _SEVERITY[finding.level],
        "location": {
            "path": clean(from_top(report, finding.path)),
            "lines": {"begin": begin, "end": end},
            "positions": {
                "begin": {"line": begin, "column": max(1, span.column)},
                "end": {"line": end, "column": max(1, span.end_column)},
            },
        },
    }


def _not_scanned(report: Report, item: NotScanned, met: Counter[str]) -> dict[str, Any]:
    identity = clean(f"{NOT_SCANNED}\0{item.path}\0{item.reason}").encode()
    return {
        "description": visible(f"Not scanned, so that the scan is not complete: {item.reason}"),
        "check_name": NOT_SCANNED,
        "fingerprint": _unique(hashlib.sha256(identity).hexdigest()[:40], met),
        "severity": "blocker",
        "location": {"path": clean(from_top(report, item.path)) or ".", "lines": {"begin": 1}, "positions": {"begin": {"line": 1}}},
    }


def _unique(fingerprint: str, met: Counter[str]) -> str:
    """The fingerprint, with a number from its second time on: a report of a history has the same finding in several commits."""
    met[fingerprint] += 1
    return fingerprint if met[fingerprint] == 1 else f"{fingerprint}-{met[fingerprint]}"
