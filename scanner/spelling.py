"""Hints at what somebody who mistyped a name may have meant."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 100


def nearest(text: str, known: Iterable[str], cutoff: float = 0.4) -> str | None:
    """The known name that is most like `text`, or None where none is like it. What no one would type is not looked up."""
    if len(text) > _LONGEST:
        return None
    from difflib import get_close_matches  # noqa: PLC0415  # for a mistake only

    near = get_close_matches(text.lower(), list(known), 1, cutoff)
    return near[0] if near else None


def hint(text: str, known: Iterable[str], cutoff: float = 0.4) -> str:
    """The nearest known name as a question in brackets, with a space in front; nothing where none is like `text`."""
    near = nearest(text, known, cutoff)
    return f" (did you mean {near!r}?)" if near else ""
