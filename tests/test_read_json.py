from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Location, Span
from scanner.read import json as reader
from scanner.read.positions import Lines

SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=6), inner, max_size=4),
    max_leaves=20,
)


def members(data: Any, above: Location = ()) -> list[tuple[Location, Any]]:
    found: list[tuple[Location, Any]] = [(above, data)]
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        found += members(value, (*above, step))
    return found


@given(TREES, st.sampled_from([None, 1, 2]))
@settings(deadline=None)
def test_the_text_at_a_span_is_the_value(tree: Any, indent: int | None) -> None:
    text = json.dumps(tree, indent=indent)
    (document,) = reader.read(text).documents
    lines = Lines(text)
    for location, value in members(tree):
        span = document.span_of(location)
        start = lines.span(0, 0)
        assert start <= span
        text_lines = [lines.line(number) for number in range(span.line, span.end_line + 1)]
        text_lines[-1] = text_lines[-1][: span.end_column - 1]
        text_lines[0] = text_lines[0][span.column - 1 :]
        held = "\n".join(text_lines)
        if location and isinstance(location[-1], str):
            assert json.loads("{" + held + "}") == {location[-1]: value}
        else:
            assert json.loads(held) == value


@given(TREES)
@settings(deadline=None)
def test_comments_and_trailing_commas_change_nothing(tree: Any) -> None:
    text = (
        json.dumps(tree, indent=1).replace("{\n", "{ // note\n").replace("\n]", ",\n] /* end */")
        if isinstance(tree, (dict, list))
        else json.dumps(tree)
    )
    strict = json.dumps(tree, indent=1)
    if "\\" in strict or "//" in strict or "/*" in strict or "{" in "".join(str(v) for _l, v in members(tree) if isinstance(v, str)):
        return
    reading = reader.read(text)
    if tree not in ([], {}):
        assert reading.documents[0].data == tree
        assert "note" not in reading.text or "note" in strict


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{"a": 1, // one\n "b": [1, 2,],}\n', [{"a": 1, "b": [1, 2]}]),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("{'a': 'b', c: true}", [{"a": "b", "c": True}]),
        ('# top\n{"a": null}', [{"a": None}]),
    ],
)
def test_what_tools_allow_beyond_json(text: str, data: list[Any]) -> None:
    reading = reader.read(text)
    assert [document.data for document in reading.documents] == data
    assert not reading.problems


def test_a_truncated_document_keeps_what_was_read_and_says_so() -> None:
    reading = reader.read('{\n "Statement": [\n  {"Effect": "Allow", "Action": "s3:*"}')
    assert reading.documents[0].data == {"Statement": [{"Effect": "Allow", "Action": "s3:*"}]}
    assert reading.documents[0].span_of(("Statement", 0, "Action")) == Span(3, 23, 3, 39)
    assert reading.problems == ("not valid JSON: the text ends inside a value on line 3",)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_a_nesting_bomb_is_refused_in_words(text: str) -> None:
    assert reader.read(text).problems == ("nested deeper than 200 levels",)


@given(st.text(max_size=120))
@settings(deadline=None)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    reading = reader.read(text)
    assert len(reading.text) == len(text)
