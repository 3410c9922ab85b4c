"""What `git push` is about to send, seen from the sender's side, where only the remote-tracking references tell what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanner.errors import UsageError
from scanner.sources.pushes import Update, is_id, lines_of, references
from scanner.sources.repository import Repo, commit_of


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The references that a push moves, and the ids that the other side has already."""

    updates: tuple[Update, ...]
    known: tuple[str, ...]


def from_git(lines: bytes, remote: str, url: str, repo: Repo) -> Outgoing:
    """A push as git tells its `pre-push` hook: `local_ref local_id remote_ref remote_id` a line, id zero for what does not exist.

    What is new to the other side is what neither its old ids nor the tracking references of this remote lead to; git gives the URL
    twice for a remote without a name, which has none. Raises `UsageError` for other lines.
    """
    updates = []
    for line in lines_of(lines):
        fields = line.rsplit(" ", 3)  # what stands first may be any expression, spaces included
        if len(fields) != 4 or not all(is_id(oid) and len(oid) == len(repo.zero) for oid in fields[1::2]):
            raise UsageError(f"standard input: {line[:80]!r} is no line of the form 'local-ref local-id remote-ref remote-id'")
        updates.append(Update(fields[3], fields[1], fields[2]))
    there = [each.old for each in updates if each.old != repo.zero and commit_of(repo, each.old)]
    tracked = [] if remote == url else [oid for oid, _name in references(repo, f"refs/remotes/{remote}/")]
    return Outgoing(tuple(updates), tuple(dict.fromkeys([*there, *tracked])))


def from_pre_commit(variables: Mapping[str, str], repo: Repo) -> Outgoing:
    """A push as pre-commit tells its hooks of the stage `pre-push`, by variables; it names one reference of a push, the first.

    For a first push it tells the branch alone, and run by hand nothing at all: then it is `HEAD`, and all that no remote has.
    Raises `UsageError` for a revision that is not here.
    """
    tip = variables.get("PRE_COMMIT_TO_REF") or variables.get("PRE_COMMIT_LOCAL_BRANCH") or "HEAD"
    remote = variables.get("PRE_COMMIT_REMOTE_NAME")
    base = variables.get("PRE_COMMIT_FROM_REF")
    known = [oid for oid, _name in references(repo, f"refs/remotes/{remote}/" if remote else "refs/remotes/")]
    if base:
        known.append(_commit(repo, base))
    return Outgoing((Update(repo.zero, _commit(repo, tip), tip),), tuple(dict.fromkeys(known)))


def outgoing(arguments: Sequence[str], lines: bytes, variables: Mapping[str, str], repo: Repo) -> Outgoing:
    """The push that a hook is asked about: git gives it the remote's name and URL as `arguments`, pre-commit gives it none."""
    if not arguments:
        return from_pre_commit(variables, repo)
    if len(arguments) != 2:
        raise UsageError("a pre-push hook gets two arguments, the remote's name and its URL")
    return from_git(lines, arguments[0], arguments[1], repo)


def _commit(repo: Repo, name: str) -> str:
    found = commit_of(repo, name)
    if found is None:
        raise UsageError(f"{name!r} names no commit of this repository")
    return found
