"""Finds the code blocks of a Markdown document: fences and indented blocks, by the block structure of CommonMark 0.31.

Where a document can be read in two ways, the reading that finds more code wins: a fence counts inside a comment and inside another
fence, too, since a reader who takes the outer one for something else would see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DEEPEST = 100
"""How many quotes and list items may stand within each other; it bounds the work that a line can cause."""

_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"( {0,3}(?:[-+*]|(\d{1,9})[.)]))(?: +|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*(.*)")
_RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *$")
_HEADING = re.compile(r" {0,3}#{1,6}(?: |$)")
_HTML = re.compile(r" {0,3}<(?:(!--)|(\?)|(!\[CDATA\[)|(![A-Za-z])|((?i:script|pre|style|textarea)(?=[ \t>]|$)))")
_HTML_ENDS = tuple(re.compile(end) for end in ("-->", r"\?>", r"\]\]>", ">", "(?i)</(?:script|pre|style|textarea)>"))
_ELEMENTS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|"
    "figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|"
    "p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_ELEMENT = re.compile(rf" {{0,3}}</?(?i:{_ELEMENTS})(?:[ \t]|/?>|$)")
_ATTRIBUTE = r"""[ \t]+[A-Za-z_:][A-Za-z0-9_.:-]*(?:[ \t]*=[ \t]*(?:[^ \t"'=<>`]+|'[^']*'|"[^"]*"))?"""
_TAG = re.compile(rf" {{0,3}}<(?:[A-Za-z][A-Za-z0-9-]*(?:{_ATTRIBUTE})*[ \t]*/?|/[A-Za-z][A-Za-z0-9-]*[ \t]*)>[ \t]*$")
_TO_EMPTY_LINE = re.compile(r"(?!)")
_QUOTED = 0


def blocks(text: str, prose: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The line (from 1) at which each block of code begins, and in words what it is; line feeds end the lines of `text`.

    A fence whose language is among `prose` (in small letters) is none; one that names no language is.
    """
    reader = _Blocks(prose)
    for number, row in enumerate(text.split("\n"), 1):
        words = reader.take(row.expandtabs(4).rstrip())
        if words:
            yield number, words


class _Blocks:
    """What is open at the end of a line: containers (0 for a quote, else the columns of a list item), and in them one leaf."""

    def __init__(self, prose: frozenset[str]) -> None:
        self._prose = prose
        self._open: list[int] = []
        self._fence = ""
        self._html: re.Pattern[str] | None = None
        self._paragraph = False
        self._indented = False
        self._empty_item = False

    def take(self, row: str) -> str | None:
        """Read one line; in words what code begins with it, if any does."""
        rest, matched = self._inside(row)
        if not rest:
            self._blank(matched)
            return None
        if (self._fence or self._html) and matched == len(self._open):
            return self._within(rest)
        self._fence, self._html = "", None
        fresh, opened = self._opened(rest, matched)
        if self._paragraph and not opened and matched < len(self._open) and self._is_lazy(fresh):
            return None
        if opened or matched < len(self._open):
            self._paragraph = self._indented = False
        self._open[matched:] = opened
        self._empty_item = bool(opened) and opened[-1] != _QUOTED and not fresh
        return self._leaf(fresh)

    def _blank(self, matched: int) -> None:
        """An empty line ends paragraphs, the quotes that do not say `>` again, and a list item of which nothing has come yet."""
        self._paragraph = False
        if self._html is _TO_EMPTY_LINE:
            self._html = None
        if matched < len(self._open):
            del self._open[matched:]
            self._fence, self._html, self._indented = "", None, False
        elif self._empty_item:
            self._open.pop()
        self._empty_item = False

    def _inside(self, row: str) -> tuple[str, int]:
        """What is left of a line behind the marks of the open containers, and how many of these go on in it."""
        if not row:
            return row, self._open.index(_QUOTED) if _QUOTED in self._open else len(self._open)
        rest = row
        for place, width in enumerate(self._open):
            if width == _QUOTED:
                mark = _QUOTE.match(rest)
                if mark is None:
                    return rest, place
                rest = rest[mark.end() :]
            elif rest[:width].strip():
                return rest, place
            else:
                rest = rest[width:]
        return rest, len(self._open)

    def _within(self, rest: str) -> str | None:
        """A line of a fence or of an HTML block."""
        fence = _FENCE.match(rest)
        if self._fence:
            if fence and fence[1].startswith(self._fence) and not fence[2]:
                self._fence = ""
                return None
        elif self._html and self._html.search(rest):
            self._html = None
        return f"a {_named(fence[2])} inside another block" if fence and fence[2] else None

    def _opened(self, rest: str, matched: int) -> tuple[str, list[int]]:
        """What is left behind the marks of new containers, and these."""
        opened: list[int] = []
        while matched + len(opened) < DEEPEST:
            quote, item = _QUOTE.match(rest), _ITEM.match(rest)
            if quote:
                opened.append(_QUOTED)
                rest = rest[quote.end() :]
            elif item and not _RULE.match(rest) and (opened or self._may_begin(rest, item, matched)):
                blanks = item.end() - item.end(1)
                width = item.end() if 1 <= blanks <= 4 and item.end() < len(rest) else item.end(1) + 1
                opened.append(width)
                rest = rest[width:]
            else:
                break
        return rest, opened

    def _may_begin(self, rest: str, item: re.Match[str], matched: int) -> bool:
        """Whether a list item may begin here: in the middle of a paragraph only one with content, and of a numbered list the first."""
        if not self._paragraph or matched < len(self._open):
            return True
        return not _UNDERLINE.match(rest) and item.end() < len(rest) and item[2] in (None, "1")

    def _is_lazy(self, rest: str) -> bool:
        """Whether a line without the marks of its containers goes on with the paragraph in them."""
        return _opening(rest) is None and not any(pattern.match(rest) for pattern in (_RULE, _HEADING, _HTML, _ELEMENT))

    def _leaf(self, rest: str) -> str | None:
        """Content in its containers: opens a fence, an HTML block, a paragraph or an indented block."""
        indent = len(rest) - len(rest.lstrip())
        if indent > 3 and rest.strip() and not self._paragraph:
            begins, self._indented = not self._indented, True
            return "an indented block of code" if begins else None
        self._indented = False
        fence = _opening(rest)
        if fence:
            self._fence, self._paragraph = fence[1], False
            return None if _language(fence[2]) in self._prose else f"a {_named(fence[2])}"
        if self._begins_html(rest):
            self._paragraph = False
            return None
        ends = _RULE.match(rest) or _HEADING.match(rest) or (self._paragraph and _UNDERLINE.match(rest))
        self._paragraph = bool(rest.strip()) and not ends
        return None

    def _begins_html(self, rest: str) -> bool:
        """Whether a line begins a block of HTML, which may go on behind it."""
        known = _HTML.match(rest)
        if known:
            end = _HTML_ENDS[(known.lastindex or 0) - 1]
            self._html = None if end.search(rest) else end
        elif _ELEMENT.match(rest) or (not self._paragraph and _TAG.match(rest)):
            self._html = _TO_EMPTY_LINE
        else:
            return False
        return True


def _opening(rest: str) -> re.Match[str] | None:
    """The mark that opens a fence, and what it says of it; behind backticks no further one may follow."""
    fence = _FENCE.match(rest)
    return None if fence is None or (fence[1][0] == "`" and "`" in fence[2]) else fence


def _language(info: str) -> str:
    """The language that a fence names, in small letters: the first word, with or without the braces of some dialects."""
    return re.split(r"[\s{},:;(]", info.lstrip("{. "), maxsplit=1)[0].lower()


def _named(info: str) -> str:
    language = _language(info)
    return f"fence of {language[:40]!r}" if language else "fence that names no language (`text` would say that it holds none)"
