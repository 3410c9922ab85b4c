"""Find the comments that speak to phasegate (`phasegate: allow …`), and only comments: words in a string or in prose are no directive.

The readers blank comments offset for offset, so that a mark which the reader has blanked stands in one. Some formats keep comments
that their reader leaves as they are; for those the beginning of the line decides. A mark inside a string of the parsed data never counts.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from scanner.model import Directive, Document, Fragment, Location, Span
from scanner.read.positions import Lines

MARK: Final = "phasegate:"
"""What every directive holds; a text without it is never looked at here."""
MOST: Final = 500
"""How many directives of one text are told apart; what comes behind them says nothing."""
MOST_STRINGS: Final = 200
"""The same for strings that hold the mark: to place one may take a walk through the text."""
_LONGEST = 1000
_LONGEST_OPENER = 60
_OPENER = re.compile(
    r"[#;%]+!?|//+!?|--+|/\*+!?|\*+|<!--+|<\#|\{\{!(?:--)?|\{\{[-~]?/\*|\{\#-?|<%\#|<%--|\.\.|\"|::|@?rem", re.IGNORECASE | re.ASCII
)
_CLOSER = re.compile(r"[ \t]*(?:--+%?>|\*+/|[-~]?\}\}|-?#\}|#>|-?%>)")
_TEMPLATE = re.compile(r"[ \t]*(?:\{\{[-~]? ?/\*|\{\{!(?:--)?|\{#-?|<%#|<%--)[ \t]*")
_HASH = re.compile(r"[ \t]*#+[ \t]*")
_AT_LINE_START: Final[Mapping[str, re.Pattern[str]]] = {
    "text": re.compile(r"[ \t]*(?:#+|//+|--|;+|/\*+|<!--|%+|\"(?=[ \t])|::|@?[Rr][Ee][Mm](?=[ \t]))[ \t]*"),
    "asciidoc": re.compile(r"//[ \t]*"),
    "rest": re.compile(r"[ \t]*\.\.[ \t]+"),
}
"""Formats of prose, whose data is their text: a comment is known by the beginning of its line."""
_FENCES: Final[Mapping[str, re.Pattern[str]]] = {
    "markdown": re.compile(r"[ \t>]*(?:```|~~~)"),
    "asciidoc": re.compile(r"(?:\[source|----)"),
}
"""What opens a block of code: a comment above it speaks of the first line of the code."""
_TRAILING = frozenset({"yaml", "toml", "makefile", "justfile"})
"""Formats whose `#` behind a blank starts a comment that the reader may have left in its text."""
_TEMPLATED = frozenset({"yaml", "json", "toml", "ini", "text", "shell", "dockerfile", "hcl", "tfjson", "slashed", "hashed", "markdown"})


def find(text: str, format_: str, blanked: str, documents: Sequence[Document], hosts: Sequence[Fragment] = ()) -> Iterator[Directive]:
    """The directives of one text, in order and at most `MOST`, one a line.

    `blanked` and `documents` are what the reader of the format made of it. `hosts` are the fragments around the text from the outermost
    to the innermost; lines are those of the file. A comment that stands alone speaks of the first line below that is no comment, so
    that several of them, or a longer comment, may stand above one artifact.
    """
    lines = Lines(text)
    strings: _Strings | None = None
    below = _Below(text, blanked, lines, _FENCES.get(format_))
    at = text.find(MARK)
    for _ in range(MOST):
        if at < 0:
            return
        line, column = lines.place(at)
        words = _words(text, format_, blanked, at, column)
        if words is not None:
            if strings is None:
                strings = _Strings(() if format_ in _AT_LINE_START else islice(_strings_with_mark(documents), MOST_STRINGS))
            if line > strings.last:
                return
            if not strings.hold(line, column, text[at - column + 1 : at]):
                covers = line if below.code_before(at, column) else below.next_code(line)
                carrier = hosts[-1].carrier if hosts else None
                yield Directive(_in_file(line, hosts), _in_file(covers, hosts), words, carrier)
        end = text.find("\n", at)
        at = text.find(MARK, end) if end >= 0 else -1


def _words(text: str, format_: str, blanked: str, at: int, column: int) -> str | None:
    """What the comment says behind the mark; None where the mark stands in no comment, or not at the beginning of one."""
    start = at - column + 1
    end = text.find("\n", at, at + _LONGEST)
    end = min(at + _LONGEST, len(text)) if end < 0 else end
    if len(blanked) == len(text) and not blanked[at : at + len(MARK)].strip():
        first = at - len(blanked[start:at]) + len(blanked[start:at].rstrip())
        before = text[max(first, at - _LONGEST_OPENER) : at].split()
        if before and not _OPENER.fullmatch(before[-1]):
            return None
        end = at + len(blanked[at:end]) - len(blanked[at:end].lstrip())
    elif not _starts_comment(text[start:at], format_):
        return None
    words = text[at + len(MARK) : end]
    closer = _CLOSER.search(words)
    return words[: closer.start() if closer else None].strip()


def _starts_comment(before: str, format_: str) -> bool:
    """Whether what stands before the mark on its line is the beginning of a comment, in a format whose reader leaves it in its text."""
    if len(before) > _LONGEST:
        return False
    wanted = _AT_LINE_START.get(format_, _HASH if format_ in _TRAILING else None)
    if wanted is not None and wanted.fullmatch(before):
        return True
    if format_ in _TEMPLATED and _TEMPLATE.fullmatch(before):
        return True
    stripped = before.rstrip(" \t#")
    trailing = format_ in _TRAILING and "#" in before[len(stripped) :] and before[len(stripped) : len(stripped) + 1].isspace()
    return trailing and not _opens_quote(stripped)


def _opens_quote(text: str) -> bool:
    """Whether a quote is still open at the end of `text`."""
    return text.count('"') % 2 == 1 or text.count("'") % 2 == 1


def _strings_with_mark(documents: Sequence[Document]) -> Iterator[Span]:
    """Where the strings of the data stand that hold the mark, in order: there it is content. Shared parts are visited once."""
    for document in documents:
        seen: set[int] = set()
        pending: list[tuple[Location, Any]] = [((), document.data)]
        while pending:
            location, value = pending.pop()
            if isinstance(value, str):
                if MARK in value:
                    yield document.span_of(location)
            elif isinstance(value, (Mapping, list)) and id(value) not in seen:
                seen.add(id(value))
                members = list(value.items() if isinstance(value, Mapping) else enumerate(value))
                pending += [((*location, key), member) for key, member in reversed(members)]


class _Strings:
    """Where strings stand, to be asked about one place after the other: no place is held against all strings."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._on_one_line: dict[int, list[Span]] = {}
        self._firsts: set[int] = set()
        self._further: list[tuple[int, int]] = []
        known = sorted(spans)
        self.last = known[-1].end_line if len(known) == MOST_STRINGS else sys.maxsize
        """The last line of which it is known whether it stands in a string."""
        for span in known:
            if span.line == span.end_line:
                self._on_one_line.setdefault(span.line, []).append(span)
                continue
            self._firsts.add(span.line)
            if self._further and span.line < self._further[-1][1]:
                self._further[-1] = (self._further[-1][0], max(self._further[-1][1], span.end_line))
            else:
                self._further.append((span.line + 1, span.end_line))

    def hold(self, line: int, column: int, before: str) -> bool:
        """Whether a mark stands in a string; `before` is what its line holds before it.

        The first line of a string that spans several may end in a comment (`run: | # …`), unless it has opened a quote.
        """
        if any(span.column <= column < span.end_column for span in self._on_one_line.get(line, ())):
            return True
        place = bisect_right(self._further, (line, sys.maxsize)) - 1
        if place >= 0 and line <= self._further[place][1]:
            return True
        return line in self._firsts and _opens_quote(before)


