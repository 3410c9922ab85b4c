"""Run the server on standard input and output, which belong to the protocol alone as long as it does."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Callable
from threading import Event
from typing import BinaryIO

from pygls.io_ import run_async

from scanner.errors import UsageError
from scanner.lsp.ground import Conditions
from scanner.lsp.server import Server

_LONGEST_HEADER = 1 << 20
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


def serve(conditions: Callable[[str], Conditions], verbosity: int = 0) -> int:
    """Serve one editor until it says `exit`, or is gone. Gives the exit code that the protocol demands: 1 for `exit` without `shutdown`.

    Raises `UsageError` where nobody speaks the protocol.
    """
    for number, name in ((0, "input"), (1, "output")):
        mode = os.fstat(number).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
            raise UsageError(
                f"standard {name} is no pipe: an editor starts `phasegate lsp`, and speaks the language server protocol with it"
            )
    _log_to_standard_error(verbosity)
    try:
        asyncio.run(_served(Server(conditions), *_streams()))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _log_to_standard_error(verbosity: int) -> None:
    """Log what this program has to say. What pygls logs quotes messages, in which documents stand with all that is secret in them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("phasegate: %(message)s"))
    ours = logging.getLogger("scanner.lsp")
    ours.addHandler(handler)
    ours.setLevel(_LEVELS[min(verbosity, len(_LEVELS) - 1)])
    for name in ("pygls", "asyncio"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, in whose place nothing and standard error are put: no stray line ends up among the messages."""
    reading, writing = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return reading, writing


async def _served(server: Server, reading: BinaryIO, writing: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(_LONGEST_HEADER)
    source, _protocol = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), reading)
    sink, _base = await loop.connect_write_pipe(asyncio.BaseProtocol, writing)
    server.protocol.set_writer(sink)
    try:
        await run_async(Event(), reader, server.protocol, error_handler=server.report_server_error)
    except asyncio.IncompleteReadError:
        return  # the editor has gone in the middle of a message
    except ValueError:
        raise UsageError("what comes on standard input is not the language server protocol") from None
    finally:
        server.stop()
        source.close()
        sink.close()
