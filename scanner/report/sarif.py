"""The format `sarif`: SARIF 2.1.0 (OASIS), shaped by what the known dashboards accept.

GitHub takes 25,000 results a run and 10 MB gzipped; what does not fit is left out from the mildest end, and the run says so.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Any

from scanner.model import Finding, Report
from scanner.report import Options
from scanner.report.places import from_top
from scanner.report.plain import dumps, layout
from scanner.report.records import described, worst_first
from scanner.report.sarif_results import ROOT, artifact, message, result
from scanner.report.sarif_rules import DESCRIPTORS, POLICY_INDEX, rules, taxonomy
from scanner.report.uri import repository_uri

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://pypi.org/project/phasegate/"
"""Where a reader of a report learns more of the tool."""
MAX_RESULTS = 25_000
MAX_NOTIFICATIONS = 5_000
MAX_GZIPPED = 10_000_000
_HEADROOM = 0.9
_SEMANTIC = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")
CATEGORY = "phasegate/"
"""GitHub's category, without a run's id: uploads of one category replace each other, however the scan was asked for."""


def render_sarif(report: Report, options: Options) -> str:
    """The report as one SARIF log with one run; findings that do not count are left out unless the options include them."""
    chosen = worst_first(finding for finding in report.findings if finding.status == "open" or options.sarif_suppressed)
    kept = min(len(chosen), MAX_RESULTS)
    while True:
        text = _log(report, options, chosen[:kept], left_out=len(chosen) - kept)
        size = _gzipped(text)
        if size <= MAX_GZIPPED or not kept:
            return text
        kept = int(kept * MAX_GZIPPED / size * _HEADROOM)


def _gzipped(text: str) -> int:
    """The size that counts for an upload; a text within the limit as it stands need not be compressed to know."""
    data = text.encode()
    return len(data) if len(data) <= MAX_GZIPPED else len(zlib.compress(data, 6))


def _log(report: Report, options: Options, findings: Sequence[Finding], left_out: int) -> str:
    return log(_run(report, options, findings, left_out))


def log(run: dict[str, Any]) -> str:
    """The one run of a log, as text."""
    text = layout(run, depth=3, indent=4)
    return f'{{\n  "$schema": {dumps(SCHEMA)},\n  "version": "2.1.0",\n  "runs": [\n    {text}\n  ]\n}}\n'


def _run(report: Report, options: Options, findings: Sequence[Finding], left_out: int) -> dict[str, Any]:
    listed = rules(report, findings)
    numbers = {rule["id"]: index for index, rule in enumerate(listed)}
    taxa = {clause: index for index, clause in enumerate(report.policy.clauses)}
    driver = {
        "name": "phasegate",
        "version": report.version,
        **({"semanticVersion": report.version} if _SEMANTIC.fullmatch(report.version) else {}),
        "informationUri": HOME,
        "shortDescription": {"text": "Finds every artifact in a repository that breaches its governance document."},
        "supportedTaxonomies": [{"name": report.policy.id, "index": POLICY_INDEX}],
        "notifications": DESCRIPTORS,
        "rules": listed,
    }
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": CATEGORY},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository, or of the scanned tree outside of one."}}},
        **provenance(report),
        "taxonomies": [taxonomy(report.policy)],
        "invocations": [_invocation(report, left_out)],
        "properties": {
            "source": report.source,
            "resultsLeftOut": left_out,
            "authorizations": [described(item) for item in report.authorizations],
        },
        "results": [result(report, finding, numbers, taxa, options) for finding in findings],
    }


def provenance(report: Report) -> dict[str, Any]:
    """Where the tree comes from; both the address and the revision must be known, or a reader could not use either."""
    known = report.repository
    uri = repository_uri(known.url) if known and known.url else None
    if not known or not uri or not known.revision:
        return {}
    details: dict[str, Any] = {"repositoryUri": uri, "revisionId": known.revision}
    if known.branch:
        details["branch"] = known.branch
    return {"versionControlProvenance": [{**details, "mappedTo": {"uriBaseId": ROOT}}]}


def _invocation(report: Report, left_out: int) -> dict[str, Any]:
    notifications: list[dict[str, Any]] = []
    if left_out:
        words = f"The mildest {left_out} findings are left out, to stay within what dashboards accept. Other formats list them"
        notifications.append(notification("truncated", "warning", words))
    notifications += [notification("notice", "note", notice) for notice in report.notices]
    for item in report.not_scanned[:MAX_NOTIFICATIONS]:
        where = {"locations": [{"physicalLocation": {"artifactLocation": artifact(from_top(report, item.path))}}]} if item.path else {}
        notifications.append({**notification("not-scanned", "error", f"Not scanned: {item.reason}"), **where})
    if len(report.not_scanned) > MAX_NOTIFICATIONS:
        words = f"{len(report.not_scanned) - MAX_NOTIFICATIONS} more paths were not scanned. Other formats list them"
        notifications.append(notification("not-scanned", "error", words))
    return {"executionSuccessful": not report.not_scanned, "toolExecutionNotifications": notifications}


def notification(name: str, level: str, words: str) -> dict[str, Any]:
    """Something to say of the run; `name` is one of `DESCRIPTORS`."""
    index = next(index for index, descriptor in enumerate(DESCRIPTORS) if descriptor["id"] == name)
    return {"descriptor": {"id": name, "index": index}, "level": level, "message": message(words)}
