"""The formats `csv` and `markdown`, read back by parsers that are not ours: Python's of CSV, and GitHub's own of Markdown."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from io import StringIO

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st

from report_samples import busy_report, finding, report
from scanner.model import NotScanned, Report, Repository, Span
from scanner.report import markdown, render
from scanner.report.csv_report import COLUMNS

MARKS = "<&>\"'`|*_[](){}#@!~$%^:/\\\n\r\t\x00\x1b\u202e\udcff=+-＝"  # noqa: RUF001
odd_text = st.text(st.characters(codec=None, categories=None) | st.sampled_from(MARKS), max_size=40)


def rows(sample: Report) -> list[dict[str, str]]:
    text = render(sample, "csv")
    assert text.count("\n") == text.count("\r\n") == 1 + len(sample.findings) + len(sample.not_scanned)
    read = list(csv.reader(StringIO(text, newline=""), strict=True))
    assert {len(row) for row in read} == {len(COLUMNS)}
    return [dict(zip(read[0], row, strict=True)) for row in read[1:]]


def test_every_finding_and_everything_not_scanned_is_a_row() -> None:
    read = rows(busy_report())
    assert [row["record"] for row in read] == ["finding"] * 17 + ["not_scanned"] * 2
    assert (read[2]["status"], read[2]["justification"]) == ("suppressed", "a teaching sample")
    assert (read[5]["path"], read[5]["start_line"], read[5]["vendor"], read[5]["commit"]) == ("infra/main.tf", "10", "aws", "")
    assert (read[-1]["path"], read[-1]["message"]) == ("odd\\xff.yaml", "not valid UTF-8 at byte 7")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])  # noqa: RUF001
def test_a_cell_that_a_spreadsheet_would_compute_is_made_text(start: str) -> None:
    (row,) = rows(report(finding(path=f"{start}cmd|' /C calc'!A0", evidence=f"{start}1+1")))
    assert row["path"].startswith("'")
    assert row["evidence"].startswith("'")
    assert row["path"].endswith("cmd|' /C calc'!A0")


@given(odd_text, odd_text)
def test_any_text_is_one_cell_and_no_formula(path: str, words: str) -> None:
    read = rows(report(finding(path=path, message=words, evidence=words), not_scanned=(NotScanned(path, words),)))
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for row in read for cell in row.values())  # noqa: RUF001
    assert len(read) == 2


class Page(HTMLParser):
    """The elements of a rendered page with the text of each cell, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.prose = ""
        self._code = 0
        self.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self._code += tag == "code"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.rstrip("\n")
        if not self._code:
            self.prose += data


OURS = {"h3", "p", "code", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li", "details", "summary", "a"}
REFERENCE = re.compile(r"[@#!~$%^&]\w|https?://\w|www\.\w|GH-\d", re.IGNORECASE)


def test_a_reader_sees_the_verdict_the_clauses_and_the_findings() -> None:
    text = render(busy_report(), "markdown")
    page = Page(text)
    assert page.tags <= OURS
    assert text.startswith("<!-- phasegate -->\n### ⚠️ Incomplete")
    assert ["3.1 Executable infrastructure code", "11", "", "", "J.4.3 (section 6)"] in page.rows
    assert ["🟠 warning", "infra/main.tf:130", "3.4 IAM policies", "AWS IAM policy aws-iam-policy"] in page.rows
    for words in ("Found 12 errors", "larger than 10 MB", "Not counted: 1 authorized", "J.5.1 lifts 3.6", "vendor/**"):
        assert words in page.prose


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("git@github.com:team/shop.git", "https://github.com/team/shop/blob/{}/deploy/a%20%29b.yaml#L2"),
        ("https://gitlab.example.org/a/b/shop.git", "https://gitlab.example.org/a/b/shop/-/blob/{}/deploy/a%20%29b.yaml#L2"),
        ("ssh://git@bitbucket.org/team/shop", "https://bitbucket.org/team/shop/src/{}/deploy/a%20%29b.yaml#lines-2"),
        ("git@example.org:team/shop.git", None),
        (None, None),
    ],
)
def test_a_finding_links_to_its_line_where_the_host_is_known(url: str | None, page: str | None) -> None:
    revision = "0123456789abcdef" * 2 + "01234567"
    sample = report(finding(path="deploy/a )b.yaml"), repository=Repository(revision, "main", url))
    assert Page(render(sample, "markdown")).links == ([page.format(revision)] if page else [])


@given(odd_text, odd_text)
def test_no_text_becomes_a_mark_a_mention_a_reference_or_a_link(path: str, words: str) -> None:
    hostile = f"{words} @org/team #12 !3 ~bug www.evil.example https://evil.example GH-7 <img src=x> `x` | [a](b) **c** :smile: $x$ {path}"
    sample = report(
        finding(path=f"{path}|{hostile}", headline=hostile, kind=hostile, clause=hostile),
        not_scanned=(NotScanned(hostile, hostile),),
        notices=(hostile,),
    )
    page = Page(render(sample, "markdown"))
    assert page.tags <= OURS
    assert page.links == []
    assert {len(row) for row in page.rows} == {4, 5}
    assert REFERENCE.search(page.prose) is None


def many(number: int) -> Report:
    return report(*(finding(path=f"{'é' * 40}/{index:05}.yaml", span=Span(index + 1, 1, index + 1, 2)) for index in range(number)))


def test_what_does_not_fit_a_comment_is_counted() -> None:
    text = render(many(5_000), "markdown")
    assert len(text.encode()) <= markdown.LIMIT
    page = Page(text)
    shown = sum(row[0] == "🔴 error" for row in page.rows)
    assert 100 < shown < 5_000
    assert f"{5_000 - shown:,} findings left out" in page.prose
    assert "details" in page.tags


def test_the_findings_shown_first_are_of_as_many_kinds_as_there_are() -> None:
    common = [finding(path=f"a/{number:02}.yaml") for number in range(40)]
    rare = [finding(path="z/main.tf", kind="terraform-resource"), finding(path="z/x.json", kind="aws-iam-policy", level="warning")]
    page = Page(render(report(*common, *rare), "markdown"))
    shown = [row[1] for row in page.rows if row[1:2] != ["where"]][2:]
    assert shown[:2] + shown[18:22] == ["a/00.yaml:2", "a/01.yaml:2", "a/18.yaml:2", "z/main.tf:2", "a/19.yaml:2", "a/20.yaml:2"]
    assert shown[-1] == "z/x.json:2"
    assert "The worst 20, of as many kinds as there are:" in page.prose


def test_a_narrow_limit_leaves_out_parts_and_says_so() -> None:
    text = markdown.compose(busy_report(), 1_500)
    assert len(text.encode()) <= 1_500
    assert "left out" in Page(text).prose


@pytest.mark.parametrize(
    ("sample", "sign"),
    [
        (report(), "✅ Clean"),
        (report(finding(level="note")), "🔵 Notes only"),
        (report(finding()), "❌ Breached"),
        (report(not_scanned=(NotScanned("a", "b"),)), "⚠️ Incomplete"),
        (report(tally=report().tally._replace(files=0)), "⚠️ Nothing to scan"),
        (report(tally=report().tally._replace(files=0), source="range"), "✅ Clean"),
    ],
)
def test_the_sign_is_that_of_the_verdict(sample: Report, sign: str) -> None:
    assert f"### {sign}" in render(sample, "markdown")
