"""What git says of one work tree: its files by nature, and the repository's provenance, from a few processes at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

from scanner.errors import UsageError
from scanner.model import Repository
from scanner.sources.addresses import public_url
from scanner.sources.census import Census
from scanner.sources.disk import git_top
from scanner.sources.git import Answer, find_git, finish_git, run_git, start_git
from scanner.sources.tree import decoded

_HEADS = "refs/heads/"
_NO_FOLDER = "warning: could not open directory '"


def checkout(folder: bytes, *, include_ignored: bool = False, provenance: bool = True, disk: bool = True) -> Census | None:
    """Ask git for the files below the real path `folder`; None when no git work tree holds it, or git is not installed.

    Without `disk` only the index is read: untracked and missing files stay unknown. Raises `UsageError` with git's own words when
    git refuses to answer (an owner that it does not trust, a damaged index).
    """
    top = git_top(folder)
    if top is None or find_git() is None:
        return None
    standard = () if include_ignored else ("--exclude-standard",)
    commands = [("rev-parse", "--show-toplevel", "HEAD", "--symbolic-full-name", "HEAD"), ("ls-files", "-z", "-t", "-s")]
    if provenance:
        commands.append(("config", "-z", "--get", "remote.origin.url"))
    if disk:  # two processes, since each looks at every file or folder once
        commands += [("ls-files", "-z", "-o", *standard), ("ls-files", "-z", "-d")]
    found = Census()
    with ExitStack() as running:
        processes = []
        for command in commands:
            processes.append(running.enter_context(start_git(command, folder)))
            running.callback(processes[-1].kill)  # no effect on one that has ended
        heads = finish_git(processes.pop(0))
        if not _holds(heads, top):
            return None
        _sort_tracked(finish_git(processes.pop(0)).checked(), found)
        if provenance:
            found.repository = _repository(heads, finish_git(processes.pop(0)), folder, top)
        if disk:
            others, missing = (finish_git(process) for process in processes)
            _sort_others(others.checked(), found)
            _drop_missing(missing.checked(), found)
            found.unopened.extend(_unopened(others.messages, decoded(folder[len(top) :]).lstrip("/")))
    return found


def _holds(heads: Answer, top: bytes) -> bool:
    """Whether git takes `top`, where the `.git` entry lies, for the top of the work tree.

    `core.worktree` in a hostile configuration can move the work tree elsewhere, and git walks past a broken `.git`. The files are
    then listed from the disk, which shows at least as many.
    """
    name = _first_line(heads, top)
    if name == top:
        return True
    if name is None:
        if "not a git repository" in heads.messages or "must be run in a work tree" in heads.messages:
            return False
        raise UsageError(f"git refuses: {heads.refusal}")
    try:
        return os.path.samefile(name, top)
    except OSError:
        return False


def _first_line(heads: Answer, top: bytes) -> bytes | None:
    # A folder's name may hold a line break, so the expected answer is tried before the first line.
    if heads.out.startswith(top + b"\n"):
        return top
    line, ended, _ = heads.out.partition(b"\n")
    return line if ended else None


def _sort_tracked(out: bytes, found: Census) -> None:
    """Sort `git ls-files -t -s` (`tag mode oid stage<TAB>path`) into the lists; the stages of a conflict give one path."""
    regular, lookup = found.regular, found.lookup
    unmerged: dict[str, bool] = {}
    for entry in decoded(out).split("\0"):
        kind = entry[:5]
        if kind == "H 100":
            regular.append(entry.partition("\t")[2])
        elif kind:
            path = entry.partition("\t")[2]
            if kind.startswith("M"):
                unmerged[path] = unmerged.get(path, False) or kind == "M 160"
            elif kind.endswith("160"):
                found.submodules.append(path)
            else:
                (found.sparse if kind.startswith("S") else lookup).append(path)
    for path, module in unmerged.items():
        (found.submodules if module else lookup).append(path)


def _sort_others(out: bytes, found: Census) -> None:
    """Sort the untracked paths of `git ls-files -o`; a `/` at the end marks a repository of its own, which git does not enter."""
    for path in decoded(out).split("\0"):
        if path.endswith("/"):
            found.nested.append(path[:-1])
        elif path:
            found.untracked.append(path)
    found.lookup.extend(found.untracked)


def _drop_missing(out: bytes, found: Census) -> None:
    """Take the paths of `git ls-files -d` out of the lists. A missing submodule is one that is not checked out, and stays."""
    missing = set(decoded(out).split("\0")).difference(found.submodules, ("",))
    if missing:
        found.regular = [path for path in found.regular if path not in missing]
        found.lookup = [path for path in found.lookup if path not in missing]
        found.missing.extend(missing)


def _unopened(messages: str, prefix: str) -> Iterator[tuple[str, str]]:
    """The folders that git passed over with no more than a warning, with the reason; git names them from the top."""
    for line in messages.split("\n"):
        if line.startswith(_NO_FOLDER):
            # Git cuts its messages at 4 KiB: a folder so long that the reason is gone is its own reason.
            path, closed, words = line.removeprefix(_NO_FOLDER).rpartition("': ")
            below = (path if closed else words).removeprefix(f"{prefix}/" if prefix else "")
            yield below.rstrip("/") or ".", words.lower() if closed else "path is too long"


def _repository(heads: Answer, remote: Answer, folder: bytes, top: bytes) -> Repository:
    lines = decoded(heads.out[len(_first_line(heads, top) or b"") :]).split("\n")
    revision: str | None = None
    if heads.code == 0 and len(lines) > 2:
        revision, name = lines[1], lines[2]
    else:  # a branch without a commit has a name all the same
        name = decoded(run_git(("symbolic-ref", "-q", "HEAD"), folder).out).rstrip("\n")
    branch = name.removeprefix(_HEADS) if name.startswith(_HEADS) else None
    below = "" if folder == top else decoded(os.path.relpath(folder, top))
    return Repository(revision, branch, public_url(decoded(remote.out).rstrip("\0")), below)
