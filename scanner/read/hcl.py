"""Reads HCL (Terraform, Terragrunt, Packer, Nomad, Vault, Consul) into blocks and attributes, each with its place.

Format: the HCL native syntax specification, with the leniencies of HCL1 (quoted attribute names, commas and no newlines
between statements). Python-hcl2 reads the same at a hundredth of the speed; the tests compare the two.
"""

from __future__ import annotations

import re
from typing import Any

from ..model import Document, Reading, Rung
from .hcl_expressions import Expressions, Node, Places, number
from .hcl_fragments import fragments
from .hcl_lexer import MAX_DEPTH, BrokenError
from .hcl_text import NAME, REMARK, blanked, decode
from .template import is_templated, step_over

MOST_PARTS = 1_000_000
"""How many attributes and items a text may hold; a block counts as four of them, which is what it costs."""
_MOST_PROBLEMS = 20
_NEITHER = "neither an attribute nor a block"
_OWN_MARKS = frozenset(["%{"])
"""Template marks that belong to the language."""
_MOST_FAULTS = 2000
_MOST_REREAD = 8
_QUOTED = r'"(?:[^"\\\n]++|\\[^\n])*+"'
_LABEL = re.compile(rf'"((?:[^"\\\n]++|\\[^\n])*+)"|({NAME})|({REMARK})')
_LABELS = rf"(?:[ \t]*+(?:{_QUOTED}|{NAME}))*+"
_STATEMENT = re.compile(
    rf"[ \t\r\n,]*+(?:({NAME}|{_QUOTED})[ \t]*+(?:=(?![=>])[ \t]*+"
    r'(?:(?:"([^"\\$%\n]*+)"|(-?\d++(?:\.\d++)?)|(true|false|null)|([^\W\d][\w.-]*+))(?=[ \t]*+(?:[#}]|\r?\n|//|\Z)))?'
    rf"|({_LABELS}[ \t]*+\{{))|([#/])|(\}}))?"
)
_GAP = r"(?:[ \t]++|/\*(?:[^*]++|\*(?!/))*+\*/)*+"
_HEAD = re.compile(rf"(?:{NAME}|{_QUOTED})(?:{_GAP}(?:{_QUOTED}|{NAME}))*+{_GAP}")
_REMARKED = re.compile(
    rf"({NAME}|{_QUOTED}){_GAP}(?:(=)(?![=>])|()()()((?:{_GAP}(?:{_QUOTED}|{NAME}))*+{_GAP}(?:[ \t\r\n]++|{REMARK})*+\{{))"
)
_KEY, _STRING, _NUMBER, _CONSTANT, _NAME, _HEADER, _COMMENT, _CLOSE = range(1, 9)
_CONSTANTS = {"true": True, "false": False, "null": None}
_TOP_BLOCK = re.compile(rf"^{NAME}{_LABELS}[ \t]*+\{{", re.MULTILINE)


class _Block:
    """A body under construction: its data, and the nodes of its parts."""

    __slots__ = ("blocks", "body", "header", "nodes", "places", "start")

    def __init__(self, start: int, header: dict[str, Any], nodes: dict[str, Node]) -> None:
        self.start = start
        self.header = header
        self.nodes = nodes
        self.body: dict[str, Any] = {}
        self.places: dict[str, Node] = {}
        self.blocks: tuple[list[Any], list[Node]] = ([], [])

    def close(self, end: int) -> tuple[dict[str, Any], Node]:
        """The finished data and its node, which ends at `end`."""
        data = {**self.header, "body": self.body, "blocks": self.blocks[0]}
        parts = {**self.nodes, "body": (self.start, end, self.places), "blocks": (self.start, end, self.blocks[1])}
        return data, (self.start, end, parts)


