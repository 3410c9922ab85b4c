"""Documents: the code blocks of Markdown (CommonMark fences), AsciiDoc and reStructuredText."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scanner.model import Document, Fragment, Location, Reading, Span
from scanner.read.blanking import blank
from scanner.read.positions import Lines

Dialect = Literal["markdown", "asciidoc", "rest"]

_FENCE = re.compile(r"((?:[ \t]|>|(?:[-*+]|[0-9]{1,9}[.)])(?=[ \t]))*)(`{3,}|~{3,})[ \t]*(.*)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_ASCIIDOC_STYLE = re.compile(r"\[(?:source|,)[ ,]*,?[ ]*([A-Za-z0-9_+#-]*)")
_RST_CODE = re.compile(r"([ \t]*)(?:.*[ \t])?\.\.[ \t]+(?:code-block|code|sourcecode|highlight)::[ \t]*([A-Za-z0-9_+#-]*)")
_NAME = re.compile(r"(?:title|file|filename|name|path)[ ]*[=:][ ]*[\"']?([^\"'\s}\]]{1,200})")
_PROMPT = re.compile(r"([ \t]*(?:\([^()]{1,40}\)[ ]?)?(?:[A-Za-z0-9_.-]{1,40}@[A-Za-z0-9_.:~/-]{1,80})?[$#%>][ ])(?=\S)")

FORMATS = {
    **dict.fromkeys(("hcl", "terraform", "tf", "tofu", "opentofu", "nomad", "packer"), "hcl"),
    **dict.fromkeys(("yaml", "yml", "kubernetes", "k8s"), "yaml"),
    **dict.fromkeys(("json", "json5", "jsonc"), "json"),
    **dict.fromkeys(("sh", "bash", "shell", "zsh", "ksh", "fish", "console", "terminal", "shell-session", "shellsession"), "shell"),
    **dict.fromkeys(("bash-session", "sh-session", "shellscript", "shell-script", "command", "cli"), "shell"),
    **dict.fromkeys(("python", "py", "python3"), "python"),
    **dict.fromkeys(("typescript", "ts"), "typescript"),
    **dict.fromkeys(("javascript", "js", "jsx", "mjs", "node"), "javascript"),
    **dict.fromkeys(("go", "golang"), "go"),
    **dict.fromkeys(("csharp", "cs", "c#"), "csharp"),
    **dict.fromkeys(("dockerfile", "docker", "containerfile"), "dockerfile"),
    **dict.fromkeys(("makefile", "make"), "makefile"),
    **dict.fromkeys(("powershell", "pwsh", "ps1", "posh"), "powershell"),
    **dict.fromkeys(("batch", "bat", "cmd"), "batch"),
    **dict.fromkeys(("ini", "cfg"), "ini"),
    "tsx": "tsx",
    "toml": "toml",
    "java": "java",
    "groovy": "groovy",
}
"""The format that a block's language stands for; any other language leaves the content to tell."""
_SESSIONS = frozenset({"console", "terminal", "shell-session", "shellsession", "bash-session", "sh-session"})


@dataclass(frozen=True, slots=True)
class _Block:
    """A code block: the lines of its body as (first, last) numbers from 1, the columns it is indented by, its language and name."""

    first: int
    last: int
    indent: int
    info: str


def read(text: str, dialect: Dialect = "markdown") -> Reading:
    """The code blocks of a document, each a fragment of level note at most, and the YAML front matter of Markdown, which some tool acts on.

    `Document.data` is `{"headings": [...], "fences": n}`. The language of a block gives the fragment's format; of a console session only
    what follows a prompt is kept. Comments and, in Markdown, the YAML front matter are blanked in the reading's text. A fence that is
    never closed runs to the end of the document, as CommonMark has it.
    """
    lines = Lines(text)
    rows = [row.rstrip("\r") for row in text.split("\n")]
    skipped, comments = _outside(rows, text, dialect)
    finders = {"markdown": _fences, "asciidoc": _asciidoc, "rest": _rst}
    blocks = list(finders[dialect](rows, skipped))
    inside = {number for block in blocks for number in range(block.first, block.last + 1)}
    headings = [
        match[2].strip().rstrip("#").rstrip()
        for number, row in enumerate(rows, 1)
        if number not in inside and number not in skipped and (match := _HEADING.match(row)) is not None
    ]
    fragments = tuple(_fragment(block, rows) for block in blocks if block.first <= block.last)
    if dialect == "markdown" and skipped and rows[0] == "---" and 1 in skipped:
        end = next(index for index in range(1, len(rows)) if rows[index] in {"---", "..."})
        fragments = (Fragment("\n".join(rows[1:end]), 2, format="yaml", carrier="markdown"), *fragments)

    def span_of(location: Location) -> Span:
        del location  # headings and counts point at the whole document
        return lines.whole()

    data = {"headings": headings, "fences": len(blocks)}
    return Reading("markdown", (Document(data, span_of),), blank(text, comments), fragments)


