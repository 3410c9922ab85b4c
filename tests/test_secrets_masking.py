"""Masking: nothing of a secret shows but a provider's public prefix."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.match.masking import mask


def test_a_secret_without_public_prefix_vanishes() -> None:
    assert mask("password: hunter2hunter2", ["hunter2hunter2"]) == "password: ********"


def test_a_public_prefix_stays() -> None:
    token = "ghp_" + "a1B2" * 9
    assert mask(f"token={token};", [token]) == "token=ghp_********;"


def test_a_short_value_keeps_nothing() -> None:
    assert mask("key-abc", ["key-abc"]) == "********"


def test_the_longer_of_two_overlapping_secrets_is_hidden_whole() -> None:
    assert mask("abcdefgh12345", ["abcdefgh", "abcdefgh12345"]) == "********"


def test_each_line_of_a_secret_is_hidden() -> None:
    assert mask("  second line here", ["first line here\nsecond line here"]) == "  ********"


def test_a_secret_that_a_cut_has_shortened_is_hidden() -> None:
    secret = "Zx9Lq2Wv8Rt4Yp6Km1Nc"
    assert mask(f"a: {secret[:12]}", [secret]) == "a: ********"
    assert mask(f"{secret[6:]} b", [secret]) == "******** b"


def test_without_secrets_the_text_stays() -> None:
    assert mask("nothing", ["", "  "]) == "nothing"


@given(st.text("abcdefghijklm0123456789", min_size=8, max_size=60), st.text("XYZ \n", max_size=20), st.text("XYZ \n", max_size=20))
def test_length_and_content_never_show(secret: str, before: str, after: str) -> None:
    assert mask(before + secret + after, [secret]) == f"{before}********{after}"
