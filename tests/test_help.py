"""Help, manual page and completion come from one source: nothing is without words and an example, and every example works."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from scanner.commands.helping import Option
from scanner.commands.man import page
from scanner.commands.root import COMMANDS, app

ROOT = Path(__file__).resolve().parent.parent


def commands(group: click.Group, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """Every command below a group, with its context."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield command, inner
        if isinstance(command, click.Group):
            yield from commands(command, inner)


ALL = list(commands(app, click.Context(app, info_name="phasegate")))


@pytest.mark.parametrize(("command", "context"), ALL, ids=[context.command_path for _command, context in ALL])
def test_every_option_has_words_and_an_example_that_the_command_takes(command: click.Command, context: click.Context) -> None:
    needed = ["x" for param in command.params if isinstance(param, click.Argument) and param.required]
    if command.name == "completion":
        needed = ["bash"]
    for param in command.params:
        if isinstance(param, click.Option):
            assert isinstance(param, Option), param.name
            assert param.help, param.name
            words = shlex.split(param.example.partition("|")[0])
            assert set(words) & {*param.opts, *param.secondary_opts}, param.name
            command.make_context(context.command_path, [*words, *needed], parent=context.parent).close()


@pytest.mark.parametrize(("command", "context"), ALL, ids=[context.command_path for _command, context in ALL])
def test_every_help_ends_with_examples_of_commands_that_there_are(command: click.Command, context: click.Context) -> None:
    examples = getattr(command, "examples", ())
    if command.name != "run":  # a group of what hooks run, and nobody else
        assert examples
    for line, words in examples:
        assert words
        start = shlex.split(line.partition("|")[0])
        assert start[0] == "phasegate"
        assert start[1] in COMMANDS
    assert "\n".join(line for line, _words in examples[:1]) in command.get_help(context)


def test_the_help_of_a_scan_is_in_sections_and_short(tmp_path: Path) -> None:
    done = phasegate(tmp_path, "scan", "--help")
    heads = [line for line in done.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert heads == ["What to scan:", "What counts:", "Output:", "Configuration:", "Speed:", "Options:", "Examples:"]
    assert len(done.splitlines()) < 100
    assert max(map(len, done.splitlines())) <= 80


def program(folder: Path) -> dict[str, str]:
    """An environment in which `phasegate` is a command."""
    (folder / "bin").mkdir(exist_ok=True)
    script = folder / "bin" / "phasegate"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m scanner "$@"\n')
    script.chmod(0o755)
    return {**os.environ, "PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "COLUMNS": "80"}


def phasegate(folder: Path, *arguments: str) -> str:
    return subprocess.run(["phasegate", *arguments], env=program(folder), cwd=folder, capture_output=True, text=True, check=True).stdout


ASKED = {
    ("scan", "--fail-on", ""): {"error", "warning", "note", "never"},
    ("scan", "--clause", "3.1"): {"3.1", "3.10", "3.11", "3.12"},
    ("scan", "--kind", "nomad-j"): {"nomad-job"},
    ("explain", "iac-c"): {"iac-code"},
    ("scan", "--format", "sar"): {"sarif"},
    ("scan", "--stat"): {"--statistics"},
    ("complet",): {"completion"},
    ("completion", "z"): {"zsh"},
}
BASH = """
source <(phasegate completion bash)
COMP_WORDS=(phasegate "$@"); COMP_CWORD=$#; _phasegate_completion phasegate; printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
compdef() { }
_describe() { print -rl -- "${completions_with_descriptions[@]%%:*}" }
compadd() { print -rl -- "${completions[@]}" }
source <(phasegate completion zsh)
words=(phasegate "$@"); CURRENT=$#words; _phasegate_completion
"""
FISH = 'phasegate completion fish | source; complete -C "phasegate $argv" | cut -f1'


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_real_shell_completes(tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    environment = program(tmp_path)
    phasegate(tmp_path, "kinds")  # the names come from what is compiled
    for words, expected in ASKED.items():
        command = {"bash": ["bash", "-c", BASH, "-"], "zsh": ["zsh", "-fc", ZSH, "-"], "fish": ["fish", "-c", FISH]}[shell]
        done = subprocess.run([*command, *words], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert set(done.stdout.split()) == expected, (words, done.stdout, done.stderr)


def test_completion_without_compiled_signatures_is_empty_and_quick(tmp_path: Path) -> None:
    environment = {**program(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "_PHASEGATE_COMPLETE": "bash_complete"}
    environment |= {"COMP_WORDS": "phasegate scan --kind nom", "COMP_CWORD": "3"}
    done = subprocess.run(["phasegate"], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")
    assert list((tmp_path / "cache" / "phasegate").iterdir()) == []


@pytest.mark.parametrize("lint", [["groff", "-man", "-Tutf8", "-ww", "-z"], ["mandoc", "-Tlint", "-Wwarning"]], ids=["groff", "mandoc"])
def test_the_manual_page_is_clean(tmp_path: Path, lint: list[str]) -> None:
    if shutil.which(lint[0]) is None:
        pytest.skip(f"{lint[0]} is not installed")
    (tmp_path / "phasegate.1").write_text("\n".join(page(app)) + "\n", encoding="ascii")
    done = subprocess.run([*lint, "phasegate.1"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")


def test_the_manual_page_has_every_option_and_every_exit_code() -> None:
    text = "\n".join(page(app)).replace("\\-", "-")
    for _command, context in ALL:
        for param in context.command.params:
            if isinstance(param, click.Option):
                assert param.opts[-1] in text
    for number in "0123":
        assert f'.B "{number}"' in text
    assert "NO_COLOR" in text
