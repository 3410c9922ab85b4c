"""The bar that a long scan shows on a terminal, on standard error alone: nothing of it stays when the scan has ended, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_DELAY = 1.0
"""Seconds that a scan takes before a bar is drawn: most have ended by then."""
_PAUSE = 0.1
"""Seconds between two drawings."""
_BAR = 24
_ERASE = "\r\x1b[K"


@contextmanager
def progress(wanted: bool | None, total: int) -> Iterator[Callable[[int], None] | None]:
    """A function to be told how many of `total` files are done, which draws the bar; None where none is to be drawn.

    By default that is on a terminal, for a scan that has taken a second; if it is `wanted`, from the start, wherever standard error
    leads: there as one line at the end of each tenth.
    """
    terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if wanted is False or total == 0 or (wanted is None and not terminal):
        yield None
        return
    bar = _Bar(total, 0.0 if wanted else _DELAY) if terminal else _Lines(total)
    try:
        yield bar.told
    finally:
        bar.end()


@contextmanager
def waiting(wanted: bool | None, words: str) -> Iterator[None]:
    """Show `words` while something goes on that has no measure, once it has taken a second; on a terminal only."""
    if wanted is False or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    from threading import Timer  # noqa: PLC0415

    line = f"{words} …"[: max(10, _columns() - 1)]
    drawn = []

    def draw() -> None:
        drawn.append(line)
        _say(f"{_ERASE}{line}")

    timer = Timer(_DELAY, draw)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # no thread may be under way when a scan starts its processes
        if drawn:
            _say(_ERASE)


class _Bar:
    """A line that is drawn over and over."""

    def __init__(self, total: int, delay: float) -> None:
        self._total = total
        self._begin = time.monotonic()
        self._next = self._begin + delay
        self._drawn = False

    def told(self, done: int) -> None:
        """Draw the bar anew, unless that was a moment ago."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PAUSE
            self._drawn = True
            _say(f"{_ERASE}{self.line(done, now - self._begin)}")

    def line(self, done: int, seconds: float) -> str:
        """The bar with its numbers, as much of it as the terminal has room for."""
        rate = done / seconds if seconds > 0 else 0.0
        full = _BAR * done // self._total
        left = f", {_span((self._total - done) / rate)} left" if rate > 0 and done < self._total else ""
        text = f"Scanning [{'#' * full}{'.' * (_BAR - full)}] {done:,} of {self._total:,} files, {rate:,.0f}/s{left}"
        return text[: max(10, _columns() - 1)]

    def end(self) -> None:
        """Take the bar away."""
        if self._drawn:
            _say(_ERASE)


class _Lines:
    """What somebody gets who wants to see progress in a log: a line for each tenth."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._tenths = 0

    def told(self, done: int) -> None:
        """Say how far it is, where another tenth is done."""
        tenths = 10 * done // self._total
        if tenths > self._tenths:
            self._tenths = tenths
            _say(f"phasegate: {done:,} of {self._total:,} files\n")

    def end(self) -> None:
        """Nothing has to be taken away."""


def _say(text: str) -> None:
    """Write to standard error. A bar that nobody can see any more does not end a scan."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
