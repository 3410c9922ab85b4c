"""The options of a scan from all that sets them: the command line, the configuration of the tree, and what is usual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner import config
from scanner.commands import terminal
from scanner.config_keys import KEYS

_RENAMED = {"format": "formats", "clause": "clauses", "kind": "kinds"}
_BY_SURROUNDINGS = {"color": terminal.color_by_environment, "hyperlinks": terminal.links_by_environment}
"""The options that the user's environment decides before the configuration of a tree, which may be somebody else's."""


def take_in(is_given: Callable[[str], bool], root: str, options: dict[str, Any]) -> config.Config:
    """The configuration of `root`; its values are put into `options` where the command line, or the environment, says nothing.

    `is_given` says what stands on the command line. Raises `UsageError` for a configuration that is unusable.
    """
    loaded = config.load(root)
    for key, value in loaded.values.items():
        name = option_name(key)
        if not is_given(name) and decided(key) is None:
            options[name] = value
    return loaded


def option_name(key: str) -> str:
    """The name under which the options of a scan hold what the configuration calls `key`."""
    return _RENAMED.get(key, key.replace("-", "_"))


def decided(key: str) -> terminal.Decision | None:
    """What the environment says of a key; None for most keys, and where it says nothing."""
    by = _BY_SURROUNDINGS.get(key)
    return by() if by is not None else None


def origins(is_given: Callable[[str], bool], loaded: config.Config, options: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    """Every key with its value and the name of what set it: `command line`, a variable, `configuration` or `default`."""
    found = []
    for key in KEYS:
        name = option_name(key)
        by = decided(key)
        if is_given(name):
            found.append((key, options[name], "command line"))
        elif by is not None:
            found.append((key, by.choice, f"environment: {by.variable}"))
        else:
            found.append((key, options[name], "configuration" if key in loaded.values else "default"))
    return found
