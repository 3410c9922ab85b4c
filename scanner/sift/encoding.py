"""Bring a file's bytes to UTF-8, and tell text from binary."""

from __future__ import annotations

import codecs

HEAD = 8192
"""How many bytes decide whether a file is binary, as in git."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_PORTABLE_DOCUMENT = b"%PDF-"
"""A binary format whose beginning may hold no NUL byte."""


def to_utf8(data: bytes) -> bytes | None:
    """`data` as UTF-8 without a byte order mark, or None for a binary file.

    UTF-16 and UTF-32 are recognised by their mark, or without one by where the NUL bytes of ASCII text stand. Bytes that carry no
    sign of another encoding are returned as they are; whether they are valid UTF-8 shows when they are decoded.
    """
    if data.startswith(_PORTABLE_DOCUMENT):
        return None
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :] if encoding == "utf-8" else _recode(data[len(mark) :], encoding)
    if data.find(b"\0", 0, HEAD) < 0:
        return data
    guessed = _unmarked(data[:HEAD])
    return _recode(data, guessed) if guessed else None


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file that is not read to its end say that it is binary."""
    if head.startswith(_PORTABLE_DOCUMENT):
        return True
    marked = any(head.startswith(mark) for mark, _encoding in _MARKS)
    return not marked and head.find(b"\0", 0, HEAD) >= 0 and _unmarked(head[:HEAD]) is None


def _recode(data: bytes, encoding: str) -> bytes | None:
    try:
        return data.decode(encoding).encode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None


def _unmarked(head: bytes) -> str | None:
    """The encoding of wide text without a mark: nearly every code unit is an ASCII character, so its other bytes are NUL."""
    for encoding, width, place in (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1)):
        units = len(head) // width
        if units < 2:
            continue
        low = head[place : units * width : width]
        nul = sum(head[offset : units * width : width].count(0) for offset in range(width) if offset != place)
        plain = sum(1 for byte in low if byte in b"\t\n\r" or 32 <= byte < 127)
        if plain >= 0.9 * units and nul >= 0.9 * units * (width - 1):
            return encoding
    return None
