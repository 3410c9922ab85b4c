"""The language server over its protocol, as an editor meets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from editors import Editor, area, capabilities, codes, editor, inserted, played, shared_editor
from repositories import init

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
QUEUE = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n'


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return init(tmp_path / "repo")


@pytest.fixture(scope="module")
def there() -> Iterator[Editor]:
    with shared_editor() as shared:
        yield shared


def places(diagnostics: list[types.Diagnostic]) -> list[tuple[object, types.Range]]:
    return [(each.code, each.range) for each in diagnostics]


@played
async def test_findings_come_with_the_text_and_go_with_it(there: Editor, repo: Path) -> None:
    file = repo / "web.yaml"
    (told,) = await there.open(file, POD)
    assert (told.code, told.range, told.severity) == ("kubernetes-manifest", area(0, 0, 0, 14), types.DiagnosticSeverity.Error)
    assert told.source == "phasegate"
    assert "J.4.1 clause 3.6 forbids" in told.message
    assert told.code_description is not None
    assert told.code_description.href.startswith("https://kubernetes.io/")
    assert await there.edit(file, ((1, 6, 1, 9), "Poem"), ((0, 0, 0, 14), "# a poem")) == []
    assert places(await there.edit(file, (None, f"# one more line\n{POD}"))) == [("kubernetes-manifest", area(1, 0, 1, 14))]
    assert not file.exists()
    there.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(file.as_uri())))
    assert await there.told_anew(file) == []


@pytest.mark.parametrize(("encoding", "start"), [(None, 10), ("utf-8", 14)])
@played
async def test_columns_are_counted_as_agreed(repo: Path, encoding: str | None, start: int) -> None:
    """The line holds a character of two units of UTF-16 and one of three bytes, and a tab."""
    async with editor(repo, can=capabilities(encodings=[encoding] if encoding else None)) as there:
        line = '/* 😀変 */\tresource "aws_sqs_queue" "jobs" {'
        (told,) = await there.open(repo / "main.tf", f'{line}\n  name = "jobs"\n}}\n')
        assert told.range == area(0, start, 0, start + len('resource "aws_sqs_queue" "jobs" {'))
        # What is typed behind these characters ends up where the editor has it.
        assert await there.edit(repo / "main.tf", ((0, start, 0, start + 8), "# gone"), ((1, 0, 2, 1), "")) == []


@played
async def test_lines_end_where_editors_end_them(there: Editor, repo: Path) -> None:
    """A form feed and a line separator end none; CR alone does, although no scanner of files would say so."""
    file = repo / "main.tf"
    text = f"# one\f still one \u2028 and on\r\n# two\r# three\n{QUEUE}"
    assert [each.range for each in await there.open(file, text)] == [area(3, 0, 3, 33)]
    assert [each.range for each in await there.edit(file, ((0, 0, 0, 0), "# before\r"), ((1, 0, 1, 0), "\n"))] == [area(4, 0, 4, 33)]
    assert await there.edit(file, ((4, 0, 9, 9), "")) == []


@played
async def test_a_quick_fix_lifts_the_finding_once_a_reason_is_typed(there: Editor, repo: Path) -> None:
    file = repo / "main.tf"
    await there.open(file, f"# a queue\n\n{QUEUE}")
    here, whole, explain = await there.actions(file, 2)
    assert [here.title, whole.title, explain.title] == [
        "Allow terraform-config here (then type the reason)",
        "Allow terraform-config in this file (then type the reason)",
        "Explain terraform-config",
    ]
    for action, line in ((here, 2), (whole, 0)):
        typed = inserted(action)
        assert typed.range == area(line, 0, line, 0)
        assert typed.new_text.endswith(" terraform-config -- \n")
        untyped = await there.edit(file, ((line, 0, line, 0), typed.new_text))
        assert codes(untyped) == ["suppression", "terraform-config"]
        assert "the reason is missing" in untyped[0].message
        length = len(typed.new_text) - 1
        assert await there.edit(file, ((line, length, line, length), "the tests need it")) == []
        await there.edit(file, ((line, 0, line + 1, 0), ""))
    assert await there.actions(file, 2, only=["refactor"]) == []


MANIFEST = {
    "Dockerfile": ("# syntax=docker/dockerfile:1\nFROM alpine:3\nRUN apk add curl\n", 1, 1),
    "pod.json": (json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}), None, None),
    "notes.md": ("---\ntitle: x\n---\n# How\n\n```yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\n```\n", 6, 3),
    "deploy.sh": ("#!/bin/sh\nset -e\n  terraform apply\n", 2, 1),
    "split.sh": ("#!/bin/sh\ntrue && \\\nterraform apply\n", None, 1),
    "run.yml": ("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          true\n          terraform apply\n", 7, 0),
}
"""By name: a text, the line above which its last finding is lifted there, and that above which a comment lifts it in all of the file."""


@played
async def test_a_comment_is_offered_only_where_it_is_one_and_parts_nothing(there: Editor, repo: Path) -> None:
    for name, (text, here, whole) in MANIFEST.items():
        file = repo / name
        told = await there.open(file, text)
        actions = await there.actions(file, told[-1].range.start.line)
        offered = [inserted(action) for action in actions if action.title.startswith(f"Allow {told[-1].code} ")]
        assert [edit.range.start.line for edit in offered] == [place for place in (here, whole) if place is not None], name
        for edit in offered:
            lines = text.splitlines(keepends=True)
            lines.insert(edit.range.start.line, re.sub(r"(--|—) (?=( -->)?\n)", r"\1 because", edit.new_text))
            left = await there.edit(file, (None, "".join(lines)))
            assert codes(left) == [code for code in codes(told) if code != told[-1].code], name
