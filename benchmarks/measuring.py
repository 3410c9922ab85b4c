"""What the benchmarks share: a command measured and bounded in time, the command that scans, and what the sift looks for."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: wall and CPU seconds, its peak memory in MiB, and its exit code; None where it had to be stopped."""

    wall: float
    cpu: float
    peak: float
    code: int | None


def run(
    command: Sequence[str],
    limit: float = 600,
    *,
    folder: str | None = None,
    output: str = os.devnull,
    cache: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Run a command in `folder` with its standard output in `output`; it is stopped after `limit` seconds of wall time.

    `cache` is the folder that phasegate takes for the user's cache directory; `variables` stand in the environment besides.
    """
    environment = {**os.environ, "PYTHONPATH": ROOT, **({"XDG_CACHE_HOME": cache} if cache else {}), **(variables or {})}
    # Without byte code on the disk every start would compile the package anew, which no installed program does.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    stopped = threading.Event()
    with open(output, "wb") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=folder, env=environment, start_new_session=True)

        def stop() -> None:
            stopped.set()
            os.killpg(process.pid, signal.SIGKILL)  # what it has started as well

        timer = threading.Timer(limit, stop)
        timer.start()
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    code = None if stopped.is_set() else process.returncode
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, code)


def phasegate(*arguments: str) -> list[str]:
    """The command line of phasegate with `arguments`."""
    return [sys.executable, "-m", "scanner", *arguments]


@contextmanager
def primed() -> Iterator[str]:
    """A cache directory of its own that holds the compiled signatures, as every run but a user's first finds them."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "empty.txt"), "w", encoding="utf-8") as out:
            out.write("nothing\n")
        run(phasegate("scan", out.name), cache=folder)
        yield folder


def forget(cache: str) -> None:
    """Forget the results of earlier scans, but no compiled signature."""
    shutil.rmtree(os.path.join(cache, "phasegate", "results"), ignore_errors=True)


def found(program: str) -> str | None:
    """The path of a program that stands on the PATH or beside this interpreter; None where there is none."""
    return shutil.which(program) or shutil.which(program, path=os.path.dirname(sys.executable))


def patterns() -> Mapping[str, str]:
    """What the sift looks for, as regular expressions that ripgrep takes, each with the id of its secret or with itself."""
    sys.path.insert(0, ROOT)
    from scanner.match import shipped, signatures  # noqa: PLC0415

    plain = signatures.compile_all(shipped.directory())
    hints = {part for kind in plain["kinds"] for hint in kind["hints"] for part in hint}
    return {**{hint: hint for hint in sorted(hints)}, **{row["id"]: row["pattern"] for row in plain["secrets"]}}
