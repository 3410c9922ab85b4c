"""Clause by clause: the document's words with bars of what breaches them, and the map of folders against clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

from scanner.model import Clause, Report
from scanner.report.html import folders
from scanner.report.html.markup import Markup, join, tag, view
from scanner.report.html.summary import figure
from scanner.report.html.verdict import WORST_FIRST, Verdict

_HEATS = 5
"""How many shades the map has, besides none."""


def order(report: Report) -> list[Clause]:
    """The clauses of the policy in the document's order, then those that occur without standing in it."""
    known = report.policy.clauses
    strange = sorted({finding.clause for finding in report.findings} - known.keys())
    return [*known.values(), *(Clause(name, name, "", "", None, "", None) for name in strange)]


def bars(report: Report, result: Verdict) -> Markup:
    """Every clause of the policy with its words and a bar of its open findings by level; the bars have one scale."""
    counts = Counter((finding.clause, finding.level) for finding in result.open)
    totals = Counter(finding.clause for finding in result.open)
    most = max(totals.values(), default=0)
    breached = len(totals)
    listed = order(report)
    lead = (
        f"{breached} of {len(listed)} clauses {'is' if breached == 1 else 'are'} breached by what counts. Each bar leads to its findings."
        if breached
        else f"What the files were held against: {len(listed)} clauses. No open finding breaches any of them."
    )
    levels = [tag("th", name.capitalize(), scope="col", class_="count") for name in WORST_FIRST]
    head = tag("tr", tag("th", "Clause", scope="col"), levels, tag("th", "Findings", scope="col"), tag("th", "Lifted by", scope="col"))
    rows = (_bar(clause, [counts[clause.id, name] for name in WORST_FIRST], most) for clause in listed)
    return tag(
        "section",
        tag("h2", "By clause", id="clauses-title"),
        tag("p", lead, class_="lead"),
        tag("table", tag("thead", head), tag("tbody", rows), class_="bars"),
        id="clauses",
        aria_labelledby="clauses-title",
    )


def heat_map(report: Report, result: Verdict) -> Markup | None:
    """Folders against clauses, each cell with its number of open findings; None where there are none."""
    rows = folders.rows(result.open)
    if not rows:
        return None
    met = {clause for row in rows for clause in row.clauses}
    columns = [clause for clause in order(report) if clause.id in met]
    hottest = max(number for row in rows for number in row.clauses.values())
    heads = (tag("th", tag("span", f"{clause.id} {clause.title}"), scope="col") for clause in columns)
    head = tag("tr", tag("th", "Folder", scope="col"), heads, tag("th", tag("span", "All"), scope="col"))
    return tag(
        "section",
        tag("h2", "Where", id="where-title"),
        tag("p", "Open findings by folder and clause: the darker, the more. A number leads to its findings.", class_="lead"),
        tag(
            "div",
            tag("table", tag("thead", head), tag("tbody", (_heat_row(row, columns, hottest) for row in rows)), id="heat"),
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label="Map of folders against clauses",
        ),
        id="where",
        aria_labelledby="where-title",
    )


def _bar(clause: Clause, numbers: Sequence[int], most: int) -> Markup:
    total = sum(numbers)
    name = join(tag("b", clause.id), " ", clause.title)
    heading = tag("a", name, href=view(clause=clause.id)) if total else tag("span", name)
    cells = (tag("td", figure(name, number), class_="count") for name, number in zip(WORST_FIRST, numbers, strict=True))
    lifted = join(clause.lifted_by or "a new phase", tag("small", f" {clause.lifted_where}") if clause.lifted_where else None)
    return tag(
        "tr",
        tag("th", heading, tag("q", clause.text) if clause.text else None, scope="row"),
        cells,
        tag("td", _drawn(numbers, most) if total else None, class_="drawn"),
        tag("td", lifted, class_="lifted"),
        class_=None if total else "none",
    )


def _drawn(numbers: Sequence[int], most: int) -> Markup:
    """The bar itself. What it shows stands in numbers beside it, so that it is hidden from a screen reader."""
    start = 0.0
    parts = []
    for name, number in zip(WORST_FIRST, numbers, strict=True):
        # A part that is there is never too thin to be seen.
        wide = max(0.4, 100 * number / most) if number else 0.0
        parts.append(tag("rect", x=f"{start:.2f}", width=f"{wide:.2f}", height="10", class_=name) if number else None)
        start += wide
    return tag("svg", parts, viewBox="0 0 101 10", preserveAspectRatio="none", aria_hidden="true")


def _heat_row(row: folders.Row, columns: Sequence[Clause], hottest: int) -> Markup:
    total = sum(row.clauses.values())
    path = tag("code", tag("span", row.way, class_="folders"), tag("span", row.name, class_="file"), class_="path")
    name = path if row.scope else row.name
    every = _cell(total, "all clauses", row, {})
    cells = (_cell(row.clauses.get(clause.id, 0), clause.id, row, {"clause": clause.id}, hottest) for clause in columns)
    return tag("tr", tag("th", name, scope="row"), cells, every)


def _cell(number: int, words: str, row: folders.Row, filters: dict[str, str], hottest: int = 0) -> Markup:
    if not number:
        return tag("td", tag("span", "·", class_="zero"))
    shade = f"heat-{_shade(number, hottest)}" if hottest else "total"
    if row.scope is None:
        return tag("td", tag("span", number), class_=shade)
    label = f"{number:,} in {row.way}{row.name}, {words}"
    return tag("td", tag("a", number, href=view(**filters, folder=row.scope), aria_label=label), class_=shade)


def _shade(number: int, hottest: int) -> int:
    """From 1 to the number of shades, by the logarithm: a few findings among thousands are still told from none."""
    return 1 + min(_HEATS - 1, int(_HEATS * log(number) / log(hottest + 1)))
