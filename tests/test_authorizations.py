"""Which record of which phase lifts what (section 8), in its paths and in its time, and what is said of the others."""

from __future__ import annotations

from typing import Any

import pytest

from scanner import pipeline
from scanner.judge.authorizations import can_lift
from scanner.judge.baseline import Entry
from settling_samples import BUCKET, POD, listing, loaded, scan, statuses, under

MAIN = {"infra/main.tf": BUCKET}


def record(**changes: Any) -> dict[str, Any]:
    base = {"phase": "J.4.3", "clauses": ["3.1"], "paths": ["infra/**"], "author": "Ada", "reason": "signed", "date": "2026-01-01"}
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("phase", "clauses"),
    [
        ("J.4.2", {"3.3", "6.2"}),
        ("J.4.3", {"3.1", "3.2", "3.3"}),
        ("J.4.3.1", {"3.1", "3.2", "3.3"}),
        ("J.5", {"3.5", "3.8"}),
        ("J.5.2", {"3.5", "3.8"}),
        ("J.2.3", {"3.10"}),
        ("J.4.4", {"3.4", "3.6", "3.7", "3.9", "3.11", "3.12", "4.1", "4.2", "4.3", "4.4", "4.5"}),
        ("J.6", {"3.4", "3.6", "3.7", "3.9", "3.11", "3.12", "4.1", "4.2", "4.3", "4.4", "4.5"}),
        ("J.51", {"3.4", "3.6", "3.7", "3.9", "3.11", "3.12", "4.1", "4.2", "4.3", "4.4", "4.5"}),
        ("J.3", set()),
        ("J.4.1", set()),
        ("J.4.0", set()),
    ],
)
def test_each_phase_lifts_its_own_clauses(phase: str, clauses: set[str]) -> None:
    policy = loaded().policy
    assert {clause for clause in policy.clauses if can_lift(policy, phase, clause)} == clauses


def test_a_record_lifts_its_clauses_in_its_paths_and_is_shown() -> None:
    report = scan({**MAIN, "other/main.tf": BUCKET}, under(authorize=[record(expires="2026-06-15")]))
    assert statuses(report) == {("infra/main.tf", "3.1", "authorized"), ("other/main.tf", "3.1", "open")}
    assert report.findings[0].justification == "J.4.3 by Ada: signed (until 2026-06-15)"
    (shown,) = report.authorizations
    assert (shown.authorization.phase, shown.authorization.clauses, shown.findings) == ("J.4.3", ("3.1",), 1)
    assert report.notices == ()


def test_a_slug_names_a_clause_and_days_may_be_texts_or_dates() -> None:
    report = scan(MAIN, under(authorize=[record(clauses=["iac-code"])]))
    assert statuses(report) == {("infra/main.tf", "3.1", "authorized")}


