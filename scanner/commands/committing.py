"""The hook of a commit, `phasegate hook run pre-commit`, which every commit waits for."""

from __future__ import annotations

import os
from typing import Any


def judge() -> int:
    """Judge what a commit will hold, and give the exit code. Raises as a scan does.

    It is what `phasegate hook run pre-commit` does without options, and no command line is parsed for it.
    """
    from scanner.commands import scanning  # noqa: PLC0415

    chosen = source()
    return scanning.scan((), {**scanning.DEFAULTS, **chosen}, chosen.__contains__)


def source() -> dict[str, Any]:
    """The source that the surroundings ask for. Git always tells a hook of a commit which index to look at."""
    if os.environ.get("GIT_INDEX_FILE"):
        return {"staged": True}
    start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if start and end:
        return {"range": f"{start}..{end}"}
    from scanner.sources.repository import open_repository  # noqa: PLC0415
    from scanner.sources.staged import is_anything_staged  # noqa: PLC0415

    return {"staged": True} if is_anything_staged(open_repository()) else {}
