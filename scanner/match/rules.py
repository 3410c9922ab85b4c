"""The signatures as a scan sees them: indexed by hint and name, loaded from one cached file, built when first needed."""

from __future__ import annotations

import functools
import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner import __version__, cache
from scanner.match import shipped
from scanner.match.kinds import SHORT_MAGIC, Kind, Plain, kind_of, texts
from scanner.match.packed import Packed
from scanner.match.queries import Queries
from scanner.match.tables import Table
from scanner.model import Clause, KindInfo, Policy
from scanner.read.formats import Formats
from scanner.sift import engine

if TYPE_CHECKING:
    from scanner.match.secrets_detectors import Detector


_NOWHERE: tuple[Sequence[int], Sequence[tuple[int, Sequence[int]]]] = ((), ())
"""Where a hint leads that no kind begins with."""


class Kinds(Sequence[Kind]):
    """The signatures, each built from its stored data when it is first asked for."""

    def __init__(self, stored: Sequence[Plain]) -> None:
        self._stored = stored
        self._built: dict[int, Kind] = {}

    def __len__(self) -> int:
        return len(self._stored)

    def __getitem__(self, place: int) -> Kind:  # type: ignore[override]
        if place not in self._built:
            self._built[place] = kind_of(self._stored[place])
        return self._built[place]

    def __iter__(self) -> Iterator[Kind]:
        return (self[place] for place in range(len(self._stored)))


class Infos(Mapping[str, KindInfo]):
    """What reports say of each kind that can be claimed, committed secrets included; worked out when asked for."""

    def __init__(self, kinds: Callable[[str], Kind], reported: Sequence[str], secrets: Callable[[], Mapping[str, Plain]]) -> None:
        self._kind = kinds
        self._reported = dict.fromkeys(reported)
        self._secrets = secrets

    def __getitem__(self, name: str) -> KindInfo:
        return self._kind(name).info if name in self._reported else _secret_info(self._secrets()[name])

    def __iter__(self) -> Iterator[str]:
        yield from self._reported
        yield from self._secrets()

    def __len__(self) -> int:
        return len(self._reported) + len(self._secrets())


class Rules:
    """All signatures, with the sift that finds the few that could match a file. Made from what `indexing.index` gives."""

    def __init__(self, data: Plain, prefer: str | None = None, fingerprint: str = "") -> None:
        self.fingerprint = fingerprint
        """Changes whenever the signatures or the policy do; empty where that is not known."""
        self.policy = _policy(data["policy"])
        self.acceptance: Sequence[Plain] = data["policy"]["acceptance"]
        self.formats = Formats(data["formats"])
        self.subjects: Mapping[str, Plain] = data["subjects"]
        self.left_out: Sequence[Plain] = data["left_out"]
        self.kinds = Kinds(Packed(data["kinds"]))
        self.queries = Queries(data["queries"], Packed(data["plans"]))
        self.hosts = frozenset(data["hosts"])
        self.judges: Mapping[str, str] = data["judges"]
        self._places: Mapping[str, int] = data["places"]
        self.tables = [Table(*table) for table in data["tables"]]
        self._secrets: bytes = data["secrets"]
        self._secret_ids: Sequence[str] = data["secret_ids"]
        self._magics: Sequence[tuple[bytes, int]] = data["magics"]
        self._by_hint: Mapping[int, tuple[Sequence[int], Sequence[tuple[int, Sequence[int]]]]] = data["by_hint"]
        self._by_name: Mapping[int, Sequence[int]] = data["by_name"]
        self._first_secret: int = data["first_secret"]
        self.directive: int = data["directive"]
        self._contents = engine.build(data["patterns"], prefer)
        self._names = engine.build(data["paths"], prefer)
        self.infos = Infos(self.kind, data["reported"], lambda: self._secret_rows)

    def kind(self, name: str) -> Kind:
        """The signature of this id (KeyError where there is none)."""
        return self.kinds[self._places[name]]

    @functools.cached_property
    def _secret_rows(self) -> Mapping[str, Plain]:
        return {row["id"]: row for row in _loaded(self._secrets)}

    @functools.cached_property
    def detectors(self) -> tuple[Detector, ...]:
        """The detectors of committed secrets."""
        from scanner.match.secrets_detectors import detectors  # noqa: PLC0415

        return detectors([*self._secret_rows.values()])

    def names_of(self, path: str) -> set[int]:
        """The globs that match a path."""
        return self._names.scan(path.replace("\n", "\x01").encode("utf-8", "surrogateescape"))

    def sift(self, data: bytes) -> tuple[set[int], set[str]]:
        """The hints that occur in `data`, and the ids of the secret detectors whose pattern does."""
        hits = self._contents.scan(data)
        secrets = {hit for hit in hits if hit >= self._first_secret}
        return hits - secrets, {self._secret_ids[hit - self._first_secret] for hit in secrets}

    def candidates(self, hints: set[int], names: set[int]) -> list[Kind]:
        """The signatures that could match: a hint of theirs occurs, or their name decides and fits."""
        found: set[int] = set()
        for hint in hints:
            alone, together = self._by_hint.get(hint, _NOWHERE)
            found.update(alone)
            if together:
                found.update(place for place, rest in together if hints.issuperset(rest))
        for name in names:
            found.update(self._by_name.get(name, ()))
        return [self.kinds[place] for place in sorted(found)]

    def by_bytes(self, data: bytes, path: str) -> list[Kind]:
        """The signatures that know a file by its first bytes."""
        found = [(magic, place) for magic, place in self._magics if data.startswith(magic)]
        if not found:
            return []
        names = self.names_of(path)
        places = {place for magic, place in found if len(magic) >= SHORT_MAGIC or names.intersection(self.kinds[place].names)}
        return [self.kinds[place] for place in sorted(places)]

    def by_path(self, path: str) -> list[Kind]:
        """The signatures for which a path alone is proof, whatever the file holds."""
        places = {place for name in self.names_of(path) for place in self._by_name.get(name, ())}
        return [self.kinds[place] for place in sorted(places) if self.kinds[place].name_is_proof]


