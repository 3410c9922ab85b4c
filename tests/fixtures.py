"""The fixture folder: what each tree is expected to yield, what it does yield, and a command that writes the expectations anew.

python tests/fixtures.py update [KIND ...]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from scanner import pipeline
from scanner.errors import UsageError
from scanner.match import rules
from scanner.match.rules import Rules
from scanner.model import File, Listing
from scanner.spelling import hint

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


def doubts(kind: str, side: str, tree: Path, found: list[str], loaded: Rules) -> Iterator[str]:
    """Why a tree is not what its folder says, with a word on where to look."""
    claimed = any(f" {kind} " in line for line in found)
    if side == "is-not" and claimed:
        yield f"{kind}/is-not: the kind is claimed"
    if side == "is" and not claimed:
        tried = [path for path in sorted(tree.rglob("*")) if path.is_file() and is_tried(kind, path.relative_to(tree), path, loaded)]
        names = ", ".join(path.relative_to(tree).as_posix() for path in tried)
        why = f"{names}: tried, but its evidence selects nothing there" if tried else "no file has its hints, or the name that it asks for"
        yield f"{kind}/is: the kind is missing ({why})"


def is_tried(kind: str, name: Path, path: Path, loaded: Rules) -> bool:
    """Whether a file is held against the evidence of a kind at all."""
    hints, _secrets = loaded.sift(path.read_bytes())
    return any(each.info.id == kind for each in loaded.candidates(hints, loaded.names_of(name.as_posix())))


def main(arguments: list[str]) -> int:
    """Write the expectations of the named kinds, or of all. The exit code is 1 where one is not what its folder says."""
    if not arguments or arguments[0] != "update":
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        loaded = rules.load()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    known = {kind.info.id for kind in loaded.kinds}
    doubtful = [f"{name}: there is no such kind{hint(name, known)}" for name in arguments[1:] if name not in known]
    places = [f"fixtures/{name}/{side}" for name in arguments[1:] for side in SIDES]
    doubtful += [f"{place}: there is no such folder" for place in places if not (ROOT.parent / place).is_dir()]
    for name, side, tree in trees(arguments[1:] or None):
        found = claims(tree, loaded)
        doubtful += doubts(name, side, tree, found, loaded)
        tree.with_name(f"{side}.expected").write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    sys.stderr.write("".join(f"! {doubt}\n" for doubt in doubtful))
    return 1 if doubtful else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
