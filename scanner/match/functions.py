"""The functions that queries may call: those of RFC 9535 with linear-time regular expressions, and `listed` of our own."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from scanner.match import lists

NOTHING: Final = object()
"""What RFC 9535 calls *Nothing*: the value of a member that is not there."""
_PLAIN = re.compile(r"[A-Za-z0-9 _:/@=#-]*")
_EITHER = re.compile(r"\(([A-Za-z0-9 _:/@=#|-]*)\)(?![?*+{])")
_MOST_STARTS = 32


def match(text: object, pattern: object) -> bool:
    """Whether an RFC 9485 expression matches the whole of a text."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return False
    return text.startswith(_starts(pattern)) and _regex(pattern).fullmatch(_encoded(text)) is not None


def search(text: object, pattern: object) -> bool:
    """Whether an RFC 9485 expression matches a part of a text."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return False
    return _regex(pattern).search(_encoded(text)) is not None


def listed(text: object, name: object) -> bool:
    """Whether a text is a line of the list of that name."""
    return isinstance(text, str) and isinstance(name, str) and text in lists.members(name)


def length(value: object) -> object:
    """The number of characters, items or members; *Nothing* for a value that has none."""
    return len(value) if isinstance(value, (str, list, dict)) else NOTHING


TESTS: Final[Mapping[str, Callable[[object, object], bool]]] = {"match": match, "search": search, "listed": listed}
"""The functions of two values that are true or false."""
VALUES: Final[Mapping[str, Callable[[object], object]]] = {"length": length}
"""The functions of a value that give one."""


@functools.cache
def _regex(pattern: str) -> Any:
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _encoded(text: str) -> bytes:
    """A text as RE2 takes it. An escape in JSON or YAML can stand for half a character, which is none in UTF-8; it matches as another."""
    return text.encode("utf-8", "replace")


@functools.cache
def _starts(pattern: str) -> tuple[str, ...]:
    """Literal texts, with one of which every whole match begins: telling that a text lacks them all costs next to nothing."""
    depth = 0
    for char in re.sub(r"\\.|\[(?:[^\]\\]|\\.)*\]", "", pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            return ("",)
    starts, at = [""], 0
    while True:
        plain = _PLAIN.match(pattern, at)[0]  # type: ignore[index]  # it matches nothing as well
        at += len(plain)
        if pattern[at : at + 1] in ("?", "*", "+", "{"):
            return tuple(start + plain[:-1] for start in starts)
        either = _EITHER.match(pattern, at)
        parts = either[1].split("|") if either else []
        if either is None or len(starts) * len(parts) > _MOST_STARTS:
            return tuple(start + plain for start in starts)
        starts, at = [start + plain + part for start in starts for part in parts], either.end()
