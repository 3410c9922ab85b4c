"""`phasegate explain` and `phasegate kinds`: what the scanner knows, and why."""

from __future__ import annotations

import click


@click.command()
@click.argument("name", metavar="ID")
def explain(name: str) -> None:
    """Explain a kind or a clause: evidence, lookalikes, how it could be lifted."""
    from scanner import explaining  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    click.echo(explaining.explain(rules.load(), name))


@click.command()
@click.option("--clause", metavar="ID", help="Only kinds of this clause.")
@click.option("--family", metavar="NAME", help="Only kinds of this family.")
@click.option("--vendor", metavar="NAME", help="Only kinds that pin this vendor.")
@click.option("--format", "file_format", metavar="NAME", help="Only kinds that are looked for in this format.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the summary by clause, as the README has it.")
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
