"""Commands that a program runs, as shell text."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from .program_grammars import Grammar
from .program_names import Link
from .program_positions import Source
from .program_values import element, items, members, string

if TYPE_CHECKING:
    from tree_sitter import Node

Words = Literal["first", "all", "line"]
"""Which arguments form the command: the first alone, all as words, or a program and then the rest of its line as one string."""

_PYTHON_SUBPROCESS = ("run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput")
_NODE_LINE = ("exec", "execSync")
_NODE_WORDS = ("spawn", "spawnSync", "execFile", "execFileSync")
_SCRIPT: Mapping[str, Words] = {
    **{f"child_process.{name}": "first" for name in _NODE_LINE},
    **{f"child_process.{name}": "all" for name in _NODE_WORDS},
    **dict.fromkeys(("exec", "execSync", "execaCommand", "execa.command", "shell.exec", "shelljs.exec", "shelljs.default.exec"), "first"),
    **dict.fromkeys(("spawn", "spawnSync", "execFile", "execFileSync", "execa", "execa.execa", "execa.sync"), "all"),
    **dict.fromkeys(("$", "zx.$", "execa.$", "bun.$"), "first"),
}
EXECUTES: Mapping[str, Mapping[str, Words]] = {
    "python": {
        **{f"subprocess.{name}": "first" for name in _PYTHON_SUBPROCESS},
        **dict.fromkeys(("os.system", "os.popen", "asyncio.create_subprocess_shell"), "first"),
        "asyncio.create_subprocess_exec": "all",
    },
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "go": dict.fromkeys(("exec.Command", "exec.CommandContext", "os/exec.Command", "os/exec.CommandContext"), "all"),
    "java": {"ProcessBuilder": "all", "Runtime.getRuntime.exec": "first"},
    "csharp": dict.fromkeys(("Process.Start", "System.Diagnostics.Process.Start", "ProcessStartInfo"), "line"),
}
"""By language: the functions that run a command."""

_HOLE = "$x"


def command(node: Node, link: Link, arguments: list[Node], source: Source, grammar: Grammar) -> str | None:
    """The command line that this call runs; None for another call, or where no word of it is literal.

    What only the running program knows stands as `$x`.
    """
    table = EXECUTES[grammar.language]
    words = table.get(link.target.removeprefix("node:")) or table.get(link.name)
    if words is None:
        return None
    if grammar.language == "csharp":
        arguments = arguments or _start_info(node, source, grammar)
    if grammar.language == "go" and link.name.endswith("Context"):
        arguments = arguments[1:]
    if words == "first":
        arguments = arguments[:1]
    parts: list[tuple[str, bool]] = []
    for argument in arguments:
        parts += _words(argument, source, grammar)
    literal = [text for text, known in parts if known]
    if not literal:
        return None
    if words == "line" or len(parts) == 1:
        return " ".join(text for text, _ in parts)
    return " ".join(shlex.quote(text) if known and _HOLE not in text else text for text, known in parts)


def _words(node: Node, source: Source, grammar: Grammar) -> list[tuple[str, bool]]:
    """The words of one argument, each with whether it is known; options in a dictionary are none."""
    node = element(node)
    if node.type in ("array_creation_expression", "implicit_array_creation_expression") and node.named_child_count:
        node = node.named_children[-1]
    if node.type in grammar.lists or node.type == "initializer_expression":
        return [_word(element(item), source, grammar) for item in items(node)]
    if node.type == "method_invocation":
        held = node.child_by_field_name("arguments")
        callee = source.slice(node.start_byte, min(node.end_byte, node.start_byte + 16))
        if held is not None and callee.startswith(("List.of(", "Arrays.asList(")):
            return [_word(item, source, grammar) for item in items(held)]
    return [] if node.type in grammar.dicts else [_word(node, source, grammar)]


def _word(node: Node, source: Source, grammar: Grammar) -> tuple[str, bool]:
    """A string, or strings and unknown parts joined by `+` or by standing side by side."""
    pieces: list[str] = []
    known = False
    pending = [node]
    while pending:
        part = pending.pop()
        if part.type in ("binary_operator", "binary_expression", "concatenated_string", "parenthesized_expression"):
            pending += reversed(items(part))
            continue
        text = string(part, source, grammar, _HOLE) if part.type in grammar.strings else None
        known = known or text is not None
        pieces.append(_HOLE if text is None else text)
    return "".join(pieces), known


def _start_info(node: Node, source: Source, grammar: Grammar) -> list[Node]:
    """`new ProcessStartInfo { FileName = …, Arguments = … }`: the two values."""
    initializer = node.child_by_field_name("initializer")
    held = {key: value for key, _, value in members(initializer, source, grammar)} if initializer is not None else {}
    return [held[key] for key in ("FileName", "Arguments") if key in held]
