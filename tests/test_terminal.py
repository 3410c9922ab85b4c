"""What stands on a terminal: styles, widths, colour and links by their precedence, the bar. The terminal is a real pseudo-terminal."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cached_scans import own_cache
from commands import runner
from report_samples import finding, report
from repositories import commit, init
from scanner.model import Span
from scanner.report import render
from scanner.report.display import width

ROOT = Path(__file__).resolve().parent.parent
KEY = "ghp_" + "Zx9Kq2Lm7Vt4Rb8Nc3Wd6Yf1Hj5Gs0Pa2Qe4"
TERRAFORM = f'# network\n\nresource "aws_vpc" "main" {{\n  tags = {{ token = "{KEY}" }}\n}}\n'
OURS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK", "COLUMNS", "TMUX", "VTE_VERSION", "WT_SESSION", "KITTY_WINDOW_ID")
LINK = re.compile(r"\x1b\]8;;([^\x1b]*)\x1b\\")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "infra é").mkdir()
    (tmp_path / "infra é" / "main.tf").write_text(TERRAFORM)
    return tmp_path


def environment(**extra: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if name not in (*OURS, "TERM_PROGRAM", "KONSOLE_VERSION", "DOMTERM")}
    return {**known, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **extra}


Shown = Callable[..., str]


@pytest.fixture
def shown(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shown:
    """A function that scans the tree in this process, and gives what a pipe gets, or a terminal of so many columns."""

    def show(*arguments: str, columns: int | None = None, folder: Path = tree, **extra: str) -> str:
        run = runner(folder, monkeypatch, capsys)
        with monkeypatch.context() as patch:
            for name in {*os.environ} - {*environment()}:
                patch.delenv(name)
            for name, value in environment(**extra).items():
                patch.setenv(name, value)
            if columns is not None:
                patch.setenv("COLUMNS", str(columns))
                patch.setattr(sys.stdout, "isatty", lambda: True)
            return run("scan", *arguments)[1]

    return show


def on_terminal(tree: Path, *arguments: str, columns: int = 80, fault: str = "", **extra: str) -> str:
    """What a real terminal of so many columns is sent by a scan, on both streams."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    code = f"import sys\nsys.argv[1:] = {['scan', *arguments]!r}\n{fault}\nfrom scanner.__main__ import run\nrun()"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tree, env=environment(**extra), stdout=theirs, stderr=theirs)
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError as end:  # so Linux tells that the other side is closed
        assert end.errno == errno.EIO  # noqa: PT017
    process.wait(timeout=30)
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


COLOURED = "\x1b[1;31m"


@pytest.mark.parametrize(
    ("arguments", "extra", "expected"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"CLICOLOR_FORCE": "1"}, True),
        ((), {"FORCE_COLOR": "0"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        (("--color", "always", "-o", "/dev/stdout"), {}, False),
    ],
)
def test_colour_in_a_pipe(shown: Shown, arguments: tuple[str, ...], extra: Mapping[str, str], expected: bool) -> None:
    assert (COLOURED in shown(*arguments, **extra)) is expected


@pytest.mark.parametrize(
    ("configured", "extra", "expected"),
    [
        ("", {}, True),
        ("", {"TERM": "dumb"}, False),
        ("", {"NO_COLOR": "1"}, False),
        ("", {"NO_COLOR": ""}, True),
        ('color = "never"\n', {}, False),
        ('color = "never"\n', {"FORCE_COLOR": "1"}, True),
        ('color = "always"\n', {"NO_COLOR": "1"}, False),
    ],
)
def test_colour_on_a_terminal(tree: Path, shown: Shown, configured: str, extra: Mapping[str, str], expected: bool) -> None:
    (tree / "phasegate.toml").write_text(configured)
    assert (COLOURED in shown(columns=80, **extra)) is expected


@pytest.mark.parametrize(
    ("arguments", "extra", "expected"),
    [
        ((), {}, False),
        ((), {"TERM_PROGRAM": "WezTerm"}, True),
        ((), {"VTE_VERSION": "7003"}, True),
        ((), {"VTE_VERSION": "5000"}, False),
        ((), {"VTE_VERSION": "²"}, False),
        ((), {"KITTY_WINDOW_ID": "1", "TMUX": "x"}, False),
        ((), {"WT_SESSION": "x", "TERM": "dumb"}, False),
        ((), {"WT_SESSION": "x", "FORCE_HYPERLINK": "0"}, False),
        (("--hyperlinks", "never"), {"WT_SESSION": "x", "FORCE_HYPERLINK": "1"}, False),
        (("--hyperlinks", "always"), {}, True),
    ],
)
def test_links_on_a_terminal(shown: Shown, arguments: tuple[str, ...], extra: Mapping[str, str], expected: bool) -> None:
    assert bool(LINK.search(shown(*arguments, columns=80, **extra))) is expected


