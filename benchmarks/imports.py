"""What a start spends on imports, package by package: the least of several runs of `python -X importtime`.

    python benchmarks/imports.py [--runs 5] [--top 20] [ARGUMENT …]

The arguments are phasegate's own (default: `--help`). `phasegate scan -vv` tells where the time goes after that.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import Counter

from measuring import ROOT, phasegate

_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| *([\w.]+)")


def own_times(arguments: list[str]) -> dict[str, int]:
    """Microseconds that each module took by itself in one run."""
    command = [sys.executable, "-X", "importtime", *phasegate(*arguments)[1:]]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return {name: int(micros) for micros, name in _LINE.findall(done.stderr)}


def main() -> int:
    """Print the packages, the most expensive first, and what all of them come to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--top", type=int, default=20)
    given, arguments = parser.parse_known_args()
    runs = [own_times(arguments or ["--help"]) for _ in range(given.runs)]
    least = {name: min(run[name] for run in runs if name in run) for name in runs[0]}
    packages: Counter[str] = Counter()
    for name, micros in least.items():
        packages[name.partition(".")[0]] += micros
    for package, micros in packages.most_common(given.top):
        sys.stdout.write(f"{micros / 1000:8.1f} ms  {package}\n")
    sys.stdout.write(f"{sum(packages.values()) / 1000:8.1f} ms  all {len(least)} modules\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
