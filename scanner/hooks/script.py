"""The text of a hook: a few lines of POSIX shell that find phasegate, and refuse where there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "pre-commit": "hook run pre-commit",
    "pre-merge-commit": "hook run pre-commit",
    "pre-push": "hook run pre-push",
    "pre-receive": "pre-receive",
}
"""Each of git's hooks that can be installed, with the command that it runs (see githooks(5)): a merge makes a commit, too."""
EARLIER = ".before-phasegate"
"""What is put behind the name of a hook that was there before; it runs first."""
_MARK = b"# phasegate hook: "
_SHEBANG = "#!/bin/sh"
_READS_LINES = frozenset({"pre-push", "pre-receive"})


def text(stage: str) -> bytes:
    """The hook for a stage of `COMMANDS`.

    It starts the interpreter that runs now, as long as this package is still there, or else the `phasegate` of an absolute folder of
    PATH; never one of the repository, whose folder is the current one. Where there is neither it ends with code 2.
    """
    import shlex  # noqa: PLC0415

    package = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "__main__.py")
    # Git gives the lines once; the earlier hook and phasegate both want to read them.
    keep = "lines=$(cat; echo .)\nlines=${lines%.}\n" if stage in _READS_LINES else ""
    give = "printf '%s' \"$lines\" 2>/dev/null | " if stage in _READS_LINES else ""
    return os.fsencode(f"""\
{_SHEBANG}
{_MARK.decode()}{stage}
# Written by `phasegate hook install`, removed by `phasegate hook uninstall`; edits are lost when it is installed again.
# A hook of your own belongs into {stage}{EARLIER} beside it, which runs first and may refuse.
python={shlex.quote(sys.executable or "")}
package={shlex.quote(package)}
earlier=${{0%/*}}/{stage}{EARLIER}
{keep}[ ! -x "$earlier" ] || {give}"$earlier" "$@" || exit
if [ -x "$python" ] && [ -f "$package" ]; then
    set -- "$python" -P -m scanner {COMMANDS[stage]} "$@"
else
    program=$(command -v phasegate)
    case $program in
    /*) set -- "$program" {COMMANDS[stage]} "$@" ;;
    *)
        echo "phasegate: refused, for phasegate is not installed any more: neither at $python nor on PATH" >&2
        exit 2
        ;;
    esac
fi
{give}"$@"
""")


def is_ours(data: bytes, stage: str) -> bool:
    """Whether a file is a hook that phasegate wrote for this stage, in this version or an earlier one."""
    return data.splitlines()[:2] == [_SHEBANG.encode(), _MARK + stage.encode()]
