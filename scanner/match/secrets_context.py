"""Where a value stands: its line and column, what the text around it says, and what the path says of the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from scanner.model import LEVELS, Level

Manner = Literal["source", "config", "script", "prose"]
"""How a file writes a literal: in quotes, possibly bare, bare only after `=`, or inside text for people."""

# Suffixes of files, as alternatives of one pattern.
_SOURCE = re.compile(
    r"py[ix]?|[mc]?[jt]sx?|vue|svelte|go|java|kts?|scala|groovy|gradle|clj|rb|erb|php|cs|fs|vb|c|h|cc|cpp|cxx|hpp|mm?|rs|swift|dart|lua|p[lm]|r|"
    r"jl|exs?|erl|hs|ml|elm|sql|tf|tfvars|hcl|nomad|bicep|nix|cue|jsonnet|libsonnet|star|bzl|rego|proto|graphql|gql|s?css|less|"
    r"j2|jinja2?|tpl|tmpl|hbs|mustache|ejs|pug|xml|xs[dl]|csproj|props|targets|config|plist|storyboard|ipynb"
)
_CONFIG = re.compile(r"ya?ml|json[5c]?|toml|ini|cfg|conf|cnf|properties|env|envrc|npmrc|eyaml|list")
_PROSE = re.compile(r"md|markdown|mdx|rst|txt|a(?:scii)?doc|org|tex|html?")
_XML = re.compile(r"xml|config|csproj|props|targets|pom|plist")
_GENERATED = re.compile(
    r"(?i)(?:\.(?:lock|map|svg|sum|snap|po|pot|xlf|csv|tsv|patch|diff|css|pbtxt|lockb)|[.-]min\.[a-z]+|-lock\.(?:json|ya?ml)|\.lock\.(?:json|hcl)|"
    r"\.secrets\.baseline|detect-secrets\.baseline|npm-shrinkwrap\.json|\.resolved)$|(?:^|/)(?:node_modules|vendor|locales?|i18n|lang|translations)/"
)
_SAMPLE_FOLDER = re.compile(
    r"(?i)(?:^|/)(?:[a-z0-9_.-]*[-_.])?(?:tests?|testing|testdata|testutils?|fixtures?|specs?|e2e|mocks?|vectors|examples?|samples?|docs?|guides?|tutorials?|demos?|benchmarks?)"
    r"(?:[-_.][a-z0-9_.-]*)?/|(?:^|/)__(?:tests|mocks|fixtures|snapshots)__/"
)
_SAMPLE_NAME = re.compile(
    r"(?i)(?:^|/)(?:test[_.-][^/]*|tests?|conftest|[^/]*(?:[-_.](?:tests?|spec|specs|e2e|mock|fixtures?|example|sample|dist|template|tmpl|tpl|default|bats)"
    r"|tests?|Spec))(?:\.[a-z0-9]+){0,2}$|\.bats$"
)
_SAMPLE_WORD = re.compile(
    r"(?i)dummy|fake|sample|example|mock|insecure|throw-?away|self-?signed|placeholder|demo(?![a-z])|fixture|"
    r"not[ _-]an?[ _-](?:real|secret)|(?<![a-z])tests?(?![a-z])|(?<![a-z])testing|unit ?test|"
    r"test_?(?:key|token|secret|password|cert|data|user)"
)
_SAMPLE_HOST = re.compile(r"(?i)example\.(?:com|org|net)")
_SAMPLE_REACH = 500


@dataclass(frozen=True)
class Page:
    """One text and its path. Offsets count characters from 0; lines and columns from 1."""

    text: str
    path: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_end(self, offset: int) -> int:
        """The offset at which the line of an offset ends, its line break excluded."""
        line = bisect_right(self._starts, offset)
        end = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def around(self, start: int, end: int, lines: int, reach: int = 2_000) -> str:
        """The text of a region with so many whole lines before and after it, but at most `reach` characters to either side."""
        first = max(0, bisect_right(self._starts, start) - 1 - lines)
        last = bisect_right(self._starts, end) + lines
        until = self._starts[last] if last < len(self._starts) else len(self.text)
        return self.text[max(self._starts[first], start - reach) : min(until, end + reach)]

    @cached_property
    def extension(self) -> str:
        """The last suffix of the file's name in lower case, or the whole name of a dotfile."""
        name = self.path.rpartition("/")[2].lower()
        return "env" if re.search(r"(?:^|\.)env(?:\.|$)", name) else name.rpartition(".")[2]

    @cached_property
    def manner(self) -> Manner:
        """How the file's language writes literals; an unknown one is read as a script."""
        if _CONFIG.fullmatch(self.extension):
            return "config"
        if _PROSE.fullmatch(self.extension):
            return "prose"
        return "source" if _SOURCE.fullmatch(self.extension) else "script"

    @cached_property
    def elements(self) -> bool:
        """Whether the file's literals may stand between tags."""
        return bool(_XML.fullmatch(self.extension))

    @cached_property
    def generated(self) -> bool:
        """Whether a program wrote the file: lock files, minified code, source maps, baselines, vendored and translated text."""
        return bool(_GENERATED.search(self.path))

    @cached_property
    def sample_path(self) -> bool:
        """Whether the path says that the file is a test, an example or documentation."""
        return bool(_SAMPLE_FOLDER.search(self.path) or _SAMPLE_NAME.search(self.path))

    def sample_text(self, start: int, end: int) -> bool:
        """Whether the region's lines or the two before and after them call it a sample; in a sample folder the file's name may, too."""
        around = self.around(start, end, 2, _SAMPLE_REACH).replace(self.text[start:end], " ")
        name = self.path.rpartition("/")[2] if _SAMPLE_FOLDER.search(self.path) else ""
        return bool(_SAMPLE_WORD.search(_SAMPLE_HOST.sub("", f"{around}\n{name}")))

    def cap(self, start: int, end: int) -> Level:
        """The highest level for a value there: note where path and surroundings call it a sample, warning where only the text does."""
        if not self.sample_text(start, end):
            return "error"
        return "note" if self.sample_path else "warning"


def lowest(*levels: Level) -> Level:
    """The mildest of the levels."""
    return min(levels, key=LEVELS.index)
