"""A verdict as SARIF 2.1.0: a rule a criterion, a result for each reason why one is not met."""

from __future__ import annotations

import hashlib
from typing import Any

from scanner.gate.verdict import Criterion, Reason, Verdict
from scanner.report import Options
from scanner.report.sarif import HOME, MAX_RESULTS, log, notification, provenance
from scanner.report.sarif_results import ROOT, artifact, message
from scanner.report.sarif_rules import DESCRIPTORS, descriptor

CATEGORY = "phasegate-gate/"
"""Another category than a scan's, so that an upload of one does not replace the other on a dashboard."""


def render_sarif(verdict: Verdict, _options: Options) -> str:
    """The verdict as one SARIF log with one run; what could not be looked at is a notification, and the run then not successful."""
    report = verdict.report
    found = [
        _result(number, judged.criterion, reason, report.policy.id)
        for number, judged in enumerate(verdict.judged)
        for reason in judged.reasons
    ]
    return log(
        {
            "tool": {
                "driver": {
                    "name": "phasegate",
                    "version": report.version,
                    "informationUri": HOME,
                    "shortDescription": {"text": "Holds a range of commits against the acceptance criteria of its governance document."},
                    "notifications": DESCRIPTORS,
                    "rules": [_rule(judged.criterion, report.policy.id) for judged in verdict.judged],
                }
            },
            "automationDetails": {"id": CATEGORY},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
            **provenance(report),
            "invocations": [_invocation(verdict, max(0, len(found) - MAX_RESULTS))],
            "properties": {"verdict": verdict.conclusion, "base": verdict.span.base, "end": verdict.span.end},
            "results": found[:MAX_RESULTS],
        }
    )


def _rule(criterion: Criterion, policy: str) -> dict[str, Any]:
    words = f"{policy}, {criterion.where}: {criterion.text}"
    rule = descriptor(criterion.id, "error", message(criterion.text)["text"], message(words)["text"])
    rule["properties"] = {"tags": [policy, "acceptance", criterion.check]}
    return rule


def _result(number: int, criterion: Criterion, reason: Reason, policy: str) -> dict[str, Any]:
    identity = f"{criterion.id}\0{reason.path}\0{reason.words}"
    commit = f" (in commit {reason.commit[:12]})" if reason.commit else ""
    return {
        "ruleId": criterion.id,
        "ruleIndex": number,
        "level": "error",
        "message": message(f"{policy}, {criterion.where}: {reason.path} {reason.words}{commit}"),
        "locations": [{"physicalLocation": {"artifactLocation": artifact(reason.path), "region": {"startLine": reason.line}}}],
        "partialFingerprints": {"phasegate/v1": hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:40]},
    }


def _invocation(verdict: Verdict, left_out: int) -> dict[str, Any]:
    said = [notification("truncated", "warning", f"{left_out} results are left out; other formats list them")] if left_out else []
    said += [notification("notice", "note", notice) for notice in verdict.notices]
    said += [
        {
            **notification("not-scanned", "error", f"{judged.criterion.text} {doubt.path} {doubt.words}"),
            "locations": [{"physicalLocation": {"artifactLocation": artifact(doubt.path)}}],
        }
        for judged in verdict.judged
        for doubt in judged.doubts
    ]
    return {"executionSuccessful": verdict.conclusion != "incomplete", "toolExecutionNotifications": said}
