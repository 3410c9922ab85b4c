"""Exclusion globs in the manner of `.gitignore`, translated for RE2: no pattern and no path can make matching slow.

The rules are those of gitignore(5): `*` and `?` stay within a folder, `**` as a whole component spans folders, a pattern with a
`/` before its end is tied to the root, any other matches at every depth, a `/` at the end asks for a folder. What matches a folder
leaves out everything below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scanner.errors import UsageError

_SLASH = ord("/")
_NOTHING = "[^\\x{0}-\\x{10FFFF}]"
# RE2 reads UTF-8 only: a byte of a name that is not UTF-8 is moved to a private code point, in patterns and paths alike.
_MOVED = {code: code - 0xDC80 + 0x10FF00 for code in range(0xDC80, 0xDD00)}


def matcher(patterns: Sequence[str], noun: str = "exclusion pattern", *, tied: bool = False) -> Callable[[str], bool] | None:
    """A test whether a root-relative path is excluded, or None without patterns; a folder is asked for with a `/` at its end.

    With `tied` every pattern starts at the root. Raises `UsageError` for a pattern that cannot be used; `noun` says what the patterns
    are to the user.
    """
    if not patterns:
        return None
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile("|".join(_translate(pattern, tied=tied) for pattern in patterns), options)
    except UsageError as error:
        raise UsageError(f"{noun} {error}") from None
    except re2.error:
        raise UsageError(f"the {noun}s are too long together") from None

    def excluded(path: str) -> bool:
        return compiled.fullmatch(path if path.isascii() else path.translate(_MOVED)) is not None

    return excluded


def _translate(pattern: str, *, tied: bool) -> str:
    if pattern.startswith("!"):
        raise UsageError(f"{pattern!r}: a pattern that takes others back (!) is not supported")
    body = pattern.removeprefix("./")
    only_folder = body.endswith("/")
    tied = tied or "/" in body.rstrip("/")
    parts = [part for part in body.split("/") if part]
    if not parts:
        raise UsageError(f"{pattern!r} names nothing")
    if not tied:
        parts.insert(0, "**")
    below = "/(?s:.*)" if only_folder else "(?:/(?s:.*))?"
    return f"(?:{_components(parts, pattern)}{below})"


def _components(parts: list[str], pattern: str) -> str:
    regex, joint = "", ""
    for number, part in enumerate(parts):
        if part != "**":
            regex += joint + _component(part, pattern)
            joint = "/"
        elif number == len(parts) - 1:
            regex += joint + "(?s:.+)"
        else:
            regex += joint + "(?:(?s:.*)/)?"
            joint = ""
    return regex


def _component(part: str, pattern: str) -> str:
    regex, index = "", 0
    while index < len(part):
        char = part[index]
        index += 1
        if char == "*":
            regex += "" if regex.endswith("[^/]*") else "[^/]*"
        elif char == "?":
            regex += "[^/]"
        elif char == "[":
            ranges, index = _bracket(part, index, pattern)
            regex += ranges
        else:
            if char == "\\":
                if index == len(part):
                    raise UsageError(f"{pattern!r} ends with a lone backslash")
                char = part[index]
                index += 1
            regex += _code(ord(char))
    return regex


def _bracket(part: str, index: int, pattern: str) -> tuple[str, int]:
    """The character class that starts behind the `[` at `index`, and the index behind its `]`. It never matches a `/`."""
    negated = part[index : index + 1] in {"!", "^"}
    index += negated
    chars: list[tuple[int, bool]] = []
    start = index
    while index < len(part) and (part[index] != "]" or index == start):
        escaped = part[index] == "\\"
        index += escaped
        if index == len(part):
            break
        if part[index : index + 2] in {"[:", "[.", "[="} and not escaped:
            raise UsageError(f"{pattern!r}: named character classes are not supported")
        chars.append((ord(part[index]), escaped))
        index += 1
    if index >= len(part):
        raise UsageError(f"{pattern!r}: a [ is not closed")
    ranges = _ranges(chars, pattern)
    if negated:
        ranges.append((_SLASH, _SLASH))
        return f"[^{''.join(f'{_code(low)}-{_code(high)}' for low, high in ranges)}]", index + 1
    kept = [piece for low, high in ranges for piece in _without_slash(low, high)]
    return (f"[{''.join(f'{_code(low)}-{_code(high)}' for low, high in kept)}]" if kept else _NOTHING), index + 1


def _ranges(chars: list[tuple[int, bool]], pattern: str) -> list[tuple[int, int]]:
    ranges, index = [], 0
    while index < len(chars):
        low = high = chars[index][0]
        if index + 2 < len(chars) and chars[index + 1] == (ord("-"), False):
            high = chars[index + 2][0]
            index += 2
        if high < low:
            raise UsageError(f"{pattern!r}: a range in [ ] runs backwards")
        ranges.append((low, high))
        index += 1
    return ranges


def _without_slash(low: int, high: int) -> list[tuple[int, int]]:
    if not low <= _SLASH <= high:
        return [(low, high)]
    return [(start, end) for start, end in ((low, _SLASH - 1), (_SLASH + 1, high)) if start <= end]


def _code(code: int) -> str:
    return f"\\x{{{_MOVED.get(code, code):X}}}"
