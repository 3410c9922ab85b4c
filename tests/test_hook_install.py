"""`phasegate hook install` and `uninstall`: where hooks are written, what is left alone, and what a written hook does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commands import Run, runner
from git_situations import World
from pushes import POD, git_says, phasegate
from repositories import commit, git, init, write
from scanner.hooks import script


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(world.repo, monkeypatch, capsys)


def hooks(folder: Path) -> dict[str, bool]:
    """The files of a hooks folder but git's samples, and whether each can be run."""
    return {path.name: os.access(path, os.X_OK) for path in folder.glob("*") if path.suffix != ".sample"}


def test_installed_twice_and_taken_away_nothing_is_left(world: World, run: Run) -> None:
    folder = world.repo / ".git" / "hooks"
    before = hooks(folder)
    assert run("hook", "install") == (0, "Installed: .git/hooks/pre-commit\nInstalled: .git/hooks/pre-merge-commit\n", "")
    assert hooks(folder) == before | {"pre-commit": True, "pre-merge-commit": True}
    assert run("hook", "install") == (0, "Up to date: .git/hooks/pre-commit\nUp to date: .git/hooks/pre-merge-commit\n", "")
    assert run("hook", "uninstall")[:2] == (0, "Removed: .git/hooks/pre-commit\nRemoved: .git/hooks/pre-merge-commit\n")
    assert hooks(folder) == before
    assert run("hook", "uninstall")[:2] == (0, "Nothing to remove: no hook here was written by phasegate.\n")


def test_an_older_hook_of_ours_is_written_anew(world: World, run: Run) -> None:
    run("hook", "install", "--stage", "pre-push")
    place = world.repo / ".git" / "hooks" / "pre-push"
    current = place.read_bytes()
    place.write_bytes(current.replace(b"python=", b"python=/gone"))
    assert run("hook", "install", "--stage", "pre-push")[1] == "Installed: .git/hooks/pre-push\n"
    assert place.read_bytes() == current


def foreign(world: World, text: str = "exit 0\n") -> Path:
    place = world.repo / ".git" / "hooks" / "pre-commit"
    write(place.parent, {"pre-commit": f"#!/bin/sh\n{text}"})
    place.chmod(0o755)
    return place


def test_another_hook_is_never_overwritten(world: World, run: Run) -> None:
    place = foreign(world)
    text = place.read_text()
    code, out, err = run("hook", "install")
    assert (code, out) == (2, "")
    assert "there is a hook already; --force keeps it as pre-commit.before-phasegate, which then runs first" in err
    run("hook", "uninstall")
    assert place.read_text() == text
    assert not (place.parent / "pre-merge-commit").exists()


def test_with_force_the_other_hook_runs_first_and_may_refuse(world: World, run: Run) -> None:
    place = foreign(world, f'echo "earlier $#" >> {world.tmp}/ran\ntest ! -e {world.tmp}/refuse\n')
    text = place.read_text()
    assert run("hook", "install", "--force")[0] == 0
    write(world.repo, {"a": "a\n"})
    git(world.repo, "add", "a")
    assert git_says(world.repo, "commit", "-q", "-m", "x")[0] == 0
    write(world.repo, {"pod.yaml": POD})
    git(world.repo, "add", "pod.yaml")
    assert "3.6" in git_says(world.repo, "commit", "-q", "-m", "x")[1]
    (world.tmp / "refuse").touch()
    assert git_says(world.repo, "commit", "-q", "-m", "x") == (1, "")
    assert (world.tmp / "ran").read_text() == "earlier 0\n" * 3
    run("hook", "uninstall")
    assert place.read_text() == text
    assert hooks(place.parent)["pre-commit"]


def test_a_hook_that_was_kept_is_not_lost_to_a_second_one(world: World, run: Run) -> None:
    foreign(world, "echo first\n")
    run("hook", "install", "--force")
    place = foreign(world, "echo second\n")
    code, _out, err = run("hook", "install", "--force")
    assert code == 2
    assert "there is one already, from an earlier time" in err
    assert "second" in place.read_text()
    assert "first" in (place.parent / "pre-commit.before-phasegate").read_text()


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_regular_file_is_a_hook_of_another(world: World, run: Run, kind: str) -> None:
    target = world.tmp / "target"
    target.write_bytes(script.text("pre-commit"))
    place = world.repo / ".git" / "hooks" / "pre-commit"
    place.parent.mkdir(exist_ok=True)
    if kind == "link":
        place.symlink_to(target)
    elif kind == "folder":
        place.mkdir()
    else:
        os.mkfifo(place)
    assert run("hook", "install")[0] == 2
    run("hook", "uninstall")
    assert os.path.lexists(place)
    assert run("hook", "install", "--force", "--stage", "pre-commit")[0] == 0
    assert not place.is_symlink()
    assert target.read_bytes() == script.text("pre-commit")


