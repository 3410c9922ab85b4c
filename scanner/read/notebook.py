"""Jupyter notebooks (nbformat 3 and 4): the code of their cells, with the lines of the .ipynb file."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Document, Fragment, Location, Reading, Span
from scanner.read import markdown
from scanner.read.positions import Lines

MAX_CELLS = 20_000
"""A notebook of more cells is not read to its end; the reading says so."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]', re.DOTALL)
_SHELL_CELL = re.compile(r"%%(?:bash|sh|shell|script[ \t]+(?:--?[^ \t\n]+[ \t]+)*(?:bash|sh|zsh)\b|!)|%(?:sh|bash)[ \t]*(?=\n|$)")
_FILE_CELL = re.compile(r"%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?([^ \t\n]{1,300})")
_OTHER_CELL = re.compile(r"%%?(javascript|js|html|HTML|sql|SQL|ruby|perl|latex|svg|scala|r|R|md)\b")
_SHELL_LINE = re.compile(r"([ \t]*(?:[A-Za-z_][A-Za-z0-9_]*[ \t]*=[ \t]*)?(?:!{1,2}|%sx[ \t]+|%system[ \t]+|%sh[ \t]+))(.*)")
_MAGIC_LINE = re.compile(r"[ \t]*(?:%{1,2}[A-Za-z]|\?)")
_LANGUAGES = {"python": "python", "python3": "python", "bash": "shell", "sh": "shell", "shell": "shell", "javascript": "javascript"}
_LANGUAGES |= {
    "typescript": "typescript",
    "go": "go",
    "powershell": "powershell",
    ".net-powershell": "powershell",
    "c#": "csharp",
    "java": "java",
}


@dataclass(slots=True)
class _Cell:
    """A cell: its type, its source, and for each line of the source the line and column of the file (None: not one string a line)."""

    kind: str
    source: str
    line: int
    column: int
    rows: list[tuple[int, int]] | None


@dataclass(slots=True)
class _Level:
    """An open object or array of the file: its kind, the key that is being given a value, and the strings of a `source`."""

    kind: str
    key: str = ""
    expects_key: bool = False
    strings: list[int] = field(default_factory=list)


def read(text: str) -> Reading:
    """The cells of a notebook.

    `Document.data` is `{"cells": [{"type", "source"}], "language"}`. Code cells are fragments of the kernel's language; lines that start
    with `!` and cells that start with `%%bash` or `%sh` are shell; a `%%writefile` cell is a file of that name; the code blocks of
    Markdown cells are notes. Outputs are not looked at. JSON that does not parse is a problem.
    """
    lines = Lines(text)
    try:
        whole = json.loads(text)
    except ValueError as error:
        return _failed(text, f"the notebook is no valid JSON: {error}")
    except RecursionError:
        return _failed(text, "the notebook's JSON is nested too deeply")
    cells = _cells_of(whole)
    if cells is None:
        return _failed(text, "the notebook has no list of cells")
    problems = [f"the notebook has more than {MAX_CELLS} cells"] if len(cells) > MAX_CELLS else []
    language = _language(whole)
    placed = _placed(cells[:MAX_CELLS], list(_sources(text)), text, lines)
    fragments = [fragment for cell in placed for fragment in _fragments(cell, language)]
    data = {"cells": [{"type": cell.kind, "source": cell.source} for cell in placed], "language": language}

    def span_of(location: Location) -> Span:
        if len(location) >= 2 and location[0] == "cells" and isinstance(location[1], int) and 0 <= location[1] < len(placed):
            cell = placed[location[1]]
            last, column = cell.rows[-1] if cell.rows else (cell.line, cell.column)
            return Span(cell.line, cell.column, last, max(column, len(lines.line(last)) + 1))
        return lines.whole()

    return Reading("notebook", (Document(data, span_of),), text, tuple(fragments), tuple(problems))


def _failed(text: str, reason: str) -> Reading:
    return Reading("notebook", (), text, problems=(reason,))


def _cells_of(whole: Any) -> list[dict[str, Any]] | None:
    """The cells of nbformat 4, or of the worksheets of nbformat 3."""
    if not isinstance(whole, dict):
        return None
    cells = whole.get("cells")
    if isinstance(cells, list):
        return [cell for cell in cells if isinstance(cell, dict)]
    sheets = whole.get("worksheets")
    if not isinstance(sheets, list):
        return None
    return [cell for sheet in sheets if isinstance(sheet, dict) for cell in (sheet.get("cells") or ()) if isinstance(cell, dict)]


def _language(whole: dict[str, Any]) -> str | None:
    """The format of the code cells; None where the notebook names a language that has none."""
    metadata = whole.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        inner = metadata.get(part)
        name = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(name, str):
            return _LANGUAGES.get(name.lower())
    return "python"


