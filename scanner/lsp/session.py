"""The open documents, and when each of them is judged: shortly after the last change, in a thread of its own, one after the other.

A document that changes again is not judged for what it was: what still waits is dropped, and the result of what is under way is too.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from lsprotocol.types import Diagnostic, Range

from scanner import config
from scanner.looking import origin
from scanner.lsp.actions import Fix, fixes
from scanner.lsp.diagnostics import Mark, marks
from scanner.lsp.ground import Conditions, Ground, Judgement
from scanner.lsp.locating import Place, is_below, path_of, place_of, real_path
from scanner.lsp.text import Buffer, Text
from scanner.model import Finding
from scanner.sources.tree import encoded

TYPING = 0.2
"""Seconds without a change after which a document is judged."""
SETTLING = 1.0
"""Seconds without a change to the files around after which all documents are judged: a build writes many, one after the other."""
_DECIDING = frozenset({config.FILE, config.BASELINE, "pyproject.toml", ".gitignore"})
"""Names of files that decide about others."""
_log = logging.getLogger(__name__)


class Shown(NamedTuple):
    """One state of a document, and what its editor was told of it."""

    text: Text
    place: Place | None
    judgement: Judgement
    marks: tuple[Mark, ...]


class Opened:
    """An open document. `version` is the editor's number of its state, `shown` is what was said of it last."""

    def __init__(self, path: str, buffer: Buffer, version: int | None) -> None:
        self.path = path
        self.buffer = buffer
        self.version = version
        self.task: asyncio.Task[None] | None = None
        self.shown: Shown | None = None
        self.fixes: dict[Finding, tuple[Fix, ...]] = {}


