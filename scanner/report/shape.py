"""Whether a JSON value has the shape that a JSON Schema of ours describes: the part of JSON Schema (2020-12) that our schemas use.

A report that is read back is untrusted, and the general validators cost more to import than a whole report to check. A schema becomes
functions once, and each value of a report meets its own; the time is linear in the size of the value, since our patterns never go back.
Besides what the schema says, no text may hold half of a surrogate pair, which JSON can write and UTF-8 cannot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Check = Callable[[Any], str | None]
"""Takes a value and gives None where it fits, or what is wrong: where, a colon, and the reason in words."""

_KEYWORDS: Final = frozenset(
    ["type", "enum", "const", "pattern", "minimum", "maximum", "required", "properties", "additionalProperties", "propertyNames", "items"]
)
_NOTES: Final = frozenset(["$schema", "$id", "$defs", "title", "description"])
_SURROGATE = re.compile("[\ud800-\udfff]")
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def compile_schema(schema: Mapping[str, Any], name: str | None = None) -> Check:
    """The check of a schema, or of the definition `name` in its `$defs`. Raises `ValueError` for a keyword that is not known here."""
    definitions: dict[str, Check] = {}

    def check_of(part: Mapping[str, Any]) -> Check:
        reference = part.get("$ref")
        if reference is not None:
            target = str(reference).removeprefix("#/$defs/")
            if target not in definitions:
                definitions[target] = check_of(schema["$defs"][target])
            return definitions[target]
        if strange := part.keys() - _KEYWORDS - _NOTES:
            raise ValueError(f"keywords without a check: {', '.join(sorted(strange))}")
        return _all([check for check in (_scalar(part), _object(part, check_of), _array(part, check_of)) if check])

    return check_of(schema["$defs"][name] if name else schema)


def _all(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def check(value: Any) -> str | None:
        for each in checks:
            if fault := each(value):
                return fault
        return None

    return check


def _scalar(part: Mapping[str, Any]) -> Check:
    """The check of everything that concerns the value itself and no part of it."""
    named = part.get("type", ())
    names = (named,) if isinstance(named, str) else tuple(named)
    types = tuple(known for name in names for known in _TYPES[name])
    boolean = "boolean" in names
    allowed = part["enum"] if "enum" in part else [part["const"]] if "const" in part else None
    pattern = re.compile(part["pattern"].removeprefix("^").removesuffix("$")) if "pattern" in part else None
    lowest, highest = part.get("minimum", -math.inf), part.get("maximum", math.inf)

    def check(value: Any) -> str | None:
        if types and (not isinstance(value, types) or (isinstance(value, bool) and not boolean)):
            return f": must be {' or '.join(names)}"
        if allowed is not None and not any(value == each and type(value) is type(each) for each in allowed):
            return f": must be {' or '.join(map(str, allowed))}"
        if isinstance(value, str):
            if pattern is not None and not pattern.fullmatch(value):
                return f": must match {part['pattern']}"
            if not value.isascii() and _SURROGATE.search(value):
                return ": holds half of a surrogate pair"
        elif isinstance(value, int | float) and not lowest <= value <= highest:
            return f": must be from {lowest} to {highest}"
        return None

    return check


def _object(part: Mapping[str, Any], check_of: Callable[[Mapping[str, Any]], Check]) -> Check | None:
    if not part.keys() & {"properties", "additionalProperties", "propertyNames", "required"}:
        return None
    required = tuple(part.get("required", ()))
    members = {name: check_of(member) for name, member in part.get("properties", {}).items()}
    further = part.get("additionalProperties", True)
    others = check_of(further) if isinstance(further, Mapping) else None
    names = check_of(part["propertyNames"]) if "propertyNames" in part else None

    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return None
        for name in required:
            if name not in value:
                return f": lacks {name!r}"
        for name, member in value.items():
            known = members.get(name, others)
            if known is None and further is False:
                return f": has the unknown key {name!r}"
            fault = (names(name) if names else None) or (known(member) if known else None)
            if fault:
                return f".{name}{fault}"
        return None

    return check


def _array(part: Mapping[str, Any], check_of: Callable[[Mapping[str, Any]], Check]) -> Check | None:
    if "items" not in part:
        return None
    item = check_of(part["items"])

    def check(value: Any) -> str | None:
        if isinstance(value, list):
            for index, each in enumerate(value):
                if fault := item(each):
                    return f"[{index}]{fault}"
        return None

    return check
