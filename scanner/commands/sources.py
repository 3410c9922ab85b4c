"""Which source a scan takes its files from: the work tree, standard input, or one of git's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.match.rules import Rules
    from scanner.model import Listing
    from scanner.pipeline import Settings
    from scanner.sources.changes import Change

_GIT = {"staged": "--staged", "since": "--since", "range": "--range", "history": "--history"}


def check(paths: Sequence[str], options: Mapping[str, Any]) -> None:
    """Raise `UsageError` for what a command line cannot ask for at once."""
    asked = _asked(options)
    if not asked:
        return
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(_GIT[name] for name in asked)} exclude each other")
    option = _GIT[asked[0]]
    if "-" in paths:
        raise UsageError(f"{option} reads from git; it cannot be mixed with standard input ('-')")
    if options["include_ignored"]:
        raise UsageError(f"--include-ignored is for the work tree; {option} reads from git")
    if asked[0] == "since" and ".." in options["since"]:
        raise UsageError(f"--since takes one revision; for {options['since']!r} use --range")
    if asked[0] == "range" and ".." not in options["range"]:
        raise UsageError(f"--range takes A..B; for what came after {options['range']!r} use --since")


def root_of(paths: Sequence[str], options: Mapping[str, Any]) -> str:
    """The folder whose configuration counts: the one that is named, or the current one; for git's sources the top of its repository."""
    from scanner import config  # noqa: PLC0415

    folder = config.root_of(paths)
    return top_of(folder) if _asked(options) else folder


def top_of(folder: str) -> str:
    """The top of the repository around `folder`, as a relative path; the folder itself where it lies in none."""
    from scanner.sources.disk import git_top  # noqa: PLC0415
    from scanner.sources.tree import decoded  # noqa: PLC0415

    top = git_top(os.path.realpath(os.fsencode(folder)))
    return folder if top is None else decoded(os.path.relpath(top))


def choose(paths: Sequence[str], options: Mapping[str, Any]) -> tuple[Listing, Change | None]:
    """What to scan, and the change that it is part of, where findings are compared with those before it. Raises as the sources do."""
    asked = _asked(options)
    exclude = options["exclude"]
    if not asked:
        return _from_disk(paths, options), None
    if asked[0] == "staged":
        from scanner.sources.staged import staged_listing  # noqa: PLC0415

        return staged_listing(paths, exclude=exclude), None
    if asked[0] == "history":
        from scanner.sources.history import history_listing  # noqa: PLC0415

        return history_listing(paths, exclude=exclude), None
    from scanner.sources.changes import range_listing  # noqa: PLC0415

    change = range_listing(options[asked[0]], paths, exclude=exclude)
    return change.after, change


def _from_disk(paths: Sequence[str], options: Mapping[str, Any]) -> Listing:
    from scanner.sources.worktree import listing, stdin_listing  # noqa: PLC0415

    if "-" in paths:
        return stdin_listing(_stdin_name(paths, options["stdin_filename"]), sys.stdin.buffer.read())
    return listing(paths or ["."], include_ignored=options["include_ignored"], exclude=options["exclude"])


def known(change: Change, rules: Rules, settings: Settings) -> Mapping[str, str]:
    """The fingerprints that findings of the change had before it, each with the short id of what it is compared with."""

    from scanner import pipeline  # noqa: PLC0415
    from scanner.commands.terms import today  # noqa: PLC0415
    from scanner.judge.folding import standing  # noqa: PLC0415
    from scanner.judge.settling import Terms  # noqa: PLC0415

    # Whatever the request shows of the change, everything that stood before it is known.
    everything = settings._replace(clauses=frozenset(), kinds=frozenset(), level="note", line_hashes=False)
    before = pipeline.scan(change.before, rules, everything, terms=Terms(today()))
    return standing(before.findings, change.moved, change.base[:12])


def _asked(options: Mapping[str, Any]) -> list[str]:
    return [name for name in _GIT if options[name]]


def _stdin_name(paths: Sequence[str], name: str | None) -> str:
    if len(paths) > 1:
        raise UsageError("'-' stands alone: standard input cannot be mixed with files")
    if not name:
        raise UsageError("'-' needs --stdin-filename NAME")
    return name
