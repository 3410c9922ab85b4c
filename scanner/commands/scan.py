"""`phasegate scan`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.config import Config

_FORMAT_HELP = (
    "text, json, jsonl, sarif, html, markdown, junit, gitlab, github or csv; FORMAT=FILE writes to a file; may be given several times."
)


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "formats", multiple=True, metavar="FORMAT[=FILE]", help=_FORMAT_HELP)
@click.option("-o", "--output", metavar="FILE", help="Write the report to FILE, whole or not at all.")
@click.option("--stdin-filename", metavar="NAME", help="The name of what stands on standard input, with PATH '-'.")
@click.option("--staged", is_flag=True, help="Scan what is staged for the next commit, as it stands in git's index.")
@click.option("--since", metavar="REV", help="Scan what the commits since REV add or alter; only findings that are new count.")
@click.option("--range", metavar="A..B", help="Scan what the commits of A..B add or alter; only findings that are new count.")
@click.option("--history", is_flag=True, help="Scan everything that was ever committed, on all branches and tags.")
@click.option("--clause", "clauses", multiple=True, metavar="ID", help="Only findings of this clause (3.1 or its slug).")
@click.option("--kind", "kinds", multiple=True, metavar="ID", help="Only findings of this kind.")
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "note"]),
    default="note",
    show_default=True,
    help="Only findings of this level or a graver one.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    default="warning",
    show_default=True,
    help="The level that makes the exit code 1.",
)
@click.option("--policy", metavar="FILE", help="Hold the files against the policy of FILE, in place of the one that is shipped.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 where findings would make it 1.")
@click.option("--baseline", metavar="FILE", help="Findings of this file do not count (default: phasegate-baseline.json at the root).")
@click.option("--no-baseline", is_flag=True, help="Use no baseline.")
@click.option("--no-suppressions", is_flag=True, help="Let no comment and no [[allow]] lift a finding.")
@click.option("--include-ignored", is_flag=True, help="Scan what git ignores, too.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out what matches; every report says so.")
@click.option("--max-file-size", metavar="SIZE", default="10M", show_default=True, help="A larger file is reported as not scanned.")
@click.option("--jobs", type=click.IntRange(0), metavar="N", default=0, help="Processes to use; 0 decides by the size of the tree.")
@click.option("--deep", is_flag=True, help="Let cfn-lint judge every CloudFormation template, too; about a second each.")
@click.option(
    "--cache/--no-cache", default=True, help="Use what earlier runs kept: compiled signatures, results of files that are the same."
)
@click.option("--progress/--no-progress", default=None, help="Show progress; by default only on a terminal.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option(
    "--sarif-suppressed",
    type=click.Choice(["include", "exclude"]),
    default="exclude",
    show_default=True,
    help="Whether SARIF holds findings that do not count.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only the one-line result.")
@click.option("-v", "--verbose", count=True, help="Show notes and every repetition.")
@click.pass_context
def scan(ctx: click.Context, /, paths: Sequence[str], **options: Any) -> None:
    """Scan files or folders (default: the current folder).

    Exit code: 0 nothing at the threshold, 1 findings, 2 the scan could not be completed or the request is unusable, 3 nothing to scan.
    """

    from scanner import pipeline  # noqa: PLC0415
    from scanner.commands import output, remembering, sources, terms, values  # noqa: PLC0415
    from scanner.commands.progress import progress  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415
    from scanner.report import HASHED, renderer  # noqa: PLC0415

    if options["baseline"] and options["no_baseline"]:
        raise UsageError("--baseline and --no-baseline exclude each other")
    sources.check(paths, options)
    given_baseline = options["baseline"]
    root = sources.root_of(paths, options)
    configured = _configure(ctx, root, options)
    wanted = output.targets(options["formats"], options["output"], renderer)
    loaded = rules.load(policy=options["policy"], use_cache=options["cache"])
    settings = pipeline.Settings(
        clauses=frozenset(values.clause_id(loaded, text) for text in options["clauses"]),
        kinds=frozenset(values.kind_id(loaded, text) for text in options["kinds"]),
        level=options["level"],
        max_file_size=values.size(options["max_file_size"]),
        jobs=options["jobs"],
        deep=options["deep"],
        line_hashes=not options["history"] and any(name in HASHED for name, _file in wanted),
    )
    entries = None if options["no_baseline"] else terms.baseline(configured, root, given_baseline)
    settled = terms.terms(configured, loaded, entries, "none" if options["no_suppressions"] else "all")
    found, change = sources.choose(paths, options)
    if change is not None:
        settled = settled._replace(known=sources.known(change, loaded, settings))
    memory = remembering.memory(found, loaded, settings, wanted=options["cache"])
    with progress(options["progress"], len(found.files)) as told:
        report = pipeline.scan(found, loaded, settings, told, terms=settled, memory=memory)
    report = report._replace(notices=(*configured.notices, *report.notices))
    output.print_reports(report, wanted, options)
    if options["verbose"]:
        remembering.tell(memory)
    sys.exit(output.exit_code(report, options["fail_on"], exit_zero=options["exit_zero"]))


def _configure(ctx: click.Context, root: str, options: dict[str, Any]) -> Config:
    """The configuration, its values taken in where the command line says nothing."""
    from scanner import config  # noqa: PLC0415

    loaded = config.load(root)
    renamed = {"format": "formats", "clause": "clauses", "kind": "kinds"}
    for key, value in loaded.values.items():
        name = renamed.get(key, key.replace("-", "_"))
        if ctx.get_parameter_source(name) in (ParameterSource.DEFAULT, None):
            options[name] = value
    for name, known in (
        ("level", ("error", "warning", "note")),
        ("fail_on", ("error", "warning", "note", "never")),
        ("color", ("auto", "always", "never")),
    ):
        if options[name] not in known:
            raise UsageError(f"{name.replace('_', '-')}: must be one of {', '.join(known)}, not {options[name]!r}")
    return loaded
