"""The fixture folder: what each tree is expected to yield, what it does yield, and a command that writes the expectations anew.

python tests/fixtures.py update [KIND ...]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from scanner import pipeline
from scanner.match import rules
from scanner.match.rules import Rules
from scanner.model import File, Listing

ROOT = Path(__file__).resolve().parent.parent / "fixtures"
SIDES = ("is", "is-not")


def listing(tree: Path) -> Listing:
    """A fixture tree as a source, whatever git thinks of its names."""
    paths = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())

    def loader(path: str) -> File:
        return File(path, lambda _limit: (tree / path).read_bytes())

    return Listing(root=".", source="worktree", files=tuple(map(loader, paths)), inventory=frozenset(paths))


def claims(tree: Path, loaded: Rules) -> list[str]:
    """What the scanner says of a tree, a line a claim; a file that was not scanned is a line too."""
    report = pipeline.scan(listing(tree), loaded, pipeline.Settings(jobs=1))
    found = [f"{f.path}:{f.span.line}:{f.span.column} {f.clause} {f.kind} {f.level}" for f in report.findings]
    return found + [f"{entry.path}: not scanned: {entry.reason}" for entry in report.not_scanned]


def expected(tree: Path) -> list[str]:
    """What is written beside a tree."""
    beside = tree.with_name(f"{tree.name}.expected")
    return beside.read_text(encoding="utf-8").splitlines() if beside.exists() else []


def trees(names: list[str] | None = None) -> Iterator[tuple[str, str, Path]]:
    """Every (kind, side, tree) of the folder, or of the named kinds."""
    for name in sorted(names or os.listdir(ROOT)):
        for side in SIDES:
            tree = ROOT / name / side
            if tree.is_dir():
                yield name, side, tree


def main(arguments: list[str]) -> int:
    """Write the expectations of the named kinds, or of all."""
    if not arguments or arguments[0] != "update":
        sys.stderr.write(f"{__doc__}\n")
        return 2
    loaded = rules.load()
    for name, side, tree in trees(arguments[1:] or None):
        found = claims(tree, loaded)
        if (side == "is") != any(f" {name} " in line for line in found):
            sys.stdout.write(f"! {name}/{side}: the kind is {'missing' if side == 'is' else 'claimed'}\n")
        tree.with_name(f"{side}.expected").write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
