"""The summary of a step of GitHub Actions: the report in Markdown, appended to the file that the runner names."""

from __future__ import annotations

import os

from scanner.errors import UsageError
from scanner.model import Report

VARIABLE = "GITHUB_STEP_SUMMARY"
LIMIT = 1 << 20
"""Bytes that GitHub takes of a step's summary; a larger one it drops as a whole."""
_LEAST = 8 << 10


def append(report: Report) -> None:
    """Append the report to the summary of the step, where there is one and room in it for more than a few lines.

    Raises `UsageError` where the file cannot be written.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    from scanner.report.markdown import compose  # noqa: PLC0415

    try:
        with open(path, "ab") as summary:
            room = LIMIT - summary.tell() - 1
            if room >= _LEAST:
                summary.write(b"\n" + compose(report, room).encode())
    except OSError as error:
        raise UsageError(f"{VARIABLE}: cannot write {path!r}: {error.strerror}") from None
