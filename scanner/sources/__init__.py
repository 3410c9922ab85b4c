"""The first stage: from a request to a listing of files whose bytes are read on demand."""

from __future__ import annotations

from scanner.sources.worktree import listing, stdin_listing

__all__ = ["listing", "stdin_listing"]
