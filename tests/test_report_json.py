import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_samples import busy_report, finding, report
from scanner.errors import UsageError
from scanner.model import NotScanned
from scanner.report import FORMATS, render, renderer

KEYS = ["version", "tool", "policy", "root", "source", "revision", "summary", "findings", "not_scanned"]
FINDING_KEYS = [
    "clause",
    "kind",
    "level",
    "confidence",
    "path",
    "start_line",
    "start_column",
    "end_line",
    "end_column",
    "message",
    "evidence",
    "family",
    "vendor",
    "boundary",
    "lifted_by",
    "embedded_in",
    "commit",
    "authored",
    "fingerprint",
    "status",
    "justification",
    "headline",
    "snippet",
    "snippet_column",
    "in_source",
    "line_hash",
]


def test_the_keys_and_their_order_are_those_promised() -> None:
    document = json.loads(render(busy_report(), "json"))
    assert list(document)[: len(KEYS)] == KEYS
    assert list(document["summary"]) == ["files", "scanned", "skipped", "not_scanned", "findings", "clauses", "seconds"]
    assert list(document["findings"][0]) == FINDING_KEYS
    assert list(document["not_scanned"][0]) == ["path", "reason"]


def test_counts_look_at_open_findings_in_the_order_of_the_policy() -> None:
    document = json.loads(render(busy_report(), "json"))
    assert document["summary"]["findings"] == {"error": 12, "warning": 1, "note": 1}
    assert list(document["summary"]["clauses"].items()) == [("3.1", 11), ("3.4", 1), ("3.6", 2)]
    assert {item["status"] for item in document["findings"]} == {"open", "suppressed", "authorized", "baselined"}


def test_a_clause_that_the_policy_does_not_list_is_counted_all_the_same() -> None:
    document = json.loads(render(report(finding(clause="9.9")), "json"))
    assert document["summary"]["clauses"] == {"9.9": 1}


def test_an_empty_report_is_whole() -> None:
    document = json.loads(render(report(repository=None), "json"))
    assert (document["findings"], document["not_scanned"], document["revision"]) == ([], [], None)
    assert document["summary"]["seconds"] == 0.123


def test_a_byte_that_is_no_text_is_spelt_out() -> None:
    text = render(report(finding(path="a\udcff\udc80.tf", evidence="\\x \ud800")), "json")
    item = json.loads(text)["findings"][0]
    assert item["path"] == "a\\xff\\x80.tf"
    assert item["evidence"] == "\\x \\ud800"


def test_lines_of_jsonl_are_typed_and_the_last_one_is_the_summary() -> None:
    sample = busy_report()
    rows = [json.loads(line) for line in render(sample, "jsonl").splitlines()]
    assert [row["type"] for row in rows] == ["finding"] * len(sample.findings) + ["not_scanned"] * 2 + ["summary"]
    assert list(rows[0]) == ["type", *FINDING_KEYS]
    assert rows[-1]["summary"] == json.loads(render(sample, "json"))["summary"]


odd_text = st.text(st.characters(codec=None, categories=None) | st.sampled_from('\x1b\x7f\x9b\u2028\u202e\udcff\\"\n'), max_size=30)


@given(odd_text, odd_text, odd_text)
def test_any_text_gives_valid_json_that_cannot_steer_a_terminal(path: str, words: str, reason: str) -> None:
    sample = report(finding(path=path, message=words, evidence=words), not_scanned=(NotScanned(path, reason),), notices=(words,))
    for name in ("json", "jsonl"):
        text = render(sample, name)
        text.encode()
        assert not set(text) & set("\x1b\x7f\x9b\u2028\u202e\ufeff")
        lines = text.splitlines() if name == "jsonl" else [text]
        assert all(isinstance(json.loads(line), dict) for line in lines)


def test_the_same_report_gives_the_same_bytes_but_for_the_seconds() -> None:
    slower = busy_report()._replace(seconds=9.0)
    assert render(busy_report(), "json").replace("0.123", "9.0") == render(slower, "json")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders(name: str) -> None:
    assert render(busy_report(), name).endswith("\n")


@pytest.mark.parametrize(
    ("name", "hint"), [("sarfi", "did you mean 'sarif'"), ("JSON", "did you mean 'json'"), ("?", "known formats: text")]
)
def test_an_unknown_format_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        renderer(name)
