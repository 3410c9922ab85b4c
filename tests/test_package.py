"""The wheel holds the knowledge, and the hook works under the real pre-commit. Nothing here needs the network."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n"
GIT = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@example.org"))}


def borrowed(**extra: str) -> dict[str, str]:
    """An environment in which a new virtual environment borrows third-party packages, but not our own checkout, from this one."""
    paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **offline, **GIT, **extra}


def test_an_installed_wheel_scans_with_its_own_signatures(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("phasegate-*.whl")
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    subprocess.run([environment / "bin" / "pip", "install", "--quiet", str(wheel)], check=True, env=borrowed())
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "pod.yaml").write_text(POD)
    done = subprocess.run(
        [environment / "bin" / "phasegate", "scan", "--format", "json", "--format", "html=page.html", "tree"],
        cwd=tmp_path,
        env=borrowed(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["findings"][0]["clause"] == "3.6"
    converted = subprocess.run(
        [environment / "bin" / "phasegate", "convert", "-", "--format", "html"],
        cwd=tmp_path,
        env=borrowed(),
        input=done.stdout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (converted.returncode, converted.stdout[:15]) == (1, "<!doctype html>"), converted.stderr
    assert "Does not pass" in (tmp_path / "page.html").read_text()
    place = subprocess.run(
        [environment / "bin" / "python", "-c", "from scanner.match import shipped; print(shipped.directory())"],
        cwd=tmp_path,
        env=borrowed(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert Path(place).is_relative_to(environment)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "repository"
    path.mkdir()
    subprocess.run(["git", "-c", "init.defaultBranch=main", "init", "--quiet"], cwd=path, check=True)
    return path


def test_the_real_pre_commit_runs_the_hook(tmp_path: Path, repository: Path) -> None:
    hooks = tmp_path / "hooks"
    tracked = subprocess.run(["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in tracked.decode().split("\0"):
        if name.startswith(("scanner/", "signatures/")) or name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
            target = hooks / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    environment = borrowed(PRE_COMMIT_HOME=str(tmp_path / "home"))
    for arguments in (["init", "--quiet"], ["add", "-A"], ["commit", "--quiet", "-m", "hooks"]):
        subprocess.run(["git", "-c", "init.defaultBranch=main", *arguments], cwd=hooks, check=True, env=environment)

    def hook() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "phasegate", "--verbose"]
        return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)

    (repository / "app.py").write_text("print('hello')\n")
    subprocess.run(["git", "add", "app.py"], cwd=repository, check=True)
    done = hook()
    assert done.returncode == 0, done.stdout + done.stderr
    (repository / "pod.yaml").write_text(POD)
    subprocess.run(["git", "add", "pod.yaml"], cwd=repository, check=True)
    done = hook()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "pod.yaml" in done.stdout
    assert "3.6" in done.stdout


# The distribution that provides each third-party module that we import.
PROVIDERS = {
    "yaml": "pyyaml",
    "ruamel": "ruamel.yaml",
    "hcl2": "python-hcl2",
    "re2": "google-re2",
    "cfnlint": "cfn-lint",
    "iregexp_check": "jsonpath-rfc9535",
    "lsprotocol": "pygls",
}


def test_every_library_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["lsp"]]
    declared = {re.split(r"[<>=!~ \[;]", line)[0].lower() for line in lines}
    imported = set()
    for path in (ROOT / "scanner").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    third_party = imported - set(sys.stdlib_module_names) - {"scanner"}
    missing = {name for name in third_party if PROVIDERS.get(name, name.replace("_", "-")).lower() not in declared}
    assert not missing


@pytest.mark.parametrize("library", ["click", "hcl2", "cfnlint", "detect_secrets", "ruamel"])
def test_each_named_library_is_used_and_imported_in_few_places(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix().partition("commands/")[0]
        for path in (ROOT / "scanner").rglob("*.py")
        if re.search(rf"(?m)^\s*(?:import|from) {library}\b", path.read_text())
    }
    assert 1 <= len(users) <= 2, users
