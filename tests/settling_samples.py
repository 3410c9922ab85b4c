"""A small tree that breaches some clauses, scanned in this process under the terms that a test sets."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from scanner import pipeline
from scanner.commands.terms import terms
from scanner.config import Config
from scanner.judge.settling import Terms
from scanner.match import rules
from scanner.match.rules import Rules
from scanner.model import File, Listing, Report

TODAY = "2026-06-15"
POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers: []\n"
BUCKET = 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n'
WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          terraform apply\n"


@functools.cache
def loaded() -> Rules:
    """The shipped signatures."""
    return rules.load()


def listing(files: Mapping[str, str], commit: str | None = None) -> Listing:
    """The files as a source."""
    return Listing(
        root=".",
        source="worktree",
        files=tuple(File(path, functools.partial(_content, text), commit=commit) for path, text in sorted(files.items())),
        inventory=frozenset(files),
    )


def _content(text: str, _limit: int) -> bytes:
    return text.encode()


def under(
    *, today: str = TODAY, allow: list[dict[str, Any]] | None = None, authorize: list[dict[str, Any]] | None = None, **more: Any
) -> Terms:
    """Terms made from the tables of a configuration, on a day."""
    made = terms(Config(tables={"allow": allow or [], "authorization": authorize or []}), loaded())
    return made._replace(today=today, **more)


def scan(files: Mapping[str, str], on: Terms | None = None, commit: str | None = None, **settings: Any) -> Report:
    """The report on the files, under the terms (by default: comments count, and nothing else)."""
    return pipeline.scan(listing(files, commit), loaded(), pipeline.Settings(jobs=1, **settings), terms=on or under())


def statuses(report: Report) -> set[tuple[str, str, str]]:
    """Path, clause and status of every finding."""
    return {(each.path, each.clause, each.status) for each in report.findings}
