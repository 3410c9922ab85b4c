"""Shell scripts, of bash and its kin, PowerShell and Windows batch files: which commands would run, and what code they carry."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from scanner.model import Document, Fragment, Location, Placed, Reading, Span
from scanner.read.blanking import blank
from scanner.read.positions import Lines
from scanner.read.shell_batch import lex as lex_batch
from scanner.read.shell_commands import Command, Names
from scanner.read.shell_fragments import Held
from scanner.read.shell_powershell import lex as lex_powershell
from scanner.read.shell_syntax import MOST_STEPS, Lexed, Simple, Word
from scanner.read.shell_unwrap import Unwrapped, unwrap
from scanner.read.shell_words import lex

Dialect = Literal["sh", "powershell", "batch"]
MAX_NESTING = 8
"""Code inside code inside code … is followed to this depth; deeper nesting is a problem of the reading."""

_LEXERS: dict[str, Callable[[str, int], Lexed]] = {"sh": lex, "powershell": lex_powershell, "batch": lex_batch}


@dataclass(slots=True)
class _Job:
    """A piece of code to read. `place` leads from its offsets to those of the file; `body` marks an unquoted here-document."""

    text: str
    place: Callable[[int], int]
    dialect: str
    depth: int
    body: bool = False


@dataclass(slots=True)
class _Entry:
    start: int
    end: int
    words: tuple[tuple[int, int], ...]
    data: dict[str, Any]


@dataclass(slots=True)
class _Work:
    """What is gathered while the pieces of one file are read."""

    lines: Lines
    left: int = MOST_STEPS
    names: Names = field(default_factory=Names)
    entries: dict[tuple[int, int, str], _Entry] = field(default_factory=dict)
    fragments: dict[tuple[int, int], Fragment] = field(default_factory=dict)
    comments: list[tuple[int, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    jobs: deque[_Job] = field(default_factory=deque)


def read(text: str, dialect: Dialect = "sh") -> Reading:
    """The commands of a shell text.

    `Document.data` is `{"commands": [...]}`, in the order of the file; each command is a mapping:

    - `tool`: the program, without folder; `line`: the normalised command line, which begins with it; `plain`: the tool and its arguments
      without options; `args`, `words`: the arguments, and all words, as lists of strings;
    - `env`: those of DOCKER_HOST, DOCKER_CONTEXT, KUBECONFIG and AWS_PROFILE that are set for it;
    - `stdin`: `"heredoc"`, `"pipe"` or None; `guarded`: whether `|| true` follows.

    The region of a command starts at its tool, behind any wrapper, and ends with its last word or redirection. Here-documents and long
    strings are fragments. A quote, bracket or here-document that is never closed is a problem; reading goes on behind it.
    """
    work = _Work(Lines(text))
    work.jobs.append(_Job(text, lambda offset: offset, dialect, 0))
    while work.jobs:
        _read_job(work, work.jobs.popleft())
    entries = sorted(work.entries.values(), key=lambda entry: (entry.start, entry.end))
    documents = (Document({"commands": [entry.data for entry in entries]}, _placed(work.lines, entries)),)
    found = tuple(sorted(work.fragments.values(), key=lambda fragment: (fragment.line, fragment.column)))
    format_ = "shell" if dialect == "sh" else dialect
    return Reading(format_, documents, blank(text, work.comments), found, tuple(work.problems))


def _read_job(work: _Work, job: _Job) -> None:
    lexed = lex(job.text, work.left, body=True) if job.body else _LEXERS[job.dialect](job.text, work.left)
    work.left -= lexed.steps
    work.names.learn(lexed.commands)
    if job.depth == 0:
        work.comments = lexed.comments
    if not job.body:
        for offset, what in lexed.unclosed:
            line = work.lines.place(job.place(offset))[0]
            work.problems.append(f"{what} on line {line} is never closed")
    if lexed.stopped:
        offset, what = lexed.stopped
        work.problems.append(f"{what} on line {work.lines.place(job.place(offset))[0]}")
        if work.left <= 0:
            work.jobs.clear()
    runs: dict[int, Unwrapped] = {}

    def run_of(command: Simple) -> Unwrapped:
        known = runs.get(id(command))
        if known is None:
            known = runs[id(command)] = unwrap(tuple(command.words), tuple(command.assignments), work.names, job.dialect)
        return known

    held_by = Held(job.text, work.lines, job.place, run_of).by
    for command in lexed.commands:
        run = run_of(command)
        for part in run.commands:
            _enter(work, job, command, part)
        for word, dialect in run.bodies:
            _nest(work, job, word.text, _Nested(word, job.place), dialect)
        held = tuple(held_by(command))
        for fragment in held:
            work.fragments.setdefault((fragment.line, fragment.column), fragment)
        is_shell = any(fragment.format == "shell" for fragment in held)
        for redirect in command.redirects:
            if redirect.body is not None and not redirect.literal and not is_shell:
                _expand_body(work, job, redirect.body)


@dataclass(frozen=True, slots=True)
class _Nested:
    """Leads from offsets of a word's text to those of the file."""

    word: Word
    outer: Callable[[int], int]

    def __call__(self, offset: int) -> int:
        return self.outer(self.word.source(offset))


def _nest(work: _Work, job: _Job, text: str, place: Callable[[int], int], dialect: str, *, body: bool = False) -> None:
    if job.depth >= MAX_NESTING:
        work.problems.append(f"code is nested in code more than {MAX_NESTING} levels deep on line {work.lines.place(place(0))[0]}")
        return
    work.jobs.append(_Job(text, place, dialect, job.depth + 1, body))


def _expand_body(work: _Work, job: _Job, region: tuple[int, int]) -> None:
    """Substitutions in an unquoted here-document run as well."""
    start, end = region
    text = job.text[start:end]
    if "$(" in text or "`" in text:
        _nest(work, job, text, lambda offset: job.place(start + offset), "sh", body=True)


def _enter(work: _Work, job: _Job, command: Simple, part: Command) -> None:
    start, end = job.place(part.start), job.place(max(command.end - 1, part.start)) + 1
    stdin = "heredoc" if any(redirect.operator.startswith("<<") for redirect in command.redirects) else "pipe" if command.piped else None
    data = part.data() | {"stdin": stdin, "guarded": _is_guarded(command)}
    words = tuple((job.place(word.start), job.place(max(word.end - 1, word.start)) + 1) for word in part.words)
    work.entries.setdefault((start, end, part.tool), _Entry(start, max(start, end), words, data))


def _is_guarded(command: Simple) -> bool:
    """Whether a failure of the command is thrown away."""
    for _ in range(MAX_NESTING):
        after = command.follower
        if after is None:
            return False
        if command.operator == "||":
            return [word.text for word in after.words] in (["true"], [":"])
        if command.operator not in {"|", "|&"}:
            return False
        command = after
    return False


def _placed(lines: Lines, entries: list[_Entry]) -> Placed:
    """Where `("commands", i, "args" or "words", j)` stands; any other member of a command is the command."""

    def span_of(location: Location) -> Span:
        if len(location) < 2 or not isinstance(location[1], int) or not 0 <= location[1] < len(entries):
            return lines.whole()
        entry = entries[location[1]]
        if len(location) >= 4 and location[2] in {"args", "words"} and isinstance(location[3], int):
            index = location[3] + (location[2] == "args")
            if 0 <= index < len(entry.words):
                return lines.span(*entry.words[index])
        return lines.span(entry.start, entry.end)

    return span_of
