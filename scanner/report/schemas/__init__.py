"""The published JSON Schemas (2020-12) of what phasegate writes and reads, each a file beside this one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

SCHEMAS: Final[Mapping[str, str]] = {"report": "report-1.json", "line": "line-1.json", "diff": "diff-1.json", "config": "config-1.json"}
"""Each schema by name: `report` of the format `json`, `line` of a line of `jsonl`, `diff` of what `diff --format json` writes,
`config` of `phasegate.toml`."""


def text_of(name: str) -> str:
    """The schema `name` as text. Raises `KeyError` for a name that is not in `SCHEMAS`."""
    with open(os.path.join(os.path.dirname(__file__), SCHEMAS[name]), encoding="utf-8") as schema:
        return schema.read()
