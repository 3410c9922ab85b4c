"""What keeps a work tree from being clean, found without `git status`, which runs what the repository configures.

The index is compared with `HEAD`, and every file on the disk with the index, content by content: neither the marks of the index (assumed
unchanged, a time stamp that was forged) nor a file-system monitor can hide anything. Where the content differs git is asked once more,
for it converts line ends; but not for a file to which a filter applies, since that would run a program. Git LFS needs none.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.errors import Unreadable, UsageError
from scanner.sources.disk import git_top
from scanner.sources.git import run_git
from scanner.sources.objects import Objects
from scanner.sources.repository import Repo, commit_of, open_repository
from scanner.sources.revisions import GITLINK, LINK
from scanner.sources.tree import Tree, decoded, encoded, reason

NESTING = 20
"""How many submodules may lie within each other."""
_EXECUTABLE = "100755"
_QUOTED = re.compile(rb'[\\"\n]')
_ESCAPES = {b"\\": b"\\\\", b'"': b'\\"', b"\n": b"\\n"}
_POINTER = re.compile(rb"version https://git-lfs[.]github[.]com/spec/v1\n(?:[^\n]{1,200}\n)*?oid sha256:([0-9a-f]{64})\nsize [0-9]{1,19}\n")
_POINTER_SIZE = 1024


@dataclass(frozen=True, slots=True, order=True)
class Unclean:
    """A path that is not as `HEAD` has it, in words; one that is not `certain` could not be compared."""

    path: str
    words: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the index, or a commit, holds at a path. `sparse` files are left out of the work tree on purpose."""

    mode: str
    oid: str
    sparse: bool = False


def unclean(repo: Repo, depth: int = 0) -> tuple[Unclean, ...] | None:
    """Every path that is untracked (and not ignored), altered, staged or in conflict, sorted; None where there is no work tree.

    Submodules that are checked out are looked into. Raises `UsageError` when git refuses to answer.
    """
    if repo.top is None:
        return None
    if git_top(os.path.realpath(repo.folder)) != repo.top:
        return (Unclean(".", "git takes another folder for the work tree than the one around its own (core.worktree)", certain=False),)
    index, conflicts = _index(repo)
    found = {path: Unclean(path, "is in conflict") for path in conflicts}
    for each in (*_staged(repo, index, conflicts), *_on_disk(repo, index, depth), *_untracked(repo)):
        found.setdefault(each.path, each)
    return tuple(sorted(found.values()))


def _index(repo: Repo) -> tuple[dict[str, _Entry], set[str]]:
    """The entries of the index, and the paths that are in conflict."""
    entries, conflicts = {}, set()
    for line in _lines(repo, "ls-files", "-z", "-t", "-s"):
        head, _, path = line.partition("\t")
        tag, mode, oid, stage = head.split(" ")
        if stage == "0":
            entries[path] = _Entry(mode, oid, tag == "S")
        else:
            conflicts.add(path)
    return entries, conflicts


def _staged(repo: Repo, index: Mapping[str, _Entry], conflicts: set[str]) -> Iterator[Unclean]:
    head = {}
    if commit_of(repo, "HEAD") is not None:
        for line in _lines(repo, "ls-tree", "-r", "-z", "--full-tree", "HEAD"):
            kept, _, path = line.partition("\t")
            mode, _kind, oid = kept.split(" ")
            head[path] = (mode, oid)
    for path, entry in index.items():
        if path not in head:
            yield Unclean(path, "is staged and not committed")
        elif head[path] != (entry.mode, entry.oid):
            yield Unclean(path, "is staged with changes that are not committed")
    yield from (Unclean(path, "is staged to be deleted") for path in head if path not in index and path not in conflicts)


def _untracked(repo: Repo) -> Iterator[Unclean]:
    answer = run_git(("ls-files", "-z", "-o", "--exclude-standard"), _top(repo), keep_hook_env=repo.hook)
    for path in decoded(answer.checked()).split("\0")[:-1]:
        yield Unclean(path.rstrip("/"), "is untracked")
    for message in answer.messages.splitlines():
        yield Unclean(".", f"cannot be seen whole: {message}", certain=False)


