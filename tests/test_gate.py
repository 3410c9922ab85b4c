"""`phasegate gate` on real repositories: the one allowed change passes, and every near miss fails with its own reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from repositories import commit, git, init, write
from scanner.commands.gate import gate
from scanner.errors import UsageError
from scanner.gate import checks
from scanner.match import policies, rules
from test_report_sarif import VALIDATOR

DOCUMENT = "docs/03-governance/phase-j/j-04-1-infrastructure-authorization.md"
TEXT = "# Phase J.4.1\n\nConcepts only: virtual machines, networks, managed PostgreSQL.\n\n- Nothing is built.\n\n  Not yet.\n"
BEFORE: dict[str, str | bytes] = {"README.md": "# A project\n", "src/app.py": "print('hello')\n", "run.txt": "run\n"}
SHELL = "\n```sh\nterraform apply\n```\n"


class Verdict(NamedTuple):
    """What the gate answered: its exit code, its conclusion, and the reasons of each criterion that is not met."""

    code: int
    said: str
    reasons: dict[str, list[str]]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = init(tmp_path / "repo")
    commit(folder, BEFORE)
    monkeypatch.chdir(folder)
    return folder


def answer(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(gate, ["--format", "json", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, json.loads(done.output)


def judged(*arguments: str) -> Verdict:
    code, said = answer(*arguments)
    told = {
        each["id"]: [f"{reason['path']}:{reason['line']} {reason['reason']}" for reason in (*each["reasons"], *each["doubts"])]
        for each in said["criteria"]
        if each["outcome"] != "passed"
    }
    return Verdict(code, said["verdict"], told)


def test_the_document_and_nothing_else_passes(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT})
    code, said = answer()
    assert (code, said["verdict"]) == (0, "pass")
    assert [(each["id"], each["passed"]) for each in said["criteria"]] == [
        ("one-document", True),
        ("no-executable-code", True),
        ("nothing-else-modified", True),
        ("clean-tree", True),
        ("no-deviation", True),
    ]
    assert said["range"] == {
        "asked": "HEAD",
        "base": git(repo, "rev-parse", "HEAD~1"),
        "end": git(repo, "rev-parse", "HEAD"),
        "commits": 1,
    }


def test_a_first_commit_is_held_against_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = init(tmp_path / "new")
    monkeypatch.chdir(folder)
    commit(folder, {DOCUMENT: TEXT})
    assert judged() == (0, "pass", {})


@pytest.mark.parametrize("asked", ["HEAD~1..HEAD", "HEAD~1...", "main", "topic..main"])
def test_a_range_may_be_written_in_every_way(repo: Path, asked: str) -> None:
    git(repo, "branch", "topic")
    commit(repo, {DOCUMENT: TEXT})
    assert judged(asked) == (0, "pass", {})


def remove(repo: Path, name: str) -> None:
    (repo / name).unlink()


def link_to(repo: Path, target: str) -> None:
    (repo / DOCUMENT).parent.mkdir(parents=True)
    (repo / DOCUMENT).symlink_to(target)


def executable(repo: Path) -> None:
    write(repo, {DOCUMENT: TEXT})
    (repo / DOCUMENT).chmod(0o755)


def submodule(repo: Path, path: str) -> None:
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{path}")
    (repo / path).mkdir(parents=True)


def missing(words: str = "is not added") -> dict[str, list[str]]:
    return {"one-document": [f"{DOCUMENT}:1 {words}"]}


NOT_A_DOCUMENT = "is no document by its name (Markdown, AsciiDoc, reStructuredText or plain text)"


@pytest.mark.parametrize(
    ("change", "with_document", "expected"),
    [
        pytest.param(
            lambda repo: write(repo, {"docs/j-04-1-infrastructure-authorization.md": TEXT}),
            False,
            {
                "one-document": [
                    f"{DOCUMENT}:1 is not added",
                    f"docs/j-04-1-infrastructure-authorization.md:1 is added: the document belongs at {DOCUMENT}",
                ]
            },
            id="wrong path",
        ),
        pytest.param(
            lambda repo: write(repo, {DOCUMENT.replace("j-04", "J-04"): TEXT}),
            False,
            {
                "one-document": [
                    f"{DOCUMENT.replace('j-04', 'J-04')}:1 is added, which looks like {DOCUMENT} and is another path",
                    f"{DOCUMENT}:1 is not added",
                ]
            },
            id="a path that looks like it",
        ),
        pytest.param(lambda repo: write(repo, {"notes.md": "x\n"}), True, {"one-document": ["notes.md:1 is added"]}, id="two files"),
        pytest.param(
            lambda repo: write(repo, {"run.sh": "echo x\n"}),
            True,
            {"one-document": ["run.sh:1 is added"], "no-executable-code": [f"run.sh:1 {NOT_A_DOCUMENT}"]},
            id="a script beside it",
        ),
        pytest.param(
            lambda repo: write(repo, {"README.md": "# Another\n"}),
            True,
            {"nothing-else-modified": ["README.md:1 is modified"]},
            id="a modification",
        ),
        pytest.param(lambda repo: remove(repo, "run.txt"), True, {"nothing-else-modified": ["run.txt:1 is deleted"]}, id="a deletion"),
        pytest.param(
            lambda repo: (repo / "README.md").rename(repo / "READ.md"),
            True,
            {"nothing-else-modified": ["READ.md:1 is renamed from README.md"]},
            id="a rename",
        ),
        pytest.param(
            lambda repo: (repo / "run.txt").chmod(0o755),
            True,
            {
                "no-executable-code": ["run.txt:1 is executable (mode 100755)"],
                "nothing-else-modified": ["run.txt:1 changes its mode from 100644 to 100755"],
            },
            id="a change of mode",
        ),
        pytest.param(executable, False, {"no-executable-code": [f"{DOCUMENT}:1 is executable (mode 100755)"]}, id="an executable document"),
        pytest.param(
            lambda repo: link_to(repo, "../../../README.md"),
            False,
            {"one-document": [f"{DOCUMENT}:1 is a symbolic link and no file"]},
            id="a symbolic link",
        ),
        pytest.param(
            lambda repo: submodule(repo, "vendor"),
            True,
            {
                "one-document": ["vendor:1 is added"],
                "no-deviation": ["vendor:1 is not scanned: is a submodule: its files are in another repository"],
            },
            id="a submodule",
        ),
        pytest.param(
            lambda repo: write(repo, {DOCUMENT: TEXT + SHELL}),
            False,
            {
                "no-executable-code": [f"{DOCUMENT}:9 holds a fence of 'sh'"],
                "no-deviation": [
                    f"{DOCUMENT}:10 breaches 3.2: Terraform or OpenTofu command that changes infrastructure (note, terraform-command)"
                ],
            },
            id="a fence of shell",
        ),
        pytest.param(
            lambda repo: write(repo, {DOCUMENT: TEXT + "\n~~~ terraform\nlocals {}\n~~~\n"}),
            False,
            {"no-executable-code": [f"{DOCUMENT}:9 holds a fence of 'terraform'"]},
            id="a fence of Terraform",
        ),
        pytest.param(
            lambda repo: write(repo, {DOCUMENT: TEXT + "\nSo:\n\n    make all\n"}),
            False,
            {"no-executable-code": [f"{DOCUMENT}:11 holds an indented block of code"]},
            id="an indented block",
        ),
        pytest.param(
            lambda repo: write(repo, {DOCUMENT: TEXT + "\n<script>run()</script>\n"}),
            False,
            {"no-executable-code": [f"{DOCUMENT}:9 holds active HTML ('<script')"]},
            id="a script in HTML",
        ),
        pytest.param(
            lambda repo: write(repo, {DOCUMENT: "#!/bin/sh\n" + TEXT}),
            False,
            {"no-executable-code": [f"{DOCUMENT}:1 begins with `#!`, which makes a script of it"]},
            id="a shebang",
        ),
        pytest.param(
            lambda repo: write(repo, {DOCUMENT: b"\xff\xfe" + TEXT.encode()}),
            False,
            {"no-executable-code": [f"{DOCUMENT}:1 holds bytes that are no text in UTF-8"]},
            id="bytes that are no text",
        ),
        pytest.param(lambda repo: None, False, missing(), id="an empty commit"),
    ],
)
def test_a_near_miss_fails_with_its_reason(
    repo: Path, change: Callable[[Path], object], with_document: bool, expected: dict[str, list[str]]
) -> None:
    if with_document:
        write(repo, {DOCUMENT: TEXT})
    change(repo)
    commit(repo)
    found = judged()
    assert found.reasons == expected
    assert (found.code, found.said) == (1, "fail")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda repo: write(repo, {"scratch": "x"}), "scratch:1 is untracked"),
        (lambda repo: write(repo, {"README.md": "# Altered\n"}), "README.md:1 is altered"),
        (lambda repo: git(repo, "rm", "-q", "--cached", "run.txt"), "run.txt:1 is staged to be deleted"),
    ],
)
def test_a_work_tree_that_is_not_clean_fails(repo: Path, change: Callable[[Path], object], reason: str) -> None:
    commit(repo, {DOCUMENT: TEXT})
    change(repo)
    assert judged() == (1, "fail", {"clean-tree": [reason]})


def test_a_document_that_was_there_before_is_not_created(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT})
    commit(repo, {DOCUMENT: TEXT + "More.\n"})
    assert judged() == (
        1,
        "fail",
        {**missing("was there before, and is modified"), "nothing-else-modified": [f"{DOCUMENT}:1 is modified"]},
    )
    commit(repo)
    assert judged().reasons == missing("was there before, and the range does not touch it")


def test_a_file_that_is_renamed_into_place_is_not_created(repo: Path) -> None:
    commit(repo, {"draft.md": TEXT})
    (repo / DOCUMENT).parent.mkdir(parents=True)
    (repo / "draft.md").rename(repo / DOCUMENT)
    commit(repo)
    assert judged().reasons == {
        **missing("is no new file: draft.md is renamed to it"),
        "nothing-else-modified": [f"{DOCUMENT}:1 is renamed from draft.md"],
    }


def test_an_empty_range_creates_nothing(repo: Path) -> None:
    assert judged("HEAD..HEAD") == (1, "fail", missing("is not added: the range holds no commit"))


def test_what_one_commit_brings_and_the_next_takes_away_still_counts(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT + SHELL, "main.tf": 'resource "aws_vpc" "main" {}\n', "README.md": "# Other\n"})
    remove(repo, "main.tf")
    commit(repo, {DOCUMENT: TEXT, **BEFORE})
    code, said = answer("HEAD~2..HEAD")
    first = git(repo, "rev-parse", "HEAD~1")
    told = {
        (each["id"], reason["path"], reason["reason"].partition(":")[0])
        for each in said["criteria"]
        for reason in each["reasons"]
        if reason["commit"] == first
    }
    assert (code, said["verdict"]) == (1, "fail")
    assert told == {
        ("one-document", "main.tf", "is added, and taken away by a later commit of the range"),
        ("no-executable-code", DOCUMENT, "holds a fence of 'sh'"),
        ("no-executable-code", "main.tf", NOT_A_DOCUMENT),
        ("nothing-else-modified", "README.md", "is changed on the way (modification)"),
        ("no-deviation", DOCUMENT, "breaches 3.2"),
        ("no-deviation", "main.tf", "breaches 3.1"),
    }
    assert all(reason["commit"] for each in said["criteria"] for reason in each["reasons"])


def test_a_merge_is_held_against_its_first_parent(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "topic")
    commit(repo, {DOCUMENT: TEXT})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"other.txt": "meanwhile\n"})
    git(repo, "merge", "-q", "--no-ff", "-m", "merge", "topic")
    assert judged() == (0, "pass", {})
    git(repo, "checkout", "-q", "topic")
    commit(repo, {"src/app.py": "print('changed')\n"})
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "-m", "merge", "topic")
    assert judged("HEAD~2..HEAD").reasons["nothing-else-modified"] == ["src/app.py:1 is modified"]


def test_what_a_merge_itself_brings_is_seen(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "topic")
    commit(repo, {DOCUMENT: TEXT})
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "--no-commit", "topic")
    commit(repo, {"smuggled.md": "x\n"}, "merge")
    assert judged().reasons == {"one-document": ["smuggled.md:1 is added"]}


def test_what_cannot_be_read_is_incomplete(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT})
    oid = git(repo, "rev-parse", f"HEAD:{DOCUMENT}")
    (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    found = judged()
    assert (found.code, found.said) == (2, "incomplete")
    (reason,) = found.reasons["no-executable-code"]
    assert reason.startswith(f"{DOCUMENT}:1 cannot be read: ")


def test_what_is_refused_does_not_make_up_for_what_cannot_be_read(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT, "notes.md": "# Notes\n" + SHELL})
    oid = git(repo, "rev-parse", f"HEAD:{DOCUMENT}")
    (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    code, said = answer()
    assert (code, said["verdict"]) == (2, "incomplete")
    outcomes = {each["id"]: (each["outcome"], each["passed"], len(each["doubts"])) for each in said["criteria"]}
    assert outcomes["no-executable-code"] == ("failed", False, 1)


def test_in_a_bare_repository_there_is_no_tree_to_be_clean(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, {DOCUMENT: TEXT})
    git(repo, "clone", "-q", "--bare", str(repo), str(tmp_path / "bare"))
    monkeypatch.chdir(tmp_path / "bare")
    assert judged() == (0, "pass", {"clean-tree": []})
    done = CliRunner().invoke(gate, [])
    assert "does not apply: a bare repository has no work tree" in done.output


def test_the_edge_of_a_shallow_clone_is_no_first_commit(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, {DOCUMENT: TEXT})
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repo}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    with pytest.raises(UsageError, match=r"the parent of 'HEAD' is not in this clone; fetch more of the history"):
        judged()


@pytest.mark.parametrize(
    ("asked", "words"),
    [("nowhere", "names no commit"), ("--all", "starts with '-'"), ("a..b", "names no commit"), ("HEAD:README.md", "names no commit")],
)
def test_an_unusable_range_is_refused(repo: Path, asked: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        judged("--", asked)


def policy_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    return str(path)


DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()
PINNED = f"""
id: J.4.1
title: Pinned
extends: j-4-1
document: {DOCUMENT}
acceptance:
  - {{id: intact, where: section 7, text: The text is the authorised one., check: document-text, sha256: {DIGEST}}}
