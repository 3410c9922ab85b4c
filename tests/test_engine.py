"""How signatures are evaluated, with signatures made up for the purpose."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scanner import pipeline
from scanner.match import rules, shipped
from scanner.model import File, Listing, Report

THING: dict[str, Any] = {
    "kind": "thing",
    "title": "Thing",
    "clause": "3.1",
    "level": "error",
    "formats": ["yaml"],
    "hints": ["thing:"],
    "where": [{"at": "$[?@.thing]"}],
    "explain": "A thing.",
}
Tree = dict[str, str]


class Bench:
    """A signature directory that a test fills, and scans of trees that stand in memory."""

    def __init__(self, base: Path) -> None:
        self.base = base
        source = Path(shipped.directory())
        shutil.copytree(source / "policy", base / "policy")
        for name in ("formats.yaml", "subjects.yaml"):
            shutil.copy(source / name, base / name)

    def kinds(self, *kinds: dict[str, Any]) -> None:
        with (self.base / "family.yaml").open("w", encoding="utf-8") as out:
            YAML().dump({"family": "made-up", "kinds": [{**THING, **kind} for kind in kinds]}, out)

    def table(self, **table: Any) -> None:
        with (self.base / "table.yaml").open("w", encoding="utf-8") as out:
            YAML().dump(table, out)

    def report(self, tree: Tree) -> Report:
        loaded = rules.load(str(self.base), use_cache=False)
        files = tuple(File(path, lambda _limit, text=text: text.encode()) for path, text in tree.items())  # type: ignore[misc]
        return pipeline.scan(Listing(".", "worktree", files, frozenset(tree)), loaded, pipeline.Settings(jobs=1))

    def lines(self, tree: Tree) -> list[str]:
        return [f"{f.path}:{f.span.line}:{f.span.column} {f.clause} {f.kind} {f.level}" for f in self.report(tree).findings]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_kind_is_found_in_every_document_and_tells_its_evidence(bench: Bench) -> None:
    bench.kinds({"show": ["thing", "meta.name"]})
    report = bench.report({"a/b.yaml": "thing: 1\nmeta:\n  name: x\n---\nother: 1\n---\nthing: 2\n"})
    assert [(finding.span.line, finding.evidence) for finding in report.findings] == [(1, "thing: 1, name: x"), (7, "thing: 2")]


def test_further_claims_stand_at_each_place_and_only_where_the_kind_was_found(bench: Bench) -> None:
    bench.kinds({"claims": [{"clause": "3.9", "level": "warning", "at": "$[*].env[*]", "says": "variable"}]})
    assert bench.lines({"a.yaml": "thing: 1\nenv:\n- A\n- B\n---\nenv: [C]\n"}) == [
        "a.yaml:1:1 3.1 thing error",
        "a.yaml:3:3 3.9 thing warning",
        "a.yaml:4:3 3.9 thing warning",
    ]


def test_conditions_hold_for_the_same_subject(bench: Bench) -> None:
    bench.kinds({"where": [{"at": "$[?@.thing]", "when": ["$[?@.ready]"], "unless": ["$[?@.draft]"]}]})
    tree = {"a.yaml": "thing: 1\nready: 1\n---\nthing: 2\n---\nthing: 3\nready: 1\ndraft: 1\n"}
    assert bench.lines(tree) == ["a.yaml:1:1 3.1 thing error"]


def test_a_kind_once_a_file_and_a_kind_ruled_out(bench: Bench) -> None:
    bench.kinds({"once": True, "unless": ["$[?@.swagger]"]})
    assert bench.lines({"a.yaml": "thing: 1\n---\nthing: 2\n", "b.yaml": "thing: 1\nswagger: 2\n"}) == ["a.yaml:1:1 3.1 thing error"]


def test_a_more_specific_kind_speaks_for_the_general_one(bench: Bench) -> None:
    bench.kinds({}, {"kind": "special", "title": "Special", "where": [{"at": "$[?@.thing == 'special']"}], "refines": ["thing"]})
    assert bench.lines({"a.yaml": "thing: special\n---\nthing: plain\n"}) == ["a.yaml:1:1 3.1 special error", "a.yaml:3:1 3.1 thing error"]


def test_a_name_that_is_proof_needs_content_that_is_no_comment(bench: Bench) -> None:
    bench.kinds({"names": ["**/Thingfile"], "name_is_proof": True, "where": [], "hints": [], "formats": []})
    tree = {"Thingfile": "\n# note\nrun: x\n", "a/Thingfile": "", "b/Thingfile.md": "text"}
    assert bench.lines(tree)[-1] == "a/Thingfile:1:1 3.1 thing note"
    assert [line.split(":")[0] for line in bench.lines(tree)] == ["Thingfile", "a/Thingfile"]


def test_neighbours_above_decide_together_with_names(bench: Bench) -> None:
    bench.kinds({"names": ["**/parts/*.yaml"], "near": ["Root.yaml"], "where": [], "hints": []})
    tree = {"x/Root.yaml": "a: 1\n", "x/parts/p.yaml": "b: 1\n", "y/parts/p.yaml": "b: 1\n"}
    assert bench.lines(tree) == ["x/parts/p.yaml:1:1 3.1 thing error"]


def test_text_patterns_see_no_comments(bench: Bench) -> None:
    bench.kinds({"formats": ["groovy"], "where": [{"text": "^thing \\{", "also": ["stage"]}], "hints": ["thing"]})
    tree = {"a.groovy": "// thing {\nthing {\n  stage\n}\n", "b.groovy": "// thing {\nstage\n", "c.groovy": "thing {\n// stage\n}\n"}
    assert bench.lines(tree) == ["a.groovy:2:1 3.1 thing error"]


def test_an_example_file_is_a_note_and_other_wrappings_change_nothing(bench: Bench) -> None:
    bench.kinds({})
    assert bench.lines({"a.yaml.example": "thing: 1\n", "b.yaml.bak": "thing: 1\n", "c": "thing: 1\n", "d.txt": "thing: 1\n"}) == [
        "a.yaml.example:1:1 3.1 thing note",
        "b.yaml.bak:1:1 3.1 thing error",
        "c:1:1 3.1 thing error",
        "d.txt:1:1 3.1 thing error",
    ]


def test_code_in_a_fence_is_a_note_at_its_true_line(bench: Bench) -> None:
    bench.kinds({})
    report = bench.report({"README.md": "# Title\n\n- item\n\n  ```yaml\n  x: 1\n  ---\n  thing: 1\n  ```\n"})
    (finding,) = report.findings
    assert (finding.span.line, finding.span.column, finding.level, finding.embedded_in) == (8, 3, "note", "markdown")


def test_code_in_a_heredoc_keeps_its_level_and_its_line(bench: Bench) -> None:
    bench.kinds({})
    text = "#!/bin/sh\nkubectl apply -f - <<EOF\na: 1\n---\nthing: 1\nEOF\n"
    (finding,) = bench.report({"run": text}).findings
    assert (finding.span.line, finding.level, finding.embedded_in) == (5, "error", "shell")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("job:\n  script: |\n    y: 1\n    thing: 1\n", 3, 5),
        ("job:\n  script: |-\n\n      x: 1\n      thing: 1\n", 4, 7),
        ('job: {script: "a: 1\\nthing: 1"}\n', 1, 16),
        ("job:\n  script: 'thing: 1'\n", 2, 12),
    ],
)
def test_embedded_strings_are_reported_where_they_stand(bench: Bench, text: str, line: int, column: int) -> None:
    bench.kinds(
        {}, {"kind": "job", "hints": ["job:"], "where": [{"at": "$[?@.job]"}], "embeds": [{"at": "$[*].job.script", "format": "yaml"}]}
    )
    (finding,) = [finding for finding in bench.report({"a.yaml": text}).findings if finding.kind == "thing"]
    assert finding.embedded_in == "yaml"
    assert (finding.span.line, finding.span.column) == (line, column)


def test_embedded_code_may_be_named_by_its_key(bench: Bench) -> None:
    holder = {"kind": "holder", "hints": ["holder:"], "where": [{"at": "$[?@.holder]"}], "embeds": [{"at": "$[*].data[*]", "named": True}]}
    bench.kinds({"names": ["**/Thingfile"], "name_is_proof": True, "where": [], "hints": [], "formats": []}, holder)
    lines = bench.lines({"a.yaml": "holder: 1\ndata:\n  Thingfile: |\n    run: x\n  other: |\n    run: x\n"})
    assert [line for line in lines if " thing " in line] == ["a.yaml:4:5 3.1 thing error"]


def test_tables_map_keys_to_clauses_with_conditions_and_vendors(bench: Bench) -> None:
    bench.kinds({}, {"kind": "policy", "title": "Policy", "clause": "3.4", "where": [], "hints": []})
    bench.table(
        table="types",
        within=["thing"],
        subjects="documents",
        key=["type"],
        vendors={"acme_*": "acme"},
        rows=[
            {"match": "acme_policy_*", "kind": "policy"},
            {
                "match": "acme_alias",
                "kind": "policy",
                "clause": "3.12",
                "level": "warning",
                "when": ["$[?@.weights]"],
                "at": "$[0].weights",
            },
        ],
    )
    report = bench.report(
        {"a.yaml": "thing: 1\ntype: acme_policy_x\n---\nthing: 1\ntype: acme_alias\n---\nthing: 1\ntype: acme_alias\nweights: 2\n"}
    )
    assert [(finding.clause, finding.span.line, finding.vendor) for finding in report.findings if finding.kind == "policy"] == [
        ("3.4", 1, "acme"),
        ("3.12", 9, "acme"),
    ]
    assert {finding.vendor for finding in report.findings if finding.kind == "thing"} == {"acme"}


def test_a_fingerprint_survives_a_move_of_lines_and_tells_twins_apart(bench: Bench) -> None:
    bench.kinds({"show": ["thing"]})
    before = [finding.fingerprint for finding in bench.report({"a.yaml": "thing: 1\n---\nthing: 1\n"}).findings]
    after = [finding.fingerprint for finding in bench.report({"a.yaml": "\n\n# note\nthing: 1\n---\nx: 1\n---\nthing: 1\n"}).findings]
    assert before == after
    assert len(set(before)) == 2
    assert bench.report({"b.yaml": "thing: 1\n"}).findings[0].fingerprint not in before


def test_a_fault_in_one_file_is_told_and_costs_no_other_file_its_scan(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.read import yaml

    def faulty(text: str) -> Any:
        raise KeyError("secret text of the file")

    bench.kinds({"formats": ["yaml", "json"], "hints": ["thing"]})
    monkeypatch.setattr(yaml, "read", faulty)
    report = bench.report({"a.yaml": "thing: 1\n", "b.json": '{"thing": 1}\n'})
    assert [finding.path for finding in report.findings] == ["b.json"]
    assert report.not_scanned[0].path == "a.yaml"
    assert "internal error" in report.not_scanned[0].reason
    assert "secret text" not in report.not_scanned[0].reason


def test_a_key_takes_the_first_of_its_paths_that_leads_to_a_text(bench: Bench) -> None:
    bench.kinds({}, {"kind": "row", "where": [], "hints": []})
    bench.table(table="made-up", within=["thing"], subjects="documents", key=["image|repository"], rows=[{"match": ["x/*"], "kind": "row"}])
    tree = {"a.yaml": "thing: 1\nimage: x/a\n---\nthing: 1\nimage: {tag: 1}\nrepository: x/b\n---\nthing: 1\nimage: y/c\nrepository: x/c\n"}
    assert [line for line in bench.lines(tree) if " row " in line] == ["a.yaml:1:1 3.1 row error", "a.yaml:4:1 3.1 row error"]


def test_a_claim_for_the_whole_text_begins_behind_its_comments(bench: Bench) -> None:
    bench.kinds({"names": ["**/a.yaml"], "where": [{"also": ["other"], "names": ["**/a.yaml"]}]})
    assert bench.lines({"a.yaml": "# thing:\n\nother: thing\nthing: 1\n"}) == ["a.yaml:3:1 3.1 thing error"]


def test_a_snapshot_of_a_test_is_an_example(bench: Bench) -> None:
    bench.kinds({})
    assert bench.lines({"a.snap": "thing: 1\n", "b.yaml.snap": "thing: 1\n"}) == [
        "a.snap:1:1 3.1 thing note",
        "b.yaml.snap:1:1 3.1 thing note",
    ]


def test_what_a_guessed_parser_only_half_understands_is_an_indication(bench: Bench) -> None:
    bench.kinds({"formats": ["hcl"], "hints": ["thing"], "where": [{"at": "$[*].blocks[?@.type=='thing']"}]})
    block = 'thing "a" {\n  b = 1\n}\n'
    listed = bench.lines({"a": block, "b.txt": f"--- in ---\n{block}--- out ---\n", "c.tf": f"--- in ---\n{block}"})
    assert listed == ["a:1:1 3.1 thing error", "b.txt:2:1 3.1 thing note", "c.tf:2:1 3.1 thing error"]


def test_a_carrier_that_does_not_parse_is_told_only_where_it_may_carry_something(bench: Bench) -> None:
    carrier = {
        "kind": "carrier",
        "silent": True,
        "formats": ["json"],
        "hints": [],
        "names": ["**/package.json"],
        "where": [{"at": "$[?@.run]"}],
    }
    carrier |= {"title": "Carrier", "embeds": [{"at": "$[*].run"}]}
    with (bench.base / "carriers.yaml").open("w", encoding="utf-8") as out:
        YAML().dump({"family": "carriers", "kinds": [carrier]}, out)
    bench.kinds({})
    assert bench.report({"package.json": '{"run": {1'}).not_scanned == ()
    assert len(bench.report({"package.json": '{"run": "thing: 1", {1'}).not_scanned) == 1


@pytest.mark.parametrize(("path", "missed"), [("a.py", 0), ("a.html", 0), ("a.txt", 0), ("a.yaml", 1)])
def test_programs_and_prose_in_latin_1_are_read_and_configuration_is_told(bench: Bench, path: str, missed: int) -> None:
    bench.kinds({"formats": ["python", "text", "yaml"], "where": [{"text": "^thing:"}]})
    loaded = rules.load(str(bench.base), use_cache=False)
    files = (File(path, lambda _limit: b"# caf\xe9\nthing: 1\n"),)
    report = pipeline.scan(Listing(".", "worktree", files, frozenset({path})), loaded, pipeline.Settings(jobs=1))
    assert (len(report.not_scanned), len(report.findings)) == (missed, 1 - missed)
