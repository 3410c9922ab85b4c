"""However a run ends, the user reads one line and no traceback, and the exit code is 2: real runs, with a fault put into them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from commands import heed_interrupts

ROOT = Path(__file__).resolve().parent.parent
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"


def environment(folder: Path, fault: str = "") -> dict[str, str]:
    """The environment of a run into which the interpreter puts a fault at its start."""
    place = folder / "fault"
    place.mkdir(exist_ok=True)
    (place / "sitecustomize.py").write_text(fault)
    return {**os.environ, "PYTHONPATH": f"{place}{os.pathsep}{ROOT}"}


def run(folder: Path, *arguments: str, fault: str = "", stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    tree = folder / "tree"
    tree.mkdir(exist_ok=True)
    (tree / "pod.yaml").write_text(POD)
    command = [sys.executable, "-m", "scanner", *arguments]
    return subprocess.run(command, cwd=tree, env=environment(folder, fault), stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)


def in_scan(statement: str) -> str:
    """A fault that happens while a scan is under way."""
    return f"from scanner import pipeline\ndef scan(*_all, **_named):\n    {statement}\npipeline.scan = scan\n"


IN_LOADING = """
import builtins
real = __import__
def late(name, *rest, **named):
    if name == "scanner.commands.root":
        raise KeyboardInterrupt
    return real(name, *rest, **named)
builtins.__import__ = late
"""
SLOW = """
from scanner import pipeline
import time
def slow(*_all, **_named):
    open("begun", "w").close()
    time.sleep(60)
pipeline.scan_file = slow
"""


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (in_scan("raise ZeroDivisionError('secret \\x1b[31m')"), "internal error: ZeroDivisionError in scanning.py:"),
        (in_scan("scan()"), "internal error: RecursionError in "),
        (in_scan("raise MemoryError"), "out of memory; --jobs 1"),
        (in_scan("raise OSError(28, 'No space left on device')"), "phasegate: No space left on device\n"),
        (in_scan("raise OSError(9999, 'odd')"), "internal error: OSError in scanning.py:"),
        (in_scan("raise KeyboardInterrupt"), "phasegate: interrupted\n"),
        (IN_LOADING, "phasegate: interrupted\n"),
    ],
    ids=["bug", "recursion", "memory", "full disk", "odd refusal", "interrupt", "interrupt while modules are loaded"],
)
def test_whatever_goes_wrong_ends_in_one_line(tmp_path: Path, fault: str, words: str) -> None:
    done = run(tmp_path, "scan", fault=fault)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert done.stderr.startswith("phasegate: ")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


@pytest.mark.parametrize("flags", [("scan", "-vv"), ("-vv", "scan"), ("scan", "-v", "--verbose")])
def test_twice_verbose_shows_the_rest_of_a_bug_and_nothing_steers_the_terminal(tmp_path: Path, flags: Sequence[str]) -> None:
    done = run(tmp_path, *flags, fault=in_scan("raise ZeroDivisionError('\\x1b[31m')"))
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert "ZeroDivisionError: \\x1b[31m" in done.stderr
    assert "\x1b" not in done.stderr


def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = run(tmp_path, "scan", stdout=full.fileno())
    assert (done.returncode, done.stderr) == (2, "phasegate: No space left on device\n")
    with open("/dev/full", "wb") as full:
        assert run(tmp_path, "kinds", stdout=full.fileno()).returncode == 2


def test_a_reader_that_has_gone_is_no_finding(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run(tmp_path, "scan", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, "")


def test_closed_streams_do_not_stop_a_scan(tmp_path: Path) -> None:
    run(tmp_path, "scan")
    command = f"{sys.executable} -m scanner scan --format json=out.json >&- 2>&- <&-"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path / "tree", env=environment(tmp_path), check=False)
    assert done.returncode == 1
    assert (tmp_path / "tree" / "out.json").read_text().startswith("{")


@pytest.mark.parametrize(("number", "words"), [(signal.SIGTERM, "ended by SIGTERM"), (signal.SIGINT, "interrupted")])
def test_a_signal_ends_every_process_of_a_scan(tmp_path: Path, number: signal.Signals, words: str) -> None:
    run(tmp_path, "scan")
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", "--jobs", "2", "-o", "out.txt"],
        cwd=tmp_path / "tree",
        env=environment(tmp_path, SLOW),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,  # noqa: PLW1509  # the tests have no threads
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "tree" / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    _out, errors = process.communicate(timeout=30)  # standard error closes when the last process that holds it is gone
    assert (process.returncode, errors) == (2, f"phasegate: {words}\n")
    assert sorted(path.name for path in (tmp_path / "tree").iterdir()) == ["begun", "pod.yaml"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["scna"], "phasegate: no such command 'scna' (did you mean 'scan'?)"),
        (["hook", "instal"], "phasegate: no such command 'instal' (did you mean 'install'?)"),
        (["scan", "--fromat", "json"], "--format"),
        (["scan", "--fail-on", "eror"], "'eror' is not one of error, warning, note, never (did you mean 'error'?)"),
        (["scan", "--format", "sarf"], "unknown format 'sarf' (did you mean 'sarif'?)"),
        (["scan", "--clause", "iac-cod"], "unknown clause 'iac-cod' (did you mean 'iac-code'?)"),
        (["scan", "--kind", "nomad-jub"], "unknown kind 'nomad-jub' (did you mean 'nomad-job'?)"),
        (["hook", "install", "--stage", "prepush"], "did you mean 'pre-push'?"),
        (["scan", "--jobs", "many"], "'many' is not a valid integer"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_nearest_choice(tmp_path: Path, arguments: list[str], line: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert line in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_command_alone_shows_its_help_and_does_not_pass(tmp_path: Path) -> None:
    for arguments in ((), ("hook",), ("cache",)):
        done = run(tmp_path, *arguments)
        assert done.returncode == 2
        assert "Commands:" in done.stderr
