"""The user's configuration: `phasegate.toml`, or `[tool.phasegate]` in `pyproject.toml`, at the root of the scan."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scanner.errors import Unreadable, UsageError
from scanner.sources.tree import Tree

KEYS: Mapping[str, type | tuple[type, ...]] = {
    "format": list,
    "output": str,
    "clause": list,
    "kind": list,
    "level": str,
    "fail-on": str,
    "policy": str,
    "exit-zero": bool,
    "include-ignored": bool,
    "exclude": list,
    "max-file-size": (int, str),
    "jobs": int,
    "deep": bool,
    "cache": bool,
    "progress": bool,
    "color": str,
    "baseline": str,
}
"""Every key, with the type of its value; each has a command-line twin of the same name."""
SERVER_KEYS: Mapping[str, type | tuple[type, ...]] = {
    **{key: KEYS[key] for key in ("clause", "fail-on", "policy", "exclude", "max-file-size", "jobs", "cache", "baseline")},
    "refs": list,
    "allow-suppressions": bool,
}
"""The keys of a server's configuration, which no push can reach."""
TABLES = ("allow", "authorization")
"""The keys that hold lists of tables: each table lifts findings, or says in the report why it does not."""
MOST_TABLES = 1000
"""How many tables of one sort are taken: each is held against every finding."""
FILE = "phasegate.toml"
BASELINE = "phasegate-baseline.json"
"""The baseline at the root that is used where the user names none, if it is there."""
LARGEST = 1 << 20
"""The largest configuration that is read, in bytes."""


class Config(NamedTuple):
    """What was configured, under the names of the command line, and what is worth saying aloud about it."""

    values: Mapping[str, Any] = {}
    notices: tuple[str, ...] = ()
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = {}


def load(root: str) -> Config:
    """The configuration of a scan's root. Raises `UsageError`, naming file and key, for one that is unusable."""
    own = _read(root, FILE)
    shared = _read(root, "pyproject.toml")
    table = (shared or {}).get("tool", {})
    table = table.get("phasegate") if isinstance(table, dict) else None
    if own is not None:
        notice = (
            ("both phasegate.toml and [tool.phasegate] in pyproject.toml are present: phasegate.toml is used",) if table is not None else ()
        )
        return _config(root, own, FILE, notice)
    if table is not None:
        return _config(root, table, "pyproject.toml: tool.phasegate")
    return Config()


def load_server(path: str) -> Config:
    """The configuration of a server, from a file of its own, whose other files lie beside it. Raises `UsageError` as `load` does."""
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror if isinstance(error, OSError) else error}") from None
    if len(data) > LARGEST:
        raise UsageError(f"{path}: larger than {LARGEST} bytes")
    try:
        values = _parsed(data)
    except ValueError as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from error
    return _config(os.path.dirname(path) or ".", values, path, keys=SERVER_KEYS)


def root_of(paths: Sequence[str]) -> str:
    """The folder whose configuration counts for a scan of `paths`: the one folder that is named, or the current one."""
    return paths[0] if len(paths) == 1 and os.path.isdir(paths[0]) else "."


def _read(root: str, name: str) -> dict[str, Any] | None:
    """The data of a file at the root, or None where there is none. It is read like any file of the tree: no link leads out of it."""
    tree = Tree(os.path.realpath(os.fsencode(root)))
    if tree.gone(name):
        return None
    try:
        return _parsed(tree.read(name, LARGEST))
    except Unreadable as error:
        raise UsageError(f"{name}: {error}") from None
    except ValueError as error:
        if name != FILE:
            return None
        raise UsageError(f"{name}: not valid TOML: {error}") from error


def _parsed(data: bytes) -> dict[str, Any]:
    """The data of a TOML text. Raises `ValueError` in words."""
    import tomllib  # noqa: PLC0415  # most trees have no configuration, and a hook should not wait for its parser

    try:
        return tomllib.loads(data.decode())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _config(
    root: str, values: Any, where: str, notices: tuple[str, ...] = (), keys: Mapping[str, type | tuple[type, ...]] = KEYS
) -> Config:
    checked = _checked(values, where, keys)
    tables = {key: tuple(checked.pop(key)) for key in TABLES if key in checked}
    if "policy" in checked:
        checked["policy"] = _below(root, checked["policy"], f"{where}: policy")
    return Config(checked, notices, tables)


def _below(root: str, name: str, where: str) -> str:
    """The path of a file of the tree that the configuration names. A configuration may be hostile: it opens nothing outside the tree."""
    tree = Tree(os.path.realpath(os.fsencode(root)))
    if os.path.isabs(name) or "\0" in name or tree.gone(name):
        raise UsageError(f"{where}: {name!r}: is no file below the root")
    try:
        tree.read(name, LARGEST)
    except Unreadable as error:
        raise UsageError(f"{where}: {name!r}: {error}") from None
    return os.path.join(root, name)


def _checked(values: Any, where: str, keys: Mapping[str, type | tuple[type, ...]]) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise UsageError(f"{where}: must be a table")
    for key, value in values.items():
        if key in TABLES:
            if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
                raise UsageError(f"{where}: {key}: must be a list of tables, each under [[{key}]]")
            if len(value) > MOST_TABLES:
                raise UsageError(f"{where}: {key}: holds more than {MOST_TABLES:,} tables")
            continue
        if key not in keys:
            known = (*keys, *TABLES)
            from difflib import get_close_matches  # noqa: PLC0415

            near = get_close_matches(key, known, 1, 0.5)
            raise UsageError(
                f"{where}: unknown key {key!r}" + (f" (did you mean {near[0]!r}?)" if near else f"; known keys: {', '.join(known)}")
            )
        expected = keys[key]
        listed = expected is list and isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not listed and (expected is list or not isinstance(value, expected) or (expected is int and isinstance(value, bool))):
            raise UsageError(f"{where}: {key}: must be {_words(expected)}")
    return dict(values)


def _words(expected: type | tuple[type, ...]) -> str:
    return {list: "a list of texts", str: "a text", bool: "true or false", int: "a whole number"}.get(expected, "a number or a text")  # type: ignore[arg-type]
