"""Markdown, AsciiDoc, reStructuredText, notebooks and plain texts: the code they hold, and where it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Fragment, Reading, Span
from scanner.read import markdown, notebook, plain, read
from scanner.read.blanking import blank


def placed(reading: Reading) -> list[tuple[str, int, int, str | None]]:
    return [(found.text, found.line, found.column, found.format) for found in reading.fragments]


def test_a_fence_is_a_note_in_its_language() -> None:
    reading = markdown.read("---\nx: y\n---\n# Title #\n\n```terraform\na {}\n```\n")
    front = Fragment("x: y", 2, format="yaml", carrier="markdown")
    assert reading.fragments == (front, Fragment("a {}", 7, format="hcl", carrier="markdown", cap="note"))
    assert reading.documents[0].data == {"headings": ["Title"], "fences": 1}
    assert "x: y" not in reading.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n\n  ```yml\n  a:\n    b\n  ```\n", ("a:\n  b", 4, 3, "yaml")),
        ("> ~~~py\n> a\n> ~~~\n", ("a", 2, 3, "python")),
        ("````md\n```\na\n```\n````\n", ("```\na\n```", 2, 1, None)),
        ("```{.bash .numberLines}\na\n```\n", ("a", 2, 1, "shell")),
        ("```console\n$ terraform apply \\\n    -y\nout\n# helm ls\n```\n", ("  terraform apply \\\n    -y\n\n  helm ls", 2, 1, "shell")),
        ("```bash\n# note\n$ helm ls\nout\n```\n", ("  note\n  helm ls\n", 2, 1, "shell")),
        ("```console\nhelm ls\n```\n", ("helm ls", 2, 1, "shell")),
        ("```c++\na\n```\n", ("a", 2, 1, None)),
        ("```json\n{}\n", ("{}\n", 2, 1, "json")),
    ],
)
def test_fences_of_every_form(text: str, expected: tuple[str, int, int, str | None]) -> None:
    assert placed(markdown.read(text)) == [expected]


def test_indented_code_and_comments_are_ignored() -> None:
    reading = markdown.read("    terraform apply\n\n<!--\n```sh\nterraform\n```\n-->\n`x`\n")
    assert reading.fragments == ()
    assert "```" not in reading.text


def test_a_fence_may_name_its_file() -> None:
    assert markdown.read('```yaml title="deploy/app.yaml"\na: 1\n```\n').fragments[0].name == "deploy/app.yaml"


def test_asciidoc_and_rst() -> None:
    assert placed(markdown.read("= T\n\n[source,hcl]\n----\na {}\n----\n", "asciidoc")) == [("a {}", 5, 1, "hcl")]
    rst = "T\n\n.. code-block:: bash\n   :linenos:\n\n   helm ls\n     x\n\npara\n"
    assert placed(markdown.read(rst, "rest")) == [("helm ls\n  x", 6, 4, "shell")]


def book(*cells: dict[str, Any], **more: Any) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, **more}, indent=1)


def code(*rows: str) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": [{"source": ["x"]}], "source": list(rows)}


def test_cells_become_fragments_at_their_lines_of_the_file() -> None:
    text = book(
        {"cell_type": "markdown", "source": ["# T\n", "```yaml\n", "a: 1\n", "```"]},
        code("import os\n", "x = !terraform apply \\\n", "  -y\n", "%pip install x\n", "if x:\n", "    !helm ls"),
        code("%%bash\n", "kubectl apply -f x\n"),
        code("%%writefile main.tf\n", "a {}\n"),
    )
    rows = text.split("\n")
    reading = notebook.read(text)
    assert reading.problems == ()
    kinds = [(found.format, found.name, found.cap) for found in reading.fragments]
    assert kinds == [
        ("yaml", None, "note"),
        ("shell", None, None),
        ("shell", None, None),
        ("python", None, None),
        ("shell", None, None),
        (None, "main.tf", None),
    ]
    for found in reading.fragments:
        for step, row in enumerate(found.text.split("\n")):
            column = found.column if step == 0 else found.indent + 1
            if row.strip() not in {"", "pass"}:
                assert rows[found.line - 1 + step][column - 1 :].startswith(row.rstrip("\\"))


def test_a_cell_of_one_string_is_folded() -> None:
    text = book({"cell_type": "code", "source": "a\n!helm upgrade"})
    line = next(number for number, row in enumerate(text.split("\n"), 1) if "helm" in row)
    assert [(found.text, found.line, found.folded) for found in notebook.read(text).fragments] == [
        ("helm upgrade", line, True),
        ("a\npass", line, True),
    ]


def test_the_kernel_names_the_language() -> None:
    text = book(code("terraform apply"), metadata={"language_info": {"name": "bash"}})
    assert [found.format for found in notebook.read(text).fragments] == ["shell"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells":' * 50_000, '{"cells": 3}'])
def test_what_is_no_notebook_is_a_problem(text: str) -> None:
    reading = notebook.read(text)
    assert len(reading.problems) == 1
    assert reading.documents == ()


@given(st.lists(st.lists(st.text(alphabet='a!%"\\{}[]: é', max_size=10).map(lambda row: row + "\n"), max_size=4), max_size=4))
def test_any_source_is_found_at_its_place(cells: list[list[str]]) -> None:
    text = book(*(code(*rows) for rows in cells))
    reading = notebook.read(text)
    data = reading.documents[0].data
    assert [cell["source"] for cell in data["cells"]] == ["".join(rows) for rows in cells]
    for index, rows in enumerate(cells):
        if rows:
            span = reading.documents[0].span_of(("cells", index))
            assert span.end_line - span.line == len(rows) - 1
            assert text.split("\n")[span.line - 1].strip().rstrip(",") == json.dumps(rows[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a # b\n#c", "a    \n  "),
        ('\'# a\' "# b\\"# c" # d', '\'# a\' "# b\\"# c"    '),
        ("it's # a", "it's    "),
        ("a#b", "a#b"),
    ],
)
def test_plain_comments_are_blanked_outside_of_strings(text: str, expected: str) -> None:
    reading = plain.read(text)
    assert reading.text == expected
    assert reading.documents[0].data is None
    assert reading.documents[0].span_of(()) == Span(1, 1, text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)


def test_groovy_comments() -> None:
    text = 'a = "http://x" // b\n/* c\n d */ e = """\n// f\n""" http://g\n'
    expected = 'a = "http://x"     \n    \n      e = """\n// f\n""" http://g\n'
    assert plain.read(text, "groovy", ("//",), (("/*", "*/"),)).text == expected


