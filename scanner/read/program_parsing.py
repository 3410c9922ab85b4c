"""The one place that runs the tree-sitter parsers, and that keeps hostile texts from running away with them."""

from __future__ import annotations

import importlib
import re
import resource
import sys
import time
from functools import cache
from typing import TYPE_CHECKING

from .program_grammars import Grammar
from .program_positions import Source

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree

SECONDS = 5.0
"""A fuse for texts that drive a parser's error recovery into quadratic work; the count of steps normally stops it before."""

MEMORY = 128 << 20
"""The same fuse for memory, in bytes, beside the two hundred bytes that a parser may need for each byte of text."""

LINKS = 400
"""The most `<` that may stand open, and the most `=` that may follow each other, within one statement."""

_LINK = re.compile(r"[<>=;{}(),\n]")
_CHUNK = 1 << 16


@cache
def _parser(module: str, factory: str) -> Parser:
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(getattr(importlib.import_module(module), factory)()))


def _entangled(text: str, grammar: Grammar) -> bool:
    """Whether one statement opens more `<`, or chains more `=`, than the parser can follow in reasonable time and memory.

    Measured: 3,000 links of `a=>` in Java cost 1.7 GB within a single step of the parser, where no fuse can act.
    """
    angles = chain = 0
    for match in _LINK.finditer(text):
        mark = match[0]
        if mark in "<>":
            angles = angles + 1 if mark == "<" else max(0, angles - 1)
        elif mark == "=":
            chain += 1
        elif mark != "\n":
            angles, chain = angles if mark in "()," else 0, 0
        elif grammar.line_ends:
            chain = 0
        if chain > LINKS or (grammar.ambiguous_angles and angles > LINKS):
            return True
    return False


def _peak() -> int:
    """The most memory that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def parse(source: Source, grammar: Grammar) -> Tree | None:
    """The tree, or None where the parser needs more steps, time or memory than any real program does."""
    if _entangled(source.text, grammar):
        return None
    data, steps, started, peak = source.data, 0, time.monotonic(), _peak()
    allowed = 1_000 + len(data) // 5

    def stop(_offset: int, _error: bool) -> bool:
        nonlocal steps
        steps += 1
        return steps > allowed or time.monotonic() - started > SECONDS or _peak() - peak > MEMORY + 200 * len(data)

    parser = _parser(grammar.module, grammar.factory)
    try:
        return parser.parse(lambda offset, _point: data[offset : offset + _CHUNK], progress_callback=stop)
    except ValueError:
        parser.reset()
        return None
