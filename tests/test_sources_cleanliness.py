"""What keeps a work tree from being clean, on real repositories, some of which would rather not have it known."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from repositories import commit, git, init, write
from scanner.sources.cleanliness import Unclean, unclean
from scanner.sources.repository import open_repository


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = init(tmp_path / "repo")
    commit(folder, {"a.txt": "a\n", "b/c d.txt": "c\n", "run": "r\n"})
    return folder


def found(folder: Path) -> dict[str, str]:
    told = unclean(open_repository(str(folder)))
    assert told is not None
    assert all(each.certain for each in told)
    return {each.path: each.words for each in told}


def doubts(folder: Path) -> dict[str, str]:
    return {each.path: each.words for each in unclean(open_repository(str(folder))) or () if not each.certain}


def modify(repo: Path) -> None:
    (repo / "a.txt").write_text("b\n")


def modify_unnoticed(repo: Path) -> None:
    """The same size, the same time stamp, and the index says not to look."""
    before = (repo / "a.txt").stat()
    (repo / "a.txt").write_text("b\n")
    os.utime(repo / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    git(repo, "update-index", "--assume-unchanged", "a.txt")


def stage(repo: Path) -> None:
    (repo / "a.txt").write_text("b\n")
    git(repo, "add", "a.txt")


def stage_and_take_back(repo: Path) -> None:
    stage(repo)
    (repo / "a.txt").write_text("a\n")


def conflict(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "other")
    commit(repo, {"a.txt": "other\n"})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"a.txt": "main\n"})
    git(repo, "merge", "-q", "other", check=False)


def link(repo: Path) -> None:
    (repo / "a.txt").unlink()
    (repo / "a.txt").symlink_to("run")


def folder_link(repo: Path) -> None:
    (repo / "b").rename(repo.parent / "elsewhere")
    (repo / "b").symlink_to(repo.parent / "elsewhere")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda repo: None, {}),
        (modify, {"a.txt": "is altered"}),
        (modify_unnoticed, {"a.txt": "is altered"}),
        (lambda repo: (repo / "b" / "c d.txt").unlink(), {"b/c d.txt": "is missing"}),
        (lambda repo: (repo / "run").chmod(0o755), {"run": "is altered: its executable bit is not the committed one"}),
        (link, {"a.txt": "is altered: it is no regular file any more"}),
        (stage, {"a.txt": "is staged with changes that are not committed"}),
        (stage_and_take_back, {"a.txt": "is staged with changes that are not committed"}),
        (lambda repo: git(repo, "rm", "-q", "run"), {"run": "is staged to be deleted"}),
        (lambda repo: git(repo, "rm", "-q", "--cached", "run"), {"run": "is staged to be deleted"}),
        (lambda repo: write(repo, {"new\nline \u00e9": "x"}), {"new\nline \u00e9": "is untracked"}),
        (conflict, {"a.txt": "is in conflict"}),
    ],
)
def test_each_way_of_not_being_clean_is_told(repo: Path, change: Callable[[Path], object], expected: dict[str, str]) -> None:
    change(repo)
    assert found(repo) == expected


def test_an_intention_to_add_and_a_new_file_are_staged(repo: Path) -> None:
    write(repo, {"new": "n\n", "meant": "m\n"})
    git(repo, "add", "new")
    git(repo, "add", "-N", "meant")
    assert found(repo) == dict.fromkeys(("new", "meant"), "is staged and not committed")


def test_ignored_files_do_not_count_and_a_sub_folder_sees_the_whole(repo: Path) -> None:
    commit(repo, {".gitignore": "*.log\n"})
    write(repo, {"x.log": "x", "other": "x"})
    assert found(repo / "b") == {"other": "is untracked"}


def test_a_file_behind_a_linked_folder_is_not_the_committed_one(repo: Path) -> None:
    folder_link(repo)
    assert doubts(repo) == {"b/c d.txt": "cannot be compared: a folder on its path is a symbolic link"}


def test_what_a_sparse_checkout_leaves_out_is_not_missing(repo: Path) -> None:
    git(repo, "sparse-checkout", "set", "b")
    git(repo, "sparse-checkout", "set", "--no-cone", "b")
    assert not (repo / "a.txt").exists()
    assert found(repo) == {}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_names_and_links_of_every_sort_are_compared(tmp_path: Path, algorithm: str) -> None:
    folder = init(tmp_path / "r", f"--object-format={algorithm}")
    name = os.fsdecode(b'odd "\\ \n \xff')
    (folder / "link").symlink_to("nowhere")
    commit(folder, {name: "a\r\n", ".gitattributes": "* text=auto\n"})
    (folder / name).write_bytes(b"a\n")
    assert found(folder) == {}
    (folder / name).write_bytes(b"b\n")
    (folder / "link").unlink()
    (folder / "link").symlink_to("elsewhere")
    assert found(folder) == {name: "is altered", "link": "is altered"}


def test_line_ends_that_git_converts_are_no_alteration(repo: Path) -> None:
    (repo / "a.txt").write_bytes(b"a\r\n")
    assert found(repo) == {"a.txt": "is altered"}
    git(repo, "config", "core.autocrlf", "true")
    assert found(repo) == {}


def test_a_filter_is_never_run(repo: Path) -> None:
    commit(repo, {".gitattributes": "*.txt filter=evil\n"})
    trap = repo.parent / "trap"
    for key in ("filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "core.fsmonitor", "core.hooksPath"):
        git(repo, "config", key, f"touch '{trap}'; cat")
    (repo / "a.txt").write_text("b\n")
    assert doubts(repo) == {"a.txt": "cannot be compared without running the filter 'evil' that is configured for it"}
    assert not trap.exists()


def test_a_file_of_git_lfs_is_held_against_its_pointer(repo: Path) -> None:
    content = b"large\n"
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{hashlib.sha256(content).hexdigest()}\nsize {len(content)}\n"
    commit(repo, {"big.bin": pointer})
    commit(repo, {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    assert found(repo) == {}
    (repo / "big.bin").write_bytes(content)
    assert found(repo) == {}
    (repo / "big.bin").write_bytes(b"other\n")
    assert found(repo) == {"big.bin": "is altered"}


def test_submodules_are_looked_into(tmp_path: Path, repo: Path) -> None:
    module = init(tmp_path / "module")
    commit(module, {"m": "1\n"})
    git(repo, "submodule", "--quiet", "add", str(module), "sub")
    git(repo, "config", "-f", ".gitmodules", "submodule.sub.ignore", "all")
    commit(repo)
    assert found(repo) == {}
    write(repo / "sub", {"new": "x"})
    assert found(repo) == {"sub/new": "is untracked"}
    commit(repo / "sub")
    assert found(repo) == {"sub": "is a submodule at another commit than the committed one"}


def test_a_submodule_that_is_not_checked_out_is_clean(tmp_path: Path, repo: Path) -> None:
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(repo, "commit", "-q", "-m", "x")
    (repo / "sub").mkdir()
    assert found(repo) == {}


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    assert unclean(open_repository(str(init(tmp_path / "bare", "--bare")))) is None


def test_a_work_tree_that_is_said_to_lie_elsewhere_is_not_taken_for_this_one(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    git(repo, "config", "core.worktree", str(tmp_path / "elsewhere"))
    assert unclean(open_repository(str(repo))) == (
        Unclean(".", "git takes another folder for the work tree than the one around its own (core.worktree)", certain=False),
    )
