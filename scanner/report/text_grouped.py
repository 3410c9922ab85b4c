"""The style `grouped` of text: file by file, each finding with the line on which it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from scanner.model import Finding, Report
from scanner.report.display import excerpt, visible
from scanner.report.text import SHOWN_OF_A_KIND, Look
from scanner.report.text_summary import lift


def lines(report: Report, findings: Iterable[Finding], look: Look) -> Iterator[str]:
    """The findings under the paths of their files."""
    paint = look.paint
    for (path, commit, authored), own in groupby(findings, key=lambda finding: (finding.path, finding.commit, finding.authored)):
        date = f" of {visible(authored[:10])}" if authored else ""
        suffix = paint("dim", f" in commit {visible(commit[:12])}{date}") if commit else ""
        yield paint("bold", look.path(path)) + suffix
        yield from _file(report, tuple(own), look)
        yield ""


def _file(report: Report, findings: tuple[Finding, ...], look: Look) -> Iterator[str]:
    of_a_kind = Counter((finding.kind, finding.clause) for finding in findings)
    met: Counter[tuple[str, str]] = Counter()
    gutter = max(len(_position(finding)) for finding in findings) + 2
    for finding in findings:
        key = (finding.kind, finding.clause)
        met[key] += 1
        if look.everything or met[key] <= SHOWN_OF_A_KIND:
            yield from _finding(report, finding, look, gutter)
        elif met[key] == of_a_kind[key]:
            hidden = of_a_kind[key] - SHOWN_OF_A_KIND
            words = f"… {hidden} more of this kind in this file (-v shows all): {visible(finding.kind)}, {visible(finding.clause)}"
            yield from look.fold(" " * gutter + look.paint("dim", words), gutter + 2)


def _finding(report: Report, finding: Finding, look: Look, gutter: int) -> Iterator[str]:
    paint = look.paint
    head = f"{_position(finding):>{gutter}}  {title(report, finding, look)}"
    yield from look.fold(head, gutter + 4)
    bar = " " * gutter + "  " + paint("gutter", "│")
    shown = excerpt(finding.snippet, finding.snippet_column, finding.span, look.cells(gutter + 4))
    if shown is not None:
        text, carets = shown
        yield f"{bar} {text}"
        yield f"{bar} {carets.replace('^', '')}{paint(finding.level, carets.lstrip())}"
    for line in remarks(report, finding, look):
        yield from look.fold(f"{' ' * gutter}  {paint('gutter', '=')} {line}", gutter + 4)


def title(report: Report, finding: Finding, look: Look) -> str:
    """A finding in a line: its level, the clause, the artifact, and its kind in brackets."""
    paint = look.paint
    clause = report.policy.clauses.get(finding.clause)
    words = f"{finding.clause} {clause.title}" if clause else finding.clause
    artifact = headline(report, finding)
    status = paint("dim", f" ({finding.status})") if finding.status != "open" else ""
    middle = f" · {artifact}" if artifact else ""
    kind = paint("dim", f"[{visible(finding.kind)}]")
    return f"{paint(finding.level, finding.level)}{status}  {paint('bold', visible(words))}{middle} {kind}"


def headline(report: Report, finding: Finding) -> str:
    """The artifact in a few words."""
    kind = report.kinds.get(finding.kind)
    return visible(finding.headline or (kind.title if kind else ""))


def remarks(report: Report, finding: Finding, look: Look) -> Iterator[str]:
    """What the line itself does not show. What the clause says, and what would lift it, stands in the summary unless all is asked for."""
    if look.everything:
        yield visible(finding.message)
        yield "; ".join(filter(None, (lift(report, finding), _place(finding))))
    else:
        evidence = "" if finding.evidence in finding.snippet else visible(finding.evidence)
        remark = "; ".join(filter(None, (evidence, _place(finding))))
        if remark:
            yield remark
    if finding.justification:
        yield f"{finding.status}: {visible(finding.justification)}"


def _place(finding: Finding) -> str:
    parts = [f"vendor {visible(finding.vendor)}"] if finding.vendor else []
    parts += [f"embedded in {visible(finding.embedded_in)}"] if finding.embedded_in else []
    return ", ".join(parts)


def _position(finding: Finding) -> str:
    return f"{finding.span.line}:{finding.span.column}"