class _Parser:
    """Reads the statements of one text into `top`, and goes on behind what does not parse."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.source = Expressions(text)
        self.problems: list[str] = []
        self.top = _Block(0, {}, {})
        self.open: list[_Block] = []
        self._at = 0
        self._broken = False
        self._rewound = False
        self._reread = 0
        self._faults = 0

    def parse(self) -> None:
        """Fills `top`. Text that is read again after a fault is limited, so the work stays linear."""
        pos: int | None = 1 if self.text.startswith("\ufeff") else 0
        while pos is not None:
            try:
                pos = self._statements(pos)
            except BrokenError as error:
                self._problem(error.start, error.reason)
                pos = self._resume(error)

    def _statements(self, pos: int) -> int | None:
        """Reads statements from `pos` on; the offset to go on from, or None at the end."""
        text, statement = self.text, _STATEMENT
        block = self.open[-1] if self.open else self.top
        while True:
            found = statement.match(text, pos)
            which = found.lastindex  # type: ignore[union-attr]
            if found is None or which is None:
                pos = pos if found is None else found.end()
                found = _REMARKED.match(text, pos)
                if found is None:
                    return self._end(pos)
                which = _KEY if found[2] else _HEADER
                self._keep_remarks(found)
            pos = found.end()
            if which == _HEADER:
                block = self._enter(found)
                continue
            if which == _CLOSE:
                block = self._leave(pos)
                continue
            if which == _COMMENT:
                self._at = pos - 1
                after = self.source.comment(pos - 1)
                if after == pos - 1:
                    return self._end(after)
                pos = after
                continue
            key, start = found[1], found.start(1)
            if key[0] == '"':
                key = decode(key[1:-1])
            if which == _STRING:
                block.body[key] = found[2]
                block.places[key] = (start, pos, None)
                continue
            self._at = start
            value: Any = None
            children = None
            if which == _NAME:
                value = "${" + found[5] + "}"
            elif which == _CONSTANT:
                value = _CONSTANTS[found[4]]
            elif which == _NUMBER and (value := number(found[3])) is not None:
                pass
            else:
                begin = self.source.blanks(found.start(3) if which == _NUMBER else pos)
                value, children, pos = self.source.value(begin, len(self.open) + 1, lines=True)
            block.body[key] = value
            block.places[key] = (start, pos, children)

    def _enter(self, found: re.Match[str]) -> _Block:
        start = found.start(1)
        self._at = start
        kind = decode(found[1][1:-1]) if found[1][0] == '"' else found[1]
        if self.open and (self._broken or self._rewound) and (start == 0 or self.text[start - 1] == "\n"):
            self._abandon(start)
        if len(self.open) >= MAX_DEPTH:
            raise BrokenError(f"nested deeper than {MAX_DEPTH} levels", start, start)
        labels, places = [], []
        for label in _LABEL.finditer(self.text, found.start(6), found.end(6)):
            if label[3] is None:
                labels.append(label[2] or decode(label[1]))
                places.append((*label.span(), None))
        header = {"type": kind, "labels": labels}
        nodes: dict[str, Node] = {"type": (*found.span(1), None), "labels": (start, found.end(6) - 1, places)}
        block = _Block(start, header, nodes)
        self.open.append(block)
        return block

    def _keep_remarks(self, found: re.Match[str]) -> None:
        """Notes the comments between the words of a statement."""
        for part in _LABEL.finditer(self.text, found.end(1), found.end()):
            if part[3] is not None:
                self.source.comments.append(part.span())

    def _leave(self, end: int) -> _Block:
        if not self.open:
            self._at = end - 1
            raise BrokenError("} closes nothing", end - 1, end)
        data, node = self.open.pop().close(end)
        parent = self.open[-1] if self.open else self.top
        parent.blocks[0].append(data)
        parent.blocks[1].append(node)
        if not self.open:
            self._broken = False
        return parent

    def _abandon(self, end: int) -> None:
        """Closes every open block at `end`, and says so."""
        while self.open:
            block = self.open[-1]
            self._problem(block.start, f"block {block.header['type']} is not closed")
            self._leave(end)

    def _end(self, pos: int) -> int | None:
        """None at the end of the text, where everything is closed; otherwise something stands here that is no statement.

        Where a block is still open and others follow it, a brace is missing in it: from there on a block header in the
        first column closes what is open.
        """
        if pos < len(self.text):
            self._at = pos
            head = _HEAD.match(self.text, pos)
            reached = self.source.comment(head.end()) if head else pos
            raise BrokenError(_NEITHER, pos, reached)
        if not self.open:
            return None
        start = self.open[0].start
        if self._rewound or _TOP_BLOCK.search(self.text, start + 1) is None:
            self._abandon(pos)
            return None
        self._rewound = True
        self.open.clear()
        self.source.forget_from(start)
        return start

    def _resume(self, error: BrokenError) -> int | None:
        """The offset behind what is broken: the next line or, where the end of a heredoc or comment is lost, the next block."""
        self._broken = True
        line = self.text.find("\n", self._at)
        pos = line if line >= 0 else len(self.text)
        if error.lost:
            following = _TOP_BLOCK.search(self.text, pos)
            pos = following.start() if following else len(self.text)
        self._reread += max(0, error.reached - pos)
        self._faults += 1
        if self._reread > _MOST_REREAD * len(self.text) or self._faults > _MOST_FAULTS:
            self.problems.append(f"too much of the text is broken to read on after line {self.source.place(pos)[0]}")
            self._abandon(pos)
            return None
        return pos

    def _problem(self, offset: int, reason: str) -> None:
        if len(self.problems) > _MOST_PROBLEMS:
            return
        line, _ = self.source.place(offset)
        text = f"line {line}: {reason}" if len(self.problems) < _MOST_PROBLEMS else "further parts that do not parse"
        if text not in self.problems:
            self.problems.append(text)


def read(text: str) -> Reading:
    """Reads one HCL text.

    The only document is `{"body": {name: value}, "blocks": [{"type", "labels", "body", "blocks"}]}`, all the way down.
    Literals are plain data; any other value is `"${<source>}"`. A repeated attribute has its last value. What does not parse
    is a problem that names its line, and everything around it stands. Text without a single brace or attribute is another
    language, and no problem. Where marks of a template are in the way, it is read without them. Never raises.
    """
    if 4 * text.count("{") + text.count("=") + text.count(",") > MOST_PARTS:
        return Reading("hcl", (), text, problems=("holds more blocks and attributes than are read",))
    parser = _parsed(text)
    rung: Rung = "structure"
    if parser.problems and is_templated(text, _OWN_MARKS):
        again = _parsed(step_over(text, _OWN_MARKS))
        if len(again.problems) < len(parser.problems):
            parser, rung = again, "template"
    data, node = parser.top.close(len(text))
    foreign = "{" not in text and not data["body"] and not text.lstrip().startswith('"')
    foreign = foreign and all(problem.endswith(_NEITHER) for problem in parser.problems)
    return Reading(
        "hcl",
        (Document(data, Places(parser.source, node), rung),),
        blanked(text, parser.source.comments),
        fragments(parser.source),
        () if foreign else tuple(parser.problems),
    )


def _parsed(text: str) -> _Parser:
    parser = _Parser(text)
    parser.parse()
    return parser
