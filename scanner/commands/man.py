"""`phasegate man`: the manual page, in the language of man(7), from the same source as the help of the commands."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

import click

from scanner import __version__
from scanner.commands.helping import Command, Examples, Group

_DATE = "2026-11-23"
"""When the page was last given another shape."""
_ESCAPES = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"}
_EXIT = (
    ("0", "Nothing at or above the threshold, and everything was scanned."),
    ("1", "Findings at or above the threshold."),
    ("2", "The scan could not be completed, or the request is unusable. It outweighs 1."),
    ("3", "There was nothing to scan."),
)
_ENVIRONMENT = (
    ("NO_COLOR", "If set and not empty, text has no colour, unless --color says so. It outweighs FORCE_COLOR."),
    ("FORCE_COLOR, CLICOLOR_FORCE", "If set, not empty and not 0, text is coloured wherever it goes."),
    ("FORCE_HYPERLINK", "0: paths are no links of the terminal; another value: they are, wherever text goes."),
    ("TERM", "On a terminal that is dumb there is neither colour nor a bar."),
    ("COLUMNS", "The width to which text on a terminal is wrapped, in place of the terminal's own."),
    ("XDG_CACHE_HOME", "Where the cache lies, in place of ~/.cache."),
    ("SOURCE_DATE_EPOCH", "The time to take for now, in seconds, when it is judged what has expired."),
)
_FILES = (
    ("phasegate.toml", "The configuration, at the root of the scan; or [tool.phasegate] in pyproject.toml."),
    ("phasegate-baseline.json", "The findings that are accepted, at the root of the scan."),
    ("~/.cache/phasegate", "Compiled signatures, and the results of files that are the same."),
)


@click.command(
    cls=Command,
    examples=(
        ("phasegate man | man -l -", "read it"),
        ("phasegate man > ~/.local/share/man/man1/phasegate.1", "install it: then `man phasegate`"),
    ),
)
def man() -> None:
    """Print the manual page, with every option of every command and an example of its use."""
    from scanner.commands.root import app  # noqa: PLC0415

    click.echo("\n".join(page(app)))


def page(app: Group) -> Iterator[str]:
    """The lines of the page."""
    yield f'.TH PHASEGATE 1 {_DATE} "phasegate {__version__}" "User Commands"'
    yield ".SH NAME"
    yield "phasegate \\- find every infrastructure artifact that the phase forbids"
    yield ".SH SYNOPSIS"
    yield ".B phasegate\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]"
    yield ".SH DESCRIPTION"
    with click.Context(app, info_name="phasegate") as context:
        yield _filled(
            "A static scanner that holds a repository to a governing document: it says which clause forbids what stands at which line, and "
            "what would lift it. It runs no code of the repository, needs no network, and reports what it could not read."
        )
        yield from _options(app, context)
        yield from _examples(app.examples)
        yield ".SH COMMANDS"
        yield from _commands(app, context)
    for title, rows in (("EXIT STATUS", _EXIT), ("ENVIRONMENT", _ENVIRONMENT), ("FILES", _FILES)):
        yield f".SH {_quoted(title)}"
        for term, words in rows:
            yield f".TP\n.B {_quoted(term)}\n{_filled(words)}"
    yield ".SH SEE ALSO\n.BR git (1)"


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        with click.Context(command, info_name=name, parent=context) as inner:
            usage = " ".join(command.collect_usage_pieces(inner))
            yield f".SS {_quoted(f'{inner.command_path} {usage}')}"
            yield from _paragraphs(command.help or "")
            yield from _options(command, inner)
            yield from _examples(getattr(command, "examples", ()))
            if isinstance(command, click.Group):
                yield from _commands(command, inner)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Each option with its words, and the command line of its example."""
    section = None
    for param in command.get_params(context):
        record = param.get_help_record(context)
        if record is None or isinstance(param, click.Argument) or "--help" in param.opts:
            continue
        if (own := getattr(param, "section", None)) != section:
            section = own
            if command.name == "scan":
                yield f".PP\n.I {_quoted(str(section))}"
        yield f".TP\n.B {_quoted(record[0])}\n{_filled(record[1])}"
        if example := getattr(param, "example", ""):
            yield f".br\nExample:\n{_filled(f'{context.command_path} {example}')}"


def _examples(examples: Examples) -> Iterator[str]:
    if examples:
        yield ".PP\nExamples:"
    for line, words in examples:
        yield f".TP\n{_escaped(line)}\n{_filled(words)}"


def _paragraphs(text: str) -> Iterator[str]:
    yield "\n.PP\n".join(map(_filled, text.split("\n\n")))


def _filled(text: str) -> str:
    """Text of a paragraph that stands for itself, in lines of the length that the language asks for."""
    lines = wrap(" ".join(text.split()), 60, break_long_words=False, break_on_hyphens=False)
    return "\n".join(map(_escaped, lines))


def _escaped(text: str) -> str:
    """A line that stands for itself: no character of it is taken for a request, and letters beyond ASCII are spelt."""
    spelt = "".join(_ESCAPES.get(each, each if each.isascii() else f"\\[u{ord(each):04X}]") for each in text)
    return f"\\&{spelt}" if spelt.startswith(".") else spelt


def _quoted(text: str) -> str:
    """Text as one argument of a request."""
    return f'"{_escaped(text)}"'