"""


def test_a_policy_may_pin_the_text_of_the_document(repo: Path, tmp_path: Path) -> None:
    policy = policy_of(tmp_path, PINNED)
    assert judged("--policy", policy).reasons == {"intact": [f"{DOCUMENT}:1 is not there"]}
    commit(repo, {DOCUMENT: TEXT.replace("\n", "\r\n")})
    assert judged("--policy", policy) == (0, "pass", {})
    commit(repo, {DOCUMENT: TEXT.replace("Nothing", "Something")})
    found = judged("--policy", policy)
    assert found.code == 1
    assert found.reasons["intact"][0].startswith(f"{DOCUMENT}:1 does not hold the authorised text: its SHA-256 is ")


def test_a_document_that_reads_otherwise_than_the_policy_knows_it_is_told(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT})
    assert [notice for notice in answer()[1]["notices"] if "word for word" in notice] == [
        f"{DOCUMENT} is not word for word the text that the policy J.4.1 was made from, which no criterion demands"
    ]


def test_another_phase_is_gated_by_its_own_policy(repo: Path) -> None:
    policy = str(Path(__file__).parent / "policies" / "j-4-2.yaml")
    document = "docs/03-governance/phase-j/j-04-2-vendor-selection.md"
    commit(repo, {document: "# Vendor\n\n```mermaid\ngraph TD\n```\n", "README.md": "# Phases: J.4.1, J.4.2\n"})
    write(repo, {"scratch": "no criterion asks for a clean tree\n"})
    assert judged("--policy", policy) == (0, "pass", {})
    assert judged().code == 1
    remove(repo, "run.txt")
    commit(repo, {document: "# Vendor\n\nAWS.\n"})
    assert judged("--policy", policy, "HEAD~2..HEAD").reasons["register-kept"] == ["run.txt:1 is deleted"]


def test_a_policy_without_criteria_cannot_gate(repo: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the policy J\.9 names no criteria of acceptance"):
        judged("--policy", policy_of(tmp_path, "id: J.9\ntitle: x\nextends: j-4-1\n"))


def test_a_hostile_repository_runs_nothing(repo: Path, tmp_path: Path) -> None:
    commit(repo, {DOCUMENT: TEXT, ".gitattributes": "*.md diff=evil filter=evil\n"})
    trap = tmp_path / "trap"
    for key in ("filter.evil.clean", "filter.evil.process", "diff.evil.command", "diff.evil.textconv", "diff.external", "core.fsmonitor"):
        git(repo, "config", key, f"touch '{trap}'; cat")
    write(repo, {"README.md": "# Altered\n"})
    code, said = answer()
    assert (code, said["verdict"]) == (2, "incomplete")
    assert not trap.exists()


def test_the_text_is_a_checklist_in_the_words_of_the_document(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT, "notes.md": "x\n", **{f"n{number:02}.md": "x\n" for number in range(12)}})
    text = CliRunner().invoke(gate, []).output
    assert f"✗ section 7: Exactly ONE markdown file created: `{DOCUMENT}`. [one-document]\n    n00.md is added\n" in text
    assert "    … 3 more (-v shows all)\n" in text
    assert "✓ section 7: The working tree MUST be clean following the commit of this artifact. [clean-tree]\n" in text
    assert text.endswith("\nFail: 1 of 5 criteria is not met.\n")
    assert "n11.md is added" in CliRunner().invoke(gate, ["-v"]).output
    assert CliRunner().invoke(gate, ["-q"]).output == "Fail: 1 of 5 criteria is not met.\n"


def test_a_name_cannot_write_to_the_terminal(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT, "evil\x1b[2J\n.md": "x\n"})
    assert "evil\\x1b[2J\\x0a.md is added" in CliRunner().invoke(gate, []).output


def test_sarif_names_every_reason_at_its_line(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT + SHELL, "a b.md": "x\n"})
    (log,) = [json.loads(CliRunner().invoke(gate, ["--format", "sarif"]).output)]
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [each["id"] for each in rules.load().acceptance]
    told = set()
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        told.add((result["ruleId"], place["artifactLocation"]["uri"], place["region"]["startLine"]))
    assert told == {("one-document", "a%20b.md", 1), ("no-executable-code", DOCUMENT, 9), ("no-deviation", DOCUMENT, 10)}
    assert run["invocations"][0]["executionSuccessful"] is True


def test_an_incomplete_verdict_is_no_successful_run(repo: Path) -> None:
    commit(repo, {DOCUMENT: TEXT})
    oid = git(repo, "rev-parse", f"HEAD:{DOCUMENT}")
    (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    log = json.loads(CliRunner().invoke(gate, ["--format", "sarif"]).output)
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert log["runs"][0]["results"] == []


def test_several_formats_in_one_run_and_only_known_ones(repo: Path, tmp_path: Path) -> None:
    commit(repo, {DOCUMENT: TEXT})
    done = CliRunner().invoke(gate, ["--format", f"json={tmp_path / 'x.json'}", "--format", "text"])
    assert done.output.endswith("Pass: every criterion of J.4.1 is met.\n")
    assert json.loads((tmp_path / "x.json").read_text())["verdict"] == "pass"
    with pytest.raises(UsageError, match="did you mean 'sarif'"):
        judged("--format", "sarf")


def test_suppressions_and_known_findings_do_not_count(repo: Path, tmp_path: Path) -> None:
    policy = policy_of(
        tmp_path,
        "id: J.9\ntitle: x\nextends: j-4-1\nacceptance: [{id: none, where: section 1, text: Nothing new., check: open-findings}]\n",
    )
    commit(repo, {"pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n"})
    assert judged("--policy", policy).code == 1
    commit(repo, {"pod.yaml": "# moved\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n"})
    assert judged("--policy", policy).code == 0
    commit(
        repo,
        {"role.yaml": "# phasegate: allow 3.6, 3.4 -- a sample\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: []}\n"},
    )
    assert judged("--policy", policy).code == 0
    assert judged("--policy", policy, "--no-suppressions").code == 1


def test_every_check_that_a_policy_can_name_is_there() -> None:
    assert checks.CHECKS.keys() == policies.CHECKS.keys()
