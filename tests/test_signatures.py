"""The loader refuses what is wrong in a signature, naming file and key."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scanner import explaining
from scanner.errors import UsageError
from scanner.match import engine, rules, shipped, signatures
from scanner.match.inventory import Inventory
from scanner.match.units import unit_of

GOOD: dict[str, Any] = {
    "kind": "thing",
    "title": "A thing",
    "clause": "3.1",
    "level": "error",
    "formats": ["yaml"],
    "hints": ["thing:"],
    "where": [{"at": "$[?@.thing]"}],
    "explain": "What it is.",
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A signature directory with the shared files and one family."""
    source = Path(shipped.directory())
    shutil.copytree(source / "policy", tmp_path / "policy")
    for name in ("formats.yaml", "subjects.yaml"):
        shutil.copy(source / name, tmp_path / name)
    return tmp_path


def write(base: Path, **changes: Any) -> None:
    kind = {key: value for key, value in (GOOD | changes).items() if value is not ...}
    with (base / "things.yaml").open("w", encoding="utf-8") as out:
        YAML().dump({"family": "things", "kinds": [kind]}, out)


def test_a_good_signature_loads(base: Path) -> None:
    write(base)
    assert [kind.info.id for kind in rules.load(str(base), use_cache=False).kinds] == ["thing"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hintz": ["x"]}, "things.yaml: thing: unknown key 'hintz' (did you mean 'hints'?)"),
        ({"clause": "3.13"}, "things.yaml: thing.clause: unknown clause '3.13'"),
        ({"clause": 3.1}, "things.yaml: thing.clause: 3.1 is a number; in quotes it is the id of a clause"),
        ({"level": "fatal"}, "things.yaml: thing.level: must be one of"),
        ({"formats": ["yml"]}, "things.yaml: thing.formats: unknown format 'yml' (did you mean 'yaml'?)"),
        ({"kind": "A_Thing"}, "things.yaml: A_Thing: the id of a kind is in kebab case"),
        ({"explain": ...}, "things.yaml: thing: lacks 'explain'"),
        ({"hints": ["x"]}, "things.yaml: thing.hints: each must be a text of two characters or more"),
        ({"subjects": "pots"}, "things.yaml: thing.subjects: unknown subject set 'pots'"),
        ({"where": [{"at": "$[?@.a"}]}, "things.yaml: thing.where[0].at: not a JSONPath"),
        ({"where": [{"at": "$[?match(@.a, '(?i)x')]"}]}, "things.yaml: thing.where[0].at: dead pattern"),
        ({"where": [{"at": "$[?match(@.a, '^x')]"}]}, "dead pattern"),
        ({"where": [{"at": "$..thing"}]}, "walks the whole document"),
        ({"where": [{"at": "$.thing"}]}, "things.yaml: thing.where[0].at: dead query"),
        ({"where": [{"text": "(?=x)"}]}, "things.yaml: thing.where[0].text: not an RE2 expression"),
        ({"where": [{"text": "x*"}]}, "things.yaml: thing.where[0].text: matches the empty text"),
        ({"where": [{"level": "note"}]}, "things.yaml: thing.where[0]: holds no evidence"),
        ({"names": ["/abs"]}, "things.yaml: thing.names: dead glob"),
        ({"names": ["a[b"]}, "things.yaml: thing.names: dead glob"),
        ({"refines": ["other"]}, "things.yaml: thing.refines: unknown kind 'other'"),
        ({"where": [], "hints": []}, "nothing can ever report this kind"),
        ({"hints": [], "where": [{"at": "$[?@.thing]"}]}, "needs `hints` or `names`"),
        ({"embeds": [{"format": "yaml"}]}, "things.yaml: thing.embeds[0]: holds no evidence"),
        ({"embeds": [{"at": "$[*].a", "text": "sh (.+)"}]}, "things.yaml: thing.embeds[0]: needs either `at` or `text`"),
        ({"embeds": [{"text": "sh .+"}]}, "things.yaml: thing.embeds[0].text: must have one group"),
        ({"silent": True}, "things.yaml: thing: unknown key 'clause'"),
    ],
)
def test_a_broken_signature_is_refused_by_file_and_key(base: Path, changes: dict[str, Any], words: str) -> None:
    write(base, **changes)
    with pytest.raises(UsageError) as caught:
        rules.load(str(base), use_cache=False)
    assert words in str(caught.value)


def test_duplicate_ids_and_unknown_kinds_of_rows_are_refused(base: Path) -> None:
    write(base)
    shutil.copy(base / "things.yaml", base / "twice.yaml")
    with pytest.raises(UsageError, match=r"twice.yaml: thing: is defined in things.yaml already"):
        rules.load(str(base), use_cache=False)
    (base / "twice.yaml").write_text("table: t\nwithin: [thing]\nsubjects: documents\nkey: [thing]\nrows: [{match: x, kind: nothing}]\n")
    with pytest.raises(UsageError, match="unknown kind 'nothing'"):
        rules.load(str(base), use_cache=False)


