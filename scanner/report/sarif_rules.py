"""The kinds as SARIF rules and the governing document as a SARIF taxonomy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from scanner.model import Finding, KindInfo, Policy, Report
from scanner.report.uri import is_web_uri

POLICY_INDEX = 0
"""Where the governing document stands among the taxonomies of the run."""

MAX_TAGS = 10
MAX_SHORT = 250
MAX_FULL = 1_000
_SEVERITY = {"error": "8.0", "warning": "5.5", "note": "2.0"}


def _pascal(name: str) -> str:
    """A name in words run together. It differs from the id by more than capitals, as a validator demands (SARIF1001)."""
    words = "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", name))
    return words if words.lower() != name.lower() else f"{words}Item"


def descriptor(name: str, level: str, short: str, full: str) -> dict[str, Any]:
    """What a rule or a notification is about."""
    return {
        "id": name,
        "name": _pascal(name),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full, "markdown": full},
        "defaultConfiguration": {"level": level},
    }


DESCRIPTORS: list[dict[str, Any]] = [
    descriptor(
        "not-scanned",
        "error",
        "A path could not be looked at, so that the scan is not complete.",
        "What cannot be read, decoded or parsed is reported, and the scan never counts as clean.",
    ),
    descriptor(
        "notice", "note", "What every reader of the report should know.", "Exclusions in force, an expired authorisation and the like."
    ),
    descriptor(
        "truncated",
        "warning",
        "Some findings are left out of this file.",
        "Dashboards refuse a file above a size, so that the mildest findings were left out. Other formats list all of them.",
    ),
]
"""What the notifications of a run can be about."""


def rules(report: Report, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """One rule for each kind that occurs, by id."""
    taxa = {clause: index for index, clause in enumerate(report.policy.clauses)}
    confidence: dict[str, Counter[str]] = {}
    worst: dict[str, Finding] = {}
    for finding in findings:
        confidence.setdefault(finding.kind, Counter())[finding.confidence] += 1
        worst.setdefault(finding.kind, finding)
    listed = []
    for name in sorted(worst):
        kind = report.kinds.get(name) or _made_up(worst[name])
        listed.append(_rule(report.policy, kind, taxa, confidence[name].most_common(1)[0][0]))
    return listed


def taxonomy(policy: Policy) -> dict[str, Any]:
    """The governing document, with a taxon for each clause."""
    taxa = [
        {
            "id": clause.id,
            "name": _pascal(clause.slug or clause.id),
            "shortDescription": {"text": _sentence(clause.title or clause.text, MAX_SHORT)},
            "fullDescription": {"text": _sentence(clause.text or clause.title, MAX_FULL)},
        }
        for clause in policy.clauses.values()
    ]
    return {
        "name": policy.id,
        "shortDescription": {"text": _sentence(policy.title, MAX_SHORT)},
        "isComprehensive": True,
        "properties": {"sha256": policy.sha256},
        "taxa": taxa,
    }


def to_clause(policy: Policy, clause: str, index: int) -> dict[str, Any]:
    """A reference to the taxon of a clause."""
    return {"id": clause, "index": index, "toolComponent": {"name": policy.id, "index": POLICY_INDEX}}


def _rule(policy: Policy, kind: KindInfo, taxa: dict[str, int], confidence: str) -> dict[str, Any]:
    clauses = [clause for clause in dict.fromkeys((kind.clause, *kind.further)) if clause in taxa]
    rule: dict[str, Any] = {
        "id": kind.id,
        "name": _pascal(kind.id),
        "shortDescription": {"text": _sentence(kind.title or kind.id, MAX_SHORT)},
        "fullDescription": {"text": _sentence(_first_paragraph(kind.explain) or kind.title or kind.id, MAX_FULL)},
        "help": {"text": _help(policy, kind, markdown=False), "markdown": _help(policy, kind, markdown=True)},
        "defaultConfiguration": {"level": kind.level},
    }
    links = [reference for reference in kind.references if is_web_uri(reference)]
    if links:
        rule["helpUri"] = links[0]
    if clauses:
        rule["relationships"] = [{"target": to_clause(policy, clause, taxa[clause]), "kinds": ["superset"]} for clause in clauses]
    # No tag `security`: with it GitHub shows the severity of the rule in place of the level of each result.
    rule["properties"] = {
        "tags": _tags(policy, kind, clauses),
        "precision": confidence,
        "security-severity": _SEVERITY[kind.level],
    }
    return rule


def _tags(policy: Policy, kind: KindInfo, clauses: list[str]) -> list[str]:
    main = policy.clauses.get(kind.clause)
    tags = [policy.id, f"clause-{kind.clause}", main.slug if main else "", kind.family, kind.vendor or ""]
    tags += [f"clause-{clause}" for clause in clauses]
    return list(dict.fromkeys(filter(None, tags)))[:MAX_TAGS]


def _help(policy: Policy, kind: KindInfo, *, markdown: bool) -> str:
    """What a reader wants to know of a kind, as Markdown or as the same text without its marks."""
    code, bold = ("`", "**") if markdown else ("", "")
    clause = policy.clauses.get(kind.clause)
    parts = [kind.explain.strip() or kind.title or kind.id]
    if clause:
        parts.append(f"{bold}{policy.id} clause {clause.id}{bold} ({clause.slug}): {clause.text}")
        lifted = clause.lifted_by or "a later authorisation"
        parts.append(f"{bold}Lifted by{bold}: {lifted}" + (f" ({clause.lifted_where})." if clause.lifted_where else "."))
    if kind.lookalikes:
        parts.append(f"{bold}Looks like it and is not{bold}:\n\n" + "\n".join(f"- {item}" for item in kind.lookalikes))
    parts.append(
        f"{bold}To suppress it{bold}: a comment {code}phasegate: allow {kind.id} -- reason{code} on the line or the line above. "
        f"{code}phasegate explain {kind.id}{code} tells more."
    )
    links = [reference for reference in kind.references if is_web_uri(reference)]
    if links:
        parts.append(f"{bold}References{bold}:\n\n" + "\n".join(f"- <{link}>" if markdown else f"- {link}" for link in links))
    return "\n\n".join(parts)


def _made_up(finding: Finding) -> KindInfo:
    """What can be said of a kind that the report does not describe: SARIF wants a rule for each result."""
    return KindInfo(finding.kind, finding.kind, finding.clause, finding.level, finding.family, finding.vendor, finding.message)


def _first_paragraph(text: str) -> str:
    return " ".join(text.strip().partition("\n\n")[0].split())


def _sentence(text: str, limit: int) -> str:
    text = " ".join(text.split()) or "No description"
    if len(text) > limit:
        return text[: limit - 1] + "…"
    return text if text[-1] in ".!?" else text + "."
