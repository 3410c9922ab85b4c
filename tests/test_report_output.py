import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.report.output import write


def test_a_new_file_holds_the_text_and_nothing_else_is_left(tmp_path: Path) -> None:
    write("é\n", str(tmp_path / "out.json"))
    assert (tmp_path / "out.json").read_bytes() == "é\n".encode()
    assert os.listdir(tmp_path) == ["out.json"]


def test_a_new_file_obeys_the_umask(tmp_path: Path) -> None:
    previous = os.umask(0o027)
    try:
        write("x", str(tmp_path / "out"))
    finally:
        os.umask(previous)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o640


def test_an_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("old")
    target.chmod(0o604)
    write("new", str(target))
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o604


def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "real"
    target.write_text("old")
    (tmp_path / "link").symlink_to(target)
    write("new", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert target.read_text() == "new"
    assert os.listdir(tmp_path / "folder") == ["real"]


def test_a_dangling_link_gets_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write("new", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
    target = tmp_path / "out"
    target.write_text("old")

    def fail(descriptor: int) -> None:
        raise failure

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((KeyboardInterrupt, UsageError)):
        write("new", str(target))
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("target", "words"), [("missing/out", "its folder does not exist"), (".", "it is a folder"), ("a\0b", "null byte")]
)
def test_an_unusable_target_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=words):
        write("x", target)
    assert os.listdir(tmp_path) == []


def test_a_fifo_is_written_to_and_stays_a_fifo(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(fifo.read_bytes()))
    reader.start()
    write("through the pipe", str(fifo))
    reader.join()
    assert received == [b"through the pipe"]
    assert fifo.is_fifo()


def run(code: str, **streams: object) -> "subprocess.CompletedProcess[bytes]":
    arguments = [sys.executable, "-c", f"from scanner.report.output import write\n{code}"]
    root = Path(__file__).parents[1]
    return subprocess.run(arguments, cwd=root, check=True, **streams)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("target", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_written_to_in_order(target: str) -> None:
    done = run(f"print('first'); write('second\\n', {target!r}); print('third')", stdout=subprocess.PIPE)
    assert done.stdout == b"first\nsecond\nthird\n"


def test_standard_output_sent_to_a_file_is_appended_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    (tmp_path / "alias").symlink_to("/dev/stdout")
    with log.open("ab") as stream:
        run(f"write('report\\n', '/dev/stdout'); write('again\\n', {str(tmp_path / 'alias')!r})", stdout=stream)
    assert log.read_text() == "before\nreport\nagain\n"
    assert (tmp_path / "alias").is_symlink()


def test_a_device_swallows_the_text_and_stays() -> None:
    write("x", "/dev/null")
    assert not Path("/dev/null").is_file()


def test_a_reader_that_has_gone_is_told_apart_from_a_bad_target() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        with pytest.raises(BrokenPipeError):
            write("x", f"/dev/fd/{writing}")
    finally:
        os.close(writing)
