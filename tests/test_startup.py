"""What a start may load: the modules are counted, not the milliseconds, so that the test says the same on every machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import scanner
from repositories import clean_environment, git, init, write

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
        (["scan", "clean.py"], {"json", "yaml", "re2", "scanner.match.matcher", "scanner.report.json_report"}, 150),
        (["scan", "pod.yaml"], {"json", "scanner.read.hcl", "scanner.read.outline", "scanner.read.shell"}, 180),
        (["scan", "main.tf"], {"json", "yaml", "scanner.read.yaml", "scanner.read.shell"}, 160),
        (["scan", "--staged"], {"json", "scanner.read.outline", "scanner.read.shell"}, 195),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_start_loads_what_it_needs_and_no_more(folder: Path, arguments: Sequence[str], forbidden: set[str], most: int) -> None:
    modules = loaded(arguments, folder)
    assert not {name for name in modules if name in forbidden or name in HEAVY or name.partition(".")[0] in HEAVY}
    assert len(modules) <= most, f"{len(modules)} modules: {' '.join(sorted(modules))}"
