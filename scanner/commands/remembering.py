"""What the commands share that scan with a memory of earlier runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.match.rules import Rules
    from scanner.model import Listing
    from scanner.pipeline import Settings
    from scanner.results.memory import Memory


def memory(listing: Listing, rules: Rules, settings: Settings, *, wanted: bool) -> Memory | None:
    """The memory for a scan of `listing`; None where it is not `wanted`, or the scan too small for it to pay."""
    from scanner.pipeline import WORTH_REMEMBERING  # noqa: PLC0415

    if not wanted or len(listing.files) < WORTH_REMEMBERING:
        return None
    from scanner.results.memory import remember  # noqa: PLC0415

    return remember(listing, rules, settings)


def tell(used: Memory | None) -> None:
    """Say on standard error how the memory was used."""
    from scanner.report.display import visible  # noqa: PLC0415

    for remark in used.remarks() if used is not None else ():
        sys.stderr.write(f"phasegate: {visible(remark)}\n")
