"""The format `html`: puts the parts into the page and seals it, so that it can run its own script and load nothing at all."""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256
from string import Template

from scanner.model import Report
from scanner.report import Options
from scanner.report.html import clauses, data, settling, summary
from scanner.report.html.markup import Markup, escaped, join, tag
from scanner.report.html.verdict import Verdict, judged

_SCRIPTS = ("model.js", "dom.js", "list.js", "detail.js", "filters.js", "printed.js", "page.js")
"""The parts of the script, in the order in which they stand in the page."""


def render_html(report: Report, options: Options) -> str:
    """The report as one page that needs nothing besides itself. Time and memory are linear in the number of findings."""
    result = judged(report, options.fail_on)
    style = _asset("report.css")
    script = "\n".join(["(() => {", '"use strict";', *map(_asset, _SCRIPTS), "})();"])
    sections = [
        summary.verdict(report, result),
        summary.not_scanned(report.not_scanned),
        summary.notices(report),
        clauses.bars(report, result),
        clauses.heat_map(report, result),
        Markup(_asset("explorer.html")) if report.findings else None,
        settling.lifting(report, result),
        settling.breakdown(report, result),
        settling.not_counted(report),
    ]
    return Template(_asset("report.html")).substitute(
        policy=escaped(_security_policy(script, style)),
        title=escaped(f"{result.headline}: {report.policy.id} · phasegate"),
        style=style,
        navigation=_navigation(report, result),
        sections=join(sections),
        data=data.embedded(report) if report.findings else "null",
        script=script,
    )


def _navigation(report: Report, result: Verdict) -> Markup:
    """Links to those sections that the page has."""
    there = {
        "not-scanned": ("Not scanned", bool(report.not_scanned)),
        "clauses": ("Clauses", True),
        "where": ("Where", bool(result.open)),
        "findings": ("Findings", bool(report.findings)),
        "lifting": ("Lifting", bool(result.open)),
        "kinds": ("Kinds", bool(result.open)),
        "not-counted": ("Not counted", bool(report.authorizations) or len(result.open) < len(report.findings)),
    }
    return join(tag("a", words, href=f"#{name}") for name, (words, wanted) in there.items() if wanted)


def _security_policy(script: str, style: str) -> str:
    """Nothing is loaded from anywhere, nothing is sent, and no script or style runs but the one that stands here."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _asset(name: str) -> str:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), encoding="utf-8") as file:
        return file.read()