def test_a_link_leads_to_the_file_and_holds_nothing_that_could_end_it(tree: Path, shown: Shown) -> None:
    (tree / "a\x1b]8;;b c.tf").write_text('resource "aws_vpc" "x" {}\n')
    targets = [uri for uri in LINK.findall(on_terminal(tree, WT_SESSION="x")) if uri]
    assert all(uri.startswith("file://") and uri.isascii() and " " not in uri for uri in targets)
    assert any(uri.endswith(f"{tree}/infra%20%C3%A9/main.tf") for uri in targets)
    assert any(uri.endswith("/a%1B%5D8%3B%3Bb%20c.tf") for uri in targets)
    assert not LINK.search(shown(WT_SESSION="x"))
    assert not LINK.search(shown("--format", "json", "--hyperlinks", "always", columns=80))


@pytest.mark.parametrize("style", ["full", "grouped", "concise"])
@pytest.mark.parametrize("columns", [40, 60, 160])
def test_lines_keep_to_the_terminal_but_a_place_is_never_broken(tree: Path, shown: Shown, style: str, columns: int) -> None:
    (tree / "infra é" / "wide.tf").write_text(f'resource "aws_vpc" "x" {{ tags = "{"長い" * 100}" }}\n')
    lines = shown("--style", style, "--color", "never", columns=columns).splitlines()
    long = [line for line in lines if width(line) > columns]
    assert all(re.search(r"main\.tf|wide\.tf", line) for line in long), long
    assert any(re.search(r"infra é/main\.tf(:3:1)?", line) for line in lines)


def test_a_pipe_is_not_wrapped(shown: Shown) -> None:
    line = next(line for line in shown(COLUMNS="40").splitlines() if line.startswith("Found"))
    assert width(line) > 40
    assert "1 file scanned" in line
    assert "lifted by J." in line


@pytest.mark.parametrize("style", ["full", "grouped", "concise"])
def test_a_secret_is_masked_in_the_lines_around_another_finding(shown: Shown, style: str) -> None:
    for arguments in ((), ("--no-cache",), ("-v",)):
        text = shown("--style", style, *arguments)
        assert "infra é/main.tf" in text
        assert KEY[8:24] not in text
    assert '4 ┃   tags = { token = "ghp_********" }' in shown("--style", "full", "--clause", "3.1")


