import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from report_samples import KINDS, busy_report, finding, report
from scanner.model import KindInfo, NotScanned, Report, Repository, Span
from scanner.report import render, sarif
from scanner.report.uri import is_web_uri, path_to_uri, repository_uri

FORMATS = FormatChecker(formats=())
URI = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")


def is_reference(value: object) -> bool:
    return not isinstance(value, str) or URI.fullmatch(value) is not None


def is_uri(value: object) -> bool:
    return is_reference(value) and (not isinstance(value, str) or re.match(r"[a-z]+:", value) is not None)


FORMATS.checks("uri-reference")(is_reference)
FORMATS.checks("uri")(is_uri)
SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FORMATS)


def run_of(sample: Report, **options: Any) -> dict[str, Any]:
    """The one run of the log, once the log has been found valid and consistent in its indices."""
    log = json.loads(render(sample, "sarif", **options))
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    rules, taxa = run["tool"]["driver"]["rules"], run["taxonomies"][0]["taxa"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert [taxa[taxon["index"]]["id"] for taxon in result.get("taxa", ())] in ([], [result["properties"]["clause"]])
        # DefectDojo reads a version from what follows a slash.
        names = [*result["partialFingerprints"], *result["fingerprints"]]
        assert all("/" not in name or re.search(r"/v[0-9]+$", name) for name in names)
    for rule in rules:
        assert all(taxa[link["target"]["index"]]["id"] == link["target"]["id"] for link in rule.get("relationships", ()))
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
    return dict(run)


def test_a_busy_report_is_valid_with_and_without_suppressed_results() -> None:
    assert {result["ruleId"] for result in run_of(busy_report())["results"]} == set(KINDS)
    run_of(busy_report(), sarif_suppressed=True)


def test_a_report_without_findings_has_an_empty_list_of_results() -> None:
    run = run_of(report(repository=None))
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert "versionControlProvenance" not in run


any_text = st.text(st.characters(codec=None, categories=None), max_size=40)
paths = st.binary(max_size=20).map(lambda raw: raw.decode("utf-8", "surrogateescape")).filter(lambda path: path.strip("/.") != "")


@st.composite
def odd_reports(draw: st.DrawFn) -> Report:
    path, words, url = draw(paths), draw(any_text), draw(any_text)
    span = Span(0, draw(st.integers(0, 50)), draw(st.integers(0, 2)), draw(st.integers(0, 50)))
    item = finding(path=path, message=words, snippet=draw(any_text), span=span, kind=words or "k", clause=url, justification=words)
    missed = (NotScanned(path, words), NotScanned("", words))
    return report(item, finding(), not_scanned=missed, notices=(words,), repository=Repository(words, words, url))


@settings(max_examples=40, deadline=None)
@given(odd_reports(), st.booleans())
def test_odd_paths_and_texts_give_a_valid_log(sample: Report, suppressed: bool) -> None:
    for result in run_of(sample, sarif_suppressed=suppressed)["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert 1 <= region["startColumn"] <= region["endColumn"]
        assert "endLine" not in region


@given(paths)
def test_a_path_comes_back_from_its_uri(path: str) -> None:
    kept = [part for part in path.encode("utf-8", "surrogateescape").split(b"/") if part not in (b"", b".")]
    assert unquote_to_bytes(path_to_uri(path)) == b"/".join(kept)
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]*", path_to_uri(path))


def test_paths_are_relative_to_the_root_that_is_never_spelt_out() -> None:
    sample = report(finding(path="docs/é ü:#?.yaml"), root="/home/ada/shop")
    run = run_of(sample)
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "docs/%C3%A9%20%C3%BC%3A%23%3F.yaml", "uriBaseId": "%SRCROOT%"}
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    assert "/home/ada" not in render(sample, "sarif")


