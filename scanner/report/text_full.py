"""The style `full` of text: each finding by itself, with the lines around it and what would lift it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.model import Finding, Report
from scanner.report.display import cut, excerpt, visible
from scanner.report.text import Look
from scanner.report.text_grouped import remarks, title
from scanner.report.text_summary import counted, lift


def lines(report: Report, findings: Iterable[Finding], look: Look) -> Iterator[str]:
    """The findings one after the other."""
    for finding in findings:
        yield from _finding(report, finding, look)
        yield ""


def _finding(report: Report, finding: Finding, look: Look) -> Iterator[str]:
    paint, span = look.paint, finding.span
    source = _source(finding)
    gutter = len(str(source[-1][0] if source else span.line)) + 1
    yield from look.fold(title(report, finding, look))
    commit = paint("dim", f" in commit {visible(finding.commit[:12])}") if finding.commit else ""
    yield f"{' ' * gutter}{paint('gutter', '─▶')} {look.path(finding.path, f':{span.line}:{span.column}')}{commit}"
    empty = " " * (gutter + 1) + paint("gutter", "│")
    if source:
        yield empty
        yield from _excerpt(finding, source, look, gutter)
        yield empty
    told = [] if look.everything else [lift(report, finding)]
    for line in (*remarks(report, finding, look), *told):
        yield from look.fold(f"{' ' * gutter} {paint('gutter', '=')} {line}", gutter + 3)


def _source(finding: Finding) -> list[tuple[int, str]]:
    """The lines to show with their numbers: those around the finding without blank ones at either end, or its own alone."""
    found = list(enumerate(finding.context, finding.context_line)) or [(finding.span.line, finding.snippet)]
    while found and found[-1][0] != finding.span.line and not found[-1][1].strip():
        found.pop()
    while found and found[0][0] != finding.span.line and not found[0][1].strip():
        del found[0]
    return found if any(text.strip() for _number, text in found) else []


def _excerpt(finding: Finding, source: list[tuple[int, str]], look: Look, gutter: int) -> Iterator[str]:
    """The lines behind a gutter with their numbers; a heavy bar stands along those of the region, carets below the first."""
    paint, span = look.paint, finding.span
    last = span.end_line - 1 if span.end_column <= 1 and span.end_line > span.line else span.end_line
    room = look.cells(gutter + 3)
    for number, text in source:
        within = last > span.line and span.line <= number <= last
        bar = paint(finding.level, "┃") if within else paint("gutter", "│")
        head = f"{paint('gutter', f'{number:>{gutter}}')} {bar}"
        shown = excerpt(finding.snippet, finding.snippet_column, span, room) if number == span.line else None
        if shown is None:
            yield f"{head} {cut(text, room)}".rstrip()
            continue
        line, carets = shown
        yield f"{head} {line}"
        yield f"{' ' * gutter} {bar} {carets.replace('^', '')}{paint(finding.level, carets.lstrip())}"
    if last > source[-1][0]:
        words = f"{counted(last - source[-1][0], 'more line')}, up to {last}"
        yield f"{' ' * gutter} {paint(finding.level, '┋')} {paint('dim', words)}"
