"""The signatures as a scan sees them: indexed by hint and name, loaded from one cached file, built when first needed."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scanner import __version__, cache
from scanner.match import shipped
from scanner.match.kinds import SHORT_MAGIC, Kind, Plain, info_of, kind_of, texts
from scanner.match.tables import Table
from scanner.model import Clause, KindInfo, Policy
from scanner.read.formats import Formats
from scanner.sift import engine

if TYPE_CHECKING:
    from scanner.match.secrets_detectors import Detector


class Kinds(Sequence[Kind]):
    """The signatures, each built from its plain data when it is first asked for."""

    def __init__(self, data: Sequence[Plain]) -> None:
        self._data = data
        self._built: dict[int, Kind] = {}

    def __len__(self) -> int:
        return len(self._data)

    def plain(self, place: int) -> Plain:
        """The plain data of a signature, which costs nothing."""
        return self._data[place]

    def __getitem__(self, place: int) -> Kind:  # type: ignore[override]
        if place not in self._built:
            self._built[place] = kind_of(self._data[place])
        return self._built[place]

    def __iter__(self) -> Iterator[Kind]:
        return (self[place] for place in range(len(self._data)))


class Infos(Mapping[str, KindInfo]):
    """What reports say of each kind that can be claimed, committed secrets included; worked out when asked for."""

    def __init__(self, kinds: Sequence[Plain], secrets: Sequence[Plain]) -> None:
        self._kinds = {data["kind"]: data for data in kinds if not data.get("silent")}
        self._secrets = {row["id"]: row for row in secrets}

    def __getitem__(self, name: str) -> KindInfo:
        return _secret_info(self._secrets[name]) if name in self._secrets else info_of(self._kinds[name])

    def __iter__(self) -> Iterator[str]:
        yield from self._kinds
        yield from self._secrets

    def __len__(self) -> int:
        return len(self._kinds) + len(self._secrets)


class Rules:
    """All signatures, with the sift that finds the few that could match a file."""

    def __init__(self, data: Plain, prefer: str | None = None) -> None:
        self.policy = _policy(data["policy"])
        self.formats = Formats(data["formats"])
        self.subjects: Mapping[str, Plain] = data["subjects"]
        self.left_out: Sequence[Plain] = data["left_out"]
        self.secrets: Sequence[Plain] = data["secrets"]
        self.kinds = Kinds(data["kinds"])
        self.infos = Infos(data["kinds"], self.secrets)
        self._places: Mapping[str, int] = data["places"]
        self._tables: Sequence[Plain] = data["tables"]
        self._magics = tuple(bytes.fromhex(magic) for magic in data["magics"])
        self._by_hint = {hint: [(place, frozenset(rest)) for place, rest in leads] for hint, leads in data["by_hint"]}
        self._by_name: dict[int, list[int]] = dict(data["by_name"])
        self._first_secret: int = data["first_secret"]
        self._contents = engine.build(data["patterns"], prefer)
        self._names = engine.build(data["paths"], prefer)

    def kind(self, name: str) -> Kind:
        """The signature of this id (KeyError where there is none)."""
        return self.kinds[self._places[name]]

    @functools.cached_property
    def tables(self) -> Sequence[Table]:
        """The wide mappings; only a scan that finds one of their hosts needs them."""
        return [Table(data) for data in self._tables]

    @functools.cached_property
    def judges(self) -> Mapping[str, str]:
        """The kinds that a second look may judge, with the name of their judge."""
        return {kind: self.kinds.plain(place)["deep"] for kind, place in self._places.items() if self.kinds.plain(place).get("deep")}

    @functools.cached_property
    def hosts(self) -> frozenset[str]:
        """The kinds within which some table is looked up."""
        return frozenset(name for data in self._tables for name in data["within"])

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
        if not data.startswith(self._magics):
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
        references=texts(row, "references"),
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
        *(os.path.join(own, name) for name in ("signatures.py", "schema.py", "jsonpath.py", "lists.py", "globs.py", "indexing.py")),
    ]:
        status = os.stat(path)
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]


def load(base: str | None = None, *, use_cache: bool = True, prefer: str | None = None) -> Rules:
    """The rules of a signature directory (default: the ones shipped). Raises `UsageError` for a broken signature."""
    base = base or shipped.directory()
    name = f"rules-{_fingerprint(base, shipped.files(base))}.json"
    stored = cache.load(name) if use_cache else None
    if stored is not None:
        return Rules(json.loads(stored), prefer)
    from scanner.match import indexing, signatures  # noqa: PLC0415

    data = indexing.index(signatures.compile_all(base))
    if use_cache:
        cache.store(name, json.dumps(data).encode())
    return Rules(data, prefer)
