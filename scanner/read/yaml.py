"""YAML: many documents, anchors, merge keys, tags, templates, with a position for every node.

PyYAML's C parser composes the node tree and runs no constructor, so unknown tags are harmless; scalars are resolved here by the core
schema of YAML 1.2 (`on`, `off` and dates stay text). Where PyYAML refuses a document, ruamel.yaml, which reads YAML 1.2, is asked; then
template marks are stepped over; then the outline is read.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from scanner.model import Document, Location, Reading, Rung, Span
from scanner.read import outline, template

DEEPEST = 200
"""How many levels of nesting a document may have."""

_DOCUMENT_START = re.compile(r"(?m)^---(?=\s|$)")
_DOCUMENT_END = re.compile(r"(?m)^\.\.\.[ \t]*\r?$")
_DIRECTIVE = re.compile(r"(?m)^%(?:YAML|TAG)\b[^\n]*")
_COMMENT_LINE = re.compile(r"(?m)^[ \t]*#[^\n]*")
_TRAILING_COMMENT = re.compile(r"(?m)(?<=[ \t])#[^\n\"']*$")
_LONG_PREFIX = re.compile(r"(?m)^(?:[ \t]|[-?:](?=[ \t\n])){100}")
_INTEGER = re.compile(r"[-+]?[0-9]{1,100}|0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,100}|[0-9]{1,100}(?:\.[0-9]{0,100})?)(?:[eE][-+]?[0-9]{1,3})?")
_BRACKET = re.compile(r"[\[\]{}]")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_RUAMEL_LIMIT = 256 * 1024

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


def read(text: str) -> Reading:
    """Every document of a stream. One that does not parse and holds no template marks is named in `problems`; its outline stands in."""
    documents: list[Document] = []
    problems: list[str] = []
    for number, (part, first_line) in enumerate(_split(text), 1):
        try:
            document = _document(part, first_line)
        except _Refused as refused:
            document = outline.read(part, first_line)
            problems.append(f"document {number} is not valid YAML: {refused}")
        if document is not None:
            documents.append(document)
    return Reading("yaml", tuple(documents), without_comments(text), problems=tuple(problems))


def without_comments(text: str) -> str:
    """`text` with comment lines and plain trailing comments blanked, offset for offset."""
    if "#" not in text:
        return text
    text = _COMMENT_LINE.sub(lambda match: " " * len(match[0]), text)
    return _TRAILING_COMMENT.sub(lambda match: " " * len(match[0]), text)


class _Refused(Exception):  # noqa: N818
    """A document that no parser takes, with the first parser's words."""


class _TooDeep(_Refused):
    """A document that may not be handed to any recursive parser."""


def _split(text: str) -> Iterator[tuple[str, int]]:
    """The documents of a stream, each with the line on which it starts, so that a broken one spoils no other."""
    marks = [match.start() for match in _DOCUMENT_START.finditer(text)]
    starts = marks if marks and not text[: marks[0]].strip() else [0, *marks]
    line = 1
    done = 0
    for place, start in enumerate(starts):
        line += text.count("\n", done, start)
        done = start
        part = text[start : starts[place + 1] if place + 1 < len(starts) else len(text)]
        yield part, line


def _document(part: str, first_line: int) -> Document | None:
    part = _DOCUMENT_END.sub(lambda match: " " * len(match[0].rstrip("\r")), part) if "\n..." in part else part
    part = _DIRECTIVE.sub(lambda match: " " * len(match[0]), part) if part.startswith("%") or "\n%" in part else part
    templated = "{{" in part or "{%" in part or template.is_templated(part)
    try:
        node = _compose(part)
    except _Refused as refused:
        if not templated and not isinstance(refused, _TooDeep):
            return _second_opinion(part, first_line, refused)
        if not templated:
            raise
    else:
        document = _finish(node, first_line) if node is not None else None
        if document is not None or node is None:
            return document
    stepped = template.step_over(part)
    try:
        node = _compose(stepped)
    except _Refused:
        return outline.read(stepped, first_line)
    if node is None:
        return None
    return _finish(node, first_line, "template", strict=False)


def _second_opinion(part: str, first_line: int, refused: _Refused) -> Document | None:
    """ruamel.yaml reads YAML 1.2 that libyaml refuses (a tab after a colon, an unusual plain scalar); it is slow, so only what is small."""
    if len(part) > _RUAMEL_LIMIT:
        raise refused
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    parser = YAML(typ="rt", pure=True)
    try:
        node = parser.compose(part)
    except (YAMLError, ValueError, RecursionError, NotImplementedError):
        raise refused from None
    return None if node is None else _finish(node, first_line, strict=False)


