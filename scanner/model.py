"""The vocabulary that the stages share. Everything here is frozen and complete at construction.

The records are named tuples: one costs 0.15 ms at every start where a frozen dataclass costs 1 ms, and a commit hook loads thirty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from os import stat_result
from typing import Any, Literal, NamedTuple, Protocol

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("note", "warning", "error")
Status = Literal["open", "baselined", "suppressed", "authorized"]
Confidence = Literal["high", "medium", "low"]
Rung = Literal["name", "structure", "text", "neighbour", "template"]
"""What decided a claim: a name that is proof, parsed structure, a text pattern, a neighbour, or structure read through a template."""

Location = tuple[str | int, ...]
"""A path of keys and indices into `Document.data`; the empty tuple is the document itself."""


class Span(NamedTuple):
    """A region of a text. Lines and columns count from 1, columns in characters; the end is exclusive, as in SARIF."""

    line: int
    column: int
    end_line: int
    end_column: int


class File(NamedTuple):
    """One file of a source.

    `path` is relative to the scan's root, with `/`; bytes that are not UTF-8 stand as surrogate escapes.
    `load(limit)` returns the content in bytes, or raises `Unreadable`; content longer than `limit` bytes is `Unreadable` too.
    `commit` is the one that brought this content to this path, and `authored` its author's date (ISO 8601), where a source knows them.
    """

    path: str
    load: Callable[[int], bytes]
    oid: str | None = None
    commit: str | None = None
    authored: str | None = None


class NotScanned(NamedTuple):
    """Something that could not be looked at, with the reason in words; it reaches every report and the exit code."""

    path: str
    reason: str


class Repository(NamedTuple):
    """What is known of the git repository that a listing comes from: for the reports' provenance, never an absolute path."""

    revision: str | None = None
    branch: str | None = None
    url: str | None = None
    folder: str = ""
    """The way from the repository's top to the scan's root, empty where they are one."""


class Origin(NamedTuple):
    """Where the content of a listing lies on this machine. It is for the cache of results alone and stands in no report.

    `place` is a real path: the root of a tree, or git's own folder. `status` gives what the file system says of a file of a tree,
    links not followed, or None where no regular file stands; it is None itself where content has ids and is read from git.
    """

    place: bytes
    status: Callable[[str], stat_result | None] | None = None


class Listing(NamedTuple):
    """What a source offers: the files to scan, what it could not offer, and the set of all paths (the inventory).

    `excluded` counts the files that the user's own exclusions left out, which every report says. Without an `origin` the content has
    no place where it could be met again.
    """

    root: str
    source: str
    files: tuple[File, ...]
    inventory: frozenset[str]
    not_scanned: tuple[NotScanned, ...] = ()
    repository: Repository | None = None
    excluded: int = 0
    origin: Origin | None = None


class Placed(Protocol):
    """Finds the region of a location. A location that does not exist gives the nearest enclosing one."""

    def __call__(self, location: Location) -> Span:
        """The region of `location`."""
        ...


class Document(NamedTuple):
    """One parsed document: plain data (mappings, lists, strings, numbers, booleans, null) and where each part of it stands.

    For a member of a mapping the region starts at its key and ends with its value. `rung` is `template` where template marks had
    to be stepped over.
    """

    data: Any
    span_of: Placed
    rung: Rung = "structure"


class Fragment(NamedTuple):
    """Code held inside another text: a fence, a heredoc, a step's script, a policy inside a string.

    Line 1 of `text` stands at `line`, `column` of the host (1-based); each further line is indented by `indent` characters there.
    A `folded` fragment (a string with escapes) stands whole on its first line. `format` is a format's id, or None to find out from
    `name` and content. `name` is a file name that the host gives to the code, if any. `carrier` is the host's format. `cap` is the
    highest level at which its claims may be reported.
    """

    text: str
    line: int
    column: int = 1
    indent: int = 0
    folded: bool = False
    format: str | None = None
    name: str | None = None
    carrier: str = "text"
    cap: Level | None = None


class Reading(NamedTuple):
    """What one parser made of one text.

    `text` is the source with comments blanked out, offset for offset the same, for text patterns. `problems` say, in words, which
    part could not be parsed; the rest stands all the same.
    """

    format: str
    documents: tuple[Document, ...]
    text: str
    fragments: tuple[Fragment, ...] = ()
    problems: tuple[str, ...] = ()


class Claim(NamedTuple):
    """One artifact breaches one clause at one place. `evidence` is the text that shows it; `secret` marks evidence to be masked."""

    kind: str
    clause: str
    level: Level
    span: Span
    evidence: str
    rung: Rung
    says: str | None = None
    vendor: str | None = None
    embedded_in: str | None = None
    secret: bool = False


