"""One finding as one SARIF result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scanner.model import Finding, Report
from scanner.report import Options
from scanner.report.places import from_top
from scanner.report.sarif_rules import to_clause
from scanner.report.uri import path_to_uri

ROOT = "%SRCROOT%"
FINGERPRINT = "phasegate/v1"
"""The name of our own fingerprint, with a version, without which DefectDojo refuses a name that has a slash."""
MAX_MESSAGE = 1_000
"""Characters of a message; GitHub cuts at 1,024."""


def artifact(path: str) -> dict[str, Any]:
    """The location of a path below the root, which the log never spells out."""
    return {"uri": path_to_uri(path), "uriBaseId": ROOT}


def message(text: str) -> dict[str, Any]:
    """A plain text message: one that ends with a full stop, is cut to a length that dashboards take, and holds no link."""
    text = text.strip() or "No details"
    if len(text) > MAX_MESSAGE:
        text = text[: MAX_MESSAGE - 1] + "…"
    elif text[-1] not in ".!?":
        text += "."
    # `[words](target)` is a link in every SARIF message, and a scanned repository must not be able to place one.
    return {"text": text.replace("](", "]\u200b(")}


def result(report: Report, finding: Finding, rules: Mapping[str, int], taxa: Mapping[str, int], options: Options) -> dict[str, Any]:
    """The result of a finding. `rules` and `taxa` give the index of each kind and each clause in the log.

    The clause stands in the message too, since GitHub shows no taxonomies. Regions are one line: an alert on a pull request
    appears only where all of its lines are in the diff.
    """
    shown: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": rules[finding.kind],
        "level": finding.level,
        "message": message(_words(report, finding)),
        "locations": [{"physicalLocation": {"artifactLocation": artifact(from_top(report, finding.path)), "region": _region(finding)}}],
        "partialFingerprints": _fingerprints(finding, options),
        # DefectDojo takes the identity from here alone where it is there; the partial ones it joins, and a line's hash changes with its
        # neighbours.
        "fingerprints": {FINGERPRINT: finding.fingerprint},
    }
    if finding.clause in taxa:
        shown["taxa"] = [to_clause(report.policy, finding.clause, taxa[finding.clause])]
    if options.sarif_suppressed:
        # Once one result of a run says that it is suppressed, an empty list says of the others that they are not.
        shown["suppressions"] = _suppressions(finding)
    shown["properties"] = _properties(finding)
    return shown


def _words(report: Report, finding: Finding) -> str:
    clause = report.policy.clauses.get(finding.clause)
    named = f"{report.policy.id} clause {finding.clause}" + (f" ({clause.slug})" if clause else "")
    room = MAX_MESSAGE - len(named) - 4
    words = finding.message.strip()
    if len(words) < MAX_MESSAGE and re.search(rf"clause {re.escape(finding.clause)}(?![0-9.])", words):
        return words
    words = words if len(words) <= room else words[: room - 1] + "…"
    return f"{words if words.endswith(('.', '!', '?', '…')) else words + '.'} {named}."


def _region(finding: Finding) -> dict[str, Any]:
    """The first line of the finding's span, with the text that stands there where the snippet holds it whole."""
    span = finding.span
    column = max(1, span.column)
    line_end = finding.snippet_column + len(finding.snippet.rstrip("\r\n"))
    end = max(column, span.end_column if span.end_line <= span.line else line_end)
    region: dict[str, Any] = {"startLine": max(1, span.line), "startColumn": column, "endColumn": end}
    text = finding.snippet[column - finding.snippet_column : end - finding.snippet_column] if column >= finding.snippet_column else ""
    if text and len(text) == end - column:
        region["snippet"] = {"text": text}
    return region


def _fingerprints(finding: Finding, options: Options) -> dict[str, str]:
    """What tells results of one scan from those of another: GitHub's own hash, where it is known, and ours."""
    known = options.line_hashes.get((finding.path, finding.span.line))
    return {**({"primaryLocationLineHash": known} if known else {}), FINGERPRINT: finding.fingerprint}


def _suppressions(finding: Finding) -> list[dict[str, Any]]:
    if finding.status == "open":
        return []
    return [
        {
            "kind": "inSource" if finding.in_source else "external",
            "status": "accepted",
            "justification": finding.justification or f"The finding is {finding.status}.",
        }
    ]


def _properties(finding: Finding) -> dict[str, Any]:
    values = {
        "clause": finding.clause,
        "confidence": finding.confidence,
        "vendor": finding.vendor,
        "boundary": finding.boundary,
        "liftedBy": finding.lifted_by,
        "embeddedIn": finding.embedded_in,
        "commit": finding.commit,
        "authored": finding.authored,
        "status": finding.status,
    }
    return {key: value for key, value in values.items() if value is not None}
