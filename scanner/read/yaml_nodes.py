"""The node trees that a YAML parser composes: turned into plain data, and asked where each part of it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.model import Location, Span

DEEPEST = 200
"""How many levels of nesting a document may have."""
MOST_NODES = 300_000
"""How many values the documents of one text may hold: the parser keeps 400 bytes of each."""
MOST_REPEATED = 500_000
"""How many values the aliases and merge keys of one document may stand for beyond those that are written."""
_LONG = 64
"""A repeated text counts as one more value for so many characters of it."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,100}|0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,100}|[0-9]{1,100}(?:\.[0-9]{0,100})?)(?:[eE][-+]?[0-9]{1,3})?")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

# The short forms of CloudFormation's intrinsic functions, with their long forms.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
_INTRINSICS = {"!Ref": "Ref", "!Condition": "Condition"} | {
    f"!{name}": f"Fn::{name}"
    for name in [
        "And",
        "Base64",
        "Cidr",
        "Equals",
        "FindInMap",
        "ForEach",
        "GetAtt",
        "GetAZs",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
    ]
}


class RepeatedError(Exception):
    """The aliases of a document stand for so many values that everything that walks through them would take too long."""


class Builder:
    """Turns nodes into plain data. An alias shares the data of its anchor; a node inside itself is null.

    `odd_keys` says that a key was no scalar, which is how a Go template looks to a YAML parser.
    """

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}
        self._sizes: dict[int, int] = {}
        self._size = 0
        self._repeated = 0
        self.odd_keys = False

    def value(self, node: Any) -> Any:
        """The data of a node. Raises `RepeatedError` where its aliases stand for more than `MOST_REPEATED` values."""
        self._size += 1
        kind = node.id
        if kind == "scalar":
            value = _scalar(node)
            if len(node.value) >= _LONG:
                self._repeat_text(node)
        elif id(node) in self._known:
            self._repeat(self._sizes.get(id(node), 1))
            return self._known[id(node)]
        else:
            self._known[id(node)] = None
            before = self._size
            value = [self.value(item) for item in node.value] if kind == "sequence" else self._mapping(node)
            self._sizes[id(node)] = self._size - before
        long_form = _INTRINSICS.get(node.tag)
        if long_form:
            if long_form == "Fn::GetAtt" and isinstance(value, str):
                value = value.split(".", 1)
            value = {long_form: value}
        if kind != "scalar":
            self._known[id(node)] = value
        return value

    def _repeat(self, size: int) -> None:
        """Count values that stand once in the text and once more in the data."""
        self._size += size
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            raise RepeatedError

    def _repeat_text(self, node: Any) -> None:
        if id(node) in self._known:
            self._repeat(len(node.value) // _LONG)
        self._known[id(node)] = node.value

    def _mapping(self, node: Any) -> dict[str, Any]:
        data: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":
                self.odd_keys = True
                continue
            if key.value == "<<" and not key.style:
                for source in value.value if value.id == "sequence" else (value,):
                    held = self.value(source)
                    if isinstance(held, dict):
                        self._repeat(len(held))
                        merged = held | merged
                continue
            if key.value not in data:
                data[key.value] = self.value(value)
        return merged | data if merged else data


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style or str(node.tag).startswith("!"):
        return text
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if text[0] in "-+.0123456789":
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


class Places:
    """Where the parts of a document stand. The keys of a mapping are looked through once, however often it is asked about them."""

    def __init__(self, root: Any, offset: int) -> None:
        self._root = root
        self._offset = offset
        self._members: dict[int, dict[str, tuple[Any, Any]]] = {}

    def __call__(self, location: Location) -> Span:
        """The region of `location`, or of the nearest part around it."""
        node, start = self._root, self._root.start_mark
        for step in location:
            found = self._child(node, step)
            if found is None:
                break
            start, node = found
        end_line, end_column = _end(node)
        return Span(start.line + 1 + self._offset, start.column + 1, end_line + 1 + self._offset, end_column + 1)

    def _child(self, node: Any, step: str | int) -> tuple[Any, Any] | None:
        """The start mark and the node one step further in; the long form of a tag is the tagged node itself."""
        if isinstance(step, str) and _INTRINSICS.get(node.tag) == step:
            return node.start_mark, node
        if node.id == "sequence" and isinstance(step, int):
            return (node.value[step].start_mark, node.value[step]) if step < len(node.value) else None
        if node.id != "mapping" or not isinstance(step, str):
            return None
        seen: set[int] = set()
        waiting = [node]
        while waiting:
            mapping = waiting.pop()
            if id(mapping) in seen:
                continue
            seen.add(id(mapping))
            members = self._own(mapping)
            if step in members:
                return members[step]
            waiting += _merged(mapping)
        return None

    def _own(self, mapping: Any) -> dict[str, tuple[Any, Any]]:
        """The start mark and the value of each key that a mapping itself writes; of a repeated one, the first."""
        members = self._members.get(id(mapping))
        if members is None:
            members = self._members[id(mapping)] = {}
            for key, value in mapping.value:
                if key.id == "scalar":
                    members.setdefault(key.value, (key.start_mark, value))
        return members


def _merged(mapping: Any) -> Iterator[Any]:
    """The mappings that one merges, the weakest first."""
    for key, value in mapping.value:
        if key.id == "scalar" and key.value == "<<":
            yield from (source for source in (value.value if value.id == "sequence" else (value,)) if source.id == "mapping")


def _end(node: Any) -> tuple[int, int]:
    """Where a node's own text ends. libyaml puts the end of a block collection or scalar at the next token."""
    seen = 0
    while node.id != "scalar" and node.value and not node.flow_style and seen < DEEPEST:
        node = node.value[-1][1] if node.id == "mapping" else node.value[-1]
        seen += 1
    end = node.end_mark
    if node.id == "scalar" and node.style in ("|", ">") and end.column == 0 and end.line > node.start_mark.line:
        lines = node.value.rstrip("\n").count("\n") + 1 if node.style == "|" else max(1, end.line - node.start_mark.line - 1)
        return min(node.start_mark.line + lines, end.line - 1), len(node.value.rstrip("\n").rsplit("\n", 1)[-1])
    return end.line, end.column
