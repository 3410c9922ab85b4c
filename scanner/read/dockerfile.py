"""Dockerfiles and Containerfiles: instructions, stages, and the shell code of RUN, CMD and ENTRYPOINT.

Format: the Dockerfile reference, with continuation lines, parser directives (`# escape=`) and here-documents.
"""

from __future__ import annotations

import json
import re
import shlex
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import Any

from scanner.model import Document, Fragment, Location, Reading, Span
from scanner.read.blanking import blank
from scanner.read.positions import Lines
from scanner.read.shell_syntax import strip_tabs

_NAMES = frozenset(
    {
        *("FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER", "WORKDIR", "ARG"),
        *("ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL"),
    }
)
_DIRECTIVE = re.compile(r"#[ \t]*([a-z]+)[ \t]*=[ \t]*(\S{1,200})[ \t]*$", re.IGNORECASE)
_HEREDOC = re.compile(r"<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_]*)\2")
_FLAGS = re.compile(r"(?:--[a-z][^\s]*[ \t]+)*")
_TEMPLATE_MARKS = ("{{", "{%", "<%")
_MAX_DELIMITER = 100
_MAX_HEREDOCS = 20
_CODE = frozenset({"RUN", "CMD", "ENTRYPOINT"})


@dataclass(slots=True)
class _Instruction:
    """One instruction: its name, the region of all its lines, and where its value starts."""

    name: str
    start: int
    value: int
    end: int
    text: str
    heredocs: tuple[tuple[str, int, int, bool], ...]
    """The here-documents: delimiter, region of the body, and whether tabs are stripped."""


def read(text: str) -> Reading:
    """The instructions of a Dockerfile.

    `Document.data` is `{"instructions": [{"name", "value", "args"}], "stages": [{"image", "name"}]}`: names in upper case, values with
    their lines joined, `args` the members of the JSON form or the words. Code is a shell fragment each; a file that a here-document
    creates is a fragment of that name. Words without any instruction are a problem, and so is a line that is none; comments alone are not.
    """
    lines = Lines(text)
    comments, instructions, problems = _instructions(text, lines)
    if not instructions and blank(text, comments).strip():
        problems = ["no Dockerfile instruction was found"]
    data: list[dict[str, Any]] = []
    stages: list[dict[str, Any]] = []
    stage_at: list[_Instruction] = []
    fragments: list[Fragment] = []
    for instruction in instructions:
        arguments = _arguments(instruction.text)
        data.append({"name": instruction.name, "value": instruction.text, "args": arguments})
        words = [word for word in arguments if not word.startswith("--")]
        if instruction.name == "FROM" and words:
            named = len(words) >= 3 and words[1].upper() == "AS"
            stages.append({"image": words[0], "name": words[2] if named else None})
            stage_at.append(instruction)
        fragments.extend(_fragments(instruction, text, lines))
    tables = {"instructions": instructions, "stages": stage_at}

    def span_of(location: Location) -> Span:
        rows = tables.get(str(location[0])) if location else None
        if rows is None or len(location) < 2 or not isinstance(location[1], int) or not 0 <= location[1] < len(rows):
            return lines.whole()
        row = rows[location[1]]
        return lines.span(row.value if location[2:] and location[2] in {"value", "args", "image"} else row.start, row.end)

    document = Document({"instructions": data, "stages": stages}, span_of)
    return Reading("dockerfile", (document,), blank(text, comments), tuple(fragments), tuple(problems))


def _instructions(text: str, lines: Lines) -> tuple[list[tuple[int, int]], list[_Instruction], list[str]]:
    """Comments, instructions, and what is neither."""
    comments: list[tuple[int, int]] = []
    found: list[_Instruction] = []
    problems: list[str] = []
    escape, directives = "\\", True
    ends = _Ends(text if "<<" in text else "")
    at = 0
    while at < len(text):
        end = _line_end(text, at)
        line = text[at:end]
        bare = line.strip()
        if bare.startswith("#"):
            match = _DIRECTIVE.match(bare) if directives and len(bare) < 300 else None
            directives = match is not None
            if match and match[1].lower() == "escape" and match[2] in {"\\", "`"}:
                escape = match[2]
            comments.append((at, end))
        elif bare:
            directives = False
            word = bare.split(None, 1)[0].upper()
            if word in _NAMES:
                instruction = _instruction(text, at, escape, comments, ends)
                found.append(instruction)
                end = _line_end(text, instruction.end)
                for _delimiter, _start, stop, _strip in instruction.heredocs[-1:]:
                    end = _line_end(text, min(stop, len(text)))
            elif len(problems) < 5 and not bare.startswith(_TEMPLATE_MARKS):
                problems.append(f"line {lines.place(at)[0]} is no Dockerfile instruction")
        at = end + 1
    return comments, found, problems


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


class _Ends:
    """Where each short line of a text stands, so that the end of a here-document is found without searching."""

    def __init__(self, text: str) -> None:
        self.places: dict[str, list[int]] = {}
        at = 0
        for line in text.split("\n"):
            if len(line) <= _MAX_DELIMITER:
                self.places.setdefault(line.rstrip("\r"), []).append(at)
                bare = line.strip("\t\r")
                if line.startswith("\t"):
                    self.places.setdefault("\t" + bare, []).append(at)
            at += len(line) + 1

    def after(self, delimiter: str, at: int, *, strip: bool) -> int | None:
        """The offset of the first line from `at` on that ends the here-document."""
        found: list[int] = []
        for key in (delimiter, "\t" + delimiter) if strip else (delimiter,):
            places = self.places.get(key, [])
            found.extend(places[bisect_left(places, at) :][:1])
        return min(found, default=None)


