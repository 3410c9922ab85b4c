"""Where the time of a scan goes, stage by stage: for `-vv`, and for whoever wants to make it faster.

Nothing of this runs in an ordinary scan. `watch` puts a clock around the functions at the borders between the stages, in this process
and, through the fork, in those that it starts; theirs is sent home with the results.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

Name = str | Callable[..., str]
"""The name of a stage, or what makes it of the arguments of the function."""


class Spent(NamedTuple):
    """What went into a stage: how often it was entered, the bytes or characters that it was given, and its seconds."""

    calls: int = 0
    size: int = 0
    seconds: float = 0.0

    def plus(self, other: Spent) -> Spent:
        """Both together."""
        return Spent(self.calls + other.calls, self.size + other.size, self.seconds + other.seconds)


class Stages:
    """Clocks, one of which runs at a time: a stage within another one stops the outer one's."""

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = {}
        self._open: list[str] = []
        self._since = 0.0

    def timed(self, name: Name, function: Callable[..., Any], size: Callable[..., int] | None = None) -> Callable[..., Any]:
        """The same function with a clock around it. `size` tells how much its arguments and its result, which comes last, hold."""

        @functools.wraps(function)
        def run(*args: Any, **named: Any) -> Any:
            self._enter(name if isinstance(name, str) else name(*args, **named))
            result, measure = None, 0
            try:
                result = function(*args, **named)
                measure = size(*args, result) if size is not None else 0
            finally:
                self._leave(measure)
            return result

        return run

    def _enter(self, name: str) -> None:
        self._stop(0, 0)
        self._open.append(name)

    def _leave(self, size: int) -> None:
        self._stop(1, size)
        self._open.pop()

    def _stop(self, calls: int, size: int) -> None:
        now = time.perf_counter()
        if self._open:
            name = self._open[-1]
            self._spent[name] = self._spent.get(name, Spent()).plus(Spent(calls, size, now - self._since))
        self._since = now

    def take(self) -> dict[str, Spent]:
        """What was spent since this was asked last."""
        taken, self._spent = self._spent, {}
        return taken

    def add(self, spent: dict[str, Spent]) -> None:
        """Count what another process has spent as well."""
        for name, each in spent.items():
            self._spent[name] = self._spent.get(name, Spent()).plus(each)

    def spread(self, function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """`pool.spread`, its processes telling what they have spent."""

        def run(work: Callable[[Any], Any], items: Sequence[Any], jobs: int) -> Iterator[Any]:
            for result, spent in function(lambda item: (self.take() and None, work(item), self.take())[1:], items, jobs):
                self.add(spent)
                yield result

        return run

    def lines(self) -> Iterator[str]:
        """A table of the stages, the most expensive first."""
        yield f"{'stage':<22}{'times':>10}{'MB':>9}{'seconds':>9}"
        for name, spent in sorted(self._spent.items(), key=lambda item: (-item[1].seconds, item[0])):
            size = f"{spent.size / 1e6:.1f}" if spent.size else ""
            yield f"{name:<22}{spent.calls:>10,}{size:>9}{spent.seconds:>9.2f}"


def watch() -> Stages:
    """Put clocks around the stages of every scan of this process from now on."""
    from scanner import looking, pipeline, pool, report  # noqa: PLC0415
    from scanner.judge import judge  # noqa: PLC0415
    from scanner.match import engine, matcher, rules  # noqa: PLC0415
    from scanner.read import program_gate  # noqa: PLC0415
    from scanner.results import memory  # noqa: PLC0415
    from scanner.sources import changes, history, objects, staged, tree, worktree  # noqa: PLC0415

    stages = Stages()
    borders: tuple[tuple[Any, str, Name, Callable[..., int] | None], ...] = (
        (rules, "load", "load the signatures", None),
        (worktree, "listing", "list the files", None),
        (staged, "staged_listing", "list the files", None),
        (changes, "range_listing", "list the files", None),
        (history, "history_listing", "list the files", None),
        (tree.Tree, "read", "read from the disk", lambda _self, _path, _limit, data: len(data or b"")),
        (objects.Objects, "read", "read from git", lambda _self, _oid, _limit, data: len(data or b"")),
        (rules.Rules, "sift", "sift content", lambda _self, data, _hits: len(data)),
        (rules.Rules, "names_of", "sift names", lambda _self, path, _hits: len(path)),
        (rules.Rules, "candidates", "choose candidates", None),
        (program_gate, "may_carry", "look into programs", lambda text, *_rest: len(text)),
        (engine, "read", lambda _text, format_: f"parse {format_}", lambda text, _format, _reading: len(text)),
        (matcher.Matcher, "claims", "match", None),
        (looking, "_secrets", "find secrets", None),
        (judge, "findings", "judge", None),
        (pipeline, "_settled", "settle", None),
        (memory.Memory, "_recalled", "recall", None),
        (memory.Memory, "_keep", "remember", None),
        (report, "render", "report", lambda *args: len(args[-1] or "")),
    )
    for owner, attribute, name, size in borders:
        setattr(owner, attribute, stages.timed(name, getattr(owner, attribute), size))
    pool.spread = stages.spread(pool.spread)
    return stages
