"""Time of the commit hook, beside pre-commit's own overhead and beside detect-secrets-hook: medians, in turn.

    python benchmarks/hook.py DIR [RUNS]

The files of DIR are copied into a new repository and committed; then one file, and after that 200, get a harmless line more, which is
staged. Each hook looks at that. `true` under pre-commit is what pre-commit itself costs. All hooks run with this interpreter, as
`language: system`, and with compiled bytecode, as installed programs do. Needs `pre-commit` and `detect-secrets`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = shlex.quote(sys.executable)
OURS = f"{PYTHON} -P -m scanner hook run pre-commit"
THEIRS = f"{PYTHON} -m detect_secrets.pre_commit_hook"
CONFIG = """\
repos:
  - repo: local
    hooks: [{{id: x, name: x, language: system, entry: {entry!r}, pass_filenames: {files}, always_run: true}}]
"""
IDENTITY = [part for key in ("user.name", "user.email") for part in ("-c", f"{key}=benchmark")]


def main(arguments: Sequence[str]) -> int:
    """Print a table of medians in milliseconds for each size of a commit."""
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    count = int(arguments[1]) if len(arguments) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        repo = Path(folder) / "repo"
        names = repository(Path(arguments[0]), repo)
        total = git(repo, "ls-files", "-z").count("\0")
        sys.stdout.write(f"{total:,} files; medians of {count} runs in turn\n")
        for size in (1, 200):
            stage(repo, names, size)
            for name, runs in measured(repo, Path(folder), count).items():
                middle, codes = statistics.median(each for each, _code in runs), {code for _time, code in runs}
                exits = ",".join(map(str, sorted(codes)))
                sys.stdout.write(f"{size:>4} staged  {name:<38} {1000 * middle:8.0f} ms  exit code {exits}\n")
    return 0


def repository(source: Path, repo: Path) -> list[str]:
    """A new repository with all of `source` committed; the names of its programs, in a spread order."""
    shutil.copytree(source, repo, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    git(repo, "init", "-q")
    git(repo, "add", "-A", "-f")
    git(repo, *IDENTITY, "commit", "-q", "--no-verify", "-m", "x")
    # Files in which a comment may follow at the end, whatever stands before it.
    names = git(repo, "ls-files", "-z", "--", "*.go", "*.py", "*.js", "*.ts").split("\0")[:-1]
    return sorted(names, key=lambda name: name[::-1])


def stage(repo: Path, names: Sequence[str], size: int) -> None:
    """Stage a comment more in `size` files that are spread over the repository."""
    git(repo, "reset", "-q", "--hard")
    for name in names[:: max(1, len(names) // size)][:size]:
        with (repo / name).open("a", encoding="utf-8") as file:
            file.write("# a remark\n" if name.endswith(".py") else "// a remark\n")
    git(repo, "add", "-u")


def measured(repo: Path, folder: Path, count: int) -> dict[str, list[tuple[float, int]]]:
    """Wall seconds and exit codes of each way to run a hook, in turn; the first round warms up and does not count."""
    staged = shlex.join(git(repo, "diff", "--cached", "--name-only", "-z").split("\0")[:-1])
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**variables, "PYTHONPATH": str(ROOT), "PRE_COMMIT_HOME": str(folder / "home")}
    index = {"GIT_INDEX_FILE": str(repo / ".git" / "index")}
    commands: dict[str, tuple[str, Mapping[str, str]]] = {
        "phasegate, as git's own hook": (OURS, index),
        "detect-secrets-hook, by itself": (f"{THEIRS} {staged}", {}),
    }
    for name, entry, files in (("true", "true", False), ("phasegate", OURS, False), ("detect-secrets-hook", THEIRS, True)):
        config = folder / f"{name}.yaml"
        config.write_text(CONFIG.format(entry=entry, files=str(files).lower()), encoding="utf-8")
        commands[f"{name}, under pre-commit"] = (f"{PYTHON} -m pre_commit run -c {shlex.quote(str(config))}", {})
    times: dict[str, list[tuple[float, int]]] = {name: [] for name in commands}
    for place in range(count + 1):
        for name, (command, extra) in commands.items():
            begin = time.perf_counter()
            done = subprocess.run(shlex.split(command), cwd=repo, env={**environment, **extra}, check=False, capture_output=True)
            if place:
                times[name].append((time.perf_counter() - begin, done.returncode))
    return times


def git(repo: Path, *arguments: str) -> str:
    """What git prints in the repository."""
    return subprocess.run(["git", *arguments], cwd=repo, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
