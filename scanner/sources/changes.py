"""What a range of commits adds or alters, beside what stood there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scanner.model import Listing
from scanner.sources.blobs import Blobs
from scanner.sources.links import in_trees
from scanner.sources.objects import Objects
from scanner.sources.revisions import GITLINK, NO_MODE, differences, is_same_file, resolve_range, tree_paths
from scanner.sources.scope import Scope, scope_of


class Change(NamedTuple):
    """The files of a change as they are after it, and the altered ones among them as they were before it.

    The files of `before` keep the paths and the neighbours that they had: a text that becomes an artifact by its new name was none
    before. `moved` gives, for each of their paths, the paths at which the same finding is not new. `base` is what was compared
    with: a commit's id, or a tree's.
    """

    after: Listing
    before: Listing
    moved: Mapping[str, tuple[str, ...]]
    base: str


def range_listing(spec: str, paths: Sequence[str] = (), *, exclude: Sequence[str] = ()) -> Change:
    """What the range `A..B` (or `A`, which is `A..HEAD`) changes, against the merge base; `paths` narrow it, `exclude` takes globs.

    Each file that the range adds or alters is listed whole as it is at its end. Deletions and changes of mode alone bring no
    content. A file that was excluded before it was moved counts as new. Raises `UsageError` as `resolve_range` and `scope_of` do.
    """
    scope = scope_of(paths, exclude)
    repo = scope.repo
    span = resolve_range(spec, repo)
    found = differences(span, repo)
    old, new = tree_paths(repo, span.base), tree_paths(repo, span.end)
    scope.check((*old, *new), "the range")
    objects = Objects(repo)
    look = in_trees(objects)
    after, before = Blobs(scope, objects, look), Blobs(Scope(repo, None, scope.excluded), objects, look)
    moved = {}
    for each in found:
        if each.mode == NO_MODE or is_same_file(each) or not scope.wants(each.path):
            continue
        after.add(each.path, each.mode, each.oid, treeish=span.end)
        if each.status in "MTR" and each.old_mode != GITLINK:
            before.add(each.old_path, each.old_mode, each.old_oid, treeish=span.base)
            moved[each.old_path] = (each.path,)
    return Change(after.listing("range", new, span.end), before.listing("range", old, span.base), moved, span.base)
