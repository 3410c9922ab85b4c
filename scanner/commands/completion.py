"""`phasegate completion`: completion in shells, by click's own mechanism."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner.commands.helping import Choice, Command

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

INSTALL = {
    "bash": "phasegate completion bash > ~/.local/share/bash-completion/completions/phasegate",
    "zsh": "phasegate completion zsh > ~/.zfunc/_phasegate    # with fpath+=~/.zfunc before compinit in ~/.zshrc",
    "fish": "phasegate completion fish > ~/.config/fish/completions/phasegate.fish",
}
"""For each shell the line that installs its completion."""


def complete(app: click.Command, variable: str) -> int:
    """Answer a shell that asks for completions through the environment's `variable`, on standard output; gives the exit code."""
    import os  # noqa: PLC0415

    from click.shell_completion import shell_complete  # noqa: PLC0415

    return shell_complete(app, {}, "phasegate", variable, os.environ[variable])


def clauses(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The clauses whose id or slug begins so, each with its title."""
    from scanner.match import rules  # noqa: PLC0415

    known = rules.known_names()
    return _items([(name, title) for clause, slug, title in known.clauses for name in (clause, slug)], incomplete)


def kinds(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The kinds whose id begins so. They come from the compiled signatures; where none are kept yet, there are none."""
    from scanner.match import rules  # noqa: PLC0415

    return _items([(name, "") for name in rules.known_names().kinds], incomplete)


def kinds_and_clauses(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What `explain` takes."""
    return [*clauses(context, param, incomplete), *kinds(context, param, incomplete)]


def formats(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The formats of a report; behind `=`, files."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415

    if "=" in incomplete:
        return [CompletionItem(incomplete, type="file")]
    from scanner.report import FORMATS  # noqa: PLC0415

    return _items([(name, "") for name in FORMATS], incomplete)


def schemas(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The published schemas."""
    from scanner.report.schemas import SCHEMAS  # noqa: PLC0415

    return _items([(name, "") for name in SCHEMAS], incomplete)


def files(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, which the shell itself completes."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415

    return [CompletionItem(incomplete, type="file")]


def _items(names: list[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415

    return [CompletionItem(name, help=words or None) for name, words in names if name.startswith(incomplete)]


@click.command(cls=Command, examples=[(line, f"install it for {shell}") for shell, line in INSTALL.items()])
@click.argument("shell", type=Choice(list(INSTALL)))
def completion(shell: str) -> None:
    """Print the script by which bash, zsh or fish completes commands, options, clauses, kinds, formats and levels.

    Written to where the shell looks for it, it works in every new shell. Kinds are completed once a first scan has compiled them.
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    from scanner.commands.root import COMPLETE, app  # noqa: PLC0415

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101  # the shells of the choice are those that click knows
    click.echo(found(app, {}, "phasegate", COMPLETE).source())
