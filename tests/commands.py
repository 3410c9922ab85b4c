"""Run a command in this process, as a user at a shell would, in a folder of the test."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner import cli

Run = Callable[..., tuple[int, str, str]]


def heed_interrupts() -> None:
    """For the start of a process: an interrupt counts, also where the tests run in the background of a shell, which has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def runner(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that takes the arguments behind `phasegate` and gives exit code, standard output and standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr("sys.argv", ["phasegate", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        out, err = capsys.readouterr()
        return code, out, err

    return run
