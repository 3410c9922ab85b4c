"""What `phasegate scan` and the hook of a commit do, once it is known what they are asked for. Nothing here parses a command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.stages import Stages

DEFAULTS: Mapping[str, Any] = {
    "staged": False,
    "since": None,
    "range": None,
    "history": False,
    "stdin_filename": None,
    "include_ignored": False,
    "exclude": (),
    "max_file_size": "10M",
    "clauses": (),
    "kinds": (),
    "level": "note",
    "fail_on": "warning",
    "exit_zero": False,
    "baseline": None,
    "no_baseline": False,
    "no_suppressions": False,
    "formats": (),
    "output": None,
    "color": "auto",
    "style": "grouped",
    "statistics": False,
    "hyperlinks": "auto",
    "progress": None,
    "quiet": False,
    "verbose": 0,
    "sarif_suppressed": "exclude",
    "policy": None,
    "jobs": 0,
    "deep": False,
    "cache": True,
}
"""The options of a scan that nothing is said about, under the names that the command line gives them."""


def scan(paths: Sequence[str], options: dict[str, Any], is_given: Callable[[str], bool]) -> int:
    """Scan, write the reports, and give the exit code. `is_given` says which options the user has set, so that no configuration does.

    Raises `UsageError` for a request that is unusable.
    """
    from scanner import pipeline  # noqa: PLC0415
    from scanner.commands import configured, output, remembering, sources, terms, values  # noqa: PLC0415
    from scanner.commands.progress import progress, waiting  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415
    from scanner.report import renderer  # noqa: PLC0415

    watched = _watched() if options["verbose"] > 1 else None
    if options["baseline"] and options["no_baseline"]:
        raise UsageError("--baseline and --no-baseline exclude each other")
    sources.check(paths, options)
    given_baseline = options["baseline"]
    root = sources.root_of(paths, options)
    configuration = configured.take_in(is_given, root, options)
    wanted = output.targets(options["formats"], options["output"], renderer)
    with waiting(options["progress"], "Compiling the signatures, as the first run does"):
        loaded = rules.load(policy=options["policy"], use_cache=options["cache"])
    settings = pipeline.Settings(
        clauses=frozenset(values.clause_id(loaded, text) for text in options["clauses"]),
        kinds=frozenset(values.kind_id(loaded, text) for text in options["kinds"]),
        level=options["level"],
        max_file_size=values.size(options["max_file_size"]),
        jobs=options["jobs"],
        deep=options["deep"],
        line_hashes=not options["history"] and any(name == "sarif" for name, _file in wanted),
    )
    entries = None if options["no_baseline"] else terms.baseline(configuration, root, given_baseline)
    settled = terms.terms(configuration, loaded, entries, "none" if options["no_suppressions"] else "all")
    with waiting(options["progress"], "Listing the files"):
        found, change = sources.choose(paths, options)
    if change is not None:
        settled = settled._replace(known=sources.known(change, loaded, settings))
    memory = remembering.memory(found, loaded, settings, wanted=options["cache"])
    with progress(options["progress"], len(found.files)) as told:
        report = pipeline.scan(found, loaded, settings, told, terms=settled, memory=memory)
    report = report._replace(notices=(*configuration.notices, *report.notices))
    output.print_reports(report, wanted, options)
    if options["verbose"]:
        remembering.tell(memory)
    for line in watched.lines() if watched is not None else ():
        sys.stderr.write(f"phasegate: {line}\n")
    return output.exit_code(report, options["fail_on"], exit_zero=options["exit_zero"])


def _watched() -> Stages:
    from scanner import stages  # noqa: PLC0415

    return stages.watch()
