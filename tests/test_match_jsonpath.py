"""What queries select, as a signature's author may rely on it."""

from __future__ import annotations

import pytest

from scanner.errors import UsageError
from scanner.match import jsonpath
from scanner.match.queries import Queries


def nested(depth: int) -> dict[str, object]:
    block: dict[str, object] = {"type": "env", "blocks": []}
    for _level in range(depth):
        block = {"type": "dynamic", "blocks": [block]}
    return block


def test_a_descent_finds_what_stands_at_any_depth_outer_ones_first() -> None:
    tree = [{"blocks": [{"type": "a", "blocks": [{"type": "env", "n": 1}]}, {"type": "env", "n": 2}]}]
    assert [location for location, _value in Queries().select("$[0]..blocks[?@.type=='env']", tree)] == [
        (0, "blocks", 1),
        (0, "blocks", 0, "blocks", 0),
    ]


def test_a_descent_takes_any_depth() -> None:
    assert len(Queries().select("$[0]..blocks[?@.type=='env']", [nested(3000)])) == 1


def test_a_descent_works_inside_a_filter() -> None:
    assert len(Queries().select("$[?@..blocks[?@.type=='env']]", [nested(5), {"type": "env", "blocks": []}])) == 1


def test_only_deep_queries_may_descend() -> None:
    jsonpath.check("$[0]..blocks[?@.type=='env']", deep=True)
    with pytest.raises(UsageError, match="walks the whole document"):
        jsonpath.check("$[0]..blocks[?@.type=='env']")
