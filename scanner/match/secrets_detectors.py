"""Detectors of committed secrets, read from rows of data and checked as they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast, get_args

from scanner.errors import UsageError
from scanner.match.secrets_checks import CHECKS
from scanner.model import LEVELS, Level

_TEXT_KEYS = frozenset({"id", "title", "level", "pattern", "plugin", "check", "beside", "alone", "public", "vendor", "explain"})
_LIST_KEYS = frozenset({"published", "references"})
_KEYS = _TEXT_KEYS | _LIST_KEYS | {"keyword", "entropy"}
_REQUIRED = ("id", "title", "level", "pattern")


@dataclass(frozen=True, slots=True)
class Detector:
    """One format of secret: the kind `id`, the `pattern` that the sift looks for, and what must hold for a match to count.

    Group 1 of `pattern`, if there is one, is the secret; of a `keyword` detector it is the end of the name, and the last character
    of the match begins the value. `entropy` is in bits a character. The other fields are described at the head of the table.
    """

    id: str
    title: str
    level: Level
    pattern: str
    plugin: str | None = None
    keyword: bool = False
    check: str | None = None
    entropy: float | None = None
    beside: str | None = None
    alone: Level | None = None
    public: str | None = None
    published: tuple[str, ...] = ()
    vendor: str | None = None
    explain: str = ""
    references: tuple[str, ...] = ()


def detectors(rows: Sequence[Mapping[str, Any]], *, compile_patterns: bool = True) -> tuple[Detector, ...]:
    """The rows as detectors, in their order, which is that of precedence.

    Compiling each pattern takes some 40 ms in all, which a caller whose rows have been through this before can spare itself with
    `compile_patterns=False`: each pattern is then compiled by the first file that it hits.

    `UsageError` names the row and the key for whatever cannot be right: a key that is unknown, missing or of the wrong type, an id
    that stands twice, a level or check that does not exist, a pattern outside RE2.
    """
    made: dict[str, Detector] = {}
    for number, row in enumerate(rows, 1):
        name = str(row.get("id", f"row {number}")) if isinstance(row, Mapping) else f"row {number}"
        if not isinstance(row, Mapping):
            raise UsageError(f"secrets table: {name} is not a mapping")
        if name in made:
            raise UsageError(f"secrets table: {name}: id stands twice")
        made[name] = _detector(name, row, compile_patterns)
    return tuple(made.values())


def _detector(name: str, row: Mapping[str, Any], compile_patterns: bool) -> Detector:
    for key, value in row.items():
        _checked_type(name, key, value)
    for key in _REQUIRED:
        if not row.get(key):
            raise UsageError(f"secrets table: {name}: {key} is missing")
    for key in ("level", "alone"):
        if key in row and row[key] not in LEVELS:
            raise UsageError(f"secrets table: {name}: {key} must be one of {', '.join(get_args(Level))}")
    if "check" in row and row["check"] not in CHECKS:
        raise UsageError(f"secrets table: {name}: check {row['check']!r} does not exist")
    if "alone" in row and "beside" not in row:
        raise UsageError(f"secrets table: {name}: alone means nothing without beside")
    if compile_patterns:
        _checked_patterns(name, row)
    fields: dict[str, Any] = {key: tuple(value) if key in _LIST_KEYS else value for key, value in row.items()}
    if "entropy" in fields:
        fields["entropy"] = float(fields["entropy"])
    return Detector(**fields)


def _checked_type(name: str, key: object, value: object) -> None:
    if key not in _KEYS:
        raise UsageError(f"secrets table: {name}: unknown key {key!r}")
    if key in _TEXT_KEYS:
        right = isinstance(value, str)
    elif key in _LIST_KEYS:
        right = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    elif key == "keyword":
        right = isinstance(value, bool)
    else:
        right = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 8
    if not right:
        raise UsageError(f"secrets table: {name}: {key} has the wrong type")


def _checked_patterns(name: str, row: Mapping[str, Any]) -> None:
    import re2  # noqa: PLC0415

    for key in ("pattern", "beside", "public"):
        try:
            groups = compiled(row[key]).groups if key in row else 0
        except re2.error as reason:
            said = reason.args[0] if reason.args else ""
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise UsageError(f"secrets table: {name}: {key} is no RE2 pattern: {words}") from reason
        if key == "pattern" and row.get("keyword") and groups != 1:
            raise UsageError(f"secrets table: {name}: pattern of a keyword row must have exactly one group")


@cache
def compiled(pattern: str) -> Any:
    """The pattern compiled by RE2, kept for the life of the process: the number of patterns is that of the table."""
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    return cast("Any", re2.compile(pattern, options))
