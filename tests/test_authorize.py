"""`phasegate authorize`: what it writes, what it refuses, what it shows."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from commands import Run, runner
from repositories import init, write
from settling_samples import BUCKET, POD

RECORD = ("authorize", "--phase", "J.4.3", "--clause", "3.1", "--path", "infra/**", "--author", "Ada Example", "--reason", "it is signed")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = init(tmp_path / "tree")
    write(root, {"deploy/web.yaml": POD, "infra/main.tf": BUCKET})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781481600")  # 2026-06-15
    return root


@pytest.fixture
def run(tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return runner(tree, monkeypatch, capfd)


def test_a_record_is_written_and_counts(tree: Path, run: Run) -> None:
    code, out, _ = run(*RECORD, "--clause", "provisioning", "--expires", "2027-01-31")
    assert (code, out) == (0, "Recorded in phasegate.toml: J.4.3 lifts 3.1, 3.2 in infra/**, until 2027-01-31.\n")
    assert (tree / "phasegate.toml").read_text() == (
        "[[authorization]]\n"
        'phase = "J.4.3"\n'
        'clauses = ["3.1", "3.2"]\n'
        'paths = ["infra/**"]\n'
        'author = "Ada Example"\n'
        'reason = "it is signed"\n'
        "date = 2026-06-15\n"
        "expires = 2027-01-31\n"
    )
    code, out, _ = run("scan", "infra", "phasegate.toml")
    assert code == 0
    assert "In force: J.4.3 lifts 3.1, 3.2 in infra/** until 2027-01-31, by Ada Example: it is signed (1 finding)" in out


COMMENTED = """# who may what
exclude = [ "a" , # why
  "b" ]

# the first one
[[authorization]]  # signed
phase = "J.5"
clauses = ["3.5"]
paths = ["x"]
author = "B"
reason = "y"
date = 2026-01-01

