"""Tests that a pattern cannot express: is there a key below this header, does this token decode, is this login worth a word?"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from scanner.match import secrets_values as values
from scanner.model import Level


@dataclass(frozen=True, slots=True)
class Verdict:
    """A match that counts: the `secret` to mask, and the level where it is not the row's own. The secret is no part of the repr."""

    secret: str = field(repr=False)
    level: Level | None = None


Check = Callable[[str, int, int], "Verdict | None"]
"""Takes a text and the region of a match in it (of the group, if the pattern has one); None means that it is no secret."""

_REACH = 6_000
_LEAD = re.compile(
    r"(?:[\s\"'`,+#*;|&>]|//|\\+[nrt]|(?:Proc-Type|DEK-Info|Comment|Version|Subject|Hash|Charset|Key-[A-Z]\w+|X-\w+)[:][^\n\\]*)*+"
)
_BODY = re.compile(r"(?:[A-Za-z0-9+/=\s\"'`,#*;|&>]|\\+[nrt])*+")
_NOISE = re.compile(r"\\+[nrt]|[^A-Za-z0-9/=]")
_DIGIT = re.compile(r"[0-9]")
_OPENSSH = "b3BlbnNzaC1rZXkt"
_MIN_BODY = 60
_WORTHLESS_USERS = frozenset({"user", "username", "login", "name", "foo", "usr", "me", "myuser", "u", "id"})
_WORTHLESS_PASSWORDS = frozenset({"pass", "password", "passwd", "pwd", "pw", "secret", "bar", "token", "mypass", "mypassword", "p", "port"})
_MARKERS = frozenset({"x-oauth-basic"})
"""Passwords that only say that the user's name is the token."""
_STAND_IN = re.compile(r"[A-Z]+(?:_[A-Z]+)+|(?i:[a-z]*(?:token|key))")
_NEAR_HOSTS = re.compile(
    r"(?i)^(?:localhost|127\.|0\.0\.0\.0|host\.docker|(?:[a-z0-9.-]+\.)?(?:example|test|invalid|local|localdomain)(?:\.|$)|host(?:name)?$)"
)


def _private_key(text: str, start: int, end: int) -> Verdict | None:
    """A header counts with a body of base64 below it that is neither elided nor a template. RFC 7468, RFC 4716, RFC 9580."""
    reach = _without_prefixes(text, start, end)
    lead = _LEAD.match(reach)
    after = lead.end() if lead else 0
    body = _BODY.match(reach, after)
    whole = body.group() if body else ""
    stop = body.end() if body else after
    if reach[stop : stop + 1] not in {"", "-", "\\", "<"} or "..." in reach[after : stop + 3]:
        return None
    packed = _NOISE.sub("", whole)
    label, encrypted = text[start:end], "ENCRYPTED" in reach[:after]
    if len(packed) < _MIN_BODY or values.placeholder(packed[:200]):
        return None
    if "OPENSSH" in label:
        right = packed.startswith(_OPENSSH)
    elif label.endswith("PRIVATE KEY-----") and not any(word in label for word in ("COSIGN", "SIGSTORE", "ANY")) and not encrypted:
        # DER begins with a SEQUENCE, whose first octet 0x30 makes the first base64 character an M.
        right = packed.startswith("M")
    else:
        right = True
    return Verdict(whole.split("\n", 1)[0].rstrip(" \t\r\"'`,+;\\")) if right else None


def _without_prefixes(text: str, start: int, end: int) -> str:
    """What follows a header, without what a log writes before each of its lines: the same text but for the digits of a time."""
    head, *lines = text[end : end + _REACH].split("\n")
    prefix = _DIGIT.sub("0", text[text.rfind("\n", 0, start) + 1 : start])
    if not prefix.strip() or not lines or _DIGIT.sub("0", lines[0][: len(prefix)]) != prefix:
        return "\n".join([head, *lines])
    return "\n".join([head, *(line[len(prefix) :] if _DIGIT.sub("0", line[: len(prefix)]) == prefix else line for line in lines)])


def _base64_key(text: str, start: int, end: int) -> Verdict | None:
    secret = text[start:end]
    head = _decoded(secret[:120])
    return Verdict(secret) if head is not None and b"PRIVATE KEY" in head and b"PUBLIC" not in head else None


def _jwt(text: str, start: int, end: int) -> Verdict | None:
    """A token counts where both parts are objects and the header names an algorithm; its claims can raise it. RFC 7519."""
    secret = text[start:end]
    header, claims = (_object(part) for part in secret.split(".")[:2])
    if header is None or claims is None or "alg" not in header or secret.count(".") < 2 or secret.endswith("."):
        return None
    if claims.get("name") == "John Doe" or str(claims.get("sub")) == "1234567890":
        return Verdict(secret, "note")
    subject = str(claims.get("sub", ""))
    if claims.get("role") == "service_role" or subject.startswith("system:serviceaccount:") or "client_secret" in claims:
        return Verdict(secret, "error")
    return Verdict(secret)


def _basic_auth(text: str, start: int, end: int) -> Verdict | None:
    """Base64 of `user:password`, as registry clients keep it. RFC 7617."""
    secret = text[start:end]
    login = _decoded(secret) or b""
    user, separator, password = login.partition(b":")
    shown = password.decode("utf-8", "replace")
    if not separator or not user or len(shown) < 4 or not shown.isprintable() or values.placeholder(shown) or values.reference(shown):
        return None
    return Verdict(secret, "note" if values.weak(shown) else None)


def _url_password(text: str, start: int, end: int) -> Verdict | None:
    """The password of a URL; a sample login is silent, a guessable one or one for a local host is a note. RFC 3986, 3.2.1."""
    password = text[start:end]
    before = text[max(0, start - 90) : start - 1]
    user = before.rpartition("://")[2]
    host = text[end + 1 : end + 80].split("/", 1)[0].split("\n", 1)[0]
    bare = password.lower()
    if bare in _MARKERS:
        user, password, bare = "", user, user.lower()
    if values.placeholder(password) or values.reference(password) or not any(character.isalpha() for character in password):
        return None
    if _STAND_IN.fullmatch(password):
        return None
    if user.lower() in _WORTHLESS_USERS and (bare in _WORTHLESS_PASSWORDS or values.weak(password)):
        return None
    if values.weak(password) or bare == user.lower() or bare in _WORTHLESS_PASSWORDS or _NEAR_HOSTS.match(host):
        return Verdict(password, "note")
    return Verdict(password)


def _password(text: str, start: int, end: int) -> Verdict | None:
    """A password in a place that holds nothing else; one that anybody would guess is a note."""
    password = text[start:end]
    if values.placeholder(password) or values.reference(password):
        return None
    return Verdict(password, "note" if values.weak(password) else None)


def _decoded(value: str) -> bytes | None:
    whole = value[: len(value) // 4 * 4] if "=" not in value else value
    try:
        return base64.b64decode(whole, validate=True)
    except (binascii.Error, ValueError):
        return None


def _object(part: str) -> Mapping[str, object] | None:
    if len(part) > _REACH:
        return None
    try:
        decoded = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "private-key": _private_key,
        "base64-key": _base64_key,
        "jwt": _jwt,
        "basic-auth": _basic_auth,
        "url-password": _url_password,
        "password": _password,
    }
)
"""The named checks that a row of the table may ask for."""
