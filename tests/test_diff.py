"""Two reports compared, as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from commands import Run, runner
from report_samples import busy_report, finding, report
from scanner.model import Finding, NotScanned, Report
from scanner.report import render
from scanner.report.comparison import compare
from scanner.report.schemas import text_of


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path, monkeypatch, capsys)


def numbered(number: int, **changes: object) -> Finding:
    return finding(fingerprint=f"{number:032x}", path=f"{number}.yaml", **changes)


def saved(folder: Path, name: str, sample: Report) -> str:
    (folder / name).write_text(render(sample, name.rpartition(".")[2]))
    return name


OLD = report(numbered(1), numbered(2), numbered(3), numbered(5, status="baselined", justification="it stood"))
NEW = report(numbered(1, commit="a" * 40), numbered(3, status="suppressed", justification="a sample"), numbered(4), numbered(5))


def test_added_gone_and_changed_findings_are_told_by_clause(run: Run, tmp_path: Path) -> None:
    code, out, _err = run("diff", saved(tmp_path, "old.json", OLD), saved(tmp_path, "new.jsonl", NEW))
    assert code == 1
    for line in (
        "  4.yaml:2:1  error  3.6 Kubernetes workload [kubernetes-workload]",
        "  2.yaml:2:1  error  3.6 Kubernetes workload [kubernetes-workload]",
        "  3.yaml:2:1  error → error suppressed (a sample)  3.6 Kubernetes workload [kubernetes-workload]",
        "  5.yaml:2:1  error baselined → error  3.6 Kubernetes workload [kubernetes-workload]",
        "3.6 Orchestration files          1          1          2          1",
        "1 added, 1 gone, 2 changed, 1 unchanged: 2 findings that count now and did not before.",
    ):
        assert line in out.splitlines()
    assert "a file that was renamed" in out


def test_json_and_markdown_say_the_same(run: Run, tmp_path: Path) -> None:
    names = saved(tmp_path, "old.json", OLD), saved(tmp_path, "new.json", NEW)
    document = json.loads(run("diff", *names, "--format", "json")[1])
    Draft202012Validator(json.loads(text_of("diff"))).validate(document)
    assert document["summary"] == {
        "added": 1,
        "gone": 1,
        "changed": 2,
        "unchanged": 1,
        "failing": 2,
        "clauses": {"3.6": {"added": 1, "gone": 1, "changed": 2, "unchanged": 1}},
    }
    assert [row["path"] for row in document["added"]] == ["4.yaml"]
    assert [(row["old_status"], row["status"]) for row in document["changed"]] == [("open", "suppressed"), ("baselined", "open")]
    code, _out, _err = run("diff", *names, "--format", "markdown", "-o", "comment.md")
    text = (tmp_path / "comment.md").read_text()
    assert code == 1
    assert "### ❌ Added: J.4.1" in text
    assert "| 3.6 | 1 | 1 | 2 | 1 |" in text
    assert "<details><summary>Changed (2)</summary>" in text


@pytest.mark.parametrize(
    ("reports", "threshold", "expected"),
    [
        ((OLD, OLD), "note", 0),
        ((report(), report(finding(level="note"))), "warning", 0),
        ((report(), report(finding(level="note"))), "note", 1),
        ((report(), report(finding())), "never", 0),
        ((report(), report(finding(status="suppressed"))), "note", 0),
        ((report(finding(level="note")), report(finding())), "error", 1),
        ((report(finding()), report()), "warning", 0),
        ((busy_report(), report()), "warning", 0),
        ((report(), report(not_scanned=(NotScanned("a", "b"),), tally=report().tally._replace(not_scanned=1))), "never", 2),
    ],
)
def test_the_exit_code_asks_what_counts_now(
    run: Run, tmp_path: Path, reports: tuple[Report, Report], threshold: str, expected: int
) -> None:
    names = saved(tmp_path, "old.json", reports[0]), saved(tmp_path, "new.json", reports[1])
    assert run("diff", *names, "--fail-on", threshold)[0] == expected


def test_a_report_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    code, out, err = run("diff", saved(tmp_path, "old.json", OLD), "bad.json")
    assert (code, out) == (2, "")
    assert err == "phasegate: bad.json: is no report of phasegate: lacks 'version'\n"


def test_a_fingerprint_that_occurs_again_is_counted_as_often_as_both_have_it() -> None:
    same = [finding(commit=f"{number:040x}") for number in range(5)]
    compared = compare(report(*same[:2]), report(*same), "warning")
    assert (len(compared.unchanged), len(compared.added), len(compared.gone)) == (2, 3, 0)
    back = compare(report(*same), report(same[0], same[1]._replace(status="baselined")), "warning")
    assert (len(back.unchanged), len(back.changed), len(back.gone)) == (1, 1, 3)


def test_many_findings_of_one_fingerprint_are_compared_in_linear_time() -> None:
    many = report(*[finding()] * 60_000)
    fewer = report(*[finding(status="baselined")] * 60_000)
    assert len(compare(many, fewer, "warning").changed) == 60_000


def test_what_keeps_two_reports_from_being_comparable_is_said() -> None:
    other = report(version="9.9", policy=report().policy._replace(id="J.4.2"), source="history", not_scanned=(NotScanned("a", "b"),))
    remarks = " ".join(compare(other, report(), "warning").remarks)
    for words in (
        "two versions of phasegate, 9.9 and",
        "two policies",
        "two sources, history and worktree",
        "the old report was not complete",
    ):
        assert words in remarks
    assert compare(OLD, OLD, "warning").remarks == ()
