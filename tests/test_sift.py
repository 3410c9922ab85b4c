from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.sift import engine
from scanner.sift.encoding import to_utf8

TEXTS = st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126), min_size=1, max_size=6)


def escape(text: str) -> str:
    return "".join(char if char.isalnum() else f"\\{char}" for char in text)


@pytest.mark.parametrize("name", ["hyperscan", "re2"])
@given(st.lists(TEXTS, min_size=1, max_size=8, unique=True), st.binary(max_size=60), st.data())
def test_an_engine_finds_exactly_the_literals_that_occur(name: str, literals: list[str], noise: bytes, data: st.DataObject) -> None:
    put = data.draw(st.lists(st.sampled_from(literals), max_size=3))
    text = noise + b" ".join(literal.encode() for literal in put)
    found = engine.build([escape(literal) for literal in literals], name).scan(text)
    assert found == {place for place, literal in enumerate(literals) if literal.encode() in text}


@pytest.mark.parametrize("name", ["hyperscan", "re2"])
def test_anchors_match_at_lines_and_patterns_beyond_ascii_at_their_bytes(name: str) -> None:
    built = engine.build([r"^kind: [A-Z]", "schlüssel", r"\.tf$"], name)
    assert built.scan(b"a\nkind: Pod\n") == {0}
    assert built.scan("der schlüssel\nmain.tf".encode()) == {1, 2}


@pytest.mark.parametrize("name", ["hyperscan", "re2"])
def test_a_pattern_that_no_linear_engine_takes_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot compile"):
        engine.build([r"(a)\1"], name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_every_unicode_encoding_comes_out_as_utf8(encoding: str) -> None:
    text = "apiVersion: v1\nkind: Secret\n# ünïcode\n"
    assert to_utf8(text.encode(encoding)) == text.encode()


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 4, b"PK\x03\x04\0\0" * 30, b"\x7fELF\x02\x01\x01\0" + b"\0" * 90])
def test_binary_files_are_recognised(data: bytes) -> None:
    assert to_utf8(data) is None
