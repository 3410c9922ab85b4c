"""What cfn-lint has to say of one CloudFormation template: whether it is one, and what is wrong with it. Slow: a process a template."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.errors import Unreadable
from scanner.model import Level, Span

LARGEST = 1 << 20
"""Bytes of a template; CloudFormation itself takes no more than one megabyte."""
_WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cloudformation_worker.py")
_LONGEST_MESSAGE = 400


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint of cfn-lint: its rule's id, its words, and the region of the template that they are about."""

    span: Span
    rule: str
    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`is_template` says whether the text is a CloudFormation template at all; `resources` are its known types by logical id."""

    is_template: bool
    resources: Mapping[str, str]
    problems: tuple[Problem, ...]


def judge(text: str, path: str, *, seconds: float = 60.0) -> Verdict:
    """What cfn-lint says of `text`; problems are sorted by place. Nothing but `text` is read; `path` only serves the words of a refusal.

    Raises `Unreadable` for a text that is too large, that is neither YAML nor JSON, or on which the worker gives up or takes longer than
    `seconds`.
    """
    data = text.encode("utf-8", "surrogateescape")
    if len(data) > LARGEST:
        raise Unreadable(f"{path} is larger than a CloudFormation template may be ({len(data):,} bytes)")
    answer = _ask(data, path, seconds)
    problems = tuple(sorted((_problem(entry) for entry in answer["problems"]), key=lambda problem: (problem.span, problem.rule)))
    if not answer["decoded"]:
        raise Unreadable(f"{path} is no YAML or JSON that CloudFormation could read" + (f": {problems[0].message}" if problems else ""))
    return Verdict(bool(answer["template"]), dict(answer["resources"]), problems)


def _ask(data: bytes, path: str, seconds: float) -> dict[str, Any]:
    """Hand the template to the worker, in an empty folder and with next to no environment."""
    with tempfile.TemporaryDirectory(prefix="phasegate-") as empty:
        environment = {"HOME": empty, "PATH": os.defpath, "LC_ALL": "C.UTF-8", "AWS_DEFAULT_REGION": "us-east-1"}
        try:
            done = subprocess.run(
                [sys.executable, "-I", _WORKER], input=data, capture_output=True, cwd=empty, env=environment, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable(f"{path}: cfn-lint took longer than {seconds:g} seconds") from error
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise Unreadable(f"{path}: cfn-lint gave up" + (f": {last[:_LONGEST_MESSAGE]}" if last else ""))
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)  # noqa: S101
    return answer


def _problem(entry: Mapping[str, Any]) -> Problem:
    line, column, end_line, end_column = entry["span"]
    return Problem(Span(line, column, end_line, end_column), entry["rule"], entry["level"], str(entry["message"])[:_LONGEST_MESSAGE])
