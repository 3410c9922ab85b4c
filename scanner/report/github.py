"""The format `github`: workflow commands of GitHub Actions, each of which becomes an annotation of a file (GitHub's documentation,
"Workflow commands"; the escaping is that of actions/toolkit).

GitHub keeps ten annotations of each level a step. The worst are written, and a last one counts what is left out. An annotation is one line,
as it is shown below the last line of its region, and a manifest may be hundreds of lines long. Every line is a command, and whatever the
scanned repository chose stands escaped inside of one, so that nothing of it is taken for a command itself.
"""

from __future__ import annotations

from collections import Counter

from scanner.model import Finding, Level, Report
from scanner.report import Options
from scanner.report.display import visible
from scanner.report.places import from_top
from scanner.report.records import examples
from scanner.report.text_summary import counted
from scanner.report.wording import conclusion, headline, lifting

SHOWN = 10
"""How many annotations of a level GitHub keeps a step."""
NAMED = 5
"""How many paths that were not scanned the annotation about them names."""
_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render_github(report: Report, _options: Options) -> str:
    """At most `SHOWN` commands a level, the worst first; the last one is the report in one line, and what is not shown."""
    lines = [_not_scanned(report)] if report.not_scanned else []
    # Of the errors one place is kept for what was not scanned, of the notices one for the conclusion.
    room: dict[Level, int] = {"error": SHOWN - len(lines), "warning": SHOWN, "note": SHOWN - 1}
    left_out: Counter[Level] = Counter()
    for level, most in room.items():
        shown, others = examples((finding for finding in report.open() if finding.level == level), most)
        lines += [_annotation(report, finding) for finding in shown]
        left_out[level] = len(others)
    lines.append(_conclusion(report, left_out))
    return "".join(f"{line}\n" for line in lines)


def _annotation(report: Report, finding: Finding) -> str:
    span = finding.span
    line, column = max(1, span.line), max(1, span.column)
    place = {"file": from_top(report, finding.path), "line": line, "endLine": line, "col": column}
    if span.end_line == span.line and span.end_column > column:
        place["endColumn"] = span.end_column
    clause = report.policy.clauses.get(finding.clause)
    title = f"{report.policy.id} {finding.clause}{f' {clause.title}' if clause else ''}: {headline(report, finding)}"
    commit = f" In commit {finding.commit[:12]}." if finding.commit else ""
    words = f"{finding.message.rstrip('.')}. {lifting(report, finding)}.{commit} phasegate explain {finding.kind}"
    return _command(_COMMANDS[finding.level], {**place, "title": title}, words)


def _not_scanned(report: Report) -> str:
    shown = [f"{item.path}: {item.reason}" if item.path else item.reason for item in report.not_scanned[:NAMED]]
    more = len(report.not_scanned) - len(shown)
    shown += [f"and {more:,} more"] if more else []
    return _command("error", {"title": "The scan is not complete"}, "\n".join(("Not scanned:", *map(visible, shown))))


def _conclusion(report: Report, left_out: Counter[Level]) -> str:
    words = [conclusion(report), *(visible(notice) for notice in report.notices)]
    if left_out.total():
        parts = ", ".join(counted(left_out[level], level) for level in _COMMANDS if left_out[level])
        words.append(
            f"GitHub shows {SHOWN} annotations of a level a step, so that {parts} stand in the step's summary and in other formats."
        )
    return _command("notice", {"title": "phasegate"}, "\n".join(words))


def _command(name: str, properties: dict[str, object], words: str) -> str:
    """A command; line breaks of `words` are kept, all other characters that a terminal obeys are spelt out."""
    given = ",".join(f"{key}={_property(visible(str(value)))}" for key, value in properties.items())
    return f"::{name} {given}::{_data(chr(10).join(map(visible, words.split(chr(10)))))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
