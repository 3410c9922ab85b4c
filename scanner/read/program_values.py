"""The literals of a program as plain data: strings, numbers, lists and dictionaries, to a bounded depth."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .program_grammars import Grammar
from .program_positions import Source

if TYPE_CHECKING:
    from tree_sitter import Node

Style = Literal["escaped", "raw", "doubled"]
"""How a string is written: with escapes, as it is, or with a quotation mark doubled."""

DEPTH = 6
"""How deep a literal is followed; what lies deeper is null."""

_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|\r\n|[\s\S])")
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b", "s": " ", "\n": "", "\r\n": ""}
_OPENING = re.compile(r'(?P<prefix>[A-Za-z@$]{0,6})(?P<quote>"{3,64}|\'\'\'|["\'`])')
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "True": True, "False": False}
_NUMBER_SUFFIX = re.compile(r"(?<=[0-9.])(?:[lLnNjJmMuU]{1,2}|[fFdD])\Z")
_WRAPPED = frozenset({"String", "StringPtr", "Bool", "BoolPtr", "Int", "Int32", "Int64", "IntPtr", "Float64", "Float64Ptr"})


def value(node: Node, source: Source, grammar: Grammar, depth: int = DEPTH) -> Any:
    """The data that a literal stands for; None for null and for everything that is not a literal."""
    kind = node.type
    if kind in grammar.strings:
        return string(node, source, grammar)
    if depth == 0:
        return None
    if kind == "concatenated_string":
        parts = [value(part, source, grammar, depth - 1) for part in node.named_children]
        return "".join(parts) if all(isinstance(part, str) for part in parts) else None
    if kind in grammar.lists:
        return [value(element(item), source, grammar, depth - 1) for item in items(node)]
    if kind in grammar.dicts:
        return _container(node, source, grammar, depth)
    if kind in _HOLDERS:
        inner = _held(node)
        return value(inner, source, grammar, depth - 1) if inner is not None else None
    if node.child_count and kind not in _SIGNED and kind not in ("call_expression", "method_invocation"):
        return None
    if kind in ("call_expression", "method_invocation"):
        return _factory(node, source, grammar, depth)
    return _scalar(source.slice(node.start_byte, node.end_byte)) if node.end_byte - node.start_byte <= 64 else None


_SIGNED = frozenset({"unary_operator", "unary_expression", "prefix_unary_expression", "boolean_literal"})
_HOLDERS = frozenset(
    {
        "parenthesized_expression",
        "literal_element",
        "composite_literal",
        "object_creation_expression",
        "implicit_object_creation_expression",
        "array_creation_expression",
        "implicit_array_creation_expression",
        "as_expression",
        "satisfies_expression",
        "expression_element",
        "collection_element",
    }
)


def items(node: Node) -> list[Node]:
    """The named children without comments."""
    return [child for child in node.named_children if "comment" not in child.type]


def element(node: Node) -> Node:
    """What stands inside the wrapping that some grammars put around arguments and elements."""
    while node.type in ("literal_element", "argument", "collection_element", "expression_element") and node.named_child_count:
        node = node.named_children[-1]
    return node


def address(node: Node) -> Node:
    """The composite literal behind Go's `&`, or the node itself."""
    if node.type == "unary_expression" and node.child_count == 2 and node.children[0].type == "&":
        return node.children[1]
    return node


def members(node: Node, source: Source, grammar: Grammar) -> list[tuple[str, Node, Node]]:
    """The members of a dictionary, object or initialiser: key, the whole member, its value."""
    found: list[tuple[str, Node, Node]] = []
    for child in items(node):
        fields = grammar.pairs.get(child.type)
        if fields is None:
            if child.type == "shorthand_property_identifier":
                found.append((source.slice(child.start_byte, child.end_byte), child, child))
            elif child.type == "initializer_expression" and child.named_child_count == 2:
                found.append((_key(child.named_children[0], source, grammar), child, child.named_children[1]))
            continue
        key, held = child.child_by_field_name(fields[0]), child.child_by_field_name(fields[1])
        if key is not None and held is not None:
            found.append((_key(key, source, grammar), child, address(element(held))))
    return found


def string(node: Node, source: Source, grammar: Grammar, hole: str | None = None) -> str | None:
    """The text of a string literal, decoded. One with interpolations is None, or has `hole` in the place of each."""
    raw = bounds(node, source)
    if raw is None:
        return None
    start, end, style = raw
    pieces: list[str] = []
    for child in node.named_children:
        if child.type not in grammar.holes or child.start_byte < start or child.end_byte > end:
            continue
        if hole is None:
            return None
        pieces += (_decode(source.slice(start, child.start_byte), style), hole)
        start = child.end_byte
    return "".join((*pieces, _decode(source.slice(start, end), style)))


