"""Where the results of scans lie: private, bounded, and never a reason for a scan to fail or to differ."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cached_scans import SAMPLES, TOTAL, Tree, later, own_cache
from commands import runner
from repositories import write
from scanner.match import rules
from scanner.model import Listing
from scanner.pipeline import Settings, scan
from scanner.results import database
from scanner.results.memory import remember
from scanner.sources.worktree import listing
from test_engine import Bench


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Tree:
    """A folder outside git, written an hour ago."""
    kept = own_cache(tmp_path / "cache", monkeypatch)
    root = tmp_path / "tree"
    write(root, SAMPLES)
    later(monkeypatch)
    return Tree(root, runner(root, monkeypatch, capfd), kept, monkeypatch)


def test_it_is_for_the_users_eyes_only(tree: Tree) -> None:
    before = os.umask(0)
    try:
        tree.scan()
    finally:
        os.umask(before)
    assert stat.S_IMODE(tree.database.stat().st_mode) == 0o600
    assert stat.S_IMODE(tree.database.parent.stat().st_mode) == 0o700
    assert os.listdir(tree.database.parent) == [tree.database.name]


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: b"no database at all " * 1000,
        lambda data: data[: len(data) // 2],
        lambda data: data[:4096] + bytes(len(data) - 4096),
        lambda data: data[:4096] + b"\xff" * 300 + data[4396:],
        lambda data: bytes(4096) + data[4096:],
    ],
)
def test_a_damaged_one_is_begun_anew(tree: Tree, harm: object) -> None:
    assert callable(harm)
    tree.scan()
    tree.database.write_bytes(harm(tree.database.read_bytes()))
    said = tree.same()
    assert "damaged and is begun anew" in said or f"{TOTAL} looked at" in said
    tree.same()
    assert tree.counts() == (TOTAL, 0, 0)


def test_no_single_damaged_byte_changes_a_report(tree: Tree) -> None:
    tree.scan()
    whole = tree.database.read_bytes()
    plain, _ = tree.scan()
    for place in range(100, len(whole), len(whole) // 60):
        tree.database.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        assert tree.scan()[0] == plain


def test_a_damaged_outcome_is_not_believed(tree: Tree) -> None:
    tree.scan()
    for outcome in (b"", b"{}", "nothing", None, b"\0\0\0\0{}", 7):
        with closing(sqlite3.connect(tree.database)) as connection:
            connection.execute("update results set outcome = ? where key = ?", (outcome, b"infra/main.tf"))
            connection.commit()
        assert tree.counts() == (TOTAL - 1, 0, 1)


def test_one_that_another_process_has_locked_is_done_without(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.01)
    tree.scan()
    with closing(sqlite3.connect(tree.database)) as connection:
        connection.execute("begin exclusive")
        assert "locked" in tree.same()
    assert tree.scan()[1] == f"phasegate: {TOTAL} files untouched, 0 read and known, 0 looked at\n"


def test_one_that_cannot_be_written_is_read_all_the_same(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.scan()
    write(tree.root, {"docs/new.txt": "new\n"})
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda file, **options: connect(f"file:{file}?mode=ro", uri=True, **options))
    said = tree.same()
    assert "readonly" in said
    assert f"{TOTAL} files untouched, 0 read and known, 1 looked at" in said


@pytest.mark.parametrize("name", ["", "results", "results/results-1.sqlite"])
def test_no_link_is_followed_into_it(tree: Tree, tmp_path: Path, name: str) -> None:
    tree.scan()
    known = rules.load()
    place, elsewhere = tree.database.parent.parent / name, tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    before = {path: path.stat().st_mtime_ns for path in (elsewhere, *elsewhere.rglob("*"))}
    with tree.patch.context() as patch:
        patch.setattr(rules, "load", lambda policy, use_cache: known)  # else the signatures would be compiled anew
        assert "the cache of results is not used" in tree.same()
    assert before == {path: path.stat().st_mtime_ns for path in (elsewhere, *elsewhere.rglob("*"))}


@pytest.mark.parametrize(("name", "mode"), [("results", 0o777), ("results/results-1.sqlite", 0o644)])
def test_one_that_others_can_reach_is_not_believed(tree: Tree, name: str, mode: int) -> None:
    tree.scan()
    (tree.database.parent.parent / name).chmod(mode)
    assert "the cache of results is not used" in tree.same()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("name", ["results", "results/results-1.sqlite"])
def test_one_of_somebody_else_is_not_believed(tree: Tree, name: str) -> None:
    tree.scan()
    os.chown(tree.database.parent.parent / name, 12345, 12345)
    assert "the cache of results is not used" in tree.same()


def test_it_never_lies_in_what_is_scanned(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = own_cache(tree.root / ".cache", monkeypatch)
    assert "lies in the tree that is scanned" in tree.same("--exclude", ".cache/**")
    assert not kept.parent.exists()


def test_a_python_without_sqlite_scans_all_the_same(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert "the cache of results is not used: this Python was built without SQLite" in tree.same()


def test_what_is_used_without_being_written_counts_as_used(tree: Tree) -> None:
    tree.scan()
    with closing(sqlite3.connect(tree.database)) as connection:
        connection.execute("update places set used = used - 29 * 24 * 3600")
        (before,) = connection.execute("select used from places").fetchone()
        connection.commit()
    assert tree.counts() == (TOTAL, 0, 0)
    with closing(sqlite3.connect(tree.database)) as connection:
        assert connection.execute("select used from places").fetchone()[0] > before


def test_two_scans_at_once_disturb_neither(tree: Tree) -> None:
    command = [sys.executable, "-m", "scanner", "scan", ".", "--format", "json", "--no-progress"]
    folder = {**os.environ, "PYTHONPATH": os.fspath(Path(rules.__file__).parents[2])}
    running = [subprocess.Popen(command, cwd=tree.root, env=folder, stdout=subprocess.PIPE) for _ in range(3)]
    reports = [process.communicate()[0].decode().replace(" ", "") for process in running]
    assert [process.returncode for process in running] == [1, 1, 1]
    assert len({"".join(line for line in report.splitlines() if "seconds" not in line) for report in reports}) == 1
    with closing(sqlite3.connect(tree.database)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("select count(*) from results").fetchone() == (TOTAL,)


def test_changed_signatures_have_their_own_results(tree: Tree, tmp_path: Path) -> None:
    base = tmp_path / "signatures"
    base.mkdir()
    bench = Bench(base)

    def found(**kind: object) -> list[str]:
        bench.kinds(kind)
        loaded, tree_listing = rules.load(str(base)), _listing(tree)
        memory = remember(tree_listing, loaded, Settings())
        assert memory is not None
        report = scan(tree_listing, loaded, Settings(), memory=memory)
        assert report.findings == scan(tree_listing, loaded, Settings()).findings
        return [finding.kind for finding in report.findings if finding.path == "deploy/api.yaml"]

    assert found() == []
    assert found(kind="pod", hints=["kind:"], where=[{"at": "$[?@.kind]"}]) == ["pod"]
    assert found(kind="thing-of-pods", hints=["kind:"], where=[{"at": "$[?@.kind]"}]) == ["thing-of-pods"]


def _listing(tree: Tree) -> Listing:
    os.chdir(tree.root)
    return listing(["."])


def test_what_is_more_than_may_be_kept_goes_the_longest_unused_first(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    other = tree.root.parent / "other"
    shutil.copytree(tree.root, other)
    tree.scan()
    with closing(sqlite3.connect(tree.database)) as connection:
        (size,) = connection.execute("select size from places").fetchone()
    monkeypatch.setattr(database, "LARGEST", size * 3 // 2)
    second = Tree(other, runner(other, monkeypatch, capfd), tree.database, monkeypatch)
    assert second.counts() == (0, 0, TOTAL)
    assert second.counts() == (TOTAL, 0, 0)
    assert tree.counts() == (0, 0, TOTAL)


def test_what_was_not_used_for_a_month_goes(tree: Tree) -> None:
    tree.scan()
    with closing(sqlite3.connect(tree.database)) as connection:
        connection.execute("insert into places select null, x'00', used - 31 * 24 * 3600, 100 from places")
        connection.execute("insert into results select 2, key, stamp, content, outcome from results")
        connection.commit()
    (tree.root / "docs/page1.txt").unlink()
    tree.scan()
    with closing(sqlite3.connect(tree.database)) as connection:
        assert connection.execute("select count(*) from results").fetchone() == (TOTAL - 1,)


def test_the_command_says_what_is_kept_and_clears_it(tree: Tree) -> None:
    tree.scan()
    code, out, _ = tree.run("cache", "info")
    assert code == 0
    assert str(tree.database.parent.parent) in out
    assert f"{TOTAL} files of 1 scan," in out
    (tree.database.parent.parent / "rules-0").write_bytes(bytes(1_000_000))
    code, out, _ = tree.run("cache", "clear")
    assert code == 0
    assert out.startswith("Removed 2 files, 1.")
    assert "0 files of 0 scans" in tree.run("cache", "info")[1]
    assert tree.counts() == (0, 0, TOTAL)


def test_the_command_touches_nothing_that_lies_elsewhere(tree: Tree, tmp_path: Path) -> None:
    tree.scan()
    write(tmp_path, {"mine/thesis.txt": "mine"})
    shutil.rmtree(tree.database.parent)
    tree.database.parent.symlink_to(tmp_path / "mine")
    tree.run("cache", "clear")
    assert (tmp_path / "mine/thesis.txt").read_text() == "mine"
    code, _, err = tree.run("cache", "info")
    assert code == 2
    assert "is a link" in err


def test_without_a_home_there_is_no_cache(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    known = rules.load()
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setattr(rules, "load", lambda policy, use_cache: known)
    assert "the cache of results is not used: no home is known" in tree.same()
    assert tree.run("cache", "info")[0] == 2
