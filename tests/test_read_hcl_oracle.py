"""The HCL reader beside python-hcl2: the same blocks, labels and literal values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from hcl_samples import Object, bodies
from scanner.read import hcl_values
from scanner.read.hcl import read

_CORPUS = r"""
=== terraform
terraform {
  required_version = ">= 1.5"
  required_providers {
    x = {
      source  = "a/x"
      version = "~> 5.0"
    }
  }
}
=== variable
variable "size" {
  type = object({
    n = optional(number, 3)
  })
  default = null
  validation {
    condition = var.size.n > 0 && var.size.n < 9
    error_message = "Too \"big\": ${var.size.n}."
  }
}
=== jsonencode
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow" }]
  })
  tags = merge(local.tags, { "k:v" = 1 })
}
=== dynamic
dynamic "setting" {
  for_each = { for k, v in var.all : k => v if v != null }
  content {
    name = setting.value["name"]
  }
}
=== locals
locals {
  a = [for s in var.list : upper(s)]
  b = var.on ? [1, 2] : []
  c = { x = 1, y = { z = [true, false] } }
  d = a.*.id
}
=== nomad
job "web" {
  datacenters = ["dc1"]
  group "g" {
    count = 3
    task "t" {
      driver = "docker"
      config {
        ports = ["http"]
      }
    }
  }
}
=== vault
path "secret/data/*" {
  capabilities = ["read", "list"]
}
=== moved
moved {
  from = a.b
  to   = module.c["d"].b
}
import {
  to = a.b[0]
  id = "i-1"
}
=== comments
a = {
  # one
  b = 1 # two

  // three
  "c" = [ # four
    2, # five
  ]
}
=== one-line
empty {}
one { a = 1 }
n = -1
f = 1.25
=== templates
x = "${f({ a = "b" })}"
y = "%{ if var.a }1%{ else }2%{ endif }"
z = "$ % #"
=== keywords
in { for = 1 }
if = 2
"""
CORPUS = dict(part.split("\n", 1) for part in re.split("^=== ", _CORPUS, flags=re.MULTILINE)[1:])


def _expected(text: str) -> Any:
    import hcl2
    from hcl2.utils import SerializationOptions

    options = SerializationOptions(with_comments=False, strip_string_quotes=True)
    return _squeezed(hcl2.loads(text, serialization_options=options))


def _shaped(block: Object) -> Object:
    """A body in the form that python-hcl2 gives: blocks are lists by type, each label one level."""
    shaped: Object = dict(block["body"])
    for inner in block["blocks"]:
        value: Object = {**_shaped(inner), "__is_block__": True}
        for label in reversed(inner["labels"]):
            value = {label: value}
        shaped.setdefault(inner["type"], []).append(value)
    return shaped


def _squeezed(value: Any) -> Any:
    """`value` without the space and commas of its written expressions, which python-hcl2 lays out anew."""
    if isinstance(value, dict):
        return {key: _squeezed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_squeezed(inner) for inner in value]
    return re.sub(r"[\s,]", "", value) if isinstance(value, str) and value.startswith("${") else value


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        hcl_values.expression("f([])")
        yield


@pytest.mark.parametrize("name", CORPUS)
def test_corpus(name: str) -> None:
    text = CORPUS[name]
    for written in (text, text.replace("\n", "\r\n")):
        reading = read(written)
        assert reading.problems == ()
        assert _squeezed(_shaped(reading.documents[0].data)) == _expected(written)


@settings(max_examples=60)
@given(bodies())
def test_generated(sample: tuple[str, Object]) -> None:
    text, _ = sample
    assert _squeezed(_shaped(read(text).documents[0].data)) == _expected(text)
