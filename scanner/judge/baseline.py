"""The baseline: a committed list of findings that are accepted for now, so that only new ones fail.

A JSON file made to be merged by git: sorted, a block of lines an entry, no line number and no time stamp. An entry is known by the
fingerprint of its finding, in which the path stands: the same artifact in another file is new. The other keys are for people.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scanner.errors import UsageError
from scanner.model import LEVELS, Finding, Level

LARGEST: Final = 64 << 20
"""The largest baseline that is read, in bytes."""
VERSION: Final = 1
_KEYS = ("path", "clause", "kind", "fingerprint")


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted finding; `reason` is what somebody wrote down about it."""

    path: str
    clause: str
    kind: str
    fingerprint: str
    reason: str | None = None


Baseline = Mapping[str, Entry]
"""The entries by fingerprint."""


@dataclass(frozen=True, slots=True)
class Update:
    """A baseline made anew, and how many entries were added, kept and pruned."""

    entries: Baseline
    added: int
    kept: int
    pruned: int


def read(data: bytes, name: str) -> Baseline:
    """The entries of a baseline file. Raises `UsageError` naming the file (`name`) and the place for one that is damaged."""
    try:
        whole = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        merged = ": it holds the marks of a merge that is not resolved" if b"\n<<<<<<< " in data else f": {error}"
        raise UsageError(f"{name}: the baseline is no valid JSON{merged}") from None
    if not isinstance(whole, dict) or set(whole) != {"version", "findings"} or not isinstance(whole["findings"], list):
        raise UsageError(f"{name}: the baseline must be an object with 'version' and a list 'findings'")
    if whole["version"] != VERSION:
        raise UsageError(f"{name}: a baseline of version {whole['version']!r} is not known here, only {VERSION}")
    entries = [_entry(item, f"{name}: findings[{place}]") for place, item in enumerate(whole["findings"])]
    return {entry.fingerprint: entry for entry in entries}


def _entry(item: Any, where: str) -> Entry:
    if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
        raise UsageError(f"{where}: must be an object of texts")
    missing = [key for key in _KEYS if not item.get(key)]
    unknown = [key for key in item if key not in (*_KEYS, "reason")]
    if missing or unknown:
        raise UsageError(f"{where}: " + (f"{missing[0]!r} is missing" if missing else f"unknown key {unknown[0]!r}"))
    return Entry(item["path"], item["clause"], item["kind"], item["fingerprint"], item.get("reason"))


def written(entries: Baseline) -> str:
    """The baseline as text: the same entries always give the same bytes."""
    rows = [
        {key: value for key in (*_KEYS, "reason") if (value := getattr(entry, key)) is not None}
        for entry in sorted(entries.values(), key=lambda entry: (entry.path, entry.clause, entry.kind, entry.fingerprint))
    ]
    return json.dumps({"findings": rows, "version": VERSION}, indent=2) + "\n"


def updated(
    old: Baseline,
    findings: Iterable[Finding],
    seen: Collection[str],
    inventory: Collection[str],
    *,
    reason: str | None = None,
    level: Level = "note",
) -> Update:
    """The baseline after a scan: open findings of `level` and graver are added with `reason`, what stands is kept, what is gone is pruned.

    An entry is gone where its file was looked at (`seen`) or is no more (`inventory`); of what was not looked at nothing is concluded.
    """
    found = {finding.fingerprint: finding for finding in findings}
    kept = {
        fingerprint: entry
        for fingerprint, entry in old.items()
        if fingerprint in found or not is_gone(entry, seen, inventory)
    }  # fmt: skip
    added = {
        fingerprint: Entry(finding.path, finding.clause, finding.kind, fingerprint, reason)
        for fingerprint, finding in found.items()
        if fingerprint not in kept and finding.status == "open" and LEVELS.index(finding.level) >= LEVELS.index(level)
    }
    return Update({**kept, **added}, len(added), len(kept), len(old) - len(kept))


def is_gone(entry: Entry, seen: Collection[str], inventory: Collection[str]) -> bool:
    """Whether an entry that no finding matches is stale, rather than in a file that this scan did not look at."""
    return entry.path in seen or entry.path not in inventory


def stale(entries: Baseline, used: Collection[str], seen: Collection[str], inventory: Collection[str]) -> Iterator[Entry]:
    """The entries that nothing matches any more."""
    return (entry for fingerprint, entry in entries.items() if fingerprint not in used and is_gone(entry, seen, inventory))
