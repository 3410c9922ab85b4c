"""What the terminal at hand can show, and what the user's environment says about it.

Colour: `--color always|never` on the command line; NO_COLOR; FORCE_COLOR or CLICOLOR_FORCE; `color` in the configuration; then a terminal
has colour unless TERM is `dumb`, and nothing else has. Hyperlinks go the same way: `--hyperlinks`, FORCE_HYPERLINK, `hyperlinks` in the
configuration; then a terminal that is known to show them has them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from scanner.model import Report

_LINKING = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "contour", "WarpTerminal", "zed"})
"""Values of TERM_PROGRAM of terminals that show links."""
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm", "rio")
_FIRST_VTE = 5001
"""The libraries of GNOME's terminal before 0.50.1 know links, and crash on some."""


class Decision(NamedTuple):
    """What a variable of the environment decides."""

    choice: str
    variable: str


class Surface(NamedTuple):
    """What a report is shown on: whether in colour, with links, and how many cells wide (None: as wide as it needs)."""

    color: bool = False
    links: bool = False
    columns: int | None = None


def surface(options: Mapping[str, Any]) -> Surface:
    """Standard output, under the user's options `color` and `hyperlinks`."""
    return Surface(colored(options["color"]), linked(options.get("hyperlinks", "auto")), columns())


def color_by_environment() -> Decision | None:
    """What the environment says about colour: NO_COLOR wins; None where it says nothing."""
    if os.environ.get("NO_COLOR"):
        return Decision("never", "NO_COLOR")
    for variable in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if os.environ.get(variable, "0") not in ("", "0", "false"):
            return Decision("always", variable)
    return None


def links_by_environment() -> Decision | None:
    """What FORCE_HYPERLINK says about hyperlinks; None where it says nothing."""
    value = os.environ.get("FORCE_HYPERLINK")
    if not value:
        return None
    return Decision("never" if value in ("0", "false") else "always", "FORCE_HYPERLINK")


def colored(choice: str) -> bool:
    """Whether standard output is coloured under a `choice` of auto, always or never."""
    by = color_by_environment()
    if choice == "auto" and by is not None:
        choice = by.choice
    return choice == "always" or (choice == "auto" and _is_terminal())


def linked(choice: str) -> bool:
    """Whether paths on standard output are links under a `choice` of auto, always or never."""
    by = links_by_environment()
    if choice == "auto" and by is not None:
        choice = by.choice
    return choice == "always" or (choice == "auto" and _is_terminal() and _shows_links())


def link_base(report: Report) -> str | None:
    """The URI of the folder below which the paths of a report stand on this machine; None where they stand in no work tree."""
    if report.source not in ("worktree", "index"):
        return None
    from socket import gethostname  # noqa: PLC0415

    from scanner.report.uri import path_to_uri  # noqa: PLC0415

    folder = os.path.realpath(os.fsencode(report.root)).decode("utf-8", "surrogateescape")
    return f"file://{path_to_uri(gethostname())}/{path_to_uri(folder)}".rstrip("/") + "/"


def columns() -> int | None:
    """How many cells a line of standard output has; None where it is no terminal, and lines may be as long as they like."""
    if not sys.stdout.isatty():
        return None
    import shutil  # noqa: PLC0415

    return shutil.get_terminal_size().columns


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _shows_links() -> bool:
    """Whether the terminal is one that shows links. Inside a multiplexer that is not known."""
    term = os.environ.get("TERM", "")
    if os.environ.get("TMUX") or term.startswith(("screen", "tmux")):
        return False
    vte = os.environ.get("VTE_VERSION", "")
    return (
        os.environ.get("TERM_PROGRAM") in _LINKING
        or (vte.isascii() and vte.isdigit() and int(vte[:9]) >= _FIRST_VTE)
        or any(os.environ.get(name) for name in ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM"))
        or term.startswith(_LINKING_TERMS)
    )
