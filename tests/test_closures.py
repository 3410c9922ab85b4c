"""A query that became a function selects what the library selects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.match import jsonpath, rules
from scanner.match.queries import Queries

QUERIES = [
    "$[*]",
    "$[0]",
    "$[-1].a",
    "$[?@.a]",
    "$[?!@.a]",
    "$[?@.a == 'x']",
    "$[?@.a != 'x' && @.b]",
    "$[?@.a == @.b]",
    "$[?@.a > 1 || @.b <= 'x']",
    "$[?@.a == null]",
    "$[?@.a == true]",
    "$[?length(@.a) > 0]",
    "$[?length(@.a) == length(@.b)]",
    "$[?match(@.a, 'x+')].b",
    "$[?search(@.a, 'y')]['a', 'b']",
    "$[*].a[?@.b[?@ == 'x']]",
    "$[*][?@.b].a[*]",
    "$[?@.a[0].b]",
    "$[?@[*].b]",
    "$[?$[0].a == @.a]",
    "$[?@.a >= @.b]",
    "$[?count(@.a[*]) > 1]",
    "$[?count($[*]) == length(@)]",
    "$..a",
    "$[0]..[?@.b == 'x']",
    "$[?@..a]",
]
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.floats(-2, 2), st.sampled_from(["", "x", "xx", "xy"]))
KEYS = st.sampled_from(["a", "b"])
TREES = st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=2)), max_leaves=12)


PATTERNS = [
    "x",
    "x+",
    "xy?",
    "x|y",
    "(x|y)x",
    "xx{0,1}",
    "x[|]y",
    r"x\\|y",
    "xx|",
    "x.*",
    "[x]y",
    "a-b c*",
    "(x|yx)+y",
    "a(x|b)?",
    "(x|)y",
    "x(y|ab)(b|c) ?",
]


@given(text=st.text(alphabet="xy|ab -c", max_size=5))
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_shortcut_for_literal_beginnings_changes_no_answer(pattern: str, text: str) -> None:
    assert bool(Queries().select(f"$[?match(@, '{pattern}')]", [text])) == bool(re2.fullmatch(pattern.replace("\\\\", "\\"), text))


def by_library(query: str, values: list[Any]) -> list[tuple[Any, Any]]:
    return [(tuple(node.location), node.value) for node in jsonpath.environment().compile(query).finditer(values)]


@settings(max_examples=150)
@given(values=st.lists(TREES, max_size=4))
@pytest.mark.parametrize("query", QUERIES)
def test_a_function_selects_what_the_library_selects(query: str, values: list[Any]) -> None:
    assert repr(Queries().select(query, values)) == repr(by_library(query, values))


def shipped() -> Iterator[str]:
    for kind in rules.load().kinds:
        for evidence in (*kind.where, *kind.claims):
            yield from ([evidence.at] if evidence.at else [])
            yield from (*evidence.when, *evidence.unless)


def test_the_queries_of_the_signatures_agree_on_documents_of_many_shapes() -> None:
    documents: list[Any] = [
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "annotations": {"a": "b"}}, "spec": {"containers": [{"env": []}]}},
        {"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": {}}}, "name": "x", "runtime": "nodejs", "on": {"push": None}},
        {"tool": "kubectl", "plain": "kubectl apply x", "line": "kubectl apply -f x", "args": ["apply"], "env": {}, "guarded": True},
        {
            "type": "resource",
            "labels": ["aws_iam_role", "x"],
            "body": {"name": "${x}"},
            "blocks": [{"type": "a", "labels": [], "body": {}}],
        },
        {"imports": ["Pulumi"], "calls": [{"name": "a.b", "from": None, "target": "a.b", "new": False, "args": [], "keywords": {}}]},
        [],
        "text",
    ]
    for query in set(shipped()):
        assert Queries().select(query, documents) == by_library(query, documents), query
