"""On what terms a command lifts findings: read from the configuration, the baseline and the clock."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from scanner.config import BASELINE, Config
from scanner.errors import Unreadable, UsageError
from scanner.judge.settling import Honoured, Terms
from scanner.match.rules import Rules

if TYPE_CHECKING:
    from scanner.judge.authorizations import Grant
    from scanner.judge.baseline import Baseline
    from scanner.judge.suppressions import Allowance


def terms(config: Config, rules: Rules, entries: Baseline | None = None, honoured: Honoured = "all") -> Terms:
    """The terms that a configuration sets, with the `entries` of a baseline. A table that is malformed is a flaw of the terms."""
    allowances: tuple[Allowance, ...] = ()
    grants: tuple[Grant, ...] = ()
    flaws: tuple[str, ...] = ()
    if config.tables.get("allow"):
        from scanner.judge import suppressions  # noqa: PLC0415

        allowances, flaws = suppressions.allowances(config.tables["allow"], rules.policy, rules.infos)
    if config.tables.get("authorization"):
        from scanner.judge import authorizations  # noqa: PLC0415

        grants, more = authorizations.grants(config.tables["authorization"], rules.policy)
        flaws += more
    return Terms(today(), allowances, grants, entries or {}, honoured=honoured, flaws=flaws)


def today() -> str:
    """The day in universal time as YYYY-MM-DD: the clock's, or that of SOURCE_DATE_EPOCH, so that a build can be repeated.

    Raises `UsageError` for a SOURCE_DATE_EPOCH that is no number of seconds.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if not given:
        return time.strftime("%Y-%m-%d", time.gmtime())
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(int(given)))
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH: {given!r} is no number of seconds") from None


def baseline(config: Config, root: str, given: str | None) -> Baseline | None:
    """The entries of the baseline: of the file that the user has `given`, that the configuration names below `root`, or that has the
    usual name there; None where nobody names one and there is none.

    Raises `UsageError` for a file that is missing although it is named, and for one that is damaged.
    """
    if given is not None:
        from scanner.judge import baseline as reading  # noqa: PLC0415

        try:
            with open(given, "rb") as handle:
                return reading.read(handle.read(reading.LARGEST), given)
        except OSError as error:
            raise UsageError(f"{given}: the baseline cannot be read: {error.strerror}") from None
    from scanner.sources.tree import Tree  # noqa: PLC0415

    name = baseline_name(config)
    tree = Tree(os.path.realpath(os.fsencode(root)))
    if tree.gone(name):
        if "baseline" in config.values:
            raise UsageError(f"{name}: the baseline that the configuration names is not there; `phasegate baseline` writes it")
        return None
    from scanner.judge import baseline as reading  # noqa: PLC0415

    try:
        return reading.read(tree.read(name, reading.LARGEST), name)
    except Unreadable as error:
        raise UsageError(f"{name}: the baseline cannot be read: {error}") from None


def baseline_name(config: Config) -> str:
    """The path of the baseline below the root, where the command line names none. Raises `UsageError` for one that leads out of it."""
    name = str(config.values.get("baseline", BASELINE))
    if os.path.isabs(name) or ".." in name.split("/") or not name or "\0" in name:
        raise UsageError(f"baseline: {name!r} is no path below the root")
    return name
