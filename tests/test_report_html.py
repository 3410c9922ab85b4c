"""The page as text: what stands in it without its script, and that nothing of a repository can change what it is."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_samples import busy_report, finding, report
from scanner.model import NotScanned, Report, Repository, Span, Tally
from scanner.report import Threshold, render

VOID = {"meta", "input", "rect", "br"}


class Page(HTMLParser):
    """A page taken apart: its elements with their attributes, its text, and the content of its script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(data)
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def data(self) -> Any:
        return json.loads(self.raw["script"][0])


def page(sample: Report, fail_on: Threshold = "warning") -> Page:
    text = render(sample, "html", fail_on=fail_on)
    taken = Page(text)
    assert taken.open == []
    return taken


@pytest.mark.parametrize(
    ("sample", "fail_on", "headline", "words"),
    [
        (
            busy_report(),
            "never",
            "Incomplete",
            "2 files could not be scanned, so nothing passes. In what could be scanned: 12 errors, 1 warning and 1 note",
        ),
        (report(finding()), "warning", "Does not pass", "1 error under J.4.1 in 1 file."),
        (
            report(finding(level="note")),
            "warning",
            "Passes",
            "1 note under J.4.1 in 1 file. Only findings of the level warning or a graver one fail it.",
        ),
        (
            report(finding()),
            "never",
            "Passes",
            "1 error under J.4.1 in 1 file. No finding fails this scan: that was asked for with --fail-on never.",
        ),
        (
            report(finding(status="baselined")),
            "note",
            "Passes",
            "Nothing that J.4.1 forbids counts: 1 finding is lifted.",
        ),
        (report(), "note", "Passes", "Nothing that J.4.1 forbids was found."),
        (report(tally=Tally()), "warning", "Nothing to scan", "There was no file to look at."),
        (report(tally=Tally(), source="index"), "warning", "Passes", "The change holds no file to look at."),
    ],
)
def test_the_verdict_is_the_exit_codes(sample: Report, fail_on: Threshold, headline: str, words: str) -> None:
    text = page(sample, fail_on).text
    assert f" {headline} {words}" in text


def test_without_script_all_but_the_list_can_be_read() -> None:
    text = page(busy_report()).text
    assert "Held against J.4.1 · Phase J.4.1: Infrastructure Authorization" in text
    assert f"sha256:{'ab' * 32}" in text
    assert "0123456789abcdef0123456789abcdef01234567 on main" in text
    assert "ssh://git@example.org/team/shop.git" in text
    assert "3.1 Executable infrastructure code Writing executable infrastructure code. ✕ 11 · · J.4.3 section 6" in text
    assert "infra/ 11 1 · 12" in text
    assert "odd\\xff.yaml not valid UTF-8 at byte 7" in text
    assert "Excluded by the configuration: vendor/** (3 files)" in text
    assert "J.5.1 3.6 docs/é* Ada Example it is signed 2026-01-02 to 2027-01-31 1" in text
    assert "need JavaScript" in text


def test_a_report_without_findings_says_what_was_held_against_what() -> None:
    taken = page(report())
    assert "11 of 12 scanned, 1 skipped as binary" in taken.text
    assert "What the files were held against: 5 clauses. No open finding breaches any of them." in taken.text
    assert taken.data is None
    assert "Findings Findings" not in taken.text


def test_the_security_policy_lets_nothing_load_and_only_this_script_and_style_run() -> None:
    taken = page(busy_report())
    (policy,) = [attributes["content"] or "" for name, attributes in taken.elements if attributes.get("http-equiv")]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    hashes = {name: "'sha256-" + b64encode(sha256(taken.raw[name][-1].encode()).digest()).decode() + "'" for name in ("script", "style")}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert (rules["script-src"], rules["style-src"]) == (hashes["script"], hashes["style"])
    assert {name for name, attributes in taken.elements if "src" in attributes or "style" in attributes} == set()
    assert all((attributes.get("href") or "#").startswith("#") for _name, attributes in taken.elements)


