"""`phasegate config`: what a scan would be asked for, and by whom."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from scanner.commands.helping import Choice, Group, given_in, option

if TYPE_CHECKING:
    from scanner.config import Config


@click.group(cls=Group, examples=(("phasegate config show", "each value with what set it"),))
def config() -> None:
    """Show what a scan would be asked for."""


@config.command(
    context_settings={"ignore_unknown_options": True},
    examples=(
        ("phasegate config show", "of the current folder"),
        ("phasegate config show infra --fail-on error", "of a folder, with options of scan"),
        ("phasegate config show --format json", "for scripts"),
    ),
)
@option("--format", "form", type=Choice(["text", "json"]), default="text", show_default=True, example="--format json", help="text or json.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PATHS AND OPTIONS OF SCAN]...")
@click.pass_context
def show(ctx: click.Context, form: str, arguments: Sequence[str]) -> None:
    """Show each value of a scan, and what set it: the command line, the environment, a line of the configuration, or nothing (default).

    Takes what `scan` takes; its `--format` stands behind `--`.
    """
    from scanner.commands import configured, sources  # noqa: PLC0415
    from scanner.commands.scan import scan  # noqa: PLC0415

    with scan.make_context("phasegate config show", list(arguments), parent=ctx) as context:
        options = dict(context.params)
        root = sources.root_of(options["paths"], options)
        loaded = configured.take_in(given_in(context), root, options)
        rows = _rows(configured.origins(given_in(context), loaded, options), loaded, _lines(root, loaded))
    click.echo((_as_json if form == "json" else _as_text)(rows, loaded, root))


class _Row(NamedTuple):
    """A value: `origin` is `default`, `configuration`, `environment` or `command line`, and `where` says it more exactly."""

    key: str
    value: Any
    origin: str
    where: str | None = None


def _rows(found: Sequence[tuple[str, Any, str]], loaded: Config, line_of: Callable[[str], int]) -> list[_Row]:
    rows = []
    for key, value, origin in found:
        word, _colon, variable = origin.partition(": ")
        where = f"{loaded.file}:{line_of(key)}" if word == "configuration" else variable or None
        rows.append(_Row(key, list(value) if isinstance(value, tuple) else value, word, where))
    rows += [_Row(f"[[{key}]]", len(tables), "configuration", f"{loaded.file}:{line_of(key)}") for key, tables in loaded.tables.items()]
    return rows


def _lines(root: str, loaded: Config) -> Callable[[str], int]:
    """A function that gives the line at which a key stands in the file of the configuration."""
    if loaded.file is None:
        return lambda _key: 0
    from scanner.config import LARGEST  # noqa: PLC0415
    from scanner.read import toml  # noqa: PLC0415
    from scanner.sources.tree import Tree  # noqa: PLC0415

    text = Tree(os.path.realpath(os.fsencode(root))).read(loaded.file, LARGEST).decode()
    (document,) = toml.read(text).documents
    table = ("tool", "phasegate") if loaded.file == "pyproject.toml" else ()
    return lambda key: document.span_of((*table, key, 0) if key in loaded.tables else (*table, key)).line


def _as_text(rows: Sequence[_Row], loaded: Config, root: str) -> str:
    from scanner.report.display import pad, visible, width  # noqa: PLC0415
    from scanner.report.plain import dumps  # noqa: PLC0415

    values = [visible("-" if row.value is None or row.value == [] else dumps(row.value)) for row in rows]
    keys, wide = max(len(row.key) for row in rows), min(40, max(map(width, values)))
    lines = [f"Configuration of {visible(root)}: {loaded.file or 'none'}", ""]
    for row, value in zip(rows, values, strict=True):
        source = f"environment: {row.where}" if row.origin == "environment" else row.where or row.origin
        lines.append(f"{row.key:<{keys}}  {pad(value, wide)}  {visible(source)}")
    lines += [f"notice: {visible(notice)}" for notice in loaded.notices]
    return "\n".join(lines)


def _as_json(rows: Sequence[_Row], loaded: Config, root: str) -> str:
    from scanner.report.plain import layout  # noqa: PLC0415

    return layout(
        {"version": 1, "root": root, "file": loaded.file, "values": [row._asdict() for row in rows], "notices": list(loaded.notices)},
        depth=1,
    )
