"""Everything but a file and its neighbours that decides what is found in it, as one fingerprint."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import scanner

if TYPE_CHECKING:
    from scanner.looking import Settings
    from scanner.match.rules import Rules

_DISTRIBUTION = (".dist-info", ".egg-info")


def context(rules: Rules, settings: Settings) -> bytes:
    """Changes with the signatures, the policy, the program, the interpreter, the installed libraries and the settings that matter."""
    choices = (rules.fingerprint, settings.max_file_size, settings.deep, settings.line_hashes)
    return hashlib.sha256("\0".join(map(str, (*choices, *_program(), *_libraries()))).encode("utf-8", "surrogateescape")).digest()


def _program() -> Iterator[str]:
    """This package's version and modules; in a checkout they change without the version."""
    yield scanner.__version__
    yield sys.version
    waiting = [os.path.dirname(os.path.abspath(scanner.__file__))]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.name.endswith(".py"):
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"


def _libraries() -> Iterator[str]:
    """The installed distributions: the parsers among them decide what is found. The name of each one's folder holds its version."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        yield from sorted(name for name in names if name.endswith(_DISTRIBUTION))
