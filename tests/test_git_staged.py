"""The table of situations in which `--staged` looks at the index, each on a real repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from git_situations import MISSING, Situation, Table, World
from repositories import clean_environment, commit, git, init, write
from scanner.errors import UsageError
from scanner.model import Listing
from scanner.sources.staged import staged_listing

TABLE = Table()
row = TABLE.row


@row("nothing is staged")
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    write(world.repo, {"a": "edited, not staged\n", "untracked": "u\n"})
    return staged_listing()


@row("a partly staged file is judged by what will be committed", {"a": "staged\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "old\n"})
    write(world.repo, {"a": "staged\n"})
    git(world.repo, "add", "a")
    write(world.repo, {"a": "on the disk\n"})
    return staged_listing()


@row("the first commit of a repository", {"a": "a\n", "b/c": "c\n"})
def _(world: World) -> Listing:
    write(world.repo, {"a": "a\n", "b/c": "c\n"})
    git(world.repo, "add", "-A")
    return staged_listing()


@row("a staged file that is gone from the disk", {"a": "a\n"})
def _(world: World) -> Listing:
    write(world.repo, {"a": "a\n"})
    git(world.repo, "add", "a")
    (world.repo / "a").unlink()
    return staged_listing()


@row("a deletion brings nothing")
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "rm", "-q", "a")
    return staged_listing()


@row("a change of mode alone brings nothing")
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "update-index", "--chmod=+x", "a")
    return staged_listing()


@row("a file that was moved is judged under its new name", {"b": "a\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "mv", "a", "b")
    return staged_listing()


@row("what is only intended to be added is not committed")
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    write(world.repo, {"Jenkinsfile": "pipeline {}\n"})
    git(world.repo, "add", "-N", "Jenkinsfile")
    git(world.repo, "commit", "-q", "--allow-empty", "-m", "x")
    assert git(world.repo, "ls-tree", "-r", "--name-only", "HEAD") == "a"
    return staged_listing()


@row("a merge conflict is not settled", skipped={"a": "has a merge conflict"})
def _(world: World) -> Listing:
    _conflict(world.repo)
    return staged_listing()


@row("a merge is compared with the branch that it is made on", {"theirs": "theirs\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "checkout", "-q", "-b", "topic")
    commit(world.repo, {"theirs": "theirs\n"})
    git(world.repo, "checkout", "-q", "main")
    commit(world.repo, {"ours": "ours\n"})
    git(world.repo, "merge", "-q", "--no-ff", "--no-commit", "topic")
    return staged_listing()


@row("a settled conflict is judged as it was settled", {"a": "settled\n"})
def _(world: World) -> Listing:
    _conflict(world.repo)
    write(world.repo, {"a": "settled\n"})
    git(world.repo, "add", "a")
    return staged_listing()


@row("a file that is flagged as unchanged, or left out of the work tree", {"a": "new a\n", "b": "new b\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n", "b": "b\n"})
    write(world.repo, {"a": "new a\n", "b": "new b\n"})
    git(world.repo, "add", "-A")
    git(world.repo, "update-index", "--assume-unchanged", "a")
    git(world.repo, "update-index", "--skip-worktree", "b")
    return staged_listing()


@row("a sparse checkout with a sparse index", {"in/a": "new\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"in/a": "a\n", "out/deep/b": "b\n"})
    git(world.repo, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
    write(world.repo, {"in/a": "new\n"})
    git(world.repo, "add", "in/a")
    found = staged_listing()
    assert "out/deep/b" in found.inventory
    return found


@row("a split index", {"a": "new\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n", "b": "b\n"})
    git(world.repo, "update-index", "--split-index")
    write(world.repo, {"a": "new\n"})
    git(world.repo, "add", "a")
    return staged_listing()


ODD = [b"with space", b"line\nbreak", b"tab\there", b"caf\xc3\xa9", b"latin\xe9", b"quote\"'", b"-dash", b":(top)x", b"*"]


@row("names with spaces, line breaks, and bytes that are not UTF-8", {name.decode("utf-8", "surrogateescape"): name for name in ODD})
def _(world: World) -> Listing:
    for name in ODD:
        (world.repo / os.fsdecode(name)).write_bytes(name)
    git(world.repo, "add", "-A")
    return staged_listing()


@row("a SHA-256 repository", {"a": "a\n"})
def _(world: World) -> Listing:
    world.patch.chdir(init(world.tmp / "other", "--object-format=sha256"))
    write(world.tmp / "other", {"a": "a\n"})
    git(world.tmp / "other", "add", "a")
    return staged_listing()


@row("from a sub-folder it is still the whole commit", {"sub/a": "a\n", "top": "t\n"})
def _(world: World) -> Listing:
    write(world.repo, {"sub/a": "a\n", "top": "t\n"})
    git(world.repo, "add", "-A")
    world.patch.chdir(world.repo / "sub")
    found = staged_listing()
    assert found.root == ".."
    return found


@row("a path narrows it, relative to the current folder", {"sub/a": "a\n"})
def _(world: World) -> Listing:
    write(world.repo, {"sub/a": "a\n", "sub/b": "b\n", "top": "t\n"})
    git(world.repo, "add", "-A")
    world.patch.chdir(world.repo / "sub")
    return staged_listing(["a"])


@row("a folder of another repository", {"a": "a\n"})
def _(world: World) -> Listing:
    other = init(world.tmp / "other")
    write(other, {"a": "a\n"})
    git(other, "add", "a")
    return staged_listing(["../other"])


@row("a linked work tree has an index of its own", {"second": "s\n"})
def _(world: World) -> Listing:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "worktree", "add", "-q", "-b", "second", str(world.tmp / "second"))
    write(world.tmp / "second", {"second": "s\n"})
    git(world.tmp / "second", "add", "-A")
    write(world.repo, {"first": "f\n"})
    git(world.repo, "add", "-A")
    world.patch.chdir(world.tmp / "second")
    return staged_listing()


@row(
    "a new submodule, and one that moves on",
    skipped={"new": "is a submodule", "moved": "is a submodule"},
)
def _(world: World) -> Listing:
    for name in ("moved", "same"):
        git(world.repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{name}")
    git(world.repo, "commit", "-q", "-m", "x")
    for name in ("moved", "new"):
        git(world.repo, "update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},{name}")
    return staged_listing()


@row("links inside the tree count under their own name", {"real/file": "f\n", "link": "f\n", "over": "f\n", "deep/up": "f\n"})
def _(world: World) -> Listing:
    write(world.repo, {"real/file": "f\n", "deep/x": ""})
    (world.repo / "link").symlink_to("real/./file")
    (world.repo / "folder").symlink_to("real")
    (world.repo / "over").symlink_to("folder/file")
    (world.repo / "deep" / "up").symlink_to("../deep/../link")
    git(world.repo, "add", "-A")
    git(world.repo, "rm", "-q", "--cached", "deep/x")
    return staged_listing()


@row(
    "links that lead out of the tree, nowhere, through a file, or in a circle",
    {"a": "a\n"},
    skipped={
        "absolute": "out of the tree",
        "upwards": "out of the tree",
        "nowhere": "leads nowhere",
        "through": "leads nowhere",
        "circle": "in a circle",
        "module": "into a submodule",
    },
)
def _(world: World) -> Listing:
    git(world.repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    git(world.repo, "commit", "-q", "-m", "x")
    write(world.repo, {"a": "a\n"})
    links = {"absolute": "/etc/passwd", "upwards": "../secret", "nowhere": "b", "through": "a/b", "circle": "circle", "module": "m/x"}
    for name, target in links.items():
        (world.repo / name).symlink_to(target)
    git(world.repo, "add", "a", *links)
    return staged_listing()


@row("a link that becomes a file, and a file that becomes a link", {"was-link": "target", "was-file": "t\n"})
def _(world: World) -> Listing:
    write(world.repo, {"target": "t\n", "was-file": "f\n"})
    (world.repo / "was-link").symlink_to("target")
    commit(world.repo)
    (world.repo / "was-link").unlink()
    (world.repo / "was-file").unlink()
    (world.repo / "was-file").symlink_to("target")
    write(world.repo, {"was-link": "target"})
    git(world.repo, "add", "-A")
    return staged_listing()


@row("an exclusion leaves out files and submodules", {"kept": "k\n"})
def _(world: World) -> Listing:
    write(world.repo, {"kept": "k\n", "vendor/a": "a\n"})
    git(world.repo, "add", "-A")
    git(world.repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/m")
    found = staged_listing(exclude=["vendor/"])
    assert found.excluded == 2
    return found


@row("a blob that is too large is not read", {"large": "<larger than 1048576 bytes>", "small": "s\n"})
def _(world: World) -> Listing:
    write(world.repo, {"large": os.urandom(3 << 20), "small": "s\n"})
    git(world.repo, "add", "-A")
    return staged_listing()


@row("a blob that is not there, and one that is damaged", {"a": MISSING, "b": MISSING, "c": "c\n"})
def _(world: World) -> Listing:
    write(world.repo, {"a": "a\n", "b": "b\n", "c": "c\n"})
    git(world.repo, "add", "-A")
    for name in ("a", "b"):
        oid = git(world.repo, "rev-parse", f":{name}")
        place = world.repo / ".git" / "objects" / oid[:2] / oid[2:]
        place.chmod(0o600)
        place.write_bytes(b"nonsense")
        if name == "a":
            place.unlink()
    return staged_listing()


@row(
    "filters, text conversion and line endings of the repository change nothing", {".gitattributes": "* filter=f diff=f text\n", "a": "a\n"}
)
def _(world: World) -> Listing:
    write(world.repo, {".gitattributes": "* filter=f diff=f text\n", "a": "a\n"})
    git(world.repo, "add", "-A")
    mark = world.tmp / "ran"
    for key in ("filter.f.clean", "filter.f.smudge", "filter.f.process", "diff.f.textconv", "diff.f.command", "diff.external"):
        git(world.repo, "config", key, f"touch {mark}; cat")
    for key in ("core.fsmonitor", "core.pager", "alias.diff-index", "alias.cat-file", "core.sshCommand"):
        git(world.repo, "config", key, f"!touch {mark}")
    git(world.repo, "config", "core.autocrlf", "true")
    hooks = world.repo / ".git" / "hooks"
    for name in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        write(hooks, {name: f"#!/bin/sh\ntouch {mark}\n"})
        (hooks / name).chmod(0o755)
    found = staged_listing()
    assert [file.load(100) for file in found.files]
    assert not mark.exists()
    return found


def _conflict(repo: Path) -> None:
    commit(repo, {"a": "base\n"})
    git(repo, "checkout", "-q", "-b", "topic")
    commit(repo, {"a": "theirs\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"a": "ours\n"})
    git(repo, "merge", "-q", "topic", check=False)


@pytest.mark.parametrize("situation", TABLE.parameters())
def test_staged(situation: Situation, world: World) -> None:
    situation.check(world)


HOOK = """#!/bin/sh
exec {python} -c 'from scanner.sources.staged import staged_listing
for file in staged_listing().files:
    print(file.path, file.load(100).decode(), end="")' > {out}
