"""Masking: nothing of a secret shows but a provider's public prefix."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.match.masking import Mask


def test_a_secret_without_public_prefix_vanishes() -> None:
    assert Mask(["hunter2hunter2"])("password: hunter2hunter2") == "password: ********"


def test_a_public_prefix_stays() -> None:
    token = "ghp_" + "a1B2" * 9
    assert Mask([token])(f"token={token};") == "token=ghp_********;"


def test_a_short_value_keeps_nothing() -> None:
    assert Mask(["key-abc"])("key-abc") == "********"


def test_the_longer_of_two_overlapping_secrets_is_hidden_whole() -> None:
    assert Mask(["abcdefgh", "abcdefgh12345"])("abcdefgh12345") == "********"


def test_each_line_of_a_secret_is_hidden() -> None:
    assert Mask(["first line here\nsecond line here"])("  second line here") == "  ********"


def test_a_secret_that_a_cut_has_shortened_is_hidden() -> None:
    secret = "Zx9Lq2Wv8Rt4Yp6Km1Nc"
    assert Mask([secret])(f"a: {secret[:12]}") == "a: ********"
    assert Mask([secret])(f"{secret[6:]} b") == "******** b"


def test_without_secrets_the_text_stays() -> None:
    assert Mask(["", "  "])("nothing") == "nothing"


@given(st.text("abcdefghijklm0123456789", min_size=8, max_size=60), st.text("XYZ \n", max_size=20), st.text("XYZ \n", max_size=20))
def test_length_and_content_never_show(secret: str, before: str, after: str) -> None:
    assert Mask([secret])(before + secret + after) == f"{before}********{after}"


def test_of_many_secrets_with_one_beginning_each_is_hidden_and_no_other_text() -> None:
    secrets = [f"ghp_{number:036x}" for number in range(2000)]
    mask = Mask(secrets)
    assert mask(f"a {secrets[7]} b {secrets[1999]}") == "a ghp_******** b ghp_********"
    assert mask(f"a ghp_{9999:036x} b") == f"a ghp_{9999:036x} b"
    assert mask(f"a {secrets[1234][:38]}") == "a ghp_********"
    assert mask(f"{secrets[1234][5:]} a") == "******** a"
