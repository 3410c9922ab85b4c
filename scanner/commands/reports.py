"""What the commands share that read a report back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.model import Report


def load(name: str) -> Report:
    """The report of the file `name`, in JSON or JSON Lines; `-` is standard input. Raises `UsageError` for what is no report."""
    from scanner.report import reading  # noqa: PLC0415

    if name == "-":
        return reading.read(sys.stdin.buffer.read(reading.LARGEST + 1), "standard input")
    try:
        with open(name, "rb") as file:
            return reading.read(file.read(reading.LARGEST + 1), name)
    except OSError as error:
        raise UsageError(f"{name}: the report cannot be read: {error.strerror}") from None
