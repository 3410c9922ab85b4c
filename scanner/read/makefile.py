"""Makefiles and justfiles: targets, variables, and the shell code of the recipes.

Format: the GNU make manual (Writing Rules, Recipes, Using Variables) and the just manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from scanner.model import Document, Fragment, Location, Reading, Span
from scanner.read.blanking import blank
from scanner.read.positions import Lines

_ASSIGNMENT = re.compile(r"(?:(?:export|override|private|set)[ \t]+)*([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?:::?:?|[?+!])?=[ \t]*(.*)")
_TARGET = re.compile(r"@?([A-Za-z0-9_./%$(){}][^:=#]*?)[ \t]*::?(?!=)(.*)")
_JUST_ASSIGNMENT = re.compile(r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_-]*)[ \t]*:=[ \t]*(.*)")
_JUST_TARGET = re.compile(r"@?([A-Za-z_][A-Za-z0-9_-]*)((?:[ \t][^:]*)?):(?!=)")
_DEFINE = re.compile(r"(?:override[ \t]+)?define[ \t]+([A-Za-z_][A-Za-z0-9_.-]*)")
_CONDITIONAL = re.compile(r"[ \t]*(?:ifeq|ifneq|ifdef|ifndef|else|endif|-?include|sinclude|unexport|vpath)\b")
_PREFIX = re.compile(r"[ \t]*[@+-][@+\- \t]*")
_REFERENCE = re.compile(r"\$\$|\$<|\$[({]([A-Za-z_][A-Za-z0-9_.-]*)[)}]|\$\(([a-z]+)[ \t]|\{\{[ \t]*([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\}\}")
_PLAIN = re.compile(r"[A-Za-z0-9_./ =:@+,-]{1,200}")
_SHEBANG = re.compile(r"#!.*?(?:/|[ ])(bash|sh|zsh|dash|ksh|python3?|node|pwsh|ruby)\b")
_SHEBANGS = {
    **dict.fromkeys(("bash", "sh", "zsh", "dash", "ksh"), "shell"),
    "python": "python",
    "python3": "python",
    "node": "javascript",
    "pwsh": "powershell",
}
_PARENTHESIS = re.compile(r"[()]")
_MAX_EXPANSIONS = 5
_MAX_CALL = 500


@dataclass(slots=True)
class _Rule:
    """A target with its recipe: rows of (line number, column of the code, code)."""

    name: str
    line: int
    last: int
    rows: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Parsed:
    rules: list[_Rule] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    comments: list[tuple[int, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(text: str, dialect: Literal["make", "just"] = "make") -> Reading:
    """The targets and variables of a makefile.

    `Document.data` is `{"targets": [{"name", "recipe"}], "variables": {name: value}}`. Each recipe is one shell fragment: prefixes
    (`@`, `-`, `+`) are spaces in it, `$$` is `$`, simple variables stand expanded; the lines between its lines are empty. The body of a
    `define` is a target of that name. A `define` without `endef` is a problem.
    """
    lines = Lines(text)
    parsed = _parse(text, just=dialect == "just")
    fragments = [fragment for rule in parsed.rules if (fragment := _recipe(rule, parsed.variables)) is not None]
    fragments.extend(_shell_calls(text, lines))
    data: dict[str, Any] = {
        "targets": [{"name": rule.name, "recipe": "\n".join(row[2] for row in rule.rows)} for rule in parsed.rules],
        "variables": parsed.variables,
    }

    def span_of(location: Location) -> Span:
        if len(location) >= 2 and location[0] == "targets" and isinstance(location[1], int) and 0 <= location[1] < len(parsed.rules):
            rule = parsed.rules[location[1]]
            return Span(rule.line, 1, rule.last, len(lines.line(rule.last)) + 1)
        if len(location) >= 2 and location[0] == "variables" and location[1] in parsed.places:
            line = parsed.places[str(location[1])]
            return Span(line, 1, line, len(lines.line(line)) + 1)
        return lines.whole()

    fragments.sort(key=lambda fragment: (fragment.line, fragment.column))
    return Reading("makefile", (Document(data, span_of),), blank(text, parsed.comments), tuple(fragments), tuple(parsed.problems))


def _parse(text: str, *, just: bool) -> _Parsed:
    parsed = _Parsed()
    rows = text.split("\n")
    marker = "\t"
    rule: _Rule | None = None
    define: _Rule | None = None
    continued = False
    offset = 0
    for number, raw in enumerate(rows, 1):
        row = raw.rstrip("\r")
        start, offset = offset, offset + len(raw) + 1
        bare = row.strip()
        if define is not None:
            if bare == "endef":
                define.last, define = number, None
            else:
                define.rows.append((number, 1, row))
            continue
        indented = row[:1] in {" ", "\t"} if just else row.startswith(marker)
        if rule is not None and bare and (indented or continued):
            _add_row(rule, number, row, just=just, marker=marker, continued=continued)
            continued = row.endswith("\\")
            continue
        continued = False
        if not bare:
            continue
        if bare.startswith("#"):
            parsed.comments.append((start, start + len(row)))
            continue
        if _CONDITIONAL.match(row) and not just:
            continue
        match = _DEFINE.match(bare)
        if match and not just:
            define = _Rule(match[1], number, number)
            parsed.rules.append(define)
            continue
        if just:
            rule = _just_statement(parsed, bare, number)
            continue
        rule, marker = _statement(parsed, row, bare, number, marker)
        continued = rule is None and row.endswith("\\")
        if continued:
            rule = _Rule("", number, number)
    if define is not None:
        parsed.problems.append(f"the define on line {define.line} has no endef")
    return parsed


def _add_row(rule: _Rule, number: int, row: str, *, just: bool, marker: str, continued: bool) -> None:
    rule.last = number
    column = len(row) - len(row.lstrip(" \t")) if just else len(marker) if row.startswith(marker) else 0
    code = row[column:]
    if not continued:
        prefix = _PREFIX.match(code)
        if prefix:
            code = " " * prefix.end() + code[prefix.end() :]
    rule.rows.append((number, column + 1, code))


def _statement(parsed: _Parsed, row: str, bare: str, number: int, marker: str) -> tuple[_Rule | None, str]:
    """Take in an assignment or the head of a rule; the rule, if any, and the recipe prefix that holds from here on."""
    assignment = _ASSIGNMENT.match(bare)
    if assignment:
        name, value = assignment[1], assignment[2].rstrip("\\").strip()
        if name == ".RECIPEPREFIX" or bare.startswith(".RECIPEPREFIX"):
            marker = value[:1] or "\t"
        parsed.variables.setdefault(name, value)
        parsed.places.setdefault(name, number)
        return None, marker
    if bare.startswith(".RECIPEPREFIX"):
        return None, bare.partition("=")[2].strip()[:1] or "\t"
    target = _TARGET.match(bare) if len(bare) < 20_000 else None
    if target is None:
        return None, marker
    rule = _Rule(target[1].strip(), number, number)
    parsed.rules.append(rule)
    _head, semicolon, command = target[2].partition(";")
    if semicolon and command.strip():
        rule.rows.append((number, row.rfind(command) + 1, command))
    return rule, marker


def _just_statement(parsed: _Parsed, bare: str, number: int) -> _Rule | None:
    assignment = _JUST_ASSIGNMENT.match(bare)
    if assignment:
        parsed.variables.setdefault(assignment[1], assignment[2].strip().strip("\"'"))
        parsed.places.setdefault(assignment[1], number)
        return None
    target = _JUST_TARGET.match(bare)
    if target is None:
        return None
    parsed.rules.append(_Rule(target[1], number, number))
    return parsed.rules[-1]


def _recipe(rule: _Rule, variables: dict[str, str]) -> Fragment | None:
    """The recipe of a rule as one shell text, line for line where it stands."""
    if not any(code.strip() for _line, _column, code in rule.rows):
        return None
    first, column, head = rule.rows[0]
    indent = rule.rows[1][1] - 1 if len(rule.rows) > 1 else column - 1
    out: list[str] = []
    for number, at, code in rule.rows:
        out.extend([""] * (first + len(out) < number) * (number - first - len(out)))
        lead = at - 1 - indent if out else 0
        out.append(" " * lead + _expanded(code, variables) if lead >= 0 else _expanded(code, variables))
    shebang = _SHEBANG.match(head.strip())
    format_id = _SHEBANGS.get(shebang[1]) if shebang else "shell"
    return Fragment("\n".join(out), first, column, indent=indent, format=format_id, carrier="makefile")


def _expanded(code: str, variables: dict[str, str]) -> str:
    """Recipe code as the shell gets it, as far as simple variables go; text functions of make become `$_`."""
    if "$" not in code and "{{" not in code:
        return code
    parts: list[str] = []
    behind = dict(_calls(code))
    at = 0
    while match := _REFERENCE.search(code, at):
        parts.append(code[at : match.start()])
        at = match.end()
        name = match[1] or match[3]
        if match[0] == "$$":
            parts.append("$")
        elif name:
            value = _value(name, variables)
            parts.append(value if value is not None else f"${{{name}}}" if match[1] else match[0])
        elif match[2] == "shell":
            parts.append("$(")
        else:
            end = behind.get(match.start(), at) if match[2] else at
            at = end if end <= at + _MAX_CALL else at
            parts.append("$_")
    parts.append(code[at:])
    return "".join(parts)


def _value(name: str, variables: dict[str, str]) -> str | None:
    """The value of a variable if it is a short plain text, through a few references."""
    value = variables.get(name)
    for _ in range(_MAX_EXPANSIONS):
        if value is None or _PLAIN.fullmatch(value):
            return value
        match = _REFERENCE.search(value) if len(value) <= 200 else None
        inner = variables.get(match[1]) if match and match[1] else None
        if match is None or inner is None or len(inner) > 200:
            return None
        value = value[: match.start()] + inner + value[match.end() :]
    return None


def _calls(code: str) -> Iterator[tuple[int, int]]:
    """Where each `$(` stands and what follows the parenthesis that closes it, if that is near; in one pass, however they are nested."""
    opened: list[int] = []
    for match in _PARENTHESIS.finditer(code):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            start = opened.pop() - 1
            if code[start : start + 1] == "$" and match.end() - start <= 2 * _MAX_CALL:
                yield start, match.end()


def _shell_calls(text: str, lines: Lines) -> list[Fragment]:
    """The code of `$(shell …)` outside of recipes: make runs it when it reads the file."""
    found: list[Fragment] = []
    passed: dict[int, bool] = {}
    for at, behind in _calls(text) if "$(shell " in text else ():
        start, end = at + len("$(shell "), behind - 1
        if not text.startswith("$(shell ", at) or not start < end < start + _MAX_CALL:
            continue
        line, column = lines.place(at)
        if line not in passed:
            row = lines.line(line)
            passed[line] = row.startswith("\t") or row.lstrip().startswith("#")
        if not passed[line]:
            found.append(Fragment(text[start:end].replace("$$", "$"), line, column + 8, format="shell", carrier="makefile"))
    return found
