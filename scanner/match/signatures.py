"""Read the signature files, refuse what is wrong in them, and boil them down to plain data that loads fast.

The format is described in `signatures/FORMAT.md`. ruamel.yaml reads the files: YAML 1.2, so that `on` and `3.10` in quotes are text, and
duplicate keys are refused.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from scanner.deep.deepening import JUDGES
from scanner.errors import UsageError
from scanner.match import policies, schema
from scanner.match.kinds import Plain
from scanner.match.schema import Checker
from scanner.match.shipped import files

LEFT_OUT = "left-out.yaml"
"""The artifacts that no signature looks for, on purpose."""


def load_yaml(path: str) -> Any:
    """The data of one YAML file. Raises `UsageError` with file and place where it does not parse."""
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        with open(path, encoding="utf-8") as handle:
            return YAML(typ="safe", pure=True).load(handle)
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from error


def compile_all(base: str) -> Plain:
    """Everything under `base` as plain data: `kinds`, `tables`, `subjects`, `formats`, `secrets`, `policy`, `left_out`.

    Raises `UsageError`.
    """
    from scanner.read import READERS  # noqa: PLC0415

    policy = policies.shipped(base)
    formats = load_yaml(os.path.join(base, "formats.yaml"))
    subjects = _subjects(load_yaml(os.path.join(base, "subjects.yaml")))
    result: Plain = {"kinds": [], "tables": [], "subjects": subjects, "formats": formats, "secrets": [], "policy": policy}
    clauses = [clause["id"] for clause in policy["clauses"]]
    result["left_out"] = _left_out(base, clauses)
    seen: dict[str, str] = {}
    for path in files(base):
        if path.startswith("policy/") or path in ("formats.yaml", "subjects.yaml", LEFT_OUT):
            continue
        data = load_yaml(os.path.join(base, path))
        checker = Checker(path, READERS, clauses)
        if path == "tables/secrets.yaml":
            result["secrets"] = data["rows"] if isinstance(data, Mapping) else data
        elif isinstance(data, Mapping) and "table" in data:
            result["tables"].append(_table(checker, data, subjects))
        else:
            for kind in _family(checker, data, subjects):
                if kind["kind"] in seen:
                    raise checker.fail(kind["kind"], f"is defined in {seen[kind['kind']]} already")
                seen[kind["kind"]] = path
                result["kinds"].append(kind)
    _references(result, seen)
    return result


def _subjects(data: Any) -> Plain:
    checker = Checker("subjects.yaml", (), ())
    for name, entry in data.items():
        checker.keys(entry, schema.SUBJECT_KEYS, name)
        checker.queries(entry, "at", name)
        checker.strings(entry, "holding", name)
    return dict(data)


def _left_out(base: str, clauses: list[str]) -> list[Plain]:
    """What is knowingly left out, by clause in the document's order; nothing where there is no such file."""
    path = os.path.join(base, LEFT_OUT)
    data = load_yaml(path) if os.path.isfile(path) else []
    checker = Checker(LEFT_OUT, (), clauses)
    if not isinstance(data, list):
        raise checker.fail("the file", "must be a list")
    seen: set[str] = set()
    for place, entry in enumerate(data):
        name = str(entry["id"]) if isinstance(entry, Mapping) and "id" in entry else f"[{place}]"
        checker.keys(entry, schema.LEFT_OUT_KEYS, name, schema.LEFT_OUT_ORDER)
        checker.common(entry, name)
        for key in schema.LEFT_OUT_ORDER:
            if not isinstance(entry[key], str) or not entry[key].strip():
                raise checker.fail(f"{name}.{key}", "must be text")
        if name in seen:
            raise checker.fail(name, "stands twice")
        seen.add(name)
    return sorted(data, key=lambda entry: clauses.index(entry["clause"]))


def _family(checker: Checker, data: Any, subjects: Mapping[str, Any]) -> list[Plain]:
    checker.keys(data, frozenset({"family", "kinds"}), "the file", ("family", "kinds"))
    if not isinstance(data["kinds"], list):
        raise checker.fail("kinds", "must be a list")
    return [_kind(checker, entry, data["family"], subjects) for entry in data["kinds"]]


