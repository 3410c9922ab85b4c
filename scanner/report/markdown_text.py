"""Text of unknown origin inside Markdown as GitHub and GitLab render it: no mark, mention, reference, link or HTML comes out of it."""

from __future__ import annotations

import re

from scanner.report.display import visible

_CODE = str.maketrans({character: f"&#{ord(character)};" for character in "\\`*_[]<>|~&@#$:.!{}\"'"})
_WORDS = str.maketrans({character: f"&#{ord(character)};" for character in "\\`*_[]<>|~&{}"})
_REFERENCE = re.compile(r"(?i)[@#$!%^&~]|:(?=//)|\bwww(?=\.)|\bgh(?=-[0-9])")
_NO_JOIN = "\u200b"


def code(text: str, most: int = 200) -> str:
    """The text as code of at most `most` characters.

    Both services look for mentions and references in what they have rendered, but not inside of `<code>`. A pair of backticks
    would do the same, were there a way to write a backtick, or the `|` of a table, between them.
    """
    shown = visible(text)
    return f"<code>{(shown if len(shown) <= most else shown[: most - 1] + '…').translate(_CODE)}</code>" if shown else ""


def words(text: str, most: int = 500) -> str:
    """The text as prose of at most `most` characters; what would become a mention, a reference or a link is parted by an unseen space."""
    line = " ".join(text.split())
    shown = visible(line if len(line) <= most else line[: most - 1] + "…")
    return _REFERENCE.sub(lambda found: found[0] + _NO_JOIN, shown).translate(_WORDS)
