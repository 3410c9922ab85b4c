"""Small words of HCL that several modules share: names, remarks, escapes."""

from __future__ import annotations

import re

NAME = r"[^\W\d][\w.-]*+"
REMARK = r"(?:#|//)[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_FOR = re.compile(rf"(?:\s++|{REMARK})*+for\s++{NAME}\s*+(?:,\s*+{NAME}\s*+)?in\b")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_VISIBLE = re.compile(r"[^\r\n]")


def decode(content: str) -> str:
    """The text of a quoted string without its quotes; an unknown or impossible escape stays as written."""
    return _ESCAPE.sub(_decoded, content) if "\\" in content else content


def _decoded(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits is None:
        return _ESCAPES.get(match[3], match[0])
    code = int(digits, 16)
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else match[0]


def blanked(text: str, regions: list[tuple[int, int]]) -> str:
    """`text` with spaces in place of the regions' characters; newlines stay, so every offset does."""
    parts: list[str] = []
    reached = 0
    for start, end in sorted(regions):
        if start >= reached:
            parts += (text[reached:start], _VISIBLE.sub(" ", text[start:end]))
            reached = end
    return "".join((*parts, text[reached:])) if parts else text


def is_for(text: str, pos: int) -> bool:
    """Whether the bracket that ends before `pos` opens a for-expression."""
    return _FOR.match(text, pos) is not None
