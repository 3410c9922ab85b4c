"""The top of the page: the verdict, what it is a verdict on, and what was not scanned."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Level, NotScanned, Report
from scanner.report.html.markup import Child, Markup, join, tag, view
from scanner.report.html.verdict import WORST_FIRST, Conclusion, Verdict
from scanner.report.uri import repository_uri

MOST_NOT_SCANNED = 1_000
"""How many paths that were not scanned the page lists; the rest is counted."""
MOST_NOTICES = 200
SIGNS: dict[Conclusion | Level, str] = {
    "incomplete": "!",
    "nothing": "○",
    "fails": "✕",
    "passes": "✓",
    "error": "✕",
    "warning": "▲",
    "note": "●",
}
"""The shape that stands for a conclusion or a level, so that no colour has to."""

_SOURCES = {
    "worktree": "the work tree",
    "index": "what is staged in the index",
    "range": "a range of commits",
    "history": "everything ever committed",
    "stdin": "standard input",
}


def verdict(report: Report, result: Verdict) -> Markup:
    """The conclusion with its sentence, the counts below it, and what was held against what."""
    return tag(
        "section",
        tag(
            "div",
            tag("span", SIGNS[result.conclusion], class_="sign", aria_hidden="true"),
            tag("div", tag("h1", result.headline, id="verdict-title"), tag("p", result.words)),
            class_="conclusion",
        ),
        tag("ul", _counts(report, result), class_="counts", aria_label="Counts"),
        tag("dl", _facts(report), class_="facts"),
        class_=f"verdict {result.conclusion}",
        aria_labelledby="verdict-title",
    )


def figure(name: Level, number: int) -> Markup:
    """How many findings of a level, in a column that names it."""
    return _signed(name, f"{number:,}") if number else tag("span", "·", class_="zero")


def not_scanned(items: tuple[NotScanned, ...]) -> Markup | None:
    """The paths that could not be looked at, each with its reason; None where there is none."""
    if not items:
        return None
    body = [
        tag("tr", tag("th", tag("code", item.path or "(the whole scan)"), scope="row"), tag("td", item.reason))
        for item in items[:MOST_NOT_SCANNED]
    ]
    head = tag("thead", tag("tr", tag("th", "Path", scope="col"), tag("th", "Reason", scope="col")))
    left = len(items) - MOST_NOT_SCANNED
    return tag(
        "section",
        tag("h2", "Not scanned ", tag("span", len(items), class_="number"), id="not-scanned-title"),
        tag(
            "p",
            "What could not be looked at may hold anything. Mend it, or exclude it by name; every report says that it was excluded.",
            class_="lead",
        ),
        tag(
            "div",
            tag("table", head, tag("tbody", body), class_="plain"),
            class_="scroll",
            tabindex=0,
            role="region",
            aria_labelledby="not-scanned-title",
        ),
        tag("p", f"{left:,} more are not listed here; the JSON report lists all.", class_="lead") if left > 0 else None,
        id="not-scanned",
        aria_labelledby="not-scanned-title",
    )


def notices(report: Report) -> Markup | None:
    """What every reader should know of this scan; None where there is nothing."""
    if not report.notices:
        return None
    left = len(report.notices) - MOST_NOTICES
    more = tag("li", f"{left:,} more notices are not listed here; the JSON report lists all.") if left > 0 else None
    return tag(
        "section",
        tag("h2", "Notices", id="notices-title"),
        tag("ul", (tag("li", notice) for notice in report.notices[:MOST_NOTICES]), more, class_="notices"),
        aria_labelledby="notices-title",
    )


def _counts(report: Report, result: Verdict) -> Iterable[Markup]:
    for name in WORST_FIRST:
        number = result.levels.get(name, 0)
        noun = f"{name}{'' if number == 1 else 's'}"
        body = join(tag("b", number), _signed(name, noun))
        yield tag("li", tag("a", body, href=view(level=name)) if number else body, class_=None if number else "none")
    settled = len(report.findings) - len(result.open)
    if settled:
        yield tag("li", tag("a", tag("b", settled), "not counted", href="#not-counted"))
    if report.not_scanned:
        yield tag("li", tag("a", tag("b", len(report.not_scanned)), "not scanned", href="#not-scanned"))
    yield tag("li", tag("b", report.tally.scanned), "file scanned" if report.tally.scanned == 1 else "files scanned")


def _signed(name: Level, words: str) -> Markup:
    return tag("span", tag("span", SIGNS[name], class_="sign", aria_hidden="true"), " ", words, class_=f"level {name}")


def _facts(report: Report) -> Iterable[Markup]:
    policy, repository, tally = report.policy, report.repository, report.tally
    yield _fact("Held against", f"{policy.id} · {policy.title}")
    yield _fact("Text of the document", tag("code", f"sha256:{policy.sha256}") if policy.sha256 else "not known")
    source = _SOURCES.get(report.source, report.source)
    yield _fact("Scanned", source) if report.root == "." else _fact("Scanned", f"{source} of ", tag("code", report.root))
    if repository and repository.revision:
        branch = (" on ", tag("code", repository.branch)) if repository.branch else ()
        yield _fact("Revision", tag("code", repository.revision), *branch)
    address = repository_uri(repository.url) if repository and repository.url else None
    if address:
        yield _fact("Repository", tag("code", address))
    parts = [f"{tally.scanned:,} of {tally.files:,} scanned"]
    parts += [f"{tally.skipped:,} skipped as binary"] if tally.skipped else []
    parts += [f"{tally.not_scanned:,} not scanned"] if tally.not_scanned else []
    yield _fact("Files", ", ".join(parts))
    yield _fact("By", f"phasegate {report.version} in {report.seconds:.2f} s")


def _fact(name: str, *value: Child) -> Markup:
    return tag("div", tag("dt", name), tag("dd", *value))
