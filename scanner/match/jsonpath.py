"""RFC 9535 JSONPath, the language of structural predicates, with its regular expressions run in linear time.

The library's own `match()` and `search()` hand RFC 9485 expressions to a backtracking engine; the documents are foreign, so here they go
to google-re2. An expression that is no I-Regexp matches nothing by the standard, silently: `check` finds those when signatures are loaded.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jsonpath_rfc9535
from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathNode, JSONPathQuery
from jsonpath_rfc9535.filter_expressions import FilterExpression, FunctionExtension, StringLiteral
from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction
from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment

from scanner.errors import UsageError
from scanner.match import closures, lists
from scanner.model import Location

_LONGEST_SUBJECT = 100_000


@functools.cache
def _regex(pattern: str) -> Any:
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


_PLAIN = re.compile(r"[A-Za-z0-9 _:/@=#-]*")


@functools.cache
def _prefix(pattern: str) -> str:
    """Literal text that every whole match begins with: telling that a text lacks it costs next to nothing."""
    found = _PLAIN.match(pattern)
    prefix = found[0] if found else ""
    if pattern[len(prefix) : len(prefix) + 1] in ("?", "*", "+", "{"):
        prefix = prefix[:-1]
    depth = 0
    for char in re.sub(r"\\.|\[(?:[^\]\\]|\\.)*\]", "", pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            return ""
    return prefix


class _Regex(FilterFunction):
    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self, string: object, pattern: object) -> bool:
        if not isinstance(string, str) or not isinstance(pattern, str) or len(string) > _LONGEST_SUBJECT:
            return False
        if self._whole and not string.startswith(_prefix(pattern)):
            return False
        compiled = _regex(pattern)
        return (compiled.fullmatch(string) if self._whole else compiled.search(string)) is not None


class _Descent(JSONPathRecursiveDescentSegment):
    """`..` as a loop: the library's own recurses, and gives up on the depth that a hostile file may have."""

    def _visit(self, node: JSONPathNode, depth: int = 1) -> Iterator[JSONPathNode]:  # noqa: ARG002
        todo = [node]
        while todo:
            current = todo.pop()
            yield current
            value = current.value
            items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            todo += [current.new_child(item, key, current) for key, item in items if isinstance(item, (dict, list))][::-1]


class _Listed(FilterFunction):
    """`listed(value, 'name')`: whether a string is a line of the list of that name."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012
    return_type = ExpressionType.LOGICAL

    def __call__(self, string: object, name: object) -> bool:
        return isinstance(string, str) and isinstance(name, str) and string in lists.members(name)


def _environment() -> JSONPathEnvironment:
    environment = JSONPathEnvironment()
    environment.function_extensions["match"] = _Regex(whole=True)
    environment.function_extensions["search"] = _Regex(whole=False)
    environment.function_extensions["listed"] = _Listed()
    return environment


_ENVIRONMENT = _environment()


@functools.cache
def compiled(query: str) -> JSONPathQuery:
    """The compiled query; it was checked when its signature was loaded."""
    parsed = _ENVIRONMENT.compile(query)
    for node in _nodes(parsed):
        if isinstance(node, JSONPathQuery):
            node.segments = tuple(
                _Descent(env=segment.env, token=segment.token, selectors=segment.selectors)
                if isinstance(segment, JSONPathRecursiveDescentSegment)
                else segment
                for segment in node.segments
            )
    return parsed


def select(query: str, values: Sequence[Any]) -> list[tuple[Location, Any]]:
    """What `query` selects, where its `$` is the list `values`: (location, value) pairs in document order."""
    quick, held = _quick(query), values if isinstance(values, list) else list(values)
    if quick is not None:
        return quick(held)
    return [(tuple(node.location), node.value) for node in compiled(query).finditer(held)]


@functools.cache
def _quick(query: str) -> Callable[[Any], list[tuple[Location, Any]]] | None:
    return closures.build(compiled(query), _ENVIRONMENT.function_extensions)


def check(query: str, *, deep: bool = False) -> None:
    """Raise `UsageError` for a query that does not parse, has a dead regular expression, or walks all descendants and is not `deep`.

    A deep query is for subjects that are small and picked beforehand, such as the one block that a table's row speaks of.
    """
    from iregexp_check import check as is_iregexp  # noqa: PLC0415

    try:
        parsed = _ENVIRONMENT.compile(query)
    except jsonpath_rfc9535.JSONPathError as error:
        raise UsageError(f"not a JSONPath: {error}") from error
    for node in _nodes(parsed):
        if isinstance(node, JSONPathRecursiveDescentSegment) and not deep:
            raise UsageError("`..` walks the whole document for every signature; use a subject set with `holding` instead")
        if isinstance(node, FunctionExtension) and node.name == "listed":
            if not isinstance(node.args[1], StringLiteral):
                raise UsageError("listed() needs the name of a list, in quotes")
            lists.members(str(node.args[1].value))
        if isinstance(node, FunctionExtension) and node.name in ("match", "search") and isinstance(node.args[1], StringLiteral):
            pattern = str(node.args[1].value)
            if not is_iregexp(pattern):
                raise UsageError(f"dead pattern: {pattern!r} is no RFC 9485 expression, so it would match nothing")
            if pattern.startswith("^") or (pattern.endswith("$") and not pattern.endswith("\\$")):
                raise UsageError(
                    f"dead pattern: {pattern!r} has an anchor, which RFC 9485 takes for a literal character; use match() instead"
                )


def _nodes(node: Any) -> list[Any]:
    """Every part of a query: segments, selectors, and the expressions of its filters."""
    found: list[Any] = []
    todo = [node]
    while todo:
        part = todo.pop()
        found.append(part)
        if isinstance(part, FunctionExtension):
            todo += part.args
        for name in ("segments", "selectors", "expression", "left", "right", "query"):
            held = getattr(part, name, None)
            if isinstance(held, (tuple, list)):
                todo += held
            elif isinstance(held, (FilterExpression, JSONPathQuery)) or (held is not None and hasattr(held, "evaluate")):
                todo.append(held)
    return found
