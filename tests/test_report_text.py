import re
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report_samples import busy_report, finding, report
from scanner.model import NotScanned, Report, Repository, Span, Tally
from scanner.report import render
from scanner.report.display import MAX_CELLS, excerpt, visible, width

ANSI = re.compile("\x1b\\[[0-9;]*m")


def text(sample: Report, **options: Any) -> str:
    return render(sample, "text", **options)


def test_a_finding_shows_its_place_clause_line_reason_and_way_out() -> None:
    item = finding(span=Span(12, 3, 12, 19), snippet="  kind: Deployment", lifted_by="J.5", boundary="6.4", embedded_in="shell")
    assert text(report(item), verbose=1).splitlines()[:6] == [
        "deploy/app.yaml",
        "  12:3  error  3.6 Orchestration files · Kubernetes workload [kubernetes-workload]",
        "        │   kind: Deployment",
        "        │   ^^^^^^^^^^^^^^^^",
        "        = A Deployment makes a cluster run containers",
        "        = lifted by J.5 (section 8), boundary 6.4; embedded in shell",
    ]


def test_without_a_named_authorisation_the_place_in_the_document_is_told() -> None:
    assert re.search(r"(?m)^3\.6 .* a later authorisation \(section 8\)$", text(report(finding())))


def test_findings_stand_below_their_file_once() -> None:
    shown = text(report(finding(path="a.yaml"), finding(path="a.yaml", span=Span(5, 1, 5, 3)), finding(path="b.yaml")))
    assert [line for line in shown.splitlines() if line.endswith(".yaml")] == ["a.yaml", "b.yaml"]


def test_a_commit_of_history_is_named() -> None:
    assert "deploy/app.yaml in commit 0123456789ab\n" in text(report(finding(commit="0123456789abcdef")))


def test_repeats_of_a_kind_in_a_file_are_folded_unless_all_are_asked_for() -> None:
    folded, whole = text(busy_report()), text(busy_report(), verbose=1)
    assert folded.count("Terraform resource [terraform-resource]") == 3
    assert "… 8 more of this kind in this file (-v shows all)" in folded
    assert whole.count("Terraform resource [terraform-resource]") == 11
    assert "more of this kind" not in whole


def test_as_many_as_are_shown_leave_nothing_to_fold() -> None:
    assert "more of this kind" not in text(report(*(finding(span=Span(line, 1, line, 5)) for line in range(1, 4))))


def test_notes_and_findings_that_do_not_count_are_told_by_number_until_asked_for() -> None:
    shown, whole = text(busy_report()), text(busy_report(), verbose=1)
    assert "1 note in 1 file not listed (-v shows it)" in shown
    assert "README.md" not in shown
    assert "Not counted: 1 authorized, 1 baselined, 1 suppressed" in shown
    assert "In force: J.5.1 lifts 3.6 in docs/é* until 2027-01-31, by Ada Example: it is signed (1 finding)" in shown
    assert "README.md\n" in whole
    assert "error (suppressed)" in whole
    assert "suppressed: a teaching sample" in whole
    assert "not listed" not in whole


def test_the_table_counts_open_findings_by_clause_and_level() -> None:
    lines = text(busy_report()).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("clause "))
    assert [re.split(r"\s{2,}", line) for line in lines[start : start + 4]] == [
        ["clause", "error", "warning", "note", "lifted by"],
        ["3.1", "Executable infrastructure code", "11", "·", "·", "J.4.3 (section 6)"],
        ["3.4", "IAM policies", "·", "1", "·", "a later authorisation (section 8)"],
        ["3.6", "Orchestration files", "1", "·", "1", "a later authorisation (section 8)"],
    ]
    assert len({line.index("J.4.3") if "J.4.3" in line else line.index(" a later") + 1 for line in lines[start + 1 : start + 4]}) == 1


def test_what_the_line_does_not_show_is_told_below_it_and_nothing_twice() -> None:
    item = finding(snippet="apiVersion: v1", evidence="kind: Pod, name: web", headline="Kubernetes workload (privileged)")
    shown = text(report(item))
    assert "· Kubernetes workload (privileged) [kubernetes-workload]" in shown
    assert "= kind: Pod, name: web" in shown
    assert "= " not in text(report(finding(snippet="kind: Pod", evidence="kind: Pod")))


