"""The findings as the page's script reads them: column by column, each value once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from scanner.model import Finding, Report
from scanner.report.html.clauses import order
from scanner.report.html.markup import shown
from scanner.report.uri import is_web_uri

_TEXTS: Final = (
    *("clause", "kind", "level", "status", "confidence", "path", "headline", "message", "evidence", "family", "vendor", "boundary"),
    *("lifted_by", "embedded_in", "commit", "authored", "fingerprint", "justification"),
)
_UNSAFE: Final[Mapping[str, str]] = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def embedded(report: Report) -> str:
    """The data as JSON that may stand in a `script` element: no character of it ends the element or begins a comment."""
    text = json.dumps(_data(report), ensure_ascii=False, separators=(",", ":"))
    # Outside of strings JSON holds none of these, so that everything met here stands in a string, where an escape means the same.
    for character, spelt in _UNSAFE.items():
        text = text.replace(character, spelt)
    return text


def _data(report: Report) -> dict[str, Any]:
    findings = report.findings
    columns = {name: _column(_texts(findings, name)) for name in _TEXTS}
    marks = [_marked(finding) for finding in findings]
    columns["snippet"] = _column(text for text, _start, _end in marks)
    numbers = {
        "line": [finding.span.line for finding in findings],
        "column": [finding.span.column for finding in findings],
        "end_line": [finding.span.end_line for finding in findings],
        "end_column": [finding.span.end_column for finding in findings],
        "mark": [start for _text, start, _end in marks],
        "mark_end": [end for _text, _start, end in marks],
    }
    return {
        "policy": shown(report.policy.id),
        "total": len(findings),
        "clauses": [
            {"id": shown(clause.id), "title": shown(clause.title), "text": shown(clause.text), "where": shown(clause.lifted_where)}
            for clause in order(report)
        ],
        "kinds": {shown(name): _kind(report, name) for name in sorted({finding.kind for finding in findings})},
        "columns": columns,
        "numbers": {name: _constant(values) for name, values in numbers.items()},
    }


def _texts(findings: Iterable[Finding], name: str) -> Iterable[str]:
    if name == "headline":
        return (finding.headline or finding.kind for finding in findings)
    return (getattr(finding, name) or "" for finding in findings)


def _column(values: Iterable[str]) -> dict[str, Any]:
    """Each value once, in the order in which they occur, and for each finding the number of its value."""
    known: dict[str, int] = {}
    rows = [known.setdefault(value, len(known)) for value in values]
    return {"values": list(map(shown, known)), "rows": _constant(rows)}


def _constant(rows: list[int]) -> list[int] | int:
    """The numbers, or the one number that all of them are."""
    return rows[0] if rows and rows.count(rows[0]) == len(rows) else rows


def _marked(finding: Finding) -> tuple[str, int, int]:
    """The line of a finding as it is shown, and where in it the region starts and ends, in the units of UTF-16 that a script counts in."""
    line = finding.snippet.rstrip()
    span = finding.span
    start = min(max(span.column - finding.snippet_column, 0), len(line))
    end = min(max(span.end_column - finding.snippet_column, start), len(line)) if span.end_line == span.line else len(line)
    before, marked = shown(line[:start]), shown(line[start:end])
    return before + marked + shown(line[end:]), _units(before), _units(before) + _units(marked)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _kind(report: Report, name: str) -> dict[str, Any]:
    kind = report.kinds.get(name)
    if kind is None:
        return {"title": shown(name), "explain": "", "lookalikes": [], "references": []}
    return {
        "title": shown(kind.title),
        "explain": shown(kind.explain.strip()),
        "lookalikes": list(map(shown, kind.lookalikes)),
        "references": [link for link in kind.references if is_web_uri(link) and link.startswith("https:")],
    }
