"""The hooks of a commit and of a push, as git itself runs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from git_situations import World
from pushes import POD, ROLE, Server, git_says, phasegate
from repositories import commit, git, init, write
from scanner.hooks.installing import install


@pytest.fixture
def repo(world: World) -> Path:
    """A repository with the hooks of a commit and of a push."""
    commit(world.repo, {"README.md": "# Hello\n"})
    install(os.fsencode(world.repo / ".git" / "hooks"), ["pre-commit", "pre-merge-commit", "pre-push"])
    return world.repo


def commits(repo: Path, *arguments: str) -> tuple[bool, str]:
    """Whether git commits, and what is said."""
    code, said = git_says(repo, "commit", "-q", "-m", "x", *arguments)
    return code == 0, said


def test_a_partly_staged_file_is_judged_by_what_will_be_committed(repo: Path) -> None:
    write(repo, {"deploy.yaml": "a: b\n"})
    git(repo, "add", "deploy.yaml")
    write(repo, {"deploy.yaml": POD})
    assert commits(repo)[0]
    git(repo, "add", "deploy.yaml")
    write(repo, {"deploy.yaml": "a: b\n"})
    done, said = commits(repo)
    assert not done
    assert "deploy.yaml" in said
    assert "3.6 Orchestration" in said


def test_commit_a_and_single_paths_are_judged_as_git_takes_them(repo: Path) -> None:
    assert commits(repo, "--allow-empty")[0]
    commit_plain(repo, {"a.yaml": "a: b\n", "b.yaml": "a: b\n"})
    write(repo, {"a.yaml": POD, "b.yaml": "a: c\n"})
    assert not commits(repo, "-a")[0]
    assert commits(repo, "--", "b.yaml")[0]
    assert not commits(repo, "--", "a.yaml")[0]


def commit_plain(repo: Path, files: dict[str, str | bytes]) -> None:
    write(repo, files)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--no-verify", "-m", "x")


def test_a_merge_is_judged_by_what_it_brings_here(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "topic")
    commit_plain(repo, {"pod.yaml": POD})
    git(repo, "checkout", "-q", "main")
    commit_plain(repo, {"a": "a\n"})
    code, said = git_says(repo, "merge", "-q", "--no-edit", "topic")
    assert code != 0
    assert "3.6 Orchestration" in said


def test_what_cannot_be_judged_cannot_be_committed(repo: Path) -> None:
    write(repo, {"main.tf": ROLE.format("x").encode() + b"\0"})
    git(repo, "add", "main.tf")
    done, said = commits(repo)
    assert not done
    assert "Not scanned" in said


def test_options_of_a_scan_may_be_given_and_names_of_files_mean_nothing(repo: Path) -> None:
    write(repo, {"pod.yaml": POD, "a": "a\n"})
    git(repo, "add", "-A")
    index = str(repo / ".git" / "index")
    assert phasegate(repo, "hook", "run", "pre-commit", "a", "missing", GIT_INDEX_FILE=index)[0] == 1
    code, out, _err = phasegate(repo, "hook", "run", "pre-commit", "--format", "json", "--clause", "3.1", "a", GIT_INDEX_FILE=index)
    assert (code, '"source": "index"' in out) == (0, True)
    code, _out, err = phasegate(repo, "hook", "run", "pre-commit", "--no-such-option", GIT_INDEX_FILE=index)
    assert (code, "No such option" in err) == (2, True)


@pytest.fixture
def server(repo: Path, world: World) -> Server:
    return Server(world.tmp / "server.git", repo)


def push(server: Server, *arguments: str) -> str:
    """Push: why the hook refuses it, empty where it does not."""
    code, said = git_says(server.clone, "push", "-q", *arguments)
    assert bool(code) == ("phasegate: push refused" in said), said
    return said


def test_a_first_push_brings_everything(server: Server) -> None:
    assert push(server, "origin", "main") == ""
    commit_plain(server.clone, {"pod.yaml": POD})
    earlier = server.refs()
    said = push(server, "origin", "main")
    assert "phasegate: push refused under J.4.1: 1 error\n\npod.yaml:1\n  error: 3.6 Orchestration" in said
    assert server.refs() == earlier


def test_a_new_branch_answers_for_what_the_remote_does_not_have(server: Server) -> None:
    commit_plain(server.clone, {"pod.yaml": POD})
    git_says(server.clone, "push", "-q", "--no-verify", "origin", "main")
    git(server.clone, "checkout", "-q", "-b", "topic")
    commit_plain(server.clone, {"a": "a\n"})
    assert push(server, "origin", "topic") == ""
    added = commit_hidden(server.clone)
    assert added in push(server, "origin", "topic")


def commit_hidden(repo: Path) -> str:
    """Commit something and take it away again; the short id of the commit that holds it."""
    commit_plain(repo, {"secret.tf": ROLE.format("x")})
    added = git(repo, "rev-parse", "--short=12", "HEAD")
    git(repo, "rm", "-q", "secret.tf")
    git(repo, "commit", "-q", "--no-verify", "-m", "x")
    return added


def test_several_references_tags_and_deletions(server: Server) -> None:
    assert push(server, "origin", "main", "main:gone") == ""
    assert push(server, "origin", "main", ":gone") == ""
    git(server.clone, "checkout", "-q", "--detach")
    commit_plain(server.clone, {"pod.yaml": POD})
    git(server.clone, "tag", "-a", "-m", "x", "v1")
    assert "pod.yaml:1" in push(server, "origin", "main:other", "v1")
    assert "pod.yaml:1" in push(server, "origin", "HEAD^{/x}:refs/heads/by-expression")


def test_a_remote_without_a_name_is_known_by_what_it_says(server: Server) -> None:
    commit_plain(server.clone, {"pod.yaml": POD})
    git_says(server.clone, "push", "-q", "--no-verify", "../server.git", "main")
    commit_plain(server.clone, {"a": "a\n"})
    assert push(server, "../server.git", "main") == ""
    assert "pod.yaml:1" in push(server, "../server.git", "main:new")


def test_a_forced_push_over_commits_that_were_never_fetched(server: Server, world: World) -> None:
    push(server, "origin", "main")
    other = init(world.tmp / "other")
    git(other, "pull", "-q", "../server.git", "main")
    commit(other, {"theirs": "t\n"})
    git(other, "push", "-q", "../server.git", "HEAD:main")
    commit_plain(server.clone, {"ours": "o\n"})
    assert push(server, "--force", "origin", "main") == ""
    commit_plain(server.clone, {"pod.yaml": POD})
    assert "pod.yaml:1" in push(server, "--force", "origin", "main")


def test_the_configuration_of_the_repository_counts(server: Server) -> None:
    commit_plain(server.clone, {"pod.yaml": f"# phasegate: allow 3.6 -- a sample\n{POD}", "main.tf": ROLE.format("x")})
    assert "pod.yaml" not in push(server, "origin", "main")
    write(server.clone, {"phasegate.toml": 'exclude = ["main.tf"]\n'})
    assert push(server, "origin", "main") == ""


@pytest.mark.parametrize("line", ["nonsense", "a b c", f"x --all{'1' * 35} y {'0' * 40}", f"x {'1' * 64} y {'0' * 64}"])
def test_nothing_but_the_lines_of_git_is_taken(repo: Path, line: str) -> None:
    code, _out, err = phasegate(repo, "hook", "run", "pre-push", "origin", "url", data=f"{line}\n".encode())
    assert (code, "is no line of the form" in err) == (2, True)
