"""Turns Terraform's JSON syntax into the block tree of its native syntax, so that one predicate serves both.

Format: the JSON configuration syntax of Terraform and OpenTofu.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..model import Document, Location, Placed, Span

_LABELS = {
    "action": 2,
    "check": 1,
    "data": 2,
    "ephemeral": 2,
    "module": 1,
    "output": 1,
    "provider": 1,
    "resource": 2,
    "run": 1,
    "variable": 1,
}
_DEEPEST = 20
_COMMENT = "//"


class _Origin(NamedTuple):
    """Where a block comes from: its body, its type and labels, and the origins of the blocks inside it."""

    body: Location
    places: tuple[Location, ...]
    blocks: list[_Origin]


def blocks_of_json(data: dict[str, Any], span_of: Placed) -> Document:
    """The block tree `{"body", "blocks"}` of one JSON configuration, placed by the `span_of` of its JSON document.

    JSON does not tell a nested block from an attribute: a member that is an object, or a list of objects, stands both in
    `body` and in `blocks`. Blocks nest at most 20 deep; what lies deeper is in the bodies alone. The comment key `//` is left out.
    """
    body, blocks, origins = _parts(data, (), 0, _LABELS)
    return Document({"body": body, "blocks": blocks}, _Translated(span_of, _Origin((), (), origins)))


def _parts(data: dict[str, Any], at: Location, depth: int, labels: dict[str, int]) -> tuple[dict[str, Any], list[Any], list[_Origin]]:
    body: dict[str, Any] = {}
    blocks: list[Any] = []
    origins: list[_Origin] = []
    for key, value in data.items():
        if key == _COMMENT:
            continue
        is_block = depth < _DEEPEST and _holds_objects(value)
        if not (is_block and key in labels):
            body[key] = value
        if not is_block:
            continue
        for names, inner, origin in _labelled(value, (), _Origin((*at, key), ((*at, key),), []), labels.get(key, 0)):
            inner_body, inner_blocks, inner_origins = _parts(inner, origin.body, depth + 1, {})
            blocks.append({"type": key, "labels": list(names), "body": inner_body, "blocks": inner_blocks})
            origins.append(origin._replace(blocks=inner_origins))
    return body, blocks, origins


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _labelled(value: Any, names: tuple[str, ...], origin: _Origin, count: int) -> Iterator[tuple[tuple[str, ...], dict[str, Any], _Origin]]:
    """The objects below `count` levels of labels; at each level one object or a list of them."""
    for step, item in enumerate(value) if isinstance(value, list) else ((None, value),):
        if not isinstance(item, dict):
            continue
        at = origin.body if step is None else (*origin.body, step)
        if count == 0:
            yield names, item, origin._replace(body=at)
            continue
        for key, inner in item.items():
            if key != _COMMENT:
                place = (*at, key)
                yield from _labelled(inner, (*names, key), _Origin(place, (*origin.places, place), []), count - 1)


class _Translated:
    """Places the locations of a block tree by the JSON document that it was made of."""

    def __init__(self, span_of: Placed, root: _Origin) -> None:
        self._span_of = span_of
        self._root = root

    def __call__(self, location: Location) -> Span:
        """The region of `location`, or of the nearest part around it."""
        origin, rest = self._root, location
        while rest[:1] == ("blocks",) and len(rest) > 1 and isinstance(rest[1], int) and 0 <= rest[1] < len(origin.blocks):
            origin, rest = origin.blocks[rest[1]], rest[2:]
        if rest[:1] == ("body",):
            return self._span_of((*origin.body, *rest[1:]))
        if rest[:1] == ("type",) and origin.places:
            return self._span_of(origin.places[0])
        if rest[:1] == ("labels",) and len(rest) > 1 and isinstance(rest[1], int) and 0 <= rest[1] < len(origin.places) - 1:
            return self._span_of(origin.places[1 + rest[1]])
        return self._span_of(origin.body)
