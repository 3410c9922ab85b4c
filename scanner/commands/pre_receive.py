"""`phasegate pre-receive`: the guard of a server's repository."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from scanner.commands import pushed
from scanner.commands.helping import Command, option

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.sources.pushes import Update
    from scanner.sources.repository import Repo


@click.command(
    cls=Command,
    examples=(
        ("phasegate hook install --stage pre-receive", "in a bare repository: put it in place"),
        ("phasegate pre-receive --refs main < updates", "what git runs then"),
    ),
)
@option(
    "--config",
    "file",
    metavar="FILE",
    example="--config /etc/phasegate.toml",
    help="The server's configuration (default: phasegate.toml in git's folder).",
)
@option(
    "--refs",
    multiple=True,
    metavar="GLOB",
    example="--refs main --refs 'release/*'",
    help="Guard only these references: main, release/*, refs/tags/* (default: all).",
)
@option(
    "--allow-suppressions/--no-allow-suppressions",
    default=None,
    example="--allow-suppressions",
    help="Let comments in pushed files lift findings.",
)
@pushed.options
def pre_receive(file: str | None, refs: Sequence[str], allow_suppressions: bool | None, **options: Any) -> None:
    """Refuse a push that brings what the phase forbids: git's pre-receive hook, which reads 'old new ref' lines.

    Every pushed commit is looked at, so that nothing passes by being removed again. What the repository held before is not held
    against a push. Nothing that is pushed configures anything: the configuration is the server's own.

    Exit code: 0 nothing at the threshold, and nothing is printed; 1 findings; 2 not everything could be scanned.
    """
    from scanner.sources.pushes import parse_updates, push_listing  # noqa: PLC0415
    from scanner.sources.repository import open_repository  # noqa: PLC0415

    updates = parse_updates(sys.stdin.buffer.read())
    repo = open_repository()
    loaded, folder = _configuration(file, repo)
    globs = refs or loaded.values.get("refs", ())
    guarded = [each for each in updates if _is_guarded(each.ref, globs)]
    if not _brings_something(guarded, repo):
        return
    trusts = loaded.values.get("allow-suppressions", False) if allow_suppressions is None else allow_suppressions
    held = pushed.demands(loaded, folder, options, "all" if trusts else "configured")
    known = _ids_of(globs, repo) if globs else None
    pushed.answer(push_listing(guarded, repo, known=known, exclude=held.exclude), held, loaded.notices)


def _configuration(file: str | None, repo: Repo) -> tuple[Config, str]:
    """The server's configuration, and the folder in which it lies."""
    from scanner import config  # noqa: PLC0415
    from scanner.sources.repository import git_folder  # noqa: PLC0415

    folder = os.fsdecode(git_folder(repo))
    if file is None:
        file = os.path.join(folder, config.FILE)
        if not os.path.lexists(file):
            return config.Config(), folder
    return config.load_server(file), os.path.dirname(file) or "."


def _brings_something(updates: Sequence[Update], repo: Repo) -> bool:
    return any(each.new != repo.zero for each in updates)


def _is_guarded(ref: str, globs: Sequence[str]) -> bool:
    """Whether one of the globs, of branches unless they start with `refs/`, matches a full name; `*` goes across `/`."""
    from fnmatch import fnmatchcase  # noqa: PLC0415

    return not globs or any(fnmatchcase(ref, glob if glob.startswith("refs/") else f"refs/heads/{glob}") for glob in globs)


def _ids_of(globs: Sequence[str], repo: Repo) -> tuple[str, ...]:
    """Where the guarded references are. What only others lead to was never looked at, and is new to the guarded ones."""
    from scanner.sources.pushes import references  # noqa: PLC0415

    return tuple(dict.fromkeys(oid for oid, name in references(repo) if _is_guarded(name, globs)))
