"""Policies as files of their own: what they inherit, what they allow, and how a wrong one is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.commands.scan import scan
from scanner.errors import UsageError
from scanner.match import policies, rules, shipped

VENDOR_SELECTION = Path(__file__).parent / "policies" / "j-4-2.yaml"
HEAD = "id: J.9\ntitle: A phase\nextends: j-4-1\n"
CRITERION = "acceptance:\n  - {id: one, where: section 7, text: The words, check: "


def loaded(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    return policies.load(str(path), shipped.directory())


def test_the_shipped_policy_names_a_criterion_for_each_demand_of_sections_7_and_8() -> None:
    known = rules.load()
    assert [(each["where"], each["check"]) for each in known.acceptance] == [
        ("section 7", "added-files"),
        ("section 7", "executable-code"),
        ("section 7", "other-changes"),
        ("section 7", "clean-tree"),
        ("section 8", "open-findings"),
    ]
    assert known.acceptance[0]["paths"] == [known.policy.document]


def test_a_policy_inherits_the_clauses_that_it_does_not_write_anew(tmp_path: Path) -> None:
    own = "clauses:\n  - {id: '6.2', slug: vendor, title: Vendors, text: Anew, lifted_by: null, where: section 8, boundary: null}\n"
    found = loaded(tmp_path, HEAD + own)
    base = rules.load().policy.clauses
    assert [clause["id"] for clause in found["clauses"]] == list(base)
    assert {clause["id"]: clause["text"] for clause in found["clauses"]} == {
        **{each.id: each.text for each in base.values()},
        "6.2": "Anew",
    }
    assert found["acceptance"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "the file: must be a mapping"),
        ("id: J.9\n", "the file: lacks 'title'"),
        ("id: 4.3\ntitle: x\n", "the file.id: must be text"),
        (HEAD + "accept: []\n", "unknown key 'accept' (did you mean 'acceptance'?)"),
        ("id: J.9\ntitle: x\nextends: j-4-7\n", "extends: must be one of j-4-1, not 'j-4-7'"),
        ("id: J.9\ntitle: x\nextends: ../policy/j-4-1\n", "extends: must be one of j-4-1"),
        ("id: J.9\ntitle: x\n", "clauses: must hold at least one clause"),
        (
            "id: J.9\ntitle: x\nclauses: [{id: '3.1', slug: a, title: a, text: a, lifted_by: null, where: a, boundary: null}]\n",
            "clauses: lacks 3.2, 3.3",
        ),
        (HEAD + "clauses: [{id: '3.1'}]\n", "clauses[0]: lacks 'slug'"),
        (
            HEAD + "clauses: [{id: three, slug: a, title: a, text: a, lifted_by: null, where: a, boundary: null}]\n",
            "clauses[0].id: must be a",
        ),
        (HEAD + "document: ../other.md\n", "document: must be the path of a file"),
        (HEAD + "document: /etc/passwd\n", "document: must be the path of a file"),
        (HEAD + "sha256: abc\n", "sha256: must be a SHA-256"),
        (HEAD + "allows: {'3.99': section 2}\n", "allows: unknown clause '3.99'"),
        (HEAD + "allows: ['6.2']\n", "allows: must map each clause"),
        (HEAD + "allows: {'6.2': null}\n", "allows.6.2: must be text"),
        (HEAD + "acceptance: {}\n", "acceptance: must be a list"),
        (HEAD + CRITERION + "clean-trees}\n", "acceptance.one.check: must be one of added-files"),
        (HEAD + CRITERION + "clean-tree, level: note}\n", "acceptance.one: unknown key 'level'"),
        (HEAD + CRITERION + "added-files}\n", "acceptance.one: needs `paths`, since the policy names no `document`"),
        (HEAD + CRITERION + "added-files, paths: [a/../b]}\n", "acceptance.one.paths: must be the path"),
        (HEAD + CRITERION + "other-changes, allow: [anything]}\n", "acceptance.one.allow: must be of modification"),
        (HEAD + CRITERION + "document-text, path: a.md}\n", "acceptance.one: lacks 'sha256'"),
        (HEAD + CRITERION + "document-text, sha256: ABC, path: a.md}\n", "acceptance.one.sha256: must be a SHA-256"),
        (HEAD + CRITERION + "open-findings, level: fatal}\n", "acceptance.one.level: must be of note"),
        (HEAD + CRITERION + "clean-tree}\n  - {id: one, where: x, text: y, check: clean-tree}\n", "acceptance.one: stands twice"),
        (HEAD + "acceptance: [{id: One, where: x, text: y, check: clean-tree}]\n", "acceptance.One.id: must be words"),
        (HEAD + "acceptance: [7]\n", "acceptance[0]: must be a mapping"),
    ],
)
def test_a_wrong_policy_is_refused_with_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'policy.yaml'}: ")
    assert words in str(caught.value)


def scanned(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(scan, [str(folder), "--format", "json", *arguments])
    return done.exit_code, json.loads(done.output)


def test_what_a_policy_allows_does_not_count_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "image.pkr.hcl").write_text('source "amazon-ebs" "base" {\n  region = "eu-central-1"\n}\n')
    arguments = ("--fail-on", "note")
    assert {each["status"] for each in scanned(tmp_path, *arguments)[1]["findings"]} == {"open"}
    code, report = scanned(tmp_path, *arguments, "--policy", str(VENDOR_SELECTION))
    assert code == 1
    assert report["policy"]["id"] == "J.4.2"
    assert {(each["clause"], each["status"], each["justification"]) for each in report["findings"]} == {
        ("3.1", "open", None),
        ("6.2", "authorized", "J.4.2 authorises it (section 2)"),
    }
    assert "J.4.2 authorises what 6.2 would forbid: findings of it do not count" in report["notices"]
    assert scanned(tmp_path, *arguments, "--clause", "6.2", "--policy", str(VENDOR_SELECTION))[0] == 0


def test_a_configured_policy_lies_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "phase.yaml").write_text(VENDOR_SELECTION.read_text())
    (tmp_path / "phasegate.toml").write_text('policy = "phase.yaml"\n')
    assert scanned(tmp_path)[1]["policy"]["id"] == "J.4.2"


@pytest.mark.parametrize("name", ["/etc/passwd", "../phase.yaml", "link.yaml", "none.yaml", "a/../../phase.yaml", "."])
def test_a_configuration_cannot_have_a_file_outside_of_the_tree_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "phase.yaml").write_text(VENDOR_SELECTION.read_text())
    root = tmp_path / "root"
    root.mkdir()
    (root / "etc").mkdir()
    (root / "etc" / "passwd").touch()
    (root / "link.yaml").symlink_to(tmp_path / "phase.yaml")
    (root / "phasegate.toml").write_text(f'policy = "{name}"\n')
    done = CliRunner().invoke(scan, [str(root)])
    assert isinstance(done.exception, UsageError)
    assert str(done.exception).startswith(f"phasegate.toml: policy: {name!r}: ")
