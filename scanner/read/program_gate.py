"""Whether a program may carry code of another format, told without parsing it.

A real repository is mostly programs, and words such as `apiVersion` stand in many; only one whose long strings, taken by themselves,
interest the sift, or which runs commands, is worth a parser. The pieces are a superset of the strings that the parser would find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scanner.read.program_commands import EXECUTES

_QUOTES = {
    "python": re.compile(r'"""|\'\'\''),
    "java": re.compile('"""'),
    "csharp": re.compile('"""|"'),
    **dict.fromkeys(("go", "javascript", "typescript", "tsx"), re.compile("`")),
}
_RUNS = {
    language: re.compile("|".join(sorted({rf"\b{re.escape(name.split('.')[-1])}\b|{re.escape(name)}" for name in names})))
    for language, names in EXECUTES.items()
}
_IMPORTS = {
    "python": re.compile(r"\bsubprocess\b|\bos\.(?:system|popen)\b"),
    "go": re.compile(r'"os/exec"'),
    "java": re.compile(r"\bProcessBuilder\b|\bgetRuntime\b"),
    "csharp": re.compile(r"\bProcess(?:\.Start|StartInfo)\b"),
    **dict.fromkeys(("javascript", "typescript", "tsx"), re.compile(r"child_process|\bexeca\b|\bshelljs\b|\bzx\b|\$`")),
}


_GO = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)++'|`([^`]*+)(?:`|\Z)")
"""What may hold a backquote in Go, the raw string itself last: with comments and other literals out of the way the pairs are certain.

Lexical elements: https://go.dev/ref/spec#Lexical_elements
"""


_OPEN = re.compile(r"`[^`]*+|/\*(?:[^*]|\*(?!/))*+")
"""What of it is never closed."""


def may_carry(text: str, language: str, interesting: Callable[[str], bool]) -> bool:
    """Whether a long string of the program is `interesting`, or the program runs commands."""
    if _IMPORTS[language].search(text) and _RUNS[language].search(text):
        return True
    return any("\n" in piece and interesting(piece) for piece in _pieces(text, language))


def _pieces(text: str, language: str) -> Iterator[str]:
    """Every long string of a program, and, where a language's literals cannot be told apart this way, what stands between them."""
    if language == "go":
        closed = True
        for found in _GO.finditer(text):
            if found[1]:
                yield found[1]
            closed = not _OPEN.fullmatch(found[0])
        if closed:
            return
        # A program that ends inside a literal or a comment is broken: where its parser takes up the thread again is anybody's guess.
    marks = [match.start() for match in _QUOTES[language].finditer(text)]
    yield from (text[start:end] for start, end in zip(marks, [*marks[1:], len(text)], strict=False))
