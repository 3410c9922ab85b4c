"""What we offer to the CI services of others is well formed, trusts nothing that a contributor writes, and does what it says.

The scripts of the action are run by the shell that GitHub would take, over a real repository; the project itself passes its own scan.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from repositories import clean_environment, commit, git, init
from scanner import config

ROOT = Path(__file__).resolve().parent.parent
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]


def test_the_action_has_the_keys_that_github_knows() -> None:
    assert set(ACTION) <= {"name", "author", "description", "inputs", "outputs", "runs", "branding"}
    assert set(ACTION["runs"]) == {"using", "steps"}
    assert ACTION["runs"]["using"] == "composite"
    for entry in ACTION["inputs"].values():
        assert set(entry) == {"description", "required", "default"}
        assert isinstance(entry["default"], str)
    for entry in ACTION["outputs"].values():
        assert set(entry) == {"description", "value"}
    for step in STEPS:
        assert set(step) <= {"name", "id", "if", "uses", "with", "shell", "env", "run", "working-directory"}
        assert ("run" in step) != ("uses" in step)
        assert step.get("shell") == ("bash" if "run" in step else None)


def test_every_input_is_used_and_every_name_that_is_used_exists() -> None:
    used = EXPRESSION.findall(json.dumps(ACTION))
    named = {name for text in used for name in re.findall(r"inputs\.([a-z-]+)", text)}
    assert named == set(ACTION["inputs"])
    told = {name for text in used for name in re.findall(r"steps\.([a-z]+)\.outputs", text)}
    assert told == {step["id"] for step in STEPS if "id" in step}
    outputs = {name for text in used for name in re.findall(r"steps\.scan\.outputs\.([a-z-]+)", text)}
    (scan,) = [step for step in STEPS if step.get("id") == "scan"]
    assert all(f"{name}=" in scan["run"] for name in outputs)


def test_foreign_actions_are_pinned_and_no_expression_stands_in_a_script() -> None:
    for step in STEPS:
        assert not EXPRESSION.search(step.get("run", "")), step["name"]
        assert "uses" not in step or re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", step["uses"]), step["name"]
    assert len(re.findall(r"@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+\n", (ROOT / "action.yml").read_text())) == 2


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A repository with a branch that adds a finding to one that stood before."""
    folder = init(tmp_path / "work")
    commit(folder, {"old.yaml": POD})
    git(folder, "checkout", "-q", "-b", "topic")
    commit(folder, {"::error::new.yaml": POD.replace("web", "new")})
    return folder


def stub(folder: Path) -> Path:
    """A `phasegate` that runs this checkout."""
    program = folder / "phasegate"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m scanner "$@"\n')
    program.chmod(0o755)
    return program.parent


