"""The HTML report of many findings in Chromium: its size, how long it takes to open, and to answer what its reader does.

    python benchmarks/browser.py [NUMBER]

20,000 (or NUMBER) findings of all kinds are made up; `formats.py` measures how long it takes to write them. Each act is timed in the page
from the event to the frame in which its outcome is drawn. Needs Debian's `chromium` and `chromium-driver`, and Selenium.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from formats import FINDINGS, made_up
from measuring import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests"))

from browsers import Browser, started

ROUNDS = 7
_TIMED = """
const [act, done] = arguments;
const begin = performance.now();
Function(act)();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
"""
_LOADED = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
_HEAP = "return performance.memory.usedJSHeapSize / 1048576"
_SEARCH = "const q = document.getElementById('q'); q.value = '{}'; q.dispatchEvent(new Event('input', {{bubbles: true}}))"
ACTS = {
    "search for a word": _SEARCH.format("service-1"),
    "search for two words": _SEARCH.format("team-003 pulumi"),
    "clear the search": _SEARCH.format(""),
    "filter by a link": "location.hash = `clause=3.${1 + Math.floor(Math.random() * 12)}`; dispatchEvent(new Event('hashchange'))",
    "sort": "document.querySelector('[data-sort=headline]').click()",
    "scroll to anywhere": "const v = document.getElementById('viewport'); v.scrollTop = Math.random() * v.scrollHeight",
    "open a finding": "document.querySelector('#rows a').click()",
}
"""What a reader does, as a script that does it."""


def main(arguments: Sequence[str]) -> int:
    """Print a row a figure; the acts as the median and the slowest of some rounds."""
    number = int(arguments[0]) if arguments else FINDINGS
    sample = made_up(number)
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as browser:
        begin = time.perf_counter()
        browser.show(sample)
        sys.stdout.write(f"{number:,} findings, {os.path.getsize(os.path.join(folder, '1.html')) / 1e6:.2f} MB\n")
        sys.stdout.write(f"{'written and opened':<24}{1000 * (time.perf_counter() - begin):>8.0f} ms\n")
        sys.stdout.write(f"{'opened':<24}{browser.run(_LOADED):>8.0f} ms\n{'heap of the script':<24}{browser.run(_HEAP):>8.0f} MiB\n")
        for name, act in ACTS.items():
            times = [timed(browser, act) for _ in range(ROUNDS)]
            sys.stdout.write(f"{name:<24}{median(times):>8.0f} ms{max(times):>8.0f} ms at most\n")
    return 0


def timed(browser: Browser, act: str) -> float:
    """The milliseconds from an act to its outcome on the screen."""
    return float(browser.driver.execute_async_script(_TIMED, act))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
