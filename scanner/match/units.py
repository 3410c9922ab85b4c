"""A text on its way through the signatures: which format it may be in, and what came of it."""

from __future__ import annotations

from typing import NamedTuple

from scanner.errors import Unreadable
from scanner.match.rules import Rules
from scanner.model import Claim, Directive, Fragment, Level
from scanner.read.formats import sniff

PROGRAMS = frozenset(["python", "typescript", "tsx", "javascript", "go", "csharp", "java"])
"""The formats of programs, of which only a part is ever looked at."""
_ANY_ENCODING = PROGRAMS | {None, "text", "slashed", "hashed", "groovy", "markdown", "asciidoc", "rest"}
"""Formats of programs and prose, whose tools take other encodings than UTF-8."""
_OPEN = frozenset({"text", "ini"})
"""Formats that a name promises too easily; what the content looks like is tried as well."""


class Unit(NamedTuple):
    """A text on its way through: a file, or code embedded in one. `path` is the file's, `name` the one that globs are held against."""

    path: str
    name: str
    text: str
    hints: set[int]
    names: set[int]
    formats: tuple[str, ...]
    promised: str | None
    cap: Level | None = None
    hosts: tuple[Fragment, ...] = ()


class Matched:
    """What came of a unit: claims at their places in the file, what could not be parsed, and the comments that speak to phasegate."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.problems: list[str] = []
        self.directives: set[Directive] = set()
        self.fragments = 0


def unit_of(rules: Rules, path: str, data: bytes, hints: set[int], names: set[int]) -> Unit:
    """The unit of a whole file. Bytes that are no UTF-8 are read as Latin-1: every evidence is ASCII, which no byte of another kind hides.

    Raises `Unreadable` for such bytes in a format whose tools read UTF-8 only.
    """
    promise = rules.formats.of(path)
    if promise.name != path:
        names = names | rules.names_of(promise.name)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if promise.format not in _ANY_ENCODING:
            raise Unreadable(f"is not valid UTF-8 (byte {error.start})") from error
        text = data.decode("latin-1")
    return Unit(path, path, text, hints, names, formats_of(promise.format, text), promise.format, promise.cap)


def formats_of(promised: str | None, text: str) -> tuple[str, ...]:
    """The formats to try on a text, most likely first."""
    if promised is None:
        return sniff(text)
    return tuple(dict.fromkeys((promised, *sniff(text)))) if promised in _OPEN else (promised,)
