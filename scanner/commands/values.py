"""What the user typed, turned into what the program knows; each failure names the nearest valid choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from scanner import config_keys
from scanner.errors import UsageError
from scanner.match.rules import Rules
from scanner.spelling import hint

Choice = TypeVar("Choice", bound=str)


def clause_id(loaded: Rules, text: str) -> str:
    """The id of a clause given by id or slug. Raises `UsageError` for one that the policy does not have."""
    for clause in loaded.policy.clauses.values():
        if text in (clause.id, clause.slug):
            return clause.id
    raise UsageError(f"unknown clause {text!r}{hint(text, [*loaded.policy.clauses, *(c.slug for c in loaded.policy.clauses.values())])}")


def kind_id(loaded: Rules, text: str) -> str:
    """The kind of this id. Raises `UsageError` where there is none."""
    if text not in loaded.infos:
        raise UsageError(f"unknown kind {text!r}{hint(text, list(loaded.infos))}")
    return text


def size(text: str | int) -> int:
    """A size in bytes from `10485760`, `512k`, `10M` or `1G`. Raises `UsageError` for what is none."""
    found = config_keys.size(text)
    if found is None:
        raise UsageError(f"--max-file-size: {str(text)!r} is no size such as 512k or 10M")
    return found


def one_of(name: str, text: str, known: Sequence[Choice]) -> Choice:
    """The choice that was configured for the key `name`. Raises `UsageError` for another one than those `known`."""
    for choice in known:
        if choice == text:
            return choice
    raise UsageError(f"{name}: must be one of {', '.join(known)}, not {text!r}{hint(text, known)}")
