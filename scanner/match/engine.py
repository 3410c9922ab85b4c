"""Hold one text against the signatures: candidates are read and matched, embedded code is handed back in.

Nothing here knows what a signature is about.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.errors import Unreadable
from scanner.match.inventory import Inventory
from scanner.match.kinds import Kind
from scanner.match.rules import Rules
from scanner.match.units import PROGRAMS, Matched, Unit, formats_of
from scanner.model import LEVELS, Fragment, Level
from scanner.read import read

DEEPEST = 4
"""How many texts may stand inside one another."""
MOST_FRAGMENTS = 20_000
"""How many embedded texts of one file are looked at."""
_CARRIERS = frozenset(["markdown", "asciidoc", "rest", "notebook", "txtar"]) | frozenset(
    ["shell", "powershell", "batch", "dockerfile", "makefile", "justfile", "hcl", "tfjson"]
)
_CLOSED = frozenset({"notebook"})
"""Carriers that show nothing of the code in them where they do not parse."""
_COMMENTED = frozenset({"ini"})
"""Formats whose comments stay comments where the same content is looked at as plain text."""


def match(unit: Unit, rules: Rules, inventory: Inventory, matched: Matched | None = None) -> Matched:
    """Every claim that the signatures make on `unit`, and on the code embedded in it."""
    matched = Matched() if matched is None else matched
    candidates = rules.candidates(unit.hints, unit.names)
    marked = rules.directive in unit.hints
    if not candidates and not marked:
        return matched
    from scanner.match.matcher import Matcher  # noqa: PLC0415

    for place, format_ in enumerate(unit.formats):
        wanted = [
            kind for kind in candidates if not kind.formats or format_ in kind.formats or (format_ == "tfjson" and "hcl" in kind.formats)
        ]
        if not wanted and not marked and not _carries(unit.text, format_, rules):
            continue
        try:
            reading = read(unit.text, format_)
        except Unreadable as error:
            matched.problems.append(str(error))
            continue
        if format_ == "text" and unit.promised in _COMMENTED:
            reading = reading._replace(text=read(unit.text, unit.promised).text)
        last = place == len(unit.formats) - 1
        if reading.problems and not last and format_ != unit.promised and not reading.documents:
            continue
        if marked:
            from scanner.read import directives  # noqa: PLC0415

            matched.directives.update(directives.find(unit.text, format_, reading.text, reading.documents, unit.hosts))
            marked = bool(reading.problems)
        found = Matcher(unit, reading, rules, inventory).claims(wanted)
        guessed = reading.problems and unit.promised == "text" and format_ != "text"
        matched.claims += [claim._replace(level="note") for claim in found.claims] if guessed else found.claims
        if reading.problems and not unit.hosts and format_ == unit.promised and _concerned(format_, wanted, candidates):
            matched.problems += reading.problems
        for fragment in (*reading.fragments, *found.fragments):
            _descend(unit, fragment, rules, inventory, matched)
        if found.claims and format_ != unit.promised:
            break
    return matched


def _concerned(format_: str, wanted: Iterable[Kind], candidates: Iterable[Kind]) -> bool:
    """Whether what a parser could not read may have been evidence: carriers have none of their own, they need another kind's hints."""
    return any(not kind.silent for kind in wanted) or ((format_ in _CLOSED or any(wanted)) and any(not kind.silent for kind in candidates))


def _carries(text: str, format_: str, rules: Rules) -> bool:
    """Whether a text that no candidate wants for itself may hold code of another format."""
    if format_ not in PROGRAMS:
        return format_ in _CARRIERS
    from scanner.read.program_gate import may_carry  # noqa: PLC0415

    def interesting(piece: str) -> bool:
        hints, _secrets = rules.sift(piece.encode("utf-8", "surrogateescape"))
        return bool(rules.candidates(hints, set()))

    return may_carry(text, format_, interesting)


def _descend(unit: Unit, fragment: Fragment, rules: Rules, inventory: Inventory, matched: Matched) -> None:
    if len(unit.hosts) >= DEEPEST or not fragment.text.strip():
        return
    matched.fragments += 1
    if matched.fragments > MOST_FRAGMENTS:
        if matched.fragments == MOST_FRAGMENTS + 1:
            matched.problems.append(f"holds more than {MOST_FRAGMENTS} embedded texts; the rest was not looked at")
        return
    # An escape in JSON or YAML can stand for half a character, which is none in UTF-8.
    data = fragment.text.encode("utf-8", "replace")
    hints, _secrets = rules.sift(data)
    names: set[int] = set()
    name, promised, cap = unit.path, fragment.format, _lower(unit.cap, fragment.cap)
    if fragment.name:
        folder = unit.path.rpartition("/")[0]
        name = f"{folder}/{fragment.name}" if folder else fragment.name
        promise = rules.formats.of(name)
        names = rules.names_of(name) | rules.names_of(promise.name)
        promised, cap = promised or promise.format, _lower(cap, promise.cap)
    if not hints and not names:
        return
    text = data.decode()
    inner = Unit(unit.path, name, text, hints, names, formats_of(promised, text), promised, cap, (*unit.hosts, fragment))
    match(inner, rules, inventory, matched)


def _lower(left: Level | None, right: Level | None) -> Level | None:
    caps = [cap for cap in (left, right) if cap is not None]
    return min(caps, key=LEVELS.index) if caps else None
