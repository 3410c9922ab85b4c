"""The bar that a long scan shows on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(wanted: bool | None, total: int) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error, drawn at most a few hundred times; by default only on a terminal and for a scan that takes a while."""
    if wanted is False or (wanted is None and (not sys.stderr.isatty() or total < 500)):
        yield None
        return
    step = max(1, total // 200)
    with click.progressbar(length=total, label="Scanning", file=sys.stderr, show_pos=True) as bar:

        def told(done: int) -> None:
            if done % step == 0 or done == total:
                bar.update(done - bar.pos)

        yield told
