"""What the next commit will hold and the last one does not: the blobs of the index, never the files on the disk."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.errors import UsageError
from scanner.model import Listing
from scanner.sources.blobs import Blobs
from scanner.sources.links import in_index
from scanner.sources.objects import Objects
from scanner.sources.repository import Repo
from scanner.sources.revisions import NO_MODE, RAW, is_same_file, parse_raw
from scanner.sources.scope import scope_of
from scanner.sources.tree import decoded


def staged_listing(paths: Sequence[str] = (), *, exclude: Sequence[str] = ()) -> Listing:
    """The blobs of the index that `HEAD` does not have at their path, each judged whole; `paths` narrow them, `exclude` takes globs.

    Deletions, changes of mode alone, and entries that are only intended to be added bring no content. Before a first commit it is
    the whole index; an amended commit is compared with the one that it replaces; a merge with the branch that it is made on. The
    inventory is the whole index. Inside a hook it is the index that git has made for this commit (`commit -a`, `commit -- PATH`).

    Raises `UsageError` where there is no repository or no work tree, and for unusable paths or globs.
    """
    scope = scope_of(paths, exclude)
    repo = scope.repo
    if repo.top is None:
        raise UsageError(f"{repo.display}: a repository without a work tree has nothing staged")
    index, diff = repo.run_together(
        ("ls-files", "-s", "-z", "--full-name", "--", ":/"),
        ("diff-index", "--cached", *RAW, "--no-renames", "--ita-invisible-in-index", repo.head or repo.empty_tree),
    )
    changed = tuple(parse_raw(diff.checked()))
    entries = decoded(index.checked()).split("\0")[:-1]
    inventory = [entry[entry.index("\t") + 1 :] for entry in entries]
    scope.check((*inventory, *(each.path for each in changed)), "the index")
    objects = Objects(repo)
    blobs = Blobs(scope, objects, in_index(entries))
    for each in changed:
        if each.status == "U":
            if scope.wants(each.path):
                blobs.skip(each.path, "has a merge conflict that is not settled yet")
        elif each.mode != NO_MODE and not is_same_file(each):
            blobs.add(each.path, each.mode, each.oid)
    return blobs.listing("index", inventory, repo.head)


def is_anything_staged(repo: Repo) -> bool:
    """Whether the index differs from `HEAD` in anything that would be committed, deletions and modes included."""
    compared = ("diff-index", "--cached", "--quiet", "--ignore-submodules=none", "--ita-invisible-in-index")
    answer = repo.run(*compared, repo.head or repo.empty_tree)
    if answer.code > 1:
        answer.checked()
    return answer.code == 1
