"""What each commit brings, streamed: parents before children, the content of merges included that no parent has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.errors import UsageError
from scanner.sources.git import stream_git
from scanner.sources.repository import Repo
from scanner.sources.revisions import RAW, RENAMES
from scanner.sources.tree import decoded, encoded


@dataclass(frozen=True, slots=True)
class Before:
    """What stood at a path in one parent; `status` is the letter that git gives to the step from there."""

    status: str
    mode: str
    oid: str


@dataclass(frozen=True, slots=True)
class Brought:
    """One path that a commit changes. `mode` is `000000` where it deletes it; `authored` is the author's date in ISO 8601.

    `before` holds one entry a parent: of a merge only the paths are told that differ from all of its parents. `old_path` is another
    than `path` for a rename.
    """

    commit: str
    authored: str
    old_path: str
    path: str
    mode: str
    oid: str
    before: tuple[Before, ...]


def brought(repo: Repo, revisions: Sequence[str], *, data: str = "", renames: bool = False) -> Iterator[Brought]:
    """What the commits that `git rev-list` finds by `revisions` (with `--stdin`: those in `data`) bring, first things first.

    Raises `UsageError` where git fails, for instance at an object that is not there.
    """
    walk = ("rev-list", "--topo-order", "--reverse", *revisions)
    # `-c` tells of a merge what no parent has, which is where something can hide.
    diff = ("diff-tree", "--stdin", "--root", "-c", "--format=%H %aI", *RAW, *(RENAMES if renames else ("--no-renames",)))
    fields = _fields(stream_git((walk, diff), repo.folder, keep_hook_env=repo.hook, data=encoded(data)))
    commit = authored = ""
    for field in fields:
        entry = field.removeprefix("\n")
        if entry.startswith(":"):
            yield _brought(entry, fields, commit, authored)
        elif entry:
            commit, _, authored = entry.partition(" ")


def _brought(entry: str, fields: Iterator[str], commit: str, authored: str) -> Brought:
    """One raw entry: `:mode mode oid oid status`, or `::mode mode mode oid oid oid statuses` with as many colons as parents."""
    words = entry.split(" ")
    parents = len(words) // 2 - 1
    statuses = words[-1][:parents] if parents > 1 else words[-1][0]
    modes, oids = words[: parents + 1], words[parents + 1 : -1]
    modes[0] = modes[0].lstrip(":")
    old_path = next(fields)
    path = next(fields) if parents == 1 and statuses in "RC" else old_path
    return Brought(commit, authored, old_path, path, modes[-1], oids[-1], tuple(map(Before, statuses, modes, oids)))


def _fields(pieces: Iterable[bytes]) -> Iterator[str]:
    """The fields of a stream, each ended by a NUL."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\0")
        yield from map(decoded, whole)
    if rest.strip():
        raise UsageError("git ended in the middle of its answer")


@dataclass(frozen=True, slots=True)
class Loose:
    """An object that a name leads to without a commit: a tag of a blob or of a tree. `path` is where its blob stands, for people."""

    path: str
    mode: str
    oid: str
    treeish: str = ""


def loose(repo: Repo, names: Sequence[tuple[str, str]]) -> tuple[list[str], list[Loose]]:
    """Tell commits from other objects: the commits that `names` (id and full name of a reference) lead to, and the blobs elsewhere.

    A tag of a tree brings all the files of the tree; a tag of a blob brings one under the name of the tag.
    """
    asked = "".join(f"{oid}^{{}}\n" for oid, _ref in names)
    commits: list[str] = []
    others: list[Loose] = []
    for (_oid, ref), said in zip(names, repo.run("cat-file", "--batch-check", data=asked.encode()).checked().split(b"\n"), strict=False):
        oid, _, rest = said.decode().partition(" ")
        kind = rest.partition(" ")[0]
        if kind == "commit":
            commits.append(oid)
        elif kind == "blob":
            others.append(Loose(ref, "100644", oid))
        elif kind == "tree":
            others.extend(_tree(repo, oid))
        else:
            raise UsageError(f"{ref} leads to an object that is not there")
    return commits, others


def _tree(repo: Repo, tree: str) -> Iterator[Loose]:
    for entry in decoded(repo.run("ls-tree", "-r", "-z", "--full-tree", tree).checked()).split("\0"):
        if entry:
            head, _, path = entry.partition("\t")
            mode, _kind, oid = head.split(" ")
            yield Loose(path, mode, oid, tree)
