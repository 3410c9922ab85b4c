"""Read the tables of a configuration that lift findings, key by key. Every mistake is a `UsageError` in words, without file or place."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.errors import UsageError
from scanner.model import Policy
from scanner.spelling import hint

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def keys(table: Mapping[str, Any], *, required: Sequence[str], optional: Sequence[str]) -> None:
    """Refuse unknown keys, naming the nearest known one, and the lack of a required one."""
    for key in table:
        if key not in (*required, *optional):
            raise UsageError(f"unknown key {key!r}{hint(key, (*required, *optional))}")
    for key in required:
        if key not in table:
            raise UsageError(f"{key!r} is missing")


def text(table: Mapping[str, Any], key: str) -> str:
    """A text on one line that says something."""
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{key!r} must be a text that says something")
    return " ".join(value.split())


def texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts, at least one."""
    value = table[key]
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item.strip() for item in value):
        raise UsageError(f"{key!r} must be a list of texts, at least one")
    return tuple(dict.fromkeys(value))


def clauses(table: Mapping[str, Any], policy: Policy) -> tuple[str, ...]:
    """The ids of the clauses under `clauses`, each given by id or slug, in the order of the document."""
    found = set()
    for name in texts(table, "clauses"):
        clause = policy.clause_id(name)
        if clause is None:
            raise UsageError(f"unknown clause {name!r}{hint(name, [*policy.clauses, *(each.slug for each in policy.clauses.values())])}")
        found.add(clause)
    return tuple(clause for clause in policy.clauses if clause in found)


def day(table: Mapping[str, Any], key: str) -> str:
    """A day as YYYY-MM-DD, from a TOML date or from a text."""
    value = table[key]
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if not isinstance(value, str) or not is_day(value):
        raise UsageError(f"{key!r} must be a day as YYYY-MM-DD")
    return value


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar as YYYY-MM-DD."""
    if not _DAY.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def matcher(paths: Sequence[str]) -> Callable[[str], bool]:
    """A test whether a path of the scan lies in `paths`: globs as for `exclude`, but each tied to the root, so that none reaches further
    than it says (`infra` is the one folder at the root; `**/infra` is every one). Raises `UsageError` for one that cannot be used.
    """
    from scanner.sources import globs  # noqa: PLC0415

    for path in paths:
        if path.strip("/ ") in ("", ".") or path.startswith(("/", "..")):
            raise UsageError(f"the path {path!r} is no glob below the root; '**' is the whole tree")
    found = globs.matcher(paths, "path", tied=True)
    assert found is not None  # noqa: S101  # there is at least one pattern
    return found
