"""Finds secret material that is committed in clear text. The only module that asks detect-secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scanner.errors import UsageError
from scanner.match import secrets_values as values
from scanner.match.secrets_assignment import Assignment, Worth, assignment, worth
from scanner.match.secrets_checks import CHECKS, Verdict
from scanner.match.secrets_context import Page, lowest
from scanner.match.secrets_detectors import Detector, compiled, detectors
from scanner.model import LEVELS, Level

__all__ = ["Detector", "SecretHit", "detectors", "find"]

_MARGIN = 1
_NEARBY_LINES = 10
_INDIRECT_REACH = 300
"""detect-secrets' test for indirect references takes more than linear time; beyond this length it is not asked."""
_HEX_ENTROPY = 3.0


@dataclass(frozen=True, slots=True)
class SecretHit:
    """One committed secret of the kind `id` at `line` from `column` to `end_column`, exclusive, all counted from 1.

    `secret` is what must be masked wherever the text is shown, and is no part of the repr; `says` never quotes it.
    """

    id: str
    line: int
    column: int
    end_column: int
    level: Level
    secret: str = field(repr=False)
    says: str


@dataclass(frozen=True, slots=True)
class _Region:
    start: int
    end: int
    hit: SecretHit


def find(text: str, path: str, hit: Collection[str], table: Sequence[Detector]) -> list[SecretHit]:
    """The secrets of one file, in the order of their places. `hit` are the ids whose pattern occurs somewhere in the file.

    Nothing is verified over the network and no code of the file runs. Time is linear in the text: only RE2 sees the whole of it,
    everything else a few hundred characters around a match. Where two detectors claim the same text, the first of the table wins.
    """
    wanted = [detector for detector in table if detector.id in hit]
    if not wanted:
        return []
    page = Page(_encodable(text), path)
    regions: list[_Region] = []
    for detector in wanted:
        if page.generated and (detector.keyword or detector.beside):
            continue
        judge = _assigned if detector.keyword else _formatted
        regions.extend(region for match in compiled(detector.pattern).finditer(page.text) for region in judge(detector, page, match))
    return [region.hit for region in _without_overlaps(regions)]


