"""`phasegate baseline`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from scanner.commands import completion
from scanner.commands.helping import Choice, Command, option
from scanner.config_keys import LEVEL
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.judge.baseline import Update
    from scanner.model import Level, Report


@click.command(
    cls=Command,
    examples=(
        ("phasegate baseline --reason 'stands since before J.4.1'", "accept what stands, with a reason"),
        ("phasegate baseline", "later: prune what is gone"),
        ("phasegate scan", "from then on only new findings fail"),
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=completion.files)
@option(
    "--baseline",
    "file",
    metavar="FILE",
    shell_complete=completion.files,
    example="--baseline accepted.json",
    help="The file to write (default: phasegate-baseline.json at the root of the scan).",
)
@option("--reason", metavar="TEXT", example="--reason 'stands since before J.4.1'", help="Why the findings that are added are accepted.")
@option(
    "--level",
    type=Choice(LEVEL.choices),
    default="note",
    show_default=True,
    example="--level warning",
    help="Add only findings of this level or a graver one.",
)
@option("--progress/--no-progress", default=None, example="--no-progress", help="Show progress; by default only on a terminal.")
def baseline(paths: Sequence[str], file: str | None, reason: str | None, level: Level, progress: bool | None) -> None:
    """Accept what stands today: write or update the baseline, so that only new findings fail.

    What the baseline holds and still stands is kept with its reason, what is gone is pruned. Of files that were not looked at nothing
    is concluded. Exit code: 0 the baseline is up to date, 2 something could not be scanned, 3 nothing to scan.
    """
    from scanner import config, pipeline  # noqa: PLC0415
    from scanner.commands import output, terms  # noqa: PLC0415
    from scanner.commands import progress as bar  # noqa: PLC0415
    from scanner.commands.work_tree import prepare  # noqa: PLC0415
    from scanner.judge import baseline as baselines  # noqa: PLC0415

    root = config.root_of(paths)
    loaded = config.load(root)
    target = file or _usual(root, terms.baseline_name(loaded))
    if os.path.lexists(target) and (os.path.islink(target) or not os.path.isfile(target)):
        raise UsageError(f"{target}: is not a regular file, and no baseline is written through it")
    old = terms.baseline(loaded, root, target) if os.path.lexists(target) else None
    ready = prepare(paths, loaded)
    with bar.progress(progress, len(ready.listing.files)) as told:
        settled = terms.terms(loaded, ready.rules)
        report = pipeline.scan(ready.listing, ready.rules, ready.settings, told, terms=settled, memory=ready.memory)
    if report.tally.files == 0:
        click.echo("Nothing to scan, and nothing was written.")
        sys.exit(output.NOTHING)
    seen = {each.path for each in ready.listing.files}.difference(each.path for each in report.not_scanned)
    update = baselines.updated(old or {}, report.findings, seen, ready.listing.inventory, reason=reason, level=level)
    changed = update.entries != (old or {})
    if changed:
        from scanner.report.output import write  # noqa: PLC0415

        write(baselines.written(update.entries), target)
    click.echo(_summary(update, report, target, changed=changed))
    sys.exit(output.UNUSABLE if report.not_scanned else output.CLEAN)


def _usual(root: str, name: str) -> str:
    """The path of the baseline that nobody named on the command line: in a hostile tree no link may lead the writing out of it."""
    from scanner.sources.tree import Tree  # noqa: PLC0415

    folder = os.path.dirname(name)
    if folder and not Tree(os.path.realpath(os.fsencode(root))).is_folder(folder):
        raise UsageError(f"baseline: {folder!r} is no folder below the root")
    return os.path.normpath(os.path.join(root, name))


def _summary(update: Update, report: Report, target: str, *, changed: bool) -> str:
    from scanner.report.display import visible  # noqa: PLC0415

    counts = f"{update.added:,} added, {update.kept:,} kept, {update.pruned:,} pruned"
    lines = [f"Wrote {visible(target)}: {counts}." if changed else f"Nothing to write: {counts}."]
    lines += [f"Not scanned, and not in the baseline: {visible(each.path)}: {visible(each.reason)}" for each in report.not_scanned]
    return "\n".join(lines)
