"""`phasegate hook`: git's hooks for people without a framework for them, and what the hooks run."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from scanner.commands import pushed
from scanner.commands.helping import Choice, Group, option
from scanner.hooks.script import COMMANDS

if TYPE_CHECKING:
    from scanner.sources.repository import Repo

_STAGE_HELP = "Which of git's hooks; may be repeated."
_INSTALLED = "  [default: pre-commit and pre-merge-commit; in a bare repository pre-receive]"


@click.group(
    cls=Group,
    examples=(
        ("phasegate hook install", "judge every commit of this repository"),
        ("phasegate hook install --stage pre-push", "judge what a push brings"),
        ("phasegate hook uninstall", "remove them, and put back what was there before"),
    ),
)
def hook() -> None:
    """Put phasegate in the way of a commit or a push."""


@hook.command(examples=(("phasegate hook install --stage pre-commit --force", "keep a hook that is there, and run it first"),))
@option("--stage", "stages", type=Choice(list(COMMANDS)), multiple=True, example="--stage pre-push", help=_STAGE_HELP + _INSTALLED)
@option("--force", is_flag=True, example="--force", help="Keep a hook that is there already under another name, and run it first.")
def install(stages: Sequence[str], force: bool) -> None:
    """Write hooks into the hooks folder of the current repository."""
    from scanner.hooks import installing  # noqa: PLC0415
    from scanner.sources.repository import open_repository  # noqa: PLC0415

    repo = open_repository()
    folder = installing.folder_of(repo)
    wanted = stages or (("pre-receive",) if _is_bare(repo) else ("pre-commit", "pre-merge-commit"))
    written = installing.install(folder, wanted, force=force)
    for stage in wanted:
        click.echo(f"{'Installed' if stage in written else 'Up to date'}: {_shown(folder, stage)}")


@hook.command(examples=(("phasegate hook uninstall", "every hook that phasegate wrote"),))
@option("--stage", "stages", type=Choice(list(COMMANDS)), multiple=True, example="--stage pre-push", help=f"{_STAGE_HELP}  [default: all]")
def uninstall(stages: Sequence[str]) -> None:
    """Remove the hooks that phasegate wrote, and put back what they stood in front of."""
    from scanner.hooks import installing  # noqa: PLC0415
    from scanner.sources.repository import open_repository  # noqa: PLC0415

    folder = installing.folder_of(open_repository())
    removed = installing.uninstall(folder, stages or tuple(COMMANDS))
    for stage in removed:
        click.echo(f"Removed: {_shown(folder, stage)}")
    if not removed:
        click.echo("Nothing to remove: no hook here was written by phasegate.")


def _shown(folder: bytes, stage: str) -> str:
    from scanner.report.display import visible  # noqa: PLC0415
    from scanner.sources.tree import decoded  # noqa: PLC0415

    return visible(os.path.join(decoded(os.path.relpath(folder)), stage))


def _is_bare(repo: Repo) -> bool:
    return repo.run("rev-parse", "--is-bare-repository").checked() == b"true\n"


@hook.group()
def run() -> None:
    """What the hooks run."""


@run.command(
    "pre-commit",
    context_settings={"ignore_unknown_options": True},
    examples=(("phasegate hook run pre-commit --fail-on error", "with options of scan"),),
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF SCAN]")
@click.pass_context
def pre_commit(ctx: click.Context, arguments: Sequence[str]) -> None:
    """Judge what a commit will hold. Options are those of `phasegate scan`; names of files are passed over.

    Inside a commit it is what is staged, and so it is outside of one where anything is staged. Under `pre-commit run --from-ref A
    --to-ref B` it is that range. Where nothing is staged, as in `pre-commit run --all-files` on a server, it is the whole work tree.
    """
    from scanner.commands.committing import source  # noqa: PLC0415
    from scanner.commands.scan import scan  # noqa: PLC0415

    with scan.make_context("phasegate hook run pre-commit", list(arguments), parent=ctx) as context:
        context.params |= {"paths": (), **source()}
        scan.invoke(context)


@run.command("pre-push", examples=(("phasegate hook run pre-push origin URL < references", "what git runs"),))
@click.argument("remote", nargs=-1, metavar="[REMOTE URL]")
@pushed.options
def pre_push(remote: Sequence[str], **options: Any) -> None:
    """Judge what a push brings that the other side does not have; every commit of it by itself.

    Git gives the remote's name and URL, and the references on standard input; pre-commit gives variables.
    """
    from scanner import config  # noqa: PLC0415
    from scanner.hooks.pushing import outgoing  # noqa: PLC0415
    from scanner.sources.pushes import push_listing  # noqa: PLC0415
    from scanner.sources.repository import open_repository  # noqa: PLC0415

    repo = open_repository()
    push = outgoing(remote, sys.stdin.buffer.read() if remote else b"", os.environ, repo)
    if all(each.new == repo.zero for each in push.updates):
        return
    loaded = config.load(repo.display)
    held = pushed.demands(loaded, repo.display, options)
    pushed.answer(push_listing(push.updates, repo, known=push.known, exclude=held.exclude), held, loaded.notices)
