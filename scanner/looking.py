"""One file from its bytes to its findings: sift → read → match → judge."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.errors import TooLarge, Unreadable
from scanner.judge import judge
from scanner.match import engine
from scanner.match.inventory import Inventory
from scanner.match.kinds import Kind
from scanner.match.rules import Rules
from scanner.match.units import unit_of
from scanner.model import Claim, Directive, File, Finding, Level, NotScanned, Outcome, Rung, Span, Suppression
from scanner.read.positions import Lines
from scanner.sift.encoding import HEAD, is_binary, to_utf8

DEFAULT_SIZE = 10 << 20
"""The largest file that is looked at, in bytes, unless the user says otherwise."""
_NOTHING = Outcome()
"""What most files come to: one object for all of them."""
_TEXT_BYTES = bytes([*b"\t\n\r\f\x1b\b", *range(32, 127), *range(128, 256)])


class Settings(NamedTuple):
    """What the user may choose. `jobs` 0 lets the scan decide."""

    clauses: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    level: Level = "note"
    max_file_size: int = DEFAULT_SIZE
    jobs: int = 0
    line_hashes: bool = False
    deep: bool = False


def scan_file(file: File, inventory: Inventory, rules: Rules, settings: Settings) -> Outcome:
    """Everything that is found in one file, and why it, or a part of it, could not be looked at."""
    try:
        outcome = _look(file, inventory, rules, settings)
    except Exception as error:  # noqa: BLE001  # a file that finds a fault in a parser may not keep the others from being looked at
        words = f"internal error, please report it: {type(error).__name__} in {origin(error)}"
        outcome = Outcome(not_scanned=(NotScanned(file.path, words),))
    return _dated(outcome, file) if file.commit and (outcome.findings or outcome.not_scanned) else outcome


def _dated(outcome: Outcome, file: File) -> Outcome:
    """An outcome that says which commit the file is from: its path alone does not tell a version from the others."""
    return outcome._replace(
        findings=tuple(finding._replace(authored=file.authored) for finding in outcome.findings),
        not_scanned=tuple(NotScanned(file.path, f"{entry.reason} (commit {(file.commit or '')[:12]})") for entry in outcome.not_scanned),
    )


def origin(error: BaseException) -> str:
    """Where in our own code an exception came from, without any path of the machine or text of the file."""
    import traceback  # noqa: PLC0415

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}scanner{os.sep}" in frame.filename]
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "a library"


def _look(file: File, inventory: Inventory, rules: Rules, settings: Settings) -> Outcome:
    try:
        raw = file.load(settings.max_file_size)
        if known := rules.by_bytes(raw, file.path):
            return _known(file, known, rules, "structure")
        data = to_utf8(raw)
        if data is None:
            return _binary(file, raw, rules)
        hints, secret_hits = rules.sift(data)
        names = rules.names_of(file.path)
        promise = rules.formats.of(file.path)
        if promise.wrapped:
            names |= rules.names_of(promise.name)
        if not secret_hits and rules.directive not in hints and not rules.candidates(hints, names):
            return _NOTHING
        if _is_noise(data):
            return _binary(file, raw, rules)
        unit = unit_of(rules, file.path, data, hints, names)
    except TooLarge as error:
        return _large(file, error, rules)
    except Unreadable as error:
        return Outcome(not_scanned=(NotScanned(file.path, str(error)),))
    matched = engine.match(unit, rules, inventory)
    if settings.deep and any(claim.kind in rules.judges for claim in matched.claims):
        from scanner.deep.deepening import deepen  # noqa: PLC0415

        matched.claims, problems = deepen(matched.claims, rules.judges, unit.text, file.path)
        matched.problems += problems
    lines = Lines(unit.text)
    claims, secrets = _secrets(unit.text, file.path, secret_hits, rules, lines)
    findings = judge.findings(file.path, [*matched.claims, *claims], lines, rules.policy, rules.infos, secrets=secrets, commit=file.commit)
    not_scanned = tuple(NotScanned(file.path, problem) for problem in dict.fromkeys(matched.problems))
    suppressions = _suppressions(file, matched.directives, rules, secrets) if matched.directives else ()
    hashes = _line_hashes(unit.text, findings) if settings.line_hashes else {}
    return Outcome(findings, not_scanned, line_hashes=hashes, suppressions=suppressions)


def _suppressions(file: File, directives: Iterable[Directive], rules: Rules, secrets: Iterable[str]) -> tuple[Suppression, ...]:
    """What the comments of a file lift. Reports show their words, in which a secret of the file is masked like everywhere."""
    from scanner.judge.suppressions import from_directives  # noqa: PLC0415
    from scanner.match.masking import Mask  # noqa: PLC0415

    mask = Mask(secrets)
    shown = [directive._replace(words=mask(directive.words)) for directive in directives]
    return from_directives(file.path, shown, rules.policy, rules.infos, file.commit)


def _line_hashes(text: str, findings: Iterable[Finding]) -> dict[int, str]:
    from scanner.report.line_hash import line_hashes  # noqa: PLC0415

    wanted = {finding.span.line for finding in findings}
    return line_hashes(text, wanted) if wanted else {}


def _is_noise(data: bytes) -> bool:
    """Whether bytes without a NUL are binary all the same: no UTF-8, and control characters that no text has."""
    if not data[:HEAD].translate(None, _TEXT_BYTES):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _known(file: File, kinds: Sequence[Kind], rules: Rules, rung: Rung) -> Outcome:
    """A binary file whose first bytes or whose path say what it is: there is no line to point at, so the claims stand on its first."""
    first = Span(1, 1, 1, 1)
    refined = {name for kind in kinds for name in kind.refines}
    claims = [
        Claim(kind.info.id, kind.info.clause, kind.info.level, first, "binary file", rung, vendor=kind.info.vendor, secret=kind.secret)
        for kind in kinds
        if kind.info.id not in refined
    ]
    return Outcome(judge.findings(file.path, claims, Lines(""), rules.policy, rules.infos, commit=file.commit))


def _binary(file: File, raw: bytes, rules: Rules) -> Outcome:
    """A binary file is counted, not parsed; but bytes that hide an artifact behind a NUL are not passed over."""
    if known := rules.by_path(file.path):
        return _known(file, known, rules, "name")
    promised = rules.formats.of(file.path).format
    if promised not in (None, "text"):
        hints, _secrets = rules.sift(raw)
        if any(promised in kind.formats for kind in rules.candidates(hints, set())):
            return Outcome(not_scanned=(NotScanned(file.path, f"holds bytes that no {promised} file has"),))
    return Outcome(skipped=True)


def _large(file: File, error: TooLarge, rules: Rules) -> Outcome:
    """A file over the limit is not scanned, unless its first bytes say that it is binary and its name promises nothing else."""
    if known := rules.by_bytes(error.head, file.path):
        return _known(file, known, rules, "structure")
    if rules.formats.of(file.path).format is None and is_binary(error.head):
        return Outcome(skipped=True)
    return Outcome(not_scanned=(NotScanned(file.path, str(error)),))


def _secrets(text: str, path: str, hits: set[str], rules: Rules, lines: Lines) -> tuple[list[Claim], list[str]]:
    if not hits:
        return [], []
    from scanner.match import secrets  # noqa: PLC0415

    found = secrets.find(text, path, hits, rules.detectors)
    claims = [
        Claim(
            kind=hit.id,
            clause="3.5",
            level=hit.level,
            span=Span(hit.line, hit.column, hit.line, hit.end_column),
            evidence=lines.line(hit.line)[max(0, hit.column - 61) : hit.end_column - 1].strip(),
            rung="text",
            says=hit.says,
            secret=True,
        )
        for hit in found
    ]
    return claims, [hit.secret for hit in found]
