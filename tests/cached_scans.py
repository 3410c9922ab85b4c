"""A cache directory of a test's own, a tree large enough for it, and scans of that tree in this process."""

from __future__ import annotations

import functools
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from commands import Run
from repositories import write
from scanner import cache, pipeline
from scanner.match import rules
from scanner.results import memory
from settling_samples import BUCKET, POD

FILLERS = 70
FILLED: dict[str, str | bytes] = {f"docs/page{number}.txt": f"page {number}\n" for number in range(FILLERS)}
SAMPLES: dict[str, str | bytes] = {
    **FILLED,
    "infra/main.tf": BUCKET,
    "deploy/web.yaml": f"# phasegate: allow 3.6 -- a sample\n{POD}",
    "deploy/api.yaml": POD,
    "img/logo.png": b"\x89PNG\r\n\x1a\n\0\0\0\0",
}
TOTAL = len(SAMPLES)


@functools.cache
def _compiled() -> tuple[Path, ...]:
    """The files of the user's own cache that hold the compiled signatures."""
    rules.load()
    names: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        load = cache.load

        def noted(name: str, *, checked: bool = False) -> bytes | None:
            names.append(name)
            return load(name, checked=checked)

        patch.setattr(cache, "load", noted)
        rules.load()
    folder = cache.directory()
    return tuple(Path(folder, name) for name in names) if folder else ()


def own_cache(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Make `folder` the user's cache directory, with the signatures compiled already, and return the path of its database."""
    compiled = _compiled()
    patch.setenv("XDG_CACHE_HOME", str(folder))
    own = Path(cache.private_directory())
    for file in compiled:
        (own / file.name).symlink_to(file)
    return own / "results" / "results-1.sqlite"


def later(patch: pytest.MonkeyPatch, seconds: float = 3600) -> None:
    """Let time pass: a file that was written a moment ago is never taken for untouched."""
    patch.setattr(memory, "time", SimpleNamespace(time_ns=lambda: time.time_ns() + int(seconds * 1e9)))


@dataclass(frozen=True)
class Tree:
    """A tree and the command that scans it."""

    root: Path
    run: Run
    database: Path
    patch: pytest.MonkeyPatch

    def scan(self, *options: str) -> tuple[dict[str, Any], str]:
        """The JSON report without its seconds, and what is said beside it."""
        _code, out, err = self.run("scan", "--format", "json", "-v", "--no-progress", *options)
        report: dict[str, Any] = json.loads(out)
        del report["summary"]["seconds"]
        return report, err

    def same(self, *options: str) -> str:
        """Scan with the cache and without; the reports are the same. What is said of the cache."""
        cached, said = self.scan(*options)
        with self.patch.context() as patch:
            patch.setattr(pipeline, "WORTH_REMEMBERING", sys.maxsize)  # `--no-cache` would compile the signatures, too
            plain, nothing = self.scan(*options)
        assert cached == plain
        assert not nothing
        return said

    def counts(self, *options: str) -> tuple[int, int, int]:
        """How many files were untouched, read and known, and looked at, in a scan that says the same as one without the cache."""
        words = self.same(*options).replace(",", "").split()
        assert words[0] == "phasegate:"
        return int(words[1]), int(words[4]), int(words[8])

    def write(self, **files: str | bytes) -> None:
        """Write files; `__` in a name is a `/`, and a `_` is a dot."""
        write(self.root, {name.replace("__", "/").replace("_", "."): text for name, text in files.items()})
