"""The schema of the configuration takes what the program takes, and refuses what it refuses. Run as a script, this file writes it anew."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner import config
from scanner.commands.config_schema import document
from scanner.errors import UsageError
from scanner.judge import authorizations, suppressions
from scanner.match import rules
from scanner.report import schemas

ALLOW = '[[allow]]\npaths = ["a/*"]\nkinds = ["nomad-job"]\nreason = "x"\n'
AUTHORIZATION = (
    '[[authorization]]\nphase = "J.4.3"\nclauses = ["3.1"]\npaths = ["infra/**"]\nauthor = "A"\nreason = "x"\ndate = 2026-01-12\n'
)
GOOD = [
    "",
    'format = ["text", "sarif=out.sarif"]\nexclude = ["a/**"]\nclause = ["3.1"]\nkind = []\n',
    'level = "error"\nfail-on = "never"\nstyle = "full"\ncolor = "always"\nhyperlinks = "never"\n',
    "exit-zero = true\ninclude-ignored = false\ndeep = true\ncache = false\nprogress = true\nstatistics = true\n",
    'max-file-size = 5\njobs = 0\nbaseline = "b.json"\noutput = "o.txt"\n',
    'max-file-size = "10M"\n',
    'max-file-size = "010k"\n',
    ALLOW,
    ALLOW.replace("kinds", "clauses").replace("nomad-job", "iac-code") + "until = 2027-01-31\n",
    ALLOW + 'until = "2027-01-31"\n',
    AUTHORIZATION,
    AUTHORIZATION + "expires = 2027-01-31\n",
]
BAD = [
    'exclud = ["a"]\n',
    'exclude = "a"\n',
    "exclude = [1]\n",
    'format = ["sarf"]\n',
    'level = "fatal"\n',
    'fail-on = "Error"\n',
    'style = "long"\n',
    'color = "yes"\n',
    "hyperlinks = true\n",
    "jobs = -1\n",
    "jobs = true\n",
    "jobs = 1.5\n",
    "exit-zero = 1\n",
    "max-file-size = 0\n",
    'max-file-size = "0k"\n',
    'max-file-size = "big"\n',
    'max-file-size = "1T"\n',
    "max-file-size = true\n",
    "policy = 1\n",
    "allow = 1\n",
    "allow = [1]\n",
    ALLOW.replace("reason", "raison"),
    ALLOW.replace('"x"', '" "'),
    ALLOW.replace('["a/*"]', "[]"),
    ALLOW.replace('kinds = ["nomad-job"]\n', ""),
    ALLOW + 'until = "tomorrow"\n',
    AUTHORIZATION.replace("J.4.3", "later"),
    AUTHORIZATION.replace("date = 2026-01-12\n", ""),
    AUTHORIZATION.replace('"A"', "1"),
]


def taken(folder: Path, text: str) -> bool:
    """Whether a scan takes the configuration without a complaint."""
    (folder / "phasegate.toml").write_text(text)
    try:
        loaded = config.load(str(folder))
    except UsageError:
        return False
    known = rules.load()
    _usable, flaws = suppressions.allowances(loaded.tables.get("allow", ()), known.policy, known.infos)
    _grants, more = authorizations.grants(loaded.tables.get("authorization", ()), known.policy)
    return not flaws and not more


def fits(text: str) -> bool:
    data: Any = json.loads(json.dumps(tomllib.loads(text), default=str))
    schema = json.loads(schemas.text_of("config"))
    return jsonschema.Draft202012Validator(schema).is_valid(data)


@pytest.mark.parametrize("text", GOOD)
def test_what_a_scan_takes_fits(tmp_path: Path, text: str) -> None:
    assert (taken(tmp_path, text), fits(text)) == (True, True)


@pytest.mark.parametrize("text", BAD)
def test_what_a_scan_refuses_or_passes_over_does_not_fit(tmp_path: Path, text: str) -> None:
    assert (taken(tmp_path, text), fits(text)) == (False, False)


def written() -> str:
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def test_the_published_schema_is_the_one_that_the_keys_make() -> None:
    assert schemas.text_of("config") == written(), "run this file as a script"
    jsonschema.Draft202012Validator.check_schema(document())
    assert all(part["description"] for part in document()["properties"].values() if part.get("type") != "array" or "maxItems" not in part)


if __name__ == "__main__":
    (Path(schemas.__file__).parent / schemas.SCHEMAS["config"]).write_text(written(), encoding="utf-8")
