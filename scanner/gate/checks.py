"""One function a check that a criterion can ask for: what the facts say of it, as reasons why it is not met.

A check gives the reasons that refuse, and the doubts for which it could not tell; a criterion is met where there are neither.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from scanner.errors import Unreadable
from scanner.gate.facts import Facts
from scanner.gate.prose import EXECUTABLE, code_in
from scanner.gate.verdict import Criterion, Reason
from scanner.model import LEVELS, File
from scanner.sources.objects import Objects
from scanner.sources.revisions import GITLINK, LINK, Difference
from scanner.sources.tree import decoded

Reasons = tuple[list[Reason], list[Reason]]
"""The reasons that refuse, and the doubts for which it could not tell."""
_CHANGES = {"D": "deletion", "M": "modification", "T": "type-change", "R": "rename"}


def _added_files(criterion: Criterion, facts: Facts) -> Reasons:
    wanted = dict.fromkeys(criterion.paths)
    refused = []
    for each in facts.diff.differences:
        if each.status == "A" and each.path not in wanted:
            refused.append(Reason(each.path, 1, f"is added{_resembling(each.path, wanted)}"))
        elif each.path in wanted:
            wanted.pop(each.path)
            if words := _not_a_new_file(each):
                refused.append(Reason(each.path, 1, words))
    refused += [Reason(path, 1, _untouched(path, facts)) for path in wanted]
    for step in facts.diff.passing:
        if step.path not in criterion.paths and step.path not in facts.diff.old and step.path not in facts.diff.new:
            refused.append(Reason(step.path, 1, "is added, and taken away by a later commit of the range", step.commit))
    return _first_of_each(refused), []


def _untouched(path: str, facts: Facts) -> str:
    words = "was there before, and the range does not touch it" if path in facts.diff.old else "is not added"
    return words if facts.diff.commits else f"{words}: the range holds no commit"


def _not_a_new_file(each: Difference) -> str:
    if each.status != "A":
        said = {"D": "is deleted", "R": f"is no new file: {each.old_path} is renamed to it", "T": "changes its type"}
        return said.get(each.status, "was there before, and is modified")
    return {LINK: "is a symbolic link and no file", GITLINK: "is a submodule and no file"}.get(each.mode, "")


def _resembling(path: str, wanted: Iterable[str]) -> str:
    """A hint at the wanted path that an added one is easily taken for."""
    for each in wanted:
        if _folded(each) == _folded(path):
            return f", which looks like {each} and is another path"
        if each.rpartition("/")[2] == path.rpartition("/")[2]:
            return f": the document belongs at {each}"
    return ""


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def _other_changes(criterion: Criterion, facts: Facts) -> Reasons:
    refused = []
    for each in facts.diff.differences:
        if each.status != "A":
            refused += [Reason(each.path, 1, words) for change, words in _changes(each) if change not in criterion.allow]
    for step in facts.diff.passing:
        change = _CHANGES.get(step.before[0].status if step.before else "A", "modification")
        if step.path in facts.diff.old and change not in criterion.allow:
            refused.append(Reason(step.path, 1, f"is changed on the way ({change})", step.commit))
    return _first_of_each(refused), []


def _changes(each: Difference) -> Iterator[tuple[str, str]]:
    """What happened to a file that was there, by its name in a policy and in words."""
    if each.status == "R":
        yield "rename", f"is renamed from {each.old_path}"
    if each.status == "D":
        yield "deletion", "is deleted"
    elif each.status == "T":
        yield "type-change", f"changes its type, from mode {each.old_mode} to {each.mode}"
    else:
        if each.oid != each.old_oid:
            yield "modification", "is modified"
        if each.mode != each.old_mode:
            yield "mode-change", f"changes its mode from {each.old_mode} to {each.mode}"


def _executable_code(criterion: Criterion, facts: Facts) -> Reasons:
    refused, doubts = [], []
    for version in facts.diff.versions:
        file = version.file
        try:
            found = code_in(file.path, version.mode, file.load(facts.limit), criterion.prose, facts.rules)
            refused += [Reason(file.path, line, words, file.commit) for line, words in found]
        except Unreadable as problem:
            if version.mode == EXECUTABLE:
                refused.append(Reason(file.path, 1, f"is executable (mode {version.mode})", file.commit))
            doubts.append(Reason(file.path, 1, f"cannot be read: {problem}", file.commit))
    return refused, doubts


def _document_text(criterion: Criterion, facts: Facts) -> Reasons:
    (path,) = criterion.paths
    file = at_end(path, facts)
    if file is None:
        return [Reason(path, 1, "is not there")], []
    try:
        digest = text_digest(file.load(facts.limit))
    except Unreadable as problem:
        return [], [Reason(path, 1, f"cannot be read: {problem}")]
    if digest == criterion.sha256:
        return [], []
    return [Reason(path, 1, f"does not hold the authorised text: its SHA-256 is {digest}, not {criterion.sha256}")], []


def text_digest(data: bytes) -> str:
    """The SHA-256 of a text, whichever line ends it was stored with."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).hexdigest()


def at_end(path: str, facts: Facts) -> File | None:
    """What stands at `path` at the end of the range, None where nothing does."""
    found = facts.repo.run("rev-parse", "--verify", "-q", "--end-of-options", f"{facts.diff.span.end}:{path}")
    if found.code:
        return None
    return File(path, partial(Objects(facts.repo).read, decoded(found.out).strip()))


def _clean_tree(_criterion: Criterion, facts: Facts) -> Reasons:
    found = facts.unclean or ()
    certain = [Reason(each.path, 1, each.words) for each in found if each.certain]
    return certain, [Reason(each.path, 1, each.words) for each in found if not each.certain]


def _open_findings(criterion: Criterion, facts: Facts) -> Reasons:
    least = LEVELS.index(criterion.level)
    refused = [
        Reason(each.path, each.span.line, f"breaches {each.clause}: {each.headline} ({each.level}, {each.kind})", each.commit)
        for each in facts.report.open()
        if LEVELS.index(each.level) >= least
    ]
    return refused, [Reason(each.path, 1, f"is not scanned: {each.reason}") for each in facts.report.not_scanned]


def _first_of_each(reasons: list[Reason]) -> list[Reason]:
    """Of what single commits did to a path the first, and everything that the ends of the range show."""
    seen: set[str] = set()
    kept = []
    for reason in reasons:
        if reason.commit is None or reason.path not in seen:
            kept.append(reason)
        if reason.commit is not None:
            seen.add(reason.path)
    return kept


CHECKS: Mapping[str, Callable[[Criterion, Facts], Reasons]] = {
    "added-files": _added_files,
    "other-changes": _other_changes,
    "executable-code": _executable_code,
    "document-text": _document_text,
    "clean-tree": _clean_tree,
    "open-findings": _open_findings,
}
"""Each check by the name that policies give it."""
