"""Where symbolic links lead that stand in a tree or in the index of a repository. None is ever followed on the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache

from scanner.errors import Unreadable
from scanner.sources.disk import folders_above
from scanner.sources.objects import Objects
from scanner.sources.revisions import FOLDER, GITLINK, LINK
from scanner.sources.tree import PATH_LIMIT, decoded

MOST_STEPS = 40
"""How many links may lead to each other, as on Linux."""
_LARGEST_TREE = 64 << 20
_REMEMBERED = 512
_OUTSIDE = "link leads out of the tree"
_NOWHERE = "link leads nowhere"

Entry = tuple[str, str]
"""The mode and the id of what stands at a path; a folder has the mode `FOLDER`."""
Look = Callable[[str, str], Entry | None]
"""Tells what stands in the tree that the first argument names, at the path that the second one is; None for nothing."""


def followed(path: str, treeish: str, look: Look, objects: Objects) -> str | None:
    """The id of the blob at the end of the link that stands at `path`; None for a folder, whose files are listed by themselves.

    Raises `Unreadable` with the reason for a link that has no end in its tree.
    """
    here: list[str] = []
    ahead = path.split("/")[::-1]
    steps = 0
    oid = None
    while ahead:
        part = ahead.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not here:
                raise Unreadable(_OUTSIDE)
            here.pop()
            oid = None
            continue
        here.append(part)
        mode, oid = look(treeish, "/".join(here)) or ("", None)
        if mode == LINK and oid is not None:
            steps += 1
            if steps > MOST_STEPS:
                raise Unreadable("symbolic links lead in a circle")
            text = decoded(objects.read(oid, PATH_LIMIT))
            if text.startswith("/"):
                raise Unreadable(_OUTSIDE)
            here.pop()
            ahead.extend(text.split("/")[::-1])
        elif mode == GITLINK:
            raise Unreadable("link leads into a submodule")
        elif mode == FOLDER:
            oid = None
        elif not mode or ahead:
            raise Unreadable(_NOWHERE)
    return oid


def in_index(entries: Sequence[str]) -> Look:
    """A look at the index as `git ls-files -s -z` tells it (`mode oid stage<TAB>path`). There is only one, whatever the tree is called."""

    @cache
    def known() -> dict[str, Entry]:
        # Few changes hold a link, and none of this is needed without one.
        found = {}
        for entry in entries:
            head, _, path = entry.partition("\t")
            mode, oid, _stage = head.split(" ")
            found[path] = mode, oid
        return dict.fromkeys(folders_above(found), (FOLDER, "")) | found

    return lambda _treeish, path: known().get(path)


def in_trees(objects: Objects) -> Look:
    """A look at trees; those looked at last are remembered."""

    @lru_cache(_REMEMBERED)
    def entries(tree: str) -> Mapping[str, Entry]:
        return _parsed(objects.read(tree, _LARGEST_TREE, kind="tree"), objects.id_bytes)

    def look(treeish: str, path: str) -> Entry | None:
        found: Entry | None = (FOLDER, f"{treeish}^{{tree}}")
        for part in path.split("/"):
            if found is None or found[0] != FOLDER:
                return None
            found = entries(found[1]).get(part)
        return found

    return look


def _parsed(data: bytes, id_bytes: int) -> dict[str, Entry]:
    """The entries of a tree object: each `mode SP name NUL` and the bytes of an id; the mode in octal without leading zeros."""
    found = {}
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + id_bytes
        found[decoded(name)] = mode.decode().zfill(6), data[end + 1 : at].hex()
    return found
