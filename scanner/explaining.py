"""What `explain` and `kinds` say, all of it derived from the signatures and the policy."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from scanner.errors import UsageError
from scanner.match.rules import Rules
from scanner.model import Clause, KindInfo

WIDTH = 96
"""How wide an explanation is where the terminal is no narrower."""
_Fill = Callable[..., str]


def explain(rules: Rules, name: str, width: int = WIDTH) -> str:
    """The explanation of a kind or a clause, in lines of at most `width` characters where words allow it.

    Raises `UsageError`, naming the nearest, for a name that is neither.
    """
    fill: _Fill = partial(_wrapped, width=width)
    clause = next((clause for clause in rules.policy.clauses.values() if name in (clause.id, clause.slug)), None)
    if clause is not None:
        return _clause(rules, clause, fill)
    infos = rules.infos
    if name not in infos:
        near = difflib.get_close_matches(name.lower()[:100], [*infos, *(clause.slug for clause in rules.policy.clauses.values())], 3, 0.4)
        raise UsageError(
            f"unknown kind or clause {name!r}" + (f" (did you mean {' or '.join(near)}?)" if near else "; `phasegate kinds` lists all")
        )
    return _kind(rules, infos[name], fill)


def select(
    rules: Rules,
    *,
    clause: str | None = None,
    family: str | None = None,
    vendor: str | None = None,
    format: str | None = None,  # noqa: A002
) -> list[KindInfo]:
    """The kinds that fit, by clause in the document's order and then by id."""
    ranks = {name: rank for rank, name in enumerate(rules.policy.clauses)}
    return sorted(
        (
            info
            for info in rules.infos.values()
            if (clause is None or clause == info.clause or clause in info.further)
            and (family is None or info.family == family)
            and (vendor is None or info.vendor == vendor)
            and (format is None or format in info.formats)
        ),
        key=lambda info: (ranks[info.clause], info.id),
    )


def as_table(kinds: Sequence[KindInfo]) -> str:
    """One line a kind, under its clause."""
    if not kinds:
        return "no kind fits"
    width = max(len(info.id) for info in kinds)
    lines = [f"{info.clause:<5} {info.id:<{width}}  {info.level:<7}  {info.title}" for info in kinds]
    return "\n".join([*lines, f"{len(kinds)} kind{'s' if len(kinds) != 1 else ''}"])


def as_json(kinds: Sequence[KindInfo]) -> str:
    """The kinds as a JSON list."""
    return json.dumps(
        [
            {
                "kind": info.id,
                "title": info.title,
                "clause": info.clause,
                "further_clauses": list(info.further),
                "level": info.level,
                "family": info.family,
                "vendor": info.vendor,
                "formats": list(info.formats),
                "names": list(info.names),
                "explain": info.explain,
                "lookalikes": list(info.lookalikes),
                "references": list(info.references),
            }
            for info in kinds
        ],
        indent=2,
        ensure_ascii=False,
    )


def as_markdown(rules: Rules, each: int = 9) -> str:
    """The table of what is recognised, as the README has it: a row a clause, with `each` examples from as many families as there are."""
    lines = ["| clause | kinds | such as |", "| --- | ---: | --- |"]
    for clause in rules.policy.clauses.values():
        own = [info for info in rules.infos.values() if info.clause == clause.id]
        if own:
            examples = "; ".join(info.title.replace("|", "\\|") for info in _in_turn(own)[:each])
            lines.append(f"| **{clause.id}** {clause.title} | {len(own)} | {examples}{' …' if len(own) > each else ''} |")
    rows = sum(len(table.patterns()) for table in rules.tables)
    lines.append("")
    lines.append(
        f"{len(rules.infos)} kinds in all. Tables map {rows:,} patterns of resource types, objects, calls and images to further clauses."
    )
    return "\n".join(lines)


def _in_turn(kinds: Sequence[KindInfo]) -> list[KindInfo]:
    """One kind of each family, then the second of each, and so on: the first few show the breadth."""
    met: Counter[str] = Counter()
    ranked: list[tuple[int, int, KindInfo]] = []
    for info in kinds:
        ranked.append((met[info.family], len(ranked), info))
        met[info.family] += 1
    return [info for _turn, _place, info in sorted(ranked, key=lambda item: item[:2])]


