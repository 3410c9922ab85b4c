"""Plans of JSONPath queries as nested Python functions, in which a scan spends its time. The plans are described in `jsonpath`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from scanner.match.functions import NOTHING, TESTS, VALUES
from scanner.model import Location

Selected = list[tuple[Location, Any]]
"""The (location, value) pairs that a query selects."""
_Value = Callable[[Any, Any], Any]
"""From the current value and the root of the query to a value."""
_Children = Callable[[Any, Any], Iterable[tuple[Any, Any]]]
"""From a value and the root of the query to the keys and values of the selected children."""


def build(plan: Sequence[Any]) -> Callable[[Any], Selected]:
    """A function from a value to what the query selects in it, in the order of RFC 9535."""
    segments = [(deep, [_children(selector) for selector in selectors]) for deep, selectors in plan]

    def run(root: Any) -> Selected:
        nodes: Selected = [((), root)]
        for deep, selectors in segments:
            reached = [below for node in nodes for below in _descendants(*node)] if deep else nodes
            nodes = [((*location, key), child) for location, value in reached for select in selectors for key, child in select(value, root)]
        return nodes

    return run


def _descendants(location: Location, value: Any) -> Iterator[tuple[Location, Any]]:
    """A value and every list and mapping below it: a loop, for a hostile file may be deeper than any recursion."""
    todo: Selected = [(location, value)]
    while todo:
        at, current = todo.pop()
        yield at, current
        todo += [((*at, key), child) for key, child in _items(current) if isinstance(child, (dict, list))][::-1]


def _items(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()


def _children(selector: Sequence[Any]) -> _Children:
    if selector[0] == "name":
        return _named(selector[1])
    if selector[0] == "index":
        return _indexed(selector[1])
    if selector[0] == "any":
        return lambda value, _root: _items(value)
    test = _test(selector[1])
    return lambda value, root: [(key, child) for key, child in _items(value) if test(child, root)]


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


def _test(plan: Sequence[Any]) -> _Value:
    """The truth of a condition."""
    kind = plan[0]
    if kind == "not":
        inner = _test(plan[1])
        return lambda value, root: not inner(value, root)
    if kind == "and":
        left, right = _test(plan[1]), _test(plan[2])
        return lambda value, root: left(value, root) and right(value, root)
    if kind == "or":
        left, right = _test(plan[1]), _test(plan[2])
        return lambda value, root: left(value, root) or right(value, root)
    if kind == "compare":
        return _comparison(*plan[1:])
    if kind == "has":
        held = _member(plan[2], from_root=plan[1])
        return lambda value, root: held(value, root) is not NOTHING
    if kind == "exists":
        nodes = _nodes(plan[2], from_root=plan[1])
        return lambda value, root: bool(nodes(value, root))
    call = TESTS[plan[1]]
    first, second = map(_value, plan[2])
    return lambda value, root: call(first(value, root), second(value, root))


def _nodes(plan: Sequence[Any], *, from_root: bool) -> Callable[[Any, Any], list[Any]]:
    """All values that the query of a filter leads to."""
    segments = [(deep, [_children(selector) for selector in selectors]) for deep, selectors in plan]

    def nodes(value: Any, root: Any) -> list[Any]:
        found = [root if from_root else value]
        for deep, selectors in segments:
            reached = [below for node in found for _at, below in _descendants((), node)] if deep else found
            found = [child for held in reached for select in selectors for _key, child in select(held, root)]
        return found

    return nodes


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


def _value(plan: Sequence[Any]) -> _Value:
    """The value of an operand or an argument."""
    if plan[0] == "literal":
        literal = plan[1]
        return lambda _value, _root: literal
    if plan[0] == "member":
        return _member(plan[2], from_root=plan[1])
    if plan[0] == "count":
        nodes = _nodes(plan[2], from_root=plan[1])
        return lambda value, root: len(nodes(value, root))
    call, argument = VALUES[plan[1]], _value(plan[2][0])
    return lambda value, root: call(argument(value, root))


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {"<": operator.lt, ">": operator.gt, "<=": operator.lt, ">=": operator.gt}


def _comparison(sign: str, left_plan: Sequence[Any], right_plan: Sequence[Any]) -> _Value:
    left, right = _value(left_plan), _value(right_plan)
    if sign == "==":
        return lambda value, root: _equal(left(value, root), right(value, root))
    if sign == "!=":
        return lambda value, root: not _equal(left(value, root), right(value, root))
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
