"""`-vv` tells where the time went, also that of other processes, and changes nothing of what is found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from repositories import clean_environment, write

FILES: dict[str, str | bytes] = {
    "deploy/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n",
    "main.tf": 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n',
    "notes.txt": "nothing here\n",
}
ROW = re.compile(r"phasegate: (.+?)  +([\d,]+)(?: +[\d.]+)? +\d+\.\d\d")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_two_v_tell_the_stages_of_all_processes(tmp_path: Path, jobs: str) -> None:
    write(tmp_path, FILES)
    plain, told = (scan(tmp_path, "--jobs", jobs, *more) for more in ((), ("-vv",)))
    assert told.stdout == plain.stdout
    rows = {row[1]: row[2] for row in map(ROW.fullmatch, told.stderr.splitlines()) if row is not None}
    assert rows["read from the disk"] == "3"
    assert rows["parse yaml"] == rows["parse hcl"] == "1"
    assert {"list the files", "match", "sift content", "report"} <= rows.keys()
    assert "match" not in plain.stderr


def scan(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scanner", "scan", "--no-progress", "--format", "csv", *options, "."]
    return subprocess.run(command, cwd=folder, env=clean_environment(), capture_output=True, text=True, check=False)
