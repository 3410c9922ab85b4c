"""What is too much for a reader is said in words; what was read up to there stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import runner
from scanner.read import MOST_LINES, read, shell_batch, shell_powershell, shell_words
from scanner.read.notebook import MAX_CELLS
from scanner.read.shell_syntax import MOST_STEPS, Lexed
from scanner.read.yaml_nodes import MOST_NODES


@pytest.mark.parametrize("lex", [shell_words.lex, shell_powershell.lex, shell_batch.lex])
def test_a_script_is_read_up_to_a_number_of_pieces(lex: Callable[[str, int], Lexed]) -> None:
    lexed = lex("terraform apply\n" * 100, 30)
    assert lexed.stopped is not None
    assert 0 < len(lexed.commands) <= 30
    assert lex("terraform apply\n" * 5, 30).stopped is None


def test_a_script_of_too_many_pieces_says_where_reading_ended() -> None:
    reading = read("terraform apply\n" + "word " * MOST_STEPS + "\n", "shell")
    assert reading.problems == ("more than 400,000 words and marks; reading ends on line 2",)
    assert reading.documents[0].data["commands"][0]["line"] == "terraform apply"


def test_the_code_that_a_script_carries_counts_towards_the_same_limit() -> None:
    body = "word " * (MOST_STEPS // 8)
    reading = read(f"bash -c '{body}'\n" * 4, "shell")
    assert reading.problems == ("more than 400,000 words and marks; reading ends on line 4",)


def test_a_notebook_that_is_not_read_to_its_end_is_not_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = {"cell_type": "code", "source": ["!kubectl apply -f x.yaml\n"]}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell] * (MAX_CELLS + 1)}), encoding="utf-8")
    (tmp_path / "b.ipynb").write_text(json.dumps({"cells": [cell]})[:-1], encoding="utf-8")
    (tmp_path / "c.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": "1 + 1"}]})[:-1], encoding="utf-8")
    _code, out, _err = runner(tmp_path, monkeypatch, capsys)("scan", "--format", "json")
    report = json.loads(out)
    reasons = {(entry["path"], entry["reason"].split(":")[0]) for entry in report["not_scanned"]}
    assert ("a.ipynb", "the notebook has more than 20000 cells") in reasons
    assert ("b.ipynb", "the notebook is no valid JSON") in reasons
    assert not any(path == "c.ipynb" for path, _reason in reasons)


@pytest.mark.parametrize(
    ("format_", "text", "problem"),
    [
        ("ini", "[a]\n" + "b = 1\n" * MOST_LINES, "has more than 500,000 lines"),
        ("yaml", "a: [" + "b, " * MOST_NODES + "]\n", "holds more than 300,000 values"),
        ("yaml", "- a\n" * (MOST_NODES + 1), "holds more than 300,000 values"),
        ("yaml", "---\na: {b: c}\n" * (MOST_NODES // 4), "holds more than 300,000 values"),
        ("json", "[" + "1," * 1_000_000 + "1]", "holds more than 1,000,000 values"),
        ("toml", "a = [" + "1," * 1_000_001 + "]", "holds more than 1,000,000 values"),
        ("hcl", "a {}\n" * 250_001, "holds more blocks and attributes than are read"),
        ("javascript", "f();" * 400_000, "the parser of javascript gives up: the text is long, nested or broken beyond measure"),
    ],
    ids=lambda value: value[:12].split("\n")[0],
)
def test_a_text_that_holds_more_than_is_kept_is_no_document_and_says_so(format_: str, text: str, problem: str) -> None:
    reading = read(text, format_)
    assert reading.problems == (problem,)
    assert reading.documents == ()


def test_a_text_that_only_looks_as_if_it_held_too_much_is_read() -> None:
    (document,) = read("a: |\n" + "  b: c, d: e, f: g, h: i\n" * 40_000, "yaml").documents
    assert document.data["a"].startswith("b: c, d: e")


def test_a_pile_of_brackets_is_told_from_many_values() -> None:
    reading = read("a: b\n---\nc: " + "[" * MOST_NODES + "]" * MOST_NODES, "yaml")
    assert reading.problems == ("document 2 is not valid YAML: nested deeper than 200 levels",)
    assert reading.documents[0].data == {"a": "b"}


def test_of_a_long_line_as_much_is_shown_as_fits_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["true " + "x" * 200_000 + "; kubectl apply -f a; " + "b " * 70_000, "x;terraform apply " + "c " * 20 + " "]
    (tmp_path / "a.sh").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _code, out, _err = runner(tmp_path, monkeypatch, capsys)("scan", "--format", "json")
    shown = {finding["start_line"]: finding["evidence"] for finding in json.loads(out)["findings"]}
    assert shown == {1: ("kubectl apply -f a; " + "b " * 200)[:160], 2: "terraform apply " + "c " * 19 + "c"}


def test_an_escape_that_is_half_a_character_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    half = "\\ud800"
    (tmp_path / "a.yaml").write_text(f'apiVersion: v1\nkind: Pod\nmetadata: {{name: "{half}"}}\n', encoding="utf-8")
    template = f'{{"AWSTemplateFormatVersion": "{half}", "Resources": {{"a": {{"Type": "{half}"}}}}}}'
    (tmp_path / "b.json").write_text(template, encoding="utf-8")
    cell = f'{{"cell_type": "code", "source": ["!kubectl apply -f {half}\\n"]}}'
    (tmp_path / "c.ipynb").write_text(f'{{"cells": [{cell}]}}', encoding="utf-8")
    _code, out, _err = runner(tmp_path, monkeypatch, capsys)("scan", "--format", "json")
    report = json.loads(out)
    assert {finding["path"] for finding in report["findings"]} == {"a.yaml", "b.json", "c.ipynb"}
    assert report["not_scanned"] == []


def test_a_long_command_is_held_against_the_signatures_like_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.sh").write_text("terraform apply -auto-approve " + "x" * 200_000 + "\n", encoding="utf-8")
    _code, out, _err = runner(tmp_path, monkeypatch, capsys)("scan", "--format", "json")
    assert [finding["kind"] for finding in json.loads(out)["findings"]] == ["terraform-command"]


def test_a_long_text_that_aliases_repeat_is_told_from_a_long_text() -> None:
    long = "x" * 200_000
    assert read(f"a: &a {long}\nb: [*a, *a]\n", "yaml").problems == ()
    reading = read(f"a: &a {long}\nb: [{'*a, ' * 200}]\n", "yaml")
    assert reading.problems == ("document 1 is not valid YAML: its aliases stand for more than 500,000 values",)
