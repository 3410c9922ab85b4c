"""Which comments speak to phasegate: in every format a comment does, and neither a string nor prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Directive, Fragment
from scanner.read import read
from scanner.read.directives import MOST, MOST_STRINGS, find

SAID = "phasegate: allow 3.1 -- why"


def directives(text: str, format_: str, *hosts: Fragment) -> list[Directive]:
    reading = read(text, format_)
    return list(find(text, format_, reading.text, reading.documents, hosts))


def places(text: str, format_: str) -> list[tuple[int, int]]:
    return [(each.line, each.covers) for each in directives(text.replace("@@", SAID), format_)]


ALONE = [
    ("yaml", "# @@\na: 1\n"),
    ("yaml", "{{/* @@ */}}\na: 1\n"),
    ("yaml", "{{- /* @@ */ -}}\na: 1\n"),
    ("yaml", "{# @@ #}\na: 1\n"),
    ("json", '/* @@ */\n{"a": 1}\n'),
    ("json", '// @@\n{"a": 1}\n'),
    ("hcl", "# @@\na = 1\n"),
    ("hcl", "// @@\na = 1\n"),
    ("hcl", "/* @@ */\na = 1\n"),
    ("toml", "# @@\na = 1\n"),
    ("ini", "; @@\na = 1\n"),
    ("ini", "# @@\na = 1\n"),
    ("shell", "# @@\nls\n"),
    ("powershell", "# @@\nls\n"),
    ("powershell", "<# @@ #>\nls\n"),
    ("batch", "REM @@\nls\n"),
    ("batch", "@rem @@\nls\n"),
    ("batch", ":: @@\nls\n"),
    ("dockerfile", "# @@\nFROM x\n"),
    ("makefile", "# @@\nx:\n"),
    ("justfile", "# @@\nx:\n"),
    ("markdown", "<!-- @@ -->\ntext\n"),
    ("asciidoc", "// @@\ntext\n"),
    ("rest", ".. @@\ntext\n"),
    ("python", "# @@\na = 1\n"),
    ("go", "// @@\npackage x\n"),
    ("typescript", "/* @@ */\nlet a = 1\n"),
    ("java", "// @@\nclass A {}\n"),
    ("csharp", "// @@\nclass A {}\n"),
    ("groovy", "// @@\na = 1\n"),
    ("slashed", "// @@\na = 1\n"),
    ("hashed", "# @@\na = 1\n"),
    ("text", "-- @@\nselect 1\n"),
    ("text", "% @@\ntext\n"),
    ("text", '" @@\nset ai\n'),
    ("text", "<!-- @@ -->\n<a/>\n"),
]
TRAILING = [
    ("yaml", "a: 1 # @@\nb: 2\n"),
    ("yaml", "a: | # @@\n  text\n"),
    ("json", '{"a": 1, // @@\n "b": 2}\n'),
    ("hcl", "a = 1 // @@\nb = 2\n"),
    ("toml", "a = 1 # @@\nb = 2\n"),
    ("shell", "ls # @@\nls\n"),
    ("batch", "ls & rem @@\nls\n"),
    ("makefile", "x: y # @@\n"),
    ("markdown", "text <!-- @@ -->\nmore\n"),
    ("python", "a = 1  # noqa  # @@\nb = 2\n"),
    ("tsx", "const x = <a>{/* @@ */}</a>\n"),
]
NONE = [
    ("yaml", 'a: "# @@"\n'),
    ("yaml", "a: '# @@'\n"),
    ("yaml", 'a: "text # @@\n  text"\n'),
    ("yaml", "a: |\n  # @@\n  text\n"),
    ("json", '{"a": "// @@"}\n'),
    ("hcl", 'a = "# @@"\n'),
    ("hcl", "a = <<E\n# @@\nE\n"),
    ("toml", "a = '# @@'\n"),
    ("toml", "a = '''\n# @@\n'''\n"),
    ("shell", "echo '# @@'\n"),
    ("shell", "cat <<E\n# @@\nE\n"),
    ("makefile", "x:\n\techo '# @@'\n"),
    ("markdown", "# @@\n"),
    ("markdown", "a `# @@` b\n"),
    ("markdown", "```sh\n# @@\n```\n"),
    ("python", "a = '# @@'\n"),
    ("python", "'''\n# @@\n'''\n"),
    ("python", "# somebody wrote @@\n"),
    ("go", "var a = `// @@`\n"),
    ("groovy", "a = '// @@'\n"),
    ("text", "say @@\n"),
    ("text", '"@@","b"\n'),
]


@pytest.mark.parametrize(("format_", "text"), ALONE)
def test_a_comment_that_stands_alone_speaks_of_the_line_below(format_: str, text: str) -> None:
    assert places(text, format_) == [(1, 2)]


@pytest.mark.parametrize(("format_", "text"), TRAILING)
def test_a_comment_behind_code_speaks_of_its_own_line(format_: str, text: str) -> None:
    assert places(text, format_) == [(1, 1)]


@pytest.mark.parametrize(("format_", "text"), NONE)
def test_what_stands_in_a_string_or_in_prose_says_nothing(format_: str, text: str) -> None:
    assert places(text, format_) == []


def test_the_end_of_a_comment_is_no_part_of_what_it_says() -> None:
    for text, format_ in (
        (f"/* {SAID} */ a = 1\n", "hcl"),
        (f"<!-- {SAID} -->\n", "markdown"),
        (f"{{{{- /* {SAID} */ -}}}}\na: 1\n", "yaml"),
        (f"<# {SAID} #>\n", "powershell"),
        (f"/* {SAID} */ text\n", "text"),
    ):
        assert [each.words for each in directives(text, format_)] == ["allow 3.1 -- why"]


def test_comments_in_a_row_and_longer_comments_speak_of_the_first_line_of_code() -> None:
    assert places("# @@\n# a remark\n# @@\na: 1\n", "yaml") == [(1, 4), (3, 4)]
    assert places("/*\n * @@\n */\na = 1\n", "hcl") == [(2, 4)]
    assert places("# @@\n\na: 1\n", "yaml") == [(1, 2)]


def test_a_comment_above_a_fence_speaks_of_the_first_line_of_its_code() -> None:
    assert places("<!-- @@ -->\n```hcl\na = 1\n```\n", "markdown") == [(1, 3)]
    assert places("// @@\n[source,hcl]\n----\na = 1\n----\n", "asciidoc") == [(1, 4)]


def test_lines_of_embedded_code_are_those_of_the_file() -> None:
    verbatim = Fragment("", line=10, column=5, indent=4, carrier="yaml")
    folded = Fragment("", line=7, folded=True, carrier="json")
    text = f"ls\n# {SAID}\nls\n"
    assert [(each.line, each.covers, each.embedded_in) for each in directives(text, "shell", verbatim)] == [(11, 12, "yaml")]
    assert [(each.line, each.covers, each.embedded_in) for each in directives(text, "shell", folded)] == [(7, 7, "json")]


def test_yaml_that_refers_to_itself_is_walked_to_an_end() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert places(f"a0: &a0 [x]\n{levels}# @@\nb: 1\n", "yaml") == [(31, 32)]


def test_a_text_full_of_directives_is_read_to_a_limit() -> None:
    assert len(directives(f"# {SAID}\n" * 5000, "hashed")) == MOST
    assert len(directives(f"# {SAID} " * 5000, "hashed")) == 1


@given(
    st.sampled_from(["yaml", "json", "hcl", "toml", "ini", "shell", "markdown", "text", "makefile", "python"]),
    st.lists(
        st.sampled_from(
            ["# ", "// ", "/*", "*/", '"', "'", "\n", "a: ", "a = ", " ", "{{/*", "x", "phasegate:", "allow 3.1 -- y", "\\", "|"]
        )
    ),
)
def test_whatever_the_text_every_directive_stands_at_a_mark(format_: str, parts: list[str]) -> None:
    text = "".join(parts)
    reading = read(text, format_)
    lines = text.split("\n")
    found = list(find(text, format_, reading.text, reading.documents))
    assert [each.line for each in found] == sorted({each.line for each in found})
    for each in found:
        assert "phasegate:" in lines[each.line - 1]
        assert each.words in lines[each.line - 1]
        assert each.line <= each.covers <= len(lines) + 1


def test_places_in_strings_that_lie_within_each_other_and_apart() -> None:
    text = 'a: |\n  # @@\nb: 1 # @@\nc: "x\n  # @@\n  y"\nd: "@@" # @@\ne: ["@@", "@@"] # remark\n'
    assert places(text, "yaml") == [(3, 3)]


def test_behind_many_strings_that_hold_the_mark_nothing_is_said() -> None:
    text = "# @@\n" + "".join(f'k{number}: "@@"\n' for number in range(MOST_STRINGS + 9)) + "# @@\nb: 1\n"
    assert places(text, "yaml") == [(1, 2)]