def _kind(checker: Checker, entry: Any, family: str, subjects: Mapping[str, Any]) -> Plain:
    name = str(entry.get("kind", "a kind")) if isinstance(entry, Mapping) else "a kind"
    if isinstance(entry, Mapping) and entry.get("silent"):
        checker.keys(entry, schema.CARRIER_KEYS, name, ("kind", "title", "embeds"))
        entry = {"clause": min(checker.clauses), "level": "note", "explain": entry["title"], **entry}
    checker.keys(entry, schema.KIND_KEYS, name, ("kind", "title", "clause", "level", "explain"))
    checker.name(name)
    checker.common(entry, name)
    if entry.get("subjects", "documents") not in subjects:
        raise checker.fail(f"{name}.subjects", f"unknown subject set {entry['subjects']!r}")
    kind: Plain = {"family": family, **entry}
    if "deep" in entry and entry["deep"] not in JUDGES:
        raise checker.fail(f"{name}.deep", f"unknown judge {entry['deep']!r}; known: {', '.join(JUDGES)}")
    kind["names"] = checker.globs(entry, "names", name)
    for key in ("formats", "near", "refines", "references", "lookalikes", "show"):
        kind[key] = checker.strings(entry, key, name)
    kind["unless"] = checker.queries(entry, "unless", name)
    kind["magic"] = checker.magic(entry, name)
    kind["hints"] = checker.hints(entry, name)
    kind["where"] = _alternatives(checker, entry.get("where", []), f"{name}.where", schema.WHERE_KEYS)
    kind["claims"] = _alternatives(checker, entry.get("claims", []), f"{name}.claims", schema.CLAIM_KEYS, ("clause",))
    kind["embeds"] = _alternatives(checker, entry.get("embeds", []), f"{name}.embeds", schema.EMBED_KEYS)
    kind["lower"] = _alternatives(checker, entry.get("lower", []), f"{name}.lower", schema.LOWER_KEYS, ("text", "level"))
    for place, embed in enumerate(kind["embeds"]):
        if ("at" in embed) == ("text" in embed):
            raise checker.fail(f"{name}.embeds[{place}]", "needs either `at` or `text`")
        if "text" in embed and checker.groups(embed["text"]) != 1:
            raise checker.fail(f"{name}.embeds[{place}].text", "must have one group, which is the code")
        if embed.get("format") is not None and embed["format"] not in checker.formats:
            raise checker.fail(f"{name}.embeds[{place}].format", f"unknown format {embed['format']!r}")
    if kind["where"] and not kind["hints"] and not kind["names"]:
        raise checker.fail(name, "needs `hints` or `names`, or every file would be parsed for it")
    if (kind["where"] or kind["names"]) and not kind["formats"] and not kind.get("name_is_proof"):
        raise checker.fail(name, "needs `formats`")
    return kind


def _alternatives(checker: Checker, entries: Any, where: str, known: frozenset[str], required: tuple[str, ...] = ()) -> list[Plain]:
    if not isinstance(entries, list):
        raise checker.fail(where, "must be a list")
    for place, entry in enumerate(entries):
        at = f"{where}[{place}]"
        checker.keys(entry, known, at, required)
        checker.evidence(entry, at)
        if not {"at", "text", "names", "near"} & set(entry):
            raise checker.fail(at, "holds no evidence")
    return [dict(entry) for entry in entries]


def _table(checker: Checker, data: Any, subjects: Mapping[str, Any]) -> Plain:
    checker.keys(data, schema.TABLE_KEYS, "the table", ("table", "within", "subjects", "key", "rows"))
    if data["subjects"] not in subjects:
        raise checker.fail("subjects", f"unknown subject set {data['subjects']!r}")
    checker.strings(data, "key", "the table")
    rows = []
    seen: set[tuple[str, str, str]] = set()
    for place, row in enumerate(data["rows"]):
        where = f"rows[{place}]"
        checker.keys(row, schema.ROW_KEYS, where, ("match", "kind"))
        checker.evidence(row, where, deep=True)
        for pattern in checker.strings(row, "match", where):
            identity = (pattern, row["kind"], repr([row.get(key) for key in ("clause", "when", "at", "unless")]))
            if identity in seen:
                raise checker.fail(where, f"the row {pattern!r} for {row['kind']!r} stands twice")
            seen.add(identity)
        rows.append({**row, "match": checker.strings(row, "match", where)})
    return {**data, "within": checker.strings(data, "within", "the table"), "key": checker.strings(data, "key", "the table"), "rows": rows}


def _references(result: Plain, seen: Mapping[str, str]) -> None:
    """Refuse names of kinds that do not exist, and kinds that nothing can ever report."""
    fed = {row["kind"] for table in result["tables"] for row in table["rows"]}
    fed |= {row["id"] for row in result["secrets"]}
    for table in result["tables"]:
        for name in [*table["within"], *(row["kind"] for row in table["rows"])]:
            if name not in seen:
                raise UsageError(f"tables/{table['table']}.yaml: unknown kind {name!r}")
    for kind in result["kinds"]:
        where = f"{seen[kind['kind']]}: {kind['kind']}"
        for name in kind["refines"]:
            if name not in seen:
                raise UsageError(f"{where}.refines: unknown kind {name!r}")
        proof = kind.get("name_is_proof") or kind["near"]
        if not kind["where"] and not kind["magic"] and not (kind["names"] and proof) and kind["kind"] not in fed:
            raise UsageError(
                f"{where}: nothing can ever report this kind: it has neither `where` nor names that decide, and no table names it"
            )
