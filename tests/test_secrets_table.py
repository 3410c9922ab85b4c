"""The table of secret formats: every row is usable, and a row that is not says why."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from scanner.errors import UsageError
from scanner.match.secrets import Detector, detectors

with open("signatures/tables/secrets.yaml", encoding="utf-8") as _table:
    ROWS: list[dict[str, Any]] = yaml.safe_load(_table)
GOOD = {"id": "secret-x", "title": "X", "level": "error", "pattern": "abc"}


def test_every_row_is_read_in_its_order() -> None:
    table = detectors(ROWS)
    assert [detector.id for detector in table] == [row["id"] for row in ROWS]
    assert all(detector.id.startswith("secret-") for detector in table)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"level": "fatal"}, "level"),
        ({"pattern": "(?=abc)"}, "pattern"),
        ({"pattern": ""}, "pattern"),
        ({"beside": "(a"}, "beside"),
        ({"check": "no-such"}, "check"),
        ({"alone": "note"}, "alone"),
        ({"keyword": "yes"}, "keyword"),
        ({"keyword": True}, "pattern"),
        ({"entropy": 9}, "entropy"),
        ({"published": "abc"}, "published"),
        ({"title": 3}, "title"),
    ],
)
def test_a_row_that_cannot_be_right_names_row_and_key(change: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError, match=f"secret-x: .*{named}"):
        detectors([{**GOOD, **change}])


def test_an_id_may_not_stand_twice() -> None:
    with pytest.raises(UsageError, match="secret-x"):
        detectors([GOOD, GOOD])


def test_a_row_must_be_a_mapping() -> None:
    with pytest.raises(UsageError, match="row 1"):
        detectors(["secret"])  # type: ignore[list-item]


def test_patterns_may_be_left_for_later() -> None:
    assert detectors([{**GOOD, "pattern": "(?=abc)"}], compile_patterns=False) == (Detector("secret-x", "X", "error", "(?=abc)"),)


def test_every_pattern_compiles_for_the_sift() -> None:
    import hyperscan

    for detector in detectors(ROWS):
        hyperscan.Database().compile(expressions=[detector.pattern.encode()], flags=[hyperscan.HS_FLAG_SINGLEMATCH])


def test_every_plugin_exists() -> None:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    plugins: list[type] = list(get_mapping_from_secret_type_to_class().values())
    known = {plugin.__name__ for plugin in plugins}
    assert {detector.plugin for detector in detectors(ROWS) if detector.plugin} <= known


def test_names_that_detect_secrets_knows_are_assignments_here() -> None:
    import re2
    from detect_secrets.plugins.keyword import DENYLIST

    pattern = re2.compile(next(row["pattern"] for row in ROWS if row["id"] == "secret-generic-assignment"))
    names = [
        name.replace("_?", "_")
        for name in DENYLIST
        if name.startswith(("api", "auth", "db", "priv", "secret", "pass", "pwd", "cli", "acc", "ser"))
    ]
    assert [name for name in names if pattern.search(f'{name} = "x"') is None] == []