def _outside(rows: list[str], text: str, dialect: Dialect) -> tuple[set[int], list[tuple[int, int]]]:
    """The numbers of the lines of the front matter and of comments, and their regions."""
    skipped: set[int] = set()
    comments: list[tuple[int, int]] = []
    offsets = [0]
    for row in text.split("\n"):
        offsets.append(offsets[-1] + len(row) + 1)
    start = 0
    if dialect == "markdown" and rows[0] == "---":
        end = next((index for index in range(1, len(rows)) if rows[index] in {"---", "..."}), 0)
        if end:
            skipped.update(range(1, end + 2))
            comments.append((0, offsets[end] + len(rows[end])))
            start = end + 1
    if dialect != "markdown":
        return skipped, comments
    fence = ""
    index = start
    while index < len(rows):
        match = _FENCE.match(rows[index]) if "```" in rows[index] or "~~~" in rows[index] else None
        if match and (not fence or (match[2].startswith(fence) and not match[3].strip())):
            fence = "" if fence else match[2]
        at = rows[index].find("<!--") if not fence else -1
        if at >= 0:
            end = text.find("-->", offsets[index] + at + 4)
            if end < 0:
                break
            comments.append((offsets[index] + at, end + 3))
            while index + 1 < len(rows) and offsets[index + 1] <= end:
                index += 1
                skipped.add(index + 1)
        index += 1
    return skipped, comments


def _fences(rows: list[str], skipped: set[int]) -> Iterator[_Block]:
    fence, first, indent, info = "", 0, 0, ""
    for number, row in enumerate(rows, 1):
        if number in skipped and not fence:
            continue
        match = _FENCE.match(row) if "```" in row or "~~~" in row else None
        if fence:
            if match and match[2].startswith(fence) and not match[3].strip():
                yield _Block(first, number - 1, indent, info)
                fence = ""
        elif match and not (match[2][0] == "`" and "`" in match[3]):
            fence, first, indent, info = match[2], number + 1, len(match[1]), match[3].strip()
    if fence:
        yield _Block(first, len(rows), indent, info)


def _asciidoc(rows: list[str], skipped: set[int]) -> Iterator[_Block]:
    del skipped
    info, mark, first = "", "", 0
    for number, row in enumerate(rows, 1):
        bare = row.rstrip()
        if mark:
            if bare == mark:
                yield _Block(first, number - 1, 0, info)
                mark = info = ""
        elif len(bare) >= 4 and set(bare) in ({"-"}, {"."}):
            mark, first = bare, number + 1
        elif bare.startswith("```"):
            mark, first, info = "```", number + 1, bare[3:].strip()
        elif bare.startswith("["):
            style = _ASCIIDOC_STYLE.match(bare)
            info = style[1] if style else info
        elif not bare.startswith("."):
            info = ""
    if mark:
        yield _Block(first, len(rows), 0, info)


def _rst(rows: list[str], skipped: set[int]) -> Iterator[_Block]:
    del skipped
    index = 0
    while index < len(rows):
        match = _RST_CODE.match(rows[index]) if ":: " in rows[index] or rows[index].rstrip().endswith("::") else None
        index += 1
        if match is None:
            continue
        outer = len(match[1])
        while index < len(rows) and (rows[index].lstrip().startswith(":") or not rows[index].strip()):
            index += 1
        first = index
        while index < len(rows) and (not rows[index].strip() or _indent(rows[index]) > outer):
            index += 1
        last = index
        while last > first and not rows[last - 1].strip():
            last -= 1
        if last > first:
            indent = min(_indent(row) for row in rows[first:last] if row.strip())
            yield _Block(first + 1, last, indent, match[2])


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip(" \t"))


def _fragment(block: _Block, rows: list[str]) -> Fragment:
    language = re.split(r"[\s{,:;(]", block.info.lstrip("{."), maxsplit=1)[0].rstrip("}").lower()
    body, indent = _unindented(rows[block.first - 1 : block.last], block.indent)
    format_id = FORMATS.get(language)
    prompts = [_PROMPT.match(row) for row in body] if format_id == "shell" else []
    if (language in _SESSIONS and any(prompts)) or any(match is not None and match[1].endswith("$ ") for match in prompts):
        body = _session(body, prompts)
    named = _NAME.search(block.info[:500])
    name = named[1] if named else None
    return Fragment("\n".join(body), block.first, 1 + indent, indent=indent, format=format_id, name=name, carrier="markdown", cap="note")


def _session(body: list[str], prompts: list[re.Match[str] | None]) -> list[str]:
    """The typed lines of a session, at their columns; a line that ends in a backslash is continued by the next."""
    out: list[str] = []
    continued = False
    for row, match in zip(body, prompts, strict=True):
        kept = row if continued else " " * match.end() + row[match.end() :] if match else ""
        if continued and row.lstrip().startswith("> "):
            kept = row.replace(">", " ", 1)
        continued = bool(kept) and kept.endswith("\\")
        out.append(kept)
    return out


def _unindented(rows: list[str], indent: int) -> tuple[list[str], int]:
    """The lines of a block without what the list or the quote around it puts in front, and how many columns that were.

    Where a line has less in front of it, nothing is taken away, but quote marks become blanks.
    """
    heads = [row[:indent] for row in rows if row.strip("> \t")]
    if all(not head.strip("> \t") for head in heads) and all(len(head) == indent for head in heads):
        return [row[indent:] for row in rows], indent
    return [row if row[:indent].strip("> \t") else " " * len(row[:indent]) + row[indent:] for row in rows], 0
