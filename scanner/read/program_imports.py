"""The import statements of each language: what is imported, and which names that binds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .program_names import Names
from .program_values import items

if TYPE_CHECKING:
    from tree_sitter import Node

Importer = Callable[["Node", Names], list[str]]


def _python(node: Node, names: Names) -> list[str]:
    module_node = node.child_by_field_name("module_name")
    module = names.text(module_node)
    modules: list[str] = [module] if module else []
    for part in node.children_by_field_name("name"):
        alias, name = names.text(part.child_by_field_name("alias")), names.text(part.child_by_field_name("name") or part)
        if module:
            whole = module + name if module.endswith(".") else f"{module}.{name}"
            names.learn(alias or name, whole)
            continue
        modules.append(name)
        names.learn(alias or name, name)
        if not alias:
            root = name.partition(".")[0]
            names.learn(root, root)
    return modules


def _script(node: Node, names: Names) -> list[str]:
    clause = next((child for child in items(node) if child.type in ("import_clause", "import_require_clause")), None)
    holder = clause if clause is not None and clause.type == "import_require_clause" else node
    module = names.literal(holder.child_by_field_name("source"))
    if module is None:
        return []
    for part in items(clause) if clause is not None else []:
        if part.type == "identifier":
            names.learn(names.text(part), module)
        elif part.type == "namespace_import":
            names.learn(names.text(part.named_children[-1]), module)
        elif part.type == "named_imports":
            for specifier in items(part):
                name = names.text(specifier.child_by_field_name("name"))
                names.learn(names.text(specifier.child_by_field_name("alias")) or name, module, f"{module}.{name}")
    return [module]


def _go(node: Node, names: Names) -> list[str]:
    path = names.literal(node.child_by_field_name("path"))
    if path is None:
        return []
    alias = names.text(node.child_by_field_name("name"))
    if alias not in (".", "_"):
        for name in (alias,) if alias else _go_packages(path):
            names.learn(name, path)
    return [path]


def _go_packages(path: str) -> list[str]:
    """The usual package names of an import path: its last element, and the one before a version (`…/core/v1` may be either)."""
    parts = path.split("/")
    versioned = len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:].isdigit()
    found = parts[-2:] if versioned else parts[-1:]
    return [part.partition(".v")[0].removeprefix("go-").replace("-", "") for part in found]


def _java(node: Node, names: Names) -> list[str]:
    parts = items(node)
    if not parts:
        return []
    name = names.text(parts[0])
    if parts[-1].type == "asterisk":
        return [f"{name}.*"]
    names.learn(name.rpartition(".")[2], name)
    return [name]


def _csharp(node: Node, names: Names) -> list[str]:
    parts = items(node)
    if not parts:
        return []
    name, alias = names.text(parts[-1]), node.child_by_field_name("name")
    if alias is not None:
        names.learn(names.text(alias), name)
    return [name]


IMPORTERS: Mapping[str, Importer] = {
    "python": _python,
    "javascript": _script,
    "typescript": _script,
    "tsx": _script,
    "go": _go,
    "java": _java,
    "csharp": _csharp,
}
"""By language: takes an import statement, binds its names, and gives the modules as written."""