def test_vendors_notices_and_what_to_do_next_are_told() -> None:
    shown = text(busy_report())
    assert "pinned to: aws (12)" in shown
    assert "notice: Excluded by the configuration: vendor/** (3 files)" in shown
    assert "Next: phasegate explain terraform-resource\n      phasegate explain kubernetes-workload\n" in shown


def test_what_was_not_scanned_is_listed_with_its_reason() -> None:
    shown = text(busy_report())
    assert "  big.bin.yaml: larger than 10 MB\n  odd\\xff.yaml: not valid UTF-8 at byte 7\n" in shown


def test_a_file_with_several_faults_is_one_file_that_was_not_scanned() -> None:
    sample = report(not_scanned=(NotScanned("x.tf", "line 1: is odd"), NotScanned("x.tf", "line 2: is odd")), tally=Tally(1, 0, 0, 1))
    assert "0 files scanned, 1 not scanned" in text(sample)


def test_a_long_list_of_paths_not_scanned_ends_with_how_many_more() -> None:
    sample = report(not_scanned=tuple(NotScanned(f"{number}.tf", "is locked") for number in range(25)))
    assert "… 5 more (-v shows all)" in text(sample)
    assert "24.tf: is locked" in text(sample, verbose=1)


@pytest.mark.parametrize(
    ("sample", "total"),
    [
        (
            busy_report(),
            (
                "Found 12 errors, 1 warning, 1 note in 3 files; 115 files scanned, 3 skipped as binary, 2 not scanned in 0.12 s; "
                "lifted by J.4.3 (11), a later authorisation (3)."
            ),
        ),
        (report(), "Clean: nothing that J.4.1 forbids; 11 files scanned, 1 skipped as binary in 0.12 s."),
        (report(tally=Tally(1, 1), seconds=2.0), "Clean: nothing that J.4.1 forbids; 1 file scanned in 2.00 s."),
        (report(tally=Tally()), "Nothing to scan: 0 files scanned in 0.12 s."),
        (
            report(not_scanned=(NotScanned("x", "is locked"),), tally=Tally(1200, 1199, 0, 1)),
            "Not clean: nothing found in what could be scanned; 1,199 files scanned, 1 not scanned in 0.12 s.",
        ),
    ],
)
def test_the_last_line_is_the_total(sample: Report, total: str) -> None:
    assert text(sample).splitlines()[-1] == total


def test_quiet_is_the_total_alone_or_nothing() -> None:
    assert text(report(), verbose=-1) == ""
    assert text(report(finding(status="suppressed")), verbose=-1) == ""
    assert text(busy_report(), verbose=-1) == text(busy_report()).splitlines()[-1] + "\n"
    assert text(report(not_scanned=(NotScanned("x", "y"),)), verbose=-1).startswith("Not clean: ")


