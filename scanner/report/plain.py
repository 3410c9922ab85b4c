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
    return "".join(_pieces(value, depth, "\n" + " " * indent))


def _pieces(value: Any, depth: int, end: str) -> Iterator[str]:
    """The JSON of a value in small pieces: parts that are put together level by level would be there once a level. `end` ends a line."""
    inner = f"{end}  "
    if isinstance(value, Mapping) and value and depth > 0:
        for place, (key, member) in enumerate(value.items()):
            yield f"{',' if place else '{'}{inner}{dumps(key)}: "
            yield from _pieces(member, depth - 1, inner)
        yield f"{end}}}"
    elif isinstance(value, Iterator) or _is_rows(value):
        empty = True
        for row in value:
            yield "[" if empty else ","
            yield inner
            yield dumps(row)
            empty = False
        yield "[]" if empty else f"{end}]"
    else:
        yield dumps(value)


def _is_rows(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)
