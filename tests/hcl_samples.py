"""Hypothesis strategies that write HCL together with what it means, and helpers that look a span up in its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from scanner.model import Document, Location, Span

Written = tuple[str, Any]
Object = dict[str, Any]

_PIECES = st.sampled_from(
    [
        ("a", "a"),
        (" ", " "),
        ("é", "é"),
        ("#", "#"),
        ("//", "//"),
        ("{", "{"),
        ("}", "}"),
        ("=", "="),
        ("<<E", "<<E"),
        ('\\"', '"'),
        ("\\n", "\n"),
        ("\\\\", "\\"),
        ("\\u0041", "A"),
        ("${b.c}", "${b.c}"),
        ('${d["}"]}', '${d["}"]}'),
        ('${f("${g}")}', '${f("${g}")}'),
    ]
)
RAW = [
    "var.a",
    "f(1, [2])",
    'g({ a = "}" })',
    "a.b[0].c",
    "x ? 1 : 2",
    "1 + 2",
    "!a",
    "[for k in b : k]",
    "{ for k, v in b : k => v }",
    '"a" == b',
    "(1)",
    "a[*].b",
]
_GAPS = st.sampled_from(["", " ", "\t", "  "])
_ENDS = st.sampled_from(["\n", "\n\n", ' # a ] } "\n', " // b {\n", "\r\n", "\n/* c\n = { */\n"])


@st.composite
def strings(draw: st.DrawFn) -> Written:
    pieces = draw(st.lists(_PIECES, max_size=5))
    return '"' + "".join(piece[0] for piece in pieces) + '"', "".join(piece[1] for piece in pieces)


def _scalars() -> st.SearchStrategy[Written]:
    return st.one_of(
        strings(),
        st.integers(-(10**12), 10**12).map(lambda n: (str(n), n)),
        st.sampled_from([("true", True), ("false", False), ("null", None), ("1.5", 1.5), ("-0.25", -0.25)]),
        st.sampled_from(RAW).map(lambda raw: (raw, "${" + raw + "}")),
    )


@st.composite
def _lists(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    items = draw(st.lists(inner, max_size=3))
    between = draw(st.sampled_from([", ", ",", ",\n  ", ", # c ]\n"]))
    tail = draw(st.sampled_from(["", "\n"])) if items else ""
    return "[" + between.join(item[0] for item in items) + tail + "]", [item[1] for item in items]


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    members = draw(st.dictionaries(st.sampled_from(["k", "key-2", "a b", "3", "for_"]), inner, max_size=3))
    sign = draw(st.sampled_from([" = ", "=", ": "]))
    between = draw(st.sampled_from([", ", "\n", " # c }\n"]))
    parts = [(f'"{key}"' if " " in key or draw(st.booleans()) else key) + sign + value[0] for key, value in members.items()]
    return "{ " + between.join(parts) + " }", {key: value[1] for key, value in members.items()}


def values() -> st.SearchStrategy[Written]:
    return st.recursive(_scalars(), lambda inner: st.one_of(_lists(inner), _objects(inner)), max_leaves=6)


@st.composite
def bodies(draw: st.DrawFn, depth: int = 0) -> tuple[str, Object]:
    """A body as text, and as `{"body", "blocks"}`."""
    text = draw(st.sampled_from(["", "# first {\n"]))
    body: Object = {}
    blocks: list[Object] = []
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            key = f"a{len(body)}-x_"
            value = draw(values())
            text += f"  {key}{draw(_GAPS)}={draw(_GAPS)}{value[0]}{draw(_ENDS)}"
            body[key] = value[1]
        elif depth < 3:
            labels = draw(st.lists(st.sampled_from([('"l"', "l"), ("m", "m"), ('"n o"', "n o")]), max_size=2))
            inner, parsed = draw(bodies(depth + 1))
            kind = draw(st.sampled_from(["b", "block_2"]))
            head = " ".join([kind, *(label[0] for label in labels)])
            text += f"{head} {{\n{inner}}}{draw(_ENDS)}"
            blocks.append({"type": kind, "labels": [label[1] for label in labels], **parsed})
    return text, {"body": body, "blocks": blocks}


def sliced(text: str, span: Span) -> str:
    """The text that a span covers."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return text[starts[span.line - 1] + span.column - 1 : starts[span.end_line - 1] + span.end_column - 1]


def locations(data: Any, at: Location = ()) -> Iterator[tuple[Location, Any]]:
    """Every location of a document's data with what stands there."""
    yield at, data
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inner in members:
        yield from locations(inner, (*at, step))


def text_at(text: str, document: Document, location: Location) -> str:
    """The text of the region that a document gives for a location."""
    return sliced(text, document.span_of(location))
