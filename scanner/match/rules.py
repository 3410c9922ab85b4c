"""The signatures as they are at run time: frozen, indexed by hint and name, loaded from one cached file."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scanner import __version__, cache
from scanner.match import globs, signatures
from scanner.match.schema import SHORT_MAGIC
from scanner.match.signatures import Plain
from scanner.model import Clause, KindInfo, Level, Policy
from scanner.read.formats import Formats
from scanner.sift import engine

if TYPE_CHECKING:
    from scanner.match.secrets_detectors import Detector


_LONGEST_KEY = 400


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sufficient piece of evidence, or one further claim: every part that is given must hold."""

    at: str | None
    text: str | None
    also: tuple[str, ...]
    formats: frozenset[str]
    names: tuple[int, ...]
    near: tuple[str, ...]
    when: tuple[str, ...]
    unless: tuple[str, ...]
    clause: str | None
    level: Level | None
    vendor: str | None
    says: str | None
    show: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Embed:
    """Where a document holds code of another format: a query, or an expression whose one group is the code.

    `named` says that the key under which it stands is a file name.
    """

    at: str | None
    text: str | None
    format: str | None
    named: bool
    cap: Level | None


@dataclass(frozen=True, slots=True)
class Lower:
    """What every claim of a kind is lowered to, at least, in a file in which the expression matches."""

    text: str
    level: Level
    says: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A signature."""

    info: KindInfo
    formats: frozenset[str]
    names: tuple[int, ...]
    name_is_proof: bool
    name_suffices: bool
    magic: tuple[bytes, ...]
    near: tuple[str, ...]
    has_hints: bool
    subjects: str
    show: tuple[str, ...]
    where: tuple[Evidence, ...]
    unless: tuple[str, ...]
    refines: tuple[str, ...]
    claims: tuple[Evidence, ...]
    embeds: tuple[Embed, ...]
    lower: tuple[Lower, ...]
    once: bool
    secret: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what a subject whose key matches breaches."""

    kind: str
    evidence: Evidence


class Table:
    """A wide mapping from a key of each subject (a resource type, a group and kind) to what it breaches."""

    def __init__(self, data: Plain) -> None:
        self.name: str = data["table"]
        self.within = frozenset(data["within"])
        self.formats = frozenset(data.get("formats", ()))
        self.subjects: str = data["subjects"]
        self.show = tuple(data.get("show", ()))
        self._key = [[path.split(".") for path in part.split("|")] for part in data["key"]]
        self._separator: str = data.get("separator", " ")
        self._exact: dict[str, list[Row]] = {}
        self._globs: list[tuple[re.Pattern[str], Row]] = []
        for row in data["rows"]:
            built = Row(row["kind"], _evidence(row, {}))
            for pattern in row["match"]:
                if any(mark in pattern for mark in "*?[{"):
                    self._globs.append((re.compile(globs.to_regex(pattern.replace("*", "**"), path=False)), built))
                else:
                    self._exact.setdefault(pattern, []).append(built)
        self._vendors = [
            (re.compile(globs.to_regex(pattern.replace("*", "**"), path=False)), vendor)
            for pattern, vendor in data.get("vendors", {}).items()
        ]
        self.rows = functools.lru_cache(maxsize=4096)(self._rows)
        self.vendor = functools.lru_cache(maxsize=4096)(self._vendor)

    def key(self, subject: Any) -> str | None:
        """The key of a subject, or None where it lacks a part. Of the paths of a part, the first that leads to a text counts."""
        parts = []
        for paths in self._key:
            value = next((text for path in paths if (text := _text_at(subject, path)) is not None), None)
            if value is None:
                return None
            parts.append(value)
        return self._separator.join(parts)

    def _rows(self, key: str) -> tuple[Row, ...]:
        return (*self._exact.get(key, ()), *(row for pattern, row in self._globs if pattern.fullmatch(key)))

    def _vendor(self, key: str) -> str | None:
        return next((vendor for pattern, vendor in self._vendors if pattern.fullmatch(key)), None)


def _text_at(subject: Any, path: Sequence[str]) -> str | None:
    """The text at the end of a path of keys and indices, or None for anything else and for a text too long to be a key."""
    value = subject
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value if isinstance(value, str) and len(value) <= _LONGEST_KEY else None


