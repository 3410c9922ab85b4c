"""What a comment or an `[[allow]]` table lifts, and that nothing which fails to lift is passed over in silence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.explaining import explain
from scanner.judge.suppressions import parse
from scanner.model import Directive, Suppression
from settling_samples import BUCKET, POD, WORKFLOW, loaded, scan, statuses, under

DID_YOU_MEAN = " (did you mean 'kubernetes-manifest'?)"


def parsed(words: str, line: int = 3, embedded_in: str | None = None) -> Suppression | None:
    return parse(Directive(line, line + 1, words, embedded_in), loaded().policy, loaded().infos)


@pytest.mark.parametrize(
    ("words", "names", "until", "reason"),
    [
        ("allow 3.6 -- a sample", {"3.6"}, None, "a sample"),
        ("allow orchestration -- a sample", {"3.6"}, None, "a sample"),
        ("allow kubernetes-manifest, 3.10 until 2027-01-31 -- until then", {"kubernetes-manifest", "3.10"}, "2027-01-31", "until then"),
        ("allow 3.6 3.9 — in XML no -- may stand in a comment", {"3.6", "3.9"}, None, "in XML no -- may stand in a comment"),
        ("allow\t3.6\t--\ta tab", {"3.6"}, None, "a tab"),
    ],
)
def test_names_end_and_reason(words: str, names: set[str], until: str | None, reason: str) -> None:
    found = parsed(words)
    assert found is not None
    assert (set(found.names), found.until, found.reason, found.problem, found.unknown) == (names, until, reason, None, None)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("allow 3.6", "the reason is missing"),
        ("allow 3.6 --", "the reason is missing"),
        ("allow 3.6 because", "the reason is missing"),
        ("allow -- why", "names no kind and no clause"),
        ("allow", "names no kind and no clause"),
        ("allow * -- why", "'*' would lift everything"),
        ("allow 3.6 until tomorrow -- why", "'until' takes one day as YYYY-MM-DD, not 'tomorrow'"),
        ("allow 3.6 until 2027-02-30 -- why", "'until' takes one day"),
        ("allow 3.6 until 20270131 -- why", "'until' takes one day"),
        ("allow 3.6 until -- why", "'until' takes one day"),
        ("ignore 3.6 -- why", "is 'allow' or 'allow-file', not 'ignore'"),
        ("Allow 3.6 -- why", "is 'allow' or 'allow-file', not 'Allow'"),
    ],
)
def test_what_is_malformed_says_what_is_wrong(words: str, problem: str) -> None:
    found = parsed(words)
    assert found is not None
    assert problem in (found.problem or "")


def test_a_remark_about_the_tool_is_no_attempt_to_lift_anything() -> None:
    assert parsed("runs before every push") is None
    assert parsed("") is None


@pytest.mark.parametrize(
    ("line", "embedded_in", "problem"),
    [
        (20, None, None),
        (21, None, "'allow-file' stands in the first 20 lines of a file"),
        (3, "yaml", "'allow-file' stands in the file itself"),
    ],
)
def test_a_whole_file_is_excepted_from_its_head_only(line: int, embedded_in: str | None, problem: str | None) -> None:
    found = parsed("allow-file 3.6 -- x", line, embedded_in)
    assert found is not None
    assert found.lines == ()
    assert (found.problem or "").startswith(problem or "")
    assert (found.problem is None) == (problem is None)


@given(
    st.lists(st.sampled_from(["3.6", "iac-code", "kubernetes-manifest", "terraform-config"]), min_size=1, unique=True),
    st.sampled_from([", ", " ", ",", " , "]),
    st.dates().map(str) | st.none(),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1),
)
def test_what_follows_the_grammar_is_read_back(names: list[str], separator: str, until: str | None, reason: str) -> None:
    end = f" until {until}" if until else ""
    found = parsed(f"allow {separator.join(names)}{end} -- {reason}")
    assert found is not None
    assert found.problem is None
    assert found.unknown is None
    assert len(found.names) == len(names)
    assert (found.until, found.reason) == (until, reason)


@given(st.text())
def test_whatever_is_said_without_a_reason_never_lifts(words: str) -> None:
    found = parsed(f"allow {words.replace('--', '').replace('—', '')}")
    assert found is not None
    assert found.problem is not None


def lifted(text: str, path: str = "deploy/pod.yaml", **terms: Any) -> list[str]:
    """The clauses that are suppressed in a file."""
    return [each.clause for each in scan({path: text}, under(**terms)).findings if each.status == "suppressed"]


def test_a_comment_lifts_the_finding_below_it_and_says_why() -> None:
    report = scan({"deploy/pod.yaml": f"# phasegate: allow kubernetes-manifest until 2026-06-15 -- for teaching\n{POD}"})
    (finding,) = report.findings
    assert (finding.status, finding.justification, finding.in_source) == ("suppressed", "for teaching (until 2026-06-15)", True)
    assert report.notices == ()


def test_only_the_named_clause_at_the_named_place_is_lifted() -> None:
    assert lifted(f"# phasegate: allow 3.1 -- x\n{POD}") == []
    assert lifted(f"# phasegate: allow 3.6 -- x\n\n{POD}") == []
    assert lifted(f"# phasegate: allow 3.6 -- x\n{POD}---\n{POD.replace('web', 'api')}") == ["3.6"]
    assert lifted(f"# phasegate: allow-file 3.6 -- x\n{POD}---\n{POD.replace('web', 'api')}") == ["3.6", "3.6"]


def test_code_inside_code_is_excepted_at_the_line_of_the_file_or_in_its_own_comments() -> None:
    for workflow in (
        WORKFLOW.replace("terraform apply", "terraform apply # phasegate: allow 3.2 -- x"),
        WORKFLOW.replace("terraform", "# phasegate: allow 3.2 -- x\n          terraform"),
        WORKFLOW.replace("|\n          terraform apply", "terraform apply # phasegate: allow 3.2 -- x"),
    ):
        assert lifted(workflow, ".github/workflows/a.yml") == ["3.2"]
    assert lifted(f"Text.\n\n<!-- phasegate: allow 3.1 -- x -->\n```hcl\n{BUCKET}```\n", "README.md") == ["3.1"]
    assert lifted(f"Text.\n\n```hcl\n# phasegate: allow 3.1 -- x\n{BUCKET}```\n", "README.md") == ["3.1"]


def test_a_committed_secret_can_be_excepted_too() -> None:
    key = "ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"
    assert lifted(f"token = '{key}'\n", "app.py") == []
    assert set(lifted(f"token = '{key}'  # phasegate: allow 3.5 -- revoked\n", "app.py")) == {"3.5"}
    assert set(lifted(f"-- phasegate: allow 3.5 -- revoked\n-- {key}\n", "notes.sql")) == {"3.5"}


def test_a_secret_in_the_words_of_a_comment_is_masked_like_everywhere() -> None:
    key = "ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"
    text = f"token = '{key}'  # phasegate: allow 3.5 -- {key} is revoked\nother = 1  # phasegate: allow {key} -- x\n"
    report = scan({"app.py": text})
    assert {(each.span.line, each.status) for each in report.findings} == {(1, "suppressed"), (2, "open")}
    assert "unknown kind or clause" in str(report.notices)
    assert key not in str(report)


def test_words_in_a_string_lift_nothing() -> None:
    text = f'note: "# phasegate: allow-file 3.6 -- x"\n{POD}'
    assert lifted(text) == []
    assert lifted(f"{POD}data: |\n  # phasegate: allow-file 3.6 -- x\n") == []


def test_an_expired_unused_or_unknown_one_is_reported() -> None:
    text = (
        "# phasegate: allow 3.6 until 2026-06-14 -- past\n"
        "# phasegate: allow 3.9 -- nothing of it\n"
        "# phasegate: allow kubernetes-manifst -- a slip\n"
    )
    report = scan({"deploy/pod.yaml": text + POD})
    assert statuses(report) == {("deploy/pod.yaml", "3.6", "open")}
    assert report.notices == (
        f"the suppression at deploy/pod.yaml:3 lifts nothing: unknown kind or clause 'kubernetes-manifst'{DID_YOU_MEAN}",
        "the suppression at deploy/pod.yaml:1 lifts nothing: it ended on 2026-06-14",
        "the suppression at deploy/pod.yaml:2 is not used: it meets no finding of 3.9",
    )


def test_one_in_a_file_that_nothing_else_would_look_at_is_reported_too() -> None:
    for path, comment in (("app.py", "#"), ("notes.sql", "--"), ("a.go", "//")):
        assert "is not used" in str(scan({path: f"{comment} phasegate: allow 3.1 -- x\n"}).notices)


def test_a_document_may_quote_one_without_being_told_that_it_is_not_used() -> None:
    report = scan({"README.md": "Write:\n\n```yaml\n# phasegate: allow 3.6 -- why\na: 1\n```\n"})
    assert report.notices == ()


def test_what_narrows_the_report_makes_no_suppression_unused() -> None:
    report = scan({"deploy/pod.yaml": f"# phasegate: allow 3.6 -- x\n{POD}"}, clauses=frozenset({"3.1"}))
    assert not any("not used" in notice for notice in report.notices)
    assert report.findings == ()


def test_the_past_is_not_nagged_about() -> None:
    text = f"# phasegate: allow 3.6 -- x\n{POD}# phasegate: allow 3.1 -- x\n"
    report = scan({"deploy/pod.yaml": text}, commit="c" * 40)
    assert statuses(report) == {("deploy/pod.yaml", "3.6", "suppressed")}
    assert report.notices == ()


def test_many_are_counted_not_listed() -> None:
    text = "".join(f"# phasegate: allow 3.9 -- x\na{number}: 1\n" for number in range(600))
    notices = scan({"a.yaml": text}).notices
    assert len(notices) <= 45
    assert any("not listed" in notice for notice in notices)


def test_no_suppressions_overrules_comments_and_tables_and_counts_them() -> None:
    files = {"deploy/pod.yaml": f"# phasegate: allow 3.6 -- x\n{POD}", "main.tf": BUCKET}
    table = {"paths": ["*.tf"], "clauses": ["3.1"], "reason": "x"}
    report = scan(files, under(allow=[table], honoured="none"))
    assert {status for _, _, status in statuses(report)} == {"open"}
    assert report.notices == (
        "--no-suppressions overrules comments: 1 finding would be suppressed",
        "--no-suppressions overrules the configuration: 1 finding would be suppressed",
    )
    report = scan(files, under(allow=[table], honoured="configured"))
    assert statuses(report) == {("deploy/pod.yaml", "3.6", "open"), ("main.tf", "3.1", "suppressed")}
    assert report.notices == ("comments in the files do not count here: 1 finding would be suppressed",)


def test_a_table_lifts_what_it_names_in_its_paths() -> None:
    files = {"a/pod.yaml": POD, "b/a/pod.yaml": POD}
    report = scan(files, under(allow=[{"paths": ["a"], "kinds": ["kubernetes-manifest"], "reason": "x", "until": "2026-06-15"}]))
    assert statuses(report) == {("a/pod.yaml", "3.6", "suppressed"), ("b/a/pod.yaml", "3.6", "open")}
    assert [each.in_source for each in report.findings] == [False, False]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"paths": ["**"], "clauses": ["3.6"]}, "'reason' is missing"),
        ({"paths": ["**"], "reason": "x"}, "it needs 'kinds' or 'clauses'"),
        ({"paths": [], "clauses": ["3.6"], "reason": "x"}, "'paths' must be a list of texts, at least one"),
        ({"paths": ["**"], "clauses": ["3.6"], "reason": " "}, "'reason' must be a text that says something"),
        ({"paths": ["**"], "clauses": ["3.66"], "reason": "x"}, "unknown clause '3.66' (did you mean '3.6'?)"),
        ({"paths": ["**"], "kinds": ["kubernetes-manifst"], "reason": "x"}, "did you mean 'kubernetes-manifest'?"),
        ({"paths": ["**"], "clauses": ["3.6"], "reason": "x", "untill": 1}, "unknown key 'untill' (did you mean 'until'?)"),
        ({"paths": ["**"], "clauses": ["3.6"], "reason": "x", "until": "soon"}, "'until' must be a day as YYYY-MM-DD"),
        ({"paths": ["!a"], "clauses": ["3.6"], "reason": "x"}, "path '!a': a pattern that takes others back"),
        ({"paths": ["../x"], "clauses": ["3.6"], "reason": "x"}, "no glob below the root"),
        ({"paths": ["**"], "clauses": ["3.6"], "reason": "x", "until": "2026-06-14"}, "it ended on 2026-06-14"),
        ({"paths": ["x/**"], "clauses": ["3.6"], "reason": "x"}, "its paths match no file"),
        ({"paths": ["**"], "clauses": ["3.1"], "reason": "x"}, "nothing in its paths is a finding of 3.1"),
    ],
)
def test_a_table_that_lifts_nothing_says_why(table: dict[str, Any], words: str) -> None:
    report = scan({"deploy/pod.yaml": POD}, under(allow=[table]))
    assert statuses(report) == {("deploy/pod.yaml", "3.6", "open")}
    (notice,) = report.notices
    assert notice.startswith("allow 1 of the configuration ")
    assert words in notice


def test_the_explanation_of_a_kind_or_a_clause_says_how_to_except_it() -> None:
    assert "phasegate: allow terraform-config -- why" in explain(loaded(), "terraform-config")
    assert "phasegate: allow orchestration -- why" in explain(loaded(), "3.6")


@pytest.mark.parametrize("name", ["README.md", "docs/configuration.md"])
def test_the_examples_of_the_documents_can_be_used_as_they_stand(name: str) -> None:
    text = (Path(__file__).resolve().parent.parent / name).read_text(encoding="utf-8")
    tables = [tomllib.loads(block) for block in re.findall(r"(?ms)^```toml\n(.*?)^```", text) if "[[" in block]
    comments = re.findall(r"(?m)^# phasegate: (.*)", text)
    assert bool(tables) is (name != "README.md")
    assert comments
    for table in tables:
        assert under(allow=table["allow"], authorize=table["authorization"]).flaws == ()
    for words in comments:
        found = parsed(words)
        assert found is not None
        assert (found.problem, found.unknown) == (None, None)
