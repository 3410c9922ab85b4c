"""Committed secrets: what is reported where and how loudly, and what stays silent.

Every token here is put together at run time, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import base64
import json
import string
import sys
from typing import Any

import pytest
import re2
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.match.secrets import SecretHit, detectors, find

with open("signatures/tables/secrets.yaml", encoding="utf-8") as _file:
    TABLE = detectors(yaml.safe_load(_file))
SIFT = {detector.id: re2.compile(detector.pattern.encode()) for detector in TABLE}
MIXED = "q7Wd9ZkT2mXv5RbY8nLc3HgP6sJf4KtB1xVwQzMrD0uNyEaGhCiSoUpAeTl"
HEX = "9f3c1a7e5b2d8046e1f7a93c5d0b628417fe3ac9d5806b2e4c7a19f0d3b85e62"
BODY = "MII" + (MIXED * 6)
DASHES = "-" * 5


def hits(text: str, path: str = "src/settings.py") -> list[SecretHit]:
    """What the whole way finds: the pre-filter first, then the judgement."""
    raw = text.encode("utf-8", "replace")
    hit = {kind for kind, pattern in SIFT.items() if pattern.search(raw)}
    return find(text, path, hit, TABLE)


def levels(text: str, path: str = "src/settings.py") -> list[tuple[str, str]]:
    return [(hit.id.removeprefix("secret-"), hit.level) for hit in hits(text, path)]


def pem(label: str = "RSA PRIVATE KEY", body: str = BODY, end: str = "\n") -> str:
    lines = end.join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"{DASHES}BEGIN {label}{DASHES}{end}{lines}{end}{DASHES}END {label}{DASHES}"


TOKENS = {
    "github-token": "gh" + "p_" + MIXED[:36],
    "github-fine-grained-token": "github_" + "pat_" + MIXED[:22] + "_" + (MIXED + MIXED)[:59],
    "gitlab-token": "glp" + "at-" + MIXED[:20],
    "slack-token": "xo" + "xb-" + "7391047215-" + MIXED[:24],
    "slack-webhook": "https://hooks.slack" + ".com/services/T7Q2W9KXZ/B4M8N1RPL/" + MIXED[:24],
    "stripe-key": "sk" + "_live_" + MIXED[:24],
    "sendgrid-key": "S" + "G." + MIXED[:22] + "." + MIXED[4:47],
    "npm-token": "np" + "m_" + MIXED[:36],
    "pypi-token": "py" + "pi-AgEIcHlwaS5vcmc" + MIXED + MIXED[:20],
    "openai-key": "s" + "k-" + MIXED[:20] + "T3Blb" + "kFJ" + MIXED[20:40],
    "anthropic-key": "s" + "k-ant-" + "api03-" + (MIXED + MIXED)[:93] + "AA",
    "huggingface-token": "h" + "f_" + MIXED[:34],
    "vault-token": "hv" + "s." + MIXED[:24],
    "doppler-token": "dp" + ".pt." + MIXED[:43],
    "terraform-cloud-token": MIXED[:14] + ".atl" + "asv1." + (MIXED + MIXED)[:67],
    "digitalocean-token": "do" + "p_v1_" + HEX,
    "databricks-token": "da" + "pi" + HEX[:32],
    "grafana-token": "gl" + "sa_" + MIXED[:32] + "_" + HEX[:8],
    "google-api-key": "AI" + "za" + MIXED[:35],
    "shopify-token": "shp" + "at_" + HEX[:32],
    "postman-key": "PM" + "AK-" + HEX[:24] + "-" + HEX[20:54],
    "linear-key": "lin" + "_api_" + MIXED[:40],
    "telegram-bot-token": "731904" + "7215:A" + "A" + MIXED[:33],
    "azure-client-secret": "q7W" + "8Q~" + MIXED[:34],
    "azure-storage-key": "Account" + "Key=" + (MIXED + MIXED)[:86] + "==",
    "age-identity": "AGE-SECRET-" + "KEY-1" + ("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" * 2)[:58],
    "mailchimp-key": HEX[:32] + "-u" + "s12",
}


@pytest.mark.parametrize("name", TOKENS)
def test_a_providers_token_is_an_error(name: str) -> None:
    assert levels(f'value = "{TOKENS[name]}"\n') == [(name, "error")]


@pytest.mark.parametrize("name", ["github-token", "stripe-key", "google-api-key"])
def test_prose_does_not_lower_a_leak(name: str) -> None:
    assert levels(f"Log in with {TOKENS[name]} and go on.\n", "README.md") == [(name, "error")]


def test_a_sample_is_a_note_where_path_and_text_say_so_and_a_warning_where_only_the_text_does() -> None:
    line = f'fake_token = "{TOKENS["github-token"]}"\n'
    assert levels(line, "tests/test_login.py") == [("github-token", "note")]
    assert levels(line, "src/login.py") == [("github-token", "warning")]
    assert levels(line.replace("fake_token", "header"), "tests/login.py") == [("github-token", "error")]


def test_a_hit_says_where_it_stands() -> None:
    [hit] = hits(f'# one\n\nheader = "{TOKENS["github-token"]}"  # é\n')
    assert (hit.line, hit.column, hit.end_column) == (3, 11, 51)
    assert hit.secret == TOKENS["github-token"]


def test_a_hit_never_shows_its_secret() -> None:
    for text in (f'a = "{TOKENS["github-token"]}"', pem(), f'password = "{MIXED[:24]}"'):
        [hit] = hits(text)
        assert hit.secret not in f"{hit!r}{hit.says}"


@pytest.mark.parametrize(
    "value",
    [
        "gh" + "p_" + "x" * 36,
        "gh" + "p_" + "1234567890" + "abcdefghijklmnopqrstuvwxyz",
        "AK" + "IAIOSFODNN7" + "EXAMPLE",
        "https://hooks.slack" + ".com/services/T00000000/B00000000/" + "X" * 24,
        "AI" + "za" + "your-google-api-key-goes-here-xxxxxxx"[:35],
        "s" + "k-ant-...",
        "gh" + "p_" + MIXED[:10],
    ],
)
def test_placeholders_are_silent(value: str) -> None:
    assert levels(f'key = "{value}"\n') == []


def test_a_marker_in_place_of_a_password_leaves_the_judgement_to_the_user() -> None:
    assert levels("git+https://xxxx:x-oauth-basic@github.com/acme/lib", "yarn.lock") == []
    assert levels(f"git+https://{MIXED[:30]}:x-oauth-basic@github.com/acme/lib", "yarn.lock") == [("password-in-url", "warning")]


def test_keys_of_the_test_mode_are_a_warning() -> None:
    assert levels("stripe: sk" + "_test_" + MIXED[:24], "config/app.yaml") == [("stripe-test-key", "warning")]


class TestPrivateKeys:
    def test_a_key_is_an_error_at_its_header(self) -> None:
        [hit] = hits("key: |\n  " + pem(end="\n  "), "deploy/tls.yaml")
        assert (hit.id, hit.level, hit.line, hit.column) == ("secret-private-key", "error", 2, 3)

    @pytest.mark.parametrize("label", ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
    def test_every_label_counts(self, label: str) -> None:
        assert levels(pem(label), "server.key") == [("private-key", "error")]

    def test_an_openssh_key_must_carry_its_magic(self) -> None:
        assert levels(pem("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEA" + BODY), "id_ed25519") == [("private-key", "error")]
        assert levels(pem("OPENSSH PRIVATE KEY", "c3BlbnNzaC1rZXktdjEA" + BODY), "id_ed25519") == []

    def test_a_pgp_block_counts(self) -> None:
        assert levels(pem("PGP PRIVATE KEY BLOCK", "\nlQOY" + BODY), "secret.asc") == [("pgp-private-key", "error")]

    def test_a_key_in_a_json_string_is_found_and_masked_to_its_end(self) -> None:
        [hit] = hits('{"tls": "' + pem(end="\\n") + '"}', "a.json")
        assert hit.level == "error"
        assert BODY[:64] in hit.secret
        assert BODY[-20:] in hit.secret

    @pytest.mark.parametrize("prefix", ["[2026-01-07 09:41:{:02}] [DEBUG] ", "09:41:{:02}.7 | INFO | tls | ", "+ "])
    def test_a_key_in_a_log_counts_although_each_line_has_a_prefix(self, prefix: str) -> None:
        lines = [prefix.format(10 + at) + line for at, line in enumerate(["reads the key", *pem().split("\n"), "done"])]
        assert levels("\n".join(lines), "build.log") == [("private-key", "error")]

    def test_a_service_account_is_one_finding(self) -> None:
        text = '{"type": "service_account",\n "private_key": "' + pem("PRIVATE KEY", end="\\n") + '"}'
        assert levels(text, "key.json") == [("gcp-service-account", "error")]

    def test_a_key_wrapped_in_base64_counts(self) -> None:
        wrapped = base64.b64encode(pem().encode()).decode()
        assert levels(f"tls.key: {wrapped}\n", "values.yaml") == [("private-key-base64", "error")]
        certificate = base64.b64encode(pem("CERTIFICATE").encode()).decode()
        assert levels(f"tls.crt: {certificate}\n", "values.yaml") == []

    @pytest.mark.parametrize(
        "text",
        [
            pem("PUBLIC KEY"),
            pem("CERTIFICATE"),
            f"{DASHES}BEGIN PRIVATE KEY{DASHES}\n...\n{DASHES}END PRIVATE KEY{DASHES}",
            f"{DASHES}BEGIN PRIVATE KEY{DASHES}\n{BODY[:64]}...\n{DASHES}END PRIVATE KEY{DASHES}",
            f"{DASHES}BEGIN PRIVATE KEY{DASHES}\n{{{{ .Values.key }}}}\n{DASHES}END PRIVATE KEY{DASHES}",
            f'if line.startswith("{DASHES}BEGIN RSA PRIVATE KEY{DASHES}"):\n    return load(line)\n',
            pem(body="M" + "A" * 300),
        ],
    )
    def test_what_only_looks_like_one_is_silent(self, text: str) -> None:
        assert levels(text, "a.txt") == []


class TestPairs:
    ID = "AK" + "IA" + "Q7WDZKT2MXV5RBYN"

    def test_an_aws_id_alone_is_a_warning_and_with_its_secret_an_error(self) -> None:
        assert levels(f"id = {self.ID}\n", "a.ini") == [("aws-access-key", "warning")]
        pair = f"aws_access_key_id = {self.ID}\naws_secret_access_key = {MIXED[:40]}\n"
        assert levels(pair, "credentials") == [("aws-access-key", "error"), ("aws-secret-key", "error")]

    def test_a_format_without_a_prefix_needs_its_provider_nearby(self) -> None:
        token = "S" + "K" + HEX[:32]
        assert levels(f'sid = "{token}"\n') == []
        assert levels(f'import twilio\nsid = "{token}"\n') == [("twilio-key", "error")]

    def test_a_browser_key_is_public(self) -> None:
        assert levels(f'{{apiKey: "{TOKENS["google-api-key"]}",\n authDomain: "a.firebaseapp.com"}}', "web.js") == [
            ("google-api-key", "note")
        ]

    def test_a_published_key_is_a_note(self) -> None:
        text = "Account" + "Key=Eby8vdM0" + (MIXED + MIXED)[:78] + "=="
        assert levels(text, "src/store.cs") == [("azure-storage-key", "note")]


class TestWebTokens:
    @staticmethod
    def token(header: dict[str, Any], claims: dict[str, Any]) -> str:
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
        return ".".join([*parts, MIXED[:43]])

    def test_a_token_is_a_note_and_its_claims_can_raise_it(self) -> None:
        assert levels(self.token({"alg": "HS256"}, {"sub": "alice", "iss": "shop"}), "a.txt") == [("jwt", "note")]
        assert levels(self.token({"alg": "HS256"}, {"role": "service_role", "iss": "supabase"}), "a.txt") == [("jwt", "error")]
        account = {"sub": "system:serviceaccount:kube-system:admin", "iss": "kubernetes"}
        assert levels(self.token({"alg": "RS256"}, account), "a.txt") == [("jwt", "error")]

    def test_what_does_not_decode_is_silent(self) -> None:
        assert levels("eyJ" + MIXED[:20] + ".eyJ" + MIXED[:20] + "." + MIXED[:20], "a.txt") == []


class TestUrls:
    @pytest.mark.parametrize(
        ("url", "level"),
        [
            ("postgres://shop:" + MIXED[:12] + "@db.acme.io/shop", "warning"),
            ("postgres://postgres:postgres@db/postgres", "note"),
            ("amqp://guest:guest@rabbit:5672", "note"),
            ("redis://shop:" + MIXED[:12] + "@localhost:6379", "note"),
            ("https://user:password@host/path", None),
            ("https://$USER:$PASS@host/path", None),
            ("sms://ACCOUNT_ID:API_TOKEN@default", None),
            ("sms://accountId:authToken@default?from=0", None),
            ("https://app:{password}@host/path", None),
            ("https://app:<password>@host/path", None),
            ("https://acme.io:8080/@scope/package", None),
            ("https://app:changeme@acme.io/", None),
            ("ssh://git@github.com:22/a/b", None),
        ],
    )
    def test_a_password_in_a_url(self, url: str, level: str | None) -> None:
        assert levels(f"URL={url}\n", "deploy/prod.env") == ([("password-in-url", level)] if level else [])


class TestAssignments:
    @pytest.mark.parametrize(
        ("line", "path"),
        [
            ('API_TOKEN = "{}"', "src/app.py"),
            ("apiKey: '{}',", "src/app.ts"),
            ('clientSecret := "{}"', "main.go"),
            ("client_secret: {}", "config/app.yaml"),
            ('"clientSecret": "{}"', "appsettings.json"),
            ("DB_PASSWORD={}", ".env"),
            ("export DB_PASSWORD={}", "run.sh"),
            ("- name: DB_PASSWORD\n  value: {}", "deploy.yaml"),
            ("<password>{}</password>", "settings.xml"),
        ],
    )
    def test_a_generated_value_is_an_error(self, line: str, path: str) -> None:
        [hit] = hits(line.format(MIXED[:32]) + "\n", path)
        assert (hit.level, hit.secret) == ("error", MIXED[:32])

    def test_a_test_path_makes_it_a_note(self) -> None:
        assert levels(f'password = "{MIXED[:32]}"', "tests/conftest.py") == [("generic-assignment", "note")]

    @pytest.mark.parametrize(
        ("line", "path"),
        [
            ("password: changeit", "application.yml"),
            ("POSTGRES_PASSWORD=postgres", ".env"),
            ('SECRET_KEY = "dev"', "app.py"),
            ("machine ftp.acme.io login shop password mysecret", "manual.md"),
            ("password: cGFzc3dvcmQ=", "secret.yaml"),
            ("- name: MYSQL_ROOT_PASSWORD\n  value: 'admin'", "deploy.yaml"),
        ],
    )
    def test_a_guessable_password_is_a_note(self, line: str, path: str) -> None:
        assert [hit.level for hit in hits(line + "\n", path)] == ["note"]

    def test_the_search_key_of_a_hosted_index_is_public_and_its_administrators_key_is_not(self) -> None:
        names = '{appId: "A1B2C3D4E5",\n// may be published\napiKey: "%s"%s}\n'
        assert levels(names % (HEX[:32], ', indexName: "handbook"'), "site.config.js") == [("generic-assignment", "note")]
        assert levels(names % (HEX[:32], ""), "site.config.js") == [("generic-assignment", "error")]

    def test_a_password_that_a_person_could_type_is_a_warning_in_configuration(self) -> None:
        assert levels("db_password: Xk9mP2qL7w\n", "config/prod.yaml") == [("generic-assignment", "warning")]

    @pytest.mark.parametrize(
        ("line", "path"),
        [
            ("password: ${DB_PASSWORD}", "a.yaml"),
            ("password: {{ .Values.password }}", "a.yaml"),
            ("password: <your-password>", "a.yaml"),
            ("password: changeme", "a.yaml"),
            ("password: ''", "a.yaml"),
            ("password: !vault |", "a.yaml"),
            ("password: %(db_password)s", "a.ini"),
            ("pwd: adminPassword,", "a.yaml"),
            ("# password: testing", "a.yaml"),
            ("secret: my-app-credentials-secret", "a.yaml"),
            ("token: 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "a.yaml"),
            ("password: $2b$12$" + MIXED[:53], "a.yaml"),
            ("privateKey: /etc/ssl/private/server-2024.key", "a.yaml"),
            ("token: https://auth.acme.io/realms/a1b2c3d4e5f6/token", "a.yaml"),
            ("client_secret: op://vault/item-a1b2c3/field", "a.yaml"),
            ('password = os.environ["DB_PASSWORD"]', "a.py"),
            ("password = get_password(name)", "a.py"),
            ('token = "IDENTIFIER_OR_KEYWORD_1"', "lexer.py"),
            ('next_token = "' + MIXED[:24] + '"', "a.py"),
            ('"_csrf_token" => "' + MIXED[:32] + '"', "security.md"),
            ('<input name="authenticity_token" value="' + MIXED[:32] + '">', "forms.md"),
            ('<input name="__RequestVerificationToken" value="' + MIXED[:32] + '">', "form.html"),
            ("const password = " + MIXED[:24], "a.ts"),
            ("password: string;", "a.ts"),
            ('"password": "Password"', "form.js"),
            ('password = "MyTemporaryPassword123!" ', "README.md"),
            ("integrity: sha512-" + MIXED + "==", "a.yaml"),
            ("commit: " + HEX[:40], "a.yaml"),
            ('"hashed_secret": "' + HEX[:40] + '"', ".secrets.baseline"),
            ('"token": "' + MIXED[:32] + '"', "package-lock.json"),
            ('"token": "' + MIXED[:32] + '"', "dist/app.min.js"),
        ],
    )
    def test_what_is_no_secret_is_silent(self, line: str, path: str) -> None:
        assert levels(line + "\n", path) == []


class TestHostileInput:
    @pytest.mark.parametrize(
        "text",
        [
            "password" * 50_000,
            "a://b:" * 30_000,
            "token='" * 30_000,
            f"{DASHES}BEGIN PRIVATE KEY{DASHES}\n" * 3_000,
            "eyJ" + "eyJ." * 50_000,
            "sk-" * 60_000,
            'password = "' + "(" * 200_000,
            " " * 200_000 + "password=" + " " * 200_000,
        ],
    )
    def test_repetition_ends_with_nothing_found(self, text: str) -> None:
        assert levels(text, "config.yaml") == []

    def test_a_token_in_a_long_line_is_found(self) -> None:
        [hit] = hits("x;" * 50_000 + TOKENS["github-token"] + ";y" * 50_000, "dist/app.min.js")
        assert (hit.id, hit.level, hit.column) == ("secret-github-token", "error", 100_001)

    def test_undecodable_bytes_keep_their_columns(self) -> None:
        [hit] = hits("\udcff\udcfe " + TOKENS["github-token"], "a.bin")
        assert hit.column == 4

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=200), st.text(max_size=200))
    def test_position_and_secret_fit_the_text(self, before: str, after: str) -> None:
        token = TOKENS["github-token"]
        text = f"{before}\n {token} \n{after}"
        for hit in hits(text, "a.txt"):
            if hit.secret == token:
                line = text.split("\n")[hit.line - 1]
                assert line[hit.column - 1 : hit.end_column - 1] == token
                break
        else:
            pytest.fail("the token was not found")

    @settings(max_examples=100, deadline=None)
    @given(st.text(string.ascii_letters + "=:\"' {}$<>/._-@\n", max_size=120))
    def test_text_without_digits_holds_no_generated_secret(self, text: str) -> None:
        assert [hit for hit in hits(f"password{text}", "a.yaml") if hit.level == "error"] == []


def test_only_the_detectors_that_hit_are_asked() -> None:
    text = f'a = "{TOKENS["github-token"]}"'
    assert find(text, "a.py", set(), TABLE) == []
    assert find(text, "a.py", {"secret-stripe-key"}, TABLE) == []


def test_nothing_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    from detect_secrets.plugins.base import BasePlugin

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a plugin was asked to verify a secret")

    direct = BasePlugin.__subclasses__()
    for kind in [*direct, *(below for one in direct for below in one.__subclasses__())]:
        monkeypatch.setattr(kind, "verify", refuse)
    monkeypatch.setattr("requests.sessions.Session.request", refuse)
    assert all(levels(f'value = "{token}"') for token in TOKENS.values())


def test_a_text_without_candidates_loads_no_engine() -> None:
    import subprocess

    program = (
        "import sys; from scanner.match.secrets import find, Detector; "
        "find('password: changeme', 'a.yaml', {'k'}, [Detector('k', 'K', 'error', '(password): .', keyword=True)]); "
        "print('detect_secrets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