class Rules:
    """All signatures, with the sift that finds the few that could match a file."""

    def __init__(self, plain: Plain, prefer: str | None = None) -> None:
        self.policy = _policy(plain["policy"])
        self.formats = Formats(plain["formats"])
        self.subjects: Mapping[str, Plain] = plain["subjects"]
        self.secrets: Sequence[Plain] = plain["secrets"]
        self._globs: dict[str, int] = {}
        self._hints: dict[str, int] = {}
        self._by_hint: dict[int, list[tuple[int, frozenset[int]]]] = {}
        self._by_name: dict[int, list[int]] = {}
        self.kinds = [self._kind(place, data) for place, data in enumerate(plain["kinds"])]
        self.magics = tuple({magic for kind in self.kinds for magic in kind.magic})
        self.by_id = {kind.info.id: kind for kind in self.kinds}
        self.tables = [Table(data) for data in plain["tables"]]
        for table in plain["tables"]:
            for row in table["rows"]:
                self._globs_of(row)
        patterns = [re.sub(r"([^A-Za-z0-9_ ])", r"\\\1", hint) if hint.isascii() else re.escape(hint) for hint in self._hints]
        self._first_secret = len(patterns)
        patterns += [row["pattern"] for row in self.secrets]
        self._contents = engine.build(patterns, prefer)
        self._names = engine.build([globs.to_regex(glob) for glob in self._globs], prefer)

    @functools.cached_property
    def infos(self) -> dict[str, KindInfo]:
        """What reports say of each kind, committed secrets included."""
        return {kind.info.id: kind.info for kind in self.kinds if not kind.silent} | {row["id"]: _secret_info(row) for row in self.secrets}

    @functools.cached_property
    def detectors(self) -> tuple[Detector, ...]:
        """The detectors of committed secrets."""
        from scanner.match.secrets_detectors import detectors  # noqa: PLC0415

        return detectors(self.secrets)

    def names_of(self, path: str) -> set[int]:
        """The globs that match a path."""
        return self._names.scan(path.replace("\n", "\x01").encode("utf-8", "surrogateescape"))

    def sift(self, data: bytes) -> tuple[set[int], set[str]]:
        """The hints that occur in `data`, and the ids of the secret detectors whose pattern does."""
        hits = self._contents.scan(data)
        secrets = {hit for hit in hits if hit >= self._first_secret}
        return hits - secrets, {self.secrets[hit - self._first_secret]["id"] for hit in secrets}

    def candidates(self, hints: set[int], names: set[int]) -> list[Kind]:
        """The signatures that could match: a hint of theirs occurs, or their name decides and fits."""
        found: set[int] = set()
        for hint in hints:
            found.update(place for place, rest in self._by_hint.get(hint, ()) if rest <= hints)
        for name in names:
            found.update(self._by_name.get(name, ()))
        return [self.kinds[place] for place in sorted(found)]

    def by_bytes(self, data: bytes, path: str) -> list[Kind]:
        """The signatures that know a file by its first bytes."""
        if not data.startswith(self.magics):
            return []
        names = self.names_of(path)
        return [
            kind
            for kind in self.kinds
            if any(data.startswith(magic) and (len(magic) >= SHORT_MAGIC or names.intersection(kind.names)) for magic in kind.magic)
        ]

    def by_path(self, path: str) -> list[Kind]:
        """The signatures for which a path alone is proof, whatever the file holds."""
        names = self.names_of(path)
        return [kind for kind in self.kinds if kind.name_is_proof and names.intersection(kind.names)]

    def _globs_of(self, data: Mapping[str, Any]) -> tuple[int, ...]:
        names = data.get("names", ())
        return tuple(self._globs.setdefault(glob, len(self._globs)) for glob in ([names] if isinstance(names, str) else names))

    def _kind(self, place: int, data: Plain) -> Kind:
        names = self._globs_of(data)
        hints = [[self._hints.setdefault(part, len(self._hints)) for part in hint] for hint in data["hints"]]
        for hint in hints:
            self._by_hint.setdefault(hint[0], []).append((place, frozenset(hint[1:])))
        if data.get("name_is_proof") or data.get("name_suffices") or not hints:
            for name in names:
                self._by_name.setdefault(name, []).append(place)
        return Kind(
            info=_info(data),
            formats=frozenset(data["formats"]),
            names=names,
            name_is_proof=bool(data.get("name_is_proof")),
            name_suffices=bool(data.get("name_suffices")),
            magic=tuple(bytes.fromhex(value) for value in data["magic"]),
            near=tuple(data["near"]),
            has_hints=bool(hints),
            subjects=data.get("subjects", "documents"),
            show=tuple(data["show"]),
            where=tuple(_evidence(entry, self._indexed(entry)) for entry in data["where"]),
            unless=tuple(data["unless"]),
            refines=tuple(data["refines"]),
            claims=tuple(_evidence(entry, self._indexed(entry)) for entry in data["claims"]),
            embeds=tuple(Embed(e.get("at"), e.get("text"), e.get("format"), bool(e.get("named")), e.get("cap")) for e in data["embeds"]),
            lower=tuple(Lower(entry["text"], entry["level"], entry.get("says")) for entry in data["lower"]),
            once=bool(data.get("once")),
            secret=bool(data.get("secret")),
            silent=bool(data.get("silent")),
        )

    def _indexed(self, entry: Plain) -> Plain:
        return {"names": self._globs_of(entry)}


