"""`phasegate schema`: the published JSON Schemas."""

from __future__ import annotations

import sys

import click

from scanner.commands import completion
from scanner.commands.helping import Command
from scanner.errors import UsageError


@click.command(
    cls=Command,
    examples=(
        ("phasegate schema report", "of `scan --format json`"),
        ("phasegate schema line", "of a line of `scan --format jsonl`"),
        ("phasegate schema diff", "of `diff --format json`"),
        ("phasegate schema config", "of phasegate.toml, for editors"),
    ),
)
@click.argument("name", metavar="NAME", required=False, shell_complete=completion.schemas)
def schema(name: str | None) -> None:
    """Print the JSON Schema (2020-12) NAME of what phasegate reads or writes, or the names of all."""
    from scanner.report.schemas import SCHEMAS, text_of  # noqa: PLC0415

    if name is None:
        click.echo("\n".join(SCHEMAS))
        return
    if name not in SCHEMAS:
        from scanner.spelling import hint  # noqa: PLC0415

        raise UsageError(f"unknown schema {name!r}{hint(name, list(SCHEMAS)) or '; there are ' + ', '.join(SCHEMAS)}")
    sys.stdout.write(text_of(name))
