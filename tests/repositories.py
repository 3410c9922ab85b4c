"""Real git repositories for the tests, made with the real git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PEOPLE = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2024-05-06T07:08:09+02:00",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
_SETTINGS = ("-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c", "uploadpack.allowFilter=true")


def clean_environment() -> dict[str, str]:
    """The environment without what a hook or a test before left of git's own variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | PEOPLE


def git(folder: Path, *args: str, data: bytes | None = None, check: bool = True) -> str:
    """What git prints in `folder`, without the last line break."""
    done = subprocess.run(["git", *_SETTINGS, *args], cwd=folder, env=clean_environment(), check=check, capture_output=True, input=data)
    return os.fsdecode(done.stdout).rstrip("\n")


def init(folder: Path, *options: str) -> Path:
    """A new repository, its branch `main`."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", *options)
    return folder


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(folder: Path, files: dict[str, str | bytes] | None = None, message: str = "x") -> str:
    """Write files, commit everything that stands in the work tree, and give the commit's id."""
    write(folder, files or {})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")