def _on_disk(repo: Repo, index: Mapping[str, _Entry], depth: int) -> Iterator[Unclean]:
    tree = Tree(_top(repo))
    modes_count = decoded(repo.run("config", "--type=bool", "--get", "core.fileMode").out).strip() != "false"
    differing = []
    for path, entry in index.items():
        try:
            if tree.gone(path):
                if not entry.sparse:
                    yield Unclean(path, "is missing")
            elif entry.mode == GITLINK:
                yield from _module(tree, path, entry, depth)
            elif entry.mode == LINK:
                if tree.shape(path) != "link" or _blob(repo, tree.link(path)) != entry.oid:
                    yield Unclean(path, "is altered")
            elif tree.shape(path) != "file":
                yield Unclean(path, "is altered: it is no regular file any more")
            else:
                oid, executable = tree.digest(path, lambda size: hashlib.new(repo.algorithm, b"blob %d\0" % size))
                if modes_count and executable != (entry.mode == _EXECUTABLE):
                    yield Unclean(path, "is altered: its executable bit is not the committed one")
                elif oid != entry.oid:
                    differing.append(path)
        except Unreadable as problem:
            yield Unclean(path, f"cannot be compared: {problem}", certain=False)
        except OSError as error:
            yield Unclean(path, f"cannot be compared: {reason(error)}", certain=False)
    yield from _converted(repo, tree, index, differing)


def _module(tree: Tree, path: str, entry: _Entry, depth: int) -> Iterator[Unclean]:
    """A submodule: the commit at which it is checked out, and its own work tree."""
    if not tree.is_folder(path):
        yield Unclean(path, "is altered: it is no folder any more, but a submodule was committed")
    elif not tree.gone(f"{path}/.git"):
        if depth == NESTING:
            raise Unreadable(f"more than {NESTING} submodules lie within each other")
        try:
            inner = open_repository(os.fsdecode(os.path.join(tree.root, encoded(path))), hook=False)
            if commit_of(inner, "HEAD") != entry.oid:
                yield Unclean(path, "is a submodule at another commit than the committed one")
            for each in unclean(inner, depth + 1) or ():
                yield Unclean(f"{path}/{each.path}", each.words, each.certain)
        except UsageError:
            raise Unreadable("is a submodule that git refuses to look at") from None


def _converted(repo: Repo, tree: Tree, index: Mapping[str, _Entry], differing: Sequence[str]) -> Iterator[Unclean]:
    """Which files are altered, of those whose bytes are not the committed ones."""
    plain = []
    for path, driver in _filters(repo, differing).items():
        if driver in ("unspecified", "unset"):
            plain.append(path)
        elif driver != "lfs" or not (pointed := _pointed(repo, index[path].oid)):
            yield Unclean(path, f"cannot be compared without running the filter {driver!r} that is configured for it", certain=False)
        elif _sha256(tree, path) != pointed:
            yield Unclean(path, "is altered")
    if plain:
        # Line ends and encodings are converted; without a filter git does that by itself.
        asked = b"".join(b'"%s"\n' % _QUOTED.sub(lambda found: _ESCAPES[found[0]], encoded(path)) for path in plain)
        converting = ("-c", "core.safecrlf=false", "hash-object", "--stdin-paths")
        oids = decoded(run_git(converting, _top(repo), keep_hook_env=repo.hook, data=asked).checked()).split()
        yield from (Unclean(path, "is altered") for path, oid in zip(plain, oids, strict=True) if oid != index[path].oid)


def _filters(repo: Repo, paths: Sequence[str]) -> dict[str, str]:
    """The filter that git's attributes name for each path; asking runs none."""
    if not paths:
        return {}
    asked = encoded("".join(f"{path}\0" for path in paths))
    answer = run_git(("check-attr", "-z", "--stdin", "filter"), _top(repo), keep_hook_env=repo.hook, data=asked)
    said = decoded(answer.checked()).split("\0")
    return dict(zip(said[::3], said[2::3], strict=False))


def _pointed(repo: Repo, oid: str) -> str | None:
    """The SHA-256 that a committed pointer of Git LFS stands for; None for any other content."""
    try:
        match = _POINTER.fullmatch(Objects(repo).read(oid, _POINTER_SIZE))
    except Unreadable:
        return None
    return match[1].decode() if match else None


def _sha256(tree: Tree, path: str) -> str | None:
    try:
        return tree.digest(path, lambda _size: hashlib.sha256())[0]
    except (OSError, Unreadable):
        return None


def _blob(repo: Repo, data: bytes) -> str:
    return hashlib.new(repo.algorithm, b"blob %d\0" % len(data) + data).hexdigest()


def _lines(repo: Repo, *args: str) -> list[str]:
    return decoded(run_git(args, _top(repo), keep_hook_env=repo.hook).checked()).split("\0")[:-1]


def _top(repo: Repo) -> bytes:
    assert repo.top is not None  # noqa: S101  # asked for by `unclean` alone, where there is one
    return repo.top
