from __future__ import annotations

from scanner.model import Span
from scanner.read import ini, toml


def test_toml_tables_arrays_and_keys_have_their_lines() -> None:
    text = 'top = 1\n# note\n[tool.x]\nlong = """\nline\n"""\n[[job]]\nname = "a"\n[[job]]\nname = "b"\n'
    reading = toml.read(text)
    (document,) = reading.documents
    assert document.data["job"][1] == {"name": "b"}
    assert document.span_of(("top",)) == Span(1, 1, 1, 8)
    assert document.span_of(("tool", "x", "long")) == Span(4, 1, 6, 4)
    assert document.span_of(("job", 1, "name")) == Span(10, 1, 10, 11)
    assert "note" not in reading.text
    assert len(reading.text) == len(text)


def test_broken_toml_is_a_problem_and_no_document() -> None:
    reading = toml.read("a = [1\n")
    assert reading.documents == ()
    assert reading.problems[0].startswith("not valid TOML")


def test_a_toml_nesting_bomb_is_a_problem() -> None:
    assert toml.read("a = " + "[" * 50_000).problems


def test_ini_sections_pairs_and_hosts() -> None:
    text = "; note\nKEY=value\nexport OTHER='x y'\n[web]\nhost1 ansible_host=1.2.3.4\nplain\n[default]\nregion = eu\n"
    (document,) = ini.read(text).documents
    assert document.data["KEY"] == "value"
    assert document.data["OTHER"] == "x y"
    assert document.data["web"]["plain"] is None
    assert document.data["default"] == {"region": "eu"}
    assert document.span_of(("default", "region")) == Span(8, 1, 8, 12)
    assert document.span_of(("web",)) == Span(4, 1, 6, 6)
