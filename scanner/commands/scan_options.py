"""The options of `phasegate scan`, section by section as its help shows them; each is also a key of the configuration, or says a source."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from scanner.commands import completion
from scanner.commands.helping import Choice, Examples, Option
from scanner.config_keys import FAIL_ON, LEVEL, STYLES, WHEN

_Function = TypeVar("_Function", bound=Callable[..., Any])

EXAMPLES: Examples = (
    ("phasegate scan", "the current folder"),
    ("phasegate scan infra/ --fail-on error", "a folder; warnings do not fail"),
    ("phasegate scan --staged", "what the next commit would take in"),
    ("phasegate scan --since origin/main", "what this branch adds"),
    ("phasegate scan --format sarif=out.sarif --format text", "two reports in one run"),
    ("phasegate scan - --stdin-filename main.tf < draft", "judge a text before it is a file"),
)

_what = partial(click.option, cls=Option, section="What to scan")
_counts = partial(click.option, cls=Option, section="What counts")
_output = partial(click.option, cls=Option, section="Output")
_configuration = partial(click.option, cls=Option, section="Configuration")
_speed = partial(click.option, cls=Option, section="Speed")

_OPTIONS = (
    _what("--staged", is_flag=True, example="--staged", help="What is staged for the next commit, as it stands in git's index."),
    _what("--since", metavar="REV", example="--since origin/main", help="What the commits since REV add or alter."),
    _what("--range", metavar="A..B", example="--range v1.0..HEAD", help="What the commits of A..B add or alter."),
    _what("--history", is_flag=True, example="--history", help="Everything that was ever committed, on all branches and tags."),
    _what("--stdin-filename", metavar="NAME", example="- --stdin-filename main.tf", help="The name for standard input (PATH '-')."),
    _what("--include-ignored", is_flag=True, example="--include-ignored", help="What git ignores, too."),
    _what("--exclude", multiple=True, metavar="GLOB", example="--exclude 'vendor/**'", help="Leave out what matches; reports say so."),
    _what(
        "--max-file-size",
        metavar="SIZE",
        default="10M",
        show_default=True,
        example="--max-file-size 50M",
        help="A larger file is reported as not scanned.",
    ),
    _counts(
        "--clause",
        "clauses",
        multiple=True,
        shell_complete=completion.clauses,
        metavar="ID",
        example="--clause 3.6",
        help="Only findings of this clause, or its slug.",
    ),
    _counts(
        "--kind",
        "kinds",
        multiple=True,
        shell_complete=completion.kinds,
        metavar="ID",
        example="--kind helm-chart",
        help="Only findings of this kind.",
    ),
    _counts(
        "--level",
        type=Choice(LEVEL.choices),
        metavar="LEVEL",
        default="note",
        show_default=True,
        example="--level error",
        help="Only findings of this level (error, warning, note) or a graver one.",
    ),
    _counts(
        "--fail-on",
        type=Choice(FAIL_ON.choices),
        metavar="LEVEL",
        default="warning",
        show_default=True,
        example="--fail-on error",
        help="The level that makes the exit code 1; or never.",
    ),
    _counts("--exit-zero", is_flag=True, example="--exit-zero", help="Exit 0 where findings would make it 1."),
    _counts(
        "--baseline",
        metavar="FILE",
        shell_complete=completion.files,
        example="--baseline accepted.json",
        help="Findings of FILE do not count (default: phasegate-baseline.json at the root).",
    ),
    _counts("--no-baseline", is_flag=True, example="--no-baseline", help="Use no baseline."),
    _counts("--no-suppressions", is_flag=True, example="--no-suppressions", help="Let no comment and no [[allow]] lift a finding."),
    _output(
        "--format",
        "formats",
        multiple=True,
        metavar="FORMAT[=FILE]",
        shell_complete=completion.formats,
        example="--format sarif=out.sarif --format text",
        help="text, json, jsonl, sarif, html, markdown, junit, gitlab, github or csv; with =FILE into a file; may be repeated.",
    ),
    _output(
        "-o",
        "--output",
        metavar="FILE",
        shell_complete=completion.files,
        example="--output report.txt",
        help="Write the report to FILE, whole or not at all.",
    ),
    _output(
        "--color",
        type=Choice(WHEN.choices),
        metavar="WHEN",
        default="auto",
        show_default=True,
        example="--color always | less -R",
        help="Colour: auto, always or never.",
    ),
    _output(
        "--style",
        type=Choice(STYLES),
        metavar="STYLE",
        default="grouped",
        show_default=True,
        example="--style full",
        help="Text: each finding with the lines around it (full), by file (grouped), or a line each (concise).",
    ),
    _output("--statistics", is_flag=True, example="--statistics", help="Text: count by clause, kind, family and folder."),
    _output(
        "--hyperlinks",
        type=Choice(WHEN.choices),
        metavar="WHEN",
        default="auto",
        show_default=True,
        example="--hyperlinks never",
        help="Text: paths as links: auto (terminals that show them), always or never.",
    ),
    _output(
        "--progress/--no-progress", default=None, example="--no-progress", help="Show progress (default: on a terminal, after a second)."
    ),
    _output("-q", "--quiet", is_flag=True, example="-q", help="Only the one-line result; nothing where all is clean."),
    _output("-v", "--verbose", count=True, example="-v", help="Show notes and every repetition; twice: where the time went, too."),
    _output(
        "--sarif-suppressed",
        type=Choice(["include", "exclude"]),
        metavar="WORD",
        default="exclude",
        show_default=True,
        example="--format sarif --sarif-suppressed include",
        help="Whether SARIF holds findings that do not count: include or exclude.",
    ),
    _configuration(
        "--policy",
        metavar="FILE",
        shell_complete=completion.files,
        example="--policy policies/J.5.yaml",
        help="Hold the files against another policy than the one shipped.",
    ),
    _speed("--jobs", type=click.IntRange(0), metavar="N", default=0, example="--jobs 4", help="Processes; 0 decides by the tree's size."),
    _speed("--deep", is_flag=True, example="--deep", help="Let cfn-lint judge CloudFormation templates, too; about a second each."),
    _speed("--cache/--no-cache", default=True, show_default=True, example="--no-cache", help="Use what earlier runs kept."),
)


def scan_options(command: _Function) -> _Function:
    """Give a command the options of a scan."""
    for each in reversed(_OPTIONS):
        command = each(command)
    return command
