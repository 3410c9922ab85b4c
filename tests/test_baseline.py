"""The baseline as a user meets it: what stands is accepted, what is new fails, what is gone is said, and git can merge it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from commands import Run, runner
from repositories import commit, git, init, write
from settling_samples import BUCKET, POD

FILE = "phasegate-baseline.json"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = init(tmp_path / "tree")
    write(root, {"deploy/web.yaml": POD, "infra/main.tf": BUCKET, "app.py": "print()\n"})
    return root


@pytest.fixture
def run(tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return runner(tree, monkeypatch, capfd)


def entries(folder: Path, name: str = FILE) -> list[dict[str, str]]:
    found = json.loads((folder / name).read_text())["findings"]
    assert isinstance(found, list)
    return found


def test_what_stands_is_accepted_and_what_is_new_fails(tree: Path, run: Run) -> None:
    assert run("scan")[0] == 1
    assert run("baseline", "--reason", "from before") == (0, f"Wrote {FILE}: 2 added, 0 kept, 0 pruned.\n", "")
    assert [(entry["path"], entry["clause"], entry["reason"]) for entry in entries(tree)] == [
        ("deploy/web.yaml", "3.6", "from before"),
        ("infra/main.tf", "3.1", "from before"),
    ]
    code, out, _ = run("scan")
    assert code == 0
    assert "Not counted: 2 baselined" in out
    assert "baselined: from before" in run("scan", "-v")[1]
    assert run("scan", "--no-baseline")[0] == 1
    write(tree, {"deploy/copy.yaml": POD})
    code, out, _ = run("scan")
    assert code == 1
    assert "deploy/copy.yaml" in out
    assert "deploy/web.yaml" not in out


def test_lines_may_move_but_a_second_one_in_the_same_file_is_new(tree: Path, run: Run) -> None:
    run("baseline")
    write(tree, {"deploy/web.yaml": f"# a remark\n\n{POD}"})
    assert run("scan")[0] == 0
    write(tree, {"deploy/web.yaml": f"{POD}---\n{POD}"})
    assert run("scan")[0] == 1


def test_no_line_number_and_no_time_stands_in_it_and_writing_twice_changes_nothing(tree: Path, run: Run) -> None:
    run("baseline")
    first = (tree / FILE).read_bytes()
    assert {key for entry in entries(tree) for key in entry} == {"path", "clause", "kind", "fingerprint"}
    assert run("baseline")[1] == "Nothing to write: 0 added, 2 kept, 0 pruned.\n"
    (tree / FILE).unlink()
    run("baseline")
    assert (tree / FILE).read_bytes() == first


def test_an_update_keeps_reasons_and_prunes_what_is_gone(tree: Path, run: Run) -> None:
    run("baseline", "--reason", "old")
    (tree / "infra/main.tf").unlink()
    write(tree, {"deploy/api.yaml": POD})
    code, out, _ = run("scan")
    assert code == 1
    assert (
        "1 entry of the baseline matches nothing any more (`phasegate baseline` prunes), such as terraform-config in infra/main.tf" in out
    )
    assert "1 added, 1 kept, 1 pruned" in run("baseline", "--reason", "new")[1]
    assert {(entry["path"], entry["reason"]) for entry in entries(tree)} == {("deploy/api.yaml", "new"), ("deploy/web.yaml", "old")}


def test_of_what_was_not_looked_at_nothing_is_concluded(tree: Path, run: Run) -> None:
    run("baseline")
    assert "0 added, 2 kept, 0 pruned" in run("baseline", "app.py", "deploy")[1]
    assert "matches nothing" not in run("scan", "app.py")[1]
    write(tree, {"infra/main.tf": b"\xff\xfe\xff" + BUCKET.encode(), "deploy/new.yaml": b"apiVersion: v1\nkind: Pod\nmetadata: [1\n"})
    code, out, _ = run("baseline")
    assert code == 2
    assert "Not scanned, and not in the baseline: deploy/new.yaml" in out
    assert "infra/main.tf" in {entry["path"] for entry in entries(tree)}


def test_only_graver_levels_may_be_asked_for(tree: Path, run: Run) -> None:
    write(tree, {"README.md": f"```hcl\n{BUCKET}```\n"})
    assert "2 added" in run("baseline", "--level", "warning")[1]
    assert "1 added, 2 kept" in run("baseline")[1]


def test_what_is_suppressed_is_not_accepted_twice(tree: Path, run: Run) -> None:
    write(tree, {"deploy/web.yaml": f"# phasegate: allow 3.6 -- a sample\n{POD}"})
    run("baseline")
    assert [entry["path"] for entry in entries(tree)] == ["infra/main.tf"]


def test_the_file_may_stand_elsewhere(tree: Path, run: Run) -> None:
    write(tree, {"phasegate.toml": 'baseline = "governance/accepted.json"\n', "governance/x": ""})
    code, _, err = run("scan")
    assert code == 2
    assert "governance/accepted.json: the baseline that the configuration names is not there" in err
    assert run("baseline")[0] == 0
    assert len(entries(tree, "governance/accepted.json")) == 2
    assert run("scan")[0] == 0
    assert run("baseline", "--baseline", "mine.json")[0] == 0
    assert run("scan", "--baseline", "mine.json")[0] == 0
    assert run("scan", "--baseline", "nowhere.json")[0] == 2
    assert run("scan", "--baseline", "mine.json", "--no-baseline")[0] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no valid JSON"),
        ("{}", "must be an object with 'version' and a list 'findings'"),
        ("[]", "must be an object"),
        ("[" * 100_000, "no valid JSON"),
        ('{"version": 2, "findings": []}', "version 2 is not known"),
        ('{"version": 1, "findings": [1]}', "findings[0]: must be an object of texts"),
        ('{"version": 1, "findings": [{"path": "a"}]}', "findings[0]: 'clause' is missing"),
        (
            '{"version": 1, "findings": [{"path":"a","clause":"b","kind":"c","fingerprint":"d","line":"1"}]}',
            "findings[0]: unknown key 'line'",
        ),
        ('{\n<<<<<<< HEAD\n"version": 1', "the marks of a merge that is not resolved"),
        ("\udcff", "no valid JSON"),
    ],
)
def test_a_damaged_one_stops_the_scan(tree: Path, run: Run, text: str, words: str) -> None:
    (tree / FILE).write_text(text, errors="surrogateescape")
    for command in ("scan", "baseline"):
        code, _, err = run(command)
        assert code == 2
        assert f"{FILE}: " in err
        assert words in err
    assert run("scan", "--no-baseline")[0] == 1


def test_nothing_is_written_through_a_link_or_out_of_the_tree(tree: Path, run: Run) -> None:
    victim = tree.parent / "victim.json"
    victim.write_text('{"version": 1, "findings": []}')
    (tree / FILE).symlink_to(victim)
    assert "not a regular file" in run("baseline")[2]
    assert "link leads out of the tree" in run("scan")[2]
    (tree / FILE).unlink()
    (tree / "out").symlink_to(tree.parent)
    for name in ("out/victim.json", "../victim.json", str(victim)):
        write(tree, {"phasegate.toml": f'baseline = "{name}"\n'})
        assert run("baseline")[0] == 2
        assert run("scan")[0] == 2
    assert victim.read_text() == '{"version": 1, "findings": []}'


def test_a_named_pipe_in_its_place_blocks_nothing(tree: Path, run: Run) -> None:
    os.mkfifo(tree / FILE)
    assert "is not a regular file" in run("scan")[2]
    assert "is not a regular file" in run("baseline")[2]


def test_what_a_hostile_configuration_names_reaches_no_terminal_raw(tree: Path, run: Run) -> None:
    write(tree, {"phasegate.toml": 'baseline = "a\\u001b[31m.json"\n'})
    code, _, err = run("scan")
    assert code == 2
    assert "a\\x1b[31m.json" in err
    assert "\x1b" not in err


def test_nothing_to_scan_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert runner(tmp_path / "empty", monkeypatch, capfd)("baseline")[0] == 3
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_name_that_is_no_text_is_kept(tree: Path, run: Run) -> None:
    (tree / os.fsdecode(b"deploy/\xff.yaml")).write_text(POD)
    assert run("baseline")[0] == 0
    assert run("scan")[0] == 0


def test_two_branches_that_accept_different_things_merge(tree: Path, run: Run) -> None:
    write(tree, {f"deploy/{number}.yaml": POD for number in range(6)})
    run("baseline")
    commit(tree)
    git(tree, "checkout", "-q", "-b", "other")
    write(tree, {"deploy/0a.yaml": POD})
    run("baseline")
    commit(tree)
    git(tree, "checkout", "-q", "main")
    write(tree, {"infra/z.tf": BUCKET})
    run("baseline")
    commit(tree)
    git(tree, "merge", "-q", "--no-edit", "other")
    assert run("scan")[0] == 0
    assert run("baseline")[1] == "Nothing to write: 0 added, 10 kept, 0 pruned.\n"