def _encodable(text: str) -> str:
    """The text with each lone surrogate replaced by one other character, since RE2 reads UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _without_overlaps(regions: Sequence[_Region]) -> list[_Region]:
    ranked = sorted(enumerate(regions), key=lambda pair: (pair[1].start, pair[0]))
    kept: list[tuple[int, _Region]] = []
    for rank, region in ranked:
        if kept and region.start < kept[-1][1].end:
            if rank < kept[-1][0]:
                kept[-1] = (rank, region)
            continue
        kept.append((rank, region))
    return [region for _, region in kept]


def _formatted(detector: Detector, page: Page, match: Any) -> Iterator[_Region]:
    """What a detector of a format makes of one match of its pattern."""
    group = next((number for number in range(1, len(match.groups()) + 1) if match.group(number) is not None), 0)
    start, end = match.span(group)
    value = match.group(group)
    if values.placeholder(value) or (detector.check is None and values.harmless(value)):
        return
    verdict = CHECKS[detector.check](page.text, start, end) if detector.check else Verdict(value)
    near = _near(detector, page, start, end) if verdict else None
    if verdict is None or near is None:
        return
    level = lowest(verdict.level or detector.level, near, page.cap(start, end))
    if detector.published and verdict.secret.startswith(detector.published):
        level = "note"
    # detect-secrets takes a quarter of a second to load: a note is not worth its second opinion.
    if level == "note" or _agrees(detector, page, match, value):
        yield _region(page, (start, end), verdict.secret, (detector.id, level, _says(detector.title, level, detector.level)))


def _near(detector: Detector, page: Page, start: int, end: int) -> Level | None:
    """The highest level that the neighbourhood allows, or None where something that must stand there is missing."""
    level: Level = "error"
    if detector.beside or detector.public:
        around = page.around(start, end, _NEARBY_LINES)
        around = f"{around.replace(page.text[start:end], ' ')}\n{page.path}"
        if detector.beside and compiled(detector.beside).search(around) is None:
            if detector.alone is None:
                return None
            level = detector.alone
        if detector.public and compiled(detector.public).search(around) is not None:
            level = "note"
    return level


def _agrees(detector: Detector, page: Page, match: Any, value: str) -> bool:
    """Whether detect-secrets finds the same value, where it is asked, and the value is random enough."""
    if detector.entropy is not None and _entropy()(value) < detector.entropy:
        return False
    if detector.plugin is None:
        return True
    window = page.text[max(0, match.start() - _MARGIN) : match.end() + _MARGIN]
    found = _plugin(detector.plugin).analyze_string(window)
    return any(secret in value or value in secret for secret in found if secret) and not _filters().is_sequential_string(value)


def _assigned(detector: Detector, page: Page, match: Any) -> Iterator[_Region]:
    """What a keyword detector makes of one left side of an assignment."""
    found = assignment(page, match.span(1), match.end() - 1)
    looks = worth(page, found) if found else None
    if found is None or looks is None:
        return
    usual: Mapping[Worth, Level] = {"random": detector.level, "strong": "warning", "weak": "note"}
    near = _near(detector, page, found.start, found.end)
    if near is None:
        return
    level = "note" if page.sample_path else lowest(usual[looks], near, page.cap(found.at, found.end))
    if level != "note" and looks == "random" and not _stands(detector, page, found):
        return
    what = "a guessable password" if looks == "weak" else "a literal secret"
    says = f"{what} assigned to {found.name}" if len(found.name) <= 60 else what
    yield _region(page, (found.start, found.end), found.value, (detector.id, level, says))


def _stands(detector: Detector, page: Page, found: Assignment) -> bool:
    """Whether the value has entropy enough and none of detect-secrets' own filters against false alarms drops the assignment."""
    filters = _filters()
    statement = page.text[found.at : min(page.line_end(found.end), found.at + _INDIRECT_REACH)]
    value = values.plain(found.value.strip())
    if _entropy()(value) < (_HEX_ENTROPY if values.is_hex(value) else detector.entropy or 0.0):
        return False
    return not (
        filters.is_sequential_string(value)
        or filters.is_potential_uuid(value)
        or filters.is_templated_secret(value)
        or filters.is_prefixed_with_dollar_sign(value)
        or filters.is_not_alphanumeric_string(value)
        or filters.is_likely_id_string(value, statement)
        or filters.is_lock_file(page.path)
        or filters.is_swagger_file(page.path)
        or (not found.quoted and filters.is_indirect_reference(statement))
    )


def _region(page: Page, where: tuple[int, int], secret: str, judged: tuple[str, Level, str]) -> _Region:
    start, end = where
    kind, level, says = judged
    line, column = page.position(start)
    stop = max(start + 1, min(end, page.line_end(start)))
    return _Region(start, end, SecretHit(kind, line, column, column + stop - start, level, secret, says))


def _says(title: str, level: Level, usual: Level) -> str:
    return title if LEVELS.index(level) >= LEVELS.index(usual) else f"{title}, milder for what stands around it"


@cache
def _plugins() -> dict[str, type[Any]]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class  # noqa: PLC0415

    kinds: Iterable[type[Any]] = get_mapping_from_secret_type_to_class().values()
    return {kind.__name__: kind for kind in kinds}


@cache
def _plugin(name: str) -> Any:
    """The plugin of that class name. Only its `analyze_string` is asked, which reads no settings and verifies nothing."""
    if name not in _plugins():
        raise UsageError(f"secrets table: detect-secrets has no plugin {name}")
    return _plugins()[name]()


@cache
def _entropy() -> Callable[[str], float]:
    """Shannon entropy in bits a character, over the alphabet of base64 in both of its forms."""
    measure: Callable[[str], float] = _plugin("Base64HighEntropyString").calculate_shannon_entropy
    return measure


@cache
def _filters() -> Any:
    from detect_secrets.filters import heuristic  # noqa: PLC0415

    return heuristic
