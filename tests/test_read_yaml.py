from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scanner.model import Location, Span
from scanner.read import yaml as reader
from scanner.read.positions import Lines

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8)
)
KEYS = st.text(st.characters(codec="ascii", categories=("Ll", "Lu")), min_size=1, max_size=6)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20)


def locations(data: Any, above: Location = ()) -> list[Location]:
    found = [above]
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        found += locations(value, (*above, step))
    return found


@given(TREES)
@settings(deadline=None)
def test_yaml_of_json_gives_the_same_data(tree: Any) -> None:
    (document,) = reader.read(json.dumps(tree, ensure_ascii=False)).documents
    assert document.data == tree


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_block_style_gives_the_same_data_and_keys_stand_where_their_spans_say(tree: dict[str, Any]) -> None:
    import io

    out = io.StringIO()
    YAML().dump(tree, out)
    text = out.getvalue()
    (document,) = reader.read(text).documents
    assert document.data == tree
    lines = Lines(text)
    for location in locations(tree):
        span = document.span_of(location)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        if location and isinstance(location[-1], str):
            assert lines.line(span.line)[span.column - 1 :].lstrip("'\"? ").startswith(location[-1])


def test_each_document_of_a_stream_stands_on_its_own_and_a_broken_one_spoils_no_other() -> None:
    reading = reader.read("a: 1\n---\nb: [1\n---\nc: 3\n")
    assert [document.data for document in reading.documents] == [{"a": 1}, {"b": "[1"}, {"c": 3}]
    assert [document.span_of(()).line for document in reading.documents] == [1, 2, 5]
    assert len(reading.problems) == 1
    assert "document 2" in reading.problems[0]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("on: yes\noff: no\n", {"on": "yes", "off": "no"}),
        ("date: 2012-10-17\n", {"date": "2012-10-17"}),
        ("a: 0x1F\nb: 1e3\nc: 1.10\nd: '1'\n", {"a": 31, "b": 1000.0, "c": 1.1, "d": "1"}),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
        ("a: !Ref X\nb: !GetAtt Y.Arn\nc: !custom 3\n", {"a": {"Ref": "X"}, "b": {"Fn::GetAtt": ["Y", "Arn"]}, "c": "3"}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("\r\na: 1\r\nb: |\r\n  x\r\n", {"a": 1, "b": "x\n"}),
    ],
)
def test_scalars_tags_and_anchors(text: str, data: Any) -> None:
    assert [document.data for document in reader.read(text).documents] == [data]


def test_positions_of_null_list_items_and_tagged_values() -> None:
    (document,) = reader.read("list:\n- 1\n-\n- k: true\nx: !Sub 'é ${A}'\n").documents
    assert document.span_of(("list", 1)) == Span(3, 2, 3, 2)
    assert document.span_of(("list", 2, "k")) == Span(4, 3, 4, 10)
    assert document.span_of(("x", "Fn::Sub")) == Span(5, 4, 5, 17)
    assert document.span_of(("list", 9, "nothing")) == document.span_of(("list",))


def test_a_go_template_yields_kind_and_positions() -> None:
    text = (
        '{{- if .Values.enabled }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "x" . }}-web\n'
        "  labels:\n    {{- toYaml . | nindent 4 }}\nspec:\n  env:\n  {{- range $k, $v := .Values.env }}\n"
        "  - name: {{ $k }}\n    value: {{ $v | quote }}\n  {{- end }}\n{{- end }}\n"
    )
    reading = reader.read(text)
    (document,) = reading.documents
    assert document.data["kind"] == "Deployment"
    assert document.span_of(("kind",)) == Span(3, 1, 3, 17)
    assert document.data["spec"]["env"][0].keys() == {"name", "value"}
    assert document.rung == "template"
    assert not reading.problems


@pytest.mark.parametrize(
    "mark",
    ["{% for x in y %}", "<% if x %>", "@HOST@: 1", "{# note #}", "%{ if x }"],
    ids=["jinja", "erb", "autoconf", "jinja comment", "terraform"],
)
def test_other_template_languages_are_stepped_over(mark: str) -> None:
    reading = reader.read(f"kind: Pod\n{mark}\nmetadata:\n  name: x\n")
    assert reading.documents[0].data["kind"] == "Pod"
    assert reading.documents[0].data["metadata"] == {"name": "x"}
    assert not reading.problems


@pytest.mark.parametrize("text", ["[" * 50_000, "{a: " * 50_000, "- " * 50_000, "\n".join("  " * i + "a:" for i in range(400))])
def test_a_nesting_bomb_is_refused_in_words(text: str) -> None:
    reading = reader.read(text)
    assert any("nested deeper" in problem for problem in reading.problems)


def test_an_alias_bomb_is_refused_in_words_and_a_cycle_ends() -> None:
    levels = ["a: &a [x, x, x, x, x, x, x, x, x]"] + [
        f"{b}: &{b} [{', '.join(f'*{a}' for _ in range(9))}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert reader.read("\n".join(levels)).problems == ("document 1 is not valid YAML: its aliases stand for more than 500,000 values",)
    (cycle,) = reader.read("a: &a [*a]").documents
    assert cycle.data == {"a": [None]}


def test_merge_keys_that_repeat_a_large_mapping_too_often_are_refused_in_words() -> None:
    base = "base: &b\n" + "".join(f"  k{number}: 1\n" for number in range(1000))
    many = base + "".join(f"m{number}: {{<<: *b}}\n" for number in range(600))
    assert any("its aliases stand for more than" in problem for problem in reader.read(many).problems)
    (document,) = reader.read(base + "m: {<<: *b, own: 2}\n").documents
    assert document.data["m"]["k999"] == 1
    assert (document.span_of(("m", "k7")).line, document.span_of(("m", "own")).line) == (9, 1002)


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_is_read_without_an_exception_and_problems_are_told(text: str) -> None:
    reading = reader.read(text)
    assert len(reading.text) == len(text)
    for document in reading.documents:
        document.span_of(())


def test_a_named_template_stands_for_a_value() -> None:
    reading = reader.read('apiVersion: {{ template "x.version" . }}\nkind: {{ template "x.kind" . }}\n{{ template "x.rest" . }}\n')
    assert [set(str(reading.documents[0].data[key])) for key in ("apiVersion", "kind")] == [{"_"}, {"_"}]
