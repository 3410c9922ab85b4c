"""What the two hooks on a push share: the options, the terms that a push is held to, and the answer to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from scanner.commands import completion
from scanner.commands.helping import Choice, option
from scanner.config_keys import FAIL_ON
from scanner.model import LEVELS

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.judge.settling import Honoured, Terms
    from scanner.match.rules import Rules
    from scanner.model import Report
    from scanner.pipeline import Settings
    from scanner.sources.changes import Change

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OPTIONS = (
    option(
        "--fail-on", type=Choice(FAIL_ON.choices), example="--fail-on error", help="The level that refuses the push.  [default: warning]"
    ),
    option(
        "--clause",
        "clause",
        multiple=True,
        metavar="ID",
        shell_complete=completion.clauses,
        example="--clause 3.5",
        help="Only findings of this clause (3.1 or its slug).",
    ),
    option("--exclude", multiple=True, metavar="GLOB", example="--exclude 'vendor/**'", help="Leave out what matches."),
    option(
        "--max-file-size",
        metavar="SIZE",
        example="--max-file-size 50M",
        help="A larger file cannot be scanned, which refuses the push.  [default: 10M]",
    ),
)


@dataclass(frozen=True, slots=True)
class Demands:
    """What a push is held to; `exclude` are globs, `fail_on` is a level or `never`."""

    rules: Rules
    settings: Settings
    terms: Terms
    exclude: tuple[str, ...]
    fail_on: str


def options(command: _Function) -> _Function:
    """Give a command the options that both hooks have; what is not given is None or empty, and then the configuration's."""
    for each in reversed(_OPTIONS):
        command = each(command)
    return command


def demands(loaded: Config, root: str, given: Mapping[str, Any], honoured: Honoured = "all") -> Demands:
    """The demands of a configuration, whose baseline lies below `root`, where the command line has not `given` something else.

    Raises `UsageError` for what cannot be used.
    """
    from scanner import pipeline  # noqa: PLC0415
    from scanner.commands import terms, values  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    chosen = {**loaded.values, **{key.replace("_", "-"): value for key, value in given.items() if value not in (None, ())}}
    known = rules.load(policy=chosen.get("policy"), use_cache=chosen.get("cache", True))
    return Demands(
        known,
        pipeline.Settings(
            clauses=frozenset(values.clause_id(known, text) for text in chosen.get("clause", ())),
            kinds=frozenset(values.kind_id(known, text) for text in chosen.get("kind", ())),
            level=values.one_of("level", chosen.get("level", "note"), LEVELS),
            max_file_size=values.size(chosen.get("max-file-size", pipeline.DEFAULT_SIZE)),
            jobs=chosen.get("jobs", 0),
        ),
        terms.terms(loaded, known, terms.baseline(loaded, root, None), honoured),
        tuple(chosen.get("exclude", ())),
        values.one_of("fail-on", chosen.get("fail-on", "warning"), FAIL_ON.choices),
    )


def answer(change: Change, held: Demands, notices: tuple[str, ...]) -> None:
    """Scan a push, print why it is refused, or nothing where it is not, and end the process with the exit code that says which."""
    from scanner import pipeline  # noqa: PLC0415
    from scanner.commands import output, sources  # noqa: PLC0415
    from scanner.judge.folding import first_brought  # noqa: PLC0415

    before = sources.known(change, held.rules, held.settings) if change.before.files else {}
    report = pipeline.scan(change.after, held.rules, held.settings, terms=held.terms._replace(known=before))
    report = report._replace(findings=first_brought(report.findings, change.after.files), notices=(*notices, *report.notices))
    code = output.exit_code(report, held.fail_on, exit_zero=False)
    if code:
        _print(report, held.fail_on)
    sys.exit(code)


def _print(report: Report, fail_on: str) -> None:
    from scanner.report.refusal import render_refusal  # noqa: PLC0415

    sys.stdout.buffer.write(render_refusal(report, fail_on).encode())
    sys.stdout.buffer.flush()
