"""The README's check before a file is written, run as it stands there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from git_situations import World
from pushes import POD, ROOT, environment
from repositories import commit, write

_SNIPPET = re.compile(r"(?s)<!-- before-write -->\n```sh\n(.*?)```\n")


@pytest.fixture
def check(world: World) -> Path:
    """The snippet as a program, with a `phasegate` on PATH."""
    (snippet,) = _SNIPPET.findall((ROOT / "README.md").read_text())
    write(world.tmp, {"check": snippet, "bin/phasegate": f'#!/bin/sh\nexec {sys.executable} -P -m scanner "$@"\n'})
    for name in ("check", "bin/phasegate"):
        (world.tmp / name).chmod(0o755)
    world.patch.setenv("PATH", f"{world.tmp}/bin:/usr/bin:/bin")
    commit(world.repo, {"chart/Chart.yaml": "name: x\n"})
    return world.tmp / "check"


@pytest.mark.parametrize(
    ("path", "content", "code", "clauses"),
    [
        ("app/main.py", "print('hello')\n", 0, None),
        ("docs/network.md", "A VPC, a load balancer and PostgreSQL.\n", 0, None),
        ("infra/main.tf", 'resource "aws_iam_role" "x" {}\n', 1, ["3.1", "3.4"]),
        ("new folder/it's a pod.yaml", POD, 1, ["3.6"]),
        ("broken.tf", 'resource "aws_iam_role" "x" {\0}\n', 2, []),
    ],
)
def test_a_proposed_file_is_judged_before_it_is_there(check: Path, path: str, content: str, code: int, clauses: list[str] | None) -> None:
    done = subprocess.run([check, path], env=environment(), input=content.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (code, b"")
    if clauses is None:
        assert done.stderr == b""
    else:
        report = json.loads(done.stderr)
        assert [finding["clause"] for finding in report["findings"]] == clauses
        assert {finding["path"] for finding in report["findings"]} <= {path}
    assert not Path(path).exists()


def test_a_path_that_leads_out_of_the_folder_is_forbidden(check: Path, world: World) -> None:
    done = subprocess.run([check, "../elsewhere"], cwd=world.repo, env=environment(), input=b"", capture_output=True, check=False)
    assert done.returncode == 2
    assert b"phasegate: " in done.stderr
