"""Time, memory and size of each format for a report of many findings.

    python benchmarks/formats.py [REPORT | NUMBER]

REPORT is a report in JSON; without one, 20,000 (or NUMBER) findings of all kinds are made up. Each format is written by a process of
its own, `phasegate convert`; the first line is what it costs to read the report and to print nothing but the total.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from measuring import ROOT, phasegate, run

sys.path.insert(0, ROOT)

from scanner.match import rules
from scanner.model import Finding, NotScanned, Report, Repository, Span, Tally
from scanner.report import FORMATS, render

FINDINGS = 20_000
A_FILE = 10
"""How many findings a file has."""


def main(arguments: Sequence[str]) -> int:
    """Print a row a format."""
    given = arguments[0] if arguments else str(FINDINGS)
    with tempfile.TemporaryDirectory() as folder:
        source = given
        if given.isdigit():
            source = os.path.join(folder, "report.json")
            with open(source, "w", encoding="utf-8") as out:
                out.write(render(made_up(int(given)), "json"))
        sys.stdout.write(f"{'format':<10}{'seconds':>9}{'MiB at peak':>13}{'MB written':>12}\n")
        row("(total)", source, "text", os.devnull, "-q")
        for name in FORMATS:
            row(name, source, name, os.path.join(folder, name))
    return 0


def row(title: str, source: str, name: str, target: str, *options: str) -> None:
    """Write one format and print what it took."""
    done = run(phasegate("convert", source, "--exit-zero", "--format", f"{name}={target}", *options))
    if done.code not in (0, 2):  # 2: the report is of a scan that was not complete
        sys.stderr.write(f"{title}: exit code {done.code}\n")
    sys.stdout.write(f"{title:<10}{done.wall:>9.2f}{done.peak:>13.0f}{os.path.getsize(target) / 1e6:>12.2f}\n")


def made_up(number: int) -> Report:
    """A report of so many findings, spread over all kinds."""
    known = rules.load()
    files = -(-number // A_FILE)
    return Report(
        version="0.0.0",
        policy=known.policy,
        kinds=known.infos,
        root=".",
        source="worktree",
        repository=Repository("0" * 40, "main", "git@github.com:example/shop.git"),
        tally=Tally(files + 1, files, 0, 1),
        findings=tuple(_findings(known, number)),
        not_scanned=(NotScanned("locked.yaml", "permission denied"),),
        seconds=1.0,
    )


def _findings(known: rules.Rules, number: int) -> Iterator[Finding]:
    for index, kind in enumerate(islice(cycle(known.infos.values()), number)):
        clause = known.policy.clauses[kind.clause]
        yield Finding(
            clause=kind.clause,
            kind=kind.id,
            level=kind.level,
            confidence="high",
            path=f"services/team-{index // 1000:03}/deploy/{index // A_FILE:05}.yaml",
            span=Span(1 + 20 * (index % A_FILE), 1, 15 + 20 * (index % A_FILE), 8),
            message=f"{kind.title}: {known.policy.id} clause {clause.id} forbids: {clause.text}",
            evidence=f"kind: Something, name: service-{index}",
            family=kind.family,
            vendor=kind.vendor,
            boundary=clause.boundary,
            lifted_by=clause.lifted_by,
            embedded_in=None,
            commit=None,
            fingerprint=f"{index:040x}",
            snippet="apiVersion: example.org/v1  # one line of the file as it stands there",
            headline=f"{kind.title} (name: service-{index})",
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
