"""The format `text`: for people at a terminal. The findings in one of three styles, or counted; then what they add up to.

Whatever comes from the scanned repository is shown through `visible`: a path or a line of it never moves the cursor.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple, cast

from scanner.model import Finding, Report
from scanner.report import Options
from scanner.report.display import LEAST_CELLS, MAX_CELLS, Paint, linked, visible, wrapped
from scanner.report.text_summary import brief, summary, total

SHOWN_OF_A_KIND = 3
"""How many findings of one kind and clause are shown a file, unless the user asks for all."""
_STYLES = {"full": "text_full", "grouped": "text_grouped", "concise": "text_concise"}


class Look(NamedTuple):
    """How the lines of a report are drawn: `everything` leaves nothing out; `columns` and `links` are as `Options` has them."""

    paint: Paint
    everything: bool
    columns: int | None
    links: str | None

    def path(self, path: str, place: str = "") -> str:
        """A path with its `place` (`:1:2`) behind it, as a link where the terminal knows links. It is never wrapped."""
        shown = visible(path) + place
        if self.links is None or not path:
            return shown
        from scanner.report.uri import path_to_uri  # noqa: PLC0415

        return linked(shown, self.links + path_to_uri(path))

    def fold(self, line: str, indent: int = 2) -> Iterator[str]:
        """A line as the lines of the terminal that it takes."""
        return wrapped(line, self.columns, indent)

    def cells(self, margin: int) -> int:
        """How wide a line of a file may be that stands behind a `margin`."""
        return MAX_CELLS if self.columns is None else max(LEAST_CELLS, self.columns - margin - 2)


def render_text(report: Report, options: Options) -> str:
    """The report for a terminal. Quiet (`verbose` below 0) it is the total alone, and empty where there is nothing to tell."""
    look = Look(Paint(options.color), options.verbose > 0, options.columns, options.links)
    if options.verbose < 0:
        clean = not report.not_scanned and next(report.open(), None) is None
        return "" if clean else total(report, look.paint) + "\n"
    lines = [*_body(report, options, look), *look.fold(total(report, look.paint))]
    return "\n".join(lines) + "\n"


def _body(report: Report, options: Options, look: Look) -> Iterator[str]:
    if options.statistics:
        from scanner.report.text_statistics import statistics  # noqa: PLC0415

        yield from statistics(report, look)
        rest = brief(report, look.paint, look.everything)
    else:
        shown = tuple(each for each in report.findings if look.everything or (each.status == "open" and each.level != "note"))
        yield from listed(options.style, report, shown, look)
        rest = (brief if options.style == "concise" else summary)(report, look.paint, look.everything, look.columns)
    for line in rest:
        yield from look.fold(line)


def listed(style: str, report: Report, findings: tuple[Finding, ...], look: Look) -> Iterator[str]:
    """The lines that list `findings` of a report in a style."""
    module = import_module(f"scanner.report.{_STYLES[style]}")
    return cast(Iterator[str], module.lines(report, findings, look))
