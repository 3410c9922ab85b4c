"""How a comment that lifts findings is written in each format. Whether one works where it is put is for the scanner to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scanner.read.formats import Formats, sniff


class Syntax(NamedTuple):
    """How a comment begins and ends, and the mark before the reason: XML's comments may hold no `--`."""

    opener: str
    closer: str = ""
    mark: str = "--"

    def write(self, words: str, reason: str = "") -> str:
        """The comment that says `words`; without a reason it lifts nothing, and waits for one to be typed."""
        return f"{self.opener} phasegate: {words} {self.mark} {reason}{self.closer}"


_HASH = Syntax("#")
_SLASHES = Syntax("//")
_BLOCK = Syntax("/*", " */")
_DASHES = Syntax("--")
_MARKUP = Syntax("<!--", " -->", "—")
_BY_FORMAT: Mapping[str, Syntax] = {
    **dict.fromkeys(("yaml", "toml", "ini", "hcl", "shell", "powershell", "dockerfile", "makefile", "justfile", "python", "hashed"), _HASH),
    **dict.fromkeys(("typescript", "tsx", "javascript", "go", "csharp", "java", "groovy", "slashed", "asciidoc"), _SLASHES),
    "batch": Syntax("rem"),
    "markdown": _MARKUP,
    "rest": Syntax(".."),
}
_BY_ENDING: Mapping[str, Syntax | None] = {
    **dict.fromkeys((".jsonc", ".json5", ".proto", ".mod"), _SLASHES),
    **dict.fromkeys((".css", ".scss", ".less"), _BLOCK),
    **dict.fromkeys((".xml", ".svg", ".html", ".htm", ".vue"), _MARKUP),
    **dict.fromkeys((".txt", ".lock", ".po", ".pot"), _HASH),
    ".sql": _DASHES,
    ".tex": Syntax("%"),
    ".mdx": None,
}
"""Endings whose comments differ from those of the format as which such a file is read."""
_CONTINUES: Mapping[str, str] = {"powershell": "`", "batch": "^"}
_FIRST = re.compile(
    r"#!|#[a-z][a-z-]*$|<\?|<!DOCTYPE|%(?:YAML|TAG)\b|#[ \t]*(?:syntax|escape|check)[ \t]*=|#.*-\*-|@charset|@echo\b", re.IGNORECASE
)
"""A line that means something only where nothing stands above it: an interpreter, a directive, a declaration."""
_FRONT_MATTER = re.compile(r"---[ \t]*$")


def format_of(formats: Formats, path: str, text: str) -> str:
    """The format that a file is most likely in."""
    return formats.of(path).format or sniff(text)[0]


def candidates(format_: str, path: str, *, embedded: bool) -> tuple[Syntax, ...]:
    """The syntaxes to try for a comment in a file, best first; `embedded` is for one in code that the file only holds."""
    ending = next((ending for ending in _BY_ENDING if path.lower().endswith(ending)), None)
    own = _BY_ENDING[ending] if ending is not None else _BY_FORMAT.get(format_)
    around = () if own is None else (own,)
    return tuple(dict.fromkeys((_HASH, _SLASHES, _DASHES, *around))) if embedded else around


def goes_on(format_: str, above: str) -> bool:
    """Whether a line goes on in the one below it, so that a comment between them would part what belongs together."""
    return format_ != "dockerfile" and above.rstrip().endswith(_CONTINUES.get(format_, "\\"))


def first_place(format_: str, lines: list[str]) -> int:
    """The line, counted from 0, above which a comment on the whole file is put."""
    place = 0
    if format_ == "markdown" and lines and _FRONT_MATTER.match(lines[0]):
        place = next((number + 1 for number, line in enumerate(lines[1:], 1) if _FRONT_MATTER.match(line)), 0)
    while place < len(lines) and _FIRST.match(lines[place]):
        place += 1
    return place
