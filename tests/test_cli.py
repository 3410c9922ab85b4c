"""What a user at a shell meets: exit codes, one clear line for a mistake, reports that are whole or not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import heed_interrupts

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers: []\n"


def run(*arguments: str, cwd: Path, data: bytes | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "scanner", *arguments],
        cwd=cwd,
        input=data,
        capture_output=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def report(*arguments: str, cwd: Path, data: bytes | None = None) -> dict[str, object]:
    loaded = json.loads(run("scan", "--format", "json", *arguments, cwd=cwd, data=data).stdout)
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "app.py").write_text("print('hello')\n")
    return tmp_path


def test_exit_codes_follow_findings_threshold_and_flags(tree: Path) -> None:
    assert run("scan", cwd=tree).returncode == 1
    assert run("scan", "--exit-zero", cwd=tree).returncode == 0
    assert run("scan", "--fail-on", "never", cwd=tree).returncode == 0
    assert run("scan", "app.py", cwd=tree).returncode == 0
    (tree / "empty").mkdir()
    assert run("scan", "empty", cwd=tree).returncode == 3


def test_what_cannot_be_scanned_makes_two_even_with_exit_zero(tree: Path) -> None:
    (tree / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: [1\n")
    done = run("scan", "--exit-zero", "--format", "json", cwd=tree)
    assert done.returncode == 2
    assert json.loads(done.stdout)["not_scanned"] == [
        {"path": "broken.yaml", "reason": "document 1 is not valid YAML: did not find expected ',' or ']' on its line 4"}
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"apiVersion: v1\nkind: Secret # \xff\n", "is not valid UTF-8"),
        (b"apiVersion: v1\nkind: Secret\n\0", "holds bytes that no yaml file has"),
        (b"apiVersion: v1\nkind: Pod\na: " + b"[" * 3000, "nested deeper"),
        (b"# " + b"x" * 2_000_000, "larger than"),
    ],
    ids=["undecodable", "hidden behind a NUL", "too deep", "too large"],
)
def test_hostile_files_are_named_with_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    done = run("scan", "--format", "json", "--max-file-size", "1M", cwd=tmp_path)
    assert done.returncode == 2
    (entry,) = json.loads(done.stdout)["not_scanned"]
    assert entry["path"] == "x.yaml"
    assert reason in entry["reason"]


def test_a_large_file_is_skipped_where_its_first_bytes_and_its_name_say_that_it_is_binary(tmp_path: Path) -> None:
    content = b"\x89PNG\r\n\x1a\n\0\0" + b"x" * 2_000_000
    for name in ("photo.png", "main.tf"):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "wide").write_bytes(("\N{PILE OF POO}" * 600_000 + "x").encode("utf-16"))
    report = json.loads(run("scan", "--format", "json", "--max-file-size", "1M", cwd=tmp_path).stdout)
    assert [entry["path"] for entry in report["not_scanned"]] == ["main.tf", "wide"]
    assert report["summary"]["skipped"] == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_manifest_in_any_unicode_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x.yaml").write_bytes(POD.encode(encoding))
    found = report(cwd=tmp_path)["findings"]
    assert isinstance(found, list)
    assert [(finding["kind"], finding["start_line"]) for finding in found if finding["clause"] == "3.6"] == [("kubernetes-manifest", 1)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scan", "missing"], "missing"),
        (["scan", "--format", "sarf"], "did you mean 'sarif'?"),
        (["scan", "--clause", "3.99"], "unknown clause '3.99'"),
        (["scan", "--kind", "kubernetes-manifst"], "did you mean 'kubernetes-manifest'?"),
        (["scan", "--max-file-size", "big"], "--max-file-size"),
        (["scan", "--fail-on", "fatal"], "fatal"),
        (["scan", "-"], "--stdin-filename"),
        (["scan", "--format", "json", "--format", "sarif"], "several formats for one output"),
        (["scan", "-o", "no/such/folder/x.json"], "no/such/folder"),
        (["explain", "kubernetes-rbca"], "(did you mean kubernetes-rbac"),
        (["scn"], "did you mean 'scan'?"),
    ],
)
def test_a_mistake_gives_one_clear_line_and_two(tree: Path, arguments: list[str], words: str) -> None:
    done = run(*arguments, cwd=tree)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_configuration_stops_the_scan(tree: Path) -> None:
    (tree / "phasegate.toml").write_text("faill-on = 'error'\n")
    done = run("scan", cwd=tree)
    assert done.returncode == 2
    assert "did you mean 'fail-on'?" in done.stderr
    assert done.stdout == ""


def test_configuration_serves_and_the_command_line_wins(tree: Path) -> None:
    (tree / "phasegate.toml").write_text('fail-on = "never"\nexclude = ["*.py"]\n')
    assert run("scan", cwd=tree).returncode == 0
    assert run("scan", "--fail-on", "error", cwd=tree).returncode == 1
    assert "1 file left out" in str(report(cwd=tree)["notices"])


def test_standard_input_is_judged_under_the_name_that_is_given(tree: Path) -> None:
    found = report("-", "--stdin-filename", "deploy/x.yaml", cwd=tree, data=POD.encode())
    assert found["source"] == "stdin"
    findings = found["findings"]
    assert isinstance(findings, list)
    assert {finding["path"] for finding in findings} == {"deploy/x.yaml"}


def test_several_formats_in_one_run(tree: Path) -> None:
    done = run("scan", "--format", "sarif=out.sarif", "--format", "json=out.json", "--format", "text", cwd=tree)
    assert "pod.yaml" in done.stdout
    assert json.loads((tree / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((tree / "out.json").read_text())["version"] == 1


def test_two_runs_give_the_same_bytes_but_for_seconds(tree: Path) -> None:
    def stripped() -> str:
        loaded = report("--jobs", "2", cwd=tree)
        summary = loaded["summary"]
        assert isinstance(summary, dict)
        del summary["seconds"]
        return json.dumps(loaded)

    assert stripped() == stripped()


def test_several_processes_find_the_same(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.yaml").write_text(POD.replace("web", f"web{number}"))
    alone, spread = (report("--jobs", jobs, cwd=tmp_path)["findings"] for jobs in ("1", "3"))
    assert alone == spread
    assert isinstance(alone, list)
    assert len(alone) >= 40


def test_an_interrupted_scan_leaves_no_report(tmp_path: Path) -> None:
    source = tmp_path / "tree"
    source.mkdir()
    os.mkfifo(tmp_path / "pipe")
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", "-", "--stdin-filename", "x.yaml", "--format", "json", "-o", str(tmp_path / "out.json")],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=source,
        preexec_fn=heed_interrupts,  # noqa: PLW1509  # the tests have no threads
    )
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _out, errors = process.communicate()
    assert process.returncode == 2
    assert b"interrupted" in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pipe", "tree"]


HEAVY = ("hcl2", "cfnlint", "detect_secrets", "ruamel", "lark", "tree_sitter", "requests", "yaml", "jsonschema")


@pytest.mark.parametrize(
    ("arguments", "allowed"), [(["--help"], ()), (["--version"], ()), (["scan", "app.py"], ()), (["scan", "pod.yaml"], ("yaml",))]
)
def test_the_hot_path_loads_none_of_the_heavy_libraries(tree: Path, arguments: list[str], allowed: tuple[str, ...]) -> None:
    run("scan", "pod.yaml", cwd=tree)
    code = (
        f"import sys\nsys.argv[1:] = {arguments!r}\nfrom scanner.cli import main\n"
        "try:\n    main()\nfinally:\n    print('LOADED', *sorted(m for m in sys.modules if '.' not in m))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, check=False)
    loaded = done.stdout.rsplit("LOADED", 1)[1].split()
    assert [name for name in HEAVY if name in loaded and name not in allowed] == []


def test_kinds_and_explain_serve_a_person_and_a_script(tree: Path) -> None:
    listed = json.loads(run("kinds", "--clause", "iac-code", "--json", cwd=tree).stdout)
    assert {"kind", "title", "clause", "level", "formats"} <= listed[0].keys()
    assert all(entry["clause"] == "3.1" or "3.1" in entry["further_clauses"] for entry in listed)
    text = run("explain", listed[0]["kind"], cwd=tree).stdout
    assert listed[0]["title"] in text
    assert "J.4.3" in text
    assert listed[0]["kind"] in run("explain", "3.1", cwd=tree).stdout


def test_no_color_is_kept_and_no_control_character_of_the_tree_reaches_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.yaml").write_text(POD.replace("web", "we\x1b]0;b"))
    plain = run("scan", cwd=tmp_path).stdout
    assert "\x1b" not in plain
    assert "\x1b" in run("scan", "--color", "always", cwd=tmp_path).stdout


def test_deep_asks_the_tool_itself(tmp_path: Path) -> None:
    template = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"
    (tmp_path / "good.yaml").write_text(template)
    (tmp_path / "bad.yaml").write_text(template + "    Properties:\n      NoSuchProperty: 1\n")
    found = report("--deep", "--clause", "3.1", cwd=tmp_path)["findings"]
    assert isinstance(found, list)
    assert {finding["path"]: "finds no errors in it" in finding["message"] for finding in found} == {"good.yaml": True, "bad.yaml": False}
    assert {finding["level"] for finding in found} == {"error"}