def _sources(text: str) -> Iterator[list[int]]:
    """For each `source` (or `input`) of a cell, in the order of the file, the offsets of its strings."""
    levels: list[_Level] = []
    for match in _TOKEN.finditer(text):
        piece = match[0]
        top = levels[-1] if levels else None
        if piece in "{[":
            in_source = top is not None and top.kind == "{" and top.key in {"source", "input"} and piece == "[" and _in_cell(levels)
            levels.append(_Level("s" if in_source else piece, expects_key=piece == "{"))
        elif piece in "}]":
            closed = levels.pop() if levels else None
            if closed is not None and closed.kind == "s":
                yield closed.strings
        elif top is None:
            continue
        elif piece == ",":
            top.expects_key = top.kind == "{"
        elif piece == ":":
            top.expects_key = False
        elif top.kind == "s":
            top.strings.append(match.start())
        elif top.kind == "{" and top.expects_key:
            top.key = piece[1:-1]
        elif top.kind == "{" and top.key in {"source", "input"} and _in_cell(levels):
            yield [match.start()]


def _in_cell(levels: list[_Level]) -> bool:
    """Whether the innermost object is a member of a list called `cells`."""
    return len(levels) >= 3 and levels[-2].kind == "[" and levels[-3].key == "cells"


def _placed(cells: list[dict[str, Any]], places: list[list[int]], text: str, lines: Lines) -> list[_Cell]:
    """The cells with their sources' places; where the two views disagree, cells stand at the head of the file."""
    holding = [cell for cell in cells if isinstance(_source_of(cell), str | list)]
    aligned = len(holding) == len(places)
    found: list[_Cell] = []
    for index, cell in enumerate(holding):
        source = _source_of(cell)
        parts = [part for part in source if isinstance(part, str)] if isinstance(source, list) else [source]
        offsets = places[index] if aligned else []
        kind = cell.get("cell_type")
        place = lines.place(offsets[0]) if offsets else (1, 1)
        rows = [lines.place(offset) for offset in offsets]
        one_each = (
            len(rows) == len(parts)
            and all(text[offset] == '"' for offset in offsets)
            and all("\n" not in part[:-1] for part in parts)
            and all(part.endswith("\n") for part in parts[:-1])
            and all(row[0] == rows[0][0] + step for step, row in enumerate(rows))
        )
        found.append(_Cell(kind if isinstance(kind, str) else "", "".join(parts), *place, rows if one_each and rows else None))
    return found


def _source_of(cell: dict[str, Any]) -> Any:
    return cell.get("source", cell.get("input"))


def _fragments(cell: _Cell, language: str | None) -> Iterator[Fragment]:
    base = _base(cell)
    if cell.kind == "markdown":
        for inner in markdown.read(cell.source).fragments:
            yield _moved(inner, cell)
        return
    if cell.kind != "code" or not cell.source.strip():
        return
    rows = cell.source.split("\n")
    first = next(index for index, row in enumerate(rows) if row.strip())
    head = "\n".join(rows[first:])
    file = _FILE_CELL.match(head)
    if file or _SHELL_CELL.match(head):
        body = "\n".join(["", *rows[first + 1 :]]) if not first else "\n".join([*[""] * (first + 1), *rows[first + 1 :]])
        yield base._replace(text=body, format=None if file else "shell", name=file[1] if file else None)
        return
    if _OTHER_CELL.match(head):
        return
    if language in {"python", None}:
        rows = yield from _shell_lines(rows, cell)
    yield base._replace(text="\n".join(rows), format=language)


def _shell_lines(rows: list[str], cell: _Cell) -> Generator[Fragment, None, list[str]]:
    """Yield the shell lines of a cell; return its rows with those and the magics made harmless."""
    kept: list[str] = []
    continued = False
    for index, row in enumerate(rows):
        match = None if continued else _SHELL_LINE.match(row)
        if match and match[2].strip():
            last = index
            while rows[last].endswith("\\") and last + 1 < len(rows):
                last += 1
            code = "\n".join([match[2], *rows[index + 1 : last + 1]])
            yield _moved(Fragment(code, index + 1, match.end(1) + 1, format="shell", carrier="notebook"), cell)
        if continued:
            kept.append("")
        elif match or _MAGIC_LINE.match(row):
            kept.append(row[: len(row) - len(row.lstrip())] + "pass")
        else:
            kept.append(row)
        continued = (continued or match is not None) and row.endswith("\\")
    return kept


def _base(cell: _Cell) -> Fragment:
    if cell.rows is None:
        return Fragment("", cell.line, cell.column, folded=True, carrier="notebook")
    line, column = cell.rows[0]
    return Fragment("", line, column + 1, indent=cell.rows[-1][1], carrier="notebook")


def _moved(fragment: Fragment, cell: _Cell) -> Fragment:
    """A fragment of a cell's source as one of the file."""
    if cell.rows is None:
        return fragment._replace(line=cell.line, column=cell.column, indent=0, folded=True)
    line, column = cell.rows[min(fragment.line, len(cell.rows)) - 1]
    return fragment._replace(line=line, column=column + fragment.column, indent=column + fragment.indent)
