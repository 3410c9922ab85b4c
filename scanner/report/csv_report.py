"""The format `csv` (RFC 4180): a header, a row a finding whatever its status, a row for each path that was not scanned.

A spreadsheet takes a cell that starts with `=`, `+`, `-` or `@`, or with a tab or a line break, for a formula, and a scanned repository
chooses what stands in many cells. Such a cell gets an apostrophe in front (OWASP, "CSV Injection"); nothing else is changed in it, but
that characters which a terminal obeys are spelt out, line breaks too, so that every record is one line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from scanner.model import Finding, Report
from scanner.report import Options
from scanner.report.display import visible

COLUMNS = (
    *("record", "status", "level", "clause", "kind", "path", "start_line", "start_column", "end_line", "end_column", "message", "evidence"),
    *("confidence", "family", "vendor", "boundary", "lifted_by", "embedded_in", "commit", "authored", "fingerprint", "justification"),
)
"""The names in the header. `record` is `finding` or `not_scanned`; of the latter only `path` and `message` (the reason) are filled."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # the wide forms work in spreadsheets, too


def render_csv(report: Report, _options: Options) -> str:
    """The whole report; a value that is not known is an empty cell. Lines end in CR LF, as RFC 4180 says."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(report))
    return text.getvalue()


def _rows(report: Report) -> Iterator[list[str]]:
    for finding in report.findings:
        yield [_cell(value) for value in _finding(finding)]
    for item in report.not_scanned:
        row = dict.fromkeys(COLUMNS, "") | {"record": "not_scanned", "path": item.path, "message": item.reason}
        yield [_cell(value) for value in row.values()]


def _finding(finding: Finding) -> Iterable[object]:
    """The values of a finding in the order of the columns."""
    return (
        *("finding", finding.status, finding.level, finding.clause, finding.kind, finding.path, *finding.span),
        *(finding.message, finding.evidence, finding.confidence, finding.family, finding.vendor, finding.boundary, finding.lifted_by),
        *(finding.embedded_in, finding.commit, finding.authored, finding.fingerprint, finding.justification),
    )


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    shown = visible(text)
    return f"'{shown}" if text.startswith(_FORMULA) else shown
