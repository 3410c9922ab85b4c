"""The JSON Schema of the configuration, made from the keys that `config` takes and the words by which the options are described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.commands.configured import option_name
from scanner.commands.scan import scan
from scanner.config import MOST_TABLES
from scanner.config_keys import KEYS, Key
from scanner.report import FORMATS

_TEXT = {"type": "string", "pattern": r"\S"}
_TEXTS = {"type": "array", "minItems": 1, "items": _TEXT}
_DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_REASON = {**_TEXT, "description": "Why; every report shows it."}
_TABLES: Mapping[str, Mapping[str, Any]] = {
    "allow": {
        "description": "Findings that are lifted in some paths, with a reason.",
        "required": ["paths", "reason"],
        "anyOf": [{"required": ["kinds"]}, {"required": ["clauses"]}],
        "properties": {
            "paths": {**_TEXTS, "description": "Globs from the root of the scan on."},
            "kinds": {**_TEXTS, "description": "The kinds that are lifted."},
            "clauses": {**_TEXTS, "description": "The clauses that are lifted, by id or slug."},
            "reason": _REASON,
            "until": {**_DAY, "description": "The last day on which it counts."},
        },
    },
    "authorization": {
        "description": "What a later phase authorises; `phasegate authorize` writes it.",
        "required": ["phase", "clauses", "paths", "author", "reason", "date"],
        "properties": {
            "phase": {"type": "string", "pattern": r"^[A-Z](\.[0-9]{1,4}){1,6}$", "description": "The later phase, such as J.4.3."},
            "clauses": {**_TEXTS, "description": "The clauses that it lifts, by id or slug."},
            "paths": {**_TEXTS, "description": "Globs from the root of the scan on."},
            "author": {**_TEXT, "description": "Who authorises."},
            "reason": _REASON,
            "date": {**_DAY, "description": "The first day on which it counts."},
            "expires": {**_DAY, "description": "The last day on which it counts."},
        },
    },
}
"""What the tables hold that lift findings; one that does not fit lifts nothing, and every report says so."""


def document() -> dict[str, Any]:
    """The schema (2020-12) of `phasegate.toml`, and of `[tool.phasegate]` in `pyproject.toml`; dates of TOML are texts in it."""
    words = {param.name: getattr(param, "help", None) for param in scan.params}
    properties = {key: {**_shape(spec), "description": words[option_name(key)]} for key, spec in KEYS.items()}
    tables = {key: {"type": "array", "maxItems": MOST_TABLES, "items": {"$ref": f"#/$defs/{key}"}} for key in _TABLES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://pypi.org/project/phasegate/schemas/config-1.json",
        "title": "The configuration of phasegate: phasegate.toml",
        "type": "object",
        "properties": {**properties, **tables},
        "additionalProperties": False,
        "$defs": {key: {"type": "object", **table, "additionalProperties": False} for key, table in _TABLES.items()},
    }


def _shape(key: Key) -> dict[str, Any]:
    match key.shape:
        case "texts":
            return {"type": "array", "items": {"type": "string"}}
        case "formats":
            return {"type": "array", "items": {"type": "string", "pattern": f"^({'|'.join(FORMATS)})(=.*)?$"}}
        case "choice":
            return {"enum": list(key.choices)}
        case "flag":
            return {"type": "boolean"}
        case "number":
            return {"type": "integer", "minimum": 0}
        case "size":
            return {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^0*[1-9][0-9]{0,18}[kKmMgG]?$"}]}
    return {"type": "string"}