def _loaded(stored: bytes) -> Any:
    """What was marshalled into our own cache, which is checked as a whole."""
    return marshal.loads(stored)  # noqa: S302


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
            entry["id"],
            entry["slug"],
            entry["title"],
            entry["text"],
            entry["lifted_by"],
            entry["where"],
            entry["boundary"],
            texts(entry, "phases"),
        )
        for entry in data["clauses"]
    }
    return Policy(data["id"], data["title"], data["sha256"], clauses, data["document"], data["allows"])


_MAKERS = (
    "functions.py",
    "globbed.py",
    "globs.py",
    "indexing.py",
    "jsonpath.py",
    "kinds.py",
    "lists.py",
    "packed.py",
    "policies.py",
    "rules.py",
    "schema.py",
    "signatures.py",
    "tables.py",
)
"""The modules on which the compiled form depends."""


def _fingerprint(base: str, paths: Iterable[str]) -> str:
    """Changes whenever a signature file, this package's own loader or the interpreter does."""
    digest = hashlib.sha256(f"{__version__} {sys.implementation.cache_tag} {marshal.version}".encode())
    own = os.path.dirname(os.path.abspath(__file__))
    for path in [*(os.path.join(base, name) for name in paths), *(os.path.join(own, name) for name in _MAKERS)]:
        status = os.stat(path)
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]


def load(base: str | None = None, *, policy: str | None = None, use_cache: bool = True, prefer: str | None = None) -> Rules:
    """The rules of a signature directory (default: the ones shipped), under the policy of a file (default: the one shipped).

    Raises `UsageError` for a broken signature or policy.
    """
    base = base or shipped.directory()
    fingerprint = _fingerprint(base, shipped.files(base))
    data = _compiled(base, fingerprint, use_cache=use_cache)
    if policy is not None:
        from scanner.match import policies  # noqa: PLC0415

        data = {**data, "policy": policies.load(policy, base)}
        fingerprint += hashlib.sha256(repr(data["policy"]).encode("utf-8", "surrogatepass")).hexdigest()
    return Rules(data, prefer, fingerprint)


class Names(NamedTuple):
    """What a user can name: `clauses` as id, slug and title, and the ids of `kinds`."""

    clauses: tuple[tuple[str, str, str], ...] = ()
    kinds: tuple[str, ...] = ()


def known_names() -> Names:
    """The names of the shipped rules, in a few milliseconds: from what is compiled already; none where nothing is."""
    base = shipped.directory()
    stored = cache.load(f"rules-{_fingerprint(base, shipped.files(base))}", checked=True)
    if stored is None:
        return Names()
    data = _loaded(stored)
    clauses = tuple((entry["id"], entry["slug"], entry["title"]) for entry in data["policy"]["clauses"])
    return Names(clauses, tuple(sorted((*data["reported"], *(row["id"] for row in _loaded(data["secrets"]))))))


def _compiled(base: str, fingerprint: str, *, use_cache: bool) -> Plain:
    name = f"rules-{fingerprint}"
    stored = cache.load(name, checked=True) if use_cache else None
    if stored is not None:
        data: Plain = _loaded(stored)
        return data
    from scanner.match import indexing, signatures  # noqa: PLC0415

    data = indexing.index(signatures.compile_all(base))
    if use_cache:
        cache.store(name, marshal.dumps(data), checked=True)
    return data
