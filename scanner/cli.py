"""The outermost layer: runs the command that was asked for, and turns every end, a bug's too, into one line and an exit code.

Nothing else is imported before `main` runs, so that an interrupt while modules are loaded ends in one line as well.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

COMMIT_HOOK = ["hook", "run", "pre-commit"]
"""The command line of a commit's hook that nobody gave options; a third of its time would go into the parser of command lines."""


class TerminatedError(BaseException):
    """The process was asked to end by a signal. Like an interrupt it is no `Exception`, so that no handler of errors takes it for one."""


def main() -> None:
    """The command. Ends the process: every failure is one clear line on standard error and exit code 2."""
    try:
        _open_standard_streams()
        _end_in_words()
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  # the last resort: a traceback says nothing to a user, and its exit code is that of findings
        from scanner.commands.failing import conclude  # noqa: PLC0415

        code = conclude(error, sys.argv[1:])
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    if arguments == COMMIT_HOOK:
        from scanner.commands import committing  # noqa: PLC0415

        return committing.judge()
    from scanner.commands.root import run  # noqa: PLC0415

    return run(arguments)


def _open_standard_streams() -> None:
    """Put the null device where a standard stream is closed, or the next file that is opened would take its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # it stays open like the stream that it stands for


def _end_in_words() -> None:
    """Have a signal that ends the process unwind it, so that no half-written file stays; one that is ignored (nohup) stays so."""
    import signal  # noqa: PLC0415

    def end(number: int, _frame: object) -> None:
        raise TerminatedError(signal.Signals(number).name)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            with suppress(ValueError):  # only the main thread may set handlers, and has to do without where it is not ours
                signal.signal(number, end)
