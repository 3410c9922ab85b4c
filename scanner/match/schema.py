"""Which keys a signature file may hold, and what their values must be: refusals name the file and the key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.errors import UsageError
from scanner.match import globs, jsonpath
from scanner.match.kinds import SHORT_MAGIC
from scanner.model import LEVELS
from scanner.spelling import hint

KIND_KEYS = frozenset(
    [
        "kind",
        "title",
        "clause",
        "level",
        "family",
        "vendor",
        "formats",
        "names",
        "name_is_proof",
        "name_suffices",
        "magic",
        "near",
        "hints",
        "subjects",
        "show",
        "where",
        "unless",
        "refines",
        "once",
        "secret",
        "silent",
        "deep",
        "lower",
        "claims",
        "embeds",
        "explain",
        "lookalikes",
        "references",
    ]
)
CARRIER_KEYS = frozenset(["kind", "title", "silent", "formats", "names", "near", "hints", "subjects", "where", "unless", "embeds"])
WHERE_KEYS = frozenset(["at", "text", "also", "formats", "names", "near", "when", "unless", "level", "vendor", "says", "show"])
CLAIM_KEYS = frozenset(["clause", "level", "at", "text", "also", "when", "unless", "formats", "names", "near", "vendor", "says", "show"])
LOWER_KEYS = frozenset(["text", "level", "says"])
EMBED_KEYS = frozenset(["at", "text", "format", "named", "cap"])
TABLE_KEYS = frozenset(["table", "within", "formats", "subjects", "key", "separator", "rows", "vendors", "show"])
ROW_KEYS = frozenset(["match", "kind", "clause", "level", "vendor", "when", "unless", "says", "at", "show"])
LEFT_OUT_ORDER = ("id", "clause", "what", "why")
LEFT_OUT_KEYS = frozenset(LEFT_OUT_ORDER)
SUBJECT_KEYS = frozenset(["at", "holding"])
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Checker:
    """Collects where we are, so that every refusal says it."""

    def __init__(self, file: str, formats: Iterable[str], clauses: Iterable[str]) -> None:
        self.file = file
        self.formats = frozenset(formats)
        self.clauses = frozenset(clauses)

    def fail(self, where: str, what: str) -> UsageError:
        """An error that names file and key."""
        return UsageError(f"{self.file}: {where}: {what}")

    def keys(self, entry: Any, known: frozenset[str], where: str, required: Iterable[str] = ()) -> None:
        """Refuse anything but a mapping with known keys, and the lack of a required one."""
        if not isinstance(entry, Mapping):
            raise self.fail(where, "must be a mapping")
        for key in entry:
            if key not in known:
                raise self.fail(where, f"unknown key {key!r}{hint(str(key), sorted(known), 0.6)}")
        for key in required:
            if key not in entry:
                raise self.fail(where, f"lacks {key!r}")

    def strings(self, entry: Mapping[str, Any], key: str, where: str) -> list[str]:
        """A key that holds one string or a list of strings, as a list."""
        value = entry.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.fail(f"{where}.{key}", "must be a string or a list of strings")
        return value

    def queries(self, entry: Mapping[str, Any], key: str, where: str, *, deep: bool = False) -> list[str]:
        """JSONPath queries that parse and can match; `deep` ones may walk all that lies below their subject."""
        found = self.strings(entry, key, where)
        for query in found:
            try:
                jsonpath.check(query, deep=deep)
            except UsageError as error:
                raise self.fail(f"{where}.{key}", f"{error} in {query!r}") from None
        return found

    def magic(self, entry: Mapping[str, Any], where: str) -> list[str]:
        """The first bytes of binary files, each in hexadecimal digits."""
        found = self.strings(entry, "magic", where)
        for value in found:
            try:
                short = len(bytes.fromhex(value)) < SHORT_MAGIC
            except ValueError:
                raise self.fail(f"{where}.magic", f"no hexadecimal digits: {value!r}") from None
            if short and not entry.get("names"):
                raise self.fail(f"{where}.magic", f"{value!r} is too short to tell without `names`")
        return found

    def hints(self, entry: Mapping[str, Any], where: str) -> list[list[str]]:
        """The alternatives of `hints` as lists of expressions that must all occur; a plain text stands for itself."""
        found = []
        for entered in entry.get("hints", []):
            parts = entered if isinstance(entered, list) else [entered]
            if not parts:
                raise self.fail(f"{where}.hints", "an empty list would always hold")
            found.append([self._hint(part, f"{where}.hints") for part in parts])
        return found

    def _hint(self, part: Any, where: str) -> str:
        if isinstance(part, str) and len(part) > 1:
            return literal(part)
        if isinstance(part, Mapping) and set(part) == {"pattern"}:
            return self.regexes(part, "pattern", where)[0]
        raise self.fail(
            where, "each must be a text of two characters or more, a `pattern`, or a list of such texts and patterns that must all occur"
        )

    def regexes(self, entry: Mapping[str, Any], key: str, where: str) -> list[str]:
        """Regular expressions in RE2 syntax."""
        import re2  # noqa: PLC0415

        options = re2.Options()
        options.log_errors = False
        found = self.strings(entry, key, where)
        for pattern in found:
            try:
                compiled = re2.compile(f"(?m){pattern}", options)
            except re2.error as error:
                raise self.fail(f"{where}.{key}", f"not an RE2 expression: {error} in {pattern!r}") from None
            if compiled.search("") is not None:
                raise self.fail(f"{where}.{key}", f"matches the empty text: {pattern!r}")
        return found

    def groups(self, pattern: str) -> int:
        """How many groups an expression has."""
        import re2  # noqa: PLC0415

        return int(re2.compile(pattern).groups)

    def globs(self, entry: Mapping[str, Any], key: str, where: str) -> list[str]:
        """Path globs that can match."""
        found = self.strings(entry, key, where)
        for glob in found:
            try:
                globs.to_regex(glob)
            except UsageError as error:
                raise self.fail(f"{where}.{key}", str(error)) from None
        return found

    def common(self, entry: Mapping[str, Any], where: str) -> None:
        """The values of `clause`, `level` and `formats`, wherever they stand."""
        clause = entry.get("clause")
        if isinstance(clause, int | float):
            raise self.fail(f"{where}.clause", f"{clause!r} is a number; in quotes it is the id of a clause")
        if "clause" in entry and clause not in self.clauses:
            raise self.fail(f"{where}.clause", f"unknown clause {clause!r}{hint(str(clause), sorted(self.clauses))}")
        if "level" in entry and entry["level"] not in LEVELS:
            raise self.fail(f"{where}.level", f"must be one of {', '.join(LEVELS)}, not {entry['level']!r}")
        for name in self.strings(entry, "formats", where):
            if name not in self.formats:
                raise self.fail(f"{where}.formats", f"unknown format {name!r}{hint(name, sorted(self.formats))}")
        for key in ("title", "says", "explain", "family"):
            if key in entry and (not isinstance(entry[key], str) or not entry[key].strip()):
                raise self.fail(f"{where}.{key}", "must be text")

    def name(self, text: str) -> None:
        """The id of a kind, as people type it."""
        if not _ID.fullmatch(text):
            raise self.fail(text, "the id of a kind is in kebab case: small letters and digits, in words joined by '-'")

    def evidence(self, entry: Mapping[str, Any], where: str, *, deep: bool = False) -> None:
        """The predicates of an alternative, a further claim or a row."""
        self.common(entry, where)
        for key in ("at", "when", "unless"):
            self.queries(entry, key, where, deep=deep)
        for key in ("text", "also"):
            self.regexes(entry, key, where)
        self.globs(entry, "names", where)
        self.strings(entry, "near", where)
        self.strings(entry, "show", where)
        if isinstance(entry.get("at"), list):
            raise self.fail(f"{where}.at", "must be one query; use another alternative for another")


def literal(text: str) -> str:
    """The RE2 expression for a text, as short as it can be."""
    return re.sub(r"([^A-Za-z0-9_ ])", r"\\\1", text) if text.isascii() else re.escape(text)
