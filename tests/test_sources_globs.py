"""Exclusion globs: the meaning of gitignore(5), with git itself as the judge, and no pattern that can hang."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.sources.globs import matcher

PATHS = [
    "a",
    "a.md",
    "b.yaml",
    ".hidden",
    "docs/a.md",
    "docs/deep/er/a.md",
    "docs/deep/er/b.yaml",
    "src/docs/a.md",
    "src/a/b/c",
    "vendor/x",
    "src/vendor/x/y",
    "x-1/[odd]",
    "x-1/a b",
    "x-1/+",
    "x-2/caf\u00e9.md",
    "x-2/back\\slash",
    "x-2/star*",
    "x-2/line\nbreak",
    "x-2/a]b",
    "x-2/a-b",
]
PATTERNS = [
    "a",
    "*.md",
    "/a",
    "/*.md",
    "docs",
    "docs/",
    "/docs/",
    "docs/*.md",
    "docs/**",
    "docs/**/a.md",
    "**/a.md",
    "**/docs/a.md",
    "**/docs/",
    "src/**/c",
    "src/**",
    "vendor/",
    "x-?/*",
    "x-[12]/?",
    "x-[!1]/*",
    "x-[^1]/*",
    "x-[0-1]/a b",
    "[ab]",
    "[a-c].yaml",
    "[]]",
    "x-1/[[]odd]",
    "x-1/\\[odd\\]",
    "x-2/star\\*",
    "x-2/back\\\\slash",
    "x-2/caf?.md",
    "x-2/caf\u00e9.md",
    "x-2/a[]-]b",
    "x-2/a[+-.]b",
    "x-2/a[\\]]b",
    "x-2/line*",
    "x-1[+-9]*",
    "docs?a.md",
    "docs[!x]a.md",
    "docs**a.md",
    "d*s/a.md",
    "*",
    "**",
    "*/",
    "**/",
    "/**",
    "a/",
    "b.yaml/",
    "src/a/b",
    "er/",
    "deep/er",
    "***.md",
    "a.b",
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("globs")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for path in PATHS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    return folder


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_what_it_means_to_git(tree: Path, pattern: str) -> None:
    if pattern == "x-2/caf?.md":
        # Git counts bytes, the scanner characters.
        expected = {"x-2/caf\u00e9.md"}
    else:
        done = subprocess.run(["git", "ls-files", "-z", "-o", "-i", "-x", pattern], cwd=tree, check=True, capture_output=True)
        expected = {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}
    excluded = matcher([pattern])
    assert excluded is not None
    assert {path for path in PATHS if excluded(path)} == expected


def test_several_patterns_exclude_what_any_of_them_does() -> None:
    excluded = matcher(["*.md", "vendor/"])
    assert excluded is not None
    assert [path for path in ("a.md", "vendor/x", "b", "md") if excluded(path)] == ["a.md", "vendor/x"]


def test_no_pattern_is_no_test() -> None:
    assert matcher([]) is None


def test_bytes_that_are_not_utf_8_are_characters_of_their_own() -> None:
    excluded = matcher(["caf\udce9", "t?p", "[\udce0-\udcef]x"])
    assert excluded is not None
    assert [path for path in ("caf\udce9", "caf\udce8", "caf\u00e9", "t\udcffp", "\udce5x", "\udcf5x") if excluded(path)] == [
        "caf\udce9",
        "t\udcffp",
        "\udce5x",
    ]


@pytest.mark.parametrize("pattern", ["", "/", "./", "//", "!a", "[a", "a[", "[!", "[a\\", "a\\", "[z-a]", "[[:alpha:]]"])
def test_an_unusable_pattern_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(UsageError, match="pattern") as caught:
        matcher(["fine", pattern])
    assert repr(pattern) in str(caught.value)


def test_patterns_too_long_for_the_engine_are_refused() -> None:
    with pytest.raises(UsageError, match="too long"):
        matcher(["[a-z]?*" * 100_000])


@given(st.lists(st.text("ab/*?[]!-\\.^\u00e9\udce9\n", max_size=12), min_size=1, max_size=3), st.text("ab/.\u00e9\udce9\n", max_size=20))
def test_any_pattern_is_either_refused_or_usable(patterns: list[str], path: str) -> None:
    try:
        excluded = matcher(patterns)
    except UsageError:
        return
    assert excluded is not None
    assert excluded(path) == any(one(path) for one in map(matcher, ([pattern] for pattern in patterns)) if one is not None)


@given(st.text("ab*?[]\\\u00e9\udce9 .", min_size=1, max_size=8))
def test_an_escaped_name_matches_itself_at_every_depth(name: str) -> None:
    excluded = matcher(["".join(f"\\{char}" for char in name)])
    assert excluded is not None
    assert excluded(name)
    assert excluded(f"some/where/{name}")
    assert excluded(f"{name}/below")
    assert not excluded(f"x{name}")
