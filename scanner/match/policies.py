"""Governing documents as data: read, checked, and completed with what they inherit. The format is described in `signatures/FORMAT.md`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from scanner.errors import UsageError
from scanner.match.kinds import Plain
from scanner.match.schema import Checker
from scanner.model import LEVELS

SHIPPED = "j-4-1.yaml"
"""The policy that holds where no other is asked for; every signature speaks of its clauses."""

CHANGES: Final = ("modification", "deletion", "rename", "mode-change", "type-change")
"""What a commit can do to a file that is there already."""
PROSE: Final = ("text", "txt", "plain", "plaintext")
"""The languages of fences that hold no code, unless a criterion names others."""

_KEYS = frozenset(["id", "title", "extends", "document", "sha256", "clauses", "allows", "acceptance"])
_CLAUSE_KEYS = frozenset(["id", "slug", "title", "text", "lifted_by", "phases", "where", "boundary"])
_CRITERION = ("id", "where", "text", "check")
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "added-files": ("paths",),
    "other-changes": ("allow",),
    "executable-code": ("prose",),
    "document-text": ("path", "sha256"),
    "clean-tree": (),
    "open-findings": ("level",),
}
"""The checks that a criterion can ask for, each with the keys that tell it more."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CLAUSE = re.compile(r"[0-9]{1,4}[.][0-9]{1,4}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def shipped(base: str) -> Plain:
    """The policy that is shipped in the signature directory `base`. Raises `UsageError`, naming the key that is wrong."""
    return _checked(_read(os.path.join(base, "policy", SHIPPED)), f"policy/{SHIPPED}", base)


def load(path: str, base: str) -> Plain:
    """The policy of a file, which may extend one that `base` holds.

    Its clauses are at least those of the shipped policy, of which the signatures speak. Raises `UsageError`, naming file and key.
    """
    policy = _checked(_read(path), path, base)
    known = {clause["id"] for clause in policy["clauses"]}
    missing = [clause["id"] for clause in shipped(base)["clauses"] if clause["id"] not in known]
    if missing:
        raise UsageError(f"{path}: clauses: lacks {', '.join(missing)}, of which signatures speak; `extends: j-4-1` takes them over")
    return policy


def _read(path: str) -> Any:
    from scanner.match.signatures import load_yaml  # noqa: PLC0415  # loads what a scan from the cache does without

    return load_yaml(path)


def _checked(data: Any, name: str, base: str) -> Plain:
    """A policy with every key present: `document` and `sha256` may be None, `clauses` and `acceptance` are in the document's order."""
    checker = Checker(name, (), ())
    checker.keys(data, _KEYS, "the file", ("id", "title"))
    for key in ("id", "title"):
        _text(checker, data, key, "the file")
    inherited = _parent(checker, data, base)["clauses"] if "extends" in data else []
    clauses = _clauses(checker, data, inherited)
    checker = Checker(name, (), clauses)
    document = data.get("document")
    if document is not None:
        _path(checker, document, "document")
    return {
        "id": data["id"],
        "title": data["title"],
        "document": document,
        "sha256": _digest(checker, data, "the file") if data.get("sha256") is not None else None,
        "clauses": list(clauses.values()),
        "allows": _allows(checker, data),
        "acceptance": _acceptance(checker, data, document),
    }


def _parent(checker: Checker, data: Plain, base: str) -> Plain:
    name = f"{data['extends']}.yaml"
    known = sorted(os.listdir(os.path.join(base, "policy")))
    if name not in known:
        raise checker.fail("extends", f"must be one of {', '.join(each.removesuffix('.yaml') for each in known)}, not {data['extends']!r}")
    return _checked(_read(os.path.join(base, "policy", name)), f"policy/{name}", base)


def _clauses(checker: Checker, data: Plain, inherited: Sequence[Plain]) -> dict[str, Plain]:
    """The clauses by id: the inherited ones, each replaced where the policy has its own, then those that are new."""
    clauses = {clause["id"]: clause for clause in inherited}
    seen: set[str] = set()
    for place, entry in enumerate(_list(checker, data, "clauses")):
        where = f"clauses[{place}]"
        checker.keys(entry, _CLAUSE_KEYS, where, ("id", "slug", "title", "text", "lifted_by", "where", "boundary"))
        for key in ("id", "slug", "title", "text", "where"):
            _text(checker, entry, key, where)
        if not _CLAUSE.fullmatch(entry["id"]):
            raise checker.fail(f"{where}.id", f"must be a section and a number such as '3.10', not {entry['id']!r}")
        checker.strings(entry, "phases", where)
        if entry["id"] in seen:
            raise checker.fail(f"{where}.id", f"the clause {entry['id']} stands twice")
        seen.add(entry["id"])
        clauses[entry["id"]] = dict(entry)
    if not clauses:
        raise checker.fail("clauses", "must hold at least one clause")
    return clauses


