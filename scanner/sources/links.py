"""Where symbolic links lead that stand in a tree or in the index of a repository. None is ever followed on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.errors import Unreadable
from scanner.sources.disk import folders_above
from scanner.sources.objects import Objects
from scanner.sources.repository import Repo
from scanner.sources.revisions import GITLINK, LINK
from scanner.sources.tree import PATH_LIMIT, decoded, encoded

MOST_STEPS = 40
"""How many links may lead to each other, as on Linux."""
_OUTSIDE = "link leads out of the tree"
_NOWHERE = "link leads nowhere"
_CIRCLE = "symbolic links lead in a circle"
_ODD = "link cannot be followed: its name is none that git can be asked for"
_REFUSALS = {b"symlink": _OUTSIDE, b"dangling": _NOWHERE, b"notdir": _NOWHERE, b"loop": _CIRCLE}


@dataclass(frozen=True, slots=True)
class Target:
    """The blob that a link leads to, or why it leads to none. Neither for a folder, whose files are listed by themselves."""

    oid: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link at `path` in the tree that `treeish` names; empty for the index."""

    path: str
    treeish: str = ""


def tree_links(repo: Repo, links: Sequence[Link]) -> list[Target]:
    """Where links in trees lead, as git itself follows them within one tree; in the order of `links`.

    The rules of `git cat-file --follow-symlinks`: git-cat-file(1).
    """
    askable = [link for link in links if _askable(link.path)]
    if not askable:
        return [Target(reason=_ODD) for _ in links]
    asked = b"".join(encoded(f"{link.treeish}:{link.path}\n") for link in askable)
    answers = _answers(repo.run("cat-file", "--batch-check", "--follow-symlinks", data=asked).checked())
    return [next(answers) if _askable(link.path) else Target(reason=_ODD) for link in links]


def _askable(path: str) -> bool:
    # One question a line; and git takes a path with dots in front as relative to the current folder.
    return "\n" not in path and not {".", ".."}.intersection(path.split("/"))


def _answers(out: bytes) -> Iterator[Target]:
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        said = out[at:end].split(b" ")
        at = end + 1
        if len(said) == 2 and said[0] in _REFUSALS and said[1].isdigit():
            at += int(said[1]) + 1  # the link's text, or what was asked, follows on a line of its own
            yield Target(reason=_REFUSALS[said[0]])
        elif len(said) == 3 and said[1] == b"blob":
            yield Target(said[0].decode())
        elif len(said) == 3 and said[1] == b"tree":
            yield Target()
        else:
            yield Target(reason=_NOWHERE)


def index_links(entries: Mapping[str, tuple[str, str]], objects: Objects, links: Iterable[Link]) -> list[Target]:
    """Where links in the index lead; `entries` holds mode and id of all its paths. Git follows none there by itself."""
    folders = folders_above(entries)
    found = []
    for link in links:
        try:
            oid = _followed(link.path, entries, folders, objects)
        except Unreadable as problem:
            found.append(Target(reason=str(problem)))
        else:
            found.append(Target(oid))
    return found


def _followed(path: str, entries: Mapping[str, tuple[str, str]], folders: set[str], objects: Objects) -> str | None:
    """The blob at the end of a link; None for a folder. Raises `Unreadable` with the reason for a link that has no end in the index."""
    here: list[str] = []
    ahead = path.split("/")[::-1]
    steps = 0
    while ahead:
        part = ahead.pop()
        if part == "..":
            if not here:
                raise Unreadable(_OUTSIDE)
            here.pop()
            continue
        if part in ("", "."):
            continue
        here.append(part)
        name = "/".join(here)
        mode, oid = entries.get(name, ("", ""))
        if mode == LINK:
            steps += 1
            if steps > MOST_STEPS:
                raise Unreadable(_CIRCLE)
            text = decoded(objects.read(oid, PATH_LIMIT))
            if text.startswith("/"):
                raise Unreadable(_OUTSIDE)
            here.pop()
            ahead.extend(text.split("/")[::-1])
        elif mode == GITLINK:
            raise Unreadable("link leads into a submodule")
        elif mode and ahead:
            raise Unreadable(_NOWHERE)
        elif mode:
            return oid
        elif name not in folders:
            raise Unreadable(_NOWHERE)
    return None
