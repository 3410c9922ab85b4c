"""Terraform's JSON syntax as a block tree."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import Document, Location, Span
from scanner.read.hcl_json import blocks_of_json

CONFIG: dict[str, Any] = {
    "//": "made by a tool",
    "terraform": {"backend": {"s3": {"bucket": "b"}}},
    "provider": [{"aws": {"region": "x"}}, {"aws": [{"alias": "y"}, {"alias": "z"}]}],
    "resource": {"aws_x": {"n": {"//": "note", "name": "web", "rule": [{"port": 1}, {"port": 2}], "tags": {"a": "b"}}, "m": {}}},
    "variable": {"v": {"default": None}},
    "locals": {"one": 1},
    "output": "not an object",
}


def converted() -> tuple[Document, list[Location]]:
    asked: list[Location] = []

    def span_of(location: Location) -> Span:
        asked.append(location)
        return Span(1, 1, 1, 1)

    return blocks_of_json(CONFIG, span_of), asked


def find(kind: str) -> list[dict[str, Any]]:
    return [block for block in converted()[0].data["blocks"] if block["type"] == kind]


def test_labels_come_from_the_levels() -> None:
    assert [block["labels"] for block in find("resource")] == [["aws_x", "n"], ["aws_x", "m"]]
    assert [(block["labels"], block["body"]) for block in find("provider")] == [
        (["aws"], {"region": "x"}),
        (["aws"], {"alias": "y"}),
        (["aws"], {"alias": "z"}),
    ]
    assert find("variable") == [{"type": "variable", "labels": ["v"], "body": {"default": None}, "blocks": []}]
    assert find("locals")[0]["body"] == {"one": 1}


def test_members_that_are_objects_are_both_attribute_and_block() -> None:
    resource = find("resource")[0]
    assert resource["body"] == {"name": "web", "rule": [{"port": 1}, {"port": 2}], "tags": {"a": "b"}}
    assert [(block["type"], block["body"]) for block in resource["blocks"]] == [
        ("rule", {"port": 1}),
        ("rule", {"port": 2}),
        ("tags", {"a": "b"}),
    ]


def test_nothing_is_lost_or_invented() -> None:
    data = converted()[0].data
    assert find("//") == []
    assert data["body"]["output"] == "not an object"
    assert "resource" not in data["body"]


@pytest.mark.parametrize(
    ("location", "origin"),
    [
        ((), ()),
        (("body", "output"), ("output",)),
        (("blocks", 1), ("provider", 0, "aws")),
        (("blocks", 3, "body", "alias"), ("provider", 1, "aws", 1, "alias")),
        (("blocks", 4), ("resource", "aws_x", "n")),
        (("blocks", 4, "type"), ("resource",)),
        (("blocks", 4, "labels", 0), ("resource", "aws_x")),
        (("blocks", 4, "labels", 1), ("resource", "aws_x", "n")),
        (("blocks", 4, "labels", 2), ("resource", "aws_x", "n")),
        (("blocks", 4, "body", "tags", "a"), ("resource", "aws_x", "n", "tags", "a")),
        (("blocks", 4, "blocks", 1, "body", "port"), ("resource", "aws_x", "n", "rule", 1, "port")),
        (("blocks", 4, "blocks", 9), ("resource", "aws_x", "n")),
        (("blocks", 99), ()),
    ],
)
def test_places_are_those_of_the_json(location: Location, origin: Location) -> None:
    document, asked = converted()
    document.span_of(location)
    assert asked == [origin]


def test_deep_json_is_cut_off_in_the_blocks_only() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5_000):
        deep = {"a": deep}
    data = blocks_of_json(deep, lambda _: Span(1, 1, 1, 1)).data
    depth = 0
    while data["blocks"]:
        data = data["blocks"][0]
        depth += 1
    assert depth == 20
    assert data["body"]["a"]