def _kind(rules: Rules, info: KindInfo, fill: _Fill) -> str:
    clause = rules.policy.clauses[info.clause]
    parts = [
        f"{info.id} ({info.level}): {info.title}",
        fill(info.explain),
        f"Clause {clause.id} of {rules.policy.id} forbids:\n{fill(clause.text, '  ')}",
    ]
    if info.further:
        further = ", ".join(f"{name} ({rules.policy.clauses[name].title})" for name in info.further)
        parts.append(fill(f"The same artifact may breach, at lines of its own: {further}."))
    if info.names:
        parts.append(
            fill(f"Usual names: {', '.join(info.names)}. Content decides, a name alone only where the tool reads nothing but the name.")
        )
    if info.formats:
        parts.append(fill(f"Looked for in: {', '.join(info.formats)}; and in code of these formats inside other files."))
    if info.lookalikes:
        parts.append("Looks like it and is not:\n" + "\n".join(fill(f"- {text}", "  ") for text in info.lookalikes))
    parts.append(fill(lifting(rules, clause)))
    parts.append(_excepting(info.id, fill))
    if info.references:
        parts.append("Read on:\n" + "\n".join(f"  {link}" for link in info.references))
    return "\n\n".join(parts)


def _clause(rules: Rules, clause: Clause, fill: _Fill) -> str:
    every = select(rules, clause=clause.id)
    own = [info for info in every if info.clause == clause.id]
    others = [info.id for info in every if info.clause != clause.id]
    wide = max((len(info.id) for info in own), default=0)
    kinds = "\n".join(f"  {info.id:<{wide}}  {info.title}" for info in own)
    parts = [
        f"Clause {clause.id} of {rules.policy.id} ({rules.policy.title}): {clause.title}",
        f"The document says:\n{fill(clause.text, '  ')}",
        fill(lifting(rules, clause)),
        _excepting(clause.slug, fill),
        f"Kinds that breach it ({len(own)}):\n{kinds}" if own else "No kind breaches it first of all.",
    ]
    if others:
        names = fill(", ".join(others), "  ")
        parts.append(f"Kinds of other clauses that may breach it at lines of their own ({len(others)}):\n{names}")
    left_out = [entry for entry in rules.left_out if entry["clause"] == clause.id]
    if left_out:
        lines = "\n".join(fill(f"- {entry['id']}: {entry['what']} {entry['why']}", "  ") for entry in left_out)
        parts.append(f"Knowingly left out ({len(left_out)}):\n{lines}")
    return "\n\n".join(parts)


def lifting(rules: Rules, clause: Clause) -> str:
    """What would lift a clause, in a sentence or two."""
    boundary = f" It touches the phase boundary {clause.boundary}." if clause.boundary else ""
    if clause.lifted_by:
        return f"Lifted by: {clause.lifted_by} ({clause.lifted_where} of {rules.policy.id}).{boundary}"
    return f"Lifted by: a new Phase J.x authorisation, not yet named ({clause.lifted_where} of {rules.policy.id}).{boundary}"


def _excepting(name: str, fill: _Fill) -> str:
    """How a finding is lifted without a later phase, always with a reason."""
    ways = (
        f"- one place: a comment `phasegate: allow {name} -- why` on the line of the finding or above it",
        f"- one file: a comment `phasegate: allow-file {name} -- why` in its first 20 lines",
        "- for a time: `until 2027-01-31` before the `--`",
        "- files without comments: an [[allow]] table in phasegate.toml with `paths`, `kinds` or `clauses`, and `reason`",
        "- all that stands today: `phasegate baseline`",
        "- what a later phase authorises: `phasegate authorize`",
    )
    return "Excepting some of it, with a reason that every report shows:\n" + "\n".join(fill(way, "  ") for way in ways)


def _wrapped(text: str, indent: str = "", *, width: int) -> str:
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    fill = partial(textwrap.fill, width=width, initial_indent=indent, break_on_hyphens=False, break_long_words=False)
    return "\n\n".join(fill(part, subsequent_indent=indent + ("  " if part.startswith("- ") else "")) for part in paragraphs)
