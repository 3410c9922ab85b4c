"""`phasegate config show`: each value of a scan with what set it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from commands import Run, runner

CONFIGURATION = """# ours
fail-on = "error"
exclude = [
  "a/**",
]
color = "always"

[[allow]]
paths = ["x"]
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    return runner(tmp_path, monkeypatch, capsys)


def shown(run: Run, *arguments: str) -> dict[str, tuple[Any, str, str | None]]:
    code, out, err = run("config", "show", "--format", "json", *arguments)
    assert (code, err) == (0, "")
    return {row["key"]: (row["value"], row["origin"], row["where"]) for row in json.loads(out)["values"]}


def test_each_value_names_what_set_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "phasegate.toml").write_text(CONFIGURATION)
    found = shown(run, "--level", "warning")
    assert found["level"] == ("warning", "command line", None)
    assert found["fail-on"] == ("error", "configuration", "phasegate.toml:2")
    assert found["exclude"] == (["a/**"], "configuration", "phasegate.toml:3")
    assert found["color"] == ("always", "configuration", "phasegate.toml:6")
    assert found["[[allow]]"] == (1, "configuration", "phasegate.toml:8")
    assert found["jobs"] == (0, "default", None)
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(run)["color"] == ("never", "environment", "NO_COLOR")
    assert shown(run, "--color", "always")["color"] == ("always", "command line", None)


def test_it_finds_its_place_in_pyproject_and_in_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.phasegate]\njobs = 2\n")
    assert shown(run)["jobs"] == (2, "configuration", "pyproject.toml:5")
    (tmp_path / "below").mkdir()
    assert shown(run, "below")["jobs"] == (0, "default", None)


def test_text_is_a_table_that_nothing_of_the_tree_steers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "phasegate.toml").write_text('exclude = ["\\u001b[31m"]\n')
    _code, out, _err = run("config", "show", "--fail-on", "never")
    assert "\x1b" not in out
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    assert lines["fail-on"].split()[1:] == ['"never"', "command", "line"]
    assert lines["exclude"].endswith("phasegate.toml:1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('stile = "full"\n', "unknown key 'stile' (did you mean 'style'?)"),
        ('style = "ful"\n', "style: must be one of full, grouped, concise, not 'ful' (did you mean 'full'?)"),
        ('format = ["sarf"]\n', "format: unknown format 'sarf' (did you mean 'sarif'?)"),
        ('output = "/tmp/x"\n', "output: '/tmp/x': is no file below the root"),
        ('output = "../x"\n', "output: '../x': is no file below the root"),
        ('format = ["sarif=.git/hooks/pre-commit"]\n', "format: '.git/hooks/pre-commit': is no file below the root"),
    ],
)
def test_a_mistake_names_the_nearest_and_no_report_leaves_the_tree(run: Run, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "phasegate.toml").write_text(text)
    for command in (("scan",), ("config", "show")):
        code, _out, err = run(*command)
        assert code == 2
        assert f"phasegate.toml: {words}" in err


def test_a_configured_report_through_a_link_is_refused(run: Run, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "report.txt").symlink_to(tmp_path / "precious")
    (tree / "phasegate.toml").write_text('output = "report.txt"\n')
    (tmp_path / "precious").write_text("kept")
    assert run("scan", "tree")[0] == 2
    assert (tmp_path / "precious").read_text() == "kept"
