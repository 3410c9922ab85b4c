"""The one place that runs the tree-sitter parsers, and that keeps hostile texts from running away with them."""

from __future__ import annotations

import importlib
import re
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from .program_grammars import GRAMMARS, Grammar
from .program_positions import Source

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser, Query, Tree

SECONDS = 5.0
"""A fuse for texts that drive a parser's error recovery into quadratic work; the count of steps normally stops it before."""

MEMORY = 128 << 20
"""The same fuse for memory, in bytes, beside the two hundred bytes that a parser may need for each byte of text."""

TOKENS = 1_500_000
"""The most words and marks of a text that is parsed: the tree takes up to 300 bytes of memory for each."""

LINKS = 400
"""The most `<` that may stand open, and the most `=` that may follow each other, within one statement."""

NESTED = 100
"""How deep brackets may stand for the quick way through a tree."""

CROWD = 1_000
"""How many marks a broken part may hold for it."""

_LINK = re.compile(r"[<>=;{}(),\n]")
_BRACKET = re.compile(r"[][(){}]")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_CHUNK = 1 << 16
_LONG_LINE = 20_000


@cache
def _language(module: str, factory: str) -> Language:
    from tree_sitter import Language  # noqa: PLC0415

    return Language(getattr(importlib.import_module(module), factory)())


@cache
def _parser(module: str, factory: str) -> Parser:
    from tree_sitter import Parser  # noqa: PLC0415

    return Parser(_language(module, factory))


@cache
def _query(name: str) -> Query:
    """Picks the few nodes out that the reader looks at: one node in ten, and the other nine never become Python objects."""
    from tree_sitter import Query  # noqa: PLC0415

    grammar = GRAMMARS[name]
    language = _language(grammar.module, grammar.factory)
    wanted = {*grammar.comments, *grammar.imports, *grammar.strings, *grammar.classes, *grammar.assigns, *grammar.calls, *grammar.news}
    known = sorted(kind for kind in {*wanted, "variable_declaration"} if language.id_for_node_kind(kind, True) is not None)
    return Query(language, f"[{' '.join(f'({kind})' for kind in known)} (ERROR)] @node")


def interesting(tree: Tree, grammar: Grammar, text: str) -> Iterable[Node]:
    """The nodes of the kinds that a grammar names, in the order of the text, the outer before the inner."""
    if _nested(text) or _crowded(tree):
        return _walked(tree)
    from tree_sitter import QueryCursor  # noqa: PLC0415

    found = QueryCursor(_query(grammar.language)).captures(tree.root_node).get("node", [])
    return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))


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


def _endless(text: str) -> bool:
    """Whether a text holds more than `TOKENS`, which only a long one can."""
    return len(text) > TOKENS and sum(1 for _token in _TOKEN.finditer(text)) > TOKENS


def _nested(text: str) -> bool:
    """Whether brackets stand so deep that a query, which takes quadratic time there, must not be asked; those in strings count too."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match[0] in "([{" else max(0, depth - 1)
        if depth > NESTED:
            return True
    return len(text) > _LONG_LINE and max(map(len, text.split("\n"))) > _LONG_LINE


def _crowded(tree: Tree) -> bool:
    """Whether a broken part holds so many marks that a query, which looks for a word behind each of them, must not be asked."""
    todo = [tree.root_node] if tree.root_node.has_error else []
    while todo:
        node = todo.pop()
        if node.child_count - node.named_child_count > CROWD:
            return True
        todo += [child for child in node.children if child.has_error]
    return False


def _walked(tree: Tree) -> Iterator[Node]:
    """Every node in the order of the text, without recursion."""
    cursor = tree.walk()
    while cursor.node is not None:
        yield cursor.node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _peak() -> int:
    """The most memory that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def parse(source: Source, grammar: Grammar) -> Tree | None:
    """The tree, or None where the parser needs more steps, time or memory than any real program does."""
    if _endless(source.text) or _entangled(source.text, grammar):
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
