"""What is too much for a reader is said in words; what was read up to there stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanner.read import read, shell_batch, shell_powershell, shell_words
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
