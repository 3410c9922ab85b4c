"""`phasegate convert`."""

from __future__ import annotations

import sys
from typing import Any

import click

from scanner.commands import completion
from scanner.commands.helping import Command
from scanner.commands.scan import scan

_COUNTS = ("fail_on", "exit_zero")


def _shared(param: click.Parameter) -> bool:
    """Whether an option of `scan` means the same for a report that is there already: how it is shown, and what makes it fail."""
    return param.name in _COUNTS or (getattr(param, "section", "") == "Output" and param.name != "progress")


@click.command(
    cls=Command,
    params=[param for param in scan.params if _shared(param)],
    examples=(
        ("phasegate convert report.json --format html=report.html", "as a page"),
        ("phasegate convert report.jsonl --format sarif=out.sarif --format text", "as two"),
    ),
)
@click.argument("report", metavar="REPORT", shell_complete=completion.files)
def convert(report: str, **options: Any) -> None:
    """Turn REPORT, which `scan --format json` or `jsonl` wrote ('-': standard input), into other formats, without another scan.

    Exit code: as of the scan. 0 nothing at the threshold, 1 findings, 2 the scan was not complete or REPORT is unusable, 3 there was
    nothing to scan. The configuration is not read: the report says what came of it.
    """
    from scanner.commands import output, reports  # noqa: PLC0415
    from scanner.report import renderer  # noqa: PLC0415

    wanted = output.targets(options["formats"], options["output"], renderer)
    found = reports.load(report)
    output.print_reports(found, wanted, options)
    sys.exit(output.exit_code(found, options["fail_on"], exit_zero=options["exit_zero"]))
