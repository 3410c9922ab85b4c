"""Makefiles and justfiles: targets, variables, and recipes as the shell gets them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Span
from scanner.read import shell
from scanner.read.makefile import read

TEXT = """\
# comment
KUBECTL ?= kubectl
BIN = bin
TF := $(BIN)/terraform
OUT := $(shell terraform output)

deploy: all
\t@-$(KUBECTL) apply -f x \\
\t  -n y
# between

\t$(TF) apply; echo $$HOME $(subst ",,$(X)) $<
ifdef X
\t$(HELM) upgrade
endif
"""


def test_targets_and_variables() -> None:
    data = read(TEXT).documents[0].data
    assert [row["name"] for row in data["targets"]] == ["deploy"]
    assert data["variables"]["TF"] == "$(BIN)/terraform"


def test_a_recipe_is_shell_with_its_variables_filled_in() -> None:
    call, recipe = read(TEXT).fragments
    assert (call.text, call.line, call.column) == ("terraform output", 5, 16)
    assert (recipe.line, recipe.column, recipe.indent, recipe.format) == (8, 2, 1, "shell")
    lines = [command["line"] for command in shell.read(recipe.text).documents[0].data["commands"]]
    assert lines == ["kubectl apply -f x -n y", "terraform apply", "echo $HOME $_ $_", "helm upgrade"]


def test_every_line_of_a_recipe_stands_at_its_line() -> None:
    recipe = read(TEXT).fragments[1]
    rows = recipe.text.split("\n")
    assert rows[0] == "  kubectl apply -f x \\"
    assert [number for number, row in enumerate(rows, recipe.line) if row] == [8, 9, 12, 14]


def test_regions() -> None:
    span_of = read(TEXT).documents[0].span_of
    assert span_of(("targets", 0)) == Span(7, 1, 14, 17)
    assert span_of(("variables", "BIN")) == Span(3, 1, 3, 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b ; terraform plan\n", (" terraform plan", 1, 7)),
        (".RECIPEPREFIX = >\na:\n>terraform plan\n", ("terraform plan", 3, 2)),
        ("define run\nterraform plan\nendef\n", ("terraform plan", 2, 1)),
        ("%.o: %.c\n\t@terraform plan\n", (" terraform plan", 2, 2)),
        (".ONESHELL:\na:\n\tcd x\n\tterraform plan\n", ("cd x\nterraform plan", 3, 2)),
    ],
)
def test_recipes_of_every_form(text: str, expected: tuple[str, int, int]) -> None:
    (found,) = read(text).fragments
    assert (found.text, found.line, found.column) == expected


def test_a_justfile() -> None:
    text = 'tf := "terraform"\n[private]\n'
    text += 'deploy env="x": build\n    @{{tf}} apply {{env}}\n    kubectl get\n\npy:\n  #!/usr/bin/env python3\n  print(1)\n'
    reading = read(text, "just")
    assert [row["name"] for row in reading.documents[0].data["targets"]] == ["deploy", "py"]
    deploy, script = reading.fragments
    assert (deploy.text, deploy.line, deploy.column) == (" terraform apply {{env}}\nkubectl get", 4, 5)
    assert (script.format, script.line) == ("python", 8)


def test_comments_are_blanked() -> None:
    assert "comment" not in read(TEXT).text


def test_a_define_without_end_is_a_problem() -> None:
    assert read("define x\na\n").problems == ("the define on line 1 has no endef",)


@pytest.mark.parametrize(
    "text",
    ["$(shell " * 10_000, "a:\n\t" + "$(subst " * 10_000, "a=$(a)\nb:\n" + "\t$(a)\n" * 10_000, "a:\n\tx\n" + "\n" * 50_000 + "\ty\n"],
)
def test_hostile_text_is_read_to_the_end(text: str) -> None:
    assert len(read(text).text) == len(text)


@given(
    st.lists(
        st.sampled_from(["a: b", "\t@x $(A)", "A = b", "", "\t-y \\", "# c", "define d", "endef", "ifdef X", "\t$(if $(A),b"]), max_size=12
    )
)
def test_any_lines_give_fragments_inside_of_the_text(rows: list[str]) -> None:
    for found in read("\n".join(rows)).fragments:
        assert found.line + found.text.count("\n") <= len(rows)