"""


@pytest.mark.parametrize(
    ("arguments", "seen"),
    [
        (["-m", "x"], "new staged\n"),
        (["-a", "-m", "x"], "a edited\nb edited\nnew staged\n"),
        (["-m", "x", "--", "b"], "b edited\n"),
        (["--amend", "-m", "x"], "new staged\n"),
        (["--include", "-m", "x", "a"], "a edited\nnew staged\n"),
    ],
    ids=["commit", "commit -a", "commit -- path", "commit --amend", "commit --include"],
)
@pytest.mark.parametrize("folder", [".", "sub"])
def test_inside_a_hook_it_is_what_this_commit_will_hold(world: World, arguments: list[str], seen: str, folder: str) -> None:
    write(world.repo, {"a": "a\n", "b": "b\n", "sub/x": "x\n"})
    commit(world.repo)
    write(world.repo, {"a": "edited\n", "b": "edited\n", "new": "staged\n"})
    git(world.repo, "add", "new")
    hook = world.repo / ".git" / "hooks" / "pre-commit"
    write(hook.parent, {"pre-commit": HOOK.format(python=sys.executable, out=world.tmp / "seen")})
    hook.chmod(0o755)
    if folder == "sub":
        arguments = [f"../{each}" if each in ("a", "b") else each for each in arguments]
    environment = clean_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(["git", "commit", "-q", *arguments], cwd=world.repo / folder, env=environment, check=True)
    assert (world.tmp / "seen").read_text() == seen


def test_neither_index_nor_work_tree_nor_repository_is_touched(world: World) -> None:
    commit(world.repo, {"a": "a\n"})
    write(world.repo, {"a": "new\n", "b": "b\n"})
    git(world.repo, "add", "a")
    os.utime(world.repo / "a", (1, 1))  # the index is out of date, which a refresh would write down

    def state() -> dict[Path, tuple[int, int]]:
        return {path: (path.lstat().st_mtime_ns, path.lstat().st_ino) for path in world.repo.rglob("*")}

    earlier = state()
    assert [file.load(100) for file in staged_listing().files] == [b"new\n"]
    assert state() == earlier


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing"], "missing: no such file or folder in the index"),
        (["../outside"], "lies outside the repository"),
        (["bare.git"], "has nothing staged"),
    ],
)
def test_an_unusable_request_is_refused(world: World, arguments: list[str], words: str) -> None:
    commit(world.repo, {"a": "a\n"})
    init(world.repo / "bare.git", "--bare")
    with pytest.raises(UsageError, match=words):
        staged_listing(arguments)


def test_a_deleted_file_may_be_named(world: World) -> None:
    commit(world.repo, {"a": "a\n"})
    git(world.repo, "rm", "-q", "a")
    assert staged_listing(["a"]).files == ()
