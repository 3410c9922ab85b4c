"""How git is started, and what may be told of a repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.sources.addresses import public_url
from scanner.sources.git import environment, find_git, finish_git, run_git, start_git


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://example.org/o/r.git", "https://example.org/o/r.git"),
        ("https://user:hunter2@example.org/o/r.git", "https://example.org/o/r.git"),
        ("https://hunter2@example.org:8443/o/r", "https://example.org:8443/o/r"),
        ("https://user:hunt@er2@example.org/o/r", "https://example.org/o/r"),
        ("https://user:hunt/er2@example.org/o/r", None),
        ("https://user:1/2/hunter2@example.org/o/r", None),
        ("https://example.org/o/r?token=hunter2#hunter2", "https://example.org/o/r"),
        ("ssh://git@example.org:22/o/r", "ssh://example.org:22/o/r"),
        ("ssh://git@[::1]/o/r", "ssh://[::1]/o/r"),
        ("git@example.org:o/r.git", "git@example.org:o/r.git"),
        ("user:hunter2@example.org:o/r.git", "example.org:o/r.git"),
        ("example.org:o/r.git", "example.org:o/r.git"),
        ("/home/somebody/secret/r.git", None),
        ("../r.git", None),
        ("./odd:name", None),
        ("file:///home/somebody/r.git", None),
        ("ext::sh -c hunter2", None),
        ("ext::https://user:hunter2@example.org/r", None),
        ("https://example.org/\x1b[31m", None),
        ("https:///o/r", None),
        ("", None),
    ],
)
def test_a_remote_is_told_without_what_is_nobodys_business(url: str, public: str | None) -> None:
    assert public_url(url) == public


def test_the_environment_of_a_plain_scan_forgets_the_hook() -> None:
    given = {
        "PATH": "/bin",
        "GIT_DIR": "/x",
        "GIT_INDEX_FILE": "/y",
        "GIT_EXTERNAL_DIFF": "evil",
        "GIT_PAGER": "evil",
        "GIT_CONFIG_PARAMETERS": "'core.fsmonitor'='evil'",
        "GIT_CONFIG_GLOBAL": "/home/me/.gitconfig",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "LANGUAGE": "de",
    }
    plain = environment(given)
    assert plain.keys() >= {"PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"}
    assert not plain.keys() & {"GIT_DIR", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_CONFIG_PARAMETERS", "LANGUAGE"}
    hook = environment(given, keep_hook_env=True)
    assert (hook["GIT_DIR"], hook["GIT_INDEX_FILE"]) == ("/x", "/y")
    assert not hook.keys() & {"GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_CONFIG_PARAMETERS"}


def test_a_hook_can_look_at_the_index_that_git_gave_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "a").touch()
    subprocess.run(["git", "add", "a"], cwd=tmp_path, check=True, env={**os.environ, "GIT_INDEX_FILE": str(tmp_path / "other")})
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other"))
    folder = os.fsencode(tmp_path)
    assert run_git(["ls-files", "-z"], folder, keep_hook_env=True).checked() == b"a\0"
    assert run_git(["ls-files", "-z"], folder).checked() == b""


def test_a_refusal_comes_with_the_first_line_of_git(tmp_path: Path) -> None:
    answer = run_git(["ls-files"], os.fsencode(tmp_path))
    assert answer.code == 128
    with pytest.raises(UsageError, match=r"^git refuses: fatal: not a git repository") as caught:
        answer.checked()
    assert "\n" not in str(caught.value)


def test_git_speaks_english_whatever_the_user_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert "not a git repository" in run_git(["ls-files"], os.fsencode(tmp_path)).messages


def test_no_transport_is_ever_used(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "from")], check=True)
    subprocess.run(["git", "init", "-q", str(tmp_path / "to")], check=True)
    subprocess.run(["git", "config", "protocol.file.allow", "always"], cwd=tmp_path / "to", check=True)
    answer = run_git(["fetch", str(tmp_path / "from")], os.fsencode(tmp_path / "to"))
    assert "transport 'file' not allowed" in answer.messages


def test_a_git_that_does_not_end_is_ended(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    os.mkfifo(tmp_path / "pipe")
    subprocess.run(["git", "config", "core.excludesFile", str(tmp_path / "pipe")], cwd=tmp_path, check=True)
    with (
        start_git(["ls-files", "-o", "--exclude-standard"], os.fsencode(tmp_path)) as process,
        pytest.raises(UsageError, match="did not answer within"),
    ):
        finish_git(process, timeout=0.2)
    assert process.returncode is not None


def test_without_git_the_reason_is_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_git() is None
    with pytest.raises(UsageError, match="git is not installed"):
        run_git(["version"], os.fsencode(tmp_path))
