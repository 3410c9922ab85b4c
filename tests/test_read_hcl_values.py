"""The literal structure inside HCL expressions."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcl_samples import Written, locations, text_at, values
from scanner.errors import Unreadable
from scanner.model import Span
from scanner.read.hcl_values import expression, read_expression

POLICY = """\
jsonencode({ # why
  Version = "2012-10-17"
  Statement = [{
    Effect   = "Allow"
    Action   = tolist(["s3:*"])
    Resource = "${aws_s3_bucket.b.arn}/*"
    Sid      = var.sid
    "n m"    = -1.5
    (var.k)  : null
    Text     = <<-E
      a "quoted
        b
    E
  }]
})"""


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(home))
        yield home


def test_the_argument_of_a_call_is_the_data() -> None:
    assert expression(POLICY).data == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:*"],
                "Resource": "${aws_s3_bucket.b.arn}/*",
                "Sid": "${var.sid}",
                "n m": -1.5,
                "${(var.k)}": None,
                "Text": 'a "quoted\n  b\n',
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("merge({ a = 1 }, var.x, { b = [2] })", [{"a": 1}, {"b": [2]}]),
        ("concat([1],\n  [2])", [[1], [2]]),
        ("var.on ? jsonencode({ a = f(1) }) : null", {"a": "${f(1)}"}),
        ("[for x in y : { a = x.b }]", {"a": "${x.b}"}),
        ('"${jsonencode({ a = ["}"] })}"', {"a": ["}"]}),
        ("yamlencode(([{ a = (1) }]))", [{"a": "${(1)}"}]),
        ("f({ a = merge({ b = 1 }, c) })", {"a": "${merge({ b = 1 }, c)}"}),
        ("var.a.b", None),
        ('file("x")', None),
    ],
)
def test_data(text: str, data: Any) -> None:
    assert expression(text).data == data


@pytest.mark.parametrize(
    ("location", "region"),
    [
        (("Version",), 'Version = "2012-10-17"'),
        (("Statement", 0, "Action"), 'Action   = tolist(["s3:*"])'),
        (("Statement", 0, "Action", 0), '"s3:*"'),
        (("Statement", 0, "${(var.k)}"), "(var.k)  : null"),
        (("Statement", 0, "Text"), 'Text     = <<-E\n      a "quoted\n        b\n    E'),
        (("Statement", 0, "Sid", "deeper"), "Sid      = var.sid"),
    ],
)
def test_places(location: tuple[str | int, ...], region: str) -> None:
    assert text_at(POLICY, expression(POLICY), location) == region


def test_the_places_of_several_literals() -> None:
    document = expression("merge({ a = 1 },\n  { b = [2] })")
    assert document.span_of(()) == Span(1, 1, 2, 15)
    assert document.span_of((1,)) == Span(2, 3, 2, 14)
    assert document.span_of((1, "b", 0)) == Span(2, 10, 2, 11)


def _unwrapped(value: Any) -> Any:
    """The meaning of a value here, where a call of one literal stands for the literal."""
    if isinstance(value, dict):
        return {key: _unwrapped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unwrapped(inner) for inner in value]
    return {"a": "}"} if value == '${g({ a = "}" })}' else value


@settings(max_examples=60)
@given(st.one_of(values()).filter(lambda value: isinstance(value[1], dict | list)))
def test_any_literal_survives_a_call(value: Written) -> None:
    text = f"jsonencode({value[0]})"
    document = expression(text)
    assert document.data == _unwrapped(value[1])
    for location, inner in locations(document.data):
        region = text_at(text, document, location)
        match location:
            case (*_, str() as key):
                assert expression(f"[{{ {region}\n}}]").data == [{key: inner}]
            case (*_, int()):
                assert expression(f"[{region}]").data == [inner]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("jsonencode({", "is not closed"),
        ("f({ a = = 1 })", "does not parse"),
        ("f([1]) g([2])", "does not parse"),
        ("f([1]), 2", "text after the end"),
        ("f([1])\n)", "text after the end"),
        ("f(" + "[" * 50_000, "nested deeper"),
        ("f([" + "1, " * 40_000 + "])", "longer than"),
        ("f(<<E\n)", "heredoc E is not closed"),
        ("f(/* )", "comment is not closed"),
    ],
)
def test_what_does_not_parse_is_unreadable(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        expression(text)


@pytest.mark.parametrize(
    "text", ["f(" + "[" * 190 + "]" * 190 + ")", "f(" + "1 + " * 5_000 + "1, [2])", "f(<<E\n" + "\n" * 60_000 + "E\n, [2])"]
)
def test_hostile_size_is_read(text: str) -> None:
    assert isinstance(expression(text).data, list)


def test_the_reading_has_its_comments_blanked() -> None:
    reading = read_expression("f({ a = 1 # secret\n})")
    assert reading.format == "hcl-expression"
    assert reading.text == "f({ a = 1         \n})"
    assert reading.documents[0].data == {"a": 1}


def _run(home: Path) -> str:
    code = "from scanner.read.hcl_values import expression as e; import hcl2.parser as p; print(e('f([1])').data, p.PARSER_FILE)"
    environment = {**os.environ, "XDG_CACHE_HOME": str(home)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout


def test_the_grammar_is_cached_for_the_user_alone(tmp_path: Path) -> None:
    assert _run(tmp_path).startswith("[1] ")
    (kept,) = (tmp_path / "phasegate").glob("*.grammar")
    assert stat.S_IMODE((tmp_path / "phasegate").stat().st_mode) == 0o700
    before = kept.stat().st_mtime_ns
    assert str(kept) in _run(tmp_path)
    assert kept.stat().st_mtime_ns == before


def test_a_cache_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "phasegate").mkdir()
    (tmp_path / "phasegate").chmod(0o777)
    assert str(tmp_path) not in _run(tmp_path)
    assert list((tmp_path / "phasegate").iterdir()) == []


def test_the_engine_is_loaded_late() -> None:
    code = "import sys, scanner.read.hcl, scanner.read.hcl_values; print('hcl2' in sys.modules or 'lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
