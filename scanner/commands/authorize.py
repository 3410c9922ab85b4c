"""`phasegate authorize`: records of later phases that lift clauses, and what they cover."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from scanner.commands.helping import Command, option
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.judge.authorizations import Grant
    from scanner.model import Report


@click.command(
    cls=Command,
    examples=(
        (
            "phasegate authorize --phase J.4.3 --clause 3.1 --path 'infra/**' --author 'Ada Example' --reason 'J.4.3 is signed'",
            "record one; scans below show it",
        ),
        ("phasegate authorize --list", "what is recorded, what it covers now, when it ends"),
    ),
)
@option("--phase", metavar="PHASE", example="--phase J.4.3", help="The later phase that authorises, such as J.4.3.")
@option(
    "--clause",
    "clauses",
    multiple=True,
    metavar="ID",
    example="--clause 3.1",
    help="A clause that it lifts (3.1 or its slug); may be repeated.",
)
@option(
    "--path",
    "paths",
    multiple=True,
    metavar="GLOB",
    example="--path 'infra/**'",
    help="Where it lifts them, from the root on: infra/**; may be repeated.",
)
@option("--author", metavar="NAME", example="--author 'Ada Example'", help="Who authorises.")
@option("--reason", metavar="TEXT", example="--reason 'J.4.3 is signed'", help="Why.")
@option("--date", metavar="DAY", example="--date 2027-01-01", help="The first day on which it counts (YYYY-MM-DD; default: today).")
@option("--expires", metavar="DAY", example="--expires 2027-12-31", help="The last day on which it counts (default: no end).")
@option("--list", "as_list", is_flag=True, example="--list", help="Show each record, what it covers now, and when it ends.")
@option("--json", "as_json", is_flag=True, example="--list --json", help="With --list: print JSON.")
def authorize(as_list: bool, as_json: bool, clauses: Sequence[str], paths: Sequence[str], **options: str | None) -> None:
    """Record in the configuration that a later phase authorises what some clauses forbid, in some paths."""
    from scanner import config  # noqa: PLC0415

    given = {"clause": clauses, "path": paths, **options}
    if as_list:
        if stray := [f"--{name}" for name, value in given.items() if value]:
            raise UsageError(f"--list shows what is recorded and takes no {stray[0]}")
        _show(config.load("."), as_json=as_json)
        return
    if as_json:
        raise UsageError("--json goes with --list")
    if missing := [f"--{name}" for name in ("phase", "clause", "path", "author", "reason") if not given[name]]:
        raise UsageError(f"an authorisation needs {', '.join(missing)}")
    _record(config.load("."), {"phase": options["phase"], "clauses": list(clauses), "paths": list(paths), **options})


def _record(loaded: Config, options: dict[str, Any]) -> None:
    """Check the record as a scan would read it, and write it."""
    import datetime  # noqa: PLC0415

    from scanner import recording  # noqa: PLC0415
    from scanner.commands.terms import today  # noqa: PLC0415
    from scanner.judge import authorizations  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    now = today()
    entry: dict[str, Any] = {key: value for key, value in {**options, "date": options["date"] or now}.items() if value is not None}
    policy = rules.load(policy=loaded.values.get("policy")).policy
    number = len(loaded.tables.get("authorization", ())) + 1
    checked = authorizations.grant(number, entry, policy).record
    if authorizations.state(checked, now) == "expired":
        raise UsageError(f"it ended on {checked.expires} already")
    entry["clauses"] = list(checked.clauses)
    for key in ("date", "expires"):
        if key in entry:
            entry[key] = datetime.date.fromisoformat(entry[key])
    name = recording.record(".", {key: entry[key] for key in (*authorizations.REQUIRED, "expires") if key in entry})
    end = f"until {checked.expires}" if checked.expires else "without an end"
    click.echo(f"Recorded in {name}: {checked.phase} lifts {', '.join(checked.clauses)} in {', '.join(checked.paths)}, {end}.")


def _show(loaded: Config, *, as_json: bool) -> None:
    """Scan the tree, and print each record with what it covers."""
    from scanner import pipeline  # noqa: PLC0415
    from scanner.commands import output, terms  # noqa: PLC0415
    from scanner.commands.work_tree import prepare  # noqa: PLC0415

    ready = prepare((), loaded)
    settled = terms.terms(loaded, ready.rules)
    report = pipeline.scan(ready.listing, ready.rules, ready.settings, terms=settled, memory=ready.memory)
    click.echo(_as_json(settled.grants, report) if as_json else _as_text(settled.grants, report))
    sys.exit(output.UNUSABLE if report.not_scanned else output.CLEAN)


def _covered(grant: Grant, report: Report) -> int:
    return next((each.findings for each in report.authorizations if each.authorization == grant.record), 0)


def _about(report: Report) -> list[str]:
    """The notices that speak of authorisations."""
    return [notice for notice in report.notices if notice.startswith("authorization")]


def _as_text(grants: Sequence[Grant], report: Report) -> str:
    from scanner.commands.terms import today  # noqa: PLC0415
    from scanner.judge.authorizations import state  # noqa: PLC0415
    from scanner.report.display import visible  # noqa: PLC0415
    from scanner.report.text_summary import counted  # noqa: PLC0415

    lines = []
    for grant in grants:
        record = grant.record
        now = state(record, today())
        end = f" until {record.expires}" if record.expires and now == "in force" else "" if now == "in force" else f" ({_days(grant)})"
        lines += [
            f"{record.number}. {record.phase} lifts {', '.join(record.clauses)} in {', '.join(record.paths)}",
            f"   by {record.author} on {record.date}: {record.reason}",
            f"   {now}{end}; covers {counted(_covered(grant, report), 'finding')}",
        ]
    lines += _about(report) or ([] if grants else ["No authorisation is recorded."])
    lines += [f"not scanned: {each.path}: {each.reason}" for each in report.not_scanned]
    return "\n".join(map(visible, lines))


def _days(grant: Grant) -> str:
    return f"from {grant.record.date}" + (f" to {grant.record.expires}" if grant.record.expires else "")


def _as_json(grants: Sequence[Grant], report: Report) -> str:
    from scanner.commands.terms import today  # noqa: PLC0415
    from scanner.judge.authorizations import state  # noqa: PLC0415
    from scanner.model import InForce  # noqa: PLC0415
    from scanner.report.plain import layout  # noqa: PLC0415
    from scanner.report.records import described  # noqa: PLC0415

    rows = [{"state": state(grant.record, today()), **described(InForce(grant.record, _covered(grant, report)))} for grant in grants]
    missed = [{"path": each.path, "reason": each.reason} for each in report.not_scanned]
    return layout({"version": 1, "authorizations": rows, "notices": _about(report), "not_scanned": missed}, depth=1)
