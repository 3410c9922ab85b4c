"""Text and JSON that any reader can take: valid UTF-8, and no character that a terminal would obey."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def clean(text: str) -> str:
    r"""The text without lone surrogates: a byte that could not be decoded (a surrogate escape) stands as `\xNN`, others as `\uNNNN`."""
    return text if text.isascii() else _SURROGATE.sub(_spell_surrogate, text)


def _spell_surrogate(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def dumps(value: Any) -> str:
    """The value as JSON on one line. Letters of any script stand as they are; what controls a terminal or ends a line is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    if text.isascii() and "\x7f" not in text:
        return text
    # Outside of strings JSON is ASCII, so that everything met here stands in a string, where an escape means the same.
    text = _SURROGATE.sub(lambda match: "\\" + _spell_surrogate(match), text)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def layout(value: Any, depth: int, indent: int = 0) -> str:
    """The value as JSON for people and for `diff`: objects are spread over lines down to `depth`, an array of objects is one a line.

    Such an array may come as an iterator, so that thousands of objects need not be there at a time.
    """
    inner = " " * (indent + 2)
    if isinstance(value, Mapping) and value and depth > 0:
        items = [f"{dumps(key)}: {layout(member, depth - 1, indent + 2)}" for key, member in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, Iterator) or _is_rows(value):
        items = [dumps(row) for row in value]
        opening, closing = "[", "]"
        if not items:
            return "[]"
    else:
        return dumps(value)
    body = ",\n".join(inner + item for item in items)
    return f"{opening}\n{body}\n{' ' * indent}{closing}"


def _is_rows(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)
