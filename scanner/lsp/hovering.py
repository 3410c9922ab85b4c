"""What an editor shows of a kind beside the text: the words of `phasegate explain`, shorter, as Markdown."""

from __future__ import annotations

import re

from scanner import explaining
from scanner.match.rules import Rules
from scanner.model import Finding
from scanner.report.display import visible
from scanner.report.uri import is_web_uri

_MARKUP = re.compile(r"([\\`*_\[\]<>!|#&~])")


def page(rules: Rules, kind: str, clause_id: str | None = None) -> str:
    """What a kind is, what it breaches (the clause of its own, or the one named), its lookalikes, and what would lift it."""
    info = rules.infos[kind]
    clause = rules.policy.clauses[clause_id or info.clause]
    parts = [
        f"**{info.title}** · {info.level} · `{info.id}`",
        _joined(info.explain),
        f"Clause {clause.id} of {_plain(rules.policy.id)}, {_plain(clause.title)}:\n> {_plain(clause.text)}",
    ]
    if info.lookalikes:
        parts.append("Looks like it and is not:\n" + "\n".join(f"- {_joined(each)}" for each in info.lookalikes))
    parts.append(_plain(explaining.lifting(rules, clause)))
    parts.append(f"To except it: a comment `phasegate: allow {info.id} -- why` on its line or the one above it.")
    links = [link for link in info.references if is_web_uri(link)]
    if links:
        parts.append("\n".join(f"- <{link}>" for link in links))
    return "\n\n".join(parts) + "\n"


def pages(rules: Rules, findings: list[Finding]) -> str:
    """The pages of several findings at one place, each kind and clause once."""
    wanted = dict.fromkeys((finding.kind, finding.clause) for finding in findings)
    return "\n---\n\n".join(page(rules, kind, clause) for kind, clause in wanted)


def plain(rules: Rules, findings: list[Finding]) -> str:
    """The same for an editor that shows no Markdown."""
    return "\n\n".join(explaining.explain(rules, kind) for kind in dict.fromkeys(finding.kind for finding in findings))


def _joined(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _plain(text: str) -> str:
    """Words of a policy, which a repository may bring along, without any effect: an image in it would be loaded from somewhere."""
    return _MARKUP.sub(r"\\\1", visible(" ".join(text.split())))