def test_a_scan_of_a_folder_names_paths_as_the_repository_does() -> None:
    sample = report(finding(), repository=Repository(folder="services/a b"), not_scanned=(NotScanned("x.yaml", "is locked"),))
    run = run_of(sample)
    located = [*run["results"], *run["invocations"][0]["toolExecutionNotifications"]]
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in located]
    assert uris == ["services/a%20b/deploy/app.yaml", "services/a%20b/x.yaml"]


def test_a_rule_tells_what_dashboards_show() -> None:
    (rule,) = run_of(report(finding()))["tool"]["driver"]["rules"]
    assert rule["name"] == "KubernetesWorkload"
    assert rule["helpUri"] == "https://kubernetes.io/docs/concepts/workloads/"
    assert rule["properties"] == {
        "tags": ["J.4.1", "clause-3.6", "orchestration", "kubernetes", "clause-3.10"],
        "precision": "high",
        "security-severity": "8.0",
    }
    for words in (
        "An object that makes",
        "Authoring Kubernetes",
        "Backstage",
        "a later authorisation",
        "phasegate: allow kubernetes-workload",
    ):
        assert words in rule["help"]["markdown"]
        assert words in rule["help"]["text"]


@pytest.mark.parametrize(("level", "severity"), [("error", "8.0"), ("warning", "5.5"), ("note", "2.0")])
def test_severity_follows_the_level_of_the_kind(level: Any, severity: str) -> None:
    kind = KindInfo("x", "X", "3.6", level, "f", "aws", "Why.", further=tuple(f"9.{number}" for number in range(30)))
    (rule,) = run_of(report(finding(kind="x"), kinds={"x": kind}))["tool"]["driver"]["rules"]
    assert rule["defaultConfiguration"] == {"level": level}
    assert rule["properties"]["security-severity"] == severity
    assert rule["name"].lower() != "x"


def test_the_clause_stands_in_the_message_and_the_level_is_that_of_the_finding() -> None:
    (result,) = run_of(report(finding(level="note")))["results"]
    assert result["message"]["text"] == "A Deployment makes a cluster run containers. J.4.1 clause 3.6 (orchestration)."
    assert result["level"] == "note"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("J.4.1 clause 3.1 forbids it", "J.4.1 clause 3.1 forbids it."),
        ("Near clause 3.12", "Near clause 3.12. J.4.1 clause 3.1 (iac-code)."),
    ],
)
def test_a_message_that_names_its_clause_does_not_name_it_twice(words: str, shown: str) -> None:
    (result,) = run_of(report(finding(clause="3.1", message=words)))["results"]
    assert result["message"]["text"] == shown


def test_a_message_cannot_hold_a_link_and_is_cut_with_its_clause_kept() -> None:
    (result,) = run_of(report(finding(message="[see](https://evil.example) " + "x" * 5000)))["results"]
    text = result["message"]["text"]
    assert "](" not in text
    assert text.endswith("J.4.1 clause 3.6 (orchestration).")
    assert len(text) <= 1024


def test_a_span_of_many_lines_becomes_the_region_of_its_first_line() -> None:
    (result,) = run_of(report(finding(span=Span(4, 3, 90, 2), snippet="  kind: Deployment", snippet_column=1)))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 3, "endColumn": 19, "snippet": {"text": "kind: Deployment"}}


def test_fingerprints_are_the_two_that_dashboards_take() -> None:
    sample = report(finding())
    assert run_of(sample)["results"][0]["partialFingerprints"] == {"phasegate/v1": "f" * 32}
    with_hash = run_of(sample, line_hashes={("deploy/app.yaml", 2): "abc:1", ("deploy/app.yaml", 3): "def:1"})
    assert with_hash["results"][0]["partialFingerprints"] == {"primaryLocationLineHash": "abc:1", "phasegate/v1": "f" * 32}
    assert with_hash["results"][0]["fingerprints"] == {"phasegate/v1": "f" * 32}


def test_the_run_says_where_to_learn_of_the_tool() -> None:
    assert run_of(report())["tool"]["driver"]["informationUri"].startswith("https://")


