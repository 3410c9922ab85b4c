"""Dockerfiles: instructions, stages, and the code that a build or a container runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Span
from scanner.read.dockerfile import read

TEXT = """\
# syntax=docker/dockerfile:1
FROM --platform=linux/amd64 alpine:3 AS build
RUN --mount=type=cache,target=/x apk add \\
    # a comment
    terraform \\

    && terraform apply
FROM scratch
cmd ["terraform", "apply", "-var", "a b"]
"""


def test_instructions_and_stages() -> None:
    data = read(TEXT).documents[0].data
    assert [row["name"] for row in data["instructions"]] == ["FROM", "RUN", "FROM", "CMD"]
    assert data["instructions"][1]["value"] == "--mount=type=cache,target=/x apk add terraform && terraform apply"
    assert data["instructions"][3]["args"] == ["terraform", "apply", "-var", "a b"]
    assert data["stages"] == [{"image": "alpine:3", "name": "build"}, {"image": "scratch", "name": None}]


def test_regions_cover_the_continued_lines() -> None:
    span_of = read(TEXT).documents[0].span_of
    assert span_of(("instructions", 1)) == Span(3, 1, 7, 23)
    assert span_of(("instructions", 1, "value")) == Span(3, 5, 7, 23)
    assert span_of(("stages", 1)) == Span(8, 1, 8, 13)


def test_code_keeps_its_lines_and_continues_over_comments() -> None:
    run, cmd = read(TEXT).fragments
    assert (run.text, run.line, run.column, run.format) == ("apk add \\\n\\\n    terraform \\\n\\\n    && terraform apply", 3, 34, "shell")
    assert (cmd.text, cmd.line, cmd.column, cmd.folded) == ("terraform apply -var 'a b'", 9, 5, True)


def test_comments_are_blanked() -> None:
    assert "comment" not in read(TEXT).text
    assert len(read(TEXT).text) == len(TEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN <<EOF\nset -e\nterraform apply\nEOF\nUSER x\n", ("set -e\nterraform apply\n", 2, 1, "shell", None)),
        ("RUN python3 <<EOF\nx\nEOF\nUSER x\n", ("python3 <<EOF\nx\nEOF", 1, 5, "shell", None)),
        ("COPY <<-'EOT' /etc/main.tf\n\ta {}\n\tEOT\nUSER x\n", ("a {}\n", 2, 2, None, "/etc/main.tf")),
        ("ONBUILD RUN helm ls\n", ("helm ls", 1, 13, "shell", None)),
        ("HEALTHCHECK --interval=5m CMD curl x\n", ("curl x", 1, 31, "shell", None)),
        ('ENTRYPOINT ["sh", "-c", "a b"]\n', ("sh -c 'a b'", 1, 12, "shell", None)),
        ("# escape=`\nRUN a `\n  b\n", ("a \\\n  b", 2, 5, "shell", None)),
        ("CMD [not json]\n", ("[not json]", 1, 5, "shell", None)),
    ],
)
def test_code_of_every_form(text: str, expected: tuple[str, int, int, str | None, str | None]) -> None:
    (found,) = read(text).fragments
    assert (found.text, found.line, found.column, found.format, found.name) == expected
    assert read(text).problems == ()


def test_words_without_instructions_are_a_problem() -> None:
    assert read("hello world\n").problems == ("no Dockerfile instruction was found",)


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_nothing_or_comments_only_are_no_problem(text: str) -> None:
    assert read(text).problems == ()


def test_a_line_that_is_no_instruction_is_named() -> None:
    assert read("FROM a\nrubbish here\n").problems == ("line 2 is no Dockerfile instruction",)


@pytest.mark.parametrize(
    "text",
    ["".join(f"RUN a <<A{number}\n" for number in range(10_000)), "RUN \\\n" * 20_000, "RUN " + "<<A " * 20_000, "RUN " + "[" * 100_000],
)
def test_hostile_text_is_read_to_the_end(text: str) -> None:
    assert len(read(text).text) == len(text)


@given(st.lists(st.sampled_from(["RUN a", "RUN b \\", "# c", "", "  x", "COPY <<E f", "E", 'CMD ["a"]', "FROM x AS y"]), max_size=12))
def test_any_lines_give_regions_inside_of_the_text(rows: list[str]) -> None:
    reading = read("\n".join(rows))
    document = reading.documents[0]
    for index in range(len(document.data["instructions"])):
        span = document.span_of(("instructions", index))
        assert 1 <= span.line <= span.end_line <= len(rows)
    assert all(1 <= found.line <= len(rows) for found in reading.fragments)
