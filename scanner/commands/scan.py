"""`phasegate scan`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from scanner.commands import completion
from scanner.commands.helping import Command, given_in
from scanner.commands.scan_options import EXAMPLES, scan_options


@click.command(cls=Command, examples=EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=completion.files)
@scan_options
@click.pass_context
def scan(ctx: click.Context, /, paths: Sequence[str], **options: Any) -> None:
    """Scan files or folders (default: the current folder).

    Exit code: 0 nothing at the threshold, 1 findings, 2 the scan could not be completed or the request is unusable, 3 nothing to scan.
    """
    from scanner.commands import scanning  # noqa: PLC0415

    sys.exit(scanning.scan(paths, options, given_in(ctx)))
