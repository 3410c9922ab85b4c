"""Looking a key up among many patterns gives what trying every pattern gives."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from scanner.match import globs
from scanner.match.globbed import Globbed, index

PIECES = st.sampled_from(["a", "b", "ab", "_", " ", "*", "?", "[ab]", "{a,b}", "{a*,_}", "{,a}"])
PATTERNS = st.lists(st.lists(PIECES, min_size=1, max_size=5).map("".join), max_size=6)


@given(patterns=PATTERNS, key=st.text(alphabet="ab_ /", max_size=6))
def test_the_patterns_that_match_are_found_in_their_order(patterns: list[str], key: str) -> None:
    tried = [place for place, pattern in enumerate(patterns) if re.fullmatch(globs.to_regex(pattern.replace("*", "**"), path=False), key)]
    assert Globbed(index(patterns)).matching(key) == tried
