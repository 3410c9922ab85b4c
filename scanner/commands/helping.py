"""What all commands share of their help: options in sections, each with an example, examples at the end, hints at the nearest choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click
from click.core import ParameterSource

from scanner.errors import UsageError

Examples = Sequence[tuple[str, str]]
"""Command lines, each with what it is for."""
OTHER = "Options"
"""The section of options that name none."""


_WIDEST = 26
"""An option of more characters has its description on the next line."""


class Option(click.Option):
    """An option with the `section` of the help in which it stands, and an `example` of its use behind the command's name."""

    def __init__(self, *args: Any, section: str = OTHER, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        self.example = example


option = partial(click.option, cls=Option)
"""Declares such an option."""


class Choice(click.Choice[str]):
    """One of some words; a mistake is told with the nearest of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word. Fails as click's types do."""
        if value not in self.choices:
            from scanner.spelling import hint  # noqa: PLC0415

            self.fail(f"{value!r} is not one of {', '.join(self.choices)}{hint(str(value), self.choices)}", param, ctx)
        return str(value)


class _Exemplified(click.Command):
    """A command whose help lists its options by section and ends with examples."""

    def __init__(self, *args: Any, examples: Examples = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, section by section in the order in which they were declared."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and not isinstance(param, click.Argument):
                sections.setdefault(getattr(param, "section", OTHER), []).append(record)
        wide = max((len(term) for records in sections.values() for term, _words in records if len(term) <= _WIDEST), default=0)
        for title, ((term, words), *others) in sections.items():
            with formatter.section(title):
                formatter.write_dl([(term.ljust(wide), words), *others], col_max=_WIDEST)  # all sections align with the first

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                formatter.write_dl(list(self.examples), col_max=60)


class Command(_Exemplified):
    """A command of phasegate."""


class Group(_Exemplified, click.Group):
    """A command with commands below it. Alone it prints its help and fails: what it was asked for is not known."""

    command_class = Command
    group_class = type

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, or print the help where there is nothing to parse."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named. Raises `UsageError`, naming the nearest, where there is none."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-") and not ctx.resilient_parsing:
            from scanner.spelling import hint  # noqa: PLC0415

            raise UsageError(f"no such command {args[0]!r}{hint(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


def given_in(ctx: click.Context) -> Callable[[str], bool]:
    """Tells whether an option stands on the command line, and not only its default."""
    return lambda name: ctx.get_parameter_source(name) not in (ParameterSource.DEFAULT, None)