def bounds(node: Node, source: Source) -> tuple[int, int, Style] | None:
    """Where the content of a string literal starts and ends, in bytes, and how it is written; None for a broken literal."""
    head = source.slice(node.start_byte, min(node.start_byte + 70, node.end_byte))
    opening = _OPENING.match(head)
    if opening is None:
        return None
    prefix, quote = opening["prefix"].lower(), opening["quote"]
    if "@" in prefix:
        quote = quote[:1]
    elif node.type in {"string", "string_literal"}:
        quote = quote[:3]
    start, end = node.start_byte + len(prefix) + len(quote), node.end_byte - len(quote)
    style: Style = "escaped"
    if "@" in prefix:
        style = "doubled"
    elif "r" in prefix or node.type == "raw_string_literal":
        style = "raw"
    return (start, end, style) if start <= end else None


def decoded_line(line: str, style: Style) -> str:
    """One line of a string, decoded; an escaped line end stays within the line, as a space."""
    decoded = _decode(line, style)
    return decoded if decoded is line else decoded.replace("\r", " ").replace("\n", " ")


def _decode(content: str, style: Style) -> str:
    if style == "doubled":
        return content.replace('""', '"') if '""' in content else content
    if style == "raw" or "\\" not in content:
        return content
    decoded = _ESCAPE.sub(_unescaped, content)
    return decoded if decoded.isascii() else decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(match: re.Match[str]) -> str:
    body = match[1]
    if body in _NAMED:
        return _NAMED[body]
    if body[0] in "uUx" and len(body) > 1:
        code = int(body[1:].strip("{}"), 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    return chr(int(body, 8)) if body[0] in "01234567" else body


def _key(node: Node, source: Source, grammar: Grammar) -> str:
    node = element(node)
    while node.type in ("element_binding_expression", "argument", "computed_property_name") and node.named_child_count:
        node = node.named_children[-1]
    text = string(node, source, grammar) if node.type in grammar.strings else None
    return text if text is not None else source.slice(node.start_byte, node.end_byte)[:200]


def _container(node: Node, source: Source, grammar: Grammar, depth: int) -> Any:
    found = members(node, source, grammar)
    if found or node.type in ("dictionary", "object"):
        return {key: value(held, source, grammar, depth - 1) for key, _, held in found}
    return [value(address(element(item)), source, grammar, depth - 1) for item in items(node)]


def _held(node: Node) -> Node | None:
    """The literal inside a holder: a constructor's initialiser, an array's elements, the expression in parentheses."""
    for name in ("body", "initializer", "value"):
        inner = node.child_by_field_name(name)
        if inner is not None:
            return inner
    last = node.named_children[-1] if node.named_child_count else None
    if last is not None and "creation" in node.type and last.type not in ("initializer_expression", "array_initializer"):
        return None
    return element(last) if last is not None else None


def _factory(node: Node, source: Source, grammar: Grammar, depth: int) -> Any:
    """`pulumi.String("x")` is "x", `List.of("a", "b")` a list, `Map.of("k", "v")` a dictionary; any other call is unknown."""
    arguments = node.child_by_field_name("arguments")
    if arguments is None:
        return None
    callee = source.slice(node.start_byte, arguments.start_byte)[:200]
    head, _, last = callee.strip().rpartition(".")
    values = [value(item, source, grammar, depth - 1) for item in items(arguments)] if head.isidentifier() else []
    if last in _WRAPPED and len(values) == 1:
        return values[0]
    if (head, last) in (("List", "of"), ("Set", "of"), ("Arrays", "asList")):
        return values
    if (head, last) == ("Map", "of"):
        return {key: held for key, held in zip(values[::2], values[1::2], strict=False) if isinstance(key, str)}
    return None


def _scalar(text: str) -> Any:
    """A number or a truth value; None for anything else."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    plain = "".join(text.split()).replace("_", "")
    if not plain[-1:].isalnum() and not plain.endswith("."):
        return None
    if not plain.lstrip("+-")[:1].isdigit() and not plain.lstrip("+-").startswith("."):
        return None
    if not plain.lower().lstrip("+-").startswith("0x"):
        plain = _NUMBER_SUFFIX.sub("", plain)
    for convert in (lambda digits: int(digits, 0), float):
        try:
            number = convert(plain)
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None
