from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner import config
from scanner.errors import UsageError


def test_no_configuration_is_an_empty_one(tmp_path: Path) -> None:
    assert config.load(str(tmp_path)) == config.Config()


def test_the_own_file_wins_over_pyproject_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "phasegate.toml").write_text('exclude = ["a/**"]\n')
    (tmp_path / "pyproject.toml").write_text('[tool.phasegate]\nexclude = ["b/**"]\n')
    loaded = config.load(str(tmp_path))
    assert loaded.values == {"exclude": ["a/**"]}
    assert "phasegate.toml is used" in loaded.notices[0]


def test_pyproject_serves_alone_and_one_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.phasegate]\nfail-on = "error"\n')
    assert config.load(str(tmp_path)).values == {"fail-on": "error"}
    (tmp_path / "pyproject.toml").write_text("this is no TOML")
    assert config.load(str(tmp_path)) == config.Config()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exclud = []\n", "phasegate.toml: unknown key 'exclud' (did you mean 'exclude'?)"),
        ("exclude = 'x'\n", "phasegate.toml: exclude: must be a list of texts"),
        ("jobs = true\n", "phasegate.toml: jobs: must be a whole number"),
        ("exit-zero = 1\n", "phasegate.toml: exit-zero: must be true or false"),
        ("a = [\n", "phasegate.toml: not valid TOML"),
        ("allow = 1\n", "phasegate.toml: allow: must be a list of tables, each under [[allow]]"),
        ("authorisation = []\n", "did you mean 'authorization'?"),
    ],
)
def test_an_unusable_configuration_is_named_with_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "phasegate.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        config.load(str(tmp_path))
    assert words in str(caught.value)


def test_tables_that_lift_findings_stand_beside_the_options(tmp_path: Path) -> None:
    (tmp_path / "phasegate.toml").write_text('jobs = 2\n[[allow]]\nreason = "x"\n[[authorization]]\nphase = "J.5"\n')
    loaded = config.load(str(tmp_path))
    assert loaded.values == {"jobs": 2}
    assert loaded.tables == {"allow": ({"reason": "x"},), "authorization": ({"phase": "J.5"},)}


def test_no_link_leads_out_of_the_tree_and_no_pipe_blocks(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text("jobs = 2\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "phasegate.toml").symlink_to(tmp_path / "secret.toml")
    with pytest.raises(UsageError, match=r"phasegate.toml: link leads out of the tree"):
        config.load(str(root))
    (root / "phasegate.toml").unlink()
    os.mkfifo(root / "phasegate.toml")
    with pytest.raises(UsageError, match=r"phasegate.toml: is not a regular file"):
        config.load(str(root))