def scanned(tmp_path: Path, folder: Path, **variables: str) -> tuple[int, str, dict[str, str]]:
    """The exit code, the log and the outputs of the action's scan."""
    (scan,) = [step for step in STEPS if step.get("id") == "scan"]
    (tmp_path / "script").write_text(scan["run"])
    if not (tmp_path / "temp").exists():
        stub(tmp_path / "temp" / "phasegate" / "bin")
    given = dict.fromkeys(scan["env"], "") | variables
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(tmp_path / "script")],
        cwd=folder,
        env={**clean_environment(), "RUNNER_TEMP": str(tmp_path / "temp"), **files, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    return done.returncode, done.stdout, outputs


def results(outputs: dict[str, str]) -> list[str]:
    (run,) = json.loads(Path(outputs["sarif-file"]).read_text())["runs"]
    return [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]


def test_a_pull_request_is_judged_by_what_is_new(tmp_path: Path, change: Path) -> None:
    code, log, outputs = scanned(tmp_path, change, PULLED=git(change, "rev-parse", "main"))
    assert (code, outputs["exit-code"]) == (1, "1")
    assert results(outputs) == ["%3A%3Aerror%3A%3Anew.yaml"]
    # A file's name at the start of a line is no command to the runner.
    stopped = re.search(r"::stop-commands::([0-9a-f]{32})\n", log)
    assert stopped is not None
    assert stopped.start() < log.index("::error::new.yaml") < log.index(f"::{stopped[1]}::\n")
    assert log.index("::error file=%3A%3Aerror%3A%3Anew.yaml,line=1,") > log.rindex(f"::{stopped[1]}::\n")
    summary = (tmp_path / "summary").read_text()
    assert summary.startswith("\n<!-- phasegate -->\n### ❌ Breached")


def test_what_is_uploaded_is_not_annotated_as_well(tmp_path: Path, change: Path) -> None:
    code, log, _outputs = scanned(tmp_path, change, PULLED=git(change, "rev-parse", "main"), UPLOAD="true")
    assert code == 1
    assert "::error file=" not in log
    assert (tmp_path / "summary").read_text().startswith("<!-- phasegate -->\n### ❌ Breached")


def test_a_push_is_judged_by_what_is_new_or_as_a_whole_where_nothing_came_before(tmp_path: Path, change: Path) -> None:
    before = git(change, "rev-parse", "main")
    for pushed, expected in ((before, 1), ("0" * 40, 2), ("1" * 40, 2), ("", 2)):
        code, _log, outputs = scanned(tmp_path, change, PUSHED=pushed)
        assert (code, len(results(outputs))) == (1, expected)


def test_inputs_reach_the_command(tmp_path: Path, change: Path) -> None:
    assert scanned(tmp_path, change, RANGE="topic..topic")[0] == 0
    assert scanned(tmp_path, change, FAIL_ON="never")[0] == 0
    code, log, outputs = scanned(tmp_path, change, POLICY="nowhere.yaml; touch trap")
    assert (code, outputs["exit-code"]) == (2, "2")
    assert "nowhere.yaml; touch trap" in log
    assert not (change / "trap").exists()
    assert "nowhere.yaml; touch trap" in (tmp_path / "summary").read_text()


def test_the_template_for_gitlab_scans_the_merge_request(tmp_path: Path, change: Path) -> None:
    (name,) = template = yaml.safe_load((ROOT / "docs" / "gitlab-ci.yml").read_text())
    job = template[name]
    assert set(job) <= {"stage", "image", "variables", "rules", "before_script", "script", "artifacts"}
    assert job["variables"]["GIT_DEPTH"] == "0"
    folder = stub(tmp_path / "bin")
    variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": git(change, "rev-parse", "main"), "CI_COMMIT_SHA": git(change, "rev-parse", "topic")}
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["script"])],
        cwd=change,
        env={**clean_environment(), **variables, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    (violation,) = json.loads((change / job["artifacts"]["reports"]["codequality"]).read_text())
    assert violation["location"]["path"] == "::error::new.yaml"
    (artifact,) = job["artifacts"]["paths"]
    assert [each["path"] for each in json.loads((change / artifact).read_text())["findings"] if each["status"] == "open"] == [
        "::error::new.yaml"
    ]


def test_this_project_passes_its_own_scan(tmp_path: Path) -> None:
    """As it would be committed: what git does not track, or ignores, is no part of it."""
    tree = init(tmp_path / "tree")
    listed = subprocess.run(["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and not name.startswith("fixtures/") and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "scan", "--format", "json"],
        cwd=tree,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    report = json.loads(done.stdout)
    counting = [each for each in report["findings"] if each["status"] == "open" and each["level"] != "note"]
    assert [f"{each['path']}:{each['start_line']} {each['kind']}" for each in counting] == []
    assert (done.returncode, report["not_scanned"], report["notices"]) == (0, [], [])
    lifted = {each["path"] for each in report["findings"] if each["status"] == "authorized"}
    (record,) = config.load(str(ROOT)).tables["authorization"]
    assert lifted == set(record["paths"])