@pytest.mark.parametrize(
    ("value", "place"), [("my hooks", "repo/my hooks"), ("../shared", "shared"), ("~/hooks", "home/hooks")], ids=["top", "above", "home"]
)
def test_core_hooks_path_says_where(world: World, run: Run, value: str, place: str) -> None:
    git(world.repo, "config", "core.hooksPath", value)
    home = {"HOME": str(world.tmp / "home"), "XDG_CACHE_HOME": os.path.expanduser("~/.cache")}
    for name, folder in home.items():
        world.patch.setenv(name, folder)
    (world.repo / "sub").mkdir()
    code, out, _err = phasegate(world.repo / "sub", "hook", "install")
    assert code == 0
    assert out.splitlines()[0] == f"Installed: {os.path.relpath(world.tmp / place, world.repo / 'sub')}/pre-commit"
    assert hooks(world.tmp / place) == {"pre-commit": True, "pre-merge-commit": True}
    write(world.repo, {"pod.yaml": POD})
    git(world.repo, "add", "pod.yaml")
    assert "3.6" in git_says(world.repo, "commit", "-q", "-m", "x")[1]
    assert run("hook", "uninstall")[0] == 0
    assert hooks(world.tmp / place) == {}


def test_a_hooks_path_that_is_no_folder_is_refused(world: World, run: Run) -> None:
    git(world.repo, "config", "core.hooksPath", os.devnull)
    code, out, err = run("hook", "install")
    assert (code, out) == (2, "")
    assert "/dev/null: the hook cannot be written" in err


def test_all_work_trees_share_their_hooks(world: World) -> None:
    commit(world.repo, {"a": "a\n"})
    other = world.tmp / "other"
    git(world.repo, "worktree", "add", "-q", "-b", "other", str(other))
    assert phasegate(other, "hook", "install")[1].startswith("Installed: ../repo/.git/hooks/pre-commit\n")
    write(other, {"pod.yaml": POD})
    git(other, "add", "pod.yaml")
    assert "3.6" in git_says(other, "commit", "-q", "-m", "x")[1]


def test_in_a_bare_repository_it_is_the_servers_hook(world: World) -> None:
    bare = init(world.tmp / "bare.git", "--bare")
    assert phasegate(bare, "hook", "install") == (0, "Installed: hooks/pre-receive\n", "")
    assert phasegate(bare / "refs", "hook", "uninstall") == (0, "Removed: ../hooks/pre-receive\n", "")


def test_outside_of_a_repository_that_is_said(world: World) -> None:
    folder = world.tmp / "plain"
    folder.mkdir()
    code, _out, err = phasegate(folder, "hook", "install", GIT_CEILING_DIRECTORIES=str(world.tmp))
    assert (code, err) == (2, "phasegate: .: not in a git repository\n")


@pytest.fixture
def orphaned(world: World, run: Run) -> Path:
    """A repository with something staged, and a hook whose interpreter is gone."""
    run("hook", "install")
    place = world.repo / ".git" / "hooks" / "pre-commit"
    place.write_text(place.read_text().replace(f"python={sys.executable}", "python='/gone/bin/python'"))
    write(world.repo, {"a": "a\n"})
    git(world.repo, "add", "a")
    return world.repo


def test_without_phasegate_a_hook_refuses_in_one_line(orphaned: Path) -> None:
    code, said = git_says(orphaned, "commit", "-q", "-m", "x", PATH="/usr/bin:/bin")
    assert code != 0
    assert said == "phasegate: refused, for phasegate is not installed any more: neither at /gone/bin/python nor on PATH\n"


def test_a_hook_falls_back_to_path_but_never_to_the_repository(orphaned: Path, world: World) -> None:
    write(orphaned, {"phasegate": f"#!/bin/sh\ntouch {world.tmp}/ran\n"})
    (orphaned / "phasegate").chmod(0o755)
    code, said = git_says(orphaned, "commit", "-q", "-m", "x", PATH=".::/usr/bin:/bin")
    assert (code != 0, "not installed any more" in said) == (True, True)
    assert not (world.tmp / "ran").exists()
    write(world.tmp, {"bin/phasegate": f'#!/bin/sh\nexec {sys.executable} -P -m scanner "$@"\n'})
    (world.tmp / "bin" / "phasegate").chmod(0o755)
    assert git_says(orphaned, "commit", "-q", "-m", "x", PATH=f"{world.tmp}/bin:/usr/bin:/bin")[0] == 0


def test_no_code_of_the_repository_runs_in_a_hook(world: World, run: Run) -> None:
    run("hook", "install")
    trap = f"import pathlib\npathlib.Path({str(world.tmp / 'ran')!r}).touch()\n"
    write(world.repo, {"scanner/__init__.py": trap, "scanner/__main__.py": trap, "click.py": trap, "sitecustomize.py": trap})
    git(world.repo, "add", "-A")
    assert git_says(world.repo, "commit", "-q", "-m", "x")[0] == 0
    assert not (world.tmp / "ran").exists()


@pytest.mark.parametrize("stage", list(script.COMMANDS))
def test_odd_folders_of_the_installation_are_quoted(tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / 'it\'s $(touch ran) \\ "x"'
    odd.mkdir()
    python = odd / "python"
    python.write_text(f"#!/bin/sh\necho \"$@\" > '{tmp_path}/told'\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    place = tmp_path / stage
    place.write_bytes(script.text(stage))
    place.chmod(0o755)
    subprocess.run([place, "one", "two words"], cwd=tmp_path, stdin=subprocess.DEVNULL, check=True)
    assert (tmp_path / "told").read_text() == f"-P -m scanner {script.COMMANDS[stage]} one two words\n"
    assert not (tmp_path / "ran").exists()
