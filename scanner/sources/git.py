"""The only module that starts git: plumbing commands, nothing of the scanned repository's configuration run, nothing written.

A scanned repository is hostile input. Its configuration may name programs (a file-system monitor, hooks, filters, text
converters, transports); git is told to use none of them, callers use no command that applies filters, and ownership checks
(`safe.directory`) stay as git does them.
"""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import IO, NamedTuple

from scanner.errors import UsageError

TIMEOUT = 300.0
"""Seconds after which a git process counts as stuck: an ignore file that is a named pipe would hold it for ever."""

_PIECE = 1 << 16
_MESSAGES = 1 << 16
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


class Answer(NamedTuple):
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
        "GIT_GRAFT_FILE": f"{os.devnull}/none",  # the repository's own could cut its history short
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    kept.pop("LANGUAGE", None)
    return kept


def start_git(
    args: Sequence[str],
    cwd: bytes,
    *,
    keep_hook_env: bool = False,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
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
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    except OSError as error:
        raise UsageError(f"git cannot be started: {error.strerror}") from None


def finish_git(process: subprocess.Popen[bytes], timeout: float = TIMEOUT, data: bytes | None = None) -> Answer:
    """Wait for a process of `start_git`, which may be given `data` to read.

    Raises `UsageError` when it takes longer than `timeout` seconds.
    """
    try:
        out, messages = process.communicate(data, timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise UsageError(f"git did not answer within {timeout:g} seconds") from None
    return Answer(process.returncode, out, _text(messages))


def run_git(args: Sequence[str], cwd: bytes, *, keep_hook_env: bool = False, data: bytes | None = None) -> Answer:
    """Run one git command to its end, with `data` to read, and give its answer, whatever its exit code.

    `keep_hook_env` is for code that runs inside a hook and must see the index or the objects of that hook; a plain scan of a work
    tree must not. Raises `UsageError` when git is not installed, cannot be started, or does not end.
    """
    stdin = subprocess.DEVNULL if data is None else subprocess.PIPE
    with start_git(args, cwd, keep_hook_env=keep_hook_env, stdin=stdin) as process:
        return finish_git(process, data=data)


def stream_git(commands: Sequence[Sequence[str]], cwd: bytes, *, keep_hook_env: bool = False, data: bytes = b"") -> Iterator[bytes]:
    """What a chain of git commands writes, piece by piece; the first reads `data`, each other one what the one before it writes.

    Raises `UsageError` when one of them fails, or nothing comes for `TIMEOUT` seconds.
    """
    from tempfile import TemporaryFile  # noqa: PLC0415

    with ExitStack() as running:
        source: IO[bytes] = running.enter_context(TemporaryFile())
        source.write(data)
        source.seek(0)
        chain = []
        for command in commands:
            # A pipe for the messages could fill while nobody reads it.
            messages = running.enter_context(TemporaryFile())
            process = running.enter_context(start_git(command, cwd, keep_hook_env=keep_hook_env, stdin=source, stderr=messages))
            running.callback(process.kill)  # no effect on one that has ended
            source.close()  # the process has its own hold on it
            assert process.stdout is not None  # noqa: S101  # it was asked for
            source = process.stdout
            chain.append((process, messages))
        while piece := read_some(source.fileno()):
            yield piece
        for process, messages in chain:
            messages.seek(0)
            Answer(process.wait(TIMEOUT), b"", _text(messages.read(_MESSAGES))).checked()


def read_some(descriptor: int) -> bytes:
    """The next bytes of a pipe, none at its end. Raises `UsageError` when git is silent for `TIMEOUT` seconds."""
    if not select.select([descriptor], [], [], TIMEOUT)[0]:
        raise UsageError(f"git did not answer within {TIMEOUT:g} seconds")
    return os.read(descriptor, _PIECE)


def _text(messages: bytes | None) -> str:
    return (messages or b"").decode("utf-8", "surrogateescape")
