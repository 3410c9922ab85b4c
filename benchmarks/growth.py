"""How the cost of a scan grows with files, bytes, findings and signatures: CPU seconds without the start, and peak memory.

    python benchmarks/growth.py [--json FILE] [--plot FILE.svg] [--steps 4]

Each line begins at a size and doubles it, signatures apart, which come in equal parts: where the cost is linear, `per thousand` falls to a
level. The plot shows the time measured beside a straight line to the largest size.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

import monorepo
from measuring import Run, forget, phasegate, primed, run

_MANIFEST = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web{0}\nspec:\n  replicas: {1}\n"
_PROSE = "The {0} of account {1} is the share of its column, whatever the month of the voucher says.\n"
_PART = """
import sys
from time import process_time
from scanner import pipeline
from scanner.match import indexing, rules, shipped, signatures
from scanner.sources.worktree import listing
plain = signatures.compile_all(shipped.directory())
held = rules.Rules(indexing.index({**plain, "kinds": plain["kinds"][: int(sys.argv[1])], "tables": []}))
begin = process_time()
pipeline.scan(listing([sys.argv[2]]), held, pipeline.Settings(jobs=1))
print(process_time() - begin)
"""


class Point(NamedTuple):
    """One scan: the size of what was scanned, CPU seconds without the start, and peak memory in MiB."""

    size: int
    seconds: float
    peak: float


def files(folder: str, size: int) -> None:
    """So many files of a monorepo, fixtures among them in proportion."""
    monorepo.make(folder, size, fixtures=size // 15)


def prose(folder: str, size: int) -> None:
    """One file of so many bytes in which nothing is found."""
    with open(os.path.join(folder, "prose.txt"), "w", encoding="utf-8") as out:
        written = 0
        while written < size:
            written += out.write(_PROSE.format(written, written % 97))


def manifests(folder: str, size: int) -> None:
    """So many manifests, each of which is one finding."""
    for number in range(size):
        with open(os.path.join(folder, f"web{number}.yaml"), "w", encoding="utf-8") as out:
            out.write(_MANIFEST.format(number, number % 9))


LINES: Mapping[str, tuple[int, Callable[[str, int], None]]] = {
    "files": (2_000, files),
    "bytes in one file": (4_000_000, prose),
    "manifests, each a finding": (1_000, manifests),
}
"""What grows, from which size on, and what makes a tree of a size."""


def measured(make: Callable[[str, int], None], start: int, steps: int, cache: str) -> Iterator[Point]:
    """The scans of a tree that doubles."""
    bare = _scan(_nothing, 1, cache)
    for step in range(steps):
        size = start << step
        done = _scan(make, size, cache)
        yield Point(size, max(0.0, done.cpu - bare.cpu), done.peak)


def signatures(steps: int, cache: str) -> Iterator[Point]:
    """The scans of one tree with more and more kinds, without the time to compile them."""
    from scanner.match import rules  # noqa: PLC0415

    total = len(rules.load().kinds)
    with tempfile.TemporaryDirectory() as folder:
        files(folder, 1_500)
        for part in range(1, steps + 1):
            count, told = total * part // steps, os.path.join(cache, "told.txt")
            done = run([sys.executable, "-c", _PART, str(count), folder], cache=cache, output=told)
            with open(told, encoding="utf-8") as output:
                yield Point(count, float(output.read()), done.peak)


def _nothing(folder: str, _size: int) -> None:
    with open(os.path.join(folder, "empty.txt"), "w", encoding="utf-8") as out:
        out.write("nothing\n")


def _scan(make: Callable[[str, int], None], size: int, cache: str) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        make(folder, size)
        forget(cache)
        return run(phasegate("scan", "--jobs", "1", "--no-progress", "--max-file-size", "1G", "--format", "json", folder), cache=cache)


def table(name: str, points: Sequence[Point]) -> str:
    """The points of a line as text."""
    rows = [f"{name}\n  {'size':>12}{'seconds':>9}{'per thousand':>14}{'MiB':>6}"]
    rows += [f"  {each.size:>12,}{each.seconds:>9.2f}{1000 * each.seconds / each.size:>14.4f}{each.peak:>6.0f}" for each in points]
    return "\n".join(rows)


def plot(lines: Mapping[str, Sequence[Point]]) -> str:
    """The lines as a picture: each its own panel, the time measured beside what it would be if it grew in proportion."""
    panels = [_panel(name, points, place) for place, (name, points) in enumerate(lines.items())]
    width = 230 * len(panels) + 10
    style = "text{font:11px sans-serif;fill:#57606a}.m{stroke:#0969da;fill:none;stroke-width:2}.l{stroke:#8c959f;stroke-dasharray:4 3}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="210" role="img" aria-label="growth of the cost of a scan">'
    return f"{head}<style>{style}</style>{''.join(panels)}</svg>\n"


def _panel(name: str, points: Sequence[Point], place: int) -> str:
    left, bottom, wide, high = 230 * place + 30, 170, 180, 130
    most, largest = max(0.01, *(each.seconds for each in points)), points[-1].size
    linear = points[-1].seconds
    spots = [(left + wide * each.size / largest, bottom - high * each.seconds / most) for each in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    return (
        f'<text x="{left}" y="24">{escape(name)}</text>'
        f'<line class="l" x1="{left}" y1="{bottom}" x2="{left + wide}" y2="{bottom - high * linear / most:.1f}"/>'
        f'<polyline class="m" points="{path}"/>'
        + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#0969da"/>' for x, y in spots)
        + f'<text x="{left + wide}" y="{bottom + 18}" text-anchor="end">{largest:,}</text>'
        f'<text x="{left}" y="{bottom - high - 4}">{most:.1f} s</text>'
    )


def main() -> int:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--plot", metavar="FILE.svg")
    given = parser.parse_args()
    lines: dict[str, list[Point]] = {}
    with primed() as cache:
        for name, (start, make) in LINES.items():
            lines[name] = list(measured(make, start, given.steps, cache))
            sys.stdout.write(table(name, lines[name]) + "\n")
            sys.stdout.flush()
        lines["signatures"] = list(signatures(given.steps, cache))
        sys.stdout.write(table("signatures", lines["signatures"]) + "\n")
    for file, text in ((given.json, json.dumps(lines, indent=1)), (given.plot, plot(lines))):
        if file:
            with open(file, "w", encoding="utf-8") as out:
                out.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
