"""The format `text`: for people at a terminal. Findings file by file, then what they add up to.

Whatever comes from the scanned repository is shown through `visible`: a path or a line of it never moves the cursor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from scanner.model import Finding, Report
from scanner.report import Options
from scanner.report.display import Paint, excerpt, visible
from scanner.report.text_summary import lift, summary, total

SHOWN_OF_A_KIND = 3
"""How many findings of one kind and clause are shown a file, unless the user asks for all."""


def render_text(report: Report, options: Options) -> str:
    """The report for a terminal. Quiet (`verbose` below 0) it is the total alone, and empty where there is nothing to tell."""
    paint = Paint(options.color)
    if options.verbose < 0:
        clean = not report.not_scanned and next(report.open(), None) is None
        return "" if clean else total(report, paint) + "\n"
    everything = options.verbose > 0
    lines = [*_files(report, paint, everything), *summary(report, paint, everything), total(report, paint)]
    return "\n".join(lines) + "\n"


def _files(report: Report, paint: Paint, everything: bool) -> Iterator[str]:
    shown = (finding for finding in report.findings if everything or (finding.status == "open" and finding.level != "note"))
    for (path, commit, authored), findings in groupby(shown, key=lambda finding: (finding.path, finding.commit, finding.authored)):
        date = f" of {visible(authored[:10])}" if authored else ""
        suffix = paint("dim", f" in commit {visible(commit[:12])}{date}") if commit else ""
        yield paint("bold", visible(path)) + suffix
        yield from _file(report, tuple(findings), paint, everything)
        yield ""


def _file(report: Report, findings: tuple[Finding, ...], paint: Paint, everything: bool) -> Iterator[str]:
    of_a_kind = Counter((finding.kind, finding.clause) for finding in findings)
    met: Counter[tuple[str, str]] = Counter()
    gutter = max(len(_position(finding)) for finding in findings) + 2
    for finding in findings:
        key = (finding.kind, finding.clause)
        met[key] += 1
        if everything or met[key] <= SHOWN_OF_A_KIND:
            yield from _finding(report, finding, paint, gutter, full=everything)
        elif met[key] == of_a_kind[key]:
            hidden = of_a_kind[key] - SHOWN_OF_A_KIND
            words = f"… {hidden} more of this kind in this file (-v shows all): {visible(finding.kind)}, {visible(finding.clause)}"
            yield " " * gutter + paint("dim", words)


def _finding(report: Report, finding: Finding, paint: Paint, gutter: int, *, full: bool) -> Iterator[str]:
    clause = report.policy.clauses.get(finding.clause)
    words = f"{finding.clause} {clause.title}" if clause else finding.clause
    kind = report.kinds.get(finding.kind)
    headline = finding.headline or (kind.title if kind else "")
    title = f" · {visible(headline)}" if headline else ""
    status = paint("dim", f" ({finding.status})") if finding.status != "open" else ""
    yield (
        f"{_position(finding):>{gutter}}  {paint(finding.level, finding.level)}{status}  "
        f"{paint('bold', visible(words))}{title} {paint('dim', f'[{visible(finding.kind)}]')}"
    )
    bar = " " * gutter + "  " + paint("gutter", "│")
    lines = excerpt(finding.snippet, finding.snippet_column, finding.span)
    if lines is not None:
        text, carets = lines
        yield f"{bar} {text}"
        yield f"{bar} {carets.replace('^', '')}{paint(finding.level, carets.lstrip())}"
    yield from (f"{' ' * gutter}  {paint('gutter', '=')} {line}" for line in _remarks(report, finding, full))


def _remarks(report: Report, finding: Finding, full: bool) -> Iterable[str]:
    """What the line itself does not show. What the clause says, and what would lift it, stands in the summary unless all is asked for."""
    if full:
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
