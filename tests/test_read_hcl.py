"""The HCL reader: values, blocks, places, fragments, and what it does with text that is no HCL."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcl_samples import Object, bodies, locations, sliced, text_at
from scanner.model import Reading, Span
from scanner.read.hcl import read

RESOURCE = """\
resource "aws_x" "main" { # one
  name = "web" // two
  tags = {
    "a b" : 1, c = [true, null]
  }
  nested {
    deep = -1.5
  }
}
"""


def body(text: str) -> Object:
    reading = read(text)
    assert reading.problems == ()
    data: Object = reading.documents[0].data["body"]
    return data


def blocks(reading: Reading) -> list[tuple[str, list[str]]]:
    return [(block["type"], block["labels"]) for block in reading.documents[0].data["blocks"]]


@given(bodies())
def test_what_is_written_is_read(sample: tuple[str, Object]) -> None:
    text, meaning = sample
    reading = read(text)
    assert reading.problems == ()
    assert reading.documents[0].data == meaning


@given(bodies())
def test_every_region_reads_as_what_stands_there(sample: tuple[str, Object]) -> None:
    text, _ = sample
    document = read(text).documents[0]
    for location, value in locations(document.data):
        region = text_at(text, document, location)
        match location:
            case (*_, "blocks", int()):
                assert region.startswith(value["type"])
                assert read(region).documents[0].data["blocks"] == [value]
            case (*_, "body", str() as key):
                assert read(region).documents[0].data["body"] == {key: value}
            case (*_, "type"):
                assert region == value
            case (*_, "labels", int()):
                assert region.strip('"') == value
            case (*outer, int()) if outer:
                assert body(f"x = [{region}]") == {"x": [value]}
            case (*_, ("k" | "key-2" | "a b" | "3" | "for_") as key):
                assert body(f"x = {{{region}}}") == {"x": {key: value}}


@given(bodies())
def test_only_comments_are_blanked(sample: tuple[str, Object]) -> None:
    text, meaning = sample
    blank = read(text).text
    assert len(blank) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, blank, strict=True))
    assert read(blank).documents[0].data == meaning
    assert "# first" not in blank
    assert "/* c" not in blank


@given(st.text(alphabet='a"{}[]()=,\n #/*<E-$%\\:\r', max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    reading = read(text)
    assert len(reading.text) == len(text)
    for location, _ in locations(reading.documents[0].data):
        span = reading.documents[0].span_of(location)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e3", 1000.0),
        ("1e999", "${1e999}"),
        ("9" * 5000, "${" + "9" * 5000 + "}"),
        ('"a\\u00e9\\U0001F600\\ud800\\q"', "aé😀\\ud800\\q"),
        ('"$${a} %%{b} 5% $"', "$${a} %%{b} 5% $"),
        ('"%{ if a }x%{ endif }\\n"', "%{ if a }x%{ endif }\n"),
        ("null_value", "${null_value}"),
        ("- 5", "${- 5}"),
        ("[1, 2][0]", "${[1, 2][0]}"),
        ("a &&\n b", "${a &&\n b}"),
        ("a # why\n", "${a}"),
        ('{ (var.a) = 1, a.b = 2, "${c}" = 3 }', {"${(var.a)}": 1, "${a.b}": 2, "${c}": 3}),
        ("[ # all\n for a in b : a\n]", "${[ # all\n for a in b : a\n]}"),
        ("[1, 2,]", [1, 2]),
        ("[\n  a # one\n  + b,\n]", ["${a # one\n  + b}"]),
        ("<<A\nx\n A\n", "x\n"),
        ("<<-A\n    x\n\n      y ${z}\n    A\n", "x\n\n  y ${z}\n"),
        ("<<A\nA\n", ""),
        ("<<A\r\nx\r\nA\r\n", "x\n"),
        ('f(<<A\nx\nA\n, "b")', '${f(<<A\nx\nA\n, "b")}'),
    ],
)
def test_values(written: str, value: Any) -> None:
    assert body(f"x = {written}\ny = 1\n") == {"x": value, "y": 1}


def test_hcl1_is_read_too() -> None:
    reading = read('"a" = 1, b = 2 c { d = 3 }\n"path" "s/*" { e = "f", g = {} }\nkey = {\n "h" = [{}]\n}\n')
    assert reading.problems == ()
    assert reading.documents[0].data["body"] == {"a": 1, "b": 2, "key": {"h": [{}]}}
    assert blocks(reading) == [("c", []), ("path", ["s/*"])]


def test_comments_may_stand_between_all_words() -> None:
    text = 'r /* a "z" */ "x" /**/ y # c {\n{\n  a /* q */ = /* = */ "1"\n}\n'
    reading = read(text)
    assert reading.problems == ()
    assert blocks(reading) == [("r", ["x", "y"])]
    assert reading.documents[0].data["blocks"][0]["body"] == {"a": "1"}
    assert text_at(text, reading.documents[0], ("blocks", 0, "labels", 1)) == "y"
    assert reading.text == 'r             "x"      y      \n{\n  a         =         "1"\n}\n'


def test_a_stray_word_is_not_the_type_of_the_block_below() -> None:
    reading = read('stray\nresource "a" "b" {\n}\n')
    assert len(reading.problems) == 1
    assert blocks(reading) == [("resource", ["a", "b"])]


def test_a_byte_order_mark_is_no_problem() -> None:
    reading = read("\ufeffa = 1\n")
    assert reading.problems == ()
    assert reading.documents[0].span_of(("body", "a")) == Span(1, 2, 1, 7)


@pytest.mark.parametrize(
    ("location", "span"),
    [
        ((), Span(1, 1, 10, 1)),
        (("blocks", 0), Span(1, 1, 9, 2)),
        (("blocks", 0, "type"), Span(1, 1, 1, 9)),
        (("blocks", 0, "labels", 1), Span(1, 18, 1, 24)),
        (("blocks", 0, "body", "name"), Span(2, 3, 2, 15)),
        (("blocks", 0, "body", "tags"), Span(3, 3, 5, 4)),
        (("blocks", 0, "body", "tags", "a b"), Span(4, 5, 4, 14)),
        (("blocks", 0, "body", "tags", "c", 1), Span(4, 27, 4, 31)),
        (("blocks", 0, "body", "tags", "c", 9), Span(4, 16, 4, 32)),
        (("blocks", 0, "body", "missing"), Span(1, 1, 9, 2)),
        (("blocks", 0, "blocks", 0, "body", "deep"), Span(7, 5, 7, 16)),
        (("blocks", 7), Span(1, 1, 10, 1)),
        (("nowhere", 1), Span(1, 1, 10, 1)),
    ],
)
def test_places(location: tuple[str | int, ...], span: Span) -> None:
    assert read(RESOURCE).documents[0].span_of(location) == span
    windows = read(RESOURCE.replace("\n", "\r\n")).documents[0].span_of(location)
    assert (windows.line, windows.column, windows.end_line, windows.end_column) == (span.line, span.column, span.end_line, span.end_column)


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ("x = [1, 2\n", "inside the [ of line 2"),
        ("x = {\n", "is not closed"),
        ('x = "abc\n', "line 2: string is not closed"),
        ('x = "${a\n', "is not closed"),
        ("x = f(1]\n", "line 2: ( on line 2 is closed by ]"),
        ("x = <<EOT\n", "line 2: heredoc EOT is not closed"),
        ("/* x\n", "line 2: comment is not closed"),
        ("x =\n", "line 2: value is missing"),
        ("@ nonsense\n", "line 2: neither an attribute nor a block"),
        ("x { y = 1\n", "is not closed"),
    ],
)
def test_a_fault_hides_nothing_around_it(broken: str, problem: str) -> None:
    reading = read(f'first "a" {{\n{broken}}}\nlast "b" {{\n  z = 1\n}}\nafter {{\n}}\n')
    assert any(problem in text for text in reading.problems), reading.problems
    found = blocks(reading)
    assert ("first", ["a"]) in found
    assert found[-2:] == [("last", ["b"]), ("after", [])]
    assert reading.documents[0].data["blocks"][-2]["body"] == {"z": 1}


def test_a_missing_brace_does_not_swallow_the_blocks_that_follow() -> None:
    reading = read('a "1" {\n  x = 1\n\nb "2" {\n  y = {\n}\n\nc "3" {\n  z = 1\n}\n')
    assert [name for name, _ in blocks(reading)] == ["a", "b", "c"]
    assert any(problem.startswith("line 1: block a is not closed") for problem in reading.problems)


def test_a_brace_too_many_is_said() -> None:
    reading = read("a {\n}\n}\nb {\n}\n")
    assert reading.problems == ("line 3: } closes nothing",)
    assert [name for name, _ in blocks(reading)] == ["a", "b"]


def test_problems_show_no_text_of_the_file() -> None:
    reading = read('password hunter2\nx = "hunter2\ny = [1 hunter2]\n')
    assert len(reading.problems) >= 3
    assert "hunter2" not in " ".join(reading.problems)


@pytest.mark.parametrize(
    "bomb",
    [
        "a = " + "[" * 100_000,
        "a = " + "{b=" * 100_000,
        "a = f(" + "(" * 100_000,
        "a{" * 100_000,
        "a{\n" * 20_000,
        'a = "' + '${"' * 100_000,
        'a = "${\n' * 5_000,
        "a = [1\n" * 20_000,
        "@\n" * 20_000,
        "a = {" + "b = {\n" * 20_000,
        "a = <<E\n" * 50_000,
        "a {}\n/* \n" * 20_000,
        "a /* * * *\n" * 50_000,
        "a /* * * *\n" * 50_000 + "*/ @",
        '"' * 100_001,
        'a = "' + "\\" * 100_001,
    ],
    ids=lambda bomb: bomb[:12].replace("\n", " "),
)
def test_bombs_become_problems(bomb: str) -> None:
    problems = read(bomb).problems
    assert problems
    assert len(problems) <= 23


@pytest.mark.parametrize(
    "text", ["a = <<E\nx\n" + "E E\n" * 50_000 + "E\n", 'a = "' + "x" * 3_000_000 + '"', "a = [" + "1, " * 100_000 + "]"]
)
def test_size_alone_is_no_problem(text: str) -> None:
    reading = read(text)
    assert reading.problems == ()
    assert list(reading.documents[0].data["body"]) == ["a"]


def test_heredocs_are_fragments_with_their_indent() -> None:
    text = "r {\n  a = f(<<-E\n    #!/bin/sh\n      ls\n    E\n  )\n  b = <<E\nx\n  y\nE\n  c = <<E\nshort\nE\n}\n"
    first, second = read(text).fragments
    assert (first.text, first.line, first.column, first.indent) == ("#!/bin/sh\n  ls\n", 3, 5, 4)
    assert (second.text, second.line, second.column, second.indent) == ("x\n  y\n", 8, 1, 0)
    assert {first.carrier, second.carrier} == {"hcl"}


def test_strings_of_several_lines_are_fragments() -> None:
    text = 'a = "#!/bin/sh\\nls\\n"\nb = "x\ny ${z}\n"\nc = [f("1\\n2")]\nd = "one"\ne = "{\\"k\\": 1}"\n'
    escaped, plain, nested, json = read(text).fragments
    assert (escaped.text, escaped.line, escaped.column, escaped.folded) == ("#!/bin/sh\nls\n", 1, 6, True)
    assert (plain.text, plain.line, plain.column, plain.folded) == ("x\ny ${z}\n", 2, 6, False)
    assert (nested.text, nested.line, nested.folded) == ("1\n2", 5, True)
    assert (json.text, json.line, json.folded) == ('{"k": 1}', 7, True)


def test_calls_with_literals_are_fragments() -> None:
    text = 'a = jsonencode({ # why\n  b = [1]\n}) # end\nc = [merge(var.a, { long = "enough" })]\nd = foo(var.some_list[0], "x{")\n'
    text += 'e = "${jsonencode({ k = \\"v\\" })}"\nf = "x-${yamlencode([1, 2, 3, 4])}"\n'
    found = [fragment for fragment in read(text).fragments if fragment.format == "hcl-expression"]
    assert [(fragment.line, fragment.column) for fragment in found][:2] == [(1, 5), (4, 6)]
    assert found[0].text == "jsonencode({ # why\n  b = [1]\n})"
    assert found[-1].text == "yamlencode([1, 2, 3, 4])"
    for fragment in found:
        last = fragment.text.rsplit("\n", 1)[-1]
        span = Span(fragment.line, fragment.column, fragment.line + fragment.text.count("\n"), 0)
        column = fragment.column + len(last) if span.line == span.end_line else len(last) + 1
        assert sliced(text, Span(span.line, span.column, span.end_line, column)) == fragment.text


def test_a_call_may_be_the_key_of_an_object() -> None:
    reading = read('roles = {\n  lower("Data (Reader)") = "a"\n  x.y : "b"\n}\nafter = 1\n')
    assert reading.problems == ()
    assert reading.documents[0].data["body"] == {"roles": {'${lower("Data (Reader)")}': "a", "${x.y}": "b"}, "after": 1}


def test_another_language_under_the_name_is_no_problem() -> None:
    assert read("/def hello = /echo hi\n/bind ^A = /dokey home\n").problems == ()
    assert read("this is { not it\n").problems


def test_marks_of_a_template_are_stepped_over() -> None:
    text = '{% for name in names %}\nresource "aws_s3_bucket" "{{ name }}" {\n  bucket = "x"\n}\n{% endfor %}\n'
    reading = read(text)
    assert reading.problems == ()
    assert reading.documents[0].rung == "template"
    assert reading.documents[0].data["blocks"][0]["labels"][0] == "aws_s3_bucket"
    assert reading.documents[0].span_of(("blocks", 0)).line == 2