def _instruction(text: str, at: int, escape: str, comments: list[tuple[int, int]], ends: _Ends) -> _Instruction:
    """Read the instruction whose first line starts at `at`, with its continuation lines and here-documents."""
    start = at + len(text[at : _line_end(text, at)]) - len(text[at : _line_end(text, at)].lstrip())
    parts: list[str] = []
    here = at
    while True:
        end = _line_end(text, here)
        line = text[here:end].rstrip()
        bare = line.lstrip()
        if parts and (not bare or bare.startswith("#")):
            if bare:
                comments.append((here, end))
            if end >= len(text):
                break
            here = end + 1
            continue
        parts.append(line[:-1] if line.endswith(escape) else line)
        last = here + len(line)
        if not line.endswith(escape) or end >= len(text):
            break
        here = end + 1
    joined = " ".join(part.strip() for part in parts)
    name, _, value = joined.partition(" ")
    if "\t" in name:
        name, _, value = joined.partition("\t")
    first = start + len(name)
    while first < last and text[first] in " \t":
        first += 1
    return _Instruction(name.upper(), start, first, last, value.strip(), _bodies(text, value, _line_end(text, last) + 1, ends))


def _bodies(text: str, value: str, at: int, ends: _Ends) -> tuple[tuple[str, int, int, bool], ...]:
    found: list[tuple[str, int, int, bool]] = []
    for match in islice(_HEREDOC.finditer(value), _MAX_HEREDOCS):
        end = ends.after(match[3], at, strip=bool(match[1]))
        if end is None:
            return ()
        found.append((match[3], at, end, bool(match[1])))
        at = _line_end(text, end) + 1
    return tuple(found)


def _arguments(value: str) -> list[str]:
    members = _json_form(value)
    return members if members is not None else value.split()


def _json_form(value: str) -> list[str] | None:
    """The members of the JSON form; None where the value has the shell form."""
    value = value.strip()
    if not value.startswith("["):
        return None
    try:
        members = json.loads(value)
    except (ValueError, RecursionError):
        return None  # the shell form, as the builder itself decides
    return members if isinstance(members, list) and all(isinstance(member, str) for member in members) else None


def _fragments(instruction: _Instruction, text: str, lines: Lines) -> list[Fragment]:
    name, value, start = instruction.name, instruction.text, instruction.value
    for prefix in ("ONBUILD", "HEALTHCHECK"):
        if name == prefix and value:
            rest = _FLAGS.sub("", value, count=1)
            written = rest.split(None, 1)[:1]
            name = "".join(written).upper()
            found = text.find("".join(written), start, instruction.end)
            start = found + len(name) if name and found >= 0 else start
            value = rest[len(name) :].strip()
    if name in {"COPY", "ADD"}:
        return [_file(body, value, text, lines) for body in instruction.heredocs]
    if name not in _CODE or not value:
        return []
    members = _json_form(_FLAGS.sub("", value, count=1))
    line, column = lines.place(start)
    if members is not None:
        return [Fragment(shlex.join(members), line, column, folded=True, format="shell", carrier="dockerfile")]
    while start < instruction.end and text[start] in " \t":
        start += 1
    flags = _FLAGS.match(text, start, instruction.end)
    start = flags.end() if flags else start
    line, column = lines.place(start)
    if instruction.heredocs and _HEREDOC.fullmatch(text[start : instruction.end].strip()):
        return [_script(body, text, lines) for body in instruction.heredocs]
    end = _line_end(text, instruction.heredocs[-1][2]) if instruction.heredocs else instruction.end
    return [Fragment(_continued(text[start:end], instruction.end - start), line, column, format="shell", carrier="dockerfile")]


def _continued(code: str, length: int) -> str:
    """Code whose first `length` characters are continued lines, in the shell's way: comments and blank lines between them continue too."""
    rows = code[:length].split("\n")
    for index, row in enumerate(rows):
        bare = row.strip()
        if index and (not bare or bare.startswith("#")):
            rows[index] = "\\"
        elif index < len(rows) - 1 and row.rstrip().endswith(("`", "\\")):
            rows[index] = row.rstrip()[:-1] + "\\"
    return "\n".join(rows) + code[length:]


def _script(body: tuple[str, int, int, bool], text: str, lines: Lines) -> Fragment:
    _delimiter, start, end, _strip = body
    line, column = lines.place(start)
    return Fragment(text[start:end], line, column, format="shell", carrier="dockerfile")


def _file(body: tuple[str, int, int, bool], value: str, text: str, lines: Lines) -> Fragment:
    _delimiter, start, end, strip = body
    code = text[start:end]
    line, column = lines.place(start)
    target = value.rpartition(" ")[2]
    name = None if "<<" in target else target[-300:]
    code, indent = strip_tabs(code) if strip else (code, 0)
    return Fragment(code, line, column + indent, indent=indent, name=name, carrier="dockerfile")
