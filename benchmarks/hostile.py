"""Inputs built to hurt, at two sizes: what takes more than twice the time for twice the bytes, too much time, or too much memory?

    python benchmarks/hostile.py [--size 1M] [--limit 60] [--json FILE] [NAME …]

Each input is scanned by a process of its own; NAMEs pick those whose names contain one of them. Times are CPU seconds without the start.
The exit code is 1 where something stands out.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass

from hostile_inputs import CASES
from measuring import Run, phasegate, run

STEEPEST = 2.6
"""By how much the time may grow where the input doubles."""
MOST_MEMORY = 500
"""How many MiB a scan of one file may take."""
BUDGET = (10.0, 2.0)
"""How many seconds a scan may take, and how many more for every million bytes: half a minute for the largest file that is looked at."""
_WORTH_A_RATIO = 0.4


@dataclass(frozen=True, slots=True)
class Row:
    """What one input cost at two sizes: CPU seconds without the start, memory in MiB, findings, and what was not scanned."""

    name: str
    size: int
    seconds: tuple[float, float]
    peak: float
    findings: int
    refused: str
    code: int | None

    @property
    def ratio(self) -> float:
        """By how much the time grew."""
        return self.seconds[1] / max(self.seconds[0], 0.01)

    @property
    def faults(self) -> list[str]:
        """What stands out, in words."""
        faults = []
        if self.code not in (0, 1, 2):
            faults.append("stopped" if self.code is None else f"exit code {self.code}")
        if "internal error" in self.refused:
            faults.append("internal error")
        if self.ratio > STEEPEST and self.seconds[1] > _WORTH_A_RATIO:
            faults.append("grows too fast")
        if self.peak > MOST_MEMORY:
            faults.append("memory")
        if self.seconds[1] > BUDGET[0] + BUDGET[1] * self.size / 1e6:
            faults.append("slow")
        return faults


def measure(name: str, size: int, limit: float, start: float) -> Row:
    """Scan the input of `name` at `size` and at twice as many bytes."""
    runs: list[Run] = []
    report: dict[str, object] = {}
    larger = 0
    for scale in (size, 2 * size):
        with tempfile.TemporaryDirectory() as folder:
            larger = _made(folder, name, scale)
            output = os.path.join(folder, "report.json")
            tree = os.path.join(folder, "tree")
            command = phasegate("scan", "--format", "json", "--no-progress", "--jobs", "1", "--max-file-size", "1G", tree)
            runs.append(run(command, limit, output=output))
            with open(output, encoding="utf-8") as stored:
                text = stored.read()
            report = json.loads(text) if text else {}
    reasons = [entry["reason"] for entry in report.get("not_scanned", ())]  # type: ignore[attr-defined]
    seconds = (max(0.0, runs[0].cpu - start), max(0.0, runs[1].cpu - start))
    findings = report.get("findings", ())
    return Row(name, larger, seconds, runs[1].peak, len(findings), reasons[0][:60] if reasons else "", runs[1].code)  # type: ignore[arg-type]


def _made(folder: str, name: str, size: int) -> int:
    """Put an input on the disk; its bytes.

    A process of its own does that: the peak memory of a process counts from the fork, so what this one holds would be counted as well.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        return pool.submit(_write, folder, name, size).result()


def _write(folder: str, name: str, size: int) -> int:
    total = 0
    for path, data in CASES[name](size).items():
        target = os.path.join(folder, "tree", path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as out:
            out.write(data)
        total += len(data)
    return total


def _start() -> float:
    """What a scan costs before it has looked at anything: the median of five."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.txt")
        with open(path, "w", encoding="utf-8") as out:
            out.write("nothing\n")
        return sorted(run(phasegate("scan", path)).cpu for _ in range(5))[2]


def rows(names: Sequence[str], size: int, limit: float) -> Iterator[Row]:
    """The measurements, one after the other."""
    start = _start()
    for name in CASES:
        if not names or any(part in name for part in names):
            yield measure(name, size, limit, start)


def main() -> int:
    """Print a line an input, and what stands out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--size", default="1M", help="bytes of the smaller input (k and M are understood)")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a scan is stopped")
    parser.add_argument("--json", metavar="FILE", help="write the rows to FILE")
    given = parser.parse_args()
    size = int(float(given.size.rstrip("kM")) * {"k": 1e3, "M": 1e6}.get(given.size[-1], 1))
    done = []
    sys.stdout.write(f"{'input':<42} {'MB':>6} {'s':>7} {'s':>7} {'growth':>6} {'MiB':>5} {'found':>6}\n")
    for row in rows(given.names, size, given.limit):
        done.append(row)
        before, after = row.seconds
        said = "  ".join(filter(None, (", ".join(row.faults).upper(), row.refused)))
        figures = f"{row.size / 1e6:6.1f} {before:7.2f} {after:7.2f} {row.ratio:6.1f} {row.peak:5.0f} {row.findings:6}"
        sys.stdout.write(f"{row.name:<42} {figures} {said}\n")
        sys.stdout.flush()
    if given.json:
        with open(given.json, "w", encoding="utf-8") as out:
            json.dump([{**asdict(row), "faults": row.faults} for row in done], out, indent=1)
    faulty = [row.name for row in done if row.faults]
    sys.stdout.write(f"{len(done)} inputs, {len(faulty)} stand out{': ' + ', '.join(faulty) if faulty else ''}\n")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