def test_a_changed_signature_is_seen_in_spite_of_the_cache(base: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(base)
    assert rules.load(str(base)).infos["thing"].title == "A thing"
    assert rules.load(str(base)).infos["thing"].title == "A thing"
    write(base, title="Another thing")
    assert rules.load(str(base)).infos["thing"].title == "Another thing"


def test_a_silent_kind_only_hands_code_over(base: Path) -> None:
    write(
        base,
        clause=...,
        level=...,
        explain=...,
        silent=True,
        where=[{"at": "$[?@.runs]"}],
        hints=["runs:"],
        embeds=[{"at": "$[*].runs[*]", "format": "yaml"}],
    )
    shutil.copy(base / "things.yaml", base / "carriers.yaml")
    text = (base / "carriers.yaml").read_text().replace("kind: thing", "kind: carrier")
    (base / "carriers.yaml").write_text(text)
    write(base)
    loaded = rules.load(str(base), use_cache=False)
    assert list(loaded.infos) == ["thing"]
    data = b"runs:\n- |\n  thing: 1\n"
    hints, _secrets = loaded.sift(data)
    unit = unit_of(loaded, "a.yaml", data, hints, set())
    found = engine.match(unit, loaded, Inventory(frozenset({"a.yaml"}))).claims
    assert [(claim.kind, claim.span.line) for claim in found] == [("thing", 3)]


def test_the_group_of_an_expression_is_code_where_it_stands(base: Path) -> None:
    embeds = [{"text": "run '''((?s:.*?))'''", "format": "yaml"}]
    write(base, formats=["yaml", "groovy"], where=[{"at": "$[?@.thing]"}, {"text": "^stage"}], embeds=embeds)
    loaded = rules.load(str(base), use_cache=False)
    data = b"stage // thing:\n  run '''\n    a: 1\n    thing: 2\n  '''\n  // run '''thing: 3'''\n"
    hints, _secrets = loaded.sift(data)
    unit = unit_of(loaded, "a.groovy", data, hints, set())
    found = engine.match(unit, loaded, Inventory(frozenset({"a.groovy"}))).claims
    assert [(claim.span.line, claim.span.column) for claim in found] == [(1, 1), (3, 5)]


@pytest.mark.parametrize(("data", "level"), [(b"thing: 1\n", "error"), (b"thing: 1\nplace: stand-in\n", "note")])
def test_the_surroundings_lower_what_a_kind_claims(base: Path, data: bytes, level: str) -> None:
    write(base, lower=[{"text": r"\bstand-in\b", "level": "note"}])
    loaded = rules.load(str(base), use_cache=False)
    hints, _secrets = loaded.sift(data)
    unit = unit_of(loaded, "a.yaml", data, hints, set())
    assert [claim.level for claim in engine.match(unit, loaded, Inventory(frozenset({"a.yaml"}))).claims] == [level]


def test_both_engines_find_the_same_candidates() -> None:
    data = b"apiVersion: v1\nkind: Pod\n"
    found = []
    for name in ("hyperscan", "re2"):
        loaded = rules.load(prefer=name)
        hints, secrets = loaded.sift(data)
        found.append(([kind.info.id for kind in loaded.candidates(hints, loaded.names_of("a/b.yaml"))], secrets))
    assert found[0] == found[1]
    assert "kubernetes-manifest" in found[0][0]


def test_every_kind_is_explained_for_a_person() -> None:
    for info in rules.load().infos.values():
        assert len(info.explain.split()) >= 8, info.id
        assert not info.title.endswith("."), info.id


def left_out(base: Path, *entries: Any) -> None:
    write(base)
    with (base / "left-out.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(list(entries), out)


LEFT: dict[str, Any] = {"id": "a-thing", "clause": "3.7", "what": "A thing.", "why": "It leaves no trace."}


def test_what_is_left_out_stands_in_the_order_of_the_clauses(base: Path) -> None:
    left_out(base, LEFT | {"id": "b", "clause": "3.10"}, LEFT)
    loaded = rules.load(str(base), use_cache=False)
    assert [entry["id"] for entry in loaded.left_out] == ["a-thing", "b"]
    shown = explaining.explain(loaded, "3.7")
    assert "Knowingly left out (1):\n  - a-thing: A thing. It leaves no trace." in shown
    assert "left out" not in explaining.explain(loaded, "3.1")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (LEFT | {"reason": "x"}, "left-out.yaml: a-thing: unknown key 'reason'"),
        (LEFT | {"clause": "3.13"}, "left-out.yaml: a-thing.clause: unknown clause '3.13'"),
        ({"id": "a-thing", "clause": "3.7", "what": "A thing."}, "left-out.yaml: a-thing: lacks 'why'"),
        (LEFT | {"what": 3}, "left-out.yaml: a-thing.what: must be text"),
        ("a-thing", "left-out.yaml: [0]: must be a mapping"),
    ],
)
def test_a_broken_entry_of_what_is_left_out_is_refused(base: Path, entry: Any, words: str) -> None:
    left_out(base, entry)
    with pytest.raises(UsageError, match=re.escape(words)):
        rules.load(str(base), use_cache=False)


def test_nothing_is_left_out_twice_or_where_a_kind_exists() -> None:
    loaded = rules.load()
    entries = signatures.load_yaml(str(Path(shipped.directory()) / "left-out.yaml"))
    order = list(loaded.policy.clauses)
    keys = [(order.index(entry["clause"]), entry["id"]) for entry in entries]
    assert keys == sorted(set(keys)), "sorted by clause, then by id"
    assert not {entry["id"] for entry in entries} & set(loaded.infos)
    for entry in entries:
        assert all(entry[key].endswith(".") for key in ("what", "why")), entry["id"]
