"""What the tests share. Those on git: a repository that is the current folder, and no trace of the user's own configuration."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from git_situations import World
from repositories import init

# No test fails for the load of the machine that it runs on.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An empty repository, entered."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    repo = init(tmp_path / "repo")
    monkeypatch.chdir(repo)
    return World(tmp_path, repo, monkeypatch)
