"""Reads the literal structure inside an HCL expression, such as the object that `jsonencode` is given, with python-hcl2.

This is the only module that imports python-hcl2.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from .. import cache
from ..errors import Unreadable
from ..model import Document, Reading
from .hcl_expressions import Node, Places, number
from .hcl_lexer import BrokenError, Scanner
from .hcl_text import blanked

_PREFIX = "x = ("
_LARGEST = 64 * 1024
_CONSTANTS = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?")
_Found = tuple[Any, Any]
"""A value, and the nodes of its members: a dict, a list, or None."""


def read_expression(text: str) -> Reading:
    """Reads one HCL expression, the text of an `hcl-expression` fragment. Raises `Unreadable`, as `expression` does."""
    scanner = _scanned(text)
    return Reading("hcl-expression", (_document(text, scanner),), blanked(text, scanner.comments))


def expression(text: str) -> Document:
    """The literal structure of one HCL expression of at most 64 KiB.

    The data is the outermost object or tuple, wherever it stands: `jsonencode({…})` gives the object. Several of them, as in
    `merge({…}, {…})`, give a list; none gives None. Inside, a call whose only argument is a literal gives that literal, and
    any other value without a literal form is `"${<source>}"`. Places are relative to `text`.
    Raises `Unreadable` for text that is too long or too deep, or that does not parse.
    """
    return _document(text, _scanned(text))


def _scanned(text: str) -> Scanner:
    if len(text) > _LARGEST:
        raise Unreadable(f"expression is longer than {_LARGEST} characters")
    scanner = Scanner(text)
    try:
        reached = scanner.skip(0)
    except BrokenError as error:
        raise Unreadable(f"expression line {scanner.place(error.start)[0]}: {error.reason}") from error
    if reached < len(text):
        raise Unreadable(f"expression line {scanner.place(reached)[0]}: text after the end")
    return scanner


def _document(text: str, scanner: Scanner) -> Document:
    plain = _plain(text, scanner)
    reader = _Reader(text, plain, scanner)
    try:
        found = [(reader.literal(tree), reader.region(tree)) for tree in _outermost(_tree(plain))]
    except BrokenError as error:
        raise Unreadable(f"expression line {scanner.place(error.start)[0]}: {error.reason}") from error
    if len(found) == 1:
        (data, members), region = found[0]
        return Document(data, Places(scanner, (*region, members)))
    nodes = [(start, end, members) for (_, members), (start, end) in found]
    return Document([data for (data, _), _ in found] or None, Places(scanner, (0, len(text), nodes)))


def _plain(text: str, scanner: Scanner) -> str:
    """The attribute for python-hcl2, offset for offset: comments are spaces, and heredocs are quoted strings of filler.

    Its patterns for comments and heredocs take quadratic time; ours have read those already.
    """
    parts: list[str] = [_PREFIX]
    source, reached = blanked(text, scanner.comments), 0
    for heredoc in scanner.heredocs:
        filler = re.sub(r"[^\n]", "x", text[heredoc.start + 1 : heredoc.end - 1])
        parts += (source[reached : heredoc.start], '"', filler, '"')
        reached = heredoc.end
    return "".join((*parts, source[reached:], "\n)"))


def _tree(text: str) -> Any:
    """The Lark tree of `text`. Raises `Unreadable` where python-hcl2 does not parse it."""
    import hcl2  # noqa: PLC0415 - 70 ms that only few files need
    import hcl2.parser  # noqa: PLC0415
    from lark.exceptions import LarkError  # noqa: PLC0415

    with contextlib.nullcontext() if hcl2.parser.parser.cache_info().currsize else _own_cache(hcl2.parser):
        try:
            return hcl2.parses_to_tree(text)
        except LarkError as error:
            raise Unreadable(f"expression does not parse ({type(error).__name__})") from error


@contextlib.contextmanager
def _own_cache(parser: Any) -> Iterator[None]:
    """Points the grammar cache of python-hcl2 into the user's own cache during the first parse.

    Its default place is often read-only, and then costs seconds in every process. The cache is a pickle, so a directory that
    others may write to is not used. Lark writes it in place, and its hash covers the path: a lock, not a renaming, keeps other
    processes from reading half of it.
    """
    with contextlib.ExitStack() as held:
        directory = cache.directory()
        if directory is not None:
            with contextlib.suppress(OSError):
                name = f"hcl2-{version('python-hcl2')}-{version('lark')}-{sys.implementation.cache_tag}"
                lock = held.enter_context(open(os.path.join(directory, f"{name}.lock"), "ab"))
                file = os.path.join(directory, f"{name}.grammar")
                fcntl.flock(lock, fcntl.LOCK_SH if os.path.exists(file) else fcntl.LOCK_EX)
                parser.PARSER_FILE = file
        yield


def _outermost(tree: Any) -> Iterator[Any]:
    """The object and tuple trees that stand in no other, in the order of the text."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node.data in ("object", "tuple"):
            yield node
        else:
            waiting += [child for child in reversed(node.children) if hasattr(child, "children")]


