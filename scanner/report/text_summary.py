"""What stands below the findings in the format `text`: counts by clause, vendors, what was not scanned, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from scanner.model import Finding, Level, Report
from scanner.report.display import Paint, pad, visible, width, wrapped

NOT_SCANNED_SHOWN = 20
KINDS_TO_EXPLAIN = 3
LIFTERS_SHOWN = 4
MANY = 100
"""From more findings on it is said how to get an overview of them, and how to live with them."""
LEAST_COLUMN = 16
WORST_FIRST: tuple[Level, ...] = ("error", "warning", "note")


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it must be: `1 file`, `1,200 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def lift(report: Report, finding: Finding) -> str:
    """Which authorisation would lift a finding, and where the document says so."""
    clause = report.policy.clauses.get(finding.clause)
    where = f" ({visible(clause.lifted_where)})" if clause and clause.lifted_where else ""
    boundary = f", boundary {visible(finding.boundary)}" if finding.boundary else ""
    return f"lifted by {visible(finding.lifted_by or 'a later authorisation')}{where}{boundary}"


def summary(report: Report, paint: Paint, everything: bool, columns: int | None = None) -> Iterator[str]:
    """The lines between the findings and the total; each part ends with an empty line, and a part without content is left out."""
    notes = chain(_vendors(report), _hidden_notes(report, everything), _not_counted(report, everything))
    yield from _parted(clauses(report, paint, columns), notes, *_incomplete(report, paint, everything), _next_steps(report))


def brief(report: Report, paint: Paint, everything: bool, columns: int | None = None) -> Iterator[str]:  # noqa: ARG001
    """As `summary`, but only what no reader may miss: what does not count, what was not scanned, notices."""
    yield from _parted(_not_counted(report, everything), *_incomplete(report, paint, everything))


def _incomplete(report: Report, paint: Paint, everything: bool) -> tuple[Iterable[str], ...]:
    notices = (f"{paint('note', 'notice')}: {visible(notice)}" for notice in report.notices)
    return _not_scanned(report, paint, everything), notices


def _parted(*parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        lines = list(part)
        if lines:
            yield from lines
            yield ""


def total(report: Report, paint: Paint) -> str:
    """The report in one line."""
    levels = Counter(finding.level for finding in report.open())
    tally = report.tally
    scanned = f"{counted(tally.scanned, 'file')} scanned"
    skipped = f", {tally.skipped:,} skipped as binary" if tally.skipped else ""
    unread = len({entry.path for entry in report.not_scanned})
    missed = f", {unread:,} not scanned" if unread else ""
    span = f"{scanned}{skipped}{missed} in {report.seconds:.2f} s"
    if levels:
        parts = ", ".join(paint(level, counted(levels[level], level)) for level in WORST_FIRST if levels[level])
        paths = len({finding.path for finding in report.open()})
        return f"{paint('bold', 'Found')} {parts} in {counted(paths, 'file')}; {span}; {_lifters(report)}."
    if report.not_scanned:
        return f"{paint('error', 'Not clean')}: nothing found in what could be scanned; {span}."
    if not tally.files:
        return f"{paint('warning', 'Nothing to scan')}: {span}."
    return f"{paint('good', 'Clean')}: nothing that {visible(report.policy.id)} forbids; {span}."


def _lifters(report: Report) -> str:
    """What would lift the findings, each with how many; where it is one thing, without the number."""
    counts = Counter((finding.lifted_by or "a later authorisation").replace(",", "") for finding in report.open())
    if len(counts) == 1:
        return f"lifted by {visible(next(iter(counts)))}"
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{visible(name)} ({number:,})" for name, number in ranked[:LIFTERS_SHOWN]]
    rest = sum(number for _name, number in ranked[LIFTERS_SHOWN:])
    return f"lifted by {', '.join([*shown, f'others ({rest:,})'] if rest else shown)}"


def clauses(report: Report, paint: Paint, columns: int | None = None) -> Iterator[str]:
    """The table of the clauses that open findings breach, in the document's order; no line where there is none.

    Where the terminal is too narrow for it, what would lift them is left to the last line.
    """
    counts = Counter((finding.clause, finding.level) for finding in report.open())
    present = {clause for clause, _ in counts}
    if not present:
        return
    known = report.policy.clauses
    order = [clause for clause in known if clause in present] + sorted(present - known.keys())
    words = {clause: visible(known[clause].title) if clause in known else "" for clause in order}
    number, wide = max(map(width, order)), max([*map(width, words.values()), len("clause") - 2])
    begin = number + 2 + wide + 9 * len(WORST_FIRST) + 3
    lifted = columns is None or columns - begin >= LEAST_COLUMN
    yield paint("bold", f"{pad('clause', number + 2 + wide)}    error  warning     note{'   lifted by' if lifted else ''}")
    for clause in order:
        cells = "".join(cell(counts[clause, level], level, paint) for level in WORST_FIRST)
        row = f"{pad(visible(clause), number)}  {pad(words[clause], wide)}{cells}"
        words_of = f"   {paint('dim', visible(lifter(report, clause)))}"
        yield from wrapped(row + words_of, columns, begin) if lifted else (row,)


def lifter(report: Report, clause: str) -> str:
    """Which authorisation would lift findings of a clause, and where the document says so."""
    known = report.policy.clauses.get(clause)
    where = f" ({known.lifted_where})" if known and known.lifted_where else ""
    return f"{known.lifted_by if known and known.lifted_by else 'a later authorisation'}{where}"


def cell(number: int, level: Level, paint: Paint) -> str:
    """A number as nine cells of a table; a dot for nought."""
    shown = f"{number:,}" if number else "·"
    return " " * (9 - len(shown)) + paint(level if number else "dim", shown)


def _vendors(report: Report) -> Iterator[str]:
    vendors = Counter(finding.vendor for finding in report.open() if finding.vendor)
    if vendors:
        listed = ", ".join(
            f"{visible(vendor)} ({number:,})" for vendor, number in sorted(vendors.items(), key=lambda item: (-item[1], item[0]))
        )
        yield f"Vendors that this repository is pinned to: {listed}"


def _hidden_notes(report: Report, everything: bool) -> Iterator[str]:
    notes = [finding for finding in report.open() if finding.level == "note"]
    if notes and not everything:
        paths = len({finding.path for finding in notes})
        yield f"{counted(len(notes), 'note')} in {counted(paths, 'file')} not listed (-v shows {'it' if len(notes) == 1 else 'them'})"


def _not_counted(report: Report, everything: bool) -> Iterator[str]:
    """Suppressed, authorised and baselined findings are counted; every authorisation in force is shown, whatever it covers."""
    statuses = Counter(finding.status for finding in report.findings if finding.status != "open")
    if statuses:
        hint = "" if everything else f" (-v shows {'it' if statuses.total() == 1 else 'them'})"
        yield "Not counted: " + ", ".join(f"{number:,} {status}" for status, number in sorted(statuses.items())) + hint
    for item in report.authorizations:
        record = item.authorization
        scope = f"{record.phase} lifts {', '.join(record.clauses)} in {', '.join(record.paths)}"
        end = f" until {record.expires}" if record.expires else ""
        yield f"In force: {visible(f'{scope}{end}, by {record.author}: {record.reason}')} ({counted(item.findings, 'finding')})"


def _not_scanned(report: Report, paint: Paint, everything: bool) -> Iterator[str]:
    items = report.not_scanned
    if not items:
        return
    yield f"{paint('error', 'Not scanned')}, so that this scan is not complete:"
    own = [(path, [item.reason for item in group]) for path, group in groupby(items, key=lambda item: item.path)]
    shown = own if everything else own[:NOT_SCANNED_SHOWN]
    for path, reasons in shown:
        for reason in reasons if everything else reasons[:1]:
            more = "" if everything or len(reasons) == 1 else f" (and {len(reasons) - 1:,} more)"
            yield f"  {paint('bold', visible(path))}: {visible(reason)}{more}" if path else f"  {visible(reason)}{more}"
    if len(shown) < len(own):
        yield f"  … {len(own) - len(shown):,} more (-v shows all)"


def _next_steps(report: Report) -> Iterator[str]:
    worst = {level: rank for rank, level in enumerate(WORST_FIRST)}
    kinds = Counter((worst[finding.level], finding.kind) for finding in report.open() if finding.level != "note")
    chosen = sorted(kinds, key=lambda key: (key[0], -kinds[key], key[1]))
    for number, kind in enumerate(list(dict.fromkeys(kind for _, kind in chosen))[:KINDS_TO_EXPLAIN]):
        yield f"{'Next:' if not number else '     '} phasegate explain {visible(kind)}"
    if sum(kinds.values()) > MANY:
        yield "      phasegate scan --statistics    where they are"
        yield "      phasegate baseline             accept what stands today, so that only new findings fail"
