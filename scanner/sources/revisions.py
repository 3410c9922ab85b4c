"""Revisions, ranges of commits, and the raw differences between two trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.sources.repository import Repo, commit_of, tree_of
from scanner.sources.tree import decoded

RAW = ("-r", "--raw", "-z", "--no-abbrev", "--ignore-submodules=none", "--no-ext-diff", "--no-textconv")
"""Options for every diff: whole ids, names as they are, and nothing that the repository configures (`.gitmodules` may hide modules)."""
RENAMES = ("-M", "-l1000")
"""How renames are found: at least half of the content is the same, and at most 1000 files are compared with each other."""
FOLDER = "040000"
GITLINK = "160000"
LINK = "120000"
REGULAR = "100"
NO_MODE = "000000"


class Range(NamedTuple):
    """A range of commits. `end` is the commit that it leads to.

    `start` is what its left side names. `base` is the merge base of the two, against which a change is judged; where the left side
    is no commit but a tree (the empty one, say, before a first commit) it is that tree, and so is `start`.
    """

    start: str
    base: str
    end: str


class Difference(NamedTuple):
    """How one path differs between two trees, as in git's raw format; modes are six octal digits, ids are whole.

    `status` is one of `A`dded, `D`eleted, `M`odified, `T`ype changed, `R`enamed, `C`opied, `U`nmerged. `old_path` is another one than
    `path` for `R` and `C` only. A side that does not exist has mode `000000` and an id of zeros.
    """

    status: str
    old_path: str
    path: str
    old_mode: str
    mode: str
    old_oid: str
    oid: str


def resolve_range(spec: str, repo: Repo) -> Range:
    """The range that `A..B`, `A...B` or `A` (up to `HEAD`) names; a side that is left out is `HEAD`.

    The left side may also be the id of a tree, or all zeros for nothing at all, as hooks and CI services name what was there
    before a first push. Raises `UsageError` for what names no commit, and where the sides have no common ancestor.
    """
    dots = "..." if "..." in spec else ".."
    left, _, right = spec.partition(dots)
    end = _commit(repo, right or "HEAD")
    if left and not left.strip("0") and len(left) == len(repo.zero):
        return Range(repo.empty_tree, repo.empty_tree, end)
    start = commit_of(repo, left or "HEAD")
    if start is None:
        tree = tree_of(repo, left or "HEAD")
        if tree is None:
            raise UsageError(_unknown(repo, left or "HEAD"))
        return Range(tree, tree, end)
    answer = repo.run("merge-base", start, end)
    if answer.code > 1:
        answer.checked()
    base = answer.out.decode().strip()
    if not base:
        advice = ": this clone is shallow; fetch more of the history (git fetch --unshallow)" if repo.shallow else ""
        raise UsageError(f"{left or 'HEAD'} and {right or 'HEAD'} have no common ancestor{advice}")
    return Range(start, base, end)


def single(name: str, repo: Repo) -> Range:
    """The range that holds the one commit that `name` names, and what a merge brought: from its first parent, or from nothing.

    Raises `UsageError` for what names no commit, and where the parent is not in this clone.
    """
    end = _commit(repo, name)
    parent = commit_of(repo, f"{end}^1")
    if parent is not None:
        return Range(parent, parent, end)
    # Git takes a commit at the edge of a shallow clone for a first one; the commit itself knows better.
    if b"\nparent " in repo.run("cat-file", "commit", end).checked().partition(b"\n\n")[0]:
        raise UsageError(f"the parent of {name!r} is not in this clone; fetch more of the history (git fetch --deepen=1)")
    return Range(repo.empty_tree, repo.empty_tree, end)


def differences(span: Range, repo: Repo, *, renames: bool = True) -> tuple[Difference, ...]:
    """Every path that differs between the range's base and its end, in git's order; without `renames` as additions and deletions.

    Where the content that similarity needs is not there (a partial clone), only renames of unchanged files are found.
    """
    ends = (span.base, span.end)
    answer = repo.run("diff-tree", *RAW, *(RENAMES if renames else ("--no-renames",)), *ends)
    if answer.code and renames:
        answer = repo.run("diff-tree", *RAW, "-M100%", *ends)
    return tuple(parse_raw(answer.checked()))


def parse_raw(out: bytes) -> Iterator[Difference]:
    """The entries of a raw diff of two trees with `-z`: `:mode mode oid oid status NUL path NUL`, with two paths for a rename."""
    fields = iter(decoded(out).split("\0"))
    for entry in fields:
        if entry:
            yield difference(entry, fields)


def difference(entry: str, fields: Iterator[str]) -> Difference:
    """One raw entry, whose paths are the next of `fields`."""
    old_mode, mode, old_oid, oid, status = entry.removeprefix(":").split(" ")
    old_path = next(fields)
    path = next(fields) if status[0] in "RC" else old_path
    return Difference(status[0], old_path, path, old_mode, mode, old_oid, oid)


def tree_paths(repo: Repo, treeish: str) -> list[str]:
    """Every path of a tree, submodules included."""
    return decoded(repo.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", treeish).checked()).split("\0")[:-1]


def is_same_file(each: Difference) -> bool:
    """Whether a difference is one of mode alone: the same content, a regular file on both sides, at the same path."""
    same = each.oid == each.old_oid and each.path == each.old_path
    return same and each.mode.startswith(REGULAR) and each.old_mode.startswith(REGULAR)


def _commit(repo: Repo, name: str) -> str:
    found = commit_of(repo, name)
    if found is None:
        raise UsageError(_unknown(repo, name))
    return found


def _unknown(repo: Repo, name: str) -> str:
    advice = "; this clone is shallow, and may not reach that far (git fetch --unshallow)" if repo.shallow else ""
    return f"{name!r} names no commit of this repository{advice}"
