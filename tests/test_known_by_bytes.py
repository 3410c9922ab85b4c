"""Binary files that their first bytes or their path give away, and those that stay uncounted."""

from __future__ import annotations

import pytest

from scanner import pipeline
from scanner.match import rules
from scanner.match.rules import Rules
from scanner.model import File, Listing


@pytest.fixture(scope="module")
def loaded() -> Rules:
    return rules.load()


def found(loaded: Rules, path: str, data: bytes) -> set[tuple[str, str]]:
    listing = Listing(root=".", source="worktree", files=(File(path, lambda _limit: data),), inventory=frozenset({path}))
    report = pipeline.scan(listing, loaded, pipeline.Settings(jobs=1))
    assert not report.not_scanned
    return {(finding.kind, finding.clause) for finding in report.findings}


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("config/production.env", b"\0GITCRYPT\0\x9c\x01\xff\x80", "git-encryption"),
        ("backup/orders.bin", b"age-encryption.org/v1\n-> X25519 example\n\x00\x80\xff", "age-encrypted-file"),
        ("backup/orders.bin", b"age-encryption.org/v1\n-> X25519 example\n\x80\xff", "age-encrypted-file"),
        ("ci/deploy.bin", b"Salted__\x00\x01\x80\xff", "openssl-encrypted-file"),
        ("ops/handover.gpg", b"\x85\x01\x0c\x03\x00\xff", "openpgp-encrypted-file"),
        ("app/release.bin", b"\xfe\xed\xfe\xed\x00\x00\x00\x02", "key-store-file"),
        ("app/tls.p12", b"\x30\x82\x09\x01\x02\x01\x03\x00", "key-store-file"),
        ("app/truststore.jks", b"\xfe\xed\xfe\xed\x00\x00\x00\x02", "trust-store-file"),
        (".gitsecret/keys/pubring.kbx", b"\x00\x00\x00\x20\x01\x01", "git-secret"),
    ],
)
def test_first_bytes_or_path_give_a_binary_file_away(loaded: Rules, path: str, data: bytes, kind: str) -> None:
    assert (kind, "3.5") in found(loaded, path, data)


def test_the_name_of_a_trust_store_outweighs_its_bytes(loaded: Rules) -> None:
    assert found(loaded, "app/truststore.jks", b"\xfe\xed\xfe\xed\x00\x00\x00\x02") == {("trust-store-file", "3.5")}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("keys/archive.gpg", b"\x99\x01\x0d\x04\x00\xff"),
        ("img/logo.bin", b"\x85\x01\x0c\x03\x00\xff"),
        ("img/logo.png", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("notes/crypt.bin", b"x\0GITCRYPT\0"),
    ],
)
def test_other_binary_files_are_left_alone(loaded: Rules, path: str, data: bytes) -> None:
    assert not found(loaded, path, data)
