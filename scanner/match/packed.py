"""Many small records in one piece of bytes, of which a start reads only those that it needs.

Thousands of marshalled records, each an object of its own, would have to be made and thrown away by every run that asks for ten of them.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

Pack = tuple[bytes, bytes]
"""The records one after the other, and where each of them ends, as an array of unsigned integers."""


def pack(records: Iterable[Any]) -> Pack:
    """The records as `Packed` takes them."""
    held = [marshal.dumps(record) for record in records]
    return b"".join(held), array("I", accumulate(map(len, held))).tobytes()


class Packed(Sequence[Any]):
    """The records of a `Pack`, each read anew whenever it is asked for."""

    def __init__(self, data: Pack) -> None:
        self._held = memoryview(data[0])
        self._ends = array("I", data[1])

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, place: int) -> Any:  # type: ignore[override]
        start = self._ends[place - 1] if place else 0
        return marshal.loads(self._held[start : self._ends[place]])  # noqa: S302  # our own cache, checked as a whole
