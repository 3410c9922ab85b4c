"""What a report comes to: whether the tree passes, and the figures that the page shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple

from scanner.model import LEVELS, Finding, Level, Report
from scanner.report import Threshold
from scanner.report.text_summary import counted

Conclusion = Literal["incomplete", "nothing", "fails", "passes"]
WORST_FIRST: tuple[Level, ...] = ("error", "warning", "note")
_CHANGES = frozenset({"index", "range"})
"""The sources in which it is an ordinary thing that there is nothing to scan."""


class Verdict(NamedTuple):
    """The conclusion in one word and in a sentence or two. `open` are the findings that count, `levels` how many of each level they are."""

    conclusion: Conclusion
    headline: str
    words: str
    open: tuple[Finding, ...]
    levels: Mapping[Level, int]


def judged(report: Report, fail_on: Threshold) -> Verdict:
    """The verdict as the exit code of a scan has it: what was not scanned outweighs everything, then what fails at the threshold."""
    found = tuple(report.open())
    levels = Counter(finding.level for finding in found)
    said = _found(found, levels, report)
    failing = fail_on != "never" and any(levels[level] for level in LEVELS[LEVELS.index(fail_on) :])
    if report.not_scanned:
        missed = len({item.path for item in report.not_scanned})
        words = f"{counted(missed, 'file')} could not be scanned, so nothing passes. In what could be scanned: {said[0].lower()}{said[1:]}"
        return Verdict("incomplete", "Incomplete", words, found, levels)
    if not report.tally.files and report.source not in _CHANGES:
        return Verdict("nothing", "Nothing to scan", "There was no file to look at.", found, levels)
    if failing:
        return Verdict("fails", "Does not pass", said, found, levels)
    return Verdict("passes", "Passes", f"{said} {_why(fail_on)}" if found else said, found, levels)


def _found(found: tuple[Finding, ...], levels: Counter[Level], report: Report) -> str:
    policy = report.policy.id
    if not found and report.findings:
        return f"Nothing that {policy} forbids counts: {counted(len(report.findings), 'finding')} {_is(len(report.findings))} lifted."
    if not found:
        return f"Nothing that {policy} forbids was found." if report.tally.files else "The change holds no file to look at."
    parts = [counted(levels[level], level) for level in WORST_FIRST if levels[level]]
    listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
    return f"{listed} under {policy} in {counted(len({finding.path for finding in found}), 'file')}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _why(fail_on: Threshold) -> str:
    if fail_on == "never":
        return "No finding fails this scan: that was asked for with --fail-on never."
    return f"Only findings of the level {fail_on}{'' if fail_on == 'error' else ' or a graver one'} fail it."