def _compose(part: str) -> Any:
    import yaml  # noqa: PLC0415

    if _may_nest_deeply(part):
        _check_brackets(part)
        _check_nesting(part)
    try:
        return _loader()(part).get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" on its line {mark.line + 1}" if mark else ""
        raise _Refused(f"{getattr(error, 'problem', None) or 'it cannot be read'}{where}") from None
    except (ValueError, RecursionError) as error:
        raise _Refused(str(error)) from None


@functools.cache
def _loader() -> Any:
    """libyaml's parser with a resolver that does nothing: tags are looked at here, and resolving them takes a third of the time."""
    import yaml  # noqa: PLC0415

    if not yaml.__with_libyaml__:
        return yaml.BaseLoader

    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # noqa: PLC0415

    class Loader(CParser):
        def descend_resolver(self, _parent: Any, _index: Any) -> None:
            pass

        def ascend_resolver(self) -> None:
            pass

        def resolve(self, _kind: Any, _value: Any, _implicit: Any) -> str:
            return ""

    return Loader


def _may_nest_deeply(part: str) -> bool:
    """Whether a document could nest deeper than `DEEPEST`: blocks need a long line start for that, flows as many brackets."""
    return part.count("[") + part.count("{") > DEEPEST // 2 or _LONG_PREFIX.search(part) is not None


def _check_brackets(part: str) -> None:
    """Raise `_Refused` for a pile of open brackets, on which libyaml takes quadratic time; brackets in quotes count too."""
    depth = 0
    for match in _BRACKET.finditer(part):
        depth = depth + 1 if match[0] in "[{" else max(0, depth - 1)
        if depth > 2 * DEEPEST:
            raise _TooDeep(f"nested deeper than {DEEPEST} levels")


def _check_nesting(part: str) -> None:
    """Raise `_Refused` where nesting is too deep for a recursive composer. Events come from a state machine without a stack."""
    import yaml  # noqa: PLC0415

    depth = 0
    try:
        for event in yaml.parse(part, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                depth += 1
                if depth > DEEPEST:
                    raise _TooDeep(f"nested deeper than {DEEPEST} levels")
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
    except yaml.YAMLError as error:
        raise _Refused(str(getattr(error, "problem", None) or "it cannot be read")) from None


def _finish(node: Any, first_line: int, rung: Rung = "structure", *, strict: bool = True) -> Document | None:
    """The document of a node tree; None where a key is no scalar, which is how a Go template looks to a YAML parser."""
    builder = _Builder()
    data = builder.value(node)
    if strict and builder.odd_keys:
        return None
    offset = first_line - 1

    def span_of(location: Location) -> Span:
        return _span(node, location, offset)

    return Document(data, span_of, rung)


class _Builder:
    """Turns nodes into plain data. An alias shares the data of its anchor; a node inside itself is null."""

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}
        self.odd_keys = False

    def value(self, node: Any) -> Any:
        kind = node.id
        if kind == "scalar":
            value = _scalar(node)
        elif id(node) in self._known:
            return self._known[id(node)]
        else:
            self._known[id(node)] = None
            value = [self.value(item) for item in node.value] if kind == "sequence" else self._mapping(node)
        long_form = _INTRINSICS.get(node.tag)
        if long_form:
            if long_form == "Fn::GetAtt" and isinstance(value, str):
                value = value.split(".", 1)
            value = {long_form: value}
        if kind != "scalar":
            self._known[id(node)] = value
        return value

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


def _span(node: Any, location: Location, offset: int) -> Span:
    start = node.start_mark
    for step in location:
        found = _child(node, step)
        if found is None:
            break
        start, node = found
    end_line, end_column = _end(node)
    return Span(start.line + 1 + offset, start.column + 1, end_line + 1 + offset, end_column + 1)


def _child(node: Any, step: str | int) -> tuple[Any, Any] | None:
    """The start mark and the node one step further in; the long form of a tag is the tagged node itself."""
    if isinstance(step, str) and _INTRINSICS.get(node.tag) == step:
        return node.start_mark, node
    if node.id == "sequence" and isinstance(step, int):
        return (node.value[step].start_mark, node.value[step]) if step < len(node.value) else None
    if node.id != "mapping":
        return None
    for key, value in node.value:
        if key.id == "scalar" and key.value == step:
            return key.start_mark, value
    for key, value in node.value:
        if key.id == "scalar" and key.value == "<<":
            for source in reversed(value.value) if value.id == "sequence" else (value,):
                found = _child(source, step) if source is not node else None
                if found:
                    return found
    return None


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
