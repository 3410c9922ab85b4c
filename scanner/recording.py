"""Write an authorisation into the configuration, with the comments and the layout of the file kept. The one module that imports tomlkit."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scanner.config import FILE
from scanner.errors import UsageError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Item

_SHARED = "pyproject.toml"
_KEY = "authorization"


def record(root: str, entry: Mapping[str, Any]) -> str:
    """Add `entry` as an `[[authorization]]` table and return the name of the file: `phasegate.toml` below `root`, or `pyproject.toml`
    where only that holds a `[tool.phasegate]`; the former is created where there is neither.

    Raises `UsageError` where the file cannot be read, is a link, or has a shape to which no table can be added.
    """
    import tomlkit  # noqa: PLC0415
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    from scanner.report.output import write  # noqa: PLC0415

    name = FILE if os.path.lexists(os.path.join(root, FILE)) or not _is_shared(root) else _SHARED
    path = os.path.join(root, name)
    before = _text(path, name)
    try:
        document = tomlkit.parse(before)
        holder: Any = document if name == FILE else document["tool"]["phasegate"]
        _append(holder, entry)
        after = tomlkit.dumps(document)
        faithful = tomllib.loads(after) == _expected(before, name, entry)
    except (TOMLKitError, ValueError, TypeError):
        faithful = False
    if not faithful:
        raise UsageError(f"{name}: an [[{_KEY}]] table cannot be added to it as it is written; add it by hand")
    write(after, path)
    return name


def _append(holder: TOMLDocument | Any, entry: Mapping[str, Any]) -> None:
    import tomlkit  # noqa: PLC0415
    from tomlkit.items import AoT, Array  # noqa: PLC0415

    existing: Item | None = holder.get(_KEY)
    if isinstance(existing, Array):
        row = tomlkit.inline_table()
        row.update(entry)
        existing.append(row)
        return
    table = tomlkit.table()
    table.update(entry)
    if isinstance(existing, AoT):
        existing.append(table)
    else:
        tables = tomlkit.aot()
        tables.append(table)
        if len(holder):
            holder.add(tomlkit.nl())
        holder.add(_KEY, tables)


def _expected(before: str, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the file must say afterwards: the same as before, and the entry."""
    data: dict[str, Any] = tomllib.loads(before)
    holder = data if name == FILE else data["tool"]["phasegate"]
    holder.setdefault(_KEY, []).append(dict(entry))
    return data


def _is_shared(root: str) -> bool:
    """Whether `pyproject.toml` is the file that holds the configuration."""
    path = os.path.join(root, _SHARED)
    if not os.path.lexists(path):
        return False
    try:
        return isinstance(tomllib.loads(_text(path, _SHARED)).get("tool", {}).get("phasegate"), dict)
    except tomllib.TOMLDecodeError:
        return False


def _text(path: str, name: str) -> str:
    if not os.path.lexists(path):
        return ""
    if os.path.islink(path) or not os.path.isfile(path):
        raise UsageError(f"{name}: is not a regular file, and nothing is written through it")
    try:
        with open(path, encoding="utf-8", newline="") as handle:
            return handle.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: cannot be read: {error}") from None
