"""Programs in Python, TypeScript, JavaScript, Go, C# and Java: their imports, calls and classes, and the commands that they run.

The trees are those of the tree-sitter grammars. Nothing is resolved across files: a name stands for what the imports and the plain
assignments of its own file say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..model import Document, Fragment, Location, Reading, Span
from .program_commands import command
from .program_grammars import GRAMMARS, Grammar
from .program_imports import IMPORTERS
from .program_names import Names
from .program_parsing import interesting, parse
from .program_positions import Source
from .program_values import address, bounds, decoded_line, element, items, members, value

if TYPE_CHECKING:
    from tree_sitter import Node

CALLS = 20_000
"""The most calls of one file that are read."""

_Bytes = tuple[int, int]


def read(text: str, language: str) -> Reading:
    """The imports, calls and classes of a program in one of the languages of `GRAMMARS` (KeyError for any other).

    `data` is {imports: [str], calls: [{name, new, from, target, args, keywords, assigned}], classes: [{name, bases, targets}]}.
    `name` is the callee as written, without white space and type arguments; `from` is the import that its first name resolves to, or
    null; `target` is the name with that import in its place. Arguments that are not literals are null. A string of several lines
    becomes a fragment, columns exact but behind an escape sequence in the same line; so does a command that the program runs.
    """
    grammar = GRAMMARS[language]
    source = Source(text)
    tree = parse(source, grammar)
    if tree is None:
        return Reading(language, (), text, (), (f"the parser of {language} gives up: the text is long, nested or broken beyond measure",))
    program = _Program(source, grammar)
    for node in interesting(tree, grammar, text):
        program.visit(node)
    if program.broken * 2 > len(source.data):
        program.problems.append(f"does not parse as {language}")
    document = Document({"imports": program.imports, "calls": program.calls, "classes": program.classes}, program.span_of)
    return Reading(language, (document,), source.blanked(program.comments), tuple(program.fragments), tuple(program.problems))


class _Program:
    """What is gathered on the walk through one tree."""

    def __init__(self, source: Source, grammar: Grammar) -> None:
        self.imports: list[str] = []
        self.calls: list[dict[str, Any]] = []
        self.classes: list[dict[str, Any]] = []
        self.comments: list[_Bytes] = []
        self.fragments: list[Fragment] = []
        self.problems: list[str] = []
        self.broken = 0
        self._source, self._grammar, self._language = source, grammar, grammar.language
        self._names = Names(source, grammar)
        self._regions: dict[Location, _Bytes] = {}
        self._assigned: dict[int, str] = {}
        self._scripts: set[int] = set()
        self._string_end = 0
        self._broken_end = 0

    def visit(self, node: Node) -> None:
        """Take from one node what it says."""
        kind, grammar = node.type, self._grammar
        if kind in grammar.comments:
            self.comments.append((node.start_byte, node.end_byte))
        elif node.is_error:
            self.broken += max(0, node.end_byte - max(node.start_byte, self._broken_end))
            self._broken_end = max(self._broken_end, node.end_byte)
        elif not node.is_named:
            return
        elif kind in grammar.imports:
            self._import(node, IMPORTERS[self._language](node, self._names))
        elif kind in grammar.strings:
            self._string(node)
        elif kind in grammar.classes:
            self._class(node)
        elif kind in grammar.assigns:
            self._assign(node)
        elif kind == "variable_declaration":
            self._names.declare(node)
        if kind in grammar.calls or kind in grammar.news:
            self._call(node)

    def span_of(self, location: Location) -> Span:
        """The region of a location; for what has none of its own, that of the nearest part around it."""
        while location and location not in self._regions:
            location = location[:-1]
        return self._source.span(*self._regions.get(location, (0, len(self._source.data))))

    def _import(self, node: Node, modules: list[str]) -> None:
        for module in modules:
            self._regions["imports", len(self.imports)] = (node.start_byte, node.end_byte)
            self.imports.append(module)

    def _assign(self, node: Node) -> None:
        target_field, value_field = self._grammar.assigns[node.type]
        target = node.child_by_field_name(target_field)
        if target is None:
            return
        if value_field:
            held = node.child_by_field_name(value_field)
        else:
            held = next((child for child in reversed(items(node)) if child.id != target.id), None)
        if held is None:
            return
        name = self._names.assign(target, held)
        while held.type in ("expression_list", "await", "await_expression", "parenthesized_expression") and held.named_child_count:
            held = held.named_children[0]
        if name is not None:
            self._assigned[address(held).id] = name

    def _call(self, node: Node) -> None:
        if len(self.calls) >= CALLS:
            if len(self.calls) == CALLS and not self.problems:
                self.problems.append(f"more than {CALLS:,} calls: the rest was not read")
            return
        link = self._names.callee(node)
        if not link.name:
            return
        place: Location = ("calls", len(self.calls))
        self._regions[place] = (node.start_byte, node.end_byte)
        positional, keywords, template = self._arguments(node, place)
        literal = [value(argument, self._source, self._grammar) for argument in positional]
        if link.name in ("require", "import") and literal and isinstance(literal[0], str):
            self._import(node, [literal[0]])
        self.calls.append(
            {
                "name": link.name,
                "new": node.type in self._grammar.news,
                "from": link.origin,
                "target": link.target,
                "args": literal,
                "keywords": keywords,
                "assigned": self._assigned.pop(node.id, None),
            }
        )
        words = template or positional
        self._command(node, words, command(node, link, words, self._source, self._grammar))

    def _arguments(self, node: Node, place: Location) -> tuple[list[Node], dict[str, Any], list[Node]]:
        """The positional arguments, the values of the named ones, and the template that a tagged template is called with."""
        held = node.child_by_field_name("arguments")
        if held is None:
            held = next((child for child in node.named_children if child.type == "argument_list"), None)
        if held is not None and held.type in self._grammar.strings:
            return [], {}, [held]
        positional: list[Node] = []
        named: list[tuple[str, Node, Node]] = []
        for item in items(held) if held is not None else []:
            name = item.child_by_field_name("name") if item.type in self._grammar.named else None
            if name is not None:
                named.append((self._names.text(name), item, item.named_children[-1]))
            elif item.type == "dictionary_splat":
                named += members(item.named_children[0], self._source, self._grammar) if item.named_child_count else []
            else:
                positional.append(address(element(item)))
        initializer = node.child_by_field_name("initializer") or node.child_by_field_name("body")
        if initializer is None and positional and self._language != "python":
            initializer = _struct(positional[-1], self._grammar)
        if initializer is not None and initializer.type in self._grammar.dicts:
            named += members(initializer, self._source, self._grammar)
        for index, argument in enumerate(positional):
            self._regions[*place, "args", index] = (argument.start_byte, argument.end_byte)
        for key, member, _ in named:
            self._regions[*place, "keywords", key] = (member.start_byte, member.end_byte)
        return positional, {key: value(member, self._source, self._grammar) for key, _, member in named}, []

    def _class(self, node: Node) -> None:
        name = self._names.text(node.child_by_field_name("name"))
        shape = node.child_by_field_name("type")
        if not name or (node.type == "type_spec" and (shape is None or shape.type != "struct_type")):
            return
        links = [self._names.chain(base) for base in _bases(shape if shape is not None else node, self._grammar)]
        links = [link for link in links if link.name]
        self._regions["classes", len(self.classes)] = (node.start_byte, node.end_byte)
        self.classes.append({"name": name, "bases": [link.name for link in links], "targets": [link.target for link in links]})

    def _command(self, node: Node, words: list[Node], line: str | None) -> None:
        if line is None:
            return
        strings = [word for word in words if word.type in self._grammar.strings]
        if len(strings) == 1 and words[0] is strings[0] and strings[0].start_point.row != strings[0].end_point.row:
            self._scripts.add(strings[0].id)
        else:
            row, column = self._source.place(node.start_byte)
            self.fragments.append(Fragment(line, row, column, folded=True, format="shell", carrier=self._language))

    def _string(self, node: Node) -> None:
        """A string of two lines or more becomes a fragment, unless it stands inside another."""
        if node.start_point.row == node.end_point.row or node.start_byte < self._string_end:
            return
        found = bounds(node, self._source)
        if found is None:
            return
        self._string_end = node.end_byte
        row, column = self._source.place(found[0])
        lines = self._source.slice(found[0], found[1]).split("\n")
        fragment = _dedented([decoded_line(line, found[2]) for line in lines], row, column, self._language)
        if fragment is not None:
            runs = node.id in self._scripts
            self.fragments.append(fragment._replace(format="shell", cap=None) if runs else fragment)


def _struct(node: Node, grammar: Grammar) -> Node | None:
    """The members of an object literal, a struct literal or an object initialiser."""
    if node.type in grammar.dicts:
        return node
    held = node.child_by_field_name("body") or node.child_by_field_name("initializer")
    if held is None and node.type in grammar.news and node.named_child_count:
        held = node.named_children[-1]
    return held


def _bases(node: Node, grammar: Grammar) -> Iterator[Node]:
    """The bases that a class names; for a struct of Go, the types that it embeds."""
    pending = [child for child in node.named_children if child.type in grammar.bases or child.type == "field_declaration_list"]
    while pending:
        holder = pending.pop(0)
        for child in items(holder):
            if child.type in grammar.bases:
                pending.append(child)
            elif child.type == "field_declaration":
                embedded = child.child_by_field_name("type")
                if child.child_by_field_name("name") is None and embedded is not None:
                    yield embedded
            elif child.type not in ("keyword_argument", "type_arguments"):
                yield child


def _dedented(lines: list[str], row: int, column: int, language: str) -> Fragment | None:
    """The lines of a string without their common margin; a first line without text falls away."""
    if lines[0].strip() in ("", "\\"):
        lines, row, column = lines[1:], row + 1, 1
    rest = [line for line in (lines if column == 1 else lines[1:]) if line.strip()]
    indent = min((len(line) - len(line.lstrip(" \t")) for line in rest), default=0)
    head = [] if column == 1 else [lines[0]]
    text = "\n".join((*head, *(line[indent:] for line in lines[len(head) :])))
    if not text.strip():
        return None
    return Fragment(text, row, indent + 1 if column == 1 else column, indent, carrier=language, cap="note")
