"""The root of the command line: the table of commands, each of which is loaded when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import cast

import click
from click.exceptions import Exit

from scanner import __version__
from scanner.commands.helping import Group, Option

COMPLETE = "_PHASEGATE_COMPLETE"
"""The variable by which a shell asks for completions, as click's scripts for shells set it."""
COMMANDS: Mapping[str, tuple[str, str]] = {
    "scan": ("scan", "Find what the phase forbids."),
    "gate": ("gate", "Hold a range of commits against the acceptance criteria."),
    "convert": ("convert", "Turn a JSON report into any other format, without another scan."),
    "diff": ("diff", "Compare two JSON reports."),
    "config": ("config", "Show what a scan would be asked for, and by whom."),
    "schema": ("schema", "Print the JSON Schema of what phasegate reads or writes."),
    "explain": ("explain", "Explain a kind or a clause."),
    "kinds": ("explain", "List every kind that is known."),
    "lsp": ("lsp", "Serve an editor."),
    "baseline": ("baseline", "Accept what stands today; only what is new fails from then on."),
    "authorize": ("authorize", "Record, or list, what a later phase authorises."),
    "hook": ("hook", "Put phasegate in the way of a commit or a push."),
    "pre-receive": ("pre_receive", "Refuse a push that brings what the phase forbids."),
    "cache": ("cache", "Show, or clear, what is kept between runs."),
    "man": ("man", "Print the manual page."),
    "completion": ("completion", "Print the script that lets a shell complete."),
}
"""Each command with the module of `scanner.commands` that holds it and what it is for, in the order in which a newcomer needs them."""


class _Commands(Group):
    """Loads a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _purpose = COMMANDS[cmd_name]
        command = getattr(import_module(f"scanner.commands.{module}"), cmd_name.replace("-", "_"))
        return cast(click.Command, command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, which loads none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_module, purpose) in COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=(
        ("phasegate scan", "the current folder"),
        ("phasegate scan --staged", "what a commit would take in"),
        ("phasegate scan --format sarif=out.sarif --format text", "two reports in one run"),
        ("phasegate explain terraform-config", "what was found, and what would lift it"),
    ),
)
@click.version_option(__version__, "-V", "--version", message="phasegate %(version)s")
@click.option("-v", "--verbose", count=True, cls=Option, example="-vv scan", help="Twice: show the traceback of an internal error.")
def app(verbose: int) -> None:  # read from the command line itself when the error comes
    """Find every infrastructure artifact that the authorised phase forbids."""


def run(arguments: list[str]) -> int:
    """Run a command line, and give the exit code that it asks for. Raises what goes wrong."""
    try:
        if os.environ.get(COMPLETE):
            from scanner.commands.completion import complete  # noqa: PLC0415

            return complete(app, COMPLETE)
        # click's own `main` would end with exit code 1, which means findings, where nobody reads the output any more.
        with app.make_context("phasegate", arguments) as context:
            app.invoke(context)
    except Exit as end:
        return end.exit_code
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
