"""The command line. It parses options and prints; the work is in `pipeline`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.core import ParameterSource

from scanner import __version__
from scanner.errors import UsageError

CLEAN, FOUND, UNUSABLE, NOTHING = 0, 1, 2, 3
"""The exit codes: nothing at the threshold, findings, an incomplete scan or an unusable request, nothing there to scan."""


class _Group(click.Group):
    """Shows the commands in the order in which a newcomer needs them, and names the nearest one for a typing mistake."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches  # noqa: PLC0415

            near = get_close_matches(args[0], self.commands, 1)
            raise click.UsageError(
                f"{error.message}" + (f" Did you mean {near[0]!r}?" if near and "mean" not in error.message else "")
            ) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="phasegate %(version)s")
def app() -> None:
    """Find every infrastructure artifact that the authorised phase forbids.

    \b
    phasegate scan                  the current folder
    phasegate scan --format sarif=out.sarif --format text
    phasegate explain terraform-config
    """


_FORMAT_HELP = "text, json, jsonl or sarif; FORMAT=FILE writes to a file; may be given several times."


@app.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "formats", multiple=True, metavar="FORMAT[=FILE]", help=_FORMAT_HELP)
@click.option("-o", "--output", metavar="FILE", help="Write the report to FILE, whole or not at all.")
@click.option("--stdin-filename", metavar="NAME", help="The name of what stands on standard input, with PATH '-'.")
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
@click.option("--exit-zero", is_flag=True, help="Exit 0 where findings would make it 1.")
@click.option("--include-ignored", is_flag=True, help="Scan what git ignores, too.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out what matches; every report says so.")
@click.option("--max-file-size", metavar="SIZE", default="10M", show_default=True, help="A larger file is reported as not scanned.")
@click.option("--jobs", type=click.IntRange(0), metavar="N", default=0, help="Processes to use; 0 decides by the size of the tree.")
@click.option("--deep", is_flag=True, help="Let cfn-lint judge every CloudFormation template, too; about a second each.")
@click.option("--cache/--no-cache", default=True, help="Use the user's cache of compiled signatures.")
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
    from scanner.match import rules  # noqa: PLC0415
    from scanner.sources import listing, stdin_listing  # noqa: PLC0415

    config_notices = _configure(ctx, paths, options)
    targets = [_target(text) for text in options["formats"] or ("text",)]
    _one_stream(targets, options["output"])
    loaded = rules.load(use_cache=options["cache"])
    settings = pipeline.Settings(
        clauses=frozenset(_clause(loaded, text) for text in options["clauses"]),
        kinds=frozenset(_kind(loaded, text) for text in options["kinds"]),
        level=options["level"],
        max_file_size=_size(options["max_file_size"]),
        jobs=options["jobs"],
        deep=options["deep"],
        line_hashes=any(name == "sarif" for name, _file in targets),
    )
    if "-" in paths:
        found = stdin_listing(_stdin_name(paths, options["stdin_filename"]), sys.stdin.buffer.read())
    else:
        found = listing(paths or ["."], include_ignored=options["include_ignored"], exclude=options["exclude"])
    with _progress(options["progress"], len(found.files)) as told:
        report = pipeline.scan(found, loaded, settings, told)
    if config_notices:
        from dataclasses import replace  # noqa: PLC0415

        report = replace(report, notices=(*config_notices, *report.notices))
    _print(report, targets, options)
    sys.exit(_code(report, options["fail_on"], exit_zero=options["exit_zero"]))


@app.command()
@click.argument("name", metavar="ID")
def explain(name: str) -> None:
    """Explain a kind or a clause: evidence, lookalikes, how it could be lifted."""
    from scanner import explaining  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    click.echo(explaining.explain(rules.load(), name))