def _in_file(line: int, hosts: Sequence[Fragment]) -> int:
    for fragment in reversed(hosts):
        line = fragment.line if fragment.folded else fragment.line + line - 1
    return line


class _Below:
    """Which line a comment that stands alone speaks of. Every line is looked at once, from the end of the text upwards."""

    def __init__(self, text: str, blanked: str, lines: Lines, fence: re.Pattern[str] | None) -> None:
        self._blanked = blanked if len(blanked) == len(text) else text
        self._lines = lines
        self._fence = fence
        self._next: list[int] | None = None

    def code_before(self, at: int, column: int) -> bool:
        """Whether anything but a comment stands on the line before the mark."""
        before = self._blanked[at - column + 1 : at]
        return bool(before.strip()) and not _alone(before)

    def next_code(self, line: int) -> int:
        """The first line below `line` that is more than a comment; the one below the last line where there is none."""
        if self._next is None:
            blanked = self._blanked.split("\n")
            self._next = [0] * (len(blanked) + 2)
            follows = len(blanked) + 1
            for number in range(len(blanked), 0, -1):
                self._next[number] = follows
                left = blanked[number - 1].strip()
                hidden = not left and self._lines.line(number).strip()
                directive = MARK in left and _alone(left.partition(MARK)[0])
                opening = self._fence is not None and self._fence.match(left)
                if not hidden and not directive and not opening:
                    follows = number
        return self._next[line]


def _alone(before: str) -> bool:
    """Whether this is only the beginning of a comment."""
    tokens = before.split() if len(before) <= _LONGEST_OPENER else [before]
    return all(_OPENER.fullmatch(token) for token in tokens) or _TEMPLATE.fullmatch(before) is not None
