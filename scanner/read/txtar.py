"""Several files in one text, as the tests of Go programs keep them: `-- name --` on a line of its own begins a file."""

from __future__ import annotations

import re

from scanner.model import Fragment, Reading
from scanner.read.positions import Lines

_MARKER = re.compile(r"(?m)^-- +(\S[^\n]*?) +--[ \t]*$\n?")


def read(text: str) -> Reading:
    """A reading without data, whose fragments are the files, notes all; what stands before the first of them is a comment."""
    lines = Lines(text)
    markers = list(_MARKER.finditer(text))
    ends = [*(marker.start() for marker in markers[1:]), len(text)][: len(markers)]
    fragments = [
        Fragment(text[marker.end() : end], lines.place(marker.end())[0], name=marker[1], carrier="txtar", cap="note")
        for marker, end in zip(markers, ends, strict=True)
        if text[marker.end() : end].strip()
    ]
    return Reading("txtar", (), text, tuple(fragments))
