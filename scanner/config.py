"""The user's configuration: `phasegate.toml`, or `[tool.phasegate]` in `pyproject.toml`, at the root of the scan."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scanner.config_keys import KEYS, SERVER_KEYS, Key
from scanner.errors import Unreadable, UsageError
from scanner.sources.tree import Tree
from scanner.spelling import hint

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
    file: str | None = None
    """The name of the file below the root that holds it; None where there is none."""


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
        return _config(root, own, FILE, notice)._replace(file=FILE)
    if table is not None:
        return _config(root, table, "pyproject.toml: tool.phasegate")._replace(file="pyproject.toml")
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


def _config(root: str, values: Any, where: str, notices: tuple[str, ...] = (), keys: Mapping[str, Key] = KEYS) -> Config:
    checked = _checked(values, where, keys)
    tables = {key: tuple(checked.pop(key)) for key in TABLES if key in checked}
    if "policy" in checked:
        checked["policy"] = _below(root, checked["policy"], f"{where}: policy")
    if "output" in checked:
        checked["output"] = _target(root, checked["output"], f"{where}: output")
    if "format" in checked:
        parted = (text.partition("=") for text in checked["format"])
        checked["format"] = [f"{name}={_target(root, file, f'{where}: format')}" if file else name for name, _equals, file in parted]
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


def _target(root: str, name: str, where: str) -> str:
    """The path of a report that the configuration asks for. A hostile one may not have a file of the user, or of git, replaced."""
    top = os.path.realpath(os.fsencode(root))
    if not name or os.path.isabs(name) or "\0" in name:
        raise UsageError(f"{where}: {name!r}: is no file below the root")
    real = os.path.realpath(os.path.join(top, os.fsencode(name)))
    if not real.startswith(top.rstrip(b"/") + b"/") or b".git" in real[len(top) :].split(b"/"):
        raise UsageError(f"{where}: {name!r}: is no file below the root")
    return os.path.normpath(os.path.join(root, name))


def _checked(values: Any, where: str, keys: Mapping[str, Key]) -> dict[str, Any]:
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
            raise UsageError(f"{where}: unknown key {key!r}{hint(key, known, 0.5) or '; known keys: ' + ', '.join(known)}")
        if problem := keys[key].problem(value):
            raise UsageError(f"{where}: {key}: {problem}")
    return dict(values)