def test_a_block_comment_without_end_is_a_problem() -> None:
    reading = plain.read("a\n/* b\n", "groovy", ("//",), (("/*", "*/"),))
    assert reading.problems == ("the comment that starts on line 2 never ends",)
    assert reading.text == "a\n/* b\n"


@pytest.mark.parametrize(
    "text", ["/*" * 50_000, "'\\" * 50_000, '"""' * 50_001, "`" * 100_000, "```\n" * 20_001, "<!-- " * 50_000, "> " * 50_000 + "```"]
)
def test_hostile_texts_are_read_to_the_end(text: str) -> None:
    assert len(plain.read(text, "groovy", ("//",), (("/*", "*/"),)).text) == len(text)
    assert len(markdown.read(text).text) == len(text)


@given(st.text(alphabet="ab\n\r\té", max_size=40), st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45)), max_size=5))
def test_blanking_keeps_every_other_character(text: str, spans: list[tuple[int, int]]) -> None:
    blanked = blank(text, spans)
    inside = {at for start, end in spans for at in range(start, end)}
    assert blanked == "".join(" " if at in inside and char not in "\r\n" else char for at, char in enumerate(text))


class TestArchivesOfText:
    def test_every_file_is_a_fragment_under_its_name_and_a_note(self) -> None:
        reading = read("a comment\n-- a/b.yaml --\nkind: Pod\n-- empty --\n\n-- c.tf --\nx = 1\n", "txtar")
        assert [(piece.name, piece.line, piece.text, piece.cap) for piece in reading.fragments] == [
            ("a/b.yaml", 3, "kind: Pod\n", "note"),
            ("c.tf", 7, "x = 1\n", "note"),
        ]

    def test_a_line_that_is_no_marker_begins_nothing(self) -> None:
        assert read("--flag value --\n--\n-- x\n", "txtar").fragments == ()
