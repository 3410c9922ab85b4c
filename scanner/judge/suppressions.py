"""What lifts single findings: comments in files (`phasegate: allow …`), and `[[allow]]` tables of the configuration.

The grammar of a comment: `phasegate: allow NAME[, NAME …] [until YYYY-MM-DD] -- REASON`, or `allow-file` in the first lines of a file.
A name is a kind, a clause's id or a clause's slug. There is no name for everything: an exception says what it excepts. What does not
follow the grammar lifts nothing and carries its problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scanner.errors import UsageError
from scanner.judge import records
from scanner.model import Directive, Policy, Suppression
from scanner.spelling import hint

FIRST_LINES: Final = 20
"""How far from the top of a file an `allow-file` may stand."""
MOST: Final = 500
"""How many comments of one file may lift something: each is held against every finding of the file."""
_VERBS: Final = ("allow", "allow-file")
_FOREIGN = frozenset(
    ["ignore", "ignore-file", "disable", "suppress", "skip", "noqa", "nolint", "nosec", "off", "alow", "allows", "allowed"]
)
"""First words by which somebody means to lift something; any other first word is a remark about phasegate."""
_REASON = re.compile(r"(?:^|[ \t])(?:--|—)(?:[ \t]|$)")
_SEPARATOR = re.compile(r"[,\s]+")
_QUOTING = frozenset(
    ["markdown", "asciidoc", "rest", "python", "typescript", "tsx", "javascript", "go", "csharp", "java", "groovy", "slashed", "hashed"]
)
"""Formats in which code of another format is often only quoted: documents, and the strings of programs and their tests."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """An `[[allow]]` table: lifts the findings of `names` in the paths that `matches` accepts, up to the day `until`."""

    number: int
    paths: tuple[str, ...]
    names: frozenset[str]
    reason: str
    until: str | None
    matches: Callable[[str], bool]


def from_directives(
    path: str, directives: Collection[Directive], policy: Policy, kinds: Collection[str], commit: str | None = None
) -> tuple[Suppression, ...]:
    """The suppressions of one file, those with a problem included; a remark that lifts nothing and means to lift nothing is left out."""
    found = [
        parsed._replace(path=path, commit=commit, sample=directive.embedded_in in _QUOTING)
        for directive in sorted(directives, key=lambda each: (each.line, each.words))
        if (parsed := parse(directive, policy, kinds)) is not None
    ]
    if len(found) > MOST:
        words = f"the file holds more than {MOST} such comments, and those from here on do not count"
        found[MOST:] = [Suppression(path, found[MOST].line, problem=words, commit=commit)]
    return tuple(found)


def parse(directive: Directive, policy: Policy, kinds: Collection[str]) -> Suppression | None:
    """What one comment lifts, without its path; None where it is no attempt to lift anything."""
    verb, _blank, rest = directive.words.replace("\t", " ").partition(" ")
    if verb not in _VERBS:
        if verb.lower().rstrip(":,") not in {*_FOREIGN, *_VERBS}:
            return None
        return Suppression("", directive.line, problem=f"the word behind 'phasegate:' is 'allow' or 'allow-file', not {verb!r}")
    head, reason = _parted(rest)
    names, until, problem = _terms(head)
    known, unknown = _resolved(names, policy, kinds)
    if problem is None and reason is None:
        problem = "the reason is missing: end the comment with ' -- ' and say why"
    if verb == "allow-file" and directive.embedded_in is not None:
        problem = problem or "'allow-file' stands in the file itself, not in code that is embedded in it"
    elif verb == "allow-file" and directive.line > FIRST_LINES:
        problem = problem or f"'allow-file' stands in the first {FIRST_LINES} lines of a file"
    lines = () if verb == "allow-file" else tuple(dict.fromkeys((directive.line, directive.covers)))
    return Suppression("", directive.line, lines, known, reason or "", until, problem, unknown)


def _parted(text: str) -> tuple[str, str | None]:
    """What stands before and behind the mark of the reason; None where there is no mark, or nothing behind it."""
    mark = _REASON.search(text)
    if mark is None:
        return text, None
    return text[: mark.start()], text[mark.end() :].strip() or None


def _terms(head: str) -> tuple[list[str], str | None, str | None]:
    """The names, the day behind `until`, and what is wrong with them."""
    words = [word for word in _SEPARATOR.split(head) if word]
    until = None
    if "until" in words:
        place = words.index("until")
        words, rest = words[:place], words[place + 1 :]
        if len(rest) != 1 or not records.is_day(rest[0]):
            return words, None, f"'until' takes one day as YYYY-MM-DD, not {' '.join(rest)!r}"
        until = rest[0]
    if not words:
        return [], until, "it names no kind and no clause"
    if "*" in words:
        return [], until, "'*' would lift everything: name the kinds or the clauses"
    return words, until, None


def _resolved(names: Sequence[str], policy: Policy, kinds: Collection[str]) -> tuple[frozenset[str], str | None]:
    """Kinds and ids of clauses for the names that a user gives, and the first name that is neither."""
    known: set[str] = set()
    for name in names:
        found = name if name in kinds else policy.clause_id(name)
        if found is None:
            return frozenset(), name
        known.add(found)
    return frozenset(known), None


def allowances(
    tables: Sequence[Mapping[str, Any]], policy: Policy, kinds: Collection[str]
) -> tuple[tuple[Allowance, ...], tuple[str, ...]]:
    """The `[[allow]]` tables of a configuration that can be used, and in words why each of the others lifts nothing."""
    usable, problems = [], []
    for number, table in enumerate(tables, 1):
        try:
            usable.append(_allowance(number, table, policy, kinds))
        except UsageError as error:
            problems.append(f"allow {number} of the configuration lifts nothing: {error}")
    return tuple(usable), tuple(problems)


def _allowance(number: int, table: Mapping[str, Any], policy: Policy, kinds: Collection[str]) -> Allowance:
    records.keys(table, required=("paths", "reason"), optional=("kinds", "clauses", "until"))
    paths = records.texts(table, "paths")
    named = records.texts(table, "kinds") if "kinds" in table else ()
    names = set(records.clauses(table, policy)) if "clauses" in table else set()
    for kind in named:
        if kind not in kinds:
            raise UsageError(f"unknown kind {kind!r}{hint(kind, kinds)}")
        names.add(kind)
    if not names:
        raise UsageError("it needs 'kinds' or 'clauses'")
    until = records.day(table, "until") if "until" in table else None
    return Allowance(number, paths, frozenset(names), records.text(table, "reason"), until, records.matcher(paths))


def expired(until: str | None, today: str) -> bool:
    """Whether the last day on which something counts is past; both are days as YYYY-MM-DD."""
    return until is not None and until < today
