"""Terraform's JSON syntax, brought to the tree of its native syntax."""

from __future__ import annotations

from scanner.model import Reading
from scanner.read import json
from scanner.read.hcl_json import blocks_of_json


def read(text: str) -> Reading:
    """One document in the shape of `hcl.read`; text that is no JSON object gives none and a problem."""
    reading = json.read(text)
    documents = tuple(blocks_of_json(held.data, held.span_of) for held in reading.documents if isinstance(held.data, dict))
    problems = reading.problems if documents or reading.problems else ("holds no JSON object",)
    return reading._replace(format="hcl", documents=documents, problems=problems)
