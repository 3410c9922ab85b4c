"""`phasegate explain` and `phasegate kinds`: what the scanner knows, and why."""

from __future__ import annotations

import click

from scanner.commands import completion, terminal
from scanner.commands.helping import Command, option


@click.command(
    cls=Command,
    examples=(
        ("phasegate explain nomad-job", "a kind, by the name that reports show in brackets"),
        ("phasegate explain 3.8", "a clause, by its number or its slug"),
    ),
)
@click.argument("name", metavar="ID", shell_complete=completion.kinds_and_clauses)
def explain(name: str) -> None:
    """Explain a kind or a clause: evidence, lookalikes, how it could be lifted."""
    from scanner import explaining  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    click.echo(explaining.explain(rules.load(), name, min(explaining.WIDTH, terminal.columns() or explaining.WIDTH)))


@click.command(
    cls=Command,
    examples=(
        ("phasegate kinds --clause 3.5", "what breaches one clause"),
        ("phasegate kinds --family terraform --json", "for scripts"),
    ),
)
@option("--clause", metavar="ID", shell_complete=completion.clauses, example="--clause 3.5", help="Only kinds of this clause.")
@option("--family", metavar="NAME", example="--family terraform", help="Only kinds of this family.")
@option("--vendor", metavar="NAME", example="--vendor aws", help="Only kinds that pin this vendor.")
@option("--format", "file_format", metavar="NAME", example="--format hcl", help="Only kinds that are looked for in this format.")
@option("--json", "as_json", is_flag=True, example="--json", help="Print JSON.")
@option("--markdown", is_flag=True, example="--markdown", help="Print the summary by clause, as the README has it.")
def kinds(*, clause: str | None, family: str | None, vendor: str | None, file_format: str | None, as_json: bool, markdown: bool) -> None:
    """List every kind that is known."""
    from scanner import explaining  # noqa: PLC0415
    from scanner.commands.values import clause_id  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    loaded = rules.load()
    if markdown:
        click.echo(explaining.as_markdown(loaded))
        return
    wanted = clause_id(loaded, clause) if clause else None
    found = explaining.select(loaded, clause=wanted, family=family, vendor=vendor, format=file_format)
    click.echo(explaining.as_json(found) if as_json else explaining.as_table(found))
