"""Step over the marks of text templates so that what stays can be parsed as the thing it renders.

Go templates and Jinja (`{{ }}`, `{% %}`, `{# #}`), ERB and EJS (`<% %>`), Terraform directives (`%{ }`) and `@NAME@` placeholders.
Every mark is replaced by as many characters as it had, and line ends stay, so that positions hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_PAIRS = (("{{", "}}", True), ("{%", "%}", False), ("{#", "#}", False), ("<%", "%>", True), ("%{", "}", False))
_PLACEHOLDER = re.compile(r"@[A-Za-z_][A-Za-z0-9_.-]{0,60}@|(?<=[ \t])%[A-Z][A-Z0-9_]{1,60}%|__[A-Z][A-Z0-9_]{1,60}__")
_NOT_NEWLINE = re.compile(r"[^\n]")
_ALONE = re.compile(r"^[ \t]*(?:[-,][ \t]*)?\x00+(?:[ \t\x00,:])*$")


def is_templated(text: str, own: Collection[str] = ()) -> bool:
    """Whether the text holds a mark of any of the template languages, but for those that are its `own`."""
    return any(opener in text for opener, _closer, _value in _PAIRS if opener not in own) or _PLACEHOLDER.search(text) is not None


def step_over(text: str, own: Collection[str] = ()) -> str:
    """`text` with each template mark replaced: by blanks where it stands alone or controls the flow, by `_` where it is a value."""
    for opener, closer, is_value in _PAIRS:
        if opener in own:
            continue
        text = _replace(text, opener, closer, is_value=is_value)
    text = _PLACEHOLDER.sub(lambda match: "_" * len(match[0]), text)
    return "\n".join(_settle(line) if "\x00" in line else line for line in text.split("\n"))


def _replace(text: str, opener: str, closer: str, *, is_value: bool) -> str:
    """Mark values with NUL characters and blank the rest; linear, since no search goes on behind one that failed."""
    parts: list[str] = []
    done = 0
    start = text.find(opener)
    while start >= 0:
        if opener == "{{" and start and text[start - 1] == "$":
            end = text.find(closer, start)
            start = text.find(opener, max(end, start + 2)) if end >= 0 else -1
            continue
        end = text.find(closer, start + len(opener))
        if end < 0:
            break
        end += len(closer)
        mark = text[start:end]
        parts.append(text[done:start])
        parts.append(_NOT_NEWLINE.sub("\x00" if is_value and not _is_control(mark) else " ", mark))
        done = end
        start = text.find(opener, end)
    parts.append(text[done:])
    return "".join(parts)


def _is_control(mark: str) -> bool:
    inner = mark[2:].lstrip("-~+ \t\n")
    word = inner.split(None, 1)[0] if inner.strip() else ""
    return word.startswith(("/*", "#", "/", "!", "^")) or word.rstrip("-}%>") in {
        "if",
        "else",
        "end",
        "range",
        "with",
        "define",
        "block",
    }


def _settle(line: str) -> str:
    if _ALONE.match(line) and not line.lstrip().startswith("-"):
        return line.replace("\x00", " ").replace(":", " ")
    return line.replace("\x00", "_")
