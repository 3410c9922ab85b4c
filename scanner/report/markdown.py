"""The format `markdown`, for the comment of a merge request or the summary of a step: the verdict, the clauses, the worst findings.

It fits into a comment of GitHub (65,536 characters; bytes are counted, which are never fewer); what is left out is counted in the last
lines. It starts with a mark by which a bot finds its comment of the last run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.model import Finding, Level, Report
from scanner.report import Options
from scanner.report.markdown_text import code, words
from scanner.report.places import from_top, web_page
from scanner.report.records import examples
from scanner.report.text_summary import counted, lifter
from scanner.report.wording import conclusion, headline, in_force

MARK = "<!-- phasegate -->"
LIMIT = 65_536
"""Bytes of a comment."""
SHOWN = 20
"""How many findings are shown before the reader has to unfold the others, and how many paths that were not scanned."""
_RESERVE = 400
_CHANGES = ("index", "range")
"""The sources in which it is an ordinary thing that there is nothing to scan."""
_LEVELS: tuple[Level, ...] = ("error", "warning", "note")
_SIGNS: dict[Level, str] = {"error": "🔴", "warning": "🟠", "note": "🔵"}
_HEAD = "| level | where | clause | what |\n| --- | --- | --- | --- |\n"


def render_markdown(report: Report, _options: Options) -> str:
    """The report in at most `LIMIT` bytes."""
    return compose(report, LIMIT)


def compose(report: Report, limit: int) -> str:
    """The report in at most `limit` bytes of UTF-8, of which there must be some thousands."""
    text = Bounded(limit - _RESERVE)
    for part in (_verdict(report), _clauses(report), _not_scanned(report)):
        text.add(part)
    first, others = examples(report.open(), SHOWN)
    caption = f"The worst {len(first)}, of as many kinds as there are:\n\n" if others else ""
    left_out = len(first) - text.table(caption, _HEAD, (_row(report, finding) for finding in first), "\n")
    if others:
        title = f"<details><summary>{len(others):,} more</summary>\n\n"
        left_out += len(others) - text.table(title, _HEAD, (_row(report, finding) for finding in others), "\n</details>\n\n")
    for line in _remarks(report):
        text.add(f"- {line}\n")
    text.close(left_out)
    return text.value()


class Bounded:
    """A text that takes in what fits into a number of bytes, and counts what does not."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._parts: list[str] = []
        self._left_out = 0

    def add(self, part: str) -> None:
        """Take in a part, or count it where it does not fit."""
        if not self._taken(part):
            self._left_out += 1

    def _taken(self, part: str) -> bool:
        size = len(part.encode("utf-8", "backslashreplace"))
        if size > self._room:
            return False
        self._room -= size
        self._parts.append(part)
        return True

    def table(self, title: str, head: str, rows: Iterable[str], end: str) -> int:
        """Take in as many rows as fit between a head and an end, and say how many; nothing at all where there is no row."""
        taken = 0
        self._room -= len(end)
        for row in rows:
            if not self._taken(row if taken else title + head + row):
                break
            taken += 1
        self._room += len(end)
        if taken:
            self._taken(end)
        return taken

    def close(self, rows: int) -> None:
        """Say what is left out: `rows` of the findings, and the parts that did not fit. The room for it was set aside."""
        said = [f"{rows:,} findings" if rows > 1 else "1 finding"] if rows else []
        said += [counted(self._left_out, "remark")] if self._left_out else []
        if said:
            self._parts.append(
                f"\n⚠️ **Cut**: {' and '.join(said)} left out, to stay within what a comment may hold. Other formats hold all.\n"
            )

    def value(self) -> str:
        """The whole text."""
        return "".join(self._parts)


def _verdict(report: Report) -> str:
    levels = Counter(finding.level for finding in report.open())
    if report.not_scanned:
        sign = "⚠️ Incomplete"
    elif levels:
        sign = "❌ Breached" if levels["error"] or levels["warning"] else "🔵 Notes only"
    else:
        sign = "✅ Clean" if report.tally.files or report.source in _CHANGES else "⚠️ Nothing to scan"
    revision = f" Commit {code(report.repository.revision[:12])}." if report.repository and report.repository.revision else ""
    return f"{MARK}\n### {sign}: {words(f'{report.policy.id} {report.policy.title}')}\n\n{words(conclusion(report))}{revision}\n\n"


def _clauses(report: Report) -> str:
    counts = Counter((finding.clause, finding.level) for finding in report.open())
    present = {clause for clause, _level in counts}
    if not present:
        return ""
    known = report.policy.clauses
    lines = ["| clause | error | warning | note | lifted by |", "| --- | ---: | ---: | ---: | --- |"]
    for clause in [clause for clause in known if clause in present] + sorted(present - known.keys()):
        cells = " | ".join(f"{counts[clause, level]:,}" if counts[clause, level] else "" for level in _LEVELS)
        title = words(known[clause].title) if clause in known else ""
        lines.append(f"| **{words(clause)}** {title} | {cells} | {words(lifter(report, clause))} |")
    return "\n".join(lines) + "\n\n"


def _not_scanned(report: Report) -> str:
    items = report.not_scanned
    if not items:
        return ""
    lines = ["**Not scanned**, so that this scan is not complete:", ""]
    lines += [f"- {code(from_top(report, item.path))} {words(item.reason)}" for item in items[:SHOWN]]
    lines += [f"- {len(items) - SHOWN:,} more"] if len(items) > SHOWN else []
    return "\n".join(lines) + "\n\n"


def _row(report: Report, finding: Finding) -> str:
    clause = report.policy.clauses.get(finding.clause)
    place = code(f"{finding.path}:{finding.span.line}")
    page = web_page(report, finding)
    where = f"[{place}]({page})" if page else place
    commit = f" in {code(finding.commit[:12])}" if finding.commit else ""
    title = words(f"{finding.clause} {clause.title}" if clause else finding.clause)
    what = f"{words(headline(report, finding))} {code(finding.kind)}"
    return f"| {_SIGNS[finding.level]} {finding.level} | {where}{commit} | {title} | {what} |\n"


def _remarks(report: Report) -> Iterator[str]:
    statuses = Counter(finding.status for finding in report.findings if finding.status != "open")
    if statuses:
        yield "Not counted: " + ", ".join(f"{number:,} {status}" for status, number in sorted(statuses.items()))
    for item in report.authorizations:
        yield words(in_force(item))
    yield from (f"Notice: {words(notice)}" for notice in report.notices)
    if kinds := Counter(finding.kind for finding in report.open()):
        yield f"What it is, and what would lift it: {code(f'phasegate explain {kinds.most_common(1)[0][0]}')}"
