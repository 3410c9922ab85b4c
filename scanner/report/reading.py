"""Reads a report in JSON or JSON Lines back, so that it can be converted and compared without another scan.

Such a file comes from a pipeline that may have been fed by anybody: its size is bounded, every value is held against the published schema,
and its numbers against each other, so that one that was cut or edited by half is refused. What is read is escaped like any other report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from scanner.errors import UsageError
from scanner.model import (
    Authorization,
    Clause,
    Finding,
    InForce,
    KindInfo,
    NotScanned,
    Policy,
    Report,
    Repository,
    Span,
    Tally,
)
from scanner.report.json_report import VERSION
from scanner.report.schemas import text_of
from scanner.report.shape import Check, compile_schema

LARGEST = 128 << 20
"""The largest report that is read, in bytes; 20,000 findings take about 20 MB."""
_MARK = b"\xef\xbb\xbf"


def read(data: bytes, name: str) -> Report:
    """The report that `data` holds, in either format. Raises `UsageError`, naming it as `name`, where it cannot be one."""
    if len(data) > LARGEST:
        raise UsageError(f"{name}: is larger than {LARGEST} bytes")
    data = data.removeprefix(_MARK)  # some shells put it in front of what they redirect
    body = _from_lines(data, name) if _is_lines(data) else _loaded(data, name)
    _check_version(body, name)
    if fault := compile_schema(json.loads(text_of("report")))(body):
        raise UsageError(f"{name}: is no report of phasegate: {fault.lstrip('.').removeprefix(': ')}")
    report = _report(body)
    _recount(report, body["summary"], name)
    return report


def _is_lines(data: bytes) -> bool:
    """Whether the first line is an object with a `type`, which no report in JSON has."""
    return data[:64].lstrip().replace(b" ", b"").startswith(b'{"type":')


def _loaded(data: bytes, name: str) -> Any:
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError, too
        words = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"{name}: is no JSON: {words}") from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _from_lines(data: bytes, name: str) -> Any:
    """The lines of a report put together as the report in JSON has them."""
    schema = json.loads(text_of("line"))
    checks: dict[str, Check] = {kind: compile_schema(schema, kind) for kind in ("finding", "not_scanned", "summary")}
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in checks}
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line:
            continue
        row = _loaded(line, f"{name}:{number}")
        kind = row.get("type") if isinstance(row, dict) else None
        if kind == "summary":
            _check_version(row, name)
        fault = checks[kind](row) if isinstance(kind, str) and kind in checks else ": has no known type"
        if fault or rows["summary"]:
            raise UsageError(f"{name}:{number}: is no line of a report: {(fault or 'it stands below the summary').lstrip('.: ')}")
        del row["type"]
        rows[str(kind)].append(row)
    if not rows["summary"]:
        raise UsageError(f"{name}: is not whole: the summary is missing, which is its last line")
    return {**rows["summary"][0], "findings": rows["finding"], "not_scanned": rows["not_scanned"]}


def _check_version(body: Any, name: str) -> None:
    version = body.get("version") if isinstance(body, dict) else None
    if isinstance(version, int) and version != VERSION:
        raise UsageError(f"{name}: is a report of version {version}; this phasegate reads version {VERSION}")


def _report(body: Mapping[str, Any]) -> Report:
    rows = body["findings"]
    policy, summary, known = body["policy"], body["summary"], body["repository"]
    return Report(
        version=body["tool"]["version"],
        policy=Policy(
            **{key: policy[key] for key in ("id", "title", "sha256", "document")},
            clauses={row["id"]: _clause(row) for row in body["clauses"]},
            allows={row["id"]: row["allowed"] for row in body["clauses"] if row["allowed"] is not None},
        ),
        kinds={row["id"]: _kind(row) for row in body["kinds"]},
        root=body["root"],
        source=body["source"],
        repository=Repository(body["revision"], known["branch"], known["uri"], known["folder"]) if known else None,
        tally=Tally(*(summary[key] for key in Tally._fields)),
        findings=tuple(_finding(row) for row in rows),
        not_scanned=tuple(NotScanned(row["path"], row["reason"]) for row in body["not_scanned"]),
        seconds=float(summary["seconds"]),
        notices=tuple(body["notices"]),
        line_hashes={(row["path"], row["start_line"]): row["line_hash"] for row in rows if row["line_hash"]},
        authorizations=tuple(_in_force(row) for row in body["authorizations"]),
    )


_SPAN = ("start_line", "start_column", "end_line", "end_column")
_NOT_WRITTEN = frozenset({"span", "context", "context_line"})
"""What a report writes otherwise, or leaves out: the lines around a finding would double its size."""
_PLAIN = tuple(field for field in Finding._fields if field not in _NOT_WRITTEN)


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(span=Span(*(row[key] for key in _SPAN)), **{field: row[field] for field in _PLAIN})


def _clause(row: Mapping[str, Any]) -> Clause:
    return Clause(**{**{key: row[key] for key in Clause._fields}, "phases": tuple(row["phases"])})


def _kind(row: Mapping[str, Any]) -> KindInfo:
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return KindInfo(**known)


def _in_force(row: Mapping[str, Any]) -> InForce:
    lists = {key: tuple(row[key]) for key in ("clauses", "paths")}
    return InForce(Authorization(**{**{key: row[key] for key in Authorization._fields}, **lists}), row["findings"])


def _recount(report: Report, summary: Mapping[str, Any], name: str) -> None:
    """Refuse a report whose summary says something else than its findings: half of it is missing, or was written by somebody else."""
    levels: Iterable[tuple[str, int]] = Counter(finding.level for finding in report.open()).items()
    clauses = Counter(finding.clause for finding in report.open())
    if dict(levels) != {level: count for level, count in summary["findings"].items() if count} or dict(clauses) != summary["clauses"]:
        raise UsageError(f"{name}: is not whole: its summary counts other findings than it lists")
    if bool(report.tally.not_scanned) != bool(report.not_scanned):
        raise UsageError(f"{name}: is not whole: its summary and its list disagree on what was not scanned")
