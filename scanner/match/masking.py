"""Hides secrets in a text that is about to be shown."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

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


class Mask:
    """Hides the secrets of one file in the texts that are shown of it, in a time that does not depend on how many they are."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._pieces = sorted({piece for secret in secrets for piece in (secret, *secret.splitlines()) if piece.strip()})
        self._known = frozenset(self._pieces)
        self._reversed = sorted(piece[::-1] for piece in self._pieces)
        self._lengths: dict[str, set[int]] = {}
        for piece in self._pieces:
            self._lengths.setdefault(piece[:_CUT], set()).add(len(piece))
        self._heads = sorted({len(head) for head in self._lengths})

    def __call__(self, text: str) -> str:
        """The text with each secret replaced by a fixed number of stars, so that not even its length shows.

        The first four characters stay where a provider's public prefix gives them. A secret of which the text holds only the
        beginning, at its end, or only the end, at its beginning, is hidden too, so a snippet may be cut before it is masked.
        """
        if not self._pieces:
            return text
        for secret in sorted(self._concerned(text), key=lambda piece: (-len(piece), piece)):
            text = text.replace(secret, _hidden(secret))
            text = _masked_at_edges(text, secret)
        return text

    def _concerned(self, text: str) -> set[str]:
        """The secrets that the text holds, and those of which it holds most at either of its ends."""
        found: set[str] = set()
        for at in range(len(text)):
            for size in self._heads:
                for length in self._lengths.get(text[at : at + size], ()):
                    if text[at : at + length] in self._known:
                        found.add(text[at : at + length])
        if begun := _longest_begun(text, self._pieces):
            found.add(begun)
        if ended := _longest_begun(text[::-1], self._reversed):
            found.add(ended[::-1])
        return found


def _longest_begun(text: str, pieces: Sequence[str]) -> str | None:
    """Of the sorted `pieces`, the one of which the end of the text holds the longest beginning, short of the whole."""
    for at in range(max(0, len(text) - _LONGEST_CUT), len(text) - _CUT + 1):
        rest = text[at:]
        place = bisect_right(pieces, rest)
        if place < len(pieces) and pieces[place].startswith(rest):
            return pieces[place]
    return None


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
