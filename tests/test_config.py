from __future__ import annotations

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
    ],
)
def test_an_unusable_configuration_is_named_with_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "phasegate.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        config.load(str(tmp_path))
    assert words in str(caught.value)
