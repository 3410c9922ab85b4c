"""One root and all that decides about its files: configuration, rules, terms and neighbours, each read anew when it has changed."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from scanner.errors import TooLarge, UsageError
from scanner.judge.settling import Remark, Scene, Terms, settle
from scanner.looking import Settings, scan_file
from scanner.match.inventory import Inventory
from scanner.match.rules import Rules
from scanner.model import File, Finding
from scanner.pipeline import is_wanted
from scanner.sources.disk import git_top, neighbours
from scanner.sources.globs import matcher
from scanner.sources.tree import Tree, encoded
from scanner.sources.worktree import listing


class Conditions(NamedTuple):
    """What a scan of a root would go by. `files` are the paths below the root that it was read from, whether they are there or not."""

    rules: Rules
    settings: Settings
    terms: Terms
    exclude: tuple[str, ...] = ()
    include_ignored: bool = False
    files: tuple[str, ...] = ()


class Judgement(NamedTuple):
    """What is to be said of one text: all findings with their status, what could not be looked at, and which comments lift nothing.

    `rules` are those that it was held against, None where they could not be had.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    rules: Rules | None = None


class Surroundings(NamedTuple):
    """What a listing of the root gave: the paths of all files there are, and those that a scan looks at."""

    inventory: Inventory
    paths: frozenset[str]
    scanned: frozenset[str]


class Ground:
    """Judges texts as files of one root. All but `outdated` is for one thread alone."""

    def __init__(self, root: str, conditions: Callable[[str], Conditions]) -> None:
        self.root = root
        self._ask = conditions
        self._known: Conditions | None = None
        self._stamp: object = None
        self._surroundings: Surroundings | None = None
        self._left_out: set[str] = set()
        self._is_outdated = False

    def outdated(self) -> None:
        """Have the files of the root listed again before the next judgement."""
        self._is_outdated = True

    def decides(self, path: str) -> bool:
        """Whether the file at `path` is one that the conditions were read from."""
        return self._known is not None and path in self._known.files

    def judge(self, path: str, text: str) -> Judgement:
        """What a scan of the root would say, were `text` the content of the file at `path`; nothing where it would not look at it."""
        if self._is_outdated:
            self._is_outdated = False
            self._forget_files()
        try:
            known = self._conditions()
            around = self._around(path, known)
        except UsageError as error:
            return Judgement(problems=(str(error),))
        if around is None:
            return Judgement(rules=known.rules)
        data = text.encode("utf-8", "replace")  # half a character, which some editors send, is none that a file can hold
        outcome = scan_file(File(path, partial(_load, data)), around.inventory, known.rules, known.settings)
        seen = (path,) if not outcome.not_scanned else ()
        scene = Scene(known.rules.policy, known.rules.infos, seen, around.paths)
        settled = settle(outcome.findings, outcome.suppressions, known.terms, scene)
        findings = tuple(finding for finding in settled.findings if is_wanted(finding, known.settings))
        return Judgement(findings, tuple(entry.reason for entry in outcome.not_scanned), settled.remarks, known.rules)

    def _forget_files(self) -> None:
        self._surroundings = None
        self._left_out.clear()

    def _conditions(self) -> Conditions:
        """The conditions as they are now. Raises `UsageError`; what has failed is tried again every time."""
        if self._known is not None and self._stamp is not None and self._stamp == self._stamp_of(self._known):
            return self._known
        self._known = None
        self._forget_files()
        known = self._ask(self.root)
        self._stamp, self._known = self._stamp_of(known), known
        return known

    def _stamp_of(self, known: Conditions) -> object:
        """Changes whenever a file of the conditions does, and at midnight, when what lifts a finding may end; None where nobody knows."""
        states = []
        for name in known.files:
            try:
                status = os.lstat(os.path.join(encoded(self.root), encoded(name)))
            except OSError as error:
                states.append((error.errno, 0, 0, 0))
                continue
            if stat.S_ISLNK(status.st_mode):
                return None
            states.append((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
        return time.strftime("%Y-%m-%d", time.gmtime()), tuple(states)

    def _around(self, path: str, known: Conditions) -> Surroundings | None:
        """What stands around a file; None where a scan would leave it out. Raises `UsageError` as the sources do.

        A file that is not on the disk yet is looked at; one that is there and not listed is ignored by git. Outside of a repository
        only the folders above the file are listed: what is open there may be a whole home.
        """
        excluded = matcher(known.exclude)
        if excluded is not None and excluded(path):
            return None
        root = encoded(self.root)
        if git_top(root) is None:
            paths = frozenset({path, *neighbours(root, [path])})
            return Surroundings(Inventory(paths), paths, paths)
        around = self._listed(known)
        if path in around.scanned:
            return around
        if not Tree(root).gone(path):
            if path not in self._left_out:  # it may have come since
                self._surroundings = None
                around = self._listed(known)
            if path in around.scanned:
                return around
            self._left_out.add(path)
            return None
        paths = around.paths | {path}
        return Surroundings(Inventory(paths), paths, around.scanned)

    def _listed(self, known: Conditions) -> Surroundings:
        if self._surroundings is None:
            found = listing([self.root], include_ignored=known.include_ignored, exclude=known.exclude)
            scanned = frozenset((*(file.path for file in found.files), *(entry.path for entry in found.not_scanned)))
            self._surroundings = Surroundings(Inventory(found.inventory), found.inventory, scanned)
        return self._surroundings


def _load(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise TooLarge(limit, data[:limit])
    return data
