"""Path globs as regular expressions: `**/` any folders, `*` within a name, `?` one character, `[…]` a set, `{a,b}` either."""

from __future__ import annotations

import re

from scanner.errors import UsageError


def to_regex(glob: str, *, path: bool = True) -> str:
    """An anchored RE2 expression for a glob against a whole repository-relative path. `path=False`: against any text.

    Raises `UsageError` for a glob that cannot match.
    """
    if not glob or (path and (glob.startswith("/") or "//" in glob)):
        raise UsageError(f"dead glob: {glob!r}")
    out: list[str] = []
    at = 0
    depth = 0
    while at < len(glob):
        char = glob[at]
        if glob.startswith("**/", at):
            out.append("(?:[^\\n]*/)?")
            at += 3
            continue
        if glob.startswith("**", at):
            out.append("[^\\n]*")
            at += 2
            continue
        if char == "[":
            end = glob.find("]", at + 2)
            if end < 0:
                raise UsageError(f"dead glob: unclosed [ in {glob!r}")
            inner = glob[at + 1 : end].replace("\\", "\\\\")
            out.append(f"[{'^' + inner[1:] if inner[0] == '!' else inner}]")
            at = end + 1
            continue
        if char == "{":
            depth += 1
            out.append("(?:")
        elif char == "}" and depth:
            depth -= 1
            out.append(")")
        elif char == "," and depth:
            out.append("|")
        elif char == "*":
            out.append("[^/\\n]*")
        elif char == "?":
            out.append("[^/\\n]")
        else:
            out.append(re.escape(char) if char.isascii() and not char.isalnum() else char)
        at += 1
    if depth:
        raise UsageError(f"dead glob: unclosed {{ in {glob!r}")
    return f"^{''.join(out)}$"