def _texts(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _evidence(entry: Plain, indexed: Plain) -> Evidence:
    return Evidence(
        at=entry.get("at"),
        text=entry.get("text"),
        also=_texts(entry, "also"),
        formats=frozenset(_texts(entry, "formats")),
        names=indexed.get("names", ()),
        near=_texts(entry, "near"),
        when=_texts(entry, "when"),
        unless=_texts(entry, "unless"),
        clause=entry.get("clause"),
        level=entry.get("level"),
        vendor=entry.get("vendor"),
        says=entry.get("says"),
        show=_texts(entry, "show"),
    )


def _info(data: Plain) -> KindInfo:
    further = sorted({entry["clause"] for entry in data["claims"]}, key=lambda clause: [int(part) for part in clause.split(".")])
    return KindInfo(
        id=data["kind"],
        title=data["title"],
        clause=data["clause"],
        level=data["level"],
        family=data["family"],
        vendor=data.get("vendor"),
        explain=data["explain"].strip(),
        references=tuple(data["references"]),
        further=tuple(further),
        formats=tuple(data["formats"]),
        lookalikes=tuple(data["lookalikes"]),
        names=tuple(data["names"]),
    )


_COMMITTED = "stands in the repository in plain text. Clause 3.5 counts committed secret material as secrets handled outside a later phase."


def _secret_info(row: Plain) -> KindInfo:
    return KindInfo(
        id=row["id"],
        title=row["title"],
        clause="3.5",
        level=row.get("level", "error"),
        family="committed-secrets",
        vendor=row.get("vendor"),
        explain=str(row.get("explain") or f"{row['title']} {_COMMITTED}").strip(),
        references=_texts(row, "references"),
    )


def _policy(data: Plain) -> Policy:
    clauses = {
        entry["id"]: Clause(
            entry["id"], entry["slug"], entry["title"], entry["text"], entry["lifted_by"], entry["where"], entry["boundary"]
        )
        for entry in data["clauses"]
    }
    return Policy(data["id"], data["title"], data["sha256"], clauses)


def _fingerprint(base: str, paths: Iterable[str]) -> str:
    """Changes whenever a signature file or this package's own loader does."""
    digest = hashlib.sha256(__version__.encode())
    own = os.path.dirname(os.path.abspath(__file__))
    for path in [
        *(os.path.join(base, name) for name in paths),
        *(os.path.join(own, name) for name in ("signatures.py", "schema.py", "jsonpath.py", "globs.py")),
    ]:
        status = os.stat(path)
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]


def load(base: str | None = None, *, use_cache: bool = True, prefer: str | None = None) -> Rules:
    """The rules of a signature directory (default: the ones shipped). Raises `UsageError` for a broken signature."""
    base = base or signatures.directory()
    name = f"rules-{_fingerprint(base, signatures.files(base))}.json"
    stored = cache.load(name) if use_cache else None
    if stored is not None:
        return Rules(json.loads(stored), prefer)
    plain = signatures.compile_all(base)
    if use_cache:
        cache.store(name, json.dumps(plain).encode())
    return Rules(plain, prefer)
