"""Whether a file is prose and nothing that a machine would run, judged by its name, its mode and its text."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.gate.markdown_code import blocks
from scanner.match.rules import Rules

EXECUTABLE = "100755"

_MARKED = ("asciidoc", "rest")
# Elements that run or hold code, handlers of events, addresses that are scripts, and the marks of server-side templates.
_ACTIVE = (
    r"(?i)<(?:script|pre|iframe|object|embed|applet)\b|<\?php\b|<%"
    r"|[\"'(<=][ \t\n]*javascript:"
    r"|<[a-z][^<>]*[ \t\n/\"']on[a-z]{3,30}[ \t\n]*="
)


def code_in(path: str, mode: str, data: bytes, prose: frozenset[str], rules: Rules) -> Iterator[tuple[int, str]]:
    """What there is of code in a regular file: the line (from 1) and what stands there, in words.

    Markdown, AsciiDoc, reStructuredText and plain text can be prose; a file of any other name counts as code whatever it holds, and
    so does what is no text in UTF-8. `prose` names the languages of Markdown fences that count as text.
    """
    if mode == EXECUTABLE:
        yield 1, f"is executable (mode {mode})"
    dialect = rules.formats.of(path).format
    if dialect not in (*_MARKED, "markdown") and not path.lower().endswith(".txt"):
        yield 1, "is no document by its name (Markdown, AsciiDoc, reStructuredText or plain text)"
        return
    try:
        # CommonMark ends lines at lone carriage returns, too, and a byte order mark is no content.
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        yield data.count(b"\n", 0, error.start) + 1, "holds bytes that are no text in UTF-8"
        return
    if "\0" in text:
        yield text.count("\n", 0, text.index("\0")) + 1, "holds a NUL character, which no text does"
    if text.startswith("#!"):
        yield 1, "begins with `#!`, which makes a script of it"
    yield from _active(text)
    if dialect == "markdown":
        yield from ((line, f"holds {words}") for line, words in blocks(text, prose))
    elif dialect in _MARKED:
        from scanner.read import markdown  # noqa: PLC0415

        found = markdown.read(text, "asciidoc" if dialect == "asciidoc" else "rest").fragments
        yield from ((fragment.line, "holds a block of code") for fragment in found)


def _active(text: str) -> Iterator[tuple[int, str]]:
    import re2  # noqa: PLC0415

    line, place = 1, 0
    for found in re2.finditer(_ACTIVE, text):
        line += text.count("\n", place, found.start())
        place = found.start()
        yield line, f"holds active HTML ({' '.join(found[0].split())[:40]!r})"
