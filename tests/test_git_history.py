"""The table of situations in which `--history` looks at everything that was ever committed, each on a real repository."""

from __future__ import annotations

import shutil

import pytest

from git_situations import MISSING, Situation, Table, World
from repositories import PEOPLE, commit, git, init, write
from scanner.errors import UsageError
from scanner.model import Listing
from scanner.sources.history import history_listing

TABLE = Table()
row = TABLE.row


@row("a repository without a commit")
def _(world: World) -> Listing:
    write(world.repo, {"a": "a\n"})
    git(world.repo, "add", "a")
    return history_listing()


@row("every content that a file ever had, oldest first", {"a": "one\n", "a (2)": "two\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "one\n"})
    commit(world.repo, {"a": "two\n"})
    commit(world.repo, {"a": "one\n"})
    return history_listing()


@row("a file that is gone for long", {"a": "a\n", "gone": "g\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n", "gone": "g\n"})
    (world.repo / "gone").unlink()
    commit(world.repo)
    found = history_listing()
    assert found.inventory == {"a", "gone"}
    return found


@row("a file that was moved is listed under both names, for either may say what it is", {"a": "a\n", "b": "a\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "mv", "a", "b")
    commit(world.repo)
    return history_listing()


@row(
    "other branches, tags, remote branches and the stash", {name: f"{name}\n" for name in ("a", "branch", "tag", "remote", "stash", "work")}
)
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    for name, to in (("branch", "refs/heads/b"), ("tag", "refs/tags/t"), ("remote", "refs/remotes/origin/r")):
        git(world.repo, "checkout", "-q", "--detach", "main")
        git(world.repo, "update-ref", to, commit(world.repo, {name: f"{name}\n"}))
    git(world.repo, "checkout", "-q", "main")
    write(world.repo, {"stash": "stash\n"})
    git(world.repo, "stash", "push", "-q", "--include-untracked")
    git(world.repo, "worktree", "add", "-q", "--detach", str(world.tmp / "second"))
    commit(world.tmp / "second", {"work": "work\n"})
    return history_listing()


@row("what only a merge brought", {"a": "base\n", "a (2)": "ours\n", "a (3)": "theirs\n", "a (4)": "evil\n", "new": "evil\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "base\n"})
    git(world.repo, "checkout", "-q", "-b", "topic")
    commit(world.repo, {"a": "theirs\n"})
    git(world.repo, "checkout", "-q", "main")
    commit(world.repo, {"a": "ours\n"})
    git(world.repo, "merge", "-q", "--no-commit", "topic", check=False)
    commit(world.repo, {"a": "evil\n", "new": "evil\n"})
    return history_listing(["a", "new"])


@row("two beginnings", {"a": "a\n", "b": "b\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "checkout", "-q", "--orphan", "second")
    git(world.repo, "rm", "-q", "-r", "-f", ".")
    commit(world.repo, {"b": "b\n"})
    return history_listing()


@row("a tag of a blob, a tag of a tree, and a tag of a tag", {"a": "a\n", "refs/tags/blob": "key\n", "in/tree": "t\n", "tagged": "x\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "tag", "-a", "-m", "x", "blob", git(world.repo, "hash-object", "-w", "--stdin", data=b"key\n"))
    write(world.repo, {"in/tree": "t\n"})
    git(world.repo, "add", "in/tree")
    git(world.repo, "rm", "-q", "--cached", "a")
    git(world.repo, "tag", "tree", git(world.repo, "write-tree"))
    git(world.repo, "checkout", "-q", "--detach", "-f", "main")
    git(world.repo, "tag", "-a", "-m", "x", "inner", commit(world.repo, {"tagged": "x\n"}))
    git(world.repo, "tag", "-a", "-m", "x", "outer", "inner")
    git(world.repo, "tag", "-d", "inner")
    git(world.repo, "checkout", "-q", "main")
    return history_listing(["a", "refs", "in/tree", "tagged"])


@row("links, resolved in the commit that brought them", {"a": "a\n", "link": "a\n", "link (2)": "b\n", "b": "b\n"})
def _(world: World) -> Listing:
    (world.repo / "link").symlink_to("a")
    commit(world.repo, {"a": "a\n"})
    (world.repo / "a").unlink()
    (world.repo / "link").unlink()
    (world.repo / "link").symlink_to("./b")
    commit(world.repo, {"b": "b\n"})
    return history_listing()


@row("a submodule is told once", skipped={"m": "is a submodule"})
def _(world: World) -> Listing:
    for number in "123":
        git(world.repo, "update-index", "--add", "--cacheinfo", f"160000,{number * 40},m")
        git(world.repo, "commit", "-q", "-m", "x")
    return history_listing()


@row("names with line breaks, and bytes that are not UTF-8", {"line\nbreak": "a\n", "latin\udce9": "b\n", "\n:colon": "c\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"line\nbreak": "a\n", "latin\udce9": "b\n", "\n:colon": "c\n"})
    return history_listing()


@row("a bare repository", {"a": "a\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.tmp, "clone", "-q", "--bare", "repo", "bare.git")
    found = history_listing(["../bare.git"])
    assert found.root == "../bare.git"
    return found


@row("a SHA-256 repository with links", {"a": "a\n", "d/link": "a\n"})
def _(world: World) -> Listing:
    other = init(world.tmp / "other", "--object-format=sha256")
    write(other, {"a": "a\n", "d/x": ""})
    (other / "d" / "x").unlink()
    (other / "d" / "link").symlink_to("../a")
    commit(other)
    world.patch.chdir(other)
    return history_listing()


@row("a shallow clone says that it is not everything", {"a": "a\n", "b": "b\n"}, skipped={".": "is a shallow clone"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    commit(world.repo, {"b": "b\n"})
    git(world.tmp, "clone", "-q", "--depth=1", world.repo.as_uri(), "shallow")
    world.patch.chdir(world.tmp / "shallow")
    return history_listing()


@row("a partial clone says which content it does not have", {"a": MISSING})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "config", "uploadpack.allowFilter", "true")
    git(world.tmp, "clone", "-q", "--bare", "--filter=blob:none", world.repo.as_uri(), "partial")
    world.patch.chdir(world.tmp / "partial")
    return history_listing()


@row("a folder narrows it to what ever lay in it", {"sub/gone": "g\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n", "sub/gone": "g\n"})
    shutil.rmtree(world.repo / "sub")
    commit(world.repo)
    return history_listing(["sub"])


@row("an exclusion counts", {"a": "a\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n", "vendor/b": "b\n"})
    found = history_listing(exclude=["vendor/"])
    assert found.excluded == 1
    return found


@row("settings, grafts and replacements of the repository hide nothing", {"a": "a\n", "b": "b\n", "c": "c\n"})
def _(world: World) -> Listing:
    first, second, third = (commit(world.repo, {name: f"{name}\n"}) for name in "abc")
    write(world.repo / ".git", {"info/grafts": f"{third}\n"})
    git(world.repo, "replace", second, first)
    mark = world.tmp / "ran"
    for key, value in {
        "log.showRoot": "false",
        "log.follow": "true",
        "diff.ignoreSubmodules": "all",
        "diff.relative": "true",
        "diff.external": f"touch {mark}",
        "core.pager": f"touch {mark}",
        "core.alternateRefsCommand": f"touch {mark}",
        "gpg.program": f"touch {mark}",
        "log.showSignature": "true",
    }.items():
        git(world.repo, "config", key, value)
    found = history_listing()
    assert not mark.exists()
    return found


@pytest.mark.parametrize("situation", TABLE.parameters())
def test_the_history(situation: Situation, world: World) -> None:
    situation.check(world)


def test_a_content_has_the_commit_and_the_date_that_first_brought_it(world: World) -> None:
    first = commit(world.repo, {"a": "one\n"})
    second = commit(world.repo, {"a": "two\n", "b": "one\n"})
    commit(world.repo, {"a": "one\n"})
    found = history_listing()
    assert [(file.path, file.commit) for file in found.files] == [("a", first), ("a", second), ("b", second)]
    assert {file.authored for file in found.files} == {PEOPLE["GIT_AUTHOR_DATE"]}
    assert found.source == "history"


def test_trees_that_are_missing_end_it(world: World) -> None:
    commit(world.repo, {"a": "a\n"})
    tree = git(world.repo, "rev-parse", "HEAD^{tree}")
    (world.repo / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(UsageError, match=r"git refuses: fatal: unable to read tree"):
        history_listing()


def test_a_reference_that_is_damaged_ends_it(world: World) -> None:
    commit(world.repo, {"a": "a\n"})
    write(world.repo, {".git/refs/heads/broken": "nonsense\n"})
    with pytest.raises(UsageError, match="git refuses: fatal: bad object refs/heads/broken"):
        history_listing()


def test_a_path_that_never_was_is_refused(world: World) -> None:
    commit(world.repo, {"a": "a\n"})
    with pytest.raises(UsageError, match="missing: no such file or folder in the history"):
        history_listing(["missing"])
