"""One git repository that objects are taken from: where git is started for it, and what it says of itself."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.model import Repository
from scanner.sources.addresses import public_url
from scanner.sources.git import Answer, finish_git, run_git, start_git
from scanner.sources.tree import decoded, encoded

_BRANCHES = b"refs/heads/"
_HEAD = ("--revs-only", "HEAD^{commit}", "--symbolic-full-name", "HEAD")
_CHECKED_OUT = re.compile(rb"(?:\A|\n)([0-9a-f]{40,64})\n(HEAD|refs/[^\n]+)\n\Z")
"""What git answers to `_HEAD`. The work tree's name, which stands before it, may hold line breaks."""


class Repo(NamedTuple):
    """A repository whose objects can be asked for; nothing in it is ever written.

    `folder` is where git runs. `top` is the real path of the work tree's top, None without one (a bare repository, or git's own
    folder). `display` is the way from the current folder to the top, or to the bare repository. `algorithm` is `sha1` or `sha256`.
    `head` is the commit that is checked out, None before a first commit, and `branch` the full name of the branch that stands there,
    None without one. With `hook` git still sees the variables that it has set for a hook: which repository, index and quarantined
    objects to look at.
    """

    folder: bytes
    display: str
    top: bytes | None
    algorithm: str
    shallow: bool
    head: str | None
    branch: str | None
    hook: bool

    def run(self, *args: str, data: bytes | None = None) -> Answer:
        """What git answers in this repository, whatever its exit code; it may be given `data` to read."""
        return run_git(args, self.folder, keep_hook_env=self.hook, data=data)

    def run_together(self, *commands: Sequence[str]) -> list[Answer]:
        """The answers to several commands that run at the same time, in their order."""
        with ExitStack() as running:
            processes = []
            for command in commands:
                processes.append(running.enter_context(start_git(command, self.folder, keep_hook_env=self.hook)))
                running.callback(processes[-1].kill)  # no effect on one that has ended
            return [finish_git(process) for process in processes]

    @property
    def empty_tree(self) -> str:
        """The id of the tree without files, which git knows without holding it."""
        return hashlib.new(self.algorithm, b"tree 0\0").hexdigest()

    @property
    def zero(self) -> str:
        """The id that stands for no object."""
        return "0" * len(self.empty_tree)


def open_repository(folder: str = ".", *, hook: bool = True) -> Repo:
    """The repository that holds `folder`: a work tree, a folder below it, or a bare repository.

    Raises `UsageError` where there is none, or where git refuses it (an owner that it does not trust).
    """
    place = os.fsencode(folder)
    # One process for everything, since a hook waits for it; the name of HEAD comes last, which ends the answer before a first commit.
    asked = ("rev-parse", "--is-bare-repository", "--is-shallow-repository", "--show-object-format", "--show-toplevel", *_HEAD)
    answer = run_git(asked, place, keep_hook_env=hook)
    said = answer.out.split(b"\n", 3)
    if len(said) < 4:
        if "not a git repository" in answer.messages:
            raise UsageError(f"{folder}: not in a git repository")
        raise UsageError(f"git refuses: {answer.refusal}")
    rest, top = said[3], None
    if answer.code:
        # Without a work tree git answers the first three questions and fails at the fourth.
        rest = run_git(("rev-parse", *_HEAD), place, keep_hook_env=hook).out
    head = _CHECKED_OUT.search(rest)
    if not answer.code:
        top = os.path.realpath(rest[: head.start() if head else -1])
    return Repo(
        folder=place,
        display=folder if top is None else decoded(os.path.relpath(top)),
        top=top,
        algorithm=said[2].decode(),
        shallow=said[1] == b"true",
        head=head[1].decode() if head else None,
        branch=decoded(head[2]) if head and head[2].startswith(_BRANCHES) else None,
        hook=hook,
    )


def git_folder(repo: Repo) -> bytes:
    """The path of git's folder, which all work trees of a repository share; of a bare repository it is the repository itself."""
    return os.path.join(repo.folder, repo.run("rev-parse", "--git-common-dir").checked().removesuffix(b"\n"))


def commit_of(repo: Repo, name: str) -> str | None:
    """The id of the commit that `name` names, through tags; None where there is no such commit.

    Raises `UsageError` for a name that looks like an option: no revision starts with `-`.
    """
    return _resolved(repo, name, "commit")


def tree_of(repo: Repo, name: str) -> str | None:
    """The id of the tree that `name` names, through tags and commits; None where there is none. Raises as `commit_of`."""
    return _resolved(repo, name, "tree")


def _resolved(repo: Repo, name: str, kind: str) -> str | None:
    if name.startswith("-"):
        raise UsageError(f"{name!r} is no revision: it starts with '-'")
    if "\0" in name or not name:
        return None
    answer = repo.run("rev-parse", "--verify", "-q", "--end-of-options", f"{name}^{{{kind}}}")
    return answer.out.decode().strip() if answer.code == 0 else None


def provenance(repo: Repo, revision: str | None) -> Repository:
    """What a report may say of the repository at `revision`; the branch is named only where it stands at that revision."""
    url = decoded(repo.run("config", "-z", "--get", "remote.origin.url").out)
    branch = repo.branch.removeprefix(_BRANCHES.decode()) if repo.branch and repo.head == revision else None
    return Repository(revision, branch, public_url(url.rstrip("\0")))


def below_top(repo: Repo, path: str) -> str | None:
    """A path of the command line as the repository names it, without a look at the disk below it; empty for the top itself.

    None for a path outside the work tree, or where there is no work tree.
    """
    if repo.top is None:
        return None
    place = os.path.join(os.path.realpath(b"."), encoded(os.path.normpath(path)))
    # The last part keeps its name: what it is in the repository need not be what it is on the disk.
    real = os.path.normpath(place)
    real = os.path.join(os.path.realpath(os.path.dirname(real)), os.path.basename(real))
    if real == repo.top:
        return ""
    prefix = repo.top.rstrip(b"/") + b"/"
    return decoded(real[len(prefix) :]) if real.startswith(prefix) else None
