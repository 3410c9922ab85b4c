"""The only module that starts git: plumbing commands, nothing of the scanned repository's configuration run, nothing written.

A scanned repository is hostile input. Its configuration may name programs (a file-system monitor, hooks, filters, text
converters, transports); git is told to use none of them, callers use no command that applies filters, and ownership checks
(`safe.directory`) stay as git does them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanner.errors import UsageError

TIMEOUT = 300.0
"""Seconds after which a git process counts as stuck: an ignore file that is a named pipe would hold it for ever."""

_GUARDS = (
    "--no-pager",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.untrackedCache=false",
    "-c", "core.commitGraph=false",  # a file beside the objects that could tell another history than they do
    "-c", "core.warnAmbiguousRefs=false",
    "-c", "log.showSignature=false",
    "-c", "protocol.allow=never",
)  # fmt: skip

# Of git's own variables only those pass that say where the user's configuration lies and how far discovery may go.
_KEPT = frozenset({
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
})  # fmt: skip
_KEPT_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
# What git sets for the hooks it runs: which repository, index and quarantined objects the hook is to look at.
_HOOK = frozenset({
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_WORK_TREE",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a git process left: its exit code, its output in bytes, its messages (in English) as text."""

    code: int
    out: bytes
    messages: str

    @property
    def refusal(self) -> str:
        """The first line that git said, for people."""
        return self.messages.partition("\n")[0].strip() or f"git ended with code {self.code}"

    def checked(self) -> bytes:
        """The output of a process that succeeded. Raises `UsageError` with git's own first line."""
        if self.code:
            raise UsageError(f"git refuses: {self.refusal}")
        return self.out


def find_git() -> str | None:
    """The git program, or None. Relative entries of PATH are passed over: they could lie in the scanned tree."""
    for folder in os.get_exec_path():
        program = os.path.join(folder, "git")
        if os.path.isabs(folder) and os.access(program, os.X_OK) and os.path.isfile(program):
            return program
    return None


def environment(variables: Mapping[str, str], *, keep_hook_env: bool = False) -> dict[str, str]:
    """The variables for a git process, made from `variables`; with `keep_hook_env` it still sees what git told the hook."""
    kept = {
        name: value
        for name, value in variables.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_PREFIXES) or (keep_hook_env and name in _HOOK)
    }
    kept |= {
        "GIT_ALLOW_PROTOCOL": "none",  # outranks what a repository's own `protocol.<name>.allow` would permit
        "GIT_GRAFT_FILE": os.devnull,  # the repository's own could cut its history short
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    kept.pop("LANGUAGE", None)
    return kept


def start_git(args: Sequence[str], cwd: bytes, *, keep_hook_env: bool = False) -> subprocess.Popen[bytes]:
    """A git process under way in `cwd`; use it in a `with`, and hand it to `finish_git`.

    Raises `UsageError` when git is not installed or `cwd` cannot be entered.
    """
    program = find_git()
    if program is None:
        raise UsageError("git is not installed")
    try:
        return subprocess.Popen(
            [program, *_GUARDS, *args],
            cwd=cwd,
            env=environment(os.environ, keep_hook_env=keep_hook_env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise UsageError(f"git cannot be started: {error.strerror}") from None


def finish_git(process: subprocess.Popen[bytes], timeout: float = TIMEOUT) -> Answer:
    """Wait for a process of `start_git`. Raises `UsageError` when it takes longer than `timeout` seconds."""
    try:
        out, messages = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise UsageError(f"git did not answer within {timeout:g} seconds") from None
    return Answer(process.returncode, out, messages.decode("utf-8", "surrogateescape"))


def run_git(args: Sequence[str], cwd: bytes, *, keep_hook_env: bool = False) -> Answer:
    """Run one git command to its end and give its answer, whatever its exit code.

    `keep_hook_env` is for code that runs inside a hook and must see the index or the objects of that hook; a plain scan of a work
    tree must not. Raises `UsageError` when git is not installed, cannot be started, or does not end.
    """
    with start_git(args, cwd, keep_hook_env=keep_hook_env) as process:
        return finish_git(process)
