"""What a push brings, in a real hook of a real bare repository: objects in quarantine, references that have not moved yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from git_situations import World
from repositories import clean_environment, commit, git, init, write
from scanner.errors import UsageError
from scanner.sources.pushes import Update, parse_updates, push_listing
from scanner.sources.repository import open_repository

HOOK = """#!{python}
import json, sys
from scanner.sources.pushes import parse_updates, push_listing
from scanner.sources.repository import open_repository
change = push_listing(parse_updates(sys.stdin.buffer.read()), open_repository())
def told(listing):
    return [[file.path, file.load(1 << 20).decode(), file.commit] for file in listing.files]
with open({out!r}, "w") as out:
    json.dump({{
        "after": told(change.after), "before": told(change.before), "moved": change.moved,
        "skipped": [[entry.path, entry.reason] for entry in change.after.not_scanned],
        "inventory": sorted(change.after.inventory), "stood": sorted(change.before.inventory),
    }}, out)
"""
TEXT = "".join(f"line {number}\n" for number in range(20))


class Server:
    """A bare repository whose hook writes down what it would scan, and the clone that pushes to it."""

    def __init__(self, world: World) -> None:
        self.clone = world.repo
        self.bare = init(world.tmp / "server.git", "--bare")
        self.out = world.tmp / "told.json"
        git(self.clone, "remote", "add", "origin", str(self.bare))
        hook = self.bare / "hooks" / "pre-receive"
        write(hook.parent, {"pre-receive": HOOK.format(python=sys.executable, out=str(self.out))})
        hook.chmod(0o755)

    def push(self, *arguments: str) -> dict[str, Any]:
        """What the hook told of this push."""
        self.out.unlink(missing_ok=True)
        environment = clean_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run(["git", "push", "-q", "origin", *arguments], cwd=self.clone, env=environment, check=True)
        told = json.loads(self.out.read_text())
        assert isinstance(told, dict)
        return told


@pytest.fixture
def server(world: World) -> Server:
    return Server(world)


def test_a_new_branch_brings_everything_that_is_not_here_yet(server: Server) -> None:
    first = commit(server.clone, {"a": "a\n"})
    assert server.push("main")["after"] == [["a", "a\n", first]]
    second = commit(server.clone, {"b": "b\n"})
    told = server.push("main:topic")
    assert told["after"] == [["b", "b\n", second]]
    assert told["inventory"] == ["a", "b"]


def test_a_file_that_is_added_and_removed_within_one_push_is_found(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    server.push("main")
    added = commit(server.clone, {"secret": "s\n"})
    git(server.clone, "rm", "-q", "secret")
    commit(server.clone)
    told = server.push("main")
    assert told["after"] == [["secret", "s\n", added]]
    assert told["inventory"] == ["a", "secret"]
    assert told["stood"] == ["a"]


def test_an_altered_file_stands_beside_what_was_here_before(server: Server) -> None:
    commit(server.clone, {"a": "one\n", "moved": TEXT})
    server.push("main")
    second = commit(server.clone, {"a": "two\n"})
    git(server.clone, "mv", "moved", "to")
    third = commit(server.clone, {"a": "three\n"})
    told = server.push("main")
    assert told["after"] == [["a", "two\n", second], ["a", "three\n", third], ["to", TEXT, third]]
    assert [row[:2] for row in told["before"]] == [["a", "one\n"], ["moved", TEXT]]
    assert told["moved"] == {"a": ["a"], "moved": ["to"]}


def test_a_deleted_branch_brings_nothing(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    server.push("main", "main:topic")
    assert server.push("--delete", "topic")["after"] == []


def test_a_branch_on_a_commit_that_is_here_brings_nothing(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    server.push("main")
    assert server.push("main:topic", "main:refs/tags/light")["after"] == []


def test_of_a_forced_push_only_what_is_new_counts(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    commit(server.clone, {"b": "b\n"})
    server.push("main")
    git(server.clone, "reset", "-q", "--hard", "HEAD~1")
    other = commit(server.clone, {"c": "c\n"})
    told = server.push("--force", "main")
    assert told["after"] == [["c", "c\n", other]]
    assert told["stood"] == ["a"]


def test_tags_of_commits_trees_and_blobs(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    server.push("main")
    git(server.clone, "checkout", "-q", "--detach")
    tagged = commit(server.clone, {"b": "b\n"})
    git(server.clone, "tag", "-a", "-m", "x", "commit")
    git(server.clone, "tag", "blob", git(server.clone, "hash-object", "-w", "--stdin", data=b"key\n"))
    git(server.clone, "tag", "-a", "-m", "x", "tree", "HEAD^{tree}")
    told = server.push("commit", "blob", "tree")
    of_commits: list[list[str | None]] = [["b", "b\n", tagged]]
    of_tags = [["a", "a\n", None], ["b", "b\n", None], ["refs/tags/blob", "key\n", None]]
    assert sorted(told["after"], key=str) == sorted(of_commits + of_tags, key=str)


def test_a_merge_brings_what_no_parent_has(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    git(server.clone, "checkout", "-q", "-b", "topic")
    commit(server.clone, {"b": "b\n"})
    git(server.clone, "checkout", "-q", "main")
    commit(server.clone, {"c": "c\n"})
    server.push("main", "topic")
    git(server.clone, "merge", "-q", "--no-commit", "topic")
    merge = commit(server.clone, {"evil": "e\n"})
    told = server.push("main")
    assert told["after"] == [["evil", "e\n", merge]]


def test_links_and_submodules(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    server.push("main")
    (server.clone / "link").symlink_to("a")
    (server.clone / "outside").symlink_to("/etc/passwd")
    git(server.clone, "add", "-A")
    git(server.clone, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    git(server.clone, "commit", "-q", "-m", "x")
    told = server.push("main")
    assert [row[:2] for row in told["after"]] == [["link", "a\n"]]
    assert dict(told["skipped"]).keys() == {"m", "outside"}


def test_a_sha_256_repository(world: World) -> None:
    folder = init(world.tmp / "other", "--object-format=sha256")
    new = commit(folder, {"a": "a\n"})
    git(folder, "update-ref", "-d", "refs/heads/main")
    repo = open_repository(str(folder))
    change = push_listing([Update(repo.zero, new, "refs/heads/main")], repo)
    assert [(file.path, file.commit) for file in change.after.files] == [("a", new)]


@pytest.mark.parametrize("line", ["nonsense", f"{'0' * 40} {'1' * 39} ref", f"{'0' * 40} {'1' * 40}", f"--all {'1' * 40} ref"])
def test_what_is_no_line_of_a_hook_is_refused(line: str) -> None:
    with pytest.raises(UsageError, match="is no line of the form"):
        parse_updates(f"{line}\n".encode())


def test_a_push_of_what_is_not_there_is_refused(world: World, tmp_path: Path) -> None:
    commit(world.repo, {"a": "a\n"})
    repo = open_repository()
    with pytest.raises(UsageError, match="refs/heads/x leads to an object that is not there"):
        push_listing([Update(repo.zero, "1" * 40, "refs/heads/x")], repo)
