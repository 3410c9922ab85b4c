"""Where the signature files are."""

from __future__ import annotations

import os

from scanner.errors import UsageError


def directory() -> str:
    """Where the signature files are: inside the installed package, or beside it in a checkout. Raises `UsageError` where neither is."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for candidate in (os.path.join(package, "_signatures"), os.path.join(os.path.dirname(package), "signatures")):
        if os.path.isdir(candidate):
            return candidate
    raise UsageError("the signatures are missing from this installation")


def files(base: str) -> list[str]:
    """The paths of all signature files below `base`, relative to it and sorted."""
    found = []
    for folder, _folders, names in os.walk(base):
        found += [os.path.relpath(os.path.join(folder, name), base) for name in names if name.endswith((".yaml", ".yml"))]
    return sorted(path.replace(os.sep, "/") for path in found)
