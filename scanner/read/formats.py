"""What format a file is in: by its name where that says so, by its content where not."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from scanner.model import Level

_HEAD = 20_000
_BLOCK = re.compile(r'(?m)^[ \t]*[A-Za-z_][\w-]*(?:[ \t]+(?:"[^"\n]*"|[A-Za-z_][\w-]*)){0,3}[ \t]*=?[ \t]*\{[ \t]*(?:#.*|//.*)?$')
_KEY = re.compile(r"(?m)^(?:- )?[\"']?[A-Za-z_][\w./ -]{0,80}[\"']?:(?:[ \t]|$)")
_FROM = re.compile(r"(?mi)^(?:FROM|ARG)[ \t]+\S+")
_RUN = re.compile(r"(?m)^(?:RUN|COPY|CMD|ENTRYPOINT|WORKDIR|ENV|ADD|EXPOSE)[ \t]")
_SECTION = re.compile(r"(?m)^\[[^\]\n]+\][ \t]*$")
_ASSIGN = re.compile(r"(?m)^(?:export )?[A-Za-z_][A-Za-z0-9_]*=")
_INTERPRETERS = {
    "sh": "shell",
    "bash": "shell",
    "zsh": "shell",
    "dash": "shell",
    "ksh": "shell",
    "bats": "shell",
    "python": "python",
    "node": "javascript",
}
_SHEBANG = re.compile(r"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-\S+[ \t]+)*)?([a-z]+)")
_TEMPLATE_LINE = re.compile(r"(?m)^[ \t]*(?:\{\{|\{%|<%)[^\n]*$")


class Promise(NamedTuple):
    """What a name says: the format, or None; the name below its wrapping endings; and the level above which no claim may go."""

    format: str | None
    name: str
    cap: Level | None = None
    wrapped: bool = False


class Formats:
    """The table of names and suffixes (`signatures/formats.yaml`)."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._suffixes: dict[str, str] = {suffix: name for name, suffixes in data["suffixes"].items() for suffix in suffixes}
        self._wrappers: Mapping[str, Level | None] = data["wrappers"]
        self._names: dict[str, str] = {}
        self._globs: list[tuple[str, str]] = []
        for name, patterns in data["names"].items():
            for pattern in patterns:
                if "*" in pattern:
                    self._globs.append((pattern, name))
                else:
                    self._names[pattern] = name

    def of(self, path: str) -> Promise:
        """What the name of `path` says."""
        folder, _slash, base = path.rpartition("/")
        cap: Level | None = None
        wrapped = False
        while True:
            format_ = self._plain(base)
            stem, _dot, ending = base.rpartition(".")
            ending = f".{ending.lower()}"
            if not stem or ending not in self._wrappers or (format_ is not None and self._names.get(base)):
                break
            if format_ is not None and ending in self._suffixes and ending != ".txt":
                break
            inner = self._plain(stem)
            if ending == ".txt" and inner is None:
                break
            cap = self._wrappers[ending] or cap
            wrapped = True
            base = stem
        if base == stem and wrapped and format_ is None:
            format_ = self._plain(base)
        return Promise(format_, f"{folder}/{base}" if folder else base, cap, wrapped)

    def _plain(self, base: str) -> str | None:
        if base in self._names:
            return self._names[base]
        lower = base.lower()
        dot = lower.find(".", 1)
        while dot >= 0:
            known = self._suffixes.get(lower[dot:])
            if known:
                return known
            dot = lower.find(".", dot + 1)
        if lower in self._suffixes:
            return self._suffixes[lower]
        return next((name for pattern, name in self._globs if fnmatch.fnmatchcase(base, pattern)), None)


def sniff(text: str) -> tuple[str, ...]:
    """The formats that a text without a telling name may be in, most likely first; `text` is always the last of them."""
    head = text[:_HEAD]
    start = head.lstrip()
    shebang = _SHEBANG.match(head)
    if shebang:
        found = _INTERPRETERS.get(shebang[1], "hashed")
        return (found, "text")
    if head.startswith("$ANSIBLE_VAULT") or start.startswith("-----BEGIN"):
        return ("text",)
    if start[:1] in "{[" and not start.startswith(("{{", "{%")):
        return ("json", "text") if not _SECTION.match(start) else ("ini", "text")
    if _FROM.search(head) and _RUN.search(head):
        return ("dockerfile", "text")
    blocks, keys = len(_BLOCK.findall(head)), len(_KEY.findall(_TEMPLATE_LINE.sub("", head)))
    formats: list[str] = []
    if keys:
        formats.append("yaml")
    if blocks:
        formats.insert(0 if blocks > keys else len(formats), "hcl")
    if _SECTION.search(head) or (not formats and _ASSIGN.search(head)):
        formats.append("ini")
    return (*formats, "text")
