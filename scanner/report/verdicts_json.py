"""A verdict as one JSON object."""

from __future__ import annotations

from typing import Any, Final

from scanner.gate.verdict import Judged, Outcome, Reason, Verdict
from scanner.report import Options
from scanner.report.json_report import VERSION, finding_row
from scanner.report.plain import layout

_PASSED: Final[dict[Outcome, bool | None]] = {"passed": True, "failed": False, "unknown": None, "inapplicable": None}


def render_json(verdict: Verdict, _options: Options) -> str:
    """The whole verdict; `passed` is null for a criterion that could not be judged or does not apply, and `outcome` says which.

    `reasons` say why a criterion is not met, `doubts` what could not be looked at.
    """
    report = verdict.report
    body = {
        "version": VERSION,
        "tool": {"name": "phasegate", "version": report.version},
        "policy": {"id": report.policy.id, "title": report.policy.title, "sha256": report.policy.sha256},
        "range": {"asked": verdict.asked, "base": verdict.span.base, "end": verdict.span.end, "commits": verdict.commits},
        "verdict": verdict.conclusion,
        "criteria": [_criterion(judged) for judged in verdict.judged],
        "findings": [finding_row(finding) for finding in report.findings],
        "not_scanned": [{"path": item.path, "reason": item.reason} for item in report.not_scanned],
        "notices": list(verdict.notices),
    }
    return layout(body, depth=1) + "\n"


def _criterion(judged: Judged) -> dict[str, Any]:
    criterion = judged.criterion
    return {
        "id": criterion.id,
        "where": criterion.where,
        "text": criterion.text,
        "check": criterion.check,
        "passed": _PASSED[judged.outcome],
        "outcome": judged.outcome,
        "reasons": [_reason(reason) for reason in judged.reasons],
        "doubts": [_reason(reason) for reason in judged.doubts],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"path": reason.path, "line": reason.line, "commit": reason.commit, "reason": reason.words}
