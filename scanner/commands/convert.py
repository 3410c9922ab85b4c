"""`phasegate convert`."""

from __future__ import annotations

import sys
from typing import Any

import click


@click.command()
@click.argument("report", metavar="REPORT")
@click.option("--format", "formats", multiple=True, metavar="FORMAT[=FILE]", help="As of `scan`; may be given several times.")
@click.option("-o", "--output", metavar="FILE", help="Write the report to FILE, whole or not at all.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    default="warning",
    show_default=True,
    help="The level that makes the exit code 1.",
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 where findings would make it 1.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option(
    "--sarif-suppressed",
    type=click.Choice(["include", "exclude"]),
    default="exclude",
    show_default=True,
    help="Whether SARIF holds findings that do not count.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only the one-line result.")
@click.option("-v", "--verbose", count=True, help="Show notes and every repetition.")
def convert(report: str, **options: Any) -> None:
    """Turn REPORT, which `scan --format json` or `jsonl` wrote ('-': standard input), into other formats, without another scan.

    \b
    phasegate convert report.json --format sarif=out.sarif --format text

    The exit codes are those of a scan: 0 nothing at the threshold, 1 findings, 2 the scan was not complete or REPORT is unusable,
    3 there was nothing to scan. The configuration is not read: the report says what came of it.
    """
    from scanner.commands import output, reports  # noqa: PLC0415
    from scanner.report import renderer  # noqa: PLC0415

    wanted = output.targets(options["formats"], options["output"], renderer)
    found = reports.load(report)
    output.print_reports(found, wanted, options)
    sys.exit(output.exit_code(found, options["fail_on"], exit_zero=options["exit_zero"]))