@app.command()
@click.option("--clause", metavar="ID", help="Only kinds of this clause.")
@click.option("--family", metavar="NAME", help="Only kinds of this family.")
@click.option("--vendor", metavar="NAME", help="Only kinds that pin this vendor.")
@click.option("--format", "file_format", metavar="NAME", help="Only kinds that are looked for in this format.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def kinds(clause: str | None, family: str | None, vendor: str | None, file_format: str | None, as_json: bool) -> None:
    """List every kind that is known."""
    from scanner import explaining  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    loaded = rules.load()
    wanted = _clause(loaded, clause) if clause else None
    found = explaining.select(loaded, clause=wanted, family=family, vendor=vendor, format=file_format)
    click.echo(explaining.as_json(found) if as_json else explaining.as_table(found))


def _configure(ctx: click.Context, paths: Sequence[str], options: dict[str, Any]) -> tuple[str, ...]:
    """Take configured values in where the command line says nothing; what is worth saying aloud about them."""
    from scanner import config  # noqa: PLC0415

    root = paths[0] if len(paths) == 1 and os.path.isdir(paths[0]) else "."
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
    return loaded.notices


def _target(text: str) -> tuple[str, str | None]:
    from scanner.report import renderer  # noqa: PLC0415

    name, _equals, file = text.partition("=")
    renderer(name)
    return name, file or None


def _one_stream(targets: Sequence[tuple[str, str | None]], output: str | None) -> None:
    if sum(file is None for _name, file in targets) > 1:
        raise UsageError("several formats for one output; write all but one to a file: --format sarif=out.sarif")
    if output and all(file is not None for _name, file in targets):
        raise UsageError("--output has no report left to write: every --format names a file of its own")


def _stdin_name(paths: Sequence[str], name: str | None) -> str:
    if len(paths) > 1:
        raise UsageError("'-' stands alone: standard input cannot be mixed with files")
    if not name:
        raise UsageError("'-' needs --stdin-filename NAME")
    return name


def _clause(loaded: Any, text: str) -> str:
    for clause in loaded.policy.clauses.values():
        if text in (clause.id, clause.slug):
            return str(clause.id)
    raise UsageError(
        f"unknown clause {text!r}{_nearest(text, [*loaded.policy.clauses, *(c.slug for c in loaded.policy.clauses.values())])}"
    )


def _kind(loaded: Any, text: str) -> str:
    if text not in loaded.infos:
        raise UsageError(f"unknown kind {text!r}{_nearest(text, list(loaded.infos))}")
    return text


def _nearest(text: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(text, known, 1, 0.4)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _size(text: str | int) -> int:
    """A size in bytes from `10485760`, `512k`, `10M` or `1G`."""
    digits, unit = (str(text)[:-1], str(text)[-1].lower()) if str(text)[-1:].lower() in ("k", "m", "g") else (str(text), "")
    if not digits.isdigit() or int(digits) == 0:
        raise UsageError(f"--max-file-size: {str(text)!r} is no size such as 512k or 10M")
    return int(digits) << {"": 0, "k": 10, "m": 20, "g": 30}[unit]


@contextmanager
def _progress(wanted: bool | None, total: int) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error, drawn at most a few hundred times; by default only on a terminal and for a scan that takes a while."""
    if wanted is False or (wanted is None and (not sys.stderr.isatty() or total < 500)):
        yield None
        return
    step = max(1, total // 200)
    with click.progressbar(length=total, label="Scanning", file=sys.stderr, show_pos=True) as bar:

        def told(done: int) -> None:
            if done % step == 0 or done == total:
                bar.update(done - bar.pos)

        yield told


def _print(report: Any, targets: Sequence[tuple[str, str | None]], options: dict[str, Any]) -> None:
    from scanner.report import render  # noqa: PLC0415
    from scanner.report.output import write  # noqa: PLC0415

    for name, file in targets:
        target = file or options["output"]
        text = render(
            report,
            name,
            color=target is None and _colored(options["color"]),
            verbose=-1 if options["quiet"] else options["verbose"],
            sarif_suppressed=options["sarif_suppressed"] == "include",
            line_hashes=report.line_hashes,
        )
        if target is not None:
            write(text, target)
        else:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()


def _colored(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _code(report: Any, fail_on: str, *, exit_zero: bool) -> int:
    from scanner.model import LEVELS  # noqa: PLC0415

    if report.not_scanned:
        return UNUSABLE
    if report.tally.files == 0:
        return NOTHING
    failing = fail_on != "never" and any(LEVELS.index(finding.level) >= LEVELS.index(fail_on) for finding in report.open())
    return FOUND if failing and not exit_zero else CLEAN


def main() -> None:
    """The command. Every failure is one clear line on standard error and exit code 2."""
    try:
        app.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(UNUSABLE)
    except UsageError as error:
        click.echo(f"phasegate: {error}", err=True)
        sys.exit(UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("phasegate: interrupted; nothing was written", err=True)
        sys.exit(UNUSABLE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(UNUSABLE)
