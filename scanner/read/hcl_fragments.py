"""The code that HCL holds inside itself: heredocs, strings of several lines or of JSON, calls with literal arguments."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Fragment
from .hcl_lexer import Scanner
from .hcl_text import decode

_SHORTEST_EXPRESSION = 20


def fragments(scanner: Scanner) -> tuple[Fragment, ...]:
    """Everything that `scanner` met and that is code of its own, in the order of the text.

    A heredoc or plain string is given line for line; a string with escapes is decoded and `folded`. An expression is given
    verbatim, with the format `hcl-expression`.
    """
    found = [*_heredocs(scanner), *_strings(scanner), *_expressions(scanner)]
    return tuple(sorted(found, key=lambda fragment: (fragment.line, fragment.column)))


def _heredocs(scanner: Scanner) -> Iterator[Fragment]:
    for heredoc in scanner.heredocs:
        if _has_lines(heredoc.text):
            line, column = scanner.place(heredoc.body)
            yield Fragment(heredoc.text, line, column + heredoc.indent, indent=heredoc.indent, carrier="hcl")


def _strings(scanner: Scanner) -> Iterator[Fragment]:
    for start, end in _outermost(scanner.strings):
        written = scanner.text[start + 1 : end - 1]
        text = decode(written)
        if not (_has_lines(text) or _is_json(text)):
            continue
        line, column = scanner.place(start + 1)
        folded = "\\" in written
        yield Fragment(text if folded else written.replace("\r\n", "\n"), line, column, folded=folded, carrier="hcl")


def _expressions(scanner: Scanner) -> Iterator[Fragment]:
    for start, end in _outermost(scanner.expressions):
        written = scanner.text[start:end]
        text = written.strip("~ \t\r\n")
        if len(text) > _SHORTEST_EXPRESSION:
            line, column = scanner.place(start + written.index(text))
            yield Fragment(text, line, column, format="hcl-expression", carrier="hcl")


def _outermost(regions: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    reached = -1
    for start, end in sorted(regions, key=lambda region: (region[0], -region[1])):
        if end > reached:
            yield start, end
            reached = end


def _has_lines(text: str) -> bool:
    return "\n" in text.strip()


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[") and '"' in text
