"""The user's configuration: `phasegate.toml`, or `[tool.phasegate]` in `pyproject.toml`, at the root of the scan."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.errors import UsageError

KEYS: Mapping[str, type | tuple[type, ...]] = {
    "format": list,
    "output": str,
    "clause": list,
    "kind": list,
    "level": str,
    "fail-on": str,
    "exit-zero": bool,
    "include-ignored": bool,
    "exclude": list,
    "max-file-size": (int, str),
    "jobs": int,
    "deep": bool,
    "cache": bool,
    "progress": bool,
    "color": str,
}
"""Every key, with the type of its value; each has a command-line twin of the same name."""


@dataclass(frozen=True, slots=True)
class Config:
    """What was configured, under the names of the command line, and what is worth saying aloud about it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def load(root: str) -> Config:
    """The configuration of a scan's root. Raises `UsageError`, naming file and key, for one that is unusable."""
    own = _read(os.path.join(root, "phasegate.toml"))
    shared = _read(os.path.join(root, "pyproject.toml"))
    table = (shared or {}).get("tool", {})
    table = table.get("phasegate") if isinstance(table, dict) else None
    if own is not None:
        notice = (
            ("both phasegate.toml and [tool.phasegate] in pyproject.toml are present: phasegate.toml is used",) if table is not None else ()
        )
        return Config(_checked(own, "phasegate.toml"), notice)
    if table is not None:
        return Config(_checked(table, "pyproject.toml: tool.phasegate"))
    return Config()


def _read(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as handle:
            return tomllib.load(handle)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{os.path.basename(path)}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        if os.path.basename(path) == "pyproject.toml":
            return None
        raise UsageError(f"{os.path.basename(path)}: not valid TOML: {error}") from error


def _checked(values: Any, where: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise UsageError(f"{where}: must be a table")
    for key, value in values.items():
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1, 0.5)
            raise UsageError(
                f"{where}: unknown key {key!r}" + (f" (did you mean {near[0]!r}?)" if near else f"; known keys: {', '.join(KEYS)}")
            )
        expected = KEYS[key]
        listed = expected is list and isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not listed and (expected is list or not isinstance(value, expected) or (expected is int and isinstance(value, bool))):
            raise UsageError(f"{where}: {key}: must be {_words(expected)}")
    return dict(values)


def _words(expected: type | tuple[type, ...]) -> str:
    return {list: "a list of texts", str: "a text", bool: "true or false", int: "a whole number"}.get(expected, "a number or a text")  # type: ignore[arg-type]
