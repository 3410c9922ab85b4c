"""The program itself: `phasegate`, and `python -m scanner`."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from scanner.cli import main

_OBJECTS = 10_000
"""How many objects may come into being before the collector of cycles looks at them: parsed documents hold no cycles."""


def run() -> NoReturn:
    """Run the command line, and leave at once when it has ended.

    Nothing waits for the interpreter to take itself apart: files are closed and processes ended by those who opened or started them,
    and freeing every object, only for the process to end, takes a fifth of a hook's time.
    """
    gc.set_threshold(_OBJECTS, 20, 20)
    try:
        main()
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    run()
