"""cfn-lint judges a template in a process of its own and reads nothing but the text; its list of types is the one that signatures ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.deep import resource_types
from scanner.deep.cloudformation import LARGEST, judge
from scanner.errors import Unreadable
from scanner.match import lists, shipped
from scanner.match.signatures import load_yaml

BUCKET = "Resources:\n  Assets:\n    Type: AWS::S3::Bucket\n"


def exact_types() -> set[str]:
    """The types that rows of the CloudFormation table name without a wildcard."""
    table = load_yaml(str(Path(shipped.directory()) / "tables" / "cloudformation-types.yaml"))
    named = {pattern for row in table["rows"] for pattern in ([row["match"]] if isinstance(row["match"], str) else row["match"])}
    return {pattern for pattern in named if "*" not in pattern}


def test_a_template_without_a_header_is_told_from_its_lookalikes() -> None:
    assert judge(BUCKET, "a.yaml").is_template
    assert not judge("Resources:\n  Box:\n    Type: AWS::Cardboard::Box\n", "b.yaml").is_template
    assert not judge("Resources: [one, two]\n", "c.yaml").is_template


def test_problems_say_where_they_are() -> None:
    verdict = judge(f"{BUCKET}    Properties:\n      BucketNam: shop\n", "template.yaml")
    assert verdict.resources == {"Assets": "AWS::S3::Bucket"}
    assert [(problem.span.line, problem.span.column, problem.level) for problem in verdict.problems] == [(5, 7, "error")]
    assert "BucketNam" in verdict.problems[0].message


def test_a_template_cannot_bring_rules_or_silence_them(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    (tmp_path / "rules.py").write_text(f"open({str(trace)!r}, 'w').close()\n")
    metadata = f"Metadata:\n  cfn-lint:\n    config:\n      append_rules: [{tmp_path}]\n      ignore_checks: [E]\n"
    verdict = judge(f"{metadata}{BUCKET}    Properties: {{BucketNam: shop}}\n", "template.yaml")
    assert verdict.problems
    assert not trace.exists()


def test_a_configuration_file_of_the_repository_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert judge(f"{BUCKET}    Properties: {{BucketNam: shop}}\n", "template.yaml").problems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Resources: [\n", "no YAML or JSON"),
        (f"# {'x' * LARGEST}\n", "larger than"),
        (f"{BUCKET}    Properties: {'[' * 5000}{']' * 5000}\n", "t.yaml"),
    ],
)
def test_what_cannot_be_judged_is_unreadable(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        judge(text, "t.yaml")


def test_a_judge_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(Unreadable, match="took longer"):
        judge(BUCKET, "t.yaml", seconds=0.01)


def test_every_type_that_the_table_names_is_real() -> None:
    known = set(resource_types.known())
    assert sorted(exact_types() - known) == []
    assert sorted(exact_types() - lists.members(resource_types.NAME)) == []


def test_the_list_of_types_is_what_its_version_of_cfn_lint_knows() -> None:
    kept = Path(resource_types.path()).read_text(encoding="utf-8")
    if f"cfn-lint {resource_types.version()} knows." not in kept.splitlines()[0]:
        pytest.skip("another version of cfn-lint is installed: the list is written anew with a release")
    assert kept == resource_types.text()