def test_what_needs_two_phases_is_lifted_by_both_together() -> None:
    files = {"org/account.tf": 'resource "aws_organizations_account" "a" {\n  name = "a"\n  email = "a@example.org"\n}\n'}
    choice, code = record(phase="J.4.2", clauses=["3.3"], paths=["org"]), record(clauses=["3.1", "3.3"], paths=["org"])

    def of(*records: dict[str, Any]) -> set[str]:
        return {each.status for each in scan(files, under(authorize=[*records])).findings if each.clause == "3.3"}

    assert of() == {"open"}
    assert of(choice) == {"open"}
    assert of(code) == {"open"}
    assert of(choice, code) == {"authorized"}
    (notice,) = scan(files, under(authorize=[choice])).notices
    assert notice == "authorization 1 (J.4.2 by Ada) does not lift 3.3 alone: an authorisation of J.4.3 is needed there, too"
    assert scan(files, under(authorize=[choice, code])).notices == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phase": "J.4.2"}, "phase J.4.2 cannot lift clause 3.1, which waits for J.4.3"),
        ({"clauses": ["3.1", "3.4"]}, "phase J.4.3 cannot lift clause 3.4, which waits for a new phase later than J.4.1"),
        ({"phase": "next"}, "'next' is no phase such as J.4.3"),
        ({"phase": "K.9", "clauses": ["3.4"]}, "'K.9' is no phase of the family of J.4.1"),
        ({"author": None}, "'author' is missing"),
        ({"reason": ""}, "'reason' must be a text"),
        ({"date": None}, "'date' is missing"),
        ({"date": "01.02.2026"}, "'date' must be a day as YYYY-MM-DD"),
        ({"expires": "2025-12-31"}, "it expires on 2025-12-31, before it begins on 2026-01-01"),
        ({"clauses": []}, "'clauses' must be a list of texts, at least one"),
        ({"clauses": "3.1"}, "'clauses' must be a list of texts"),
        ({"paths": None}, "'paths' is missing"),
        ({"autor": "Ada"}, "unknown key 'autor' (did you mean 'author'?)"),
    ],
)
def test_a_malformed_record_lifts_nothing_and_says_so(changes: dict[str, Any], words: str) -> None:
    report = scan(MAIN, under(authorize=[record(**changes)]))
    assert statuses(report) == {("infra/main.tf", "3.1", "open")}
    assert report.authorizations == ()
    (notice,) = report.notices
    assert notice.startswith("authorization 1 lifts nothing: ")
    assert words in notice


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"expires": "2026-06-14"}, "lifts nothing: it ended on 2026-06-14"),
        ({"date": "2026-06-16"}, "lifts nothing: it begins on 2026-06-16"),
    ],
)
def test_outside_its_time_a_record_lifts_nothing_and_says_so(changes: dict[str, Any], words: str) -> None:
    report = scan(MAIN, under(authorize=[record(**changes)]))
    assert statuses(report) == {("infra/main.tf", "3.1", "open")}
    assert report.authorizations == ()
    assert report.notices == (f"authorization 1 (J.4.3 by Ada) {words}",)


def test_useless_and_overlapping_records_are_reported() -> None:
    records = [record(), record(paths=["**"]), record(clauses=["3.2"]), record(paths=["nowhere/**"])]
    report = scan({**MAIN, "infra/b.tf": BUCKET}, under(authorize=records))
    assert report.notices == (
        "authorization 3 (J.4.3 by Ada) covers nothing: nothing in its paths is a finding of 3.2",
        "authorization 4 (J.4.3 by Ada) covers nothing: its paths match no file",
        "authorizations 1 and 2 overlap: both cover clause 3.1 in infra/b.tf and 1 more file",
    )


def test_a_scan_of_a_part_calls_no_record_useless() -> None:
    part = listing({"a.txt": "x"})._replace(inventory=frozenset({"a.txt", "infra/main.tf"}))
    report = pipeline.scan(part, loaded(), pipeline.Settings(jobs=1), terms=under(authorize=[record()]))
    assert report.notices == ()


def test_a_suppression_goes_before_an_authorisation_and_that_before_the_baseline() -> None:
    finding = scan(MAIN, under()).findings[0]
    entry = {finding.fingerprint: Entry(finding.path, finding.clause, finding.kind, finding.fingerprint)}
    table = {"paths": ["infra"], "clauses": ["3.1"], "reason": "x"}
    known = {finding.fingerprint: "1234567"}

    def status(**terms: Any) -> tuple[str, str | None]:
        (found,) = scan(MAIN, under(**terms)).findings
        return found.status, found.justification

    assert status(known=known) == ("baselined", "stands at 1234567 already")
    assert status(known=known, baseline=entry) == ("baselined", "accepted in the baseline")
    assert status(known=known, baseline=entry, authorize=[record()]) == ("authorized", "J.4.3 by Ada: signed")
    assert status(known=known, baseline=entry, authorize=[record()], allow=[table]) == ("suppressed", "x")


def test_a_path_with_any_bytes_is_held_against_the_globs() -> None:
    report = scan({"infra/a\n\udcff.tf": BUCKET, "pod.yaml": POD}, under(authorize=[record()]))
    assert statuses(report) == {("infra/a\n\udcff.tf", "3.1", "authorized"), ("pod.yaml", "3.6", "open")}
