"""What a push brings, as git's `pre-receive` hook sees it: objects that are here already, and references that are not yet moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.errors import UsageError
from scanner.sources.blobs import Blobs
from scanner.sources.changes import Change
from scanner.sources.commits import Brought, brought, loose
from scanner.sources.globs import matcher
from scanner.sources.links import in_trees
from scanner.sources.objects import Objects
from scanner.sources.repository import Repo
from scanner.sources.revisions import GITLINK, NO_MODE, tree_paths
from scanner.sources.scope import Scope
from scanner.sources.tree import decoded


@dataclass(frozen=True, slots=True)
class Update:
    """One reference that a push wants to move, from the object `old` to `new`; all zeros where it is created or deleted."""

    old: str
    new: str
    ref: str


def parse_updates(data: bytes) -> tuple[Update, ...]:
    """The lines `old new ref` that git gives to its hooks. Raises `UsageError` for anything else."""
    updates = []
    for line in lines_of(data):
        old, _, rest = line.partition(" ")
        new, _, ref = rest.partition(" ")
        if not ref or not is_id(old) or not is_id(new):
            raise UsageError(f"standard input: {line[:80]!r} is no line of the form 'old new reference'")
        updates.append(Update(old, new, ref))
    return tuple(updates)


def lines_of(data: bytes) -> list[str]:
    """The lines that git writes, without empty ones. A reference may hold what Unicode takes for the end of a line."""
    return [line for line in decoded(data).split("\n") if line]


def is_id(text: str) -> bool:
    """Whether a text is the whole id of an object, or the zeros that stand for none."""
    return len(text) in (40, 64) and set(text) <= set("0123456789abcdef")


def references(repo: Repo, prefix: str = "") -> tuple[tuple[str, str], ...]:
    """Every reference whose full name starts with `prefix` (whole folders: `refs/remotes/origin/`): the id at which it is, its name."""
    out = repo.run("for-each-ref", "--format=%(objectname) %(refname)", *([prefix] if prefix else ())).checked()
    return tuple((oid, name) for oid, _, name in (line.partition(" ") for line in lines_of(out)))


def push_listing(updates: Sequence[Update], repo: Repo, *, known: Sequence[str] | None = None, exclude: Sequence[str] = ()) -> Change:
    """The content that pushed commits bring and that is not here yet; `exclude` takes globs.

    Here is what the ids in `known` lead to, by default all references. A commit that other references lead to is then new, too.

    Every commit is looked at by itself: a file that one adds and another removes is listed, with the commit that brought it. What
    a merge takes from one of its parents came with that parent. Deleted references bring nothing; of a forced push only the
    commits that are new count; a tag may bring a tree or a blob. The inventory holds the paths of all the pushed commits.

    `before` has the altered files as they were in commits that were here before; its `base` is empty.
    """
    scope = Scope(repo, None, matcher(exclude))
    objects = Objects(repo)
    look = in_trees(objects)
    after, before = Blobs(scope, objects, look), Blobs(scope, objects, look)
    commits, others = loose(repo, [(each.new, each.ref) for each in updates if each.new != repo.zero])
    paths = {path for tip in dict.fromkeys(commits) for path in tree_paths(repo, tip)}
    arrivals: dict[str, Brought] = {}
    changes: list[Brought] = []
    if commits:
        here = ("--not", "--all") if known is None else ()
        walk = (*commits, *(f"^{oid}" for oid in known or ()))
        changes += brought(repo, ("--stdin", *here), data="".join(f"{each}\n" for each in walk), renames=True)
    for each in changes:
        paths |= {each.old_path, each.path}
        arrivals.setdefault(each.path, each)
        if each.mode != NO_MODE:
            after.add(each.path, each.mode, each.oid, treeish=each.commit, commit=each.commit, authored=each.authored)
    for other in others:
        paths.add(other.path)
        after.add(other.path, other.mode, other.oid, treeish=other.treeish)
    moved = _add_before(changes, before)
    stood = (path for path in paths if path not in arrivals or not _is_new(arrivals[path]))
    tip = commits[0] if commits else None
    return Change(after.listing("range", paths, tip), before.listing("range", stood, tip), moved, "")


def _is_new(change: Brought) -> bool:
    """Whether a path did not exist before the change that first names it."""
    return change.old_path != change.path or all(each.mode == NO_MODE for each in change.before)


def _add_before(changes: Sequence[Brought], before: Blobs) -> dict[str, tuple[str, ...]]:
    """Add what the changed files were before the push, and give the paths at which their findings are not new."""
    pushed = {(each.path, each.oid) for each in changes}
    moved: dict[str, dict[str, None]] = {}
    seen = set()
    for change in changes:
        for number, old in enumerate(change.before, 1):
            place = (change.old_path, old.oid)
            # In a merge, git does not tell under which name a renamed file stood in a parent.
            stood = old.status in "MT" or (old.status == "R" and len(change.before) == 1)
            if change.mode == NO_MODE or not stood or old.mode == GITLINK or place in pushed:
                continue
            moved.setdefault(change.old_path, {})[change.path] = None
            if place not in seen:
                seen.add(place)
                parent = f"{change.commit}^{number}"
                before.add(change.old_path, old.mode, old.oid, treeish=parent, commit=parent)
    return {path: tuple(targets) for path, targets in moved.items()}
