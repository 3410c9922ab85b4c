"""The format `junit`: JUnit's XML as Jenkins and GitLab read it, a suite a clause and a test case a finding.

An open finding is a failure, or a skipped test where it is a note; what was lifted is skipped, with what lifted it. The first suite says
whether every file was looked at: each that was not is an error. A clause without findings has no suite, since the report of a narrowed scan
may not say of it that it passed.

Both services know a test by its names, and GitLab shows but one of those with the same name. So names hold no line: a finding that has
only moved is the same test, and one that is the second of its name is numbered. What else they show stands in the text of the element,
since GitLab passes over the attribute `message`. Only what `junit-10.xsd` of Jenkins allows is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.model import Finding, NotScanned, Report
from scanner.report import Options
from scanner.report.display import visible
from scanner.report.wording import conclusion, headline, in_force, lifting

_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render_junit(report: Report, _options: Options) -> str:
    """The report as one XML document; its numbers of failures are those of open findings that are no notes."""
    scan = _suite("phasegate scan", list(_scan(report)), f"{report.seconds:.3f}", _said(report))
    met: Counter[str] = Counter()
    clauses = dict.fromkeys((*report.policy.clauses, *sorted({finding.clause for finding in report.findings})))
    found: dict[str, list[tuple[str, str]]] = {clause: [] for clause in clauses}
    for finding in report.findings:
        found[finding.clause].append(_finding(report, finding, met))
    suites = [scan, *(_suite(_title(report, clause), cases) for clause, cases in found.items() if cases)]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="phasegate">\n{"".join(suites)}</testsuites>\n'


def _suite(name: str, cases: list[tuple[str, str]], time: str = "0", said: str = "") -> str:
    """A suite of test cases, each with its outcome (`failure`, `error`, `skipped` or nothing) and its text."""
    counts = Counter(outcome for outcome, _text in cases)
    head = (
        f'<testsuite name="{_attribute(name)}" tests="{len(cases)}" failures="{counts["failure"]}" '
        f'errors="{counts["error"]}" skipped="{counts["skipped"]}" time="{time}">'
    )
    return f"  {head}\n{''.join(text for _outcome, text in cases)}{said}  </testsuite>\n"


def _scan(report: Report) -> Iterator[tuple[str, str]]:
    if not report.not_scanned:
        yield _case("scan", "every file was looked at", "", "", [])
    met: Counter[str] = Counter()
    for item in report.not_scanned:
        yield _case("scan", _once(f"not scanned: {item.path or report.root}", met), "error", "not-scanned", _missed(item))


def _missed(item: NotScanned) -> list[str]:
    return [f"Not scanned: {item.reason}", *([item.path] if item.path else [])]


def _said(report: Report) -> str:
    lines = [f"notice: {notice}" for notice in report.notices] + [in_force(item) for item in report.authorizations]
    return f"    <system-out>{_text([*lines, conclusion(report)])}</system-out>\n"


def _finding(report: Report, finding: Finding, met: Counter[str]) -> tuple[str, str]:
    counts = finding.status == "open" and finding.level != "note"
    name = _once(f"{finding.path}: {headline(report, finding)} [{finding.kind}]", met)
    clause = report.policy.clauses.get(finding.clause)
    group = f"{finding.clause} {clause.slug}" if clause else finding.clause
    given = finding.level if finding.status == "open" else finding.status
    return _case(group, name, "failure" if counts else "skipped", given, _told(report, finding))


def _told(report: Report, finding: Finding) -> list[str]:
    place = f"{finding.path}:{finding.span.line}:{finding.span.column}" + (f" in commit {finding.commit}" if finding.commit else "")
    status = f"{finding.status}: {finding.justification or 'no reason is given'}" if finding.status != "open" else ""
    return [line for line in (status, finding.message, place, finding.snippet.strip(), lifting(report, finding)) if line]


def _case(group: str, name: str, outcome: str, given: str, lines: list[str]) -> tuple[str, str]:
    """A test case of the class `group`; `given` is the type of its outcome, the first of the lines its message."""
    # A dot parts a package from a class in Jenkins, so that none may stand in the name of a class.
    head = f'    <testcase classname="phasegate.{_NO_NAME.sub("_", group)}" name="{_attribute(name)}" time="0"'
    if not outcome:
        return outcome, f"{head}/>\n"
    body = f'<{outcome} type="{_attribute(given)}" message="{_attribute(lines[0])}">{_text(lines)}</{outcome}>'
    return outcome, f"{head}>{body}</testcase>\n"


def _once(name: str, met: Counter[str]) -> str:
    met[name] += 1
    return name if met[name] == 1 else f"{name} ({met[name]})"


def _title(report: Report, clause: str) -> str:
    known = report.policy.clauses.get(clause)
    return f"{report.policy.id} {clause}" + (f" {known.title}" if known else "")


def _text(lines: Iterable[str]) -> str:
    """Lines as the text of an element. What XML cannot hold, and what a terminal obeys, is spelt out."""
    return "\n".join(visible(line).translate(_ESCAPES) for line in lines)


def _attribute(text: str) -> str:
    return visible(text).translate(_ESCAPES)
