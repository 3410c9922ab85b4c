"""Any edits between scans: the report with the cache is the one without."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cached_scans import later, own_cache
from repositories import write
from scanner.commands.terms import terms
from scanner.config import Config
from scanner.match import rules
from scanner.match.rules import Rules
from scanner.model import Report
from scanner.pipeline import Settings, scan
from scanner.results.memory import remember
from scanner.sources.worktree import listing
from settling_samples import BUCKET, POD

CONTENTS: tuple[bytes, ...] = (
    b"",
    b"words\n",
    b"colour: blue\n",
    b"replicaCount: 2\nimage: {repository: web}\n",
    b"\x89PNG\0\0",
    POD.encode(),
    f"# phasegate: allow 3.6 -- a sample\n{POD}".encode(),
    f"# phasegate: allow 3.6 -- not used\n{BUCKET}".encode(),
    BUCKET.encode(),
    BUCKET.replace("\n", "\r\n").encode(),
    BUCKET.encode("utf-16"),
    f"```hcl\n{BUCKET}```\n".encode(),
    ("token = ghp_" + "a1B2" * 9 + "\n").encode(),
    b"apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    b"apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n",
    b"a: \xff\n",
)
PATHS = ("main.tf", "web.yaml", "shop/Chart.yaml", "shop/values.yaml", "shop/templates/web.yaml", "docs/a.md", "docs/odd\udcff.txt", "x")
"""Contents of many lengths, so that none can take another's place within one tick of the clock, and names of many meanings."""

EDITS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS), st.sampled_from(CONTENTS)),
    st.tuples(st.just("move"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("link"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.sampled_from(["remove", "touch", "scan"]), st.sampled_from(PATHS), st.none()),
)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that holds the cache of all the examples."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        own_cache(Path(folder, "cache"), patch)
        later(patch)
        patch.chdir(folder)
        yield Path(folder)


@pytest.fixture(scope="module")
def loaded(place: Path) -> Rules:
    return rules.load()


def edit(root: Path, action: str, path: str, other: str | bytes | None) -> None:
    """Do one thing to a tree, as far as it can be done."""
    target = root / path
    if action == "write" and isinstance(other, bytes):
        target.unlink(missing_ok=True)
        write(root, {path: other})
    elif action == "remove":
        target.unlink(missing_ok=True)
    elif action == "touch" and target.exists():
        target.touch()
    elif action in ("move", "link") and isinstance(other, str) and target.exists() and other != path:
        (root / other).parent.mkdir(parents=True, exist_ok=True)
        (root / other).unlink(missing_ok=True)
        if action == "move":
            target.rename(root / other)
        else:
            (root / other).symlink_to(target)


def reported(root: Path, loaded: Rules, *, cached: bool) -> Report:
    """The report on a tree, without its seconds."""

    found, chosen = listing([str(root)]), Settings(jobs=1, line_hashes=True)
    memory = remember(found, loaded, chosen) if cached else None
    return scan(found, loaded, chosen, terms=terms(Config(), loaded), memory=memory)._replace(seconds=0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(EDITS, max_size=5), min_size=2, max_size=5))
def test_edits_between_scans_change_no_report(place: Path, loaded: Rules, rounds: list[list[tuple[str, str, str | bytes | None]]]) -> None:
    root = place / "tree"
    shutil.rmtree(root, ignore_errors=True)
    write(root, {"main.tf": BUCKET, "shop/values.yaml": b"colour: blue\n", "web.yaml": POD})
    for edits in rounds:
        for action, path, other in edits:
            edit(root, action, path, other)
        assert reported(root, loaded, cached=True) == reported(root, loaded, cached=False)
