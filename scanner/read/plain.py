"""Formats of which only the comments are understood: text, properties, Groovy and their like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scanner.model import Document, Location, Reading, Span
from scanner.read.blanking import blank
from scanner.read.positions import Lines

_TRIPLE = ('"""', "'''")


def read(
    text: str,
    format: str = "text",  # noqa: A002 - the word that the model uses
    line_comments: Sequence[str] = ("#",),
    block_comments: Sequence[tuple[str, str]] = (),
) -> Reading:
    """A reading without data, whose `text` has its comments blanked.

    `line_comments` start a comment that runs to the end of the line; `block_comments` are pairs of an opening and a closing mark. A mark
    inside a quoted string is text: strings are `"…"` and `'…'` on one line, with a backslash as escape, and the triple-quoted ones of
    Groovy. `#` and `;` start a comment only at the start of a line or after a blank, so that `page#part` and `a;b` stay whole, and `//`
    does not start one in `http://`. A block comment that never ends is a problem, and is left as it stands.
    """
    lines = Lines(text)
    spans: list[tuple[int, int]] = []
    problems: list[str] = []
    for start, end in _comments(text, tuple(line_comments), tuple(block_comments)):
        if end < 0:
            problems.append(f"the comment that starts on line {lines.place(start)[0]} never ends")
        else:
            spans.append((start, end))

    def span_of(location: Location) -> Span:
        del location  # without data there are no parts
        return lines.whole()

    return Reading(format, (Document(None, span_of),), blank(text, spans), problems=tuple(problems))


def _comments(text: str, line_marks: tuple[str, ...], block_marks: tuple[tuple[str, str], ...]) -> Iterator[tuple[int, int]]:
    """The regions of the comments in order; an end of -1 says that a block comment is not closed."""
    closers = dict(block_marks)
    marks = sorted({*line_marks, *closers, *_TRIPLE, '"', "'"}, key=len, reverse=True)
    token = re.compile("|".join(map(re.escape, marks)))
    unclosed: set[str] = set()
    stray = {'"': 0, "'": 0}
    at = 0
    while match := token.search(text, at):
        mark, start = match[0], match.start()
        at = match.end()
        if mark in closers:
            end = -1 if mark in unclosed else text.find(closers[mark], at)
            if end < 0:
                if mark not in unclosed:
                    yield start, -1
                unclosed.add(mark)
            else:
                at = end + len(closers[mark])
                yield start, at
        elif mark in line_marks:
            if start and ((mark in "#;" and not text[start - 1].isspace()) or (mark == "//" and text[start - 1] == ":")):
                continue
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            yield start, at
        elif mark in _TRIPLE:
            end = -1 if mark in unclosed else text.find(mark, at)
            if end < 0:
                unclosed.add(mark)
            else:
                at = end + len(mark)
        elif at >= stray[mark]:
            end, closed = _string_end(text, at, mark)
            if closed:
                at = end
            else:
                stray[mark] = end


def _string_end(text: str, at: int, quote: str) -> tuple[int, bool]:
    """The offset behind the string that starts at `at`, and True; or the end of its line and False: an apostrophe in prose.

    In the second case every later quote before that offset is an escaped one, and need not be tried.
    """
    token = re.compile(r"[\\\n" + quote + "]")
    while match := token.search(text, at):
        if match[0] != "\\":
            return match.end(), match[0] == quote
        at = match.end() + 1
    return len(text), False
