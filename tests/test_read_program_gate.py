"""A program is parsed only where it may carry code of another format; what it carries is never passed over for that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.read import read
from scanner.read.program_gate import may_carry

MANIFEST = "apiVersion: v1\nkind: Pod\n"
GO = "package a\n\n// it's a `tick\ntype T struct {\n\tA string `json:\"a\"`\n\tB rune // '`'\n}\n\nvar q = '`'\nvar s = \"`\"\n"


def carries(text: str, language: str) -> bool:
    return may_carry(text, language, lambda piece: "kind: Pod" in piece)


def test_tags_comments_and_characters_do_not_open_a_raw_string() -> None:
    assert not carries(GO + "// kind: Pod\n/* ` kind: Pod\n */\n", "go")
    assert carries(f"{GO}\nvar m = `{MANIFEST}`\n", "go")


@pytest.mark.parametrize("ending", ["`", ""])
def test_a_raw_string_that_is_never_closed_counts(ending: str) -> None:
    assert carries(f"package a\nvar m = `{MANIFEST}{ending}", "go")


PARTS = st.lists(st.sampled_from(["`", '"', "'", "\\", "\n", "//", "/*", "*/", "x", MANIFEST, " = ", "{}", "var a"]), max_size=14)


@given(parts=PARTS)
def test_every_string_that_the_parser_finds_in_go_was_looked_at(parts: list[str]) -> None:
    text = "package a\n" + "".join(parts)
    held = [fragment.text for fragment in read(text, "go").fragments]
    if any("kind: Pod" in piece and "\n" in piece for piece in held):
        assert carries(text, "go")
