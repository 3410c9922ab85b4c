"""A comparison of two reports as text for a terminal, as JSON, and as Markdown for a comment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from scanner.model import Finding, Report
from scanner.report.comparison import Change, Comparison
from scanner.report.display import Paint, pad, visible, width
from scanner.report.json_report import VERSION, finding_row
from scanner.report.markdown import LIMIT, MARK, Bounded
from scanner.report.markdown_text import code, words
from scanner.report.plain import layout
from scanner.report.text_summary import counted
from scanner.report.wording import headline

COLUMNS = ("added", "gone", "changed", "unchanged")
_RESERVE = 400


def render(compared: Comparison, name: str, *, color: bool = False) -> str:
    """The comparison in the format `name`, which is one of `text`, `json` and `markdown`."""
    return {"text": _as_text, "json": _as_json, "markdown": _as_markdown}[name](compared, Paint(color))


def _by_clause(compared: Comparison) -> dict[str, Counter[str]]:
    """How often each column counts, for each clause that occurs, in the order of the new policy."""
    counts: dict[str, Counter[str]] = {}
    for column, findings in (
        ("added", compared.added),
        ("gone", compared.gone),
        ("changed", [change.new for change in compared.changed]),
        ("unchanged", compared.unchanged),
    ):
        for finding in findings:
            counts.setdefault(finding.clause, Counter())[column] += 1
    order = {clause: number for number, clause in enumerate(compared.new.policy.clauses)}
    return dict(sorted(counts.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def _conclusion(compared: Comparison) -> str:
    sizes = (len(compared.added), len(compared.gone), len(compared.changed), len(compared.unchanged))
    total = ", ".join(f"{size:,} {column}" for size, column in zip(sizes, COLUMNS, strict=True))
    failing = len(compared.failing)
    verdict = (
        f"{counted(failing, 'finding')} that count{'s' if failing == 1 else ''} now and did not before" if failing else "nothing new counts"
    )
    return f"{total}: {verdict}."


def _state(finding: Finding) -> str:
    return f"{finding.level} {finding.status}" if finding.status != "open" else finding.level


def _as_text(compared: Comparison, paint: Paint) -> str:
    lines = [*_listed("Added", compared.added, paint, compared.new), *_listed("Gone", compared.gone, paint, compared.old)]
    if compared.changed:
        lines += [paint("bold", f"Changed ({len(compared.changed):,})")]
        lines += [f"  {_place(change.new)}  {_change(change)}  {_what(compared.new, change.new)}" for change in compared.changed]
        lines += [""]
    lines += [*_table(compared, paint), *(f"{paint('note', 'notice')}: {visible(remark)}" for remark in compared.remarks)]
    return "\n".join([*lines, _conclusion(compared)]) + "\n"


def _listed(title: str, findings: Sequence[Finding], paint: Paint, report: Report) -> Iterator[str]:
    if findings:
        yield paint("bold", f"{title} ({len(findings):,})")
        for finding in findings:
            yield f"  {_place(finding)}  {paint(finding.level, _state(finding))}  {_what(report, finding)}"
        yield ""


def _place(finding: Finding) -> str:
    return visible(f"{finding.path}:{finding.span.line}:{finding.span.column}")


def _what(report: Report, finding: Finding) -> str:
    return visible(f"{finding.clause} {headline(report, finding)} [{finding.kind}]")


def _change(change: Change) -> str:
    why = f" ({change.new.justification})" if change.new.justification and change.new.status != change.old.status else ""
    return visible(f"{_state(change.old)} → {_state(change.new)}{why}")


def _table(compared: Comparison, paint: Paint) -> Iterator[str]:
    counts = _by_clause(compared)
    if not counts:
        return
    known = compared.new.policy.clauses
    names = {clause: visible(f"{clause} {known[clause].title}" if clause in known else clause) for clause in counts}
    wide = max(map(width, (*names.values(), "clause")))
    yield paint("bold", pad("clause", wide) + "".join(f"{column:>11}" for column in COLUMNS))
    for clause, row in counts.items():
        yield pad(names[clause], wide) + "".join(f"{row[column]:>11,}" if row[column] else f"{'·':>11}" for column in COLUMNS)
    yield ""


def _as_json(compared: Comparison, _paint: Paint) -> str:
    body = {
        "version": VERSION,
        "old": _side(compared.old),
        "new": _side(compared.new),
        "summary": {
            **{column: len(getattr(compared, column)) for column in COLUMNS},
            "failing": len(compared.failing),
            "clauses": {clause: {column: row[column] for column in COLUMNS} for clause, row in _by_clause(compared).items()},
        },
        "added": [finding_row(finding) for finding in compared.added],
        "gone": [finding_row(finding) for finding in compared.gone],
        "changed": [{"old_level": old.level, "old_status": old.status, **finding_row(new)} for old, new in compared.changed],
        "not_scanned": [{"path": item.path, "reason": item.reason} for item in compared.new.not_scanned],
        "notices": list(compared.remarks),
    }
    return layout(body, depth=1) + "\n"


def _side(report: Report) -> dict[str, Any]:
    revision = report.repository.revision if report.repository else None
    return {"tool": report.version, "policy": report.policy.id, "root": report.root, "source": report.source, "revision": revision}


def _as_markdown(compared: Comparison, _paint: Paint) -> str:
    text = Bounded(LIMIT - _RESERVE)
    sign = "⚠️ Incomplete" if compared.new.not_scanned else "❌ Added" if compared.failing else "✅ Nothing new counts"
    text.add(f"{MARK}\n### {sign}: {words(compared.new.policy.id)}\n\n{words(_conclusion(compared))}\n\n")
    counts = _by_clause(compared)
    if counts:
        text.add("| clause | added | gone | changed | unchanged |\n| --- | ---: | ---: | ---: | ---: |\n")
        for clause, row in counts.items():
            text.add(f"| {words(clause)} | " + " | ".join(f"{row[column]:,}" for column in COLUMNS) + " |\n")
        text.add("\n")
    left = _rows(text, "Added", compared.added, _state, compared.new)
    left += _rows(text, "Gone", compared.gone, _state, compared.old)
    states = {id(change.new): f"{_state(change.old)} → {_state(change.new)}" for change in compared.changed}
    left += _rows(text, "Changed", [change.new for change in compared.changed], lambda finding: states[id(finding)], compared.new)
    for remark in compared.remarks:
        text.add(f"- Notice: {words(remark)}\n")
    text.close(left)
    return text.value()


def _rows(text: Bounded, title: str, findings: Sequence[Finding], state: Callable[[Finding], str], report: Report) -> int:
    """Take in the findings as a table that can be folded, and say how many did not fit."""
    open_ = " open" if title == "Added" else ""
    head = f"<details{open_}><summary>{title} ({len(findings):,})</summary>\n\n"
    rows: Iterable[str] = (
        f"| {words(state(finding))} | {code(f'{finding.path}:{finding.span.line}')} | {words(finding.clause)} "
        f"| {words(headline(report, finding))} {code(finding.kind)} |\n"
        for finding in findings
    )
    return len(findings) - text.table(head, "| level | where | clause | what |\n| --- | --- | --- | --- |\n", rows, "\n</details>\n\n")
