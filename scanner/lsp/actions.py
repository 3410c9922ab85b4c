"""Quick fixes: the comment that lifts a finding, once its reason is typed.

Each fix is tried before it is offered: the text with the comment and some reason in it goes through the scanner, which must find the
same as before and take the comment for an exception. So none is offered where a comment would be content, or change what stands there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from scanner.judge.suppressions import FIRST_LINES
from scanner.lsp.comments import Syntax, candidates, first_place, format_of, goes_on
from scanner.lsp.ground import Judgement
from scanner.lsp.text import Text
from scanner.model import Finding

_SOME_REASON = "a reason"
Judge = Callable[[str], Judgement]
"""What the scanner says of a text in the document's place."""


class Fix(NamedTuple):
    """Lines to insert above a line, counted from 0."""

    title: str
    line: int
    text: str


def fixes(text: Text, judgement: Judgement, finding: Finding, judge: Judge) -> tuple[Fix, ...]:
    """The comments that would lift a finding where it stands, and in the whole file; none where the format has no comments."""
    if judgement.rules is None:
        return ()
    content = [text.content(place) for place in range(len(text.lines))]
    format_ = format_of(judgement.rules.formats, finding.path, str(text))
    tried = _Trial(text, judgement, finding, judge)
    here = text.position(finding.span.line, 1).line
    top = first_place(format_, content[: FIRST_LINES + 1])
    found: list[Fix | None] = []
    if not (here and goes_on(format_, content[here - 1])):
        syntaxes = candidates(format_, finding.path, embedded=finding.embedded_in is not None)
        indent = content[here][: len(content[here]) - len(content[here].lstrip())]
        found.append(tried.first(here, indent, f"allow {finding.kind}", syntaxes, "here"))
    if top < FIRST_LINES:
        syntaxes = candidates(format_, finding.path, embedded=False)
        found.append(tried.first(top, "", f"allow-file {finding.kind}", syntaxes, "in this file"))
    return tuple(fix for fix in found if fix is not None)


class _Trial:
    """Tries comments on one finding."""

    def __init__(self, text: Text, judgement: Judgement, finding: Finding, judge: Judge) -> None:
        self._text, self._finding, self._judge = text, finding, judge
        self._problems, self._found = judgement.problems, _found(judgement)
        line = text.lines[0]
        self._end = line[len(line.rstrip("\r\n")) :] or "\n"

    def first(self, place: int, indent: str, words: str, syntaxes: tuple[Syntax, ...], where: str) -> Fix | None:
        """The first comment that lifts the finding and changes nothing else; None where none does."""
        for syntax in syntaxes:
            if self._works(place, indent + syntax.write(words, _SOME_REASON) + self._end):
                title = f"Allow {self._finding.kind} {where} (then type the reason)"
                return Fix(title, place, indent + syntax.write(words) + self._end)
        return None

    def _works(self, place: int, inserted: str) -> bool:
        lines = self._text.lines
        after = self._judge("".join((*lines[:place], inserted, *lines[place:])))
        line = self._finding.span.line + 1
        lifted = any(
            each.in_source and (each.kind, each.clause, each.span.line) == (self._finding.kind, self._finding.clause, line)
            for each in after.findings
        )
        return lifted and after.problems == self._problems and _found(after) == self._found


def _found(judgement: Judgement) -> Counter[tuple[str, str, str]]:
    return Counter((each.kind, each.clause, each.evidence) for each in judgement.findings)
