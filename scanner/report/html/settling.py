"""What to do about the findings, and what was done already: what would lift them, which kinds and vendors they are, what does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from scanner.model import Finding, Report, Status
from scanner.report.html.clauses import order
from scanner.report.html.markup import Child, Markup, tag, view
from scanner.report.html.summary import figure
from scanner.report.html.verdict import WORST_FIRST, Verdict

MOST_KINDS = 12
MOST_VENDORS = 12
MOST_AUTHORIZATIONS = 200

_SETTLED: Final[Mapping[Status, str]] = {
    "baselined": "accepted as they stood when the baseline was written",
    "suppressed": "excepted by a comment or the configuration, with a reason",
    "authorized": "allowed by an authorisation of a later phase, or by the document itself",
}


def lifting(report: Report, result: Verdict) -> Markup | None:
    """Which authorisation would lift how many of the open findings, and at which boundary of the phase they stand."""
    if not result.open:
        return None
    grouped: dict[tuple[str, str, str], list[Finding]] = {}
    clauses = {clause.id: clause for clause in order(report)}
    for finding in result.open:
        where = clauses[finding.clause].lifted_where
        grouped.setdefault((finding.lifted_by or "", where, finding.boundary or ""), []).append(finding)
    rows = (_lifter(*key, found, list(clauses)) for key, found in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0])))
    columns = ("Authorisation", "Said in", "Boundary", "Clauses", *map(str.capitalize, WORST_FIRST))
    return tag(
        "section",
        tag("h2", "What would lift them", id="lifting-title"),
        tag("p", "Until then an artifact has to go, or its owner gives a reason: open a finding to see how.", class_="lead"),
        _table(columns, rows, "Authorisations that would lift the open findings"),
        id="lifting",
        aria_labelledby="lifting-title",
    )


def breakdown(report: Report, result: Verdict) -> Markup | None:
    """The most frequent kinds, and the vendors that the tree is pinned to."""
    if not result.open:
        return None

    def title(name: str) -> str:
        return report.kinds[name].title if name in report.kinds else name

    return tag(
        "div",
        _ranked("kinds", "Most frequent kinds", (finding.kind for finding in result.open), MOST_KINDS, title),
        _ranked("vendors", "Vendors", (finding.vendor for finding in result.open), MOST_VENDORS),
        class_="pair",
    )


def not_counted(report: Report) -> Markup | None:
    """What was found and does not count, by what lifts it, and every authorisation in force; None where there is neither."""
    statuses: Counter[Status] = Counter(finding.status for finding in report.findings if finding.status != "open")
    if not statuses and not report.authorizations:
        return None
    rows = (
        tag(
            "tr",
            tag("th", tag("a", status, href=view(status=status)), scope="row"),
            tag("td", words),
            tag("td", statuses[status], class_="count"),
        )
        for status, words in _SETTLED.items()
        if statuses[status]
    )
    return tag(
        "section",
        tag("h2", "Not counted", id="not-counted-title"),
        _table(("Status", "They are", "Findings"), rows, "Findings that do not count") if statuses else None,
        *_authorizations(report),
        id="not-counted",
        aria_labelledby="not-counted-title",
    )


def _lifter(lifted_by: str, where: str, boundary: str, found: list[Finding], known: list[str]) -> Markup:
    levels = Counter(finding.level for finding in found)
    clauses = sorted({finding.clause for finding in found}, key=known.index)
    links: list[Child] = []
    for name in clauses:
        links += [tag("a", name, href=view(clause=name)), " "]
    cells = (tag("td", figure(name, levels[name]), class_="count") for name in WORST_FIRST)
    return tag(
        "tr",
        tag("th", lifted_by or "a new phase, not yet named", scope="row"),
        tag("td", where),
        tag("td", tag("a", boundary, href=view(boundary=boundary)) if boundary else tag("span", "·", class_="zero")),
        tag("td", links),
        cells,
    )


def _ranked(name: str, heading: str, values: Iterable[str | None], most: int, title: Callable[[str], str] = str) -> Markup | None:
    counts = Counter(filter(None, values))
    if not counts:
        return None
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    param = name.removesuffix("s")
    rows = (
        tag("tr", tag("th", tag("a", title(value), href=view(**{param: value})), scope="row"), tag("td", number, class_="count"))
        for value, number in ranked[:most]
    )
    left = len(ranked) - most
    return tag(
        "section",
        tag("h2", heading, id=f"{name}-title"),
        _table((heading.rpartition(" ")[2].removesuffix("s").capitalize(), "Findings"), rows, heading),
        tag("p", f"{left:,} more: the filter below “Findings” lists them all.", class_="lead") if left > 0 else None,
        id=name,
        aria_labelledby=f"{name}-title",
    )


def _authorizations(report: Report) -> Iterable[Markup]:
    if not report.authorizations:
        return
    rows = []
    for item in report.authorizations[:MOST_AUTHORIZATIONS]:
        record = item.authorization
        cells: tuple[Child, ...] = (
            ", ".join(record.clauses),
            tag("code", ", ".join(record.paths)),
            record.author,
            record.reason,
            f"{record.date} to {record.expires}" if record.expires else f"since {record.date}",
        )
        rows.append(
            tag("tr", tag("th", record.phase, scope="row"), (tag("td", cell) for cell in cells), tag("td", item.findings, class_="count"))
        )
    left = len(report.authorizations) - MOST_AUTHORIZATIONS
    yield tag("h3", "Authorisations in force")
    yield _table(("Phase", "Clauses", "Paths", "Author", "Reason", "In force", "Findings"), rows, "Authorisations in force")
    if left > 0:
        yield tag("p", f"{left:,} more are not listed here; the JSON report lists all.", class_="lead")


def _table(columns: Iterable[str], rows: Iterable[Markup], label: str) -> Markup:
    counts = ("Findings", *map(str.capitalize, WORST_FIRST))
    head = (tag("th", column, scope="col", class_="count" if column in counts else None) for column in columns)
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", rows), class_="plain", aria_label=label)
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)
