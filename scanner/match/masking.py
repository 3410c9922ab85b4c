"""Hides secrets in a text that is about to be shown."""

from __future__ import annotations

from collections.abc import Iterable

_STARS = "*" * 8
_KEPT = 4
_LONG_ENOUGH = 20
_CUT = 8
_LONGEST_CUT = 4_000
_PUBLIC_PREFIXES = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "npm_", "pypi-", "rubygems_"),
    *("AKIA", "ASIA", "ABIA", "ACCA", "ABSK", "AIza", "GOCSPX-", "ya29.", "LTAI", "AKID", "dop_v1_", "doo_v1_", "dor_v1_", "dapi"),
    *("xoxb-", "xoxp-", "xoxa-", "xoxs-", "xoxr-", "xoxo-", "xoxe.", "xapp-", "sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"),
    *(
        "sk-proj-",
        "sk-ant-",
        "sk-svcacct-",
        "sq0csp-",
        "sq0atp-",
        "glsa_",
        "glc_",
        "NRAK-",
        "NRII-",
        "hvs.",
        "hvb.",
        "hvr.",
        "dp.pt.",
        "dp.st.",
    ),
    *(
        "PMAK-",
        "lin_api_",
        "shpat_",
        "shpca_",
        "shpss_",
        "figd_",
        "ntn_",
        "pscale_",
        "tskey-",
        "AGE-SECRET-KEY-",
        "dckr_pat_",
        "eyJ",
        "whsec_",
    ),
    *("gsk_", "pplx-", "xai-", "sntrys_", "sntryu_", "SWMTKN-", "pul-", "nfp_", "sbp_", "HRKU-", "key-", "SG."),
)


def mask(text: str, secrets: Iterable[str]) -> str:
    """The text with each secret replaced by a fixed number of stars, so that not even its length shows.

    The first four characters stay where a provider's public prefix gives them. A secret of which the text holds only the beginning,
    at its end, or only the end, at its beginning, is hidden too, so a snippet may be cut before it is masked.
    """
    pieces = {piece for secret in secrets for piece in (secret, *secret.splitlines()) if piece.strip()}
    for secret in sorted(pieces, key=lambda piece: (-len(piece), piece)):
        text = text.replace(secret, _hidden(secret))
        text = _masked_at_edges(text, secret)
    return text


def _hidden(secret: str) -> str:
    public = len(secret) >= _LONG_ENOUGH and secret.startswith(_PUBLIC_PREFIXES)
    return f"{secret[:_KEPT]}{_STARS}" if public else _STARS


def _masked_at_edges(text: str, secret: str) -> str:
    longest = min(len(secret) - 1, len(text), _LONGEST_CUT)
    for size in range(longest, _CUT - 1, -1):
        if text.endswith(secret[:size]):
            text = text[:-size] + _hidden(secret)
            break
    for size in range(longest, _CUT - 1, -1):
        if text.startswith(secret[-size:]):
            return _STARS + text[size:]
    return text
