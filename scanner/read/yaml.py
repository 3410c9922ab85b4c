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

from scanner.model import Document, Reading, Rung
from scanner.read import template
from scanner.read.yaml_nodes import DEEPEST, MOST_NODES, MOST_REPEATED, Builder, Places, RepeatedError

_DOCUMENT_START = re.compile(r"(?m)^---(?=\s|$)")
_DOCUMENT_END = re.compile(r"(?m)^\.\.\.[ \t]*\r?$")
_DIRECTIVE = re.compile(r"(?m)^%(?:YAML|TAG)\b[^\n]*")
_COMMENT_LINE = re.compile(r"(?m)^[ \t]*#[^\n]*")
_TRAILING_COMMENT = re.compile(r"(?m)(?<=[ \t])#[^\n\"']*$")
_LONG_PREFIX = re.compile(r"(?m)^(?:[ \t]|[-?:](?=[ \t\n])){100}")
_BRACKET = re.compile(r"[\[\]{}]")
_RUAMEL_LIMIT = 256 * 1024


def read(text: str) -> Reading:
    """Every document of a stream. One that does not parse and holds no template marks is named in `problems`; its outline stands in."""
    if _may_hold_many(text) and sum(map(_nodes, (part for part, _line in _split(text)))) > MOST_NODES:
        return Reading("yaml", (), without_comments(text), problems=(f"holds more than {MOST_NODES:,} values",))
    documents: list[Document] = []
    problems: list[str] = []
    for number, (part, first_line) in enumerate(_split(text), 1):
        try:
            document = _document(part, first_line)
        except _Refused as refused:
            document = _outline(part, first_line)
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
        return _outline(stepped, first_line)
    if node is None:
        return None
    return _finish(node, first_line, "template", strict=False)


def _outline(part: str, first_line: int) -> Document:
    from scanner.read import outline  # noqa: PLC0415

    return outline.read(part, first_line)


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


def _may_hold_many(text: str) -> bool:
    """Whether a text could hold more than `MOST_NODES` values; every one but the first needs one of these marks before it."""
    return text.count(":") * 2 + text.count(",") + text.count("-") + text.count("[") + text.count("{") + text.count("?") >= MOST_NODES


def _nodes(part: str) -> int:
    """How many values a document holds, up to where it breaks; none where it is nested too deeply to be read."""
    import yaml  # noqa: PLC0415

    count = 0
    try:
        _check_brackets(part)
        for event in yaml.parse(part, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            count += isinstance(event, yaml.NodeEvent)
    except (yaml.YAMLError, _TooDeep):
        return count
    return count


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
    builder = Builder()
    try:
        data = builder.value(node)
    except RepeatedError:
        raise _Refused(f"its aliases stand for more than {MOST_REPEATED:,} values") from None
    if strict and builder.odd_keys:
        return None
    return Document(data, Places(node, first_line - 1), rung)
