"""Long closed lists of names that queries ask with `listed(value, 'name')`: one name a line in `signatures/tables/<name>.txt`."""

from __future__ import annotations

import functools
import os
import re

from scanner.errors import UsageError
from scanner.match.shipped import directory

_NAME = re.compile(r"[a-z][a-z0-9-]*")


@functools.cache
def members(name: str) -> frozenset[str]:
    """The lines of a list; empty ones and those that start with `#` are none. Raises `UsageError` where there is no such list."""
    path = os.path.join(directory(), "tables", f"{name}.txt")
    try:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(path)
        with open(path, encoding="utf-8") as handle:
            lines = handle.read().splitlines()
    except OSError as error:
        raise UsageError(f"there is no list {name!r} among the signatures") from error
    return frozenset(line for line in lines if line and not line.startswith("#"))
