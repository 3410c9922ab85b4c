"""How the process ends when something went wrong: one line on standard error, and the exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress

import click

from scanner.cli import TerminatedError
from scanner.errors import UsageError
from scanner.report.display import visible

UNUSABLE = 2
_SURROUNDINGS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""What the system refuses for reasons that are none of ours."""
_ORDINARY = (click.ClickException, click.Abort, EOFError, UsageError, MemoryError, KeyboardInterrupt, TerminatedError)
"""What may end a run without a fault in the program."""


def conclude(error: BaseException, arguments: Sequence[str]) -> int:
    """Say on standard error what ended the run, and give the exit code; `arguments` are those of the command line.

    Where `-vv` stands among them, the traceback of a bug follows. Text of the scanned tree shows in no other case.
    """
    lines = [f"phasegate{line}" for line in _words(error)]
    if _is_bug(error) and _verbosity(arguments) > 1:
        lines += _traceback(error)
    with suppress(OSError, ValueError):  # nobody is left to be told
        sys.stderr.write("".join(f"{visible(line)}\n" for line in lines))
        sys.stderr.flush()
    _abandon(sys.stdout)
    _abandon(sys.stderr)
    return UNUSABLE


def _words(error: BaseException) -> Iterator[str]:
    """The line, as it goes on behind the program's name; none where the reader of the output has gone."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        yield f"{error.ctx.command_path.removeprefix('phasegate')}: {error.format_message()}"
    elif isinstance(error, click.ClickException):
        yield f": {error.format_message()}"
    elif isinstance(error, UsageError):
        yield f": {error}"
    elif isinstance(error, KeyboardInterrupt | click.Abort | EOFError):
        yield ": interrupted"
    elif isinstance(error, TerminatedError):
        yield f": ended by {error}"
    elif isinstance(error, MemoryError):
        yield ": out of memory; --jobs 1 or a smaller --max-file-size needs less"
    elif _is_bug(error):
        yield f": internal error: {type(error).__name__} in {_origin(error)}; please report it with what the same command shows under -vv"
    elif isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        yield f": {error.strerror}{f': {error.filename!r}' if error.filename else ''}"


def _is_bug(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno not in _SURROUNDINGS and not isinstance(error, BrokenPipeError)
    return not isinstance(error, _ORDINARY)


def _origin(error: BaseException) -> str:
    """Where in our own code an exception came from, without any path of the machine or text of a file."""
    import traceback  # noqa: PLC0415

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}scanner{os.sep}" in frame.filename]
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "a library"


def _traceback(error: BaseException) -> list[str]:
    import traceback  # noqa: PLC0415

    return "".join(traceback.format_exception(error)).splitlines()


def _verbosity(arguments: Sequence[str]) -> int:
    """How often `-v` or `--verbose` stands among arguments that perhaps nobody could parse."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    letters = (text[1:] for text in options if text.startswith("-") and text[1:].isalpha())
    return sum(each.count("v") for each in letters) + sum(text == "--verbose" for text in options)


def _abandon(stream: object) -> None:
    """Lead a stream that cannot be written to nowhere: the interpreter would try once more at its end, and say so."""
    if stream is None:
        return
    try:
        stream.flush()  # type: ignore[attr-defined]
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[attr-defined]
