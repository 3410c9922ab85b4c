"""What the configuration may hold: each key with the values that it takes. The command line and the JSON Schema are made from the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Shape = Literal["texts", "formats", "text", "choice", "flag", "number", "size"]
_UNITS = {"": 0, "k": 10, "m": 20, "g": 30}


class Key(NamedTuple):
    """What one key holds; `choices` are the words that a `choice` may be."""

    shape: Shape
    choices: tuple[str, ...] = ()

    def problem(self, value: Any) -> str | None:
        """What is wrong with a value, as words that go on behind the key's name; None for one that can be used."""
        match self.shape:
            case "texts" | "formats":
                fits, words = isinstance(value, list) and all(isinstance(item, str) for item in value), "a list of texts"
            case "text":
                fits, words = isinstance(value, str), "a text"
            case "choice":
                fits, words = isinstance(value, str), "a text"
                if fits and value not in self.choices:
                    from scanner.spelling import hint  # noqa: PLC0415

                    return f"must be one of {', '.join(self.choices)}, not {value!r}{hint(value, self.choices)}"
            case "flag":
                fits, words = isinstance(value, bool), "true or false"
            case "number":
                fits, words = isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a whole number, 0 or more"
            case "size":
                fits, words = size(value) is not None, "a number of bytes, or a size such as 512k or 10M"
        if not fits:
            return f"must be {words}"
        return _unknown_format(value) if self.shape == "formats" else None


LEVEL = Key("choice", ("error", "warning", "note"))
FAIL_ON = Key("choice", ("error", "warning", "note", "never"))
WHEN = Key("choice", ("auto", "always", "never"))
STYLES = ("full", "grouped", "concise")

KEYS: Mapping[str, Key] = {
    "exclude": Key("texts"),
    "include-ignored": Key("flag"),
    "max-file-size": Key("size"),
    "clause": Key("texts"),
    "kind": Key("texts"),
    "level": LEVEL,
    "fail-on": FAIL_ON,
    "exit-zero": Key("flag"),
    "baseline": Key("text"),
    "format": Key("formats"),
    "output": Key("text"),
    "style": Key("choice", STYLES),
    "statistics": Key("flag"),
    "color": WHEN,
    "hyperlinks": WHEN,
    "progress": Key("flag"),
    "policy": Key("text"),
    "jobs": Key("number"),
    "deep": Key("flag"),
    "cache": Key("flag"),
}
"""Every key; each has a command-line twin of the same name."""
SERVER_KEYS: Mapping[str, Key] = {
    **{key: KEYS[key] for key in ("clause", "fail-on", "policy", "exclude", "max-file-size", "jobs", "cache", "baseline")},
    "refs": Key("texts"),
    "allow-suppressions": Key("flag"),
}
"""The keys of a server's configuration, which no push can reach."""


def size(value: Any) -> int | None:
    """A size in bytes from `10485760`, `512k`, `10M` or `1G`, as a number or a text; None for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value > 0 else None
    if not isinstance(value, str) or not value.isascii():
        return None
    unit = value[-1:].lower() if value[-1:].isalpha() else ""
    digits = value[: len(value) - len(unit)]
    return int(digits) << _UNITS[unit] if unit in _UNITS and digits.isdigit() and len(digits) < 20 and int(digits) else None


def _unknown_format(value: list[str]) -> str | None:
    """What is wrong with a list of `FORMAT` and `FORMAT=FILE`."""
    from scanner.report import FORMATS, unknown  # noqa: PLC0415

    names = (text.partition("=")[0] for text in value)
    return next((unknown(name, FORMATS) for name in names if name not in FORMATS), None)
