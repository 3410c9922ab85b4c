"""The parts of a shell text: words, redirections, commands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

MOST_STEPS = 400_000
"""So many pieces (words, blanks, marks) of a text and of what it carries are read; each may cost some hundred bytes and microseconds."""
ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?\+?=")
"""The head of a word that assigns a variable."""


def word_set(text: str) -> frozenset[str]:
    """The words of `text` as a set: long tables stay readable as one line of words."""
    return frozenset(text.split())


def strip_tabs(body: str) -> tuple[str, int]:
    """The body of a `<<-` here-document without leading tabs, and how many each of its lines has lost at least."""
    rows = body.split("\n")
    lost = min((len(row) - len(row.lstrip("\t")) for row in rows if row.strip()), default=0)
    return "\n".join(row.lstrip("\t") for row in rows), lost


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its text without quotes, and where it stands. `marks` map offsets of `text` to offsets of the source.

    `quoted` is true if any part was quoted; `exact` if `text` is one unbroken piece of the source.
    """

    text: str
    start: int
    end: int
    quoted: bool = False
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the text is one unbroken piece of the source."""
        return len(self.marks) == 1

    def source(self, offset: int) -> int:
        """The offset in the source of the character at `offset` of the text."""
        if not self.marks:
            return self.start
        here, there = self.marks[max(0, bisect_right(self.marks, (offset, 1 << 62)) - 1)]
        return there + offset - here


@dataclass(slots=True)
class Redirect:
    """A redirection. For a here-document `body` is its region in the source, `strip` says `<<-`, `literal` that nothing is expanded."""

    operator: str
    target: Word | None = None
    body: tuple[int, int] | None = None
    strip: bool = False
    literal: bool = False


@dataclass(slots=True)
class Simple:
    """A simple command. `operator` is what follows it, `follower` the command after that, `piped` says that input comes from a pipe."""

    words: list[Word] = field(default_factory=list)
    assignments: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    arrays: list[tuple[str, list[Word]]] = field(default_factory=list)
    operator: str = ""
    follower: Simple | None = None
    piped: bool = False
    end: int = 0

    @property
    def used(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.words or self.assignments or self.redirects or self.arrays)


@dataclass(slots=True)
class Lexed:
    """All commands of a text in the order of their end, the comments' regions, and (offset, what) of what is never closed.

    `stopped` is the offset at which reading ended before the text did, and why; `steps` counts the pieces that were read.
    """

    commands: list[Simple] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    unclosed: list[tuple[int, str]] = field(default_factory=list)
    stopped: tuple[int, str] | None = None
    steps: int = 0

    def stop(self, at: int, *, deep: int) -> None:
        """Note that reading ends at `at`: for constructs nested in more than `deep` others, or (0) for more pieces than are read."""
        self.stopped = (at, f"nesting of more than {deep} levels" if deep else f"more than {MOST_STEPS:,} words and marks; reading ends")


@dataclass(slots=True)
class Builder:
    """The word that is being read."""

    parts: list[str] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    size: int = 0
    expected: int = -1
    start: int = -1
    quoted: bool = False

    def add(self, text: str, source: int) -> None:
        """Append `text`, which stands at `source`."""
        if self.start < 0:
            self.start = source
        if text:
            if source != self.expected or not self.marks:
                self.marks.append((self.size, source))
            self.parts.append(text)
            self.size += len(text)
            self.expected = source + len(text)

    def begin(self, source: int) -> None:
        """Let the word start at `source` if it has not started before."""
        if self.start < 0:
            self.start = source

    def touch(self, source: int) -> None:
        """Begin a word with a quote at `source`."""
        self.begin(source)
        self.quoted = True


@dataclass(slots=True)
class Frame:
    """One open construct: `$(`, `(`, a backtick or the text itself (which hold commands), or `"`, `${`, `((`, an array."""

    kind: str
    start: int
    outer: Builder
    command: Simple = field(default_factory=Simple)
    previous: Simple | None = None
    redirect: Redirect | None = None
    words: list[Word] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    test: int = -1
    depth: int = 0
    pattern: bool = False
    discard: bool = False
    skip: bool = False
