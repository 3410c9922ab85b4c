"""`phasegate diff`."""

from __future__ import annotations

import sys

import click

from scanner.commands import completion
from scanner.commands.helping import Choice, Command, option
from scanner.config_keys import FAIL_ON, WHEN
from scanner.errors import UsageError


@click.command(
    cls=Command,
    examples=(
        ("phasegate diff main.json branch.json", "what a branch changes"),
        ("phasegate diff a.json b.json --format markdown -o c.md", "as a comment"),
    ),
)
@click.argument("old", metavar="OLD", shell_complete=completion.files)
@click.argument("new", metavar="NEW", shell_complete=completion.files)
@option(
    "--format",
    "name",
    type=Choice(["text", "json", "markdown"]),
    metavar="FORMAT",
    default="text",
    show_default=True,
    example="--format markdown",
    help="text, json or markdown.",
)
@option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=completion.files,
    example="-o comment.md",
    help="Write the comparison to FILE, whole or not at all.",
)
@option(
    "--fail-on",
    type=Choice(FAIL_ON.choices),
    metavar="LEVEL",
    default="warning",
    show_default=True,
    example="--fail-on error",
    help="The level at which an added finding makes the exit code 1; or never.",
)
@option(
    "--color",
    type=Choice(WHEN.choices),
    metavar="WHEN",
    default="auto",
    show_default=True,
    example="--color always | less -R",
    help="Colour: auto, always or never.",
)
def diff(*, old: str, new: str, name: str, output: str | None, fail_on: str, color: str) -> None:
    """Compare two reports that `scan --format json` or `jsonl` wrote: what was added, what is gone, what changed.

    Findings are told apart by their fingerprints, so that a move of lines is no change; a file of another name is another file.

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
        lambda chosen, place: comparison_formats.render(compared, chosen, color=place.color),
        [(name, None)],
        {"output": output, "color": color},
    )
    if compared.new.not_scanned:
        sys.exit(places.UNUSABLE)
    sys.exit(places.FOUND if compared.failing else places.CLEAN)
