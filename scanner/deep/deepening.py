"""The second look that `--deep` asks for: the tool's own model judges what the signatures found. Slow, and never in a hook's way."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.errors import Unreadable
from scanner.model import Claim

JUDGES: Mapping[str, tuple[str, str]] = {"cfn-lint": ("scanner.deep.cloudformation", "judge")}
"""The judges that a signature's `deep` may name: module and function, from text and path to a verdict."""


def deepen(claims: Iterable[Claim], judges: Mapping[str, str], text: str, path: str) -> tuple[list[Claim], list[str]]:
    """The claims of one file after the second look, and why it could not be taken, if so. `judges` is {kind: name of its judge}.

    What the judge does not take for an artifact of its tool becomes a note; of the rest it is said how many faults it finds.
    """
    verdicts: dict[str, Any] = {}
    problems: list[str] = []
    deepened = []
    for claim in claims:
        name = judges.get(claim.kind)
        if name is None or claim.embedded_in is not None:
            deepened.append(claim)
            continue
        if name not in verdicts:
            module, function = JUDGES[name]
            try:
                verdicts[name] = getattr(importlib.import_module(module), function)(text, path)
            except Unreadable as error:
                verdicts[name] = None
                problems.append(str(error))
        deepened.append(_judged(claim, name, verdicts[name]))
    return deepened, problems


def _judged(claim: Claim, name: str, verdict: Any) -> Claim:
    if verdict is None:
        return claim
    if not verdict.is_template:
        return claim._replace(level="note", says=f"{name} does not take it for one")
    faults = sum(problem.level == "error" for problem in verdict.problems)
    return claim._replace(says=f"{name} finds {faults or 'no'} error{'' if faults == 1 else 's'} in it")
