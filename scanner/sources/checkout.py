"""What git says of one work tree: its files by nature, and the repository's provenance, from a few processes at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

from scanner.errors import UsageError
from scanner.model import Repository
from scanner.sources.census import Census
from scanner.sources.disk import git_top
from scanner.sources.git import Answer, find_git, finish_git, run_git, start_git
from scanner.sources.tree import decoded

_HEADS = "refs/heads/"
_SCHEMES = frozenset({"https", "http", "ssh", "git", "git+ssh", "ssh+git", "ftps", "ftp"})
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
    with ExitStack() as running:
        head = running.enter_context(start_git(("rev-parse", "--show-toplevel", "HEAD", "--symbolic-full-name", "HEAD"), folder))
        index = running.enter_context(start_git(("ls-files", "-z", "-t", "-s"), folder))
        rest = running.enter_context(start_git(("ls-files", "-z", "-t", "-o", "-d", *standard), folder)) if disk else None
        url = running.enter_context(start_git(("config", "-z", "--get", "remote.origin.url"), folder)) if provenance else None
        answers = [finish_git(process) if process is not None else None for process in (head, index, rest, url)]
    heads, listed, others, remote = answers
    if heads is None or listed is None or not _holds(heads, top):
        return None
    found = Census()
    _sort_tracked(listed.checked(), found)
    if others is not None:
        _sort_others(others.checked(), found)
        found.unopened.extend(_unopened(others.messages, decoded(folder[len(top) :]).lstrip("/")))
    if remote is not None:
        found.repository = _repository(heads, remote, folder, top)
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
    """Sort `git ls-files -t -o -d` (`tag path`) into the lists. Submodules that are missing are not checked out, and stay."""
    missing = set()
    for entry in decoded(out).split("\0"):
        path = entry[2:]
        if entry.startswith("R"):
            missing.add(path)
        elif path.endswith("/"):
            found.nested.append(path[:-1])
        elif path:
            found.untracked.append(path)
    if missing:
        missing.difference_update(found.submodules)
        found.regular = [path for path in found.regular if path not in missing]
        found.lookup = [path for path in found.lookup if path not in missing]
        found.missing.extend(sorted(missing))
    found.lookup.extend(found.untracked)


def _unopened(messages: str, prefix: str) -> Iterator[tuple[str, str]]:
    """The folders that git passed over with no more than a warning, with the reason; git names them from the top."""
    for line in messages.splitlines():
        if line.startswith(_NO_FOLDER):
            path, _, words = line.removeprefix(_NO_FOLDER).rpartition("': ")
            below = path.removeprefix(f"{prefix}/") if prefix else path
            yield below.rstrip("/") or ".", words.lower() or "cannot be opened"


def _repository(heads: Answer, remote: Answer, folder: bytes, top: bytes) -> Repository:
    lines = decoded(heads.out[len(_first_line(heads, top) or b"") :]).split("\n")
    revision: str | None = None
    if heads.code == 0 and len(lines) > 2:
        revision, name = lines[1], lines[2]
    else:  # a branch without a commit has a name all the same
        name = decoded(run_git(("symbolic-ref", "-q", "HEAD"), folder).out).rstrip("\n")
    branch = name.removeprefix(_HEADS) if name.startswith(_HEADS) else None
    return Repository(revision, branch, public_url(decoded(remote.out).rstrip("\0")))


def public_url(url: str) -> str | None:
    """A remote's address that may stand in a report: no user and password, no query, and None for a path on this machine."""
    if not url.isprintable() or " " in url:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator:
        # The short form of ssh, `user@host:path`; everything else without a scheme is a path.
        user, at, place = url.rpartition("@")
        host, colon, _ = place.partition(":")
        if not colon or "/" in host or "/" in user or not host:
            return None
        return f"{user}{at}{place}" if ":" not in user else place
    authority, slash, path = rest.partition("?")[0].partition("#")[0].partition("/")
    host = authority.rpartition("@")[2]
    name, _, port = host.partition(":") if not host.startswith("[") else (host, "", "")
    # A password with a raw slash in it ends the authority early, and its `@` then stands further on.
    if scheme not in _SCHEMES or not name or (port and not port.isdigit()) or "@" in path:
        return None
    return f"{scheme}://{host}{slash}{path}"
