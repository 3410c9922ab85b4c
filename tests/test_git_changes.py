"""The table of situations in which `--since` and `--range` compare commits, each on a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_situations import MISSING, Situation, Table, World
from repositories import commit, git, init, write
from scanner.errors import UsageError
from scanner.sources.changes import Change, range_listing

TABLE = Table()
row = TABLE.row
TEXT = "".join(f"line {number}\n" for number in range(20))


@row("nothing between the two ends", before={})
def _(world: World) -> Change:
    commit(world.repo, {"a": "a\n"})
    return range_listing("HEAD..HEAD")


@row("added and altered files, whole, beside what was altered", {"a": "new\n", "b": "b\n"}, before={"a": "old\n"})
def _(world: World) -> Change:
    commit(world.repo, {"a": "old\n", "same": "s\n"})
    commit(world.repo, {"a": "new\n", "b": "b\n"})
    write(world.repo, {"a": "on the disk\n", "c": "c\n"})
    git(world.repo, "add", "c")
    return range_listing("HEAD~1")


@row("several commits are one change", {"b": "b\n"}, before={})
def _(world: World) -> Change:
    commit(world.repo, {"a": "a\n"})
    commit(world.repo, {"gone": "g\n", "b": "first\n"})
    (world.repo / "gone").unlink()
    commit(world.repo, {"b": "b\n"})
    return range_listing("HEAD~2..HEAD")


@row("what the other branch did meanwhile is no part of it", {"topic": "t\n"}, before={})
def _(world: World) -> Change:
    _fork(world.repo)
    return range_listing("main..topic")


@row("three dots mean the same", {"topic": "t\n"}, before={})
def _(world: World) -> Change:
    _fork(world.repo)
    return range_listing("main...topic")


@row("a branch that took the other in since is compared with what it took in last", {"topic": "t\n"}, before={})
def _(world: World) -> Change:
    _fork(world.repo)
    git(world.repo, "checkout", "-q", "topic")
    git(world.repo, "merge", "-q", "main")
    return range_listing("main..topic")


@row("deletions and changes of mode alone bring nothing", before={})
def _(world: World) -> Change:
    commit(world.repo, {"a": "a\n", "b": "b\n"})
    git(world.repo, "update-index", "--chmod=+x", "a")
    git(world.repo, "rm", "-q", "b")
    git(world.repo, "commit", "-q", "-m", "x")
    return range_listing("HEAD~1")


@row("a file that was moved is compared with what it was under its old name", {"new/b": TEXT}, before={"old/a": TEXT})
def _(world: World) -> Change:
    commit(world.repo, {"old/a": TEXT})
    (world.repo / "new").mkdir()
    git(world.repo, "mv", "old/a", "new/b")
    git(world.repo, "commit", "-q", "-m", "x")
    found = range_listing("HEAD~1")
    assert found.moved == {"old/a": ("new/b",)}
    assert found.before.inventory == {"old/a"}
    assert found.after.inventory == {"new/b"}
    return found


@row("a file that was moved and altered", {"b": TEXT + "more\n"}, before={"a": TEXT})
def _(world: World) -> Change:
    commit(world.repo, {"a": TEXT})
    (world.repo / "a").unlink()
    commit(world.repo, {"b": TEXT + "more\n"})
    return range_listing("HEAD~1")


@row("a copy is new", {"b": TEXT}, before={})
def _(world: World) -> Change:
    commit(world.repo, {"a": TEXT})
    commit(world.repo, {"b": TEXT})
    return range_listing("HEAD~1")


@row("a file that was excluded before it was moved is new", {"b": TEXT}, before={})
def _(world: World) -> Change:
    commit(world.repo, {"vendor/a": TEXT})
    git(world.repo, "mv", "vendor/a", "b")
    git(world.repo, "commit", "-q", "-m", "x")
    return range_listing("HEAD~1", exclude=["vendor/"])


@row("a link that is set to another file", {"link": "b\n"}, before={"link": "a\n"})
def _(world: World) -> Change:
    write(world.repo, {"a": "a\n", "b": "b\n"})
    (world.repo / "link").symlink_to("a")
    commit(world.repo)
    (world.repo / "link").unlink()
    (world.repo / "link").symlink_to("./b")
    commit(world.repo)
    return range_listing("HEAD~1")


@row(
    "links that lead out of the tree, nowhere, or in a circle, one to a folder, and one with an odd name",
    {"a/b": "b\n", "line\nbreak": "b\n"},
    skipped={
        "absolute": "out of the tree",
        "upwards": "out of the tree",
        "nowhere": "leads nowhere",
        "through": "leads nowhere",
        "circle": "in a circle",
    },
    before={},
)
def _(world: World) -> Change:
    commit(world.repo)
    links = {
        "absolute": "/etc/passwd",
        "upwards": "../x",
        "nowhere": "x",
        "through": "a/b/c",
        "circle": "circle",
        "folder": "a",
        "line\nbreak": "a/b",
    }
    for name, target in links.items():
        (world.repo / name).symlink_to(target)
    commit(world.repo, {"a/b": "b\n"})
    return range_listing("HEAD~1")


@row("a submodule that moves on, and one that goes", skipped={"moved": "is a submodule"}, before={})
def _(world: World) -> Change:
    for name in ("moved", "gone", "same"):
        git(world.repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{name}")
    git(world.repo, "commit", "-q", "-m", "x")
    git(world.repo, "update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},moved")
    git(world.repo, "update-index", "--force-remove", "gone")
    git(world.repo, "commit", "-q", "-m", "x")
    return range_listing("HEAD~1")


@row(
    "names with line breaks and bytes that are not UTF-8", {"line\nbreak": "new\n", "latin\udce9": "new\n"}, before={"line\nbreak": "old\n"}
)
def _(world: World) -> Change:
    commit(world.repo, {"line\nbreak": "old\n"})
    commit(world.repo, {"line\nbreak": "new\n", "latin\udce9": "new\n"})
    return range_listing("HEAD~1")


@row("before a first commit there was nothing", {"a": "a\n"}, before={})
def _(world: World) -> Change:
    commit(world.repo, {"a": "a\n"})
    return range_listing(f"{'0' * 40}..HEAD")


@row("a bare repository", {"b": "b\n"}, before={})
def _(world: World) -> Change:
    commit(world.repo, {"a": "a\n"})
    commit(world.repo, {"b": "b\n"})
    git(world.tmp, "clone", "-q", "--bare", "repo", "bare.git")
    world.patch.chdir(world.tmp / "bare.git")
    return range_listing("HEAD~1..HEAD")


@row("a bare repository that is named", {"b": "b\n"}, before={})
def _(world: World) -> Change:
    commit(world.repo, {"a": "a\n"})
    commit(world.repo, {"b": "b\n"})
    git(world.tmp, "clone", "-q", "--bare", "repo", "bare.git")
    return range_listing("HEAD~1..HEAD", ["../bare.git"])


@row("a SHA-256 repository", {"b": "new\n"}, before={"b": "old\n"})
def _(world: World) -> Change:
    other = init(world.tmp / "other", "--object-format=sha256")
    world.patch.chdir(other)
    commit(other, {"b": "old\n"})
    commit(other, {"b": "new\n"})
    return range_listing("HEAD~1")


@row("a shallow clone that reaches far enough", {"c": "c\n"}, before={})
def _(world: World) -> Change:
    for name in "abc":
        commit(world.repo, {name: f"{name}\n"})
    git(world.tmp, "clone", "-q", "--depth=2", world.repo.as_uri(), "shallow")
    world.patch.chdir(world.tmp / "shallow")
    return range_listing("HEAD~1")


@row("a partial clone says which content it does not have", {"a": MISSING, "moved": MISSING}, before={"a": MISSING, "was": MISSING})
def _(world: World) -> Change:
    commit(world.repo, {"a": "old\n", "was": TEXT})
    git(world.repo, "mv", "was", "moved")
    commit(world.repo, {"a": "new\n"})
    git(world.repo, "config", "uploadpack.allowFilter", "true")
    git(world.tmp, "clone", "-q", "--bare", "--filter=blob:none", world.repo.as_uri(), "partial")
    world.patch.chdir(world.tmp / "partial")
    return range_listing("HEAD~1")


@row("from a sub-folder it is still the whole range", {"sub/a": "a\n", "top": "t\n"}, before={})
def _(world: World) -> Change:
    commit(world.repo)
    commit(world.repo, {"sub/a": "a\n", "top": "t\n"})
    world.patch.chdir(world.repo / "sub")
    return range_listing("HEAD~1")


@row("a folder narrows it, and a file that moved into it is still compared", {"sub/b": TEXT}, before={"a": TEXT})
def _(world: World) -> Change:
    commit(world.repo, {"a": TEXT, "sub/x": ""})
    git(world.repo, "mv", "a", "sub/b")
    commit(world.repo, {"other": "o\n"})
    return range_listing("HEAD~1", ["sub"])


def _fork(repo: Path) -> None:
    commit(repo, {"a": "a\n"})
    git(repo, "checkout", "-q", "-b", "topic")
    commit(repo, {"topic": "t\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"main": "m\n", "a": "altered\n"})


@pytest.mark.parametrize("situation", TABLE.parameters())
def test_a_range(situation: Situation, world: World) -> None:
    situation.check(world)


def test_a_shallow_clone_that_does_not_reach_far_enough_says_so(world: World) -> None:
    for name in "abc":
        commit(world.repo, {name: f"{name}\n"})
    git(world.repo, "checkout", "-q", "-b", "topic", "HEAD~1")
    commit(world.repo, {"t": "t\n"})
    git(world.tmp, "clone", "-q", "--depth=1", "--no-single-branch", world.repo.as_uri(), "shallow")
    world.patch.chdir(world.tmp / "shallow")
    with pytest.raises(UsageError, match=r"no common ancestor: this clone is shallow; .*--unshallow"):
        range_listing("origin/main..origin/topic")
    with pytest.raises(UsageError, match="'HEAD~1' names no commit of this repository; this clone is shallow"):
        range_listing("HEAD~1")


def test_a_path_that_the_range_does_not_know_is_refused(world: World) -> None:
    commit(world.repo, {"a": "a\n"})
    with pytest.raises(UsageError, match="missing: no such file or folder in the range"):
        range_listing("HEAD..HEAD", ["missing"])


def test_the_same_range_means_the_same_under_a_hostile_configuration(world: World) -> None:
    commit(world.repo, {"a": TEXT, ".gitattributes": "* diff=f\n"})
    git(world.repo, "mv", "a", "b")
    commit(world.repo, {"c": "c\n"})
    mark = world.tmp / "ran"
    for key in ("diff.f.textconv", "diff.f.command", "diff.external", "core.pager", "core.fsmonitor"):
        git(world.repo, "config", key, f"touch {mark}")
    for key, value in {"diff.renames": "false", "diff.relative": "true", "diff.ignoreSubmodules": "all", "diff.orderFile": "x"}.items():
        git(world.repo, "config", key, value)
    world.patch.chdir(world.repo / ".git")
    found = range_listing("HEAD~1")
    assert [file.path for file in found.after.files] == ["b", "c"]
    assert found.moved == {"a": ("b",)}
    assert not mark.exists()