def test_findings_that_do_not_count_are_left_out_or_marked() -> None:
    assert {result["properties"]["status"] for result in run_of(busy_report())["results"]} == {"open"}
    marked = run_of(busy_report(), sarif_suppressed=True)["results"]
    kinds = {result["properties"]["status"]: [item["kind"] for item in result["suppressions"]] for result in marked}
    assert kinds == {"open": [], "suppressed": ["inSource"], "baselined": ["external"], "authorized": ["external"]}


def test_what_was_not_scanned_is_told_and_the_run_is_no_success() -> None:
    (invocation,) = run_of(busy_report())["invocations"]
    assert invocation["executionSuccessful"] is False
    errors = [item for item in invocation["toolExecutionNotifications"] if item["level"] == "error"]
    assert [item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for item in errors] == ["big.bin.yaml", "odd%FF.yaml"]
    assert "larger than 10 MB" in errors[0]["message"]["text"]


def mixed(number: int) -> Report:
    levels = ("note", "warning", "error")
    return report(*(finding(path=f"{index:05}.yaml", level=levels[index % 3], fingerprint=f"{index * 7919:x}") for index in range(number)))


def test_the_worst_findings_survive_a_truncation_which_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 4)
    run = run_of(mixed(9))
    assert [result["level"] for result in run["results"]] == ["error", "error", "error", "warning"]
    assert run["properties"]["resultsLeftOut"] == 5
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["descriptor"]["id"] == "truncated"
    assert "5 findings" in notification["message"]["text"]


def test_a_log_is_cut_to_the_size_that_dashboards_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_GZIPPED", 8_000)
    run = run_of(mixed(900))
    assert 0 < len(run["results"]) < 900
    assert len(run["results"]) + run["properties"]["resultsLeftOut"] == 900
    assert {result["level"] for result in run["results"][:300]} == {"error"}


def test_many_paths_that_were_not_scanned_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_NOTIFICATIONS", 2)
    missed = tuple(NotScanned(f"{number}.yaml", "is locked") for number in range(5))
    notifications = run_of(report(not_scanned=missed))["invocations"][0]["toolExecutionNotifications"]
    assert len(notifications) == 3
    assert notifications[2]["message"]["text"].startswith("3 more paths were not scanned")


def test_provenance_needs_an_address_and_a_revision() -> None:
    (details,) = run_of(report())["versionControlProvenance"]
    assert details["repositoryUri"] == "ssh://git@example.org/team/shop.git"
    assert details["mappedTo"] == {"uriBaseId": "%SRCROOT%"}
    assert "versionControlProvenance" not in run_of(report(repository=Repository(url="https://example.org/x")))


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("git@example.org:team/shop.git", "ssh://git@example.org/team/shop.git"),
        ("example.org:~ada/my shop", "ssh://example.org/~ada/my%20shop"),
        ("https://ada:token@example.org/team/shop.git", "https://example.org/team/shop.git"),
        ("https://token@example.org:8443/a%20b?access_token=1", "https://example.org:8443/a%20b"),
        ("ssh://git:secret@example.org:2222/shop", "ssh://git@example.org:2222/shop"),
        ("https://[2001:db8::1]/shop", "https://[2001:db8::1]/shop"),
        ("/srv/git/shop.git", None),
        ("../shop", None),
        ("file:///srv/git/shop.git", None),
        ("C:\\shop", None),
        ("C:/shop", None),
        ("https://exa mple.org/x", None),
        ("https://example.org:99999/x", None),
        ("https://[::1/x", None),
        ("", None),
    ],
)
def test_a_remote_becomes_a_uri_without_credentials(url: str, uri: str | None) -> None:
    assert repository_uri(url) == uri


USABLE = "https://a.example/x?y#z"
UNUSABLE = ["http://a b", "javascript:alert(1)", "https://", "https://a.example/<x>"]


def test_only_web_addresses_become_links() -> None:
    assert [link for link in [USABLE, *UNUSABLE] if is_web_uri(link)] == [USABLE]
