"""Reads HCL values: literals become plain data, everything else stays the text that was written.

A value without a literal form is `"${<source>}"`, the convention of python-hcl2. Unlike there a bare name is no exception
(`type = string` is `"${string}"`), so that a reference is never taken for text.
"""

from __future__ import annotations

import math
import re
from typing import Any, TypeAlias

from ..model import Location, Span
from .hcl_lexer import MAX_DEPTH, BrokenError, Scanner
from .hcl_text import NAME, decode, is_for

Node: TypeAlias = "tuple[int, int, Any]"
"""Where a value stands: its first offset, the offset behind it, and the nodes of its members (a dict or list) or None."""

_VALUE = re.compile(r'"([^"\\$%\n]*+)"|(-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)(?![\w.])|(true|false|null)(?![\w.(:-])|(")|(\[)|(\{)|(<<)')
_STRING, _NUMBER, _CONSTANT, _QUOTED, _LIST, _OBJECT, _HEREDOC = range(1, 8)
_CONSTANTS = {"true": True, "false": False, "null": None}
_OPERATORS = frozenset("-+*/%<>=!&|?.[")
_ITEM = re.compile(r'[ \t\r\n]*+"([^"\\$%\n]*+)"[ \t\r\n]*+(?=[,\]])')
_MEMBER = re.compile(
    r'[ \t\r\n,]*+([^\W\d][\w-]*+|\d++|"(?:[^"\\$%\n]++|\\[^\n])*+")[ \t]*+(?:=(?![=>])|:(?!:))[ \t]*+'
    r'(?:"([^"\\$%\n]*+)"(?=[ \t]*+(?:[,}]|\r?\n)))?'
)
_KEY = re.compile(rf"{NAME}(?:\[[^\[\]\n]*+\][\w.-]*+|[ \t]++)*+")
_SEPARATOR = re.compile(r"=(?![=>])|:(?!:)")
_MOST_DIGITS = 300


def number(written: str) -> int | float | None:
    """The number that `written` stands for, or None where Python has no finite value for it."""
    if written.lstrip("-").isdecimal():
        return int(written) if len(written) <= _MOST_DIGITS else None
    value = float(written)
    return value if math.isfinite(value) else None


class Places:
    """Where the parts of a document stand; made of offsets, so that lines are counted only when asked for."""

    def __init__(self, source: Scanner, root: Node) -> None:
        self._source = source
        self._root = root

    def __call__(self, location: Location) -> Span:
        """The region of `location`, or of the nearest part around it."""
        start, end, parts = self._root
        for step in location:
            within = isinstance(step, int) and 0 <= step < len(parts) if isinstance(parts, list) else parts is not None and step in parts
            if not within:
                break
            start, end, parts = parts[step]
        return Span(*self._source.place(start), *self._source.place(end))


class Expressions(Scanner):
    """A scanner that makes data of values. Every method takes an offset and raises `BrokenError` for what does not parse."""

    def value(self, pos: int, depth: int, *, lines: bool) -> tuple[Any, Any, int]:
        """The value at `pos`, the nodes of its members, and the offset behind it.

        `lines` says that a newline ends the value, as it does everywhere but inside brackets and parentheses.
        """
        if depth > MAX_DEPTH:
            raise BrokenError(f"nested deeper than {MAX_DEPTH} levels", pos, pos)
        found = _VALUE.match(self.text, pos)
        which = found.lastindex if found else None
        if found is None or which is None:
            return self._written(pos, pos, lines)
        children: Any = None
        end = found.end()
        value: Any
        if which == _STRING:
            value = found[1]
        elif which in (_LIST, _OBJECT):
            if is_for(self.text, end):
                return self._written(pos, pos, lines)
            value, children, end = self._list(end, depth) if which == _LIST else self._object(end, depth)
        elif which == _NUMBER:
            value = number(found[2])
            if value is None:
                return self._written(pos, pos, lines)
        elif which == _CONSTANT:
            value = _CONSTANTS[found[3]]
        elif which == _QUOTED:
            value, end = self.string(pos)
        else:
            heredoc = self.heredoc(pos)
            if heredoc is None:
                return self._written(pos, pos, lines)
            value, end = heredoc.text, heredoc.end
        after = self.blanks(end) if lines else self.trivia(end)
        if self.text[after : after + 1] in _OPERATORS:
            return self._written(pos, after, lines)
        return value, children, end

    def _written(self, start: int, pos: int, lines: bool) -> tuple[str, None, int]:
        self.skip(pos, lines=lines)
        end = start + len(self.text[start : self.tail].rstrip())
        if end <= start:
            raise BrokenError("value is missing", start, start)
        return "${" + self.text[start:end] + "}", None, end

    def _list(self, pos: int, depth: int) -> tuple[list[Any], list[Node], int]:
        text, opened = self.text, pos - 1
        data: list[Any] = []
        nodes: list[Node] = []
        while True:
            item = _ITEM.match(text, pos)
            if item is not None:
                data.append(item[1])
                start, end = item.span(1)
                nodes.append((start - 1, end + 1, None))
                pos = item.end()
            else:
                pos = self.trivia(pos)
                if text.startswith("]", pos):
                    return data, nodes, pos + 1
                value, children, end = self.value(pos, depth + 1, lines=False)
                data.append(value)
                nodes.append((pos, end, children))
                pos = self.trivia(end)
            if text.startswith(",", pos):
                pos += 1
            elif not text.startswith("]", pos):
                raise self._unclosed("[", opened, pos)

    def _object(self, pos: int, depth: int) -> tuple[dict[str, Any], dict[str, Node], int]:
        text, opened = self.text, pos - 1
        data: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        while True:
            member = _MEMBER.match(text, pos)
            if member is not None:
                key, start, pos = member[1], member.start(1), member.end()
                if key[0] == '"':
                    key = decode(key[1:-1])
                if member[2] is not None:
                    data[key] = member[2]
                    nodes[key] = (start, pos, None)
                    continue
            else:
                start = self.trivia(pos)
                if text.startswith(",", start) or (start > pos and _MEMBER.match(text, start)):
                    pos = start + text.startswith(",", start)
                    continue
                if text.startswith("}", start):
                    return data, nodes, start + 1
                key, pos = self._key(start, opened)
            pos = self.blanks(pos)
            data[key], children, pos = self.value(pos, depth + 1, lines=True)
            nodes[key] = (start, pos, children)

    def _key(self, start: int, opened: int) -> tuple[str, int]:
        """A key that is neither a name nor a plain string, and the offset behind its separator."""
        text = self.text
        if text.startswith("(", start):
            end = self.skip(start + 1) + 1
            key = "${" + text[start:end] + "}"
        elif text.startswith('"', start):
            key, end = self.string(start)
        else:
            found = _KEY.match(text, start)
            if found is None:
                raise self._unclosed("{", opened, start)
            end = found.end()
            if text.startswith("(", end):
                end = self.skip(end + 1) + 1
            key = "${" + text[start:end].rstrip() + "}"
        end = self.blanks(end)
        separator = _SEPARATOR.match(text, end)
        if separator is None:
            raise BrokenError("key without a value", start, end)
        return key, separator.end()

    def _unclosed(self, bracket: str, opened: int, pos: int) -> BrokenError:
        line, _ = self.place(opened)
        if pos >= len(self.text):
            return BrokenError(f"{bracket} is not closed", opened, pos)
        return BrokenError(f"unexpected {self.text[pos]!r} inside the {bracket} of line {line}", pos, pos)
