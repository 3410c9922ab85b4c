"""JSONPath queries as nested Python functions: the library's own walk builds an object for every node and every comparison it looks at.

The subset is that of nearly all signatures: names, indices, wildcards and filters, functions of values, comparisons and existence. A query
outside of it is left to the library, with which the results agree (RFC 9535).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jsonpath_rfc9535 import JSONPathQuery
from jsonpath_rfc9535.filter_expressions import (
    NOTHING,
    ComparisonExpression,
    FilterExpression,
    FilterExpressionLiteral,
    FilterQuery,
    FunctionExtension,
    LogicalExpression,
    PrefixExpression,
    RootFilterQuery,
)
from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction
from jsonpath_rfc9535.segments import JSONPathChildSegment
from jsonpath_rfc9535.selectors import FilterSelector, IndexSelector, NameSelector, WildcardSelector

from scanner.model import Location

_Functions = Mapping[str, FilterFunction]
_Value = Callable[[Any, Any], Any]
"""From the current value and the root of the query to a value."""
_Test = Callable[[Any, Any], bool]
_Children = Callable[[Any, Any], Iterable[tuple[Any, Any]]]
"""From a value and the root of the query to the keys and values of the selected children."""


class _OutsideError(Exception):
    """The query uses something that is left to the library."""


def build(query: JSONPathQuery, functions: _Functions) -> Callable[[Any], list[tuple[Location, Any]]] | None:
    """A function from a value to the (location, value) pairs that the query selects in it; None where the library has to do it."""
    try:
        segments = _segments(query, functions)
    except _OutsideError:
        return None

    def run(root: Any) -> list[tuple[Location, Any]]:
        nodes: list[tuple[Location, Any]] = [((), root)]
        for selectors in segments:
            nodes = [((*location, key), child) for location, value in nodes for select in selectors for key, child in select(value, root)]
        return nodes

    return run


def _segments(query: JSONPathQuery, functions: _Functions) -> list[list[_Children]]:
    found = []
    for segment in query.segments:
        if not isinstance(segment, JSONPathChildSegment):
            raise _OutsideError
        found.append([_children(selector, functions) for selector in segment.selectors])
    return found


def _children(selector: Any, functions: _Functions) -> _Children:
    if isinstance(selector, NameSelector):
        return _named(selector.name)
    if isinstance(selector, IndexSelector):
        return _indexed(selector.index)
    if isinstance(selector, WildcardSelector):
        return lambda value, _root: _items(value)
    if isinstance(selector, FilterSelector):
        test = _test(selector.expression, functions)
        return lambda value, root: [(key, child) for key, child in _items(value) if test(child, root)]
    raise _OutsideError


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()


def _named(name: str) -> _Children:
    def select(value: Any, _root: Any) -> Iterable[tuple[Any, Any]]:
        return ((name, value[name]),) if isinstance(value, dict) and name in value else ()

    return select


def _indexed(index: int) -> _Children:
    def select(value: Any, _root: Any) -> Iterable[tuple[Any, Any]]:
        if not isinstance(value, list) or not -len(value) <= index < len(value):
            return ()
        return ((index % len(value), value[index]),)

    return select


def _test(expression: Any, functions: _Functions) -> _Test:
    """The truth of an expression."""
    if isinstance(expression, FilterExpression):
        return _test(expression.expression, functions)
    if isinstance(expression, PrefixExpression):
        inner = _test(expression.right, functions)
        return lambda value, root: not inner(value, root)
    if isinstance(expression, LogicalExpression):
        left, right = _test(expression.left, functions), _test(expression.right, functions)
        if expression.operator == "&&":
            return lambda value, root: left(value, root) and right(value, root)
        return lambda value, root: left(value, root) or right(value, root)
    if isinstance(expression, ComparisonExpression):
        return _comparison(expression, functions)
    if isinstance(expression, FilterQuery):
        return _existence(expression, functions)
    if isinstance(expression, FunctionExtension):
        call = _call(expression, functions, ExpressionType.LOGICAL)
        return lambda value, root: bool(call(value, root))
    raise _OutsideError


def _existence(expression: FilterQuery, functions: _Functions) -> _Test:
    from_root = isinstance(expression, RootFilterQuery)
    steps = _steps(expression.query)
    if steps is not None and steps:
        held = _member(steps, from_root=from_root)
        return lambda value, root: held(value, root) is not NOTHING
    segments = _segments(expression.query, functions)
    if not segments:
        raise _OutsideError

    def exists(value: Any, root: Any) -> bool:
        nodes = [root if from_root else value]
        for selectors in segments:
            nodes = [child for held in nodes for select in selectors for _key, child in select(held, root)]
        return bool(nodes)

    return exists


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


def _member(steps: Sequence[str | int], *, from_root: bool) -> _Value:
    def held(value: Any, root: Any) -> Any:
        value = root if from_root else value
        for step in steps:
            if isinstance(step, str):
                if not isinstance(value, dict) or step not in value:
                    return NOTHING
            elif not isinstance(value, list) or not -len(value) <= step < len(value):
                return NOTHING
            value = value[step]
        return value

    return held


def _value(expression: Any, functions: _Functions) -> _Value:
    """The value of an operand or an argument."""
    if isinstance(expression, FilterExpressionLiteral):
        literal = expression.value
        return lambda _value, _root: literal
    if isinstance(expression, FilterQuery):
        steps = _steps(expression.query)
        if steps is None:
            raise _OutsideError
        return _member(steps, from_root=isinstance(expression, RootFilterQuery))
    if isinstance(expression, FunctionExtension):
        return _call(expression, functions, ExpressionType.VALUE)
    raise _OutsideError


def _call(expression: FunctionExtension, functions: _Functions, gives: ExpressionType) -> _Value:
    function = functions.get(expression.name)
    if function is None or function.return_type != gives or any(kind != ExpressionType.VALUE for kind in function.arg_types):
        raise _OutsideError
    call: Callable[..., Any] = function
    arguments = [_value(argument, functions) for argument in expression.args]
    if len(arguments) == 1:
        only = arguments[0]
        return lambda value, root: call(only(value, root))
    if len(arguments) == 2:
        first, second = arguments
        return lambda value, root: call(first(value, root), second(value, root))
    return lambda value, root: call(*[argument(value, root) for argument in arguments])


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {"<": operator.lt, ">": operator.gt, "<=": operator.lt, ">=": operator.gt}


def _comparison(expression: ComparisonExpression, functions: _Functions) -> _Test:
    left, right, sign = _value(expression.left, functions), _value(expression.right, functions), expression.operator
    if sign == "==":
        return lambda value, root: _equal(left(value, root), right(value, root))
    if sign == "!=":
        return lambda value, root: not _equal(left(value, root), right(value, root))
    if sign not in _ORDERS:
        raise _OutsideError
    order, or_equal = _ORDERS[sign], len(sign) > 1

    def ordered(value: Any, root: Any) -> bool:
        one, other = left(value, root), right(value, root)
        return (_comparable(one, other) and order(one, other)) or (or_equal and _equal(one, other))

    return ordered


def _comparable(one: Any, other: Any) -> bool:
    """Whether there is an order: between texts, and between numbers. A truth value is no number."""
    if isinstance(one, str):
        return isinstance(other, str)
    numbers = (int, float)
    return isinstance(one, numbers) and isinstance(other, numbers) and not isinstance(one, bool) and not isinstance(other, bool)


def _equal(one: Any, other: Any) -> bool:
    if one is NOTHING or other is NOTHING:
        return one is other
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
