"""From positions inside a fragment to positions in the file that holds it."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Fragment, Span
from scanner.read.positions import Lines


def to_host(span: Span, hosts: Iterable[Fragment]) -> Span:
    """The region in the file, where `hosts` are the fragments around it from the outermost to the innermost."""
    for fragment in reversed(list(hosts)):
        span = _one(span, fragment)
    return span


def _one(span: Span, fragment: Fragment) -> Span:
    if fragment.folded:
        return Span(fragment.line, fragment.column, fragment.line, fragment.column + 1)
    return Span(
        fragment.line + span.line - 1,
        span.column + (fragment.column - 1 if span.line == 1 else fragment.indent),
        fragment.line + span.end_line - 1,
        span.end_column + (fragment.column - 1 if span.end_line == 1 else fragment.indent),
    )


def place(value: str, region: Span, lines: Lines) -> tuple[int, int, int, bool]:
    """Where the text of a scalar stands: its line, column, the indent of its further lines, and whether it is folded.

    A block scalar or a verbatim multi-line string keeps its lines; a string with escapes, or one that its format folds, stands on one.
    """
    parts = value.rstrip("\n").split("\n")
    first = next((place for place, part in enumerate(parts) if part.strip()), 0)
    probe = parts[first].strip()
    for number in range(region.line, min(region.end_line, len(lines)) + 1):
        start = region.column - 1 if number == region.line else 0
        # A value within one line is not looked for behind its end: the line may be the whole file.
        stop = region.end_column - 1 if region.line == region.end_line else None
        column = lines.line(number).find(probe, start, stop)
        if column < 0:
            continue
        column -= len(parts[first]) - len(parts[first].lstrip())
        if region.end_line - number + 1 < len(parts) - first:
            return number, max(column, 0) + 1, 0, True
        indent = _indent(parts, first, number, lines)
        if first and indent is not None:
            return number - first, indent + 1, indent, False
        return number, max(column, 0) + 1, indent or 0, len(parts) > 1 and indent is None
    return region.line, region.column, 0, True


def _indent(parts: list[str], first: int, number: int, lines: Lines) -> int | None:
    """By how much the further lines are indented; None where they do not follow verbatim."""
    for place in range(first, len(parts)):
        if place == first and len(parts) > first + 1 and any(part.strip() for part in parts[first + 1 :]):
            continue
        if not parts[place].strip():
            continue
        at = number + place - first
        line, part = lines.line(at), parts[place].rstrip("\r")
        if at > len(lines) or not line.endswith(part.rstrip()):
            return None
        return len(line) - len(part) if place > first else line.find(part)
    return 0
