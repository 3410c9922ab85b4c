"""What `--statistics` shows in place of the findings: how many there are, by clause, kind, family and folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from scanner.model import Finding, Report
from scanner.report.display import LEAST_CELLS, MAX_CELLS, cut, pad, visible, width
from scanner.report.text import Look
from scanner.report.text_summary import WORST_FIRST, cell, clauses

SHOWN = 20
"""How many rows a table has, unless the user asks for all."""


def statistics(report: Report, look: Look) -> Iterator[str]:
    """The tables, each with the most frequent first, but the clauses in their order. Only open findings count, notes among them."""
    titles = {name: kind.title for name, kind in report.kinds.items()} if report.findings else {}
    yield from _ended(clauses(report, look.paint, look.columns))
    yield from _table("kind", report, look, lambda finding: finding.kind, lambda kind: titles.get(kind, ""))
    yield from _table("family", report, look, lambda finding: finding.family)
    yield from _table("folder", report, look, lambda finding: f"{finding.path.rpartition('/')[0] or '.'}/")


def _table(
    head: str, report: Report, look: Look, key: Callable[[Finding], str], about: Callable[[str], str] = lambda _name: ""
) -> Iterator[str]:
    counts = Counter((key(finding), finding.level) for finding in report.open())
    sums: Counter[str] = Counter()
    for (name, _level), number in counts.items():
        sums[name] += number
    names = sorted(sums, key=lambda name: (-sums[name], name))
    shown = names if look.everything else names[:SHOWN]
    if not shown:
        return
    wide = max(*(width(visible(name)) for name in shown), len(head))
    yield look.paint("bold", f"{'error':>9}{'warning':>9}{'note':>9}   {pad(head, wide)}".rstrip())
    for name in shown:
        cells = "".join(cell(counts[name, level], level, look.paint) for level in WORST_FIRST)
        room = MAX_CELLS if look.columns is None else look.columns - len(cells) - wide - 5
        words = look.paint("dim", cut(about(name), room)) if room >= LEAST_CELLS else ""
        yield f"{cells}   {pad(visible(name), wide)}  {words}".rstrip()
    yield from _rest(names[len(shown) :], sums, head)
    yield ""


def _rest(names: Sequence[str], sums: Counter[str], head: str) -> Iterator[str]:
    if names:
        plural = {"family": "families"}.get(head, f"{head}s") if len(names) > 1 else head
        yield f"{sum(sums[name] for name in names):>27,}   in {len(names):,} more {plural} (-v shows all)"


def _ended(lines: Iterator[str]) -> Iterator[str]:
    """The lines, and an empty one behind them if there are any."""
    found = list(lines)
    return iter([*found, ""] if found else [])
