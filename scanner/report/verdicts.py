"""What `phasegate gate` prints, as text for people: a checklist of the criteria, with the reasons below those that are not met.

The other formats of a verdict are in `verdicts_json` and `verdicts_sarif`; each is a pure function of the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, cast

from scanner.gate.verdict import Judged, Outcome, Reason, Verdict
from scanner.report import Options, function_of
from scanner.report.display import Paint, visible
from scanner.report.text_summary import counted

FORMATS: Final[Mapping[str, str]] = {
    "text": "scanner.report.verdicts:render_text",
    "json": "scanner.report.verdicts_json:render_json",
    "sarif": "scanner.report.verdicts_sarif:render_sarif",
}
"""Every format of a verdict by name, with the `module:function` that renders it."""
REASONS_SHOWN = 10
"""How many reasons are shown a criterion, unless the user asks for all."""

_MARKS: Final[Mapping[Outcome, tuple[str, str]]] = {
    "passed": ("good", "✓"),
    "failed": ("error", "✗"),
    "unknown": ("warning", "?"),
    "inapplicable": ("dim", "-"),
}
_SHORT = 12

Renderer = Callable[[Verdict, Options], str]


def renderer(name: str) -> Renderer:
    """The function that renders a verdict in the format `name`. Raises `UsageError` for a name that is unknown."""
    return cast(Renderer, function_of(name, FORMATS))


def render_text(verdict: Verdict, options: Options) -> str:
    """The verdict for a terminal; quiet (`verbose` below 0) it is the last line alone."""
    paint = Paint(options.color)
    if options.verbose < 0:
        return _conclusion(verdict, paint) + "\n"
    lines = [_head(verdict, paint), ""]
    for judged in verdict.judged:
        lines += _judged(judged, paint, everything=options.verbose > 0)
    lines.append("")
    if verdict.notices:
        lines += [*(f"{paint('note', 'notice')}: {visible(notice)}" for notice in verdict.notices), ""]
    lines.append(_conclusion(verdict, paint))
    return "\n".join(lines) + "\n"


def _head(verdict: Verdict, paint: Paint) -> str:
    policy = verdict.report.policy
    span = f"{verdict.span.base[:_SHORT]}..{verdict.span.end[:_SHORT]}"
    return f"{paint('bold', visible(f'{policy.id} {policy.title}'))} · {span} · {counted(verdict.commits, 'commit')}"


def _judged(judged: Judged, paint: Paint, *, everything: bool) -> Iterator[str]:
    role, mark = _MARKS[judged.outcome]
    criterion = judged.criterion
    words = f"{criterion.where}: {criterion.text}"
    yield f"{paint(role, mark)} {visible(words)} {paint('dim', f'[{criterion.id}]')}"
    if judged.outcome == "inapplicable":
        yield "    does not apply: a bare repository has no work tree"
    told = (*judged.doubts, *judged.reasons)
    shown = told if everything else told[:REASONS_SHOWN]
    for reason in shown:
        yield f"    {_reason(reason, paint)}"
    if len(shown) < len(told):
        yield paint("dim", f"    … {len(told) - len(shown)} more (-v shows all)")


def _reason(reason: Reason, paint: Paint) -> str:
    place = visible(reason.path) + (f":{reason.line}" if reason.line > 1 else "")
    commit = paint("dim", f" (in commit {visible(reason.commit[:_SHORT])})") if reason.commit else ""
    return f"{paint('bold', place)} {visible(reason.words)}{commit}"


def _conclusion(verdict: Verdict, paint: Paint) -> str:
    total = counted(len(verdict.judged), "criterion").replace("criterions", "criteria")
    failed = sum(each.outcome == "failed" for each in verdict.judged)
    unmet = f"{failed} of {total} {'is' if failed == 1 else 'are'} not met"
    if verdict.conclusion == "incomplete":
        return f"{paint('error', 'Incomplete')}: something could not be looked at, so nothing passes; {unmet}."
    if verdict.conclusion == "fail":
        return f"{paint('error', 'Fail')}: {unmet}."
    return f"{paint('good', 'Pass')}: every criterion of {visible(verdict.report.policy.id)} is met."
