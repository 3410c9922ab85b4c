"""Where code begins in a Markdown document, as CommonMark has it; the doubtful cases are those by which code could hide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.gate.markdown_code import DEEPEST, blocks

PROSE = frozenset({"text"})


def lines(text: str) -> list[int]:
    return [line for line, _words in blocks(text, PROSE)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```sh\nls\n```", [1]),
        ("```\nno language\n```", [1]),
        ("``` TEXT\nprose\n```", []),
        ("```text title=x\nprose\n```\n\n```{.python}\ncode\n```", [5]),
        ("~~~hcl\n```\n~~~\n\ntext", [1]),
        ("```js `x`", []),
        ("- item\n  ```yaml\n  a: 1\n  ```", [2]),
        ("> ```text\n```sh\nls\n```", [2]),
        ("paragraph\n    goes on", []),
        ("paragraph\n\n    code\n\n    the same\n\ntext\n\n    anew", [3, 9]),
        ("\tcode", [1]),
        ("# heading\n    code", [2]),
        ("heading\n---\n    code", [3]),
        ("- item\n\n    goes on", []),
        ("- item\n\n      code", [3]),
        ("-     code", [1]),
        ("-\n\n    code", [3]),
        ("10) item\n\n    goes on", []),
        ("paragraph\n2) no item\n\n    code", [4]),
        ("paragraph\n1) item\n\n    goes on", []),
        ("* * *\n\n    code", [3]),
        ("> quote\nlazy\n\n    code", [4]),
        ("> > quote\n>\n>     code", [3]),
        ("> -\n>\n>     code", [3]),
        ("a: front matter\n---\n- b\n---\ntext", []),
    ],
)
def test_code_is_found_where_commonmark_has_it(text: str, expected: list[int]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!--\n```text\n-->\n```terraform\n```", [2, 4]),
        ("<!--\n- item\n-->\n\n    code", [5]),
        ("<!-->\n- item\n\n    goes on", []),
        ("<div>\n- item\n</div>\n\n    code", [5]),
        ("<b>bold</b> text\n- item\n\n    goes on", []),
        ("<b>\n- item\n\n    code", [4]),
        ("````text\n```sh\nls\n```\n````", [2]),
        ("```text\nnever closed\n~~~sh\nls\n~~~", [3]),
    ],
)
def test_what_a_comment_or_another_fence_could_hide_is_found(text: str, expected: list[int]) -> None:
    assert lines(text) == expected


@given(st.text(alphabet="`~ \t\n->#*1.)a<!?/=|", max_size=200))
def test_every_text_can_be_read(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines(text))


def test_deep_nesting_ends_somewhere() -> None:
    assert lines(">" * (DEEPEST * 50) + " x\n\n    code") == [3]
