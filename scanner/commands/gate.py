"""`phasegate gate`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from scanner.commands.helping import Choice, Command, option
from scanner.config_keys import WHEN
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.commands.terminal import Surface
    from scanner.config import Config
    from scanner.gate.facts import Facts
    from scanner.match.rules import Rules
    from scanner.sources.repository import Repo
    from scanner.sources.revisions import Range


@click.command(
    cls=Command,
    examples=(
        ("phasegate gate", "the last commit against its first parent"),
        ("phasegate gate origin/main..HEAD", "a branch, against its merge base"),
        ("phasegate gate main..HEAD --format sarif=gate.sarif --format text", "two reports in one run"),
    ),
)
@click.argument("revisions", required=False, default="HEAD", metavar="[RANGE]")
@option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    example="--format sarif=gate.sarif --format text",
    help="text, json or sarif; may be given several times.",
)
@option("-o", "--output", metavar="FILE", example="--output verdict.txt", help="Write the verdict to FILE, whole or not at all.")
@option(
    "--policy",
    metavar="FILE",
    example="--policy policies/J.5.yaml",
    help="Take clauses and criteria from the policy of FILE, in place of the one that is shipped.",
)
@option("--no-baseline", is_flag=True, example="--no-baseline", help="Use no baseline.")
@option("--no-suppressions", is_flag=True, example="--no-suppressions", help="Let no comment and no [[allow]] lift a finding.")
@option("--cache/--no-cache", default=True, example="--no-cache", help="Use the user's cache of compiled signatures.")
@option("--color", type=Choice(WHEN.choices), default="auto", show_default=True, example="--color never", help="Whether text is coloured.")
@option("-q", "--quiet", is_flag=True, example="-q", help="Only the one-line verdict.")
@option("-v", "--verbose", count=True, example="-v", help="Show every reason.")
def gate(revisions: str, **options: Any) -> None:
    """Hold a range of commits against the acceptance criteria of the governing document (sections 7 and 8).

    RANGE is A..B (judged from their merge base), or one commit (judged from its first parent; by default HEAD).

    Exit code: 0 every criterion is met, 1 one is not, 2 something could not be looked at or the request is unusable.
    """
    from scanner import config  # noqa: PLC0415
    from scanner.commands import output  # noqa: PLC0415
    from scanner.commands.sources import top_of  # noqa: PLC0415
    from scanner.gate import deciding, verdict  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415
    from scanner.report import Options, verdicts  # noqa: PLC0415
    from scanner.sources import repository  # noqa: PLC0415
    from scanner.sources import revisions as revs  # noqa: PLC0415

    wanted = output.targets(options["formats"], options["output"], verdicts.renderer)
    repo = repository.open_repository()
    configured = config.load(top_of("."))
    loaded = rules.load(policy=options["policy"] or configured.values.get("policy"), use_cache=options["cache"])
    acceptance = verdict.criteria(loaded.acceptance)
    if not acceptance:
        raise UsageError(f"the policy {loaded.policy.id} names no criteria of acceptance")
    span = revs.resolve_range(revisions, repo) if ".." in revisions else revs.single(revisions, repo)
    facts = _facts(span, repo, loaded, configured, options)
    found = deciding.decide(revisions, facts, acceptance)

    def rendered(name: str, place: Surface) -> str:
        shown = Options(color=place.color, verbose=-1 if options["quiet"] else options["verbose"])
        return verdicts.renderer(name)(found, shown)

    output.deliver(rendered, wanted, options)
    sys.exit({"pass": output.CLEAN, "fail": output.FOUND, "incomplete": output.UNUSABLE}[found.conclusion])


def _facts(span: Range, repo: Repo, loaded: Rules, configured: Config, options: dict[str, Any]) -> Facts:
    """Everything that the checks need: the change, a scan of what it brings, and the state of the work tree."""

    from scanner import pipeline  # noqa: PLC0415
    from scanner.commands import sources, terms, values  # noqa: PLC0415
    from scanner.gate.facts import Facts, diff_of  # noqa: PLC0415
    from scanner.sources.cleanliness import unclean  # noqa: PLC0415

    given = configured.values
    settings = pipeline.Settings(
        max_file_size=values.size(given.get("max-file-size", pipeline.DEFAULT_SIZE)),
        jobs=given.get("jobs", 0),
        deep=given.get("deep", False),
    )
    entries = None if options["no_baseline"] else terms.baseline(configured, sources.top_of("."), None)
    settled = terms.terms(configured, loaded, entries, "none" if options["no_suppressions"] else "all")
    diff = diff_of(span, repo, given.get("exclude", ()))
    known = sources.known(diff.change, loaded, settings)
    report = pipeline.scan(diff.change.after, loaded, settings, terms=settled._replace(known=known))
    report = report._replace(notices=(*configured.notices, *report.notices))
    return Facts(repo, loaded, diff, report, unclean(repo), settings.max_file_size)