class _Reader:
    """Makes data of the trees over one text."""

    def __init__(self, text: str, plain: str, scanner: Scanner) -> None:
        self._text = text
        self._plain = plain
        self._heredocs = {heredoc.start: heredoc.text for heredoc in scanner.heredocs}

    def region(self, tree: Any) -> tuple[int, int]:
        """The offsets of a tree in the text, without the space and comments behind it that python-hcl2 counts in."""
        start = tree.meta.start_pos
        end = start + len(self._plain[start : tree.meta.end_pos].rstrip())
        return start - len(_PREFIX), end - len(_PREFIX)

    def literal(self, tree: Any) -> _Found:
        """The data of an object or tuple tree, with the nodes of its members."""
        if tree.data == "tuple":
            items = [(self._value(child), self.region(child)) for child in _parts(tree)]
            return [value for (value, _), _ in items], [(*region, members) for (_, members), region in items]
        data: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        for element in _parts(tree):
            key_tree, value_tree = _parts(element)
            key, start = self._key(key_tree), self.region(key_tree)[0]
            data[key], members = self._value(value_tree)
            nodes[key] = (start, self.region(value_tree)[1], members)
        return data, nodes

    def _key(self, tree: Any) -> str:
        start, end = self.region(tree)
        written = self._text[start:end]
        if written.startswith('"'):
            return Scanner(self._text).string(start)[0]
        return written if written.replace("-", "_").isidentifier() or written.isdecimal() else "${" + written + "}"

    def _value(self, tree: Any) -> _Found:
        tree = _unwrapped(tree)
        if tree.data in ("object", "tuple"):
            return self.literal(tree)
        start, end = self.region(tree)
        if tree.data == "string":
            heredoc = self._heredocs.get(start)
            return (heredoc if heredoc is not None else Scanner(self._text).string(start)[0]), None
        written = self._text[start:end]
        if written in _CONSTANTS:
            return _CONSTANTS[written], None
        value = number(written) if _NUMBER.fullmatch(written) else None
        return ("${" + written + "}" if value is None else value), None


def _parts(tree: Any) -> list[Any]:
    return [child for child in tree.children if hasattr(child, "children") and child.data != "new_line_or_comment"]


def _unwrapped(tree: Any) -> Any:
    """The literal that parentheses or a call with one argument are around; otherwise the tree without its outer shell."""
    inner = tree
    while inner.data in ("expr_term", "function_call", "arguments"):
        parts = [part for part in _parts(inner) if not (inner.data == "function_call" and part.data == "identifier")]
        if len(parts) != 1:
            return tree
        inner = parts[0]
    if inner.data in ("object", "tuple"):
        return inner
    return tree.children[0] if tree.data == "expr_term" and len(tree.children) == 1 else tree
