"""The cache of results: whatever happens between two scans, the report is the one that a scan without it gives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cached_scans import FILLED, FILLERS, SAMPLES, TOTAL, Tree, later, own_cache
from commands import runner
from repositories import commit, git, init, write
from scanner.match import rules
from scanner.sources import tree as tree_source
from settling_samples import BUCKET, POD

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
KEY = "ghp_" + "a1B2" * 9


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Tree:
    """A git repository that was committed an hour ago."""
    database = own_cache(tmp_path / "cache", monkeypatch)
    root = init(tmp_path / "tree")
    commit(root, SAMPLES)
    later(monkeypatch)
    return Tree(root, runner(root, monkeypatch, capfd), database, monkeypatch)


def test_a_second_scan_reads_nothing_and_says_the_same(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tree.counts() == (0, 0, TOTAL)
    first, _ = tree.scan()
    assert {finding["status"] for finding in first["findings"]} == {"open", "suppressed"}

    def refuse(_self: object, path: str, _limit: int) -> bytes:
        raise AssertionError(path)

    monkeypatch.setattr(tree_source.Tree, "read", refuse)
    assert tree.scan() == (first, f"phasegate: {TOTAL} files untouched, 0 read and known, 0 looked at\n")


def test_it_does_so_without_git_and_with_several_processes(tree: Tree) -> None:
    shutil.rmtree(tree.root / ".git")
    assert tree.counts("--jobs", "2") == (0, 0, TOTAL)
    assert tree.counts("--jobs", "2") == (TOTAL, 0, 0)


def test_a_file_with_new_times_and_the_same_bytes_is_read_and_known(tree: Tree) -> None:
    tree.scan()
    (tree.root / "infra/main.tf").touch()
    assert tree.counts() == (TOTAL - 1, 1, 0)
    assert tree.counts() == (TOTAL, 0, 0)


def test_what_was_written_a_moment_ago_may_change_unseen_and_is_read_again(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, seconds=0)
    tree.scan()
    assert tree.counts() == (0, TOTAL, 0)


def test_an_edit_of_the_same_length_is_seen(tree: Tree) -> None:
    tree.scan()
    path = tree.root / "infra/main.tf"
    status = path.stat()
    path.write_text(BUCKET.replace("aws_s3_bucket", "aws_sqs_queue"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert tree.counts() == (TOTAL - 1, 0, 1)
    assert "aws_sqs_queue" in str(tree.scan()[0]["findings"])


def test_files_come_go_and_move(tree: Tree) -> None:
    tree.scan()
    (tree.root / "infra/main.tf").rename(tree.root / "infra/moved.tf")
    (tree.root / "deploy/api.yaml").unlink()
    tree.write(deploy__new_yaml=POD)
    assert tree.counts() == (TOTAL - 2, 0, 2)
    (tree.root / "infra/moved.tf").rename(tree.root / "docs/main.txt")
    tree.same()
    assert tree.counts() == (TOTAL, 0, 0)


def test_a_link_that_is_led_elsewhere_is_followed_anew(tree: Tree) -> None:
    (tree.root / "link.tf").symlink_to("infra/main.tf")
    tree.same()
    (tree.root / "link.tf").unlink()
    (tree.root / "link.tf").symlink_to("docs/page1.txt")
    tree.same()
    (tree.root / "link.tf").unlink()
    (tree.root / "link.tf").symlink_to("/etc/passwd")
    assert "leads out" in str(tree.scan()[0]["not_scanned"])


def test_what_a_file_is_by_its_neighbours_changes_with_them(tree: Tree) -> None:
    def found() -> bool:
        return "shop/values.yaml" in {finding["path"] for finding in tree.scan()[0]["findings"]}

    tree.write(shop__values_yaml="colour: blue\n")
    assert not found()
    tree.write(shop__Chart_yaml=CHART)
    assert tree.counts() == (TOTAL, 0, 2)
    assert found()
    (tree.root / "shop/Chart.yaml").unlink()
    assert tree.counts() == (TOTAL, 0, 1)
    assert not found()


def test_another_policy_has_its_own_results(tree: Tree) -> None:
    tree.scan()
    policy = str(Path(__file__).parent / "policies" / "j-4-2.yaml")
    assert tree.counts("--policy", policy) == (0, 0, TOTAL)
    assert tree.counts("--policy", policy) == (TOTAL, 0, 0)
    assert tree.counts() == (TOTAL, 0, 0)


def test_settings_that_change_what_is_found_have_their_own_results(tree: Tree) -> None:
    tree.scan()
    assert tree.counts("--max-file-size", "30") == (0, 0, TOTAL)
    assert "larger than 30 bytes" in str(tree.scan("--max-file-size", "30")[0]["not_scanned"])


def test_settings_that_change_what_is_shown_share_them(tree: Tree) -> None:
    tree.scan()
    assert tree.counts("--clause", "3.1", "--level", "error", "--no-suppressions") == (TOTAL, 0, 0)


def test_sarif_after_json_has_the_hashes_of_its_lines(tree: Tree) -> None:
    tree.scan()
    first, second = (tree.run("scan", "--format", "sarif")[1] for _ in range(2))
    assert first == second
    assert first.count("primaryLocationLineHash") == first.count("ruleIndex") > 0


def test_a_part_of_the_tree_leaves_the_rest_known(tree: Tree) -> None:
    tree.scan()
    assert tree.counts("docs", "infra") == (FILLERS + 1, 0, 0)
    assert tree.counts("--exclude", "infra/**") == (TOTAL - 1, 0, 0)
    assert tree.counts() == (TOTAL, 0, 0)


def test_the_bytes_on_the_disk_count_whatever_filters_made_of_the_blob(tree: Tree) -> None:
    tree.scan()
    write(tree.root, {".gitattributes": "*.tf eol=crlf\n*.yaml working-tree-encoding=UTF-16 text\n"})
    for name in ("infra/main.tf", "deploy/api.yaml"):
        (tree.root / name).unlink()
    git(tree.root, "checkout", "-f", "--", ".")
    assert b"\r\n" in (tree.root / "infra/main.tf").read_bytes()
    assert tree.counts()[2] >= 3
    assert tree.counts()[0] == TOTAL + 1


def test_the_index_cannot_hide_a_change(tree: Tree) -> None:
    tree.scan()
    git(tree.root, "config", "core.trustctime", "false")
    git(tree.root, "config", "core.checkStat", "minimal")
    git(tree.root, "update-index", "--assume-unchanged", "docs/page1.txt")
    git(tree.root, "update-index", "--skip-worktree", "docs/page2.txt")
    write(tree.root, {"docs/page1.txt": f"token = {KEY}\n", "docs/page2.txt": f"token = {KEY}\n"})
    tree.same()
    paths = {finding["path"] for finding in tree.scan()[0]["findings"]}
    assert {"docs/page1.txt", "docs/page2.txt"} <= paths


def test_an_object_that_belies_its_id_is_looked_at(tree: Tree) -> None:
    assert tree.counts("--history") == (0, 0, TOTAL)
    assert tree.counts("--history") == (0, TOTAL, 0)
    objects = tree.root / ".git" / "objects"
    clean = git(tree.root, "rev-parse", "HEAD:docs/page1.txt")
    evil = git(tree.root, "rev-parse", "HEAD:infra/main.tf")
    victim = objects / clean[:2] / clean[2:]
    victim.unlink()
    shutil.copy(objects / evil[:2] / evil[2:], victim)
    assert tree.counts("--history") == (0, TOTAL - 1, 1)


def test_the_history_keeps_every_version_with_its_commit(tree: Tree) -> None:
    tree.scan("--history")
    commit(tree.root, {"infra/main.tf": BUCKET.replace("s3_bucket", "sqs_queue")}, "second")
    assert tree.counts("--history") == (0, TOTAL, 1)
    report, _ = tree.scan("--history")
    assert len({finding["commit"] for finding in report["findings"] if finding["path"] == "infra/main.tf"}) == 2


def test_what_could_not_be_scanned_is_tried_again(tree: Tree) -> None:
    tree.write(deploy__bad_json='{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": {"Type": "AWS::S3::Bucket"}')
    assert tree.counts() == (0, 0, TOTAL + 1)
    assert tree.counts() == (TOTAL, 0, 1)
    assert tree.run("scan", "-q")[0] == 2


def test_suppressions_are_recalled_with_what_is_wrong_with_them(tree: Tree) -> None:
    tree.write(deploy__idle_yaml="# phasegate: allow 3.6 -- nothing to lift\na: 1\n", deploy__bad_yaml=f"# phasegate: allow 3.6\n{POD}")
    tree.scan()
    assert tree.counts()[0] == TOTAL + 2
    out = tree.run("scan")[1]
    assert "deploy/idle.yaml:1 is not used" in out
    assert "deploy/bad.yaml:1 lifts nothing" in out


def test_a_secret_stands_in_the_cache_masked(tree: Tree) -> None:
    tree.write(app__settings_py=f'TOKEN = "{KEY}"\n')
    tree.scan()
    assert "app/settings.py" in str(tree.scan()[0]["findings"])
    kept = tree.database.read_bytes()
    assert b"app/settings.py" in kept
    assert KEY.encode() not in kept


def test_a_small_scan_does_without(tree: Tree) -> None:
    assert tree.run("scan", "infra", "deploy", "-v")[2] == ""
    assert not tree.database.exists()


def test_no_cache_leaves_nothing_behind(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    load = rules.load
    monkeypatch.setattr(rules, "load", lambda *, policy, use_cache: load(policy=policy))  # the signatures need not be compiled for this
    assert tree.scan("--no-cache")[1] == ""
    tree.write(phasegate_toml="cache = false\n")
    assert tree.scan()[1] == ""
    assert not tree.database.exists()


def test_a_baseline_and_authorisations_are_made_of_what_is_known(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.scan()
    monkeypatch.setattr(tree_source.Tree, "_read", lambda _self, path, _limit: pytest.fail(path))
    assert tree.run("authorize", "--list")[0] == 0
    assert "2 added" in tree.run("baseline")[1]


def test_filler_files_are_enough_for_the_cache_to_be_used() -> None:
    from scanner.pipeline import WORTH_REMEMBERING

    assert len(FILLED) >= WORTH_REMEMBERING
