"""What is too much for a reader is said in words; what was read up to there stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import runner
from scanner.read import read, shell_batch, shell_powershell, shell_words
from scanner.read.notebook import MAX_CELLS
from scanner.read.shell_syntax import MOST_STEPS, Lexed


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
