"""What the commands share that look at the whole work tree as the configuration says: `baseline` and `authorize --list`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.commands import values
from scanner.commands.remembering import memory
from scanner.config import Config
from scanner.match.rules import Rules
from scanner.model import Listing
from scanner.pipeline import DEFAULT_SIZE, Settings

if TYPE_CHECKING:
    from scanner.results.memory import Memory


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a scan needs: it takes in what `phasegate scan` would, but narrows nothing that is shown."""

    listing: Listing
    rules: Rules
    settings: Settings
    memory: Memory | None


def prepare(paths: Sequence[str], config: Config) -> Prepared:
    """A scan of `paths`, under the configured exclusions and limits. Raises `UsageError` as the sources do."""
    from scanner.match import rules  # noqa: PLC0415
    from scanner.sources.worktree import listing  # noqa: PLC0415

    given = config.values
    found = listing(paths or ["."], include_ignored=given.get("include-ignored", False), exclude=given.get("exclude", ()))
    cached = given.get("cache", True)
    known = rules.load(policy=given.get("policy"), use_cache=cached)
    settings = Settings(
        max_file_size=values.size(given.get("max-file-size", DEFAULT_SIZE)), jobs=given.get("jobs", 0), deep=given.get("deep", False)
    )
    return Prepared(found, known, settings, memory(found, known, settings, wanted=cached))