class Session:
    """All open documents. `publish` is given a URI, a version and the diagnostics; everything runs in the thread of one event loop."""

    def __init__(self, conditions: Callable[[str], Conditions], publish: Callable[[str, int | None, list[Diagnostic]], None]) -> None:
        self._conditions = conditions
        self._publish = publish
        self._worker = ThreadPoolExecutor(1, "phasegate")
        self._grounds: dict[str, Ground] = {}
        self._documents: dict[str, Opened] = {}
        self.folders: tuple[str, ...] = ()
        """The paths of the workspace's folders."""
        self.is_told = False
        """Whether the editor says when files come and go. Where it does not, they are listed anew when a document is opened or saved."""
        self.own_folder: str | None = None
        """A folder whose documents are the server's own, and are not judged."""
        self.encoding = "utf-16"
        """The encoding in whose units the editor counts columns."""

    def open(self, uri: str, version: int | None, text: str) -> None:
        """Take a document in. What is no file of this machine is passed over."""
        path = path_of(uri)
        if path is None or os.path.dirname(path) == self.own_folder:
            return
        self.close(uri)
        self._documents[uri] = Opened(path, Buffer(text, self.encoding), version)
        if not self.is_told:
            self._outdate(path)
        self._schedule(uri, 0)

    def change(self, uri: str, version: int | None, changes: Iterable[tuple[Range | None, str]]) -> None:
        """Apply changes to a document, one after the other; None in place of a region stands for all of it."""
        opened = self._documents.get(uri)
        if opened is None:
            return
        for region, text in changes:
            opened.buffer.replace(region, text)
        opened.version = version
        self._schedule(uri, TYPING)

    def save(self, uri: str) -> None:
        """A document stands on the disk now as it stands in the editor."""
        path = path_of(uri)
        if path is None:
            return
        if not self.is_told:
            self._outdate(path)
        if self._decides(path):
            self._outdate(path)
            self.refresh(0)
        elif uri in self._documents:
            self._schedule(uri, 0)

    def close(self, uri: str) -> None:
        """Let a document go, with all that was said of it."""
        opened = self._documents.pop(uri, None)
        if opened is None:
            return
        if opened.task is not None:
            opened.task.cancel()
        self._publish(uri, None, [])

    def files_changed(self, come_or_gone: Iterable[str], altered: Iterable[str]) -> None:
        """Take note of URIs whose files have come, gone or been altered."""
        moved = [path for path in map(path_of, come_or_gone) if path is not None and ".git" not in path.split("/")]
        deciding = [path for path in map(path_of, altered) if path is not None and self._decides(path)]
        for path in (*moved, *deciding):
            self._outdate(path)
        if moved or deciding:
            self.refresh(0 if any(map(self._decides, (*moved, *deciding))) else SETTLING)

    def refresh(self, delay: float = 0) -> None:
        """Judge all documents anew."""
        for uri in self._documents:
            self._schedule(uri, delay)

    async def settled(self, uri: str) -> Opened | None:
        """The document once its last change is judged; None where none is open there."""
        while (opened := self._documents.get(uri)) is not None and opened.task is not None and not opened.task.done():
            await asyncio.wait({opened.task})
        return opened

    async def fixes(self, opened: Opened, finding: Finding) -> tuple[Fix, ...]:
        """The quick fixes of a finding; each is looked for once in every state of the document."""
        shown = opened.shown
        if shown is None or shown.place is None:
            return ()
        if finding not in opened.fixes:
            judge = partial(self._ground(shown.place.root).judge, shown.place.path)
            work = partial(fixes, shown.text, shown.judgement, finding, judge)
            found = await asyncio.get_running_loop().run_in_executor(self._worker, work)
            if opened.shown is not shown:
                return ()
            opened.fixes[finding] = found
        return opened.fixes[finding]

    def stop(self) -> None:
        """Let go of everything; what is being judged is not waited for."""
        for opened in self._documents.values():
            if opened.task is not None:
                opened.task.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _schedule(self, uri: str, delay: float) -> None:
        opened = self._documents[uri]
        if opened.task is not None:
            opened.task.cancel()
        opened.task = asyncio.get_running_loop().create_task(self._look(uri, opened, delay))

    async def _look(self, uri: str, opened: Opened, delay: float) -> None:
        await asyncio.sleep(delay)
        text = opened.buffer.snapshot()
        work = partial(self._judged, opened.path, text, self.folders)
        shown = await asyncio.get_running_loop().run_in_executor(self._worker, work)
        opened.shown, opened.fixes = shown, {}
        _log.info("%s: %d shown", opened.path, len(shown.marks))
        self._publish(uri, opened.version, [mark.diagnostic for mark in shown.marks])

    def _judged(self, path: str, text: Text, folders: Sequence[str]) -> Shown:
        """What there is to show of a document. Runs in the worker."""
        place = None
        try:
            place = place_of(path, folders)
            judgement = Judgement() if place is None else self._ground(place.root).judge(place.path, str(text))
            return Shown(text, place, judgement, marks(text, judgement))
        except Exception as error:  # noqa: BLE001  # an editor that shows nothing looks like one that has nothing to show
            _log.warning("internal error: %s in %s", type(error).__name__, origin(error))
            judgement = Judgement(problems=(f"internal error, please report it: {type(error).__name__} in {origin(error)}",))
            return Shown(text, place, judgement, marks(text, judgement))

    def _ground(self, root: str) -> Ground:
        return self._grounds.setdefault(root, Ground(root, self._conditions))

    def _decides(self, path: str) -> bool:
        real = real_path(path)
        return os.path.basename(path) in _DECIDING or any(
            ground.decides(real[len(ground.root.rstrip("/")) + 1 :]) for ground in self._holding(real)
        )

    def _outdate(self, path: str) -> None:
        for ground in self._holding(real_path(path)):
            ground.outdated()

    def _holding(self, path: str) -> list[Ground]:
        """The grounds below whose root a real path lies. The worker may add to them meanwhile."""
        return [ground for ground in list(self._grounds.values()) if is_below(encoded(path), encoded(ground.root))]
