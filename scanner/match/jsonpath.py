"""RFC 9535 JSONPath, the language of structural predicates: queries are checked here, and taken apart into plans.

The library is only needed while signatures are compiled. A plan is plain data that the cache can hold; `closures` turns it into functions,
which also spares a scan the objects that the library's own walk builds for every node and comparison.

A plan is a list of segments. A segment is `[deep, selectors]`, a selector `["name", n]`, `["index", i]`, `["any"]` or `["filter", test]`.
A test is `["not", t]`, `["and", t, t]`, `["or", t, t]`, `["compare", sign, value, value]`, `["has", from_root, steps]`,
`["exists", from_root, segments]` or `["call", name, values]`; a value `["literal", x]`,
`["member", from_root, steps]`, `["count", from_root, segments]` or a call.
"""

from __future__ import annotations

import functools
from typing import Any

import jsonpath_rfc9535
from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathQuery
from jsonpath_rfc9535.filter_expressions import (
    ComparisonExpression,
    FilterExpression,
    FilterExpressionLiteral,
    FilterQuery,
    FunctionExtension,
    LogicalExpression,
    PrefixExpression,
    RootFilterQuery,
    StringLiteral,
)
from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction
from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment
from jsonpath_rfc9535.selectors import FilterSelector, IndexSelector, NameSelector, WildcardSelector

from scanner.errors import UsageError
from scanner.match import functions, lists

Plan = list[Any]


class _Test(FilterFunction):
    """One of our own functions, as the library wants it: linear-time, where the library's own `match` and `search` backtrack."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012
    return_type = ExpressionType.LOGICAL

    def __init__(self, name: str) -> None:
        self._call = functions.TESTS[name]

    def __call__(self, value: object, argument: object) -> bool:
        return self._call(value, argument)


@functools.cache
def environment() -> JSONPathEnvironment:
    """The library's environment, with our functions in it."""
    found = JSONPathEnvironment()
    for name in functions.TESTS:
        found.function_extensions[name] = _Test(name)
    return found


def check(query: str, *, deep: bool = False) -> None:
    """Raise `UsageError` for a query that does not parse, can never match, or walks all descendants and is not `deep`.

    A deep query is for subjects that are small and picked beforehand, such as the one block that a table's row speaks of. An expression
    that is no I-Regexp matches nothing by the standard, silently, which is why it is refused here.
    """
    from iregexp_check import check as is_iregexp  # noqa: PLC0415

    try:
        parsed = environment().compile(query)
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
    if parsed.segments and any(isinstance(selector, NameSelector) for selector in parsed.segments[0].selectors):
        raise UsageError("dead query: `$` is the list of subjects, which has no members with names; start with `$[*]` or `$[?…]`")
    _segments(parsed)


def plan(query: str) -> Plan:
    """The plan of a query. Raises `UsageError` for what plans cannot say: slices, and `value()`."""
    return _segments(environment().compile(query))


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


def _segments(query: JSONPathQuery) -> Plan:
    return [
        [isinstance(segment, JSONPathRecursiveDescentSegment), [_selector(selector) for selector in segment.selectors]]
        for segment in query.segments
    ]


def _selector(selector: Any) -> Plan:
    if isinstance(selector, NameSelector):
        return ["name", selector.name]
    if isinstance(selector, IndexSelector):
        return ["index", selector.index]
    if isinstance(selector, WildcardSelector):
        return ["any"]
    if isinstance(selector, FilterSelector):
        return ["filter", _test(selector.expression)]
    raise UsageError(f"{selector}: slices are not supported")


def _test(expression: Any) -> Plan:
    """The plan of a truth."""
    if isinstance(expression, FilterExpression):
        return _test(expression.expression)
    if isinstance(expression, PrefixExpression):
        return ["not", _test(expression.right)]
    if isinstance(expression, LogicalExpression):
        return ["and" if expression.operator == "&&" else "or", _test(expression.left), _test(expression.right)]
    if isinstance(expression, ComparisonExpression):
        return ["compare", expression.operator, _value(expression.left), _value(expression.right)]
    if isinstance(expression, FilterQuery):
        from_root, steps = isinstance(expression, RootFilterQuery), _steps(expression.query)
        return ["has", from_root, steps] if steps else ["exists", from_root, _segments(expression.query)]
    if isinstance(expression, FunctionExtension) and expression.name in functions.TESTS:
        return ["call", expression.name, [_value(argument) for argument in expression.args]]
    raise UsageError(f"{expression}: is not supported as a condition")


def _steps(query: JSONPathQuery) -> list[str | int] | None:
    """The names and indices of a query that leads to one place at most."""
    if not query.singular_query():
        return None
    return [
        selector.name if isinstance(selector, NameSelector) else selector.index
        for segment in query.segments
        for selector in segment.selectors
        if isinstance(selector, (NameSelector, IndexSelector))
    ]


def _value(expression: Any) -> Plan:
    """The plan of an operand or an argument."""
    if isinstance(expression, FilterExpressionLiteral):
        return ["literal", expression.value]
    if isinstance(expression, FilterQuery):
        steps = _steps(expression.query)
        if steps is not None:
            return ["member", isinstance(expression, RootFilterQuery), steps]
    if isinstance(expression, FunctionExtension) and expression.name in functions.VALUES:
        return ["call", expression.name, [_value(argument) for argument in expression.args]]
    if isinstance(expression, FunctionExtension) and expression.name == "count" and isinstance(expression.args[0], FilterQuery):
        nodes = expression.args[0]
        return ["count", isinstance(nodes, RootFilterQuery), _segments(nodes.query)]
    raise UsageError(f"{expression}: is not supported as a value")
