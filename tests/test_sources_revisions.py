"""Ranges of commits, as people and CI services write them, on real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from repositories import commit, git, init
from scanner.errors import UsageError
from scanner.sources.repository import open_repository
from scanner.sources.revisions import Difference, differences, resolve_range


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return init(tmp_path / "repo")


@pytest.fixture
def forked(repo: Path) -> dict[str, str]:
    """Two branches that part at `base`."""
    base = commit(repo, {"a": "a\n"})
    git(repo, "checkout", "-q", "-b", "topic")
    topic = commit(repo, {"b": "b\n"})
    git(repo, "checkout", "-q", "main")
    return {"base": base, "topic": topic, "main": commit(repo, {"c": "c\n"})}


@pytest.mark.parametrize(
    ("spec", "start", "end"),
    [
        ("main..topic", "main", "topic"),
        ("main...topic", "main", "topic"),
        ("topic..", "topic", "main"),
        ("..topic", "main", "topic"),
        ("topic", "topic", "main"),
        ("v1..topic", "main", "topic"),
    ],
)
def test_a_range_is_judged_against_the_merge_base(repo: Path, forked: dict[str, str], spec: str, start: str, end: str) -> None:
    git(repo, "tag", "-a", "-m", "x", "v1", "main")
    found = resolve_range(spec, open_repository(str(repo)))
    assert (found.start, found.base, found.end) == (forked[start], forked["base"], forked[end])


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_nothing_before_a_first_commit_is_the_empty_tree(tmp_path: Path, algorithm: str) -> None:
    folder = init(tmp_path / "r", f"--object-format={algorithm}")
    commit(folder, {"a": "a\n"})
    repo = open_repository(str(folder))
    for nothing in (repo.zero, repo.empty_tree):
        span = resolve_range(f"{nothing}..HEAD", repo)
        assert [(each.status, each.path) for each in differences(span, repo)] == [("A", "a")]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("nowhere..main", "'nowhere' names no commit"),
        ("main..nowhere", "'nowhere' names no commit"),
        ("--output=x..main", "starts with '-'"),
        ("main..--all", "starts with '-'"),
        ("main..unrelated", "have no common ancestor"),
        ("main:a", "'main:a' names no commit"),
    ],
)
def test_an_unusable_range_is_refused_in_words(repo: Path, forked: dict[str, str], spec: str, words: str) -> None:
    git(repo, "checkout", "-q", "--orphan", "unrelated")
    commit(repo)
    git(repo, "checkout", "-q", "main")
    with pytest.raises(UsageError, match=words):
        resolve_range(spec, open_repository(str(repo)))


def test_differences_tell_renames_modes_and_types(repo: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(20))
    commit(repo, {"moved": text, "mode": "m\n", "gone": "g\n", "type": "t\n"})
    (repo / "moved").rename(repo / "was moved\n")
    (repo / "mode").chmod(0o755)
    (repo / "gone").unlink()
    (repo / "type").unlink()
    (repo / "type").symlink_to("mode")
    commit(repo, {"new": "n\n"})
    known = open_repository(str(repo))
    span = resolve_range("HEAD~1..HEAD", known)

    def told(found: tuple[Difference, ...]) -> set[tuple[str, str, str, str, str]]:
        return {(each.status, each.old_path, each.path, each.old_mode, each.mode) for each in found}

    assert told(differences(span, known)) == {
        ("R", "moved", "was moved\n", "100644", "100644"),
        ("M", "mode", "mode", "100644", "100755"),
        ("D", "gone", "gone", "100644", "000000"),
        ("A", "new", "new", "000000", "100644"),
        ("T", "type", "type", "100644", "120000"),
    }
    assert {("D", "moved"), ("A", "was moved\n")} <= {(each.status, each.path) for each in differences(span, known, renames=False)}


def test_a_submodule_that_the_repository_wants_ignored_is_told_all_the_same(repo: Path) -> None:
    commit(repo, {".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = ./m\n\tignore = all\n'})
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    git(repo, "commit", "-q", "-m", "x")
    known = open_repository(str(repo))
    assert [(each.path, each.mode) for each in differences(resolve_range("HEAD~1", known), known)] == [("m", "160000")]


def test_a_graft_or_a_replacement_cannot_hide_a_commit(repo: Path) -> None:
    first, second, third = commit(repo, {"a": "a\n"}), commit(repo, {"b": "b\n"}), commit(repo, {"c": "c\n"})
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "grafts").write_text(f"{third} {first}\n")
    git(repo, "replace", second, first)
    known = open_repository(str(repo))
    assert resolve_range(f"{second}..{third}", known).base == second


def test_where_there_is_no_repository_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in a git repository"):
        open_repository(str(tmp_path))
