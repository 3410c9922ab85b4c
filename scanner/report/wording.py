"""The words that several formats use of the same thing, as plain text that each of them escapes in its own way."""

from __future__ import annotations

from scanner.model import Finding, InForce, Report
from scanner.report.display import Paint
from scanner.report.text_summary import total


def headline(report: Report, finding: Finding) -> str:
    """The artifact in a few words: what the finding says of itself, or the title of its kind."""
    kind = report.kinds.get(finding.kind)
    return finding.headline or (kind.title if kind else finding.kind)


def lifting(report: Report, finding: Finding) -> str:
    """Which authorisation would lift a finding, and where the document says so."""
    clause = report.policy.clauses.get(finding.clause)
    where = f" ({clause.lifted_where})" if clause and clause.lifted_where else ""
    return f"Lifted by {finding.lifted_by or 'a later authorisation'}{where}"


def in_force(item: InForce) -> str:
    """An authorisation, what it covers and why, in one line."""
    record = item.authorization
    end = f" until {record.expires}" if record.expires else ""
    covered = f"{item.findings:,} finding{'' if item.findings == 1 else 's'}"
    scope = f"{record.phase} lifts {', '.join(record.clauses)} in {', '.join(record.paths)}"
    return f"In force: {scope}{end}, by {record.author}: {record.reason} ({covered})"


def conclusion(report: Report) -> str:
    """The report in one line."""
    return total(report, Paint(enabled=False))
