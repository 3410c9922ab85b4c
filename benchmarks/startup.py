"""Start-up beside the bare interpreter: medians, in turn.

python benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HEAVY = ("cfnlint", "hcl2", "detect_secrets", "ruamel", "tree_sitter", "yaml")


def main(arguments: Sequence[str]) -> int:
    """Print the medians, and which of the heavy libraries a scan of one small manifest loads."""
    count = int(arguments[0]) if arguments else 15
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "pod.yaml"
        small.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n", encoding="utf-8")
        commands = {
            "python -c pass": ["-c", "pass"],
            "phasegate --version": ["-m", "scanner", "--version"],
            "phasegate --help": ["-m", "scanner", "--help"],
            "phasegate scan pod.yaml": ["-m", "scanner", "scan", str(small)],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for place in range(count + 1):
            for name, command in commands.items():
                begin = time.perf_counter()
                subprocess.run([sys.executable, *command], check=False, stdout=subprocess.DEVNULL)
                if place:
                    times[name].append(1000 * (time.perf_counter() - begin))
        for name, values in times.items():
            sys.stdout.write(f"{name:<28} {statistics.median(values):6.1f} ms\n")
        run = "from scanner.cli import main\ntry:\n    main()\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
        code = f"import sys; sys.argv[1:] = ['scan', {str(small)!r}]\n{run}"
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr.split()
        sys.stdout.write(
            f"{len(loaded)} modules loaded; of the heavy ones: {', '.join(name for name in HEAVY if name in loaded) or 'none'}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