[[allow]]
paths = ["a"]
kinds = ["dockerfile"]
reason = "r"
"""
INLINE = 'authorization = [{phase = "J.5", clauses = ["3.5"], paths = ["x"], author = "B", reason = "y", date = 2026-01-01}]\n'


@pytest.mark.parametrize(
    "before", [COMMENTED, 'fail-on = "error"\r\n', INLINE, ""], ids=["commented", "other line ends", "inline", "empty"]
)
def test_what_the_file_says_otherwise_stays_as_it_stands(tree: Path, run: Run, before: str) -> None:
    (tree / "phasegate.toml").write_bytes(before.encode())
    assert run(*RECORD)[0] == 0
    after = (tree / "phasegate.toml").read_bytes().decode()
    read, old = tomllib.loads(after), tomllib.loads(before)
    assert read["authorization"][:-1] == old.get("authorization", [])
    assert read["authorization"][-1]["reason"] == "it is signed"
    assert {key: value for key, value in read.items() if key != "authorization"} == {k: v for k, v in old.items() if k != "authorization"}
    for line in before.splitlines():
        assert line in after or line.startswith("authorization = [{")


def test_the_shared_file_serves_where_it_holds_the_configuration(tree: Path, run: Run) -> None:
    (tree / "pyproject.toml").write_text('[tool.phasegate]\nfail-on = "error" # strict\n\n[tool.other]\nx = 1\n')
    assert "Recorded in pyproject.toml" in run(*RECORD)[1]
    text = (tree / "pyproject.toml").read_text()
    assert 'fail-on = "error" # strict\n' in text
    assert tomllib.loads(text)["tool"]["other"] == {"x": 1}
    assert not (tree / "phasegate.toml").exists()
    assert "covers 1 finding" in run("authorize", "--list")[1]


def test_a_shared_file_of_others_is_left_alone(tree: Path, run: Run) -> None:
    (tree / "pyproject.toml").write_text("[project]\n")
    assert "Recorded in phasegate.toml" in run(*RECORD)[1]
    assert (tree / "pyproject.toml").read_text() == "[project]\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("authorize",), "an authorisation needs --phase, --clause, --path, --author, --reason"),
        ((*RECORD, "--clause", "3.4"), "phase J.4.3 cannot lift clause 3.4, which waits for a new phase later than J.4.1"),
        ((*RECORD, "--clause", "iac-cod"), "unknown clause 'iac-cod' (did you mean 'iac-code'?)"),
        ((*RECORD, "--expires", "soon"), "'expires' must be a day as YYYY-MM-DD"),
        ((*RECORD, "--date", "2026-01-01", "--expires", "2026-06-14"), "it ended on 2026-06-14 already"),
        ((*RECORD, "--path", "/etc/**"), "the path '/etc/**' is no glob below the root"),
        ((*RECORD, "--json"), "--json goes with --list"),
        (("authorize", "--list", "--phase", "J.5"), "--list shows what is recorded and takes no --phase"),
    ],
)
def test_what_would_lift_nothing_is_not_written(tree: Path, run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert words in err
    assert not (tree / "phasegate.toml").exists()


def test_nothing_is_written_through_a_link_or_into_a_broken_file(tree: Path, run: Run) -> None:
    victim = tree.parent / "victim.toml"
    victim.write_text("")
    (tree / "phasegate.toml").symlink_to(victim)
    assert run(*RECORD)[0] == 2
    assert victim.read_text() == ""
    (tree / "phasegate.toml").unlink()
    (tree / "phasegate.toml").write_text("a = [")
    code, _, err = run(*RECORD)
    assert code == 2
    assert "phasegate.toml: not valid TOML" in err
    (tree / "phasegate.toml").unlink()
    (tree / "pyproject.toml").write_text('tool = {phasegate = {fail-on = "error"}}\n')
    assert "cannot be added to it as it is written; add it by hand" in run(*RECORD)[2]
    assert (tree / "pyproject.toml").read_text() == 'tool = {phasegate = {fail-on = "error"}}\n'


def listed(run: Run) -> dict[str, Any]:
    found = json.loads(run("authorize", "--list", "--json")[1])
    assert isinstance(found, dict)
    return found


def test_the_list_shows_what_each_covers_and_when_it_ends(tree: Path, run: Run) -> None:
    assert run("authorize", "--list") == (0, "No authorisation is recorded.\n", "")
    run(*RECORD, "--expires", "2027-01-31")
    run(*RECORD, "--date", "2026-06-16")
    with (tree / "phasegate.toml").open("a") as handle:
        handle.write('[[authorization]]\nphase = "J.9"\n')
    code, out, _ = run("authorize", "--list")
    assert code == 0
    assert out == (
        "1. J.4.3 lifts 3.1 in infra/**\n"
        "   by Ada Example on 2026-06-15: it is signed\n"
        "   in force until 2027-01-31; covers 1 finding\n"
        "2. J.4.3 lifts 3.1 in infra/**\n"
        "   by Ada Example on 2026-06-16: it is signed\n"
        "   not yet (from 2026-06-16); covers 0 findings\n"
        "authorization 3 lifts nothing: 'clauses' is missing\n"
        "authorization 2 (J.4.3 by Ada Example) lifts nothing: it begins on 2026-06-16\n"
    )
    found = listed(run)
    assert [(each["number"], each["state"], each["expires"], each["findings"]) for each in found["authorizations"]] == [
        (1, "in force", "2027-01-31", 1),
        (2, "not yet", None, 0),
    ]
    assert len(found["notices"]) == 2


def test_a_list_over_a_tree_that_cannot_be_read_whole_is_incomplete(tree: Path, run: Run) -> None:
    write(tree, {"deploy/broken.yaml": "apiVersion: v1\nkind: Pod\nmetadata: [1\n"})
    assert run("authorize", "--list")[0] == 2
    assert listed(run)["not_scanned"][0]["path"] == "deploy/broken.yaml"


def test_every_machine_format_shows_the_authorisations_in_force(tree: Path, run: Run) -> None:
    run(*RECORD)
    expected = {
        "number": 1,
        "phase": "J.4.3",
        "clauses": ["3.1"],
        "paths": ["infra/**"],
        "author": "Ada Example",
        "reason": "it is signed",
        "date": "2026-06-15",
        "expires": None,
        "findings": 1,
    }
    assert json.loads(run("scan", "--format", "json")[1])["authorizations"] == [expected]
    assert json.loads(run("scan", "--format", "jsonl")[1].splitlines()[-1])["authorizations"] == [expected]
    (log,) = json.loads(run("scan", "--format", "sarif", "--sarif-suppressed", "include")[1])["runs"]
    assert log["properties"]["authorizations"] == [expected]
    suppressions = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: result["suppressions"] for result in log["results"]
    }
    assert suppressions["infra/main.tf"] == [
        {"kind": "external", "status": "accepted", "justification": "J.4.3 by Ada Example: it is signed"}
    ]
    assert suppressions["deploy/web.yaml"] == []


@pytest.mark.parametrize("epoch", ["soon", "1e9", "999999999999999999999"])
def test_a_clock_that_is_none_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    code, _, err = run("scan")
    assert code == 2
    assert "SOURCE_DATE_EPOCH" in err