def _allows(checker: Checker, data: Plain) -> dict[str, str]:
    allows = data.get("allows", {})
    if not isinstance(allows, Mapping):
        raise checker.fail("allows", "must map each clause to the place where the document authorises it")
    for clause in allows:
        if clause not in checker.clauses:
            raise checker.fail("allows", f"unknown clause {clause!r}")
        _text(checker, allows, clause, "allows")
    return dict(allows)


def _acceptance(checker: Checker, data: Plain, document: str | None) -> list[Plain]:
    criteria = [_criterion(checker, entry, place, document) for place, entry in enumerate(_list(checker, data, "acceptance"))]
    seen: set[str] = set()
    for criterion in criteria:
        if criterion["id"] in seen:
            raise checker.fail(f"acceptance.{criterion['id']}", "stands twice")
        seen.add(criterion["id"])
    return criteria


def _criterion(checker: Checker, entry: Any, place: int, document: str | None) -> Plain:
    """A criterion with everything that its check needs, whether the file names it or leaves it to the default."""
    named = isinstance(entry, Mapping) and isinstance(entry.get("id"), str)
    where = f"acceptance.{entry['id']}" if named else f"acceptance[{place}]"
    every = frozenset(key for keys in CHECKS.values() for key in keys)
    checker.keys(entry, every.union(_CRITERION), where, _CRITERION)
    for key in _CRITERION:
        _text(checker, entry, key, where)
    check = entry["check"]
    if not _SLUG.fullmatch(entry["id"]):
        raise checker.fail(f"{where}.id", "must be words of small letters and digits, joined by hyphens")
    if check not in CHECKS:
        raise checker.fail(f"{where}.check", f"must be one of {', '.join(CHECKS)}, not {check!r}")
    checker.keys(entry, frozenset((*_CRITERION, *CHECKS[check])), where)
    return {**{key: entry[key] for key in _CRITERION}, **_particulars(checker, entry, where, document)}


def _particulars(checker: Checker, entry: Plain, where: str, document: str | None) -> Plain:
    check = entry["check"]
    if check == "added-files":
        paths = checker.strings(entry, "paths", where) or ([document] if document else [])
        for path in paths:
            _path(checker, path, f"{where}.paths")
        if not paths:
            raise checker.fail(where, "needs `paths`, since the policy names no `document`")
        return {"paths": paths}
    if check == "other-changes":
        return {"allow": _known(checker, entry, "allow", where, CHANGES)}
    if check == "executable-code":
        return {"prose": checker.strings(entry, "prose", where) if "prose" in entry else list(PROSE)}
    if check == "document-text":
        checker.keys(entry, frozenset(entry), where, ("sha256",))
        _path(checker, entry.get("path", document), f"{where}.path")
        return {"path": entry.get("path", document), "sha256": _digest(checker, entry, where)}
    if check == "open-findings":
        level = entry.get("level", "note")
        return {"level": _known(checker, {"level": level}, "level", where, LEVELS)[0]}
    return {}


def _known(checker: Checker, entry: Plain, key: str, where: str, known: Sequence[str]) -> list[str]:
    found = checker.strings(entry, key, where)
    for word in found:
        if word not in known:
            raise checker.fail(f"{where}.{key}", f"must be of {', '.join(known)}, not {word!r}")
    return found


def _list(checker: Checker, data: Plain, key: str) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise checker.fail(key, "must be a list")
    return value


def _text(checker: Checker, entry: Mapping[str, Any], key: str, where: str) -> None:
    if not isinstance(entry[key], str) or not entry[key].strip():
        raise checker.fail(f"{where}.{key}", "must be text")


def _path(checker: Checker, path: Any, where: str) -> None:
    """Refuse what can never be the path of a file in a commit."""
    if not isinstance(path, str) or not path or "\0" in path or not {"", ".", "..", ".git"}.isdisjoint(path.split("/")):
        raise checker.fail(where, f"must be the path of a file, from the root and with `/`, not {path!r}")


def _digest(checker: Checker, entry: Plain, where: str) -> str:
    if not isinstance(entry["sha256"], str) or not _DIGEST.fullmatch(entry["sha256"]):
        raise checker.fail(f"{where}.sha256", "must be a SHA-256 in 64 small hexadecimal digits")
    return str(entry["sha256"])
