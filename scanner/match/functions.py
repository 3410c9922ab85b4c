"""The functions that queries may call: those of RFC 9535 with linear-time regular expressions, and `listed` of our own."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from scanner.match import lists

NOTHING: Final = object()
"""What RFC 9535 calls *Nothing*: the value of a member that is not there."""
_LONGEST_SUBJECT = 100_000
_PLAIN = re.compile(r"[A-Za-z0-9 _:/@=#-]*")


def match(text: object, pattern: object) -> bool:
    """Whether an RFC 9485 expression matches the whole of a text."""
    if not isinstance(text, str) or not isinstance(pattern, str) or len(text) > _LONGEST_SUBJECT:
        return False
    return text.startswith(_prefix(pattern)) and _regex(pattern).fullmatch(text) is not None


def search(text: object, pattern: object) -> bool:
    """Whether an RFC 9485 expression matches a part of a text."""
    if not isinstance(text, str) or not isinstance(pattern, str) or len(text) > _LONGEST_SUBJECT:
        return False
    return _regex(pattern).search(text) is not None


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
