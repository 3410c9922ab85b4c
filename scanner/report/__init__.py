"""Report stage: turns a `Report` into the text of one format. One module a format, each a pure function of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Literal, NamedTuple, cast

from scanner.errors import UsageError
from scanner.model import Level, Report
from scanner.spelling import hint

FORMATS: dict[str, str] = {
    "text": "scanner.report.text:render_text",
    "json": "scanner.report.json_report:render_json",
    "jsonl": "scanner.report.json_report:render_jsonl",
    "html": "scanner.report.html.page:render_html",
    "sarif": "scanner.report.sarif:render_sarif",
    "markdown": "scanner.report.markdown:render_markdown",
    "junit": "scanner.report.junit:render_junit",
    "gitlab": "scanner.report.gitlab:render_gitlab",
    "github": "scanner.report.github:render_github",
    "csv": "scanner.report.csv_report:render_csv",
}
"""Every format by name, with the `module:function` that renders it; a module is imported when its format is asked for."""
Threshold = Level | Literal["never"]
"""The level from which on an open finding fails a scan."""


class Options(NamedTuple):
    """What a user may ask of a format; each renderer reads what concerns it.

    `verbose` is -1 (quiet), 0 or more. `line_hashes` gives, by path and line, what `line_hash.line_hashes` computed of that file.
    `style` is how text lists the findings, or `statistics` that it counts them in place of that; `columns` is the width of the terminal,
    None where there is none; `links` is the URI of the folder that paths are below, where the terminal can follow links.
    `fail_on` is the level from which on an open finding fails the scan, for formats that say whether it passes.
    """

    color: bool = False
    verbose: int = 0
    sarif_suppressed: bool = False
    line_hashes: Mapping[tuple[str, int], str] = {}
    fail_on: Threshold = "warning"
    style: str = "grouped"
    statistics: bool = False
    columns: int | None = None
    links: str | None = None


Renderer = Callable[[Report, Options], str]


def renderer(name: str) -> Renderer:
    """The function that renders the format `name`. Raises `UsageError`, naming the nearest format, for a name that is unknown."""
    return cast(Renderer, function_of(name, FORMATS))


def function_of(name: str, formats: Mapping[str, str]) -> Any:
    """The function that renders one of `formats` (each a `module:function`). Raises `UsageError` as `renderer` does."""
    target = formats.get(name)
    if target is None:
        raise UsageError(unknown(name, formats))
    module, _, function = target.partition(":")
    return getattr(import_module(module), function)


def render(
    report: Report,
    format: str,  # noqa: A002 - the word that users know
    **wanted: Any,
) -> str:
    """The report as text that can be encoded in UTF-8, with a line feed at the end unless it is empty; `wanted` are fields of `Options`.

    Raises `UsageError` for an unknown format. The same report and options always give the same text.
    """
    return renderer(format)(report, Options(**wanted))


def unknown(name: str, formats: Mapping[str, str]) -> str:
    """What there is to say of a format that is none of `formats`."""
    return f"unknown format {name!r}{hint(name, formats, 0.5) or '; known formats: ' + ', '.join(formats)}"