def test_colour_adds_nothing_but_colour() -> None:
    plain, coloured = text(busy_report()), text(busy_report(), color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert ANSI.sub("", coloured) == plain


odd_text = st.text(st.characters(codec=None, categories=None) | st.sampled_from("\x1b\x07\r\n\t\x9b\u2028\u202e\u200b\udcff"), max_size=30)


@given(odd_text, odd_text, st.sampled_from([-1, 0, 1]), st.booleans())
def test_nothing_from_the_repository_steers_the_terminal(one: str, two: str, verbose: int, color: bool) -> None:
    item = finding(
        path=one, message=two, snippet=one, kind=two, vendor=one, lifted_by=two, boundary=one, embedded_in=two, commit=one, clause=two
    )
    sample = report(
        item,
        item._replace(status="authorized", justification=two),
        not_scanned=(NotScanned(one, two),),
        notices=(one,),
        repository=Repository(one, two, one),
    )
    for line in ANSI.sub("", text(sample, verbose=verbose, color=color)).split("\n"):
        assert [character for character in line if not character.isprintable() and unicodedata.category(character) != "Zs"] == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x1b[31m", "a\\x1b[31m"),
        ("\x9b\r\n\t", "\\x9b\\x0d\\x0a\\x09"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\xff"),
        ("日本\u3000é", "日本\u3000é"),
    ],
)
def test_characters_that_steer_or_hide_are_spelt_out(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@pytest.mark.parametrize(
    ("snippet", "start", "end", "expected"),
    [
        ("kind: Job", 7, 10, ("kind: Job", "      ^^^")),
        ("\tkind: Job", 2, 6, ("    kind: Job", "    ^^^^")),
        ("a\tb", 3, 4, ("a   b", "    ^")),
        ("日本: Job", 5, 8, ("日本: Job", "      ^^^")),
        ("日本: Job", 2, 3, ("日本: Job", "  ^^")),
        ("e\u0301: Job", 5, 8, ("e\u0301: Job", "   ^^^")),
        ("a\x1bb", 3, 4, ("a\\x1bb", "     ^")),
        ("kind", 3, 3, ("kind", "  ^")),
        ("kind", 90, 95, ("kind", "   ^")),
        ("kind  ", 1, 7, ("kind", "^^^^")),
    ],
)
def test_carets_stand_below_their_characters(snippet: str, start: int, end: int, expected: tuple[str, str]) -> None:
    assert excerpt(snippet, 1, Span(1, start, 1, end)) == expected


def test_a_region_of_many_lines_is_marked_to_the_end_of_its_first() -> None:
    assert excerpt("  a: b", 1, Span(1, 3, 9, 1)) == ("  a: b", "  ^^^^")


def test_a_line_that_was_cut_is_shown_as_cut() -> None:
    assert excerpt("kind: Job", 501, Span(1, 507, 1, 510)) == ("…kind: Job", "       ^^^")


def test_of_a_long_line_the_part_around_the_region_is_shown() -> None:
    shown, carets = excerpt("x" * 150 + "HERE" + "y" * 86, 1, Span(1, 151, 1, 155)) or ("", "")
    assert shown.startswith("…x")
    assert shown.endswith("y…")
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_a_blank_line_has_no_excerpt() -> None:
    assert excerpt(" \t", 1, Span(1, 1, 1, 1)) is None


@given(st.text(st.sampled_from("a \t日e\u0301\x1b\udcff"), max_size=240), st.integers(-3, 260), st.integers(-3, 260), st.integers(1, 9))
@example("\u0301" * 240, 200, 240, 1)
def test_carets_never_leave_the_excerpt(snippet: str, start: int, end: int, snippet_column: int) -> None:
    lines = excerpt(snippet, snippet_column, Span(1, start, 1, end))
    assert (lines is None) == (not snippet.strip())
    if lines is not None:
        shown, carets = lines
        assert set(carets) <= {" ", "^"}
        assert carets.endswith("^")
        only_marks = set(snippet.strip()) == {"\u0301"}
        assert width(carets) <= width(shown) + only_marks
        assert width(shown) <= MAX_CELLS + 2


def test_a_file_that_could_not_be_read_in_many_places_is_one_line() -> None:
    sample = report(not_scanned=tuple(NotScanned("a.tf", f"line {number}: odd") for number in range(3)))
    assert "  a.tf: line 0: odd (and 2 more)" in text(sample).splitlines()
    assert "  a.tf: line 2: odd" in text(sample, verbose=1).splitlines()


def test_many_findings_come_with_a_way_to_see_and_to_accept_them() -> None:
    many = report(*(finding(path=f"{number}.yaml") for number in range(101)))
    assert "phasegate scan --statistics" in text(many)
    assert "phasegate baseline" in text(many)
    assert "phasegate baseline" not in text(report(finding()))


def test_one_that_waits_for_two_phases_is_told_from_two() -> None:
    sample = report(finding(lifted_by="J.4.2, then J.4.3"), finding(path="x", lifted_by="J.5"))
    assert text(sample).endswith("; lifted by J.4.2 then J.4.3 (1), J.5 (1).\n")
