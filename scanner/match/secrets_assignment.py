"""Assignments of literals to names that tell: which name, which value, and what the value is worth."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from scanner.match import secrets_values as values
from scanner.match.secrets_context import Page

Worth = Literal["random", "strong", "weak"]

_QUOTES = "\"'`"
_LONGEST_NAME = 80
_LONGEST_VALUE = 400
_MINIFIED = 4_096
_NAME_BEFORE = re.compile(r"[A-Za-z0-9_.$-]*$")
_BARE_END = re.compile(r"[\s\"'`;,)}\]|&<>]")
_PASSWORD_NAME = re.compile(r"(?i)(?:pass|passwd|password|passphrase|pwd)$")
_PARSER_TOKEN = re.compile(
    r"(?i)_{0,2}(?:authenticity|request_?verification|next|prev|previous|page|paging|continuation|sync|csrf|xsrf|pad|eos|bos|unk|mask|sep|cls|start|end|max|min|num|cancellation|"
    r"lexer|current|last|first|stop|new|expected|public|idempotency|cursor|resume|reset|no|forgot|enter|confirm|show|hide|type)[_.-]?[a-z]*$"
)
_PREFIX = re.compile(r"(?:[rRbBuU]{1,2}|@)(?=[\"'])")


@dataclass(frozen=True, slots=True)
class Assignment:
    """A literal `value` at the offsets `start` to `end`, assigned to `name`, which begins at `at`. The value is no part of the repr."""

    name: str
    at: int
    start: int
    end: int
    quoted: bool
    value: str = field(repr=False)


def assignment(page: Page, word: tuple[int, int], value_at: int) -> Assignment | None:
    """The assignment whose name contains the region `word` and whose right side begins at `value_at`; None where it holds no literal.

    Programs must quote the literal, scripts and prose may leave it bare right after `=`, configuration anywhere.
    """
    text = page.text
    before = _NAME_BEFORE.search(text[max(0, word[0] - _LONGEST_NAME) : word[0]])
    at = word[0] - (len(before.group()) if before else 0)
    name = text[at : word[1]]
    operator = text[word[1] : value_at].strip(" \t\r\n\"'`]")
    if _PARSER_TOKEN.match(name.rpartition(".")[2]) or (at and text[at - 1] in "?&/"):
        return None
    if operator == ">":
        return _element(page, name, at, value_at) if page.elements else None
    prefix = _PREFIX.match(text, value_at)
    start = prefix.end() if prefix else value_at
    line_end = min(page.line_end(start), start + _LONGEST_VALUE)
    if text[start] in _QUOTES:
        end = text.find(text[start], start + 1, line_end)
        return Assignment(name, at, start + 1, end, True, text[start + 1 : end]) if end > 0 else None
    if page.manner == "source" or (page.manner != "config" and text[word[1] : value_at] != "="):
        return None
    stop = _BARE_END.search(text, start, line_end)
    end = stop.start() if stop else line_end
    rest = text[end:line_end].strip()
    if page.manner == "config" and rest and not rest.startswith(("#", ";", ",", "}", "]")):
        return None
    return Assignment(name, at, start, end, False, text[start:end])


def _element(page: Page, name: str, at: int, start: int) -> Assignment | None:
    end = page.text.find("</", start, start + _LONGEST_VALUE)
    if end < 0 or not page.text.startswith(name, end + 2):
        return None
    return Assignment(name, at, start, end, True, page.text[start:end])


def worth(page: Page, found: Assignment) -> Worth | None:
    """What the value looks like, before anything is asked about its entropy; None for what is no secret.

    `weak` is said of passwords only, and in programs only of quoted guessable ones: a label is no password.
    """
    value = values.plain(found.value.strip())
    if values.placeholder(value) or values.reference(value) or values.harmless(value) or any(map(str.isspace, value)):
        return None
    if values.reference(found.value) or _is_label(page, found, value) or (not found.quoted and values.another_name(value)):
        return None
    generated = values.random_looking(value)
    if not generated and _commented(page, found):
        return None
    framework = found.name.rpartition(".")[2] in {"SECRET_KEY", "secret_key_base", "APP_KEY"}
    if framework or (values.weak(value) and not generated):
        telling = framework or (bool(_PASSWORD_NAME.search(found.name)) and len(value) >= 4)
        return "weak" if telling and page.manner != "prose" and (framework or _is_password(page, value)) else None
    if generated:
        return None if page.manner == "source" and _minified(page, found) else "random"
    if not _PASSWORD_NAME.search(found.name) or page.manner == "prose":
        return None
    return "strong" if values.strong(value) else None


def _is_password(page: Page, value: str) -> bool:
    return page.manner != "source" or len(value) >= 5 or any(character.isdigit() for character in value)


def _is_label(page: Page, found: Assignment, value: str) -> bool:
    """Whether the value only repeats the name, as labels of a form and keys of a translation do."""
    bare, name = (re.sub(r"[^a-z]", "", text.lower()) for text in (value, found.name))
    if len(bare) > 12 and bare in name:
        return True
    return bool(bare) and name.endswith(bare) and len(bare) == len(value) and (page.manner == "source" or value.istitle())


def _commented(page: Page, found: Assignment) -> bool:
    """Whether only a comment holds the assignment: a password that guards nothing. What a generator made is leaked there, too."""
    line = page.text.rfind("\n", max(0, found.at - _MINIFIED), found.at) + 1
    return page.text[line : found.at].lstrip().startswith(("#", "//", "/*", "* ", "<!--", ";", "--"))


def _minified(page: Page, found: Assignment) -> bool:
    return page.line_end(found.start) - found.start > _MINIFIED