class Finding(NamedTuple):
    """A claim as the user sees it, with everything that any report needs."""

    clause: str
    kind: str
    level: Level
    confidence: Confidence
    path: str
    span: Span
    message: str
    evidence: str
    family: str
    vendor: str | None
    boundary: str | None
    lifted_by: str | None
    embedded_in: str | None
    commit: str | None
    fingerprint: str
    snippet: str
    """The first line of the region as it stands in the file, masked where it holds a secret; at most 240 characters."""
    snippet_column: int = 1
    """The column of the file at which `snippet` starts: more than 1 where a long line had to be cut."""
    status: Status = "open"
    justification: str | None = None
    authored: str | None = None
    """The date (ISO 8601) that the author of `commit` gave to it, where the source knows commits."""
    headline: str = ""
    """The artifact in a few words: the kind's title and what is particular about this one. Empty leaves it to the title."""
    context: tuple[str, ...] = ()
    """The lines around the first one of the region, itself included, as they stand in the file, masked and cut as the snippet is."""
    context_line: int = 0
    """The line of the file with which `context` starts."""
    in_source: bool = False
    """Whether what gives the finding its status stands in the file itself, as a comment."""


class Directive(NamedTuple):
    """A comment that speaks to phasegate, at its line of the file: `words` are what follows `phasegate:` up to the end of the comment.

    `covers` is the line that the comment speaks of besides its own: the first one below that is no comment, or its own where code
    stands before it. `embedded_in` is the format of the text around the code in which the comment stands; None in the file itself.
    """

    line: int
    covers: int
    words: str
    embedded_in: str | None = None


class Suppression(NamedTuple):
    """A comment that lifts findings of its file: those of `names` (kinds, or ids of clauses) on its `lines`; no lines are the whole file.

    `until` is the last day on which it counts, as YYYY-MM-DD. One with a `problem` (in words) lifts nothing. `unknown` is a name that is
    neither kind nor clause. `sample` marks a comment inside code that is only quoted: it counts, but nobody is told where it does not.
    """

    path: str
    line: int
    lines: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    reason: str = ""
    until: str | None = None
    problem: str | None = None
    unknown: str | None = None
    sample: bool = False
    commit: str | None = None


class Outcome(NamedTuple):
    """What came of one file."""

    findings: tuple[Finding, ...] = ()
    not_scanned: tuple[NotScanned, ...] = ()
    skipped: bool = False
    line_hashes: Mapping[int, str] = {}
    suppressions: tuple[Suppression, ...] = ()


class Authorization(NamedTuple):
    """A record by which a later phase allows what some clauses forbid, in some paths (section 8 of the governing document).

    `number` counts the records of the configuration from 1, `paths` are globs tied to the root, days are YYYY-MM-DD: the record is in
    force from `date` on and up to `expires`, that day included.
    """

    number: int
    phase: str
    clauses: tuple[str, ...]
    paths: tuple[str, ...]
    author: str
    reason: str
    date: str
    expires: str | None = None


class InForce(NamedTuple):
    """An authorisation that counts today, and how many findings of this scan it helps to lift."""

    authorization: Authorization
    findings: int


class Clause(NamedTuple):
    """A clause of the governing document: `text` in the document's words."""

    id: str
    slug: str
    title: str
    text: str
    lifted_by: str | None
    lifted_where: str
    boundary: str | None
    phases: tuple[str, ...] = ()
    """The phases that must all have authorised it; none: a new phase, which the document does not name yet."""


class KindInfo(NamedTuple):
    """What a reader of a report wants to know of a kind; the judge and the reports need no more."""

    id: str
    title: str
    clause: str
    level: Level
    family: str
    vendor: str | None
    explain: str
    references: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Policy(NamedTuple):
    """A governing document as data: its identity and its clauses in the order of the document.

    `document` is where it lies in a repository, `sha256` that of its text as it was authorised, where they are known. `allows` holds
    the clauses that this phase authorises, each with the place where the document says so.
    """

    id: str
    title: str
    sha256: str | None
    clauses: Mapping[str, Clause]
    document: str | None = None
    allows: Mapping[str, str] = {}

    def clause_id(self, name: str) -> str | None:
        """The id of the clause that `name` is the id or the slug of, or None."""
        return next((clause.id for clause in self.clauses.values() if name in (clause.id, clause.slug)), None)


class Tally(NamedTuple):
    """How many files a scan met: `scanned` were looked at, `skipped` are binary, `not_scanned` could not be looked at."""

    files: int = 0
    scanned: int = 0
    skipped: int = 0
    not_scanned: int = 0


class Report(NamedTuple):
    """Everything that a format may print. Findings are sorted by path, line, clause, kind."""

    version: str
    policy: Policy
    kinds: Mapping[str, KindInfo]
    root: str
    source: str
    repository: Repository | None
    tally: Tally
    findings: tuple[Finding, ...]
    not_scanned: tuple[NotScanned, ...]
    seconds: float
    notices: tuple[str, ...] = ()
    """Lines that every reader should see: exclusions in force, two configurations present, a truncation."""
    line_hashes: Mapping[tuple[str, int], str] = {}
    """By path and line: the hash that GitHub's upload action would compute, where it was asked for."""
    authorizations: tuple[InForce, ...] = ()
    """The authorisations in force, whatever they cover."""

    def open(self) -> Iterator[Finding]:
        """The findings that count."""
        return (finding for finding in self.findings if finding.status == "open")
