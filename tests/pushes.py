"""Clones that push to real bare repositories, with the hooks that `phasegate hook install` writes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from repositories import clean_environment, git, init
from scanner.hooks.installing import install

ROOT = Path(__file__).resolve().parent.parent
ROLE = 'resource "aws_iam_role" "{}" {{}}\n'
"""Breaches 3.1 and 3.4."""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n"
"""Breaches 3.6."""


def environment(**extra: str) -> dict[str, str]:
    """The variables of somebody who has phasegate installed, in this checkout."""
    return clean_environment() | {"PYTHONPATH": str(ROOT)} | extra


def phasegate(folder: Path, *arguments: str, data: bytes = b"", **extra: str) -> tuple[int, str, str]:
    """Run the program in a folder: its exit code, standard output and standard error."""
    command = [sys.executable, "-P", "-m", "scanner", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(**extra), input=data, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def git_says(folder: Path, *arguments: str, **extra: str) -> tuple[int, str]:
    """Run git with the hooks of the repository: its exit code, and all that it says."""
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(**extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape")


class Server:
    """A bare repository and a clone of it; `guard` puts the hook in the way."""

    def __init__(self, folder: Path, clone: Path, *options: str) -> None:
        self.clone = clone
        self.bare = init(folder, "--bare", *options)
        git(clone, "remote", "add", "origin", os.path.relpath(folder, clone))

    def guard(self) -> Server:
        """Install the pre-receive hook."""
        install(os.fsencode(self.bare / "hooks"), ["pre-receive"])
        return self

    def push(self, *arguments: str, **extra: str) -> list[str]:
        """Push: what the server says, line by line; nothing where it takes the push."""
        code, text = git_says(self.clone, "push", "-q", "origin", *arguments, **extra)
        said = [line.removeprefix("remote:").removeprefix(" ").rstrip() for line in text.splitlines() if line.startswith("remote:")]
        assert bool(code) == bool(said), text
        return said

    def refs(self) -> dict[str, str]:
        """Where the server's references are."""
        rows = git(self.bare, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(row.split(" ") for row in rows)
