"""Queries may ask a list; a text pattern claims every line that it matches."""

from __future__ import annotations

from pathlib import Path

import pytest

import fixtures
from scanner.errors import UsageError
from scanner.match import jsonpath, rules
from scanner.match.queries import Queries
from test_signatures import base, write

__all__ = ["base"]


def test_listed_is_membership_in_the_list_of_that_name() -> None:
    query = "$[?listed(@.Type,'cloudformation-resource-types')]"
    jsonpath.check(query)
    values = [{"Type": "AWS::S3::Bucket"}, {"Type": "AWS::S3::Buckets"}, {"Type": 1}, {}]
    assert [location for location, _value in Queries().select(query, values)] == [(0,)]


@pytest.mark.parametrize(
    "query", ["$[?listed(@.Type,'no-such-list')]", "$[?listed(@.Type,@.list)]", "$[?listed(@.Type,'../policy/j-4-1')]"]
)
def test_a_list_that_is_not_there_is_refused_when_signatures_are_loaded(query: str) -> None:
    with pytest.raises(UsageError, match="list"):
        jsonpath.check(query)


def test_a_text_claim_stands_at_every_line_that_it_matches(base: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    write(base, where=[{"text": "^thing:"}], claims=[{"clause": "3.4", "text": "grant"}])
    tree = tmp_path_factory.mktemp("tree")
    (tree / "a.yaml").write_text("thing: 1\nfirst: grant, grant\nsecond: grant\nthing2: 0\n")
    loaded = rules.load(str(base), use_cache=False)
    assert fixtures.claims(tree, loaded) == ["a.yaml:1:1 3.1 thing error", "a.yaml:2:8 3.4 thing error", "a.yaml:3:9 3.4 thing error"]