def test_the_same_report_gives_the_same_page() -> None:
    assert render(busy_report(), "html") == render(busy_report(), "html")


odd_text = st.text(
    st.characters(codec=None, categories=None) | st.sampled_from("\x1b\x00\r\n\t\x9b\u2028\u202e\u200b\udcff<>&\"'`$/"), max_size=30
) | st.sampled_from(["</script><script>alert(1)</script>", "<!--<script", "]]>", "${policy}", "</style>", "<img src=x onerror=alert(1)>"])


@settings(max_examples=50)
@given(odd_text, odd_text)
def test_nothing_from_the_repository_becomes_markup(one: str, two: str) -> None:
    text = render(_with(one, two), "html")
    text.encode()
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", text) == []
    taken = Page(text)
    assert [(name, sorted(attributes)) for name, attributes in taken.elements] == plain_elements()
    assert taken.data["total"] == 2


@cache
def plain_elements() -> list[tuple[str, list[str]]]:
    return [(name, sorted(attributes)) for name, attributes in page(_with("x", "y")).elements]


def _with(one: str, two: str) -> Report:
    item = finding(
        path=f"d/{two.replace('/', '')}", message=two, snippet=one, evidence=two, vendor=f"v{one}", lifted_by=f"l{two}", embedded_in=two,
        commit=one, boundary=f"b{one}", justification=two, span=Span(1, 3, 1, 9),
    )  # fmt: skip
    return report(
        item,
        item._replace(status="authorized"),
        not_scanned=(NotScanned(one, two),),
        notices=(one,),
        root=one,
        repository=Repository(f"r{one}", f"b{two}", "https://example.org/x"),
    )


def test_the_mark_of_a_line_counts_in_the_units_of_a_script() -> None:
    line = "\t😀 kind: 日本\u202e Pod"
    data = page(report(finding(snippet=line, snippet_column=1, span=Span(1, 4, 1, 12)))).data
    shown = data["columns"]["snippet"]["values"][0]
    start, end = data["numbers"]["mark"], data["numbers"]["mark_end"]
    assert shown == "\t😀 kind: 日本\\u202e Pod"
    assert shown.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == "kind: 日本"


def test_values_are_written_once() -> None:
    data = page(report(*(finding(span=Span(line, 1, line, 5)) for line in range(1, 500)))).data
    assert data["columns"]["message"] == {"values": ["A Deployment makes a cluster run containers"], "rows": 0}
    assert data["numbers"]["line"] == list(range(1, 500))


def test_long_lists_are_cut_and_say_so() -> None:
    sample = report(not_scanned=tuple(NotScanned(f"{number}.tf", "is locked") for number in range(1_500)))
    assert "500 more are not listed here; the JSON report lists all." in page(sample).text


def test_folders_that_would_be_too_many_are_one_row_more() -> None:
    text = page(report(*(finding(path=f"service-{number:02}/app.yaml") for number in range(40)))).text
    assert "service-00/ 1 1" in text
    assert "22 other folders 22 22" in text


def test_a_chain_of_folders_is_one_row_and_a_full_folder_is_divided() -> None:
    paths = ["a/b/c/x/1.yaml", "a/b/c/y/1.yaml", "a/b/c/y/2.yaml", "a/b/c/3.yaml", "4.yaml"]
    text = page(report(*(finding(path=path) for path in paths))).text
    assert re.search(r"a/b/c/ y/ 2 2 .*a/b/ c/ \(own files\) 1 1 a/b/c/ x/ 1 1", text)
    assert "files at the root 1 1" in text


def test_a_folder_that_holds_nearly_all_is_divided_however_many_others_there_are() -> None:
    few = [finding(path=f"service-{number:02}/app.yaml") for number in range(40)]
    many = [finding(path=f"tests/{'unit' if number % 3 else 'e2e'}/{number}.yaml") for number in range(600)]
    text = page(report(*few, *many)).text
    assert re.search("tests/ unit/ 400 400 tests/ e2e/ 200 200 .*24 other folders 24 24", text)
