"""What a start may load: the modules are counted, not the milliseconds, so that the test says the same on every machine."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import scanner
from repositories import clean_environment, git, init, write
from scanner.cli import COMMIT_HOOK
from scanner.commands.scan import scan
from scanner.commands.scanning import DEFAULTS

HEAVY = frozenset(
    {
        "asyncio",
        "cfnlint",
        "concurrent",
        "dataclasses",
        "detect_secrets",
        "difflib",
        "email",
        "hcl2",
        "http",
        "importlib.metadata",
        "jsonpath_rfc9535",
    }
    | {"lark", "logging", "multiprocessing", "pathlib", "pickle", "regex", "requests", "ruamel", "sqlite3", "tempfile", "tomlkit"}
    | {"tomllib", "tree_sitter", "unittest", "urllib"}
)
"""What none of these starts may wait for."""
_RUN = """
import sys
before = set(sys.modules)
sys.argv[0] = "phasegate"
from scanner.cli import main
try:
    main()
except SystemExit:
    pass
print(*set(sys.modules) - before, file=sys.stderr)
"""


def loaded(arguments: Sequence[str], folder: Path) -> set[str]:
    """The modules that a run loads besides those that the interpreter starts with, its compiled signatures being there."""
    command = [sys.executable, "-c", _RUN, *arguments]
    environment = {**clean_environment(), "PYTHONPATH": str(Path(scanner.__file__).parents[1])}
    runs = [subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True) for _ in range(2)]
    return set(runs[-1].stderr.splitlines()[-1].split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with a clean program, and a manifest and a module of Terraform that are staged."""
    files: dict[str, str | bytes] = {
        "clean.py": "print(1)\n",
        "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n",
        "main.tf": 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
    }
    repo = init(tmp_path / "repo")
    write(repo, files)
    git(repo, "add", "pod.yaml", "main.tf")
    return repo


@pytest.mark.parametrize(
    ("arguments", "forbidden", "most"),
    [
        (["--version"], {"json", "subprocess", "yaml", "re2", "hyperscan", "scanner.pipeline"}, 71),
        (["--help"], {"json", "subprocess", "yaml", "re2", "hyperscan", "scanner.pipeline"}, 82),
        (["scan", "--help"], {"json", "subprocess", "yaml", "re2", "hyperscan", "scanner.pipeline"}, 86),
        (["scan", "clean.py"], {"json", "yaml", "re2", "scanner.match.matcher", "scanner.report.json_report"}, 151),
        (["scan", "pod.yaml"], {"json", "scanner.read.hcl", "scanner.read.outline", "scanner.read.shell"}, 181),
        (["scan", "main.tf"], {"json", "yaml", "scanner.read.yaml", "scanner.read.shell"}, 161),
        (["hook", "run", "pre-commit"], {"click", "inspect", "json", "scanner.read.outline", "scanner.read.shell"}, 160),
        (["scan", "--staged"], {"json", "scanner.read.outline", "scanner.read.shell"}, 196),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_start_loads_what_it_needs_and_no_more(folder: Path, arguments: Sequence[str], forbidden: set[str], most: int) -> None:
    modules = loaded(arguments, folder)
    assert not {name for name in modules if name in forbidden or name in HEAVY or name.partition(".")[0] in HEAVY}
    assert len(modules) <= most, f"{len(modules)} modules: {' '.join(sorted(modules))}"


def test_the_hook_of_a_commit_is_asked_for_what_a_command_line_without_options_asks_for() -> None:
    assert scan.make_context("scan", []).params == {**DEFAULTS, "paths": ()}


def test_the_hook_of_a_commit_does_what_its_command_line_does(folder: Path) -> None:
    short, long = (hooked(folder, *more) for more in ((), ("--fail-on", "warning")))
    assert "Found 2 errors in 2 files; 2 files scanned" in short
    assert without_time(short) == without_time(long)


def hooked(folder: Path, *more: str) -> str:
    command = [sys.executable, "-m", "scanner", *COMMIT_HOOK, *more]
    environment = {**clean_environment(), "PYTHONPATH": str(Path(scanner.__file__).parents[1])}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stdout


def without_time(text: str) -> str:
    return re.sub(r"in [0-9.]+ s", "", text)
