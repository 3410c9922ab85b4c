"""A report that is read back: the same as a scan straight to the format, and refused where it is no report or not a whole one."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from commands import Run, runner
from report_samples import busy_report, report
from repositories import commit, git, init, write
from scanner.errors import UsageError
from scanner.report import FORMATS, reading, render
from scanner.report.schemas import SCHEMAS, text_of
from scanner.report.shape import compile_schema

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n"
SECRET = "AKIA" + "QYLPMN5HHHFPZAM2"
FILES: dict[str, str | bytes] = {
    "deploy/é pod|x.yaml": POD,
    "broken.yaml": "apiVersion: v1\nkind: Pod\nmetadata: [1\n",
    "notes.md": f"# A sample\n\n```yaml\n{POD}```\n",
    "allowed.yaml": f"# phasegate: allow kubernetes-manifest -- a sample\n{POD}",
    "infra/main.tf": 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n' + "# " + "x" * 400 + "\n",
    "infra/key.tf": f'variable "k" {{\n  default = "{SECRET}"\n}}\n',
    "phasegate.toml": '[[authorization]]\nphase = "J.4.3"\nclauses = ["3.1"]\npaths = ["infra/main.tf"]\nauthor = "Ada"\n'
    'reason = "it is signed"\ndate = 2026-01-02\n',
}
SCHEMA = {name: json.loads(text_of(name)) for name in SCHEMAS}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A shell in a repository with findings of each status, a file that cannot be parsed, a secret and a remote."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    repo = init(tmp_path / "repo")
    git(repo, "remote", "add", "origin", "git@github.com:team/shop.git")
    commit(repo, FILES)
    write(repo, {"staged.yaml": POD})
    git(repo, "add", "staged.yaml")
    return runner(repo, monkeypatch, capsys)


@pytest.mark.parametrize(("source", "expected"), [((), 2), (("--history",), 2), (("--staged",), 1), (("infra",), 1)])
def test_a_converted_report_is_what_a_scan_writes(run: Run, tmp_path: Path, source: tuple[str, ...], expected: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    asked = [f"--format={name}={out}/{name}" for name in FORMATS if name != "text"]
    code, text, _err = run("scan", "--sarif-suppressed=include", "-v", *source, "--format=text", *asked)
    assert code == expected
    assert not [path.name for path in out.iterdir() if SECRET in path.read_text()]
    for written in ("json", "jsonl"):
        again = [f"--format={name}={out}/again-{name}" for name in FORMATS if name != "text"]
        told = run("convert", f"{out}/{written}", "--sarif-suppressed=include", "-v", "--format=text", *again)
        assert told == (code, text, "")
        for name in set(FORMATS) - {"text"}:
            assert (out / f"again-{name}").read_bytes() == (out / name).read_bytes(), name


def test_every_report_fits_the_published_schemas(run: Run) -> None:
    for source in ((), ("--history",), ("--clause", "3.5")):
        document = json.loads(run("scan", *source, "--format", "json")[1])
        Draft202012Validator(SCHEMA["report"]).validate(document)
        for line in run("scan", *source, "--format", "jsonl")[1].splitlines():
            Draft202012Validator(SCHEMA["line"]).validate(json.loads(line))
    for sample in (busy_report(), report(repository=None)):
        Draft202012Validator(SCHEMA["report"]).validate(json.loads(render(sample, "json")))


def test_the_schemas_are_valid_closed_and_agree_on_what_a_finding_is(run: Run) -> None:
    for name, schema in SCHEMA.items():
        Draft202012Validator.check_schema(schema)
        shapes = [shape for shape in (schema, *schema["$defs"].values()) if "properties" in shape]
        assert all(shape["additionalProperties"] is False for shape in shapes)
        assert run("schema", name) == (0, text_of(name), "")
    line = dict(SCHEMA["line"]["$defs"]["finding"]["properties"])
    assert line.pop("type") == {"const": "finding"}
    assert line == SCHEMA["report"]["$defs"]["finding"]["properties"]
    assert run("schema")[1].split() == list(SCHEMAS)
    assert run("schema", "reprot")[2] == "phasegate: unknown schema 'reprot' (did you mean 'report'?)\n"


@pytest.mark.parametrize(
    ("options", "expected"), [((), 1), (("--exit-zero",), 0), (("--fail-on", "never"), 0), (("--fail-on", "error"), 1)]
)
def test_the_exit_code_is_the_one_of_a_scan(run: Run, tmp_path: Path, options: tuple[str, ...], expected: int) -> None:
    run("scan", "infra", "-o", f"{tmp_path}/r.json", "--format", "json")
    assert run("convert", f"{tmp_path}/r.json", "-q", *options)[0] == expected
    run("scan", "-o", f"{tmp_path}/r.json", "--format", "json")
    assert run("convert", f"{tmp_path}/r.json", "-q", *options)[0] == 2


def changed(**changes: Any) -> bytes:
    """The sample report in JSON with some keys changed; a key of a finding is written `finding_…`."""
    document = json.loads(render(busy_report(), "json"))
    for key, value in changes.items():
        if key.startswith("finding_"):
            document["findings"][0][key.removeprefix("finding_")] = value
        else:
            document[key] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "is no JSON"),
        (b"NaN", "NaN is no number"),
        (b"[]", "must be object"),
        (changed(version=2), "is a report of version 2; this phasegate reads version 1"),
        (changed(version=True), "version: must be 1"),
        (changed(extra=1), "has the unknown key 'extra'"),
        (changed(finding_level="fatal"), "findings[0].level: must be error or warning or note"),
        (changed(finding_start_line=True), "findings[0].start_line: must be integer"),
        (changed(finding_start_line=0), "findings[0].start_line: must be from 1"),
        (changed(finding_end_line=1 << 60), "findings[0].end_line: must be from"),
        (changed(finding_fingerprint="f" * 32 + "\n"), "findings[0].fingerprint: must match"),
        (changed(finding_path="\ud800"), "findings[0].path: holds half of a surrogate pair"),
        (changed(findings=[]), "its summary counts other findings than it lists"),
        (changed(not_scanned=[]), "disagree on what was not scanned"),
        (b"\n".join(render(busy_report(), "jsonl").encode().splitlines()[:-1]), "the summary is missing"),
        (render(busy_report(), "jsonl").encode() + b'{"type": "not_scanned", "path": "", "reason": ""}\n', "stands below the summary"),
        (b'{"type": "other"}\n', "x:1: is no line of a report: has no known type"),
        (b'{"type": "summary", "version": 7}', "is a report of version 7"),
    ],
)
def test_what_is_no_whole_report_is_refused_in_one_line(data: bytes, words: str) -> None:
    with pytest.raises(UsageError) as refusal:
        reading.read(data, "x")
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_report_that_is_too_large_or_not_there_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(changed())
    assert run("convert", f"{tmp_path}/r.json", "-q")[0] == 2
    monkeypatch.setattr(reading, "LARGEST", 100)
    code, out, err = run("convert", f"{tmp_path}/r.json", "--format", "csv")
    assert (code, out, err) == (2, "", f"phasegate: {tmp_path}/r.json: is larger than 100 bytes\n")
    assert run("convert", "no-such.json")[2] == "phasegate: no-such.json: the report cannot be read: No such file or directory\n"


def test_a_report_may_come_from_a_pipe_and_have_a_byte_order_mark(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + render(report(), "jsonl").encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert run("convert", "-", "--format", "gitlab") == (0, "[]\n", "")


values: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(-2, 2), st.text("ab-3.", max_size=4), st.just([]), st.just({"a": 1})
)


@given(st.data())
def test_our_check_says_of_a_changed_report_what_a_validator_says(data: st.DataObject) -> None:
    document = json.loads(render(busy_report(), "json"))
    place = data.draw(
        st.sampled_from([document, document["summary"], document["findings"][0], document["clauses"][0], document["kinds"][0]])
    )
    key = data.draw(st.sampled_from([*place, "new"]))
    if data.draw(st.booleans()):
        place[key] = data.draw(values)
    else:
        place.pop(key, None)
    # A float without a fraction is an integer to the validator, as JSON has but one kind of number; we hold on to the stricter one.
    fits = compile_schema(SCHEMA["report"])(document) is None
    ours = isinstance(place.get(key), float) or fits
    assert ours == Draft202012Validator(SCHEMA["report"]).is_valid(document) or isinstance(place.get(key), float)
