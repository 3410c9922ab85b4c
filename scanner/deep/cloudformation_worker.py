"""cfn-lint in a process of its own: a template on standard input, one JSON object on standard output.

Run as `python -I cloudformation_worker.py`, in an empty folder that is also the home, so that no configuration file, rule or hook of a
repository is found. What a template says about cfn-lint in its own metadata is taken out before anything reads it: such metadata may
load rules, which are Python, and may silence findings. Sockets and processes are refused outright.

Only this module imports cfn-lint's decoder and template model.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

SECONDS = 60
"""Processor time after which the operating system ends this process."""
MEMORY = 3 << 30
"""Address space in bytes; more ends the work with a MemoryError."""
_REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.", "webbrowser.")
_IGNORED = ["E3043", "W3002"]
"""Rules that open the local files that a nested stack names."""
_LEVELS = {"error": "error", "warning": "warning", "informational": "note"}


def main() -> int:
    """Judge the template on standard input. The exit code is 0 also for a template full of mistakes."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_refuse)
    text = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.write(json.dumps(_judge(text)))
    return 0


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(f"{event} is not allowed here")


def _judge(text: str) -> dict[str, Any]:
    from cfnlint.decode import decode_str  # noqa: PLC0415

    template, errors = decode_str(text)
    if errors or not isinstance(template, dict):
        return {"decoded": False, "template": False, "resources": {}, "problems": [_problem(match) for match in errors]}
    _forget_directives(template)
    resources = _resources(template)
    is_template = bool(resources) or "AWSTemplateFormatVersion" in template
    problems = [_problem(match) for match in _lint(template)] if is_template else []
    return {"decoded": True, "template": is_template, "resources": resources, "problems": problems}


def _forget_directives(template: dict[str, Any]) -> None:
    """Take out the template's own word on how it wants to be linted."""
    held = [template.get("Metadata")]
    resources = template.get("Resources")
    if isinstance(resources, dict):
        held += [entry.get("Metadata") for entry in resources.values() if isinstance(entry, dict)]
    for metadata in held:
        if isinstance(metadata, dict):
            metadata.pop("cfn-lint", None)


def _resources(template: dict[str, Any]) -> dict[str, str]:
    """The types, by logical id, that cfn-lint knows or that CloudFormation leaves to the author."""
    from cfnlint.helpers import REGION_PRIMARY  # noqa: PLC0415
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415
    from cfnlint.template.template import Template  # noqa: PLC0415

    if not isinstance(template.get("Resources"), dict):
        return {}
    known = frozenset(PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION_PRIMARY))
    found = Template("template", template).get_resources()
    types = {str(name): str(entry["Type"]) for name, entry in found.items()}
    return {name: kind for name, kind in types.items() if kind in known or kind.startswith("Custom::")}


def _lint(template: dict[str, Any]) -> list[Any]:
    from cfnlint.config import ConfigMixIn  # noqa: PLC0415
    from cfnlint.runner import Runner  # noqa: PLC0415

    return list(Runner(ConfigMixIn([], ignore_checks=_IGNORED)).validate_template(template))


def _problem(match: Any) -> dict[str, Any]:
    return {
        "rule": match.rule.id,
        "level": _LEVELS.get(match.rule.severity, "note"),
        "message": match.message,
        "span": [match.linenumber, match.columnnumber, match.linenumberend, match.columnnumberend],
    }


if __name__ == "__main__":
    sys.exit(main())
