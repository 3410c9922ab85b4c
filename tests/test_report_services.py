"""The formats that other services read: JUnit, GitLab's Code Quality and GitHub's annotations, each read back by its reader's rules."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from commands import runner
from report_samples import busy_report, finding, report
from scanner.model import NotScanned, Report, Repository, Span
from scanner.report import render
from scanner.report.github import SHOWN

odd_text = st.text(st.characters(codec=None, categories=None) | st.sampled_from("\x00\x1b\ufffe\udcff<&>\"'%:,=\r\n|`#"), max_size=30)

JUNIT = {
    "testsuites": {"name"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
    "system-out": set(),
}
"""What we write of what the schema junit-10 of Jenkins allows: no file and no line of a test case, though other readers know them."""


def suites(sample: Report) -> dict[str, list[TestCase]]:
    """The test cases of each suite as a parser of JUnit reads them, once the document has been held against the schema's rules."""
    text = render(sample, "junit")
    for element in ElementTree.fromstring(text).iter():  # noqa: S314  # we have just written it
        assert set(element.attrib) <= JUNIT[element.tag]
    found = JUnitXml.fromstring(text.encode())
    names = []
    for suite in found:
        assert isinstance(suite, TestSuite)
        cases = list(suite)
        assert (suite.tests, suite.failures, suite.errors) == (
            len(cases),
            sum(case.is_failure for case in cases),
            sum(case.is_error for case in cases),
        )
        names += [(suite.name, case.classname, case.name) for case in cases]
    assert len(set(names)) == len(names)
    return {str(suite.name): list(suite) for suite in found}


def test_a_finding_is_a_failure_of_its_clause_and_a_note_or_a_lifted_one_is_skipped() -> None:
    read = suites(busy_report())
    assert list(read)[1:] == ["J.4.1 3.1 Executable infrastructure code", "J.4.1 3.4 IAM policies", "J.4.1 3.6 Orchestration files"]
    outcomes = [[type(case.result[0]) for case in cases] for cases in read.values()]
    assert outcomes == [[Error] * 2, [Failure] * 11, [Failure], [Skipped, Failure, Skipped, Skipped, Skipped]]
    suppressed = read["J.4.1 3.6 Orchestration files"][2].result[0]
    assert (suppressed.type, suppressed.message) == ("suppressed", "suppressed: a teaching sample")


def test_the_text_of_a_failure_says_all_since_gitlab_shows_no_attribute() -> None:
    case = suites(report(finding(lifted_by="J.5")))["J.4.1 3.6 Orchestration files"][0]
    told = case.result[0].text
    for words in ("A Deployment makes", "deploy/app.yaml:2:1", "kind: Deployment", "Lifted by J.5 (section 8)"):
        assert words in told


def test_a_test_keeps_its_name_when_lines_move_and_equal_names_are_numbered() -> None:
    here, moved = (
        [
            case.name
            for case in suites(report(finding(span=Span(line, 1, line, 5)), finding(span=Span(line + 9, 1, line + 9, 5))))[
                "J.4.1 3.6 Orchestration files"
            ]
        ]
        for line in (2, 40)
    )
    assert here == moved == ["deploy/app.yaml: Kubernetes workload [kubernetes-workload]", f"{here[0]} (2)"]


def test_a_clean_scan_has_a_test_that_passed() -> None:
    ((name, (case,)),) = suites(report()).items()
    assert (name, case.name, case.is_passed) == ("phasegate scan", "every file was looked at", True)


@given(odd_text, odd_text)
def test_any_text_gives_xml_that_a_parser_takes(path: str, words: str) -> None:
    sample = report(
        finding(path=path, message=words, snippet=words, headline=path, kind=words or "k", clause=path or "9.9"),
        finding(status="suppressed", justification=words),
        not_scanned=(NotScanned(path, words), NotScanned(path, "x")),
        notices=(words,),
    )
    assert sum(map(len, suites(sample).values())) == 4


