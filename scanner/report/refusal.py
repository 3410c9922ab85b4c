"""Why a push is refused, for the terminal of whoever pushes: short, and nothing but ASCII, since nobody knows what it can show.

Git writes `remote: ` in front of each line that a server's hook prints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import wrap

from scanner.model import LEVELS, Finding, Report
from scanner.report.display import visible
from scanner.report.text_summary import counted, lifter

SHOWN = 10
"""How many findings are shown, and how many files that could not be scanned; the rest is counted."""
WIDTH = 80 - len("remote: ")


def render_refusal(report: Report, fail_on: str) -> str:
    """The refusal of what a report found at the level `fail_on` or a graver one (none for `never`), or could not look at."""
    found = sorted(_refused(report, fail_on), key=lambda finding: -LEVELS.index(finding.level))  # stable: by path within a level
    lines = [f"phasegate: {_sum(found, report)}"]
    for finding in found[:SHOWN]:
        lines += ["", *_finding(finding, report)]
    if len(found) > SHOWN:
        lines += ["", f"... and {counted(len(found) - SHOWN, 'more finding')}"]
    if report.not_scanned:
        lines += ["", "Not scanned, which refuses a push as well:", *_not_scanned(report)]
    if last := [*(f"notice: {visible(notice)}" for notice in report.notices[:SHOWN]), *_advice(found)]:
        lines += ["", *last]
    return "".join(f"{each}\n" for line in lines for each in _wrapped(line))


def _refused(report: Report, fail_on: str) -> Iterator[Finding]:
    for finding in report.open():
        if fail_on != "never" and LEVELS.index(finding.level) >= LEVELS.index(fail_on):
            yield finding


def _sum(found: list[Finding], report: Report) -> str:
    levels = Counter(finding.level for finding in found)
    parts = [counted(levels[level], level) for level in reversed(LEVELS) if levels[level]]
    parts += [f"{counted(len(report.not_scanned), 'file')} not scanned"] if report.not_scanned else []
    return f"push refused under {visible(report.policy.id)}: {', '.join(parts)}"


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    """Where it is, what it is, and which commit brought it and what would lift it: a line each."""
    clause = report.policy.clauses.get(finding.clause)
    yield _short(visible(finding.path), f":{finding.span.line}")
    title = f" {visible(clause.title)}" if clause else ""
    yield f"  {finding.level}: {finding.clause}{title}: {visible(finding.kind)}"
    commit = f"commit {finding.commit[:12]}; " if finding.commit else ""
    yield f"  {commit}lifted by {visible(lifter(report, finding.clause))}"


def _not_scanned(report: Report) -> Iterator[str]:
    for entry in report.not_scanned[:SHOWN]:
        yield _short(f"  {visible(entry.path)}", "")
        yield f"    {visible(entry.reason)}"
    if len(report.not_scanned) > SHOWN:
        yield f"  ... and {len(report.not_scanned) - SHOWN:,} more"


def _advice(found: list[Finding]) -> Iterator[str]:
    if found:
        yield "Each commit counts by itself: amend or rebase the ones above."
        yield f"Next: phasegate explain {visible(found[0].kind)}"


def _short(path: str, end: str) -> str:
    """A path with what stands behind it, its middle left out where both together are wider than a line."""
    room = WIDTH - len(end)
    text = _ascii(path)
    if len(text) > room:
        half = (room - 3) // 2
        text = f"{text[:half]}...{text[-half:]}"
    return text + end


def _wrapped(line: str) -> list[str]:
    """A line as the lines of a terminal that it takes, indented a little further from the second on."""
    text = _ascii(line)
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()
