"""Every kind has fixtures, and every fixture yields exactly what is written beside it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

import fixtures
from repositories import write
from scanner.match import rules
from scanner.match.rules import Rules

TREES = list(fixtures.trees())


@cache
def loaded() -> Rules:
    return rules.load()


@pytest.mark.parametrize(("kind", "side", "tree"), TREES, ids=[f"{kind}/{side}" for kind, side, _tree in TREES])
def test_a_fixture_yields_what_is_written_beside_it(kind: str, side: str, tree: Path) -> None:
    found = fixtures.claims(tree, loaded())
    assert found == fixtures.expected(tree), f"is it right now? `make fixtures KINDS={kind}` writes what is found"
    claimed = any(line.split(" ")[2:3] == [kind] for line in found)
    assert claimed == (side == "is"), f"{kind} must {'' if side == 'is' else 'not '}be claimed"


def test_every_kind_has_a_positive_and_a_near_miss() -> None:
    lacking = [
        f"{kind.info.id}/{side}"
        for kind in loaded().kinds
        if not kind.silent
        for side in fixtures.SIDES
        if not any(files for _folder, _folders, files in os.walk(fixtures.ROOT / kind.info.id / side))
    ]
    assert not lacking


def test_every_fixture_belongs_to_a_kind() -> None:
    known = {kind.info.id for kind in loaded().kinds}
    assert [name for name in sorted(os.listdir(fixtures.ROOT)) if name not in known] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('job "web" {}\n', "nomad-job/is: the kind is missing (no file has its hints, or the name that it asks for)"),
        ('a = "job group "\n', "nomad-job/is: the kind is missing (web.hcl: tried, but its evidence selects nothing there)"),
        ("", "fixtures/nomad-job/is-not: there is no such folder"),
    ],
)
def test_what_is_wrong_with_fixtures_is_said_when_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    monkeypatch.setattr(fixtures, "ROOT", tmp_path / "fixtures")
    write(tmp_path / "fixtures" / "nomad-job", {"is/web.hcl": content})
    assert fixtures.main(["update", "nomad-job"]) == 1
    assert f"! {words}\n" in capsys.readouterr().err


def test_a_kind_that_is_mistyped_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert fixtures.main(["update", "nomad-jb"]) == 1
    assert "! nomad-jb: there is no such kind (did you mean 'nomad-job'?)\n" in capsys.readouterr().err
