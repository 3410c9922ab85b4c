"""The parsers, one a format, each imported when a candidate of its format turns up."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from scanner.errors import Unreadable
from scanner.model import Reading

READERS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "yaml": ("scanner.read.yaml", "read", {}),
    "json": ("scanner.read.json", "read", {}),
    "hcl": ("scanner.read.hcl", "read", {}),
    "tfjson": ("scanner.read.tfjson", "read", {}),
    "hcl-expression": ("scanner.read.hcl_values", "read_expression", {}),
    "toml": ("scanner.read.toml", "read", {}),
    "ini": ("scanner.read.ini", "read", {}),
    "shell": ("scanner.read.shell", "read", {"dialect": "sh"}),
    "powershell": ("scanner.read.shell", "read", {"dialect": "powershell"}),
    "batch": ("scanner.read.shell", "read", {"dialect": "batch"}),
    "dockerfile": ("scanner.read.dockerfile", "read", {}),
    "makefile": ("scanner.read.makefile", "read", {"dialect": "make"}),
    "justfile": ("scanner.read.makefile", "read", {"dialect": "just"}),
    "markdown": ("scanner.read.markdown", "read", {"dialect": "markdown"}),
    "asciidoc": ("scanner.read.markdown", "read", {"dialect": "asciidoc"}),
    "rest": ("scanner.read.markdown", "read", {"dialect": "rest"}),
    "txtar": ("scanner.read.txtar", "read", {}),
    "notebook": ("scanner.read.notebook", "read", {}),
    **{
        name: ("scanner.read.programs", "read", {"language": name})
        for name in ("python", "typescript", "tsx", "javascript", "go", "csharp", "java")
    },
    "groovy": ("scanner.read.plain", "read", {"format": "groovy", "line_comments": ("//",), "block_comments": (("/*", "*/"),)}),
    "slashed": ("scanner.read.plain", "read", {"format": "slashed", "line_comments": ("//",), "block_comments": (("/*", "*/"),)}),
    "hashed": ("scanner.read.plain", "read", {"format": "hashed", "line_comments": ("#",)}),
    "text": ("scanner.read.plain", "read", {"format": "text", "line_comments": ()}),
}
"""The module, the function and the arguments that read each format."""

MOST_LINES = 500_000
"""A text of more lines is not taken apart: what is kept of a line may be a hundred times its size."""
_LINE_BY_LINE = frozenset(["yaml", "toml", "ini", "dockerfile", "makefile", "justfile", "markdown", "asciidoc", "rest", "txtar", "hcl"])


def read(text: str, format: str) -> Reading:  # noqa: A002
    """Parse `text` as `format`. Raises `Unreadable` where the parser runs out of stack or memory.

    Every reader has a bound on what it takes apart, and says in `problems` where a text exceeds it: a file of the largest size that is
    looked at may take half a minute and 500 MB, whatever is in it.
    """
    if format in _LINE_BY_LINE and text.count("\n") > MOST_LINES:
        return Reading(format, (), text, problems=(f"has more than {MOST_LINES:,} lines",))
    module, function, arguments = READERS[format]
    try:
        reading = getattr(importlib.import_module(module), function)(text, **arguments)
    except (RecursionError, MemoryError) as error:
        raise Unreadable(f"too deeply nested or too large to be read as {format}") from error
    assert isinstance(reading, Reading)  # noqa: S101
    return reading
