"""Our hooks under the real pre-commit: the entries of the manifest, run with this interpreter instead of an environment of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from git_situations import World
from pushes import POD, ROLE, ROOT, Server, environment, git_says
from repositories import commit, git, write


@pytest.fixture
def repo(world: World) -> Path:
    """A repository that has our hooks in its configuration, and pre-commit's own installed."""
    hooks: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {hook["id"] for hook in hooks} == {"phasegate", "phasegate-all", "phasegate-push"}
    for hook in hooks:
        hook |= {"language": "system", "entry": hook["entry"].replace("phasegate", f"{sys.executable} -P -m scanner", 1)}
    local = {"repos": [{"repo": "local", "hooks": [hook for hook in hooks if hook["id"] != "phasegate-all"]}]}
    commit(world.repo, {".pre-commit-config.yaml": yaml.safe_dump(local)})
    world.patch.setenv("PRE_COMMIT_HOME", str(world.tmp / "home"))
    done = pre_commit(world.repo, "install", "-t", "pre-commit", "-t", "pre-merge-commit", "-t", "pre-push")
    assert done.returncode == 0, done.stdout
    return world.repo


def pre_commit(repo: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=repo, env=environment(), capture_output=True, text=True, check=False)


def plain_commit(repo: Path, files: dict[str, str | bytes]) -> str:
    """A commit that no hook has seen."""
    write(repo, files)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--no-verify", "-m", "x")
    return git(repo, "rev-parse", "HEAD")


def test_a_commit_is_judged_by_the_index(repo: Path) -> None:
    write(repo, {"deploy.yaml": POD})
    git(repo, "add", "deploy.yaml")
    write(repo, {"deploy.yaml": "a: b\n"})
    code, said = git_says(repo, "commit", "-q", "-m", "x")
    assert (code, "deploy.yaml" in said, "3.6 Orchestration" in said) == (1, True, True)
    write(repo, {"deploy.yaml": "a: b\n"})
    git(repo, "add", "deploy.yaml")
    write(repo, {"deploy.yaml": POD})
    assert git_says(repo, "commit", "-q", "-m", "x")[0] == 0
    assert (repo / "deploy.yaml").read_text() == POD


def test_a_commit_is_judged_whatever_files_pre_commit_leaves_out(repo: Path) -> None:
    configuration = repo / ".pre-commit-config.yaml"
    plain_commit(repo, {".pre-commit-config.yaml": f"exclude: ^vendor/\n{configuration.read_text()}"})
    write(repo, {"vendor/pod.yaml": POD})
    git(repo, "add", "-A")
    assert "vendor/pod.yaml" in git_says(repo, "commit", "-q", "-m", "x")[1]


def test_a_commit_of_nothing_does_not_answer_for_the_rest(repo: Path) -> None:
    plain_commit(repo, {"pod.yaml": POD})
    assert git_says(repo, "commit", "-q", "--allow-empty", "-m", "x")[0] == 0


def test_run_by_hand_it_is_what_is_staged_or_else_everything(repo: Path) -> None:
    assert pre_commit(repo, "run", "phasegate").returncode == 0
    plain_commit(repo, {"pod.yaml": POD})
    for arguments in (["--all-files"], ["--files", "README.md"], []):
        assert "pod.yaml" in pre_commit(repo, "run", "phasegate", *arguments).stdout
    write(repo, {"a": "a\n"})
    git(repo, "add", "a")
    assert pre_commit(repo, "run", "phasegate").returncode == 0


def test_from_and_to_are_a_range(repo: Path) -> None:
    start = plain_commit(repo, {"pod.yaml": POD})
    end = plain_commit(repo, {"a": "a\n"})
    assert pre_commit(repo, "run", "phasegate", "--from-ref", start, "--to-ref", end).returncode == 0
    assert "pod.yaml" in pre_commit(repo, "run", "phasegate", "--from-ref", f"{start}~", "--to-ref", end).stdout


def test_a_push_is_judged_commit_by_commit(repo: Path, world: World) -> None:
    server = Server(world.tmp / "server.git", repo)
    assert git_says(repo, "push", "-q", "origin", "main")[0] == 0
    plain_commit(repo, {"main.tf": ROLE.format("x")})
    git(repo, "rm", "-q", "main.tf")
    git(repo, "commit", "-q", "--no-verify", "-m", "x")
    earlier = server.refs()
    code, said = git_says(repo, "push", "-q", "origin", "main")
    assert (code, "phasegate: push refused under J.4.1: 2 errors" in said) == (1, True)
    code, said = git_says(repo, "push", "-q", "origin", "main:new")
    assert (code, "main.tf:1" in said) == (1, True)
    assert server.refs() == earlier


def test_a_first_push_to_an_empty_remote(repo: Path, world: World) -> None:
    Server(world.tmp / "server.git", repo)
    plain_commit(repo, {"pod.yaml": POD})
    git(repo, "rm", "-q", "pod.yaml")
    git(repo, "commit", "-q", "--no-verify", "-m", "x")
    assert "pod.yaml:1" in git_says(repo, "push", "-q", "origin", "main")[1]


def test_the_stage_of_a_push_by_hand_is_what_no_remote_has(repo: Path, world: World) -> None:
    Server(world.tmp / "server.git", repo)
    plain_commit(repo, {"pod.yaml": POD})
    by_hand = ("run", "--hook-stage", "pre-push", "--all-files", "phasegate-push")
    assert "pod.yaml:1" in pre_commit(repo, *by_hand).stdout
    git_says(repo, "push", "-q", "--no-verify", "origin", "main")
    assert pre_commit(repo, *by_hand).returncode == 0
    assert os.listdir(world.tmp / "home")
