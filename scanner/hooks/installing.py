"""Write hooks into a repository's hooks folder, and take them away again. A hook that is not ours is never overwritten."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress

from scanner.errors import UsageError
from scanner.hooks.script import EARLIER, is_ours, text
from scanner.sources.repository import Repo, git_folder

_LARGEST = 1 << 16
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def folder_of(repo: Repo) -> bytes:
    """The folder in which git looks for the repository's hooks, which need not exist yet.

    It is the one that `core.hooksPath` names (a relative one starts where hooks run: at the top of the work tree, or in the bare
    repository), or else `hooks` in git's folder, which all work trees of a repository share.
    """
    values = repo.run("config", "-z", "--get-all", "--type=path", "core.hooksPath").checked().split(b"\0")
    configured = [value for value in values[:-2] if value]  # the last value is the guard under which we run git
    here = os.path.realpath(b".")
    common = os.path.join(here, git_folder(repo))
    return os.path.normpath(os.path.join(repo.top or common, configured[-1]) if configured else os.path.join(common, b"hooks"))


def install(folder: bytes, stages: Sequence[str], *, force: bool = False) -> tuple[str, ...]:
    """Write the hooks of these stages, and give the names of those that were not there like this already.

    Raises `UsageError`, before anything is written, for a hook that is not ours; with `force` it is kept under another name and
    runs first. Raises it as well where the folder cannot be written to.
    """
    foreign = [stage for stage in stages if _state(folder, stage) == "foreign"]
    for stage in foreign:
        shown = f"{os.fsdecode(folder)}/{stage}"
        if not force:
            raise UsageError(f"{shown}: there is a hook already; --force keeps it as {stage}{EARLIER}, which then runs first")
        if os.path.lexists(_path(folder, stage + EARLIER)):
            raise UsageError(f"{shown}: cannot be kept as {stage}{EARLIER}: there is one already, from an earlier time")
    written = []
    try:
        os.makedirs(folder, exist_ok=True)
        for stage in stages:
            if stage in foreign:
                os.rename(_path(folder, stage), _path(folder, stage + EARLIER))
            elif _is_current(folder, stage):
                continue
            _write(folder, stage)
            written.append(stage)
    except OSError as error:
        raise UsageError(f"{os.fsdecode(folder)}: the hook cannot be written: {error.strerror}") from None
    return tuple(written)


def uninstall(folder: bytes, stages: Sequence[str]) -> tuple[str, ...]:
    """Remove the hooks of these stages that are ours, put back what they stood in front of, and give the names of those removed."""
    removed = []
    try:
        for stage in stages:
            if _state(folder, stage) == "ours":
                earlier = _path(folder, stage + EARLIER)
                if os.path.lexists(earlier):
                    os.replace(earlier, _path(folder, stage))
                else:
                    os.unlink(_path(folder, stage))
                removed.append(stage)
    except OSError as error:
        raise UsageError(f"{os.fsdecode(folder)}: the hook cannot be removed: {error.strerror}") from None
    return tuple(removed)


def _path(folder: bytes, name: str) -> bytes:
    return os.path.join(folder, name.encode())


def _state(folder: bytes, stage: str) -> str:
    """What stands under the name of a hook: `nothing`, `ours`, or `foreign`, which is also whatever cannot be read."""
    if not os.path.lexists(_path(folder, stage)):
        return "nothing"
    return "ours" if is_ours(_content(folder, stage), stage) else "foreign"


def _is_current(folder: bytes, stage: str) -> bool:
    """Whether the hook is, to the byte, what would be written, and can be run."""
    return _content(folder, stage) == text(stage) and os.access(_path(folder, stage), os.X_OK)


def _content(folder: bytes, stage: str) -> bytes:
    """The beginning of a regular file; nothing of whatever else stands there, a link included."""
    try:
        descriptor = os.open(_path(folder, stage), _READ)
    except OSError:
        return b""
    try:
        return os.read(descriptor, _LARGEST) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    finally:
        os.close(descriptor)


def _write(folder: bytes, stage: str) -> None:
    """Put the whole hook in its place at once: git never runs half of one."""
    temporary = _path(folder, f".phasegate-{os.urandom(8).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o777)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text(stage))
        os.replace(temporary, _path(folder, stage))
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
