"""Fingerprints of lines as GitHub's upload action for SARIF computes them (`primaryLocationLineHash`).

The action hashes every line of a file on the runner and warns for each result whose fingerprint differs, so that this must be the
very same function: a polynomial of base 37 modulo 2**64 over the 100 UTF-16 code units that follow the start of the line, spaces and
tabs left out, every line ending taken as a line feed, the end of the file marked by 0xFFFF and filled up with zeros; then a colon and
how often that hash has occurred so far. (github/codeql-action, `src/fingerprints.ts`.)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container

_WINDOW = 100
_BASE = 37
_MODULUS = 1 << 64
_END_OF_FILE = "\uffff"
_WITHOUT_BLANKS = {ord(" "): None, ord("\t"): None}
_UNDECODED = re.compile("[\udc80-\udcff]+")


def line_hashes(text: str, wanted: Container[int] | None = None) -> dict[int, str]:
    """The hash of each line by its number, from 1: 16 hexadecimal digits at most, a colon, a count.

    `text` is the whole file with its byte order mark; bytes that are not UTF-8 may stand as surrogate escapes. `wanted` limits the
    lines that are answered, which saves most of the work. Time is linear in the length of the text.
    """
    units = _code_units(text).replace("\r\n", "\n").replace("\r", "\n").translate(_WITHOUT_BLANKS) + _END_OF_FILE
    hashes: dict[int, str] = {}
    seen: Counter[str] = Counter()
    start = 0
    for number in range(1, units.count("\n") + 2):
        window = units[start : start + _WINDOW]
        # Counting windows is counting their hashes, short of a collision in 64 bits, and far cheaper.
        seen[window] += 1
        if wanted is None or number in wanted:
            hashes[number] = f"{_hash(window):x}:{seen[window]}"
        start = units.find("\n", start) + 1
    return hashes


def _hash(window: str) -> int:
    value = 0
    for unit in window.ljust(_WINDOW, "\0"):
        value = (value * _BASE + ord(unit)) % _MODULUS
    return value


def _code_units(text: str) -> str:
    """The text as JavaScript sees it: a character outside of the basic plane counts as two, a broken byte as U+FFFD."""
    if text.isascii():
        return text
    text = _UNDECODED.sub(lambda run: run[0].encode("utf-8", "surrogateescape").decode("utf-8", "replace"), text)
    if max(text) <= "\uffff":
        return text
    return "".join(map(chr, memoryview(text.encode("utf-16", "surrogatepass")).cast("H")[1:]))