def violations(sample: Report) -> list[dict[str, object]]:
    """The entries as GitLab takes them: it stops at one that lacks a key, and drops those with the fingerprint of another."""
    text = render(sample, "gitlab")
    assert not text.startswith("\ufeff")
    entries = json.loads(text)
    for entry in entries:
        assert all(isinstance(entry[key], str) and entry[key] for key in ("description", "check_name", "fingerprint"))
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(entry["location"]["path"], str)
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert entry["location"]["lines"]["begin"] == entry["location"]["positions"]["begin"]["line"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    return list(entries)


def test_gitlab_gets_what_is_open_and_as_blockers_what_was_not_scanned() -> None:
    entries = violations(busy_report())
    assert [entry["severity"] for entry in entries] == ["info"] + ["critical"] * 12 + ["major", "blocker", "blocker"]
    assert entries[-2]["description"] == "Not scanned, so that the scan is not complete: larger than 10 MB"
    assert entries[1]["location"] == {
        "path": "deploy/app.yaml",
        "lines": {"begin": 2, "end": 2},
        "positions": {"begin": {"line": 2, "column": 1}, "end": {"line": 2, "column": 17}},
    }
    assert violations(report()) == []


@given(odd_text.filter(bool), odd_text)
def test_gitlab_takes_any_text(path: str, words: str) -> None:
    sample = report(
        finding(path=f"a{path}", message=words or "x", kind=words or "k", span=Span(0, 0, 0, 0)),
        finding(),
        not_scanned=(NotScanned("", words), NotScanned("", words)),
    )
    assert len(violations(sample)) == 4


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands as GitHub's runner reads them: name, properties and message. Every line must be one of the three that annotate."""
    read = []
    for line in re.split(r"\r\n|\r|\n", text.removesuffix("\n")):
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line, re.DOTALL)
        assert match, line
        pairs = [pair.split("=", 1) for pair in match[2].split(",")]
        read.append((match[1], {key: unescaped(value) for key, value in pairs}, unescaped(match[3])))
    return read


def unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_github_shows_the_worst_and_what_was_not_scanned_and_counts_the_rest() -> None:
    read = commands(render(busy_report(), "github"))
    assert [name for name, _given, _words in read] == ["error"] * SHOWN + ["warning", "notice", "notice"]
    assert read[0][2] == "Not scanned:\nbig.bin.yaml: larger than 10 MB\nodd\\xff.yaml: not valid UTF-8 at byte 7"
    assert read[1][1] == {
        "file": "deploy/app.yaml",
        "line": "2",
        "endLine": "2",
        "col": "1",
        "endColumn": "17",
        "title": "J.4.1 3.6 Orchestration files: Kubernetes workload",
    }
    assert "3 errors stand in the step's summary" in read[-1][2]
    assert "Excluded by the configuration" in read[-1][2]


def test_an_annotation_of_many_lines_stands_at_the_first() -> None:
    (_name, given, _words), _conclusion = commands(render(report(finding(span=Span(4, 3, 90, 2))), "github"))
    assert (given["line"], given["endLine"], given["col"], "endColumn" in given) == ("4", "4", "3", False)


@given(odd_text, odd_text)
def test_nothing_that_the_repository_chose_is_a_command_of_its_own(path: str, words: str) -> None:
    hostile = f"{words}\n::set-env name=X::y\r::warning::z"
    sample = report(
        finding(path=f"{path},line=9::stop\n::error::x", message=hostile, headline=hostile, kind=hostile),
        not_scanned=(NotScanned(hostile, hostile),),
        notices=(hostile,),
    )
    read = commands(render(sample, "github"))
    assert [name for name, _given, _words in read] == ["error", "error", "notice"]
    assert list(read[1][1]) == ["file", "line", "endLine", "col", "endColumn", "title"]
    assert read[1][1]["line"] == "2"


def test_a_scan_of_a_folder_names_files_as_the_repository_does() -> None:
    sample = report(finding(), repository=Repository(folder="services/shop"), not_scanned=(NotScanned("x.yaml", "is locked"),))
    assert [entry["location"] for entry in violations(sample)][1]["path"] == "services/shop/x.yaml"  # type: ignore[index]
    assert commands(render(sample, "github"))[1][1]["file"] == "services/shop/deploy/app.yaml"


def test_the_summary_of_a_step_is_appended_and_stays_within_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n")
    summary = tmp_path.parent / "summary.md"
    summary.write_text("before")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run = runner(tmp_path, monkeypatch, capsys)
    code, out, _err = run("scan", "--format", "github")
    assert code == 1
    assert commands(out)[0][1]["file"] == "pod.yaml"
    assert summary.read_text().startswith("before\n<!-- phasegate -->\n### ❌ Breached")
    summary.write_bytes(b"x" * (1 << 20))
    run("scan", "--format", "github")
    assert summary.stat().st_size == 1 << 20
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "such"))
    assert run("scan", "--format", "github")[0] == 2
