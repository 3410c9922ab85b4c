"""HTML that is escaped by construction: a text becomes markup only through `tag`, which escapes whatever is not markup yet."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias
from urllib.parse import quote

from scanner.report.display import visible


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"
_EMPTY = frozenset({"meta", "rect"})
"""Elements that hold nothing and have no end tag of their own."""


def shown(text: str) -> str:
    """The text as a page may show it: each character that would hide or move others is spelt out, but for tabs and ends of lines."""
    if text.isprintable():
        return text
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))


def escaped(text: str) -> Markup:
    """The text as it may stand between tags and in quoted attributes."""
    return Markup(escape(shown(text)))


def tag(name: str, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """An element. Of the names of attributes a trailing `_` goes, other ones become `-`; None and False leave an attribute out."""
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        word = key.rstrip("_").replace("_", "-")
        parts.append(f" {word}" if value is True else f' {word}="{escaped(str(value))}"')
    parts.append(">")
    parts.extend(_flat(children))
    if name not in _EMPTY:
        parts.append(f"</{name}>")
    return Markup("".join(parts))


def join(*children: Child) -> Markup:
    """The children one after the other."""
    return Markup("".join(_flat(children)))


def view(**filters: str) -> str:
    """The address, within the page, of the findings that fit the filters. Their values are what the page shows, not raw text."""
    return "#" + "&".join(f"{name}={quote(shown(value), safe='/,.:')}" for name, value in filters.items())


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, str):
            yield escaped(child)
        elif isinstance(child, int):
            yield f"{child:,}"
        elif child is not None:
            yield from _flat(child)
