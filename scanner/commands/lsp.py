"""`phasegate lsp`: the language server for editors."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from scanner.commands.helping import Command, option
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.lsp.ground import Conditions


@click.command(cls=Command, examples=(("phasegate lsp", "for the settings of an editor; the README has those of three"),))
@option("--stdio", is_flag=True, example="--stdio", help="Speak over standard input and output, as always; some editors say so.")
@option("-v", "--verbose", count=True, example="-v", help="Log to standard error which documents are judged.")
def lsp(*, stdio: bool, verbose: int) -> None:  # noqa: ARG001  # there is no other way to speak
    """Serve an editor: findings while a file is edited, with their explanation and the comments that except them.

    Needs the extra `lsp`: pip install 'phasegate[lsp]'
    """
    try:
        from scanner.lsp.serving import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise UsageError("the language server needs pygls: pip install 'phasegate[lsp]'") from None
    sys.exit(serve(conditions, verbose))


def conditions(root: str) -> Conditions:
    """What `phasegate scan` goes by in the folder `root`. Raises `UsageError` as it does."""
    from scanner import config, looking  # noqa: PLC0415
    from scanner.commands import terms, values  # noqa: PLC0415
    from scanner.lsp.ground import Conditions  # noqa: PLC0415
    from scanner.match import rules  # noqa: PLC0415

    configuration = config.load(root)
    given = configuration.values
    policy = given.get("policy")
    loaded = rules.load(policy=policy, use_cache=given.get("cache", True))
    settings = looking.Settings(
        clauses=frozenset(values.clause_id(loaded, text) for text in given.get("clause", ())),
        kinds=frozenset(values.kind_id(loaded, text) for text in given.get("kind", ())),
        level=given.get("level", "note"),
        max_file_size=values.size(given.get("max-file-size", looking.DEFAULT_SIZE)),
        deep=given.get("deep", False),
    )
    settled = terms.terms(configuration, loaded, terms.baseline(configuration, root, None))
    files = [config.FILE, "pyproject.toml", terms.baseline_name(configuration), *([os.path.relpath(policy, root)] if policy else [])]
    return Conditions(loaded, settings, settled, tuple(given.get("exclude", ())), given.get("include-ignored", False), tuple(files))
