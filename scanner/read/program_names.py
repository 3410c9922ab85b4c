"""What the names of a program stand for: imports, aliases, and variables that hold what a call gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .program_grammars import Grammar
from .program_positions import Source
from .program_values import element, items, string

if TYPE_CHECKING:
    from tree_sitter import Node

WIDTH = 200
"""The longest name in characters; a longer one is cut."""


class Link(NamedTuple):
    """A chain of names as written, the import that its first name resolves to, and the chain with that import in its place."""

    name: str
    origin: str | None
    target: str


class Names:
    """The names of one program, filled in the order of the text."""

    def __init__(self, source: Source, grammar: Grammar) -> None:
        self._source = source
        self._grammar = grammar
        self._bound: dict[str, tuple[str, str]] = {}
        self._variables: set[str] = set()
        self._chains: dict[int, Link] = {}
        self._declared: dict[int, Link] = {}

    def text(self, node: Node | None) -> str:
        """The source of a node without white space, at most `WIDTH` characters."""
        if node is None:
            return ""
        return "".join(self._source.slice(node.start_byte, min(node.end_byte, node.start_byte + 4 * WIDTH)).split())[:WIDTH]

    def learn(self, name: str, origin: str, target: str | None = None) -> None:
        """An import binds a name."""
        self._bound[name] = (origin, (target or origin)[:WIDTH])

    def assign(self, target: Node, held: Node) -> str | None:
        """An assignment: what the value is known to come from, the variable now stands for. The variable's name, if it is simple."""
        while target.type in ("expression_list", "as_pattern_target") and target.named_child_count:
            target = target.named_children[0]
        if target.type == "object_pattern":
            self._unpack(target, self.chain(held))
            return None
        name = self.text(target)
        if target.type in ("property_identifier", "private_property_identifier"):
            name = f"this.{name}"
        if self._grammar.implicit_this:
            name = name.removeprefix("this.")
        if not all(part.lstrip("#").isidentifier() for part in name.split(".")):
            return None
        link = self.chain(held)
        if link.origin is not None:
            self._bound[name] = (link.origin, link.target)
            self._variables.add(name)
        elif name in self._variables:
            self._variables.discard(name)
            del self._bound[name]
        return name

    def declare(self, node: Node) -> None:
        """A declaration of C# gives its type to the `new(…)` in it."""
        declared = node.child_by_field_name("type")
        for declarator in items(node) if declared is not None else []:
            made = _last(declarator)
            if declared is not None and made is not None and made.type == "implicit_object_creation_expression":
                self._declared[made.id] = self.chain(declared)

    def callee(self, node: Node) -> Link:
        """The link of what a call or a constructor calls."""
        field = self._grammar.calls.get(node.type, self._grammar.news.get(node.type, ""))
        if field == "?":
            return self._declared.get(node.id, Link("", None, ""))
        return self.chain(node.child_by_field_name(field) or node) if field else self.chain(node)

    def chain(self, node: Node) -> Link:
        """The link of an expression; an expression without a name begins with an empty one."""
        steps: list[tuple[Node, str | None]] = []
        link: Link | None = None
        at: Node | None = node
        while at is not None and link is None:
            link = self._chains.get(at.id)
            if link is None:
                at, link = self._descend(at, steps)
        link = link or Link("", None, "")
        for step, member in reversed(steps):
            link = self._member(link, member) if member is not None else self._called(link, step)
            self._chains[step.id] = link
        return link

    def _descend(self, node: Node, steps: list[tuple[Node, str | None]]) -> tuple[Node | None, Link | None]:
        grammar, kind = self._grammar, node.type
        if kind in grammar.members:
            holder, member = grammar.members[kind]
            name = node.child_by_field_name(member) if member else _last(_last(node))
            inner = node.child_by_field_name(holder)
            if inner is None:
                return None, self._base(self.text(name))
            steps.append((node, _plain(self.text(name))))
            return inner, None
        field = grammar.calls.get(kind) or grammar.news.get(kind)
        if field:
            steps.append((node, None))
            return node.child_by_field_name(field), None
        if kind in grammar.wrappers:
            return _first(node), None
        if kind in grammar.identifiers:
            return None, self._base(self.text(node))
        if kind in grammar.types:
            parts = _plain(self.text(node)).split(".")
            link = self._base(parts[0])
            for part in parts[1:]:
                link = self._member(link, part)
            return None, link
        return None, None

    def _base(self, name: str) -> Link:
        origin, target = self._bound.get(name, (None, name))
        return Link(name, origin, target)

    def _member(self, link: Link, member: str) -> Link:
        if len(link.name) >= WIDTH and len(link.target) >= WIDTH:
            return link
        name = f"{link.name}.{member}"[:WIDTH]
        bound = self._bound.get(name.removeprefix("this.") if self._grammar.implicit_this else name)
        if bound is not None:
            return Link(name, *bound)
        return Link(name, link.origin, f"{link.target}.{member}"[:WIDTH])

    def _called(self, link: Link, call: Node) -> Link:
        """What a call gives: a required module, a client of a service, or else the same chain."""
        if link.name in ("require", "import") or link.name.endswith((".client", ".resource")):
            arguments = call.child_by_field_name("arguments")
            first = items(arguments)[:1] if arguments is not None else []
            literal = string(first[0], self._source, self._grammar) if first and first[0].type in self._grammar.strings else None
            if literal is None:
                return link
            if "." not in link.name:
                return Link(link.name, literal, literal)
            root, kind = (link.origin or link.name).split(".")[0].split(":")[0], link.name.rpartition(".")[2]
            return Link(link.name, f"{root}.{kind}:{literal}", f"{root}.{kind}:{literal}")
        return link

    def _unpack(self, pattern: Node, link: Link) -> None:
        """`const {exec, spawn: run} = require("child_process")` binds both names."""
        if link.origin is None:
            return
        for part in pattern.named_children:
            if part.type == "shorthand_property_identifier_pattern":
                self.learn(self.text(part), link.origin, f"{link.target}.{self.text(part)}")
            elif part.type == "pair_pattern":
                key, name = part.child_by_field_name("key"), part.child_by_field_name("value")
                self.learn(self.text(name), link.origin, f"{link.target}.{self.text(key)}")

    def literal(self, node: Node | None) -> str | None:
        """The text of a plain string literal."""
        return string(node, self._source, self._grammar) if node is not None and node.type in self._grammar.strings else None


def _first(node: Node) -> Node | None:
    return element(node.named_children[0]) if node.named_child_count else None


def _last(node: Node | None) -> Node | None:
    return node.named_children[-1] if node is not None and node.named_child_count else None


def _plain(name: str) -> str:
    """The name without type arguments."""
    return name.partition("<")[0].partition("[")[0]
