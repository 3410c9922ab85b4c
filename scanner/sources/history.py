"""Everything that was ever committed: each content once, with the commit, the date and the path that first brought it."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.model import Listing
from scanner.sources.blobs import Blobs
from scanner.sources.commits import brought, loose
from scanner.sources.links import in_trees
from scanner.sources.objects import Objects
from scanner.sources.repository import Repo, commit_of
from scanner.sources.revisions import GITLINK, NO_MODE
from scanner.sources.scope import scope_of
from scanner.sources.tree import decoded


def history_listing(paths: Sequence[str] = (), *, exclude: Sequence[str] = ()) -> Listing:
    """Every blob at every path of every commit that a reference leads to, oldest commit first; `paths` narrow, `exclude` takes globs.

    References are all of them: branches, remote branches, tags (of trees and blobs, too), the stash, and `HEAD` of every work tree.
    What only the index or a reflog holds is not history. The same blob at the same path is listed once. The inventory holds every
    path there ever was, since each commit's own would be too dear; a commit's neighbours are among them.

    A shallow clone is listed as far as it reaches, and its missing rest stands in `not_scanned`. Raises `UsageError` where there is
    no repository, for unusable paths or globs, and where git cannot walk: a damaged reference, trees missing from a partial clone.
    """
    scope = scope_of(paths, exclude)
    repo = scope.repo
    objects = Objects(repo)
    blobs = Blobs(scope, objects, in_trees(objects))
    if repo.shallow:
        blobs.skip(".", "is a shallow clone: the history before it is not here (git fetch --unshallow)")
    known: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for each in brought(repo, ("--all",)):
        known.add(each.path)
        # A submodule is one thing to tell, however often it moved on.
        content = (each.path, GITLINK if each.mode == GITLINK else each.oid)
        if each.mode != NO_MODE and content not in seen:
            seen.add(content)
            blobs.add(each.path, each.mode, each.oid, treeish=each.commit, commit=each.commit, authored=each.authored)
    for other in loose(repo, _uncommitted(repo))[1]:
        known.add(other.path)
        if (other.path, other.oid) not in seen:
            seen.add((other.path, other.oid))
            blobs.add(other.path, other.mode, other.oid, treeish=other.treeish)
    scope.check(known, "the history")
    return blobs.listing("history", known, commit_of(repo, "HEAD"))


def _uncommitted(repo: Repo) -> list[tuple[str, str]]:
    """Id and name of the references that are no commits themselves: tags, most of which lead to commits."""
    out = repo.run("for-each-ref", "--format=%(objecttype) %(objectname) %(refname)").checked()
    rows = [line.split(" ", 2) for line in decoded(out).splitlines()]
    return [(oid, ref) for kind, oid, ref in rows if kind != "commit"]