def test_the_lines_around_a_finding_come_from_every_source_and_from_the_cache(
    tmp_path: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = init(tmp_path / "repo")
    commit(repo, {"main.tf": TERRAFORM, **{f"{number}.txt": "x\n" for number in range(70)}})
    wanted = " 1 │ # network\n 2 │\n 3 ┃ resource"
    own_cache(tmp_path / "cache", monkeypatch)
    for arguments in ((), (), ("--history",)):  # the second one takes it from the cache
        assert wanted in shown("--style", "full", *arguments, folder=repo)
    text = TERRAFORM.encode()
    command = [sys.executable, "-m", "scanner", "scan", "-", "--stdin-filename", "x.tf", "--style", "full"]
    done = subprocess.run(command, cwd=repo, env=environment(), input=text, capture_output=True, check=False)
    assert wanted in done.stdout.decode()


CONTEXT = ("a: 1", "", "kind: Deployment", "\tspec:", "  x: 日本", "  y: \x1b[31m", "  z: 1")


def full(**changes: object) -> list[str]:
    item = finding(span=Span(3, 1, 3, 17), context=CONTEXT[:5], context_line=1, **changes)
    return render(report(item), "text", style="full").splitlines()


def test_full_shows_the_lines_around_with_numbers_and_marks_the_span() -> None:
    assert full()[:10] == [
        "error  3.6 Orchestration files · Kubernetes workload [kubernetes-workload]",
        "  ─▶ deploy/app.yaml:3:1",
        "   │",
        " 1 │ a: 1",
        " 2 │",
        " 3 │ kind: Deployment",
        "   │ ^^^^^^^^^^^^^^^^",
        " 4 │     spec:",
        " 5 │   x: 日本",
        "   │",
    ]


def test_full_marks_a_region_of_many_lines_and_says_how_many_are_left_out() -> None:
    item = finding(span=Span(3, 1, 30, 2), context=CONTEXT, context_line=1)
    lines = render(report(item), "text", style="full").splitlines()
    assert " 4 ┃     spec:" in lines
    assert " 6 ┃   y: \\x1b[31m" in lines
    assert "   ┋ 23 more lines, up to 30" in lines
    assert " 1 │ a: 1" in lines


def test_full_without_lines_around_shows_the_line_itself() -> None:
    lines = render(report(finding()), "text", style="full").splitlines()
    assert " 2 │ kind: Deployment" in lines
    assert "   = lifted by a later authorisation (section 8)" in lines


def test_concise_is_what_editors_take_for_an_error_list() -> None:
    lines = render(report(finding(), finding(level="note", path="b.yaml")), "text", style="concise").splitlines()
    assert lines[0] == "deploy/app.yaml:2:1: error 3.6 kubernetes-workload Kubernetes workload"
    assert len(lines) == 2


def test_statistics_count_by_clause_kind_family_and_folder() -> None:
    found = [finding(), finding(path="deploy/b.yaml"), finding(path="main.tf", kind="terraform-resource", clause="3.1", family="terraform")]
    lines = render(report(*found, finding(status="baselined")), "text", statistics=True).splitlines()
    assert "        2        ·        ·   kubernetes-workload  Kubernetes workload" in lines
    assert "        1        ·        ·   terraform" in lines
    assert lines.index("        2        ·        ·   deploy/") < lines.index("        1        ·        ·   ./")
    assert "Not counted: 1 baselined (-v shows it)" in lines
    many = [finding(path=f"{number}/x.yaml") for number in range(30)]
    assert "                         10   in 10 more folders (-v shows all)" in render(report(*many), "text", statistics=True)
    assert "more folders" not in render(report(*many), "text", statistics=True, verbose=1)


EAGER = "from scanner.commands import progress\nprogress._DELAY = 0.0\nprogress._PAUSE = 0.0"


def test_a_bar_is_drawn_on_a_terminal_once_a_scan_takes_long_and_is_gone_at_its_end(tree: Path) -> None:
    patient = EAGER.replace("_DELAY = 0.0", "_DELAY = 60.0")
    assert "Scanning [" not in on_terminal(tree, fault=patient)
    assert "Scanning [" not in on_terminal(tree, fault=EAGER, TERM="dumb")
    shown = on_terminal(tree, fault=EAGER, columns=50)
    bars = re.findall(r"\r\x1b\[K(Scanning \[[^\r\n]*)", shown)
    assert bars
    assert all(len(bar) < 50 for bar in bars)
    assert "1 of 1 files" in bars[-1]
    assert shown.index("\r\x1b[K", shown.rindex("Scanning [")) < shown.index("infra é/main.tf")
    assert "Scanning [" not in on_terminal(tree, "--no-progress", fault=EAGER)


def test_what_has_no_measure_is_told_in_words_while_it_lasts(tree: Path) -> None:
    """The listing lasts until its words are on the terminal."""
    slow = """
from time import sleep
from scanner.commands import progress
from scanner.sources import worktree
progress._DELAY, drawn, listing = 0.0, [], worktree.listing
say, progress._say = progress._say, lambda text: (drawn.append(text), say(text))
def patient(*paths, **options):
    while not any("Listing" in text for text in drawn):
        sleep(0.001)
    return listing(*paths, **options)
worktree.listing = patient
"""
    shown = on_terminal(tree, fault=slow)
    assert "\r\x1b[KListing the files …\r\x1b[K" in shown
    assert shown.index("Listing") < shown.index("infra é/main.tf")


def test_a_bar_is_gone_after_an_interrupt(tree: Path) -> None:
    fault = f"{EAGER}\nfrom scanner import pipeline\ndef broken(*_a):\n    raise KeyboardInterrupt\n"
    shown = on_terminal(tree, fault=f"{fault}pipeline._settled = broken")
    assert shown.endswith("\r\x1b[Kphasegate: interrupted\n")


def test_progress_in_a_log_is_silent_unless_asked_for(tree: Path) -> None:
    command = [sys.executable, "-m", "scanner", "scan"]
    for arguments, expected in (((), ""), (("--progress",), "phasegate: 1 of 1 files\n")):
        done = subprocess.run([*command, *arguments], cwd=tree, env=environment(), capture_output=True, text=True, check=False)
        assert done.stderr == expected


def test_quiet_is_one_line_and_nothing_where_all_is_clean(tree: Path, shown: Shown) -> None:
    assert len(shown("-q").splitlines()) == 1
    (tree / "infra é" / "main.tf").rename(tree / "notes.txt")
    (tree / "notes.txt").write_text("nothing\n")
    assert shown("-q") == ""
