"""Where reports go, and the exit code that they end in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.commands import terminal
from scanner.errors import UsageError
from scanner.model import LEVELS, Report

CLEAN, FOUND, UNUSABLE, NOTHING = 0, 1, 2, 3
"""The exit codes: nothing at the threshold, findings, an incomplete scan or an unusable request, nothing there to scan."""
_CHANGES = frozenset({"index", "range"})
"""The sources in which it is an ordinary thing that there is nothing to scan."""


def targets(formats: Sequence[str], output: str | None, known: Callable[[str], object]) -> list[tuple[str, str | None]]:
    """The reports that were asked for, as (format, file); None is standard output, or what `--output` names.

    `known` raises `UsageError` for an unknown format; so does this where two reports would go to one place.
    """
    found = [_target(text) for text in formats or ("text",)]
    for name, _file in found:
        known(name)
    if sum(file is None for _name, file in found) > 1:
        raise UsageError("several formats for one output; write all but one to a file: --format sarif=out.sarif")
    files = [file for _name, file in found if file is not None] + ([output] if output else [])
    if twice := next((file for file in files if files.count(file) > 1), None):
        raise UsageError(f"two reports for one file: {twice!r}")
    if output and all(file is not None for _name, file in found):
        raise UsageError("--output has no report left to write: every --format names a file of its own")
    return found


def _target(text: str) -> tuple[str, str | None]:
    name, _equals, file = text.partition("=")
    return name, file or None


def print_reports(report: Report, wanted: Sequence[tuple[str, str | None]], options: Mapping[str, Any]) -> None:
    """Render every report and write it to its place."""
    from scanner.report import render  # noqa: PLC0415

    def rendered(name: str, place: terminal.Surface) -> str:
        return render(
            report,
            name,
            color=place.color,
            columns=place.columns,
            links=terminal.link_base(report) if place.links and name == "text" else None,
            style=options.get("style", "grouped"),
            statistics=options.get("statistics", False),
            verbose=-1 if options["quiet"] else options["verbose"],
            sarif_suppressed=options["sarif_suppressed"] == "include",
            line_hashes=report.line_hashes,
            fail_on=options["fail_on"],
        )

    deliver(rendered, wanted, options)
    if any(name == "github" for name, _file in wanted):
        from scanner.commands import step_summary  # noqa: PLC0415

        step_summary.append(report)


def deliver(rendered: Callable[[str, terminal.Surface], str], wanted: Sequence[tuple[str, str | None]], options: Mapping[str, Any]) -> None:
    """Write the text that `rendered` gives for each format on what it is shown on to its place."""
    from scanner.report.output import put, write  # noqa: PLC0415

    for name, file in wanted:
        target = file or options["output"]
        text = rendered(name, terminal.surface(options) if target is None else terminal.Surface())
        if target is not None:
            write(text, target)
        else:
            put(text, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def exit_code(report: Report, fail_on: str, *, exit_zero: bool) -> int:
    """The exit code that interface and hooks rely on: what was not scanned outweighs everything."""
    if report.not_scanned:
        return UNUSABLE
    if report.tally.files == 0 and report.source not in _CHANGES:
        return NOTHING
    failing = fail_on != "never" and any(LEVELS.index(finding.level) >= LEVELS.index(fail_on) for finding in report.open())
    return FOUND if failing and not exit_zero else CLEAN
