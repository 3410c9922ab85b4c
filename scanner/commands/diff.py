"""`phasegate diff`."""

from __future__ import annotations

import sys

import click

from scanner.errors import UsageError


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--format", "name", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write the comparison to FILE, whole or not at all.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    default="warning",
    show_default=True,
    help="The level of an added finding that makes the exit code 1.",
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def diff(*, old: str, new: str, name: str, output: str | None, fail_on: str, color: str) -> None:
    """Compare two reports that `scan --format json` or `jsonl` wrote: what was added, what is gone, what changed.

    Findings are told apart by their fingerprints, so that a move of lines is no change; a file of another name is another file.

    \b
    phasegate diff main.json branch.json
    phasegate diff main.json branch.json --format markdown -o comment.md

    Exit code: 0 nothing was added that counts, 1 findings at the threshold were added or count now, 2 a report is unusable, or the new
    one is of a scan that was not complete.
    """
    from scanner.commands import output as places  # noqa: PLC0415
    from scanner.commands import reports  # noqa: PLC0415
    from scanner.report import comparison, comparison_formats  # noqa: PLC0415

    if old == new == "-":
        raise UsageError("standard input can be one of the two reports")
    compared = comparison.compare(reports.load(old), reports.load(new), fail_on)
    places.deliver(
        lambda chosen, painted: comparison_formats.render(compared, chosen, color=painted),
        [(name, None)],
        {"output": output, "color": color},
    )
    if compared.new.not_scanned:
        sys.exit(places.UNUSABLE)
    sys.exit(places.FOUND if compared.failing else places.CLEAN)
