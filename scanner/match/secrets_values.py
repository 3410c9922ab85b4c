"""What a literal value looks like: a placeholder, a reference, a hash, a weak password, or something that a generator made."""

from __future__ import annotations

import base64
import binascii
import re
from itertools import pairwise

# Each pattern below runs on values of at most a few hundred characters and has no nested repetition.
_PLACEHOLDER = re.compile(
    r"(?i)^(?:[^a-z0-9]*|x+|your?.*|(?:the|a|my|some|insert|enter|replace|put|change|add|paste|fill|set|use|generate)[-_ ][a-z][-_a-z0-9 ]*"
    r"|change[-_. ]?(?:me|this).*|todo.*|tbd|fixme|none|null|nil|undefined|redacted|masked|hidden|removed|n/?a|"
    r"string|str|text|value|true|false|yes|no|on|off|optional|required|default|empty|unset|foo|bar|baz|foobar|lorem.*)$"
)
_PLACEHOLDER_INSIDE = re.compile(
    r"(?i)example|placeholder|changeme|change_me|replace[-_]?me|replace[-_]?with|redacted|dummy|x{6}|\*{3}|\.{3}|…|<[a-z]|your[-_.]"
)
_RUNS = ("0123456789" * 2, "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "0123456789abcdef" * 2)
_REFERENCE = re.compile(
    r"(?i)^(?:[$@%#!&*{<\[(]|\.[a-z]|vault:|ref\+|op://|arn:|projects/|keyvault|secretsmanager:|ssm:|keeper://|berglas:|sm://|doppler:|"
    r"sops|enc[\[(]|ej\[|env[.:\[(]|process\.env|os\.|var\.|local\.|data\.|module\.|secrets?\.|self\.|this\.|config\.|settings\.|"
    r"values\.|github\.|context\.|params?\.|inputs\.|getenv|encrypted:|file:|awskms:|gcpkms:|secret://|secret:|base64:\$)"
)
_TEMPLATE_INSIDE = re.compile(r"\$[{(A-Za-z_]|\{\{|\}\}|%\([a-z_]|#\{|<%|\$\$|\{[A-Za-z_.]*\}|%[sdv]|__[A-Z_]{3,}__|\(|\[[a-z'\"]")
_PATH = re.compile(
    r"(?i)^(?:\.{0,2}/|~/|[a-z]:[\\/]|[a-z][a-z0-9+.-]*://)|"
    r"\.(?:pem|key|crt|cert|cer|txt|json|ya?ml|env|p12|pfx|jks|pub|php|py|js|ts|go|rb|java|html?|md|conf|cfg|ini|xml|sh|local|com|org|io|net)$"
)
_NAME_OF_ANOTHER = re.compile(r"(?i)^[a-z_$][\w.]+(?:pass|passwd|password|pwd|secret|token|key)$")
_HASHED = re.compile(
    r"(?i)^(?:\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2[a-z]*|pbkdf2[a-z0-9-]*|scrypt|p5k2)\$|pbkdf2[_:]|\{s?sha|\{ssha|scram-sha|md5[0-9a-f]{32}$|"
    r"(?:sha(?:1|224|256|384|512)|md5)[-:=$~])"
)
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PUBLIC_KEY = re.compile(
    r"^(?:ssh-(?:rsa|ed25519|dss) |ecdsa-|age1|AAAA[BCE]3Nza|-----BEGIN (?:CERT|PUBLIC)|MI[IGH][A-Za-z0-9+/]{2}[A-Z]{3}ANBgkqh)"
)
_HEX = re.compile(r"(?i)^(?:0x)?[0-9a-f]+$")
_WEAK = re.compile(
    r"(?i)pass|admin|root|secret|change|test|demo|dev|guest|welcome|qwerty|letmein|abc|123|postgres|mysql|user|default|super|sample|insecure|"
    r"login|hello|minio|rabbit|mongo|redis|grafana|elastic|sonar|keycloak|oracle|jenkins|docker|nexus|temp|local|hunter|monkey|dragon|foo|bar"
)
_LEET = str.maketrans({"@": "a", "4": "a", "0": "o", "$": "s", "5": "s", "3": "e", "1": "i", "!": "i", "7": "t"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_ENOUGH = 400


def placeholder(value: str) -> bool:
    """Whether the value stands for a secret that somebody is to fill in, or has nothing of a secret at all."""
    value = value[:_ENOUGH].strip()
    if len(set(value.lower())) < (7 if len(value) >= 20 else min(4, max(2, len(value)))):
        return True
    return bool(_PLACEHOLDER.match(value) or _PLACEHOLDER_INSIDE.search(value) or _sequential(value.lower()))


def _sequential(value: str) -> bool:
    """Whether eight or more neighbouring characters follow the alphabet, the digits or the keyboard, as in `12345678`."""
    if len(value) < 8:
        return False
    pieces = {value[at : at + 8] for at in range(len(value) - 7)}
    return any(run[at : at + 8] in pieces for run in _RUNS for at in range(len(run) - 7))


def reference(value: str) -> bool:
    """Whether the value only says where the secret is: a variable, a template, a call, a path, a URL, a store's address."""
    return bool(_REFERENCE.match(value) or _TEMPLATE_INSIDE.search(value) or _PATH.search(value))


def another_name(value: str) -> bool:
    """Whether a bare value is the name of another secret, as in `pwd: adminPassword`."""
    return bool(_NAME_OF_ANOTHER.match(value))


def harmless(value: str) -> bool:
    """Whether the value may be published: a password's hash, a UUID, a checksum with its name, a public key, a certificate."""
    return bool(_HASHED.match(value) or _UUID.search(value) or _PUBLIC_KEY.match(value))


def weak(value: str) -> bool:
    """Whether the value is a password that anybody would guess, read with the usual substitutions (`P@ssw0rd`)."""
    return len(value) < 8 or bool(_WEAK.search(value) or _WEAK.search(value.translate(_LEET)))


def is_hex(value: str) -> bool:
    """Whether the value is a hexadecimal number."""
    return bool(_HEX.match(value))


def plain(value: str) -> str:
    """The value, or the text that it is base64 of, where that text is printable."""
    if len(value) < 8 or len(value) % 4:
        return value
    try:
        text = base64.b64decode(value, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return value
    text = text.rstrip("\n")
    return text if len(text) >= 4 and text.isprintable() else value


def random_looking(value: str) -> bool:
    """Whether the value was made by a generator and not by a person: no words, and letters and digits that keep changing class."""
    if not 16 <= len(value) <= 200 or any(character.isspace() for character in value):
        return False
    if is_hex(value):
        return len(value) >= 24 and any(c.isalpha() for c in value) and any(c.isdigit() for c in value)
    letters = "".join(_WORD.findall(value))
    if len(letters) < 4 or sum(character.isdigit() for character in value) < 2:
        return False
    worded = sum(len(word) for word in _WORD.findall(value) if len(word) >= 4)
    return worded * 2 <= len(value) and _changes(value) >= len(value) / 4


def strong(value: str) -> bool:
    """Whether a short value has the mixture of classes that password generators give."""
    classes = len({_class(character) for character in value})
    return 8 <= len(value) <= 40 and classes >= 3 and not weak(value) and _changes(value) >= len(value) * 0.4


def _changes(value: str) -> int:
    classes = [_class(character) for character in value]
    return sum(one != other for one, other in pairwise(classes))


def _class(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "other"
