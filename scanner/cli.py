"""The command line: finds the command that was asked for and turns every failure into one line. The commands are in `commands`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from typing import cast

import click

from scanner import __version__
from scanner.errors import UsageError

_UNUSABLE = 2
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "scan": ("scan", "Find what the phase forbids."),
    "gate": ("gate", "Hold a range of commits against the acceptance criteria."),
    "convert": ("convert", "Turn a JSON report into any other format, without another scan."),
    "diff": ("diff", "Compare two JSON reports."),
    "schema": ("schema", "Print the JSON Schema of what phasegate writes."),
    "explain": ("explain", "Explain a kind or a clause."),
    "kinds": ("explain", "List every kind that is known."),
    "baseline": ("baseline", "Accept what stands today; only what is new fails from then on."),
    "authorize": ("authorize", "Record, or list, what a later phase authorises."),
    "hook": ("hook", "Put phasegate in the way of a commit or a push."),
    "pre-receive": ("pre_receive", "Refuse a push that brings what the phase forbids."),
    "cache": ("cache", "Show, or clear, what is kept between runs."),
}
"""Each command with the module of `scanner.commands` that holds it and what it is for, in the order in which a newcomer needs them."""


class _Commands(click.Group):
    """Loads a command when it is asked for, and names the nearest one for a typing mistake."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _purpose = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"scanner.commands.{module}"), cmd_name.replace("-", "_"))
        return cast(click.Command, command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, which loads none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_module, purpose) in _COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches  # noqa: PLC0415

            near = get_close_matches(args[0], _COMMANDS, 1)
            raise click.UsageError(
                f"{error.message}" + (f" Did you mean {near[0]!r}?" if near and "mean" not in error.message else "")
            ) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="phasegate %(version)s")
def app() -> None:
    """Find every infrastructure artifact that the authorised phase forbids.

    \b
    phasegate scan                  the current folder
    phasegate scan --format sarif=out.sarif --format text
    phasegate scan --staged         what a commit would take in
    phasegate explain terraform-config
    """


def main() -> None:
    """The command. Every failure is one clear line on standard error and exit code 2."""
    try:
        app.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(_UNUSABLE)
    except UsageError as error:
        from scanner.report.display import visible  # noqa: PLC0415  # a message may name what a hostile tree has named

        click.echo(f"phasegate: {visible(str(error))}", err=True)
        sys.exit(_UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("phasegate: interrupted; nothing was written", err=True)
        sys.exit(_UNUSABLE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_UNUSABLE)
