"""One reading held against the kinds that want it: alternatives tried, conditions asked, tables looked up, embedded code pointed out."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scanner.match import placing
from scanner.match.inventory import Inventory
from scanner.match.kinds import Embed, Evidence, Kind
from scanner.match.rules import Rules
from scanner.match.subjects import Subjects
from scanner.match.tables import Row, Table
from scanner.match.units import Unit
from scanner.model import LEVELS, Claim, Document, Fragment, Level, Location, Reading, Rung, Span
from scanner.read.positions import LineRanges, Lines

MOST_PLACES = 500
"""How many matches of one text pattern are claims of their own."""
_LONGEST_EVIDENCE = 160


class _Hit(NamedTuple):
    """A match inside one reading. `subject` is the index in the kind's subject set, or None for text and names."""

    kind: Kind
    clause: str
    level: Level
    span: Span
    show: Span
    rung: Rung
    says: str | None
    vendor: str | None
    subject: int | None = None
    shown: tuple[str, ...] = ()


@functools.cache
def _regex(pattern: str) -> Any:
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return re2.compile(f"(?m){pattern}", options)


class Found(NamedTuple):
    """The claims of a reading, and the embedded code that its kinds point out."""

    claims: list[Claim]
    fragments: list[Fragment]


class Matcher:
    """One reading held against the kinds that want it."""

    def __init__(self, unit: Unit, reading: Reading, rules: Rules, inventory: Inventory) -> None:
        self.unit = unit
        self.reading = reading
        self.rules = rules
        self.inventory = inventory
        self.subjects = Subjects(reading, rules.subjects, rules.queries)
        self._lines: Lines | None = None

    @property
    def lines(self) -> Lines:
        """The lines of the text, split when a region is asked for first."""
        if self._lines is None:
            self._lines = Lines(self.unit.text)
        return self._lines

    def claims(self, kinds: Iterable[Kind]) -> Found:
        """The claims of all kinds, and the embedded code that they point out."""
        hits: list[_Hit] = []
        fragments: list[Fragment] = []
        for kind in kinds:
            own = list(self._kind(kind))
            if own:
                fragments += self._embeds(kind, own)
            if own and not kind.silent:
                hits += self._lowered(kind, [*own, *self._further(kind, own)])
        if self.rules.hosts.isdisjoint(hit.kind.info.id for hit in hits):
            return Found([self._claim(hit) for hit in _without_refined(hits)], fragments)
        for table in self.rules.tables:
            hosts = [hit for hit in hits if hit.kind.info.id in table.within]
            if hosts and (not table.formats or self.reading.format in table.formats):
                hits += self._table(table)
                hits = self._with_vendor(hits, table)
        return Found([self._claim(hit) for hit in _without_refined(hits)], fragments)

    def _lowered(self, kind: Kind, hits: list[_Hit]) -> list[_Hit]:
        """The hits of a kind at the level that the surroundings allow."""
        for lower in kind.lower:
            if _regex(lower.text).search(self.reading.text):
                highest = LEVELS.index(lower.level)
                hits = [
                    hit._replace(level=lower.level, says=hit.says or lower.says) if LEVELS.index(hit.level) > highest else hit
                    for hit in hits
                ]
        return hits

    def _kind(self, kind: Kind) -> Iterator[_Hit]:
        """What identifies an artifact of this kind; a subject counts once."""
        if kind.near and not self.inventory.near(self.unit.name, kind.near):
            return
        named = bool(self.unit.names.intersection(kind.names))
        if kind.name_is_proof and named:
            yield from self._by_name(kind, "name")
            return
        if kind.name_suffices and named and not self.unit.text.strip():
            yield from self._by_name(kind, "name")
            return
        if not kind.where and kind.near and named:
            yield from self._by_name(kind, "neighbour")
            return
        refused = {subject for query in kind.unless for subject, _location, _value in self.subjects.select(kind.subjects, query)}
        seen: set[int | None] = set()
        for evidence in kind.where:
            for hit in self._evidence(kind, evidence, kind.info.clause):
                if hit.subject in seen or hit.subject in refused or (hit.subject is None and refused):
                    continue
                seen.add(hit.subject)
                yield hit
                if kind.once:
                    return

    def _by_name(self, kind: Kind, rung: Rung) -> Iterator[_Hit]:
        if self.reading.text.strip():
            span, first = self._whole()
            yield _Hit(
                kind,
                kind.info.clause,
                kind.info.level,
                span,
                first,
                rung,
                None,
                kind.info.vendor,
            )
        elif not self.unit.text.strip():
            yield _Hit(kind, kind.info.clause, "note", Span(1, 1, 1, 1), Span(1, 1, 1, 1), rung, "the file is empty", kind.info.vendor)

    def _whole(self) -> tuple[Span, Span]:
        """The text from its first line that is no comment on, and that line."""
        first = self._first_line()
        return self.lines.whole()._replace(line=first.line, column=first.column), first

    def _first_line(self) -> Span:
        text = self.reading.text
        start = len(text) - len(text.lstrip())
        end = text.find("\n", start)
        return self.lines.span(start, end if end >= 0 else len(text))

    def _evidence(self, kind: Kind, evidence: Evidence, clause: str) -> Iterator[_Hit]:
        if evidence.formats and self.reading.format not in evidence.formats:
            return
        if evidence.names and not self.unit.names.intersection(evidence.names):
            return
        if evidence.near and not self.inventory.near(self.unit.name, evidence.near):
            return
        level, vendor = evidence.level or kind.info.level, evidence.vendor or kind.info.vendor
        places: list[tuple[Span, Span]] = []
        rung: Rung = "text" if evidence.text else "neighbour"
        if evidence.text or evidence.also:
            places = self._text(evidence)
            if not places:
                return
        if evidence.at is None:
            if self._conditions(kind.subjects, evidence) == set() and (evidence.when or evidence.unless):
                return
            for span, show in places or [self._whole()]:
                yield _Hit(kind, clause, level, span, show, rung, evidence.says, vendor)
            return
        allowed = self._conditions(kind.subjects, evidence)
        for subject, location, _value in self.subjects.select(kind.subjects, evidence.at):
            if allowed is not None and subject not in allowed:
                continue
            document = self.reading.documents[int(location[0])]
            span = document.span_of(location[1:])
            shown = self._shown(document, location[1:], evidence.show or kind.show)
            yield _Hit(
                kind, clause, level, span, shown[0] if shown else span, document.rung, evidence.says, vendor, subject, self._texts(shown)
            )

    def _conditions(self, subjects: str, evidence: Evidence) -> set[int] | None:
        """The subjects for which every `when` and no `unless` selects something; None where there is no condition."""
        allowed: set[int] | None = None
        for query in evidence.when:
            holding = {subject for subject, _location, _value in self.subjects.select(subjects, query)}
            allowed = holding if allowed is None else allowed & holding
        for query in evidence.unless:
            every = set(range(len(self.subjects.of(subjects)))) if allowed is None else allowed
            allowed = every - {subject for subject, _location, _value in self.subjects.select(subjects, query)}
        return allowed

    def _text(self, evidence: Evidence) -> list[tuple[Span, Span]]:
        """Every place that the text pattern matches, one a line; none where a condition fails."""
        text = self.reading.text
        if any(_regex(pattern).search(text) is None for pattern in evidence.also):
            return []
        if evidence.text is None:
            return [self._whole()]
        spans: dict[int, Span] = {}
        for found in itertools.islice(_regex(evidence.text).finditer(text), MOST_PLACES):
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            span = self.lines.span(start, max(start, found.end() - (len(found[0]) - len(found[0].rstrip()))))
            spans.setdefault(span.line, span)
        return [(span, span) for span in spans.values()]

    def _shown(self, document: Document, location: Location, paths: Iterable[str]) -> list[Span]:
        """The regions of the members that show what the artifact is, as far as they exist."""
        found = []
        for path in paths:
            value = document.data
            steps: list[str | int] = [int(step) if step.isdigit() else step for step in path.split(".")]
            for step in (*location, *steps):
                try:
                    value = value[step]
                except (KeyError, IndexError, TypeError):
                    break
            else:
                found.append(document.span_of((*location, *steps)))
        return found

    def _texts(self, spans: Iterable[Span]) -> tuple[str, ...]:
        return tuple(self.lines.shown(span, 2 * _LONGEST_EVIDENCE).rstrip(",") for span in spans)

    def _further(self, kind: Kind, own: list[_Hit]) -> Iterator[_Hit]:
        subjects = {hit.subject for hit in own}
        everywhere = None in subjects
        for evidence in kind.claims:
            for hit in self._evidence(kind, evidence, evidence.clause or kind.info.clause):
                if everywhere or hit.subject is None or hit.subject in subjects:
                    yield hit

    def _embeds(self, kind: Kind, own: list[_Hit]) -> Iterator[Fragment]:
        subjects = {hit.subject for hit in own}
        for embed in kind.embeds:
            if embed.at is None:
                yield from self._embedded_text(embed)
                continue
            for subject, location, value in self.subjects.select(kind.subjects, embed.at):
                if not isinstance(value, str) or not value.strip() or not (None in subjects or subject in subjects):
                    continue
                region = self.reading.documents[int(location[0])].span_of(location[1:])
                line, column, indent, folded = placing.place(value, region, self.lines)
                name = str(location[-1]) if embed.named else None
                yield Fragment(value, line, column, indent, folded, embed.format, name, self.reading.format, embed.cap)

    def _embedded_text(self, embed: Embed) -> Iterator[Fragment]:
        """What the group of an expression holds, wherever it matches; such code stands in the file as it is."""
        for found in _regex(embed.text or "").finditer(self.reading.text):
            start, end = found.span(1)
            if start >= 0 and found[1].strip():
                region = self.lines.span(start, end)
                yield Fragment(found[1], region.line, region.column, 0, False, embed.format, None, self.reading.format, embed.cap)

    def _table(self, table: Table) -> Iterator[_Hit]:
        for place, (location, value) in enumerate(self.subjects.of(table.subjects)):
            key = table.key(value)
            if key is None:
                continue
            for row in table.rows(key):
                yield from self._row(table, row, key, (place, location, value))

    def _row(self, table: Table, row: Row, key: str, subject: tuple[int, Location, Any]) -> Iterator[_Hit]:
        place, location, value = subject
        evidence = row.evidence
        if any(not self.rules.queries.select(query, [value]) for query in evidence.when) or any(
            self.rules.queries.select(query, [value]) for query in evidence.unless
        ):
            return
        kind = self.rules.kind(row.kind)
        document = self.reading.documents[int(location[0])]
        inner: list[Location] = [at[1:] for at, _value in self.rules.queries.select(evidence.at, [value])] if evidence.at else [()]
        vendor = evidence.vendor or kind.info.vendor or table.vendor(key)
        for at in inner:
            span = document.span_of((*location[1:], *at))
            shown = self._shown(document, location[1:], evidence.show or table.show) if not at else []
            yield _Hit(
                kind,
                evidence.clause or kind.info.clause,
                evidence.level or kind.info.level,
                span,
                shown[0] if shown else span,
                document.rung,
                evidence.says,
                vendor,
                place,
                self._texts(shown),
            )

    def _with_vendor(self, hits: list[_Hit], table: Table) -> list[_Hit]:
        """The host of a table's subjects is pinned to the vendor of the first of them that names one."""
        keys = (table.key(value) for _location, value in self.subjects.of(table.subjects))
        vendor = next((found for key in keys if key and (found := table.vendor(key))), None)
        if vendor is None:
            return hits
        return [hit._replace(vendor=vendor) if hit.vendor is None and hit.kind.info.id in table.within else hit for hit in hits]

    def _line_from(self, show: Span, *, whole: bool) -> str:
        """The line that a region starts on, from there or from its first column, to its end."""
        return self.lines.shown(Span(show.line, 1 if whole else show.column, show.line + 1, 1), _LONGEST_EVIDENCE)

    def _claim(self, hit: _Hit) -> Claim:
        cap = self.unit.cap
        level = hit.level if cap is None or LEVELS.index(hit.level) <= LEVELS.index(cap) else cap
        evidence = ", ".join(hit.shown) or self._line_from(hit.show, whole=hit.rung == "text" and hit.show.line == hit.show.end_line)
        return Claim(
            kind=hit.kind.info.id,
            clause=hit.clause,
            level=level,
            span=placing.to_host(hit.span, self.unit.hosts),
            evidence=evidence[:_LONGEST_EVIDENCE],
            rung=hit.rung,
            says=hit.says,
            vendor=hit.vendor,
            embedded_in=self.unit.hosts[-1].carrier if self.unit.hosts else None,
            secret=hit.kind.secret,
        )


def _without_refined(hits: list[_Hit]) -> list[_Hit]:
    """Leave out what a more specific kind says better: the same clause, at a region that lies within the other."""
    refining = [hit for hit in hits if hit.kind.refines]
    if not refining:
        return hits
    regions: dict[tuple[str, str], list[Span]] = {}
    for hit in refining:
        for refined in hit.kind.refines:
            regions.setdefault((refined, hit.clause), []).append(hit.span)
    better = {key: LineRanges(spans) for key, spans in regions.items()}
    return [hit for hit in hits if (ranges := better.get((hit.kind.info.id, hit.clause))) is None or not ranges.touch(hit.span)]
