"""JSON, also with comments and trailing commas, also one value after another (JSON Lines).

The standard library reads what is strict JSON; positions are worked out when the first one is asked for. What it refuses is read by a
tolerant parser, which keeps what it understood up to the place where it gives up.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Document, Location, Reading, Span
from scanner.read.positions import Lines

DEEPEST = 200
"""How many levels of nesting a document may have."""

MOST_VALUES = 1_000_000
"""How many members and items a text may hold."""

_MARK = re.compile(r'[ \t\r\n]+|//[^\n]*|/\*|#[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|[\[\]{}:,]|[^\s\[\]{}:,"\']+', re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"[-+]?[0-9]{1,300}")


def read(text: str) -> Reading:
    """The values of `text`, usually one. What does not parse is named in `problems`."""
    if text.count(",") + text.count("[") + text.count("{") > MOST_VALUES:
        return Reading("json", (), text, problems=(f"holds more than {MOST_VALUES:,} values",))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        parsed = _parse(text)
        problems = (parsed.problem,) if parsed.problem else ()
        lines = Lines(text)
        documents = tuple(Document(value, _Located(lines, parsed, place)) for place, value in enumerate(parsed.values))
        return Reading("json", documents, parsed.blanked(text), problems=problems)
    if text.count("[") + text.count("{") > DEEPEST and _too_deep(data):
        return Reading("json", (), text, problems=(f"nested deeper than {DEEPEST} levels",))
    return Reading("json", (Document(data, _Located(Lines(text))),), text)


def _too_deep(data: Any) -> bool:
    level = [data]
    for _depth in range(DEEPEST + 1):
        level = [
            item for value in level for item in (value.values() if isinstance(value, dict) else value) if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True


class _Located:
    """Finds positions in one value of a text, parsing it for them only when asked."""

    def __init__(self, lines: Lines, parsed: _Parsed | None = None, place: int = 0) -> None:
        self._lines = lines
        self._parsed = parsed
        self._place = place

    def __call__(self, location: Location) -> Span:
        if self._parsed is None:
            self._parsed = _parse(self._lines.text)
        spans = self._parsed.spans
        at: Location = (self._place, *location)
        while len(at) > 1 and at not in spans:
            at = at[:-1]
        return self._lines.span(*spans[at]) if at in spans else self._lines.whole()


@dataclass(slots=True)
class _Parsed:
    """Values, and the start and end offset of every member and item; locations begin with the index of the value."""

    values: list[Any] = field(default_factory=list)
    spans: dict[Location, tuple[int, int]] = field(default_factory=dict)
    comments: list[tuple[int, int]] = field(default_factory=list)
    problem: str | None = None

    def blanked(self, text: str) -> str:
        parts = []
        done = 0
        for start, end in self.comments:
            parts += [text[done:start], re.sub(r"[^\n]", " ", text[start:end])]
            done = end
        return "".join([*parts, text[done:]])


@dataclass(slots=True)
class _Frame:
    container: dict[str, Any] | list[Any]
    location: Location
    start: int
    key: str | None = None
    key_start: int = 0


def _parse(text: str) -> _Parsed:
    """Read values with an explicit stack, token by token; stops at the first token that fits nowhere."""
    parsed = _Parsed()
    stack: list[_Frame] = []
    offset, size = 0, len(text)
    while offset < size:
        match = _MARK.match(text, offset)
        if match is None:
            parsed.problem = _where(text, offset, "unterminated string")
            break
        mark, start = match[0], offset
        offset = match.end()
        if mark[0] in " \t\r\n":
            continue
        if mark[0] == "#" or mark[:2] in ("//", "/*"):
            if mark == "/*":
                end = text.find("*/", offset)
                offset = end + 2 if end >= 0 else size
            parsed.comments.append((start, offset))
            continue
        if not _take(parsed, stack, mark, start, offset):
            parsed.problem = _where(text, start, f"unexpected {mark[:20]!r}")
            break
        if len(stack) > DEEPEST:
            parsed.problem = f"nested deeper than {DEEPEST} levels"
            break
    if stack and parsed.problem is None:
        parsed.problem = _where(text, size, "the text ends inside a value")
    for frame in stack:
        parsed.spans.setdefault(frame.location, (frame.start, len(text.rstrip())))
    return parsed


def _where(text: str, offset: int, what: str) -> str:
    return f"not valid JSON: {what} on line {text.count(chr(10), 0, offset) + 1}"


def _take(parsed: _Parsed, stack: list[_Frame], mark: str, start: int, end: int) -> bool:
    """Take one token in; False where it fits nowhere."""
    top = stack[-1] if stack else None
    if mark in "]}":
        if top is None or isinstance(top.container, dict) != (mark == "}"):
            return False
        stack.pop()
        parsed.spans[top.location] = (top.start, end)
        return True
    if mark == ",":
        return top is not None and (not isinstance(top.container, dict) or top.key is None)
    if mark == ":":
        return top is not None and isinstance(top.container, dict) and top.key is not None
    if top is not None and isinstance(top.container, dict) and top.key is None:
        if mark in "[{":
            return False
        top.key, top.key_start = str(_value(mark)), start
        return True
    value: Any = {} if mark == "{" else [] if mark == "[" else _value(mark)
    location, begin = _put(parsed, top, value, start)
    if mark in "[{":
        stack.append(_Frame(value, location, begin))
    else:
        parsed.spans[location] = (begin, end)
    return True


def _put(parsed: _Parsed, top: _Frame | None, value: Any, start: int) -> tuple[Location, int]:
    """Store a value in its container; its location, and where its region starts (at its key, for a member)."""
    if top is None:
        parsed.values.append(value)
        return (len(parsed.values) - 1,), start
    if isinstance(top.container, list):
        top.container.append(value)
        return (*top.location, len(top.container) - 1), start
    key = top.key or ""
    top.container[key] = value
    top.key = None
    return (*top.location, key), top.key_start


def _value(mark: str) -> Any:
    if mark[0] == '"':
        try:
            return json.loads(mark, strict=False)
        except ValueError:
            return mark[1:-1]
    if mark[0] == "'":
        return mark[1:-1]
    if mark in _WORDS:
        return _WORDS[mark]
    if _NUMBER.fullmatch(mark):
        return int(mark)
    try:
        return float(mark)
    except ValueError:
        return mark
