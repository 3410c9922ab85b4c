"""What a signature is at run time: frozen, and made from plain data when it is first a candidate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from scanner.model import KindInfo, Level

Plain = dict[str, Any]

SHORT_MAGIC = 4
"""First bytes that are fewer than this count only on files of a fitting name."""


class Evidence(NamedTuple):
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


class Embed(NamedTuple):
    """Where a document holds code of another format: a query, or an expression whose one group is the code.

    `named` says that the key under which it stands is a file name.
    """

    at: str | None
    text: str | None
    format: str | None
    named: bool
    cap: Level | None


class Lower(NamedTuple):
    """What every claim of a kind is lowered to, at least, in a file in which the expression matches."""

    text: str
    level: Level
    says: str | None


class Kind(NamedTuple):
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


def kind_of(data: Plain) -> Kind:
    """A signature from its plain data, in which `globs` stand for the indices of its names."""
    return Kind(
        info=info_of(data),
        formats=frozenset(data["formats"]),
        names=tuple(data["globs"]),
        name_is_proof=bool(data.get("name_is_proof")),
        name_suffices=bool(data.get("name_suffices")),
        magic=tuple(bytes.fromhex(value) for value in data["magic"]),
        near=tuple(data["near"]),
        has_hints=bool(data["hints"]),
        subjects=data.get("subjects", "documents"),
        show=tuple(data["show"]),
        where=tuple(evidence_of(entry) for entry in data["where"]),
        unless=tuple(data["unless"]),
        refines=tuple(data["refines"]),
        claims=tuple(evidence_of(entry) for entry in data["claims"]),
        embeds=tuple(Embed(e.get("at"), e.get("text"), e.get("format"), bool(e.get("named")), e.get("cap")) for e in data["embeds"]),
        lower=tuple(Lower(entry["text"], entry["level"], entry.get("says")) for entry in data["lower"]),
        once=bool(data.get("once")),
        secret=bool(data.get("secret")),
        silent=bool(data.get("silent")),
    )


def texts(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A key that holds one text or a list of texts, as a tuple."""
    value = entry.get(key, ())
    return (value,) if isinstance(value, str) else tuple(value)


def evidence_of(entry: Plain) -> Evidence:
    """One piece of evidence from its plain data."""
    return Evidence(
        at=entry.get("at"),
        text=entry.get("text"),
        also=texts(entry, "also"),
        formats=frozenset(texts(entry, "formats")),
        names=tuple(entry.get("globs", ())),
        near=texts(entry, "near"),
        when=texts(entry, "when"),
        unless=texts(entry, "unless"),
        clause=entry.get("clause"),
        level=entry.get("level"),
        vendor=entry.get("vendor"),
        says=entry.get("says"),
        show=texts(entry, "show"),
    )


def info_of(data: Plain) -> KindInfo:
    """What reports say of a kind."""
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
