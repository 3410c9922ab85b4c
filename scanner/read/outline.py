"""Read the outline of YAML that no parser takes: keys and values by indentation, whatever stands between.

The way in for manifests whose template marks are more than values, and for broken documents: nothing is refused, a key that is met
twice keeps what it held first (both branches of an `if` add to the same mapping).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Document, Location, Rung, Span

_LINE = re.compile(
    r"([ \t]*)((?:-[ \t]+)*)(?:(\"[^\"\n]*\"|'[^'\n]*'|[^\s:#\-\"'{\[|>&*!%@`][^:\n]*|-[^\s:][^:\n]*)[ \t]*:(?=\s|$)[ \t]*)?(.*)"
)
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]{0,2}[ \t]*(?:#.*)?$")
_COMMENT = re.compile(r"(?:^|[ \t])#")
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}")
_LONGEST_LINE = 4000
_DEEPEST = 100


@dataclass(slots=True)
class _Open:
    """A container under construction: `column` is where its keys or dashes stand."""

    column: int
    value: dict[str, Any] | list[Any]
    location: Location
    start: tuple[int, int]


@dataclass(slots=True)
class _Outline:
    spans: dict[Location, Span] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    pending: tuple[dict[str, Any] | list[Any], str | int, Location, int] | None = None
    root: Any = None


def read(text: str, first_line: int = 1, rung: Rung = "template") -> Document:
    """The outline of one document; `first_line` is the line of the file on which `text` starts."""
    outline = _Outline()
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        stripped = line.strip()
        if not stripped or stripped.startswith(("#", "---", "...")) or len(line) > _LONGEST_LINE:
            number += 1
            continue
        number += _line(outline, lines, number, first_line)
    spans = outline.spans

    def span_of(location: Location) -> Span:
        while location and location not in spans:
            location = location[:-1]
        return spans.get(location) or Span(first_line, 1, first_line + max(0, len(lines) - 1), len(lines[-1]) + 1)

    return Document(outline.root, span_of, rung)


def _line(outline: _Outline, lines: list[str], number: int, first_line: int) -> int:
    """Take one line in, and the lines of a block scalar that it opens; the count of lines taken."""
    match = _LINE.match(lines[number])
    if match is None:
        return 1
    indent, dashes, key, rest = match.groups()
    at = first_line + number
    column = len(indent)
    for place in range(len(dashes)):
        if dashes[place] == "-":
            _item(outline, column + place, at)
    column += len(dashes)
    rest = rest.rstrip()
    if key is None:
        if dashes and rest and outline.pending is not None:
            _fill(outline, _scalar(rest), at, column + len(rest))
        return 1
    key = key.strip("\"' \t") if key[0] in "\"'" else key.rstrip()
    _key(outline, key, column, at)
    if _BLOCK_SCALAR.match(rest):
        return 1 + _block_scalar(outline, lines, number, column, at)
    if rest and not rest.startswith(("#", "&", "!")):
        _fill(outline, _scalar(rest), at, len(lines[number].rstrip()))
    return 1


def _close(outline: _Outline, column: int, *, dash: bool) -> None:
    while outline.stack:
        top = outline.stack[-1]
        if top.column < column or (top.column == column and isinstance(top.value, list) == dash):
            return
        if (
            top.column == column
            and dash
            and isinstance(top.value, dict)
            and outline.pending is not None
            and outline.pending[0] is top.value
        ):
            return
        outline.stack.pop()


def _container(outline: _Outline, column: int, at: int, *, dash: bool) -> _Open | None:
    """The mapping or list whose entries stand at `column`, made where there is none yet."""
    _close(outline, column, dash=dash)
    top = outline.stack[-1] if outline.stack else None
    if top is not None and top.column == column and isinstance(top.value, list) == dash:
        return top
    if len(outline.stack) >= _DEEPEST:
        return None
    value: dict[str, Any] | list[Any] = [] if dash else {}
    location: Location = ()
    if outline.pending is not None:
        holder, slot, location, _column = outline.pending
        held = holder[slot]  # type: ignore[index]
        if isinstance(held, type(value)):
            value = held
        else:
            holder[slot] = value  # type: ignore[index]
        outline.pending = None
    elif top is not None:
        return None
    elif outline.root is None:
        outline.root = value
    elif isinstance(outline.root, type(value)):
        value = outline.root
    else:
        return None
    opened = _Open(column, value, location, (at, column + 1))
    outline.stack.append(opened)
    return opened


def _item(outline: _Outline, column: int, at: int) -> None:
    holder = _container(outline, column, at, dash=True)
    if holder is None or not isinstance(holder.value, list):
        return
    holder.value.append(None)
    location = (*holder.location, len(holder.value) - 1)
    outline.spans[location] = Span(at, column + 1, at, column + 2)
    outline.pending = (holder.value, len(holder.value) - 1, location, column)


def _key(outline: _Outline, key: str, column: int, at: int) -> None:
    holder = _container(outline, column, at, dash=False)
    if holder is None or not isinstance(holder.value, dict):
        outline.pending = None
        return
    location = (*holder.location, key)
    if key not in holder.value:
        holder.value[key] = None
        outline.spans[location] = Span(at, column + 1, at, column + 1 + len(key))
    outline.pending = (holder.value, key, location, column)


def _fill(outline: _Outline, value: Any, at: int, end: int) -> None:
    if outline.pending is None:
        return
    holder, slot, location, _column = outline.pending
    if holder[slot] is None:  # type: ignore[index]
        holder[slot] = value  # type: ignore[index]
        span = outline.spans[location]
        outline.spans[location] = Span(span.line, span.column, at, max(end + 1, span.end_column if at == span.line else 1))
    outline.pending = None


def _block_scalar(outline: _Outline, lines: list[str], number: int, column: int, at: int) -> int:
    taken: list[str] = []
    for place in range(number + 1, len(lines)):
        line = lines[place]
        if line.strip() and len(line) - len(line.lstrip()) <= column:
            break
        taken.append(line)
    indent = min((len(line) - len(line.lstrip()) for line in taken if line.strip()), default=0)
    _fill(outline, "\n".join(line[indent:] for line in taken).rstrip() + "\n", at + len(taken), len(taken[-1]) if taken else 0)
    return len(taken)


def _scalar(rest: str) -> Any:
    if rest[0] in "\"'":
        end = rest.find(rest[0], 1)
        return rest[1:end] if end > 0 else rest[1:]
    comment = _COMMENT.search(rest)
    if comment:
        rest = rest[: comment.start()].rstrip()
    if rest in {"", "~", "null"}:
        return None
    if rest in {"true", "false"}:
        return rest == "true"
    if rest == "{}":
        return {}
    if rest == "[]":
        return []
    if rest.startswith("[") and rest.endswith("]"):
        return [_scalar(part.strip()) for part in rest[1:-1].split(",") if part.strip()]
    return int(rest) if _NUMBER.fullmatch(rest) else rest
