"""A synthetic monorepo: mostly clean files of several languages, and every fixture of this project, spread over its folders.

    python benchmarks/monorepo.py FOLDER [FILES]

The same number of files gives the same bytes, wherever and whenever it is made. The folder becomes a git repository with one commit.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator

from measuring import ROOT

FILES = 30_000
_VARIANTS = 40
_WORDS = """
account address amount answer batch buffer cart catalogue change charge client colour column count cursor customer
date delta discount draft entry event field filter frame grid handler header index invoice item label
ledger line list locale margin member message month note number offer order page parcel party payment
period price quota rate receipt record report result return review round row sample score search share
shift sort stock store sum table target tax text title total transfer unit user value vendor
view voucher week weight year
""".split()  # noqa: SIM905  # a table of words stays readable
_LINES = {
    ".py": "def {0}_{1}({2}: int, {3}: str) -> dict[str, object]:\n    {4} = [{2} + place for place in range(12)]\n"
    '    return {{"{5}": {4}, "{6}": {3}.strip().lower()}}\n\n\n',
    ".go": "// {0} gives the {1} of a {2}.\nfunc {0}{1}({2} int, {3} string) (int, error) {{\n\tif {2} < 0 {{\n\t\t"
    'return 0, fmt.Errorf("no {4} for %s", {3})\n\t}}\n\treturn {2} * len({3}), nil\n}}\n\n',
    ".ts": "export function {0}{1}({2}: number, {3}: string): {{ {4}: number }} {{\n"
    "  const {5} = {3}.split(',').map((part) => part.length);\n  return {{ {4}: {5}.reduce((sum, each) => sum + each, {2}) }};\n}}\n\n",
    ".java": "    /** The {0} of a {1}. */\n    public int {0}{2}(int {3}, String {4}) {{\n        return {3} + {4}.length();\n    }}\n\n",
    ".md": "## The {0} of a {1}\n\nEvery {2} has one {3}; a {4} may have several. "
    "Where the {5} is missing, the {6} of the month counts.\n\n",
    ".json": '  "{0}-{1}": {{"{2}": [1, 2, 3], "{3}": "{4}", "{5}": {{"{6}": null}}}},\n',
    ".yaml": "{0}-{1}:\n  {2}: {3}\n  {4}: [1, 2, 3]\n  {5}:\n    - {6}\n",
    ".css": ".{0}-{1} {{\n  margin: 0 4px;\n  color: #334455;\n}}\n\n.{2}-{3}:hover {{\n  width: 50%;\n}}\n\n",
    ".html": '<section class="{0}">\n  <h2>{1} {2}</h2>\n  <p>A {3} for every {4}, and the {5} of the {6}.</p>\n</section>\n',
    ".txt": "The {0} of {1} {2} is the {3} of its {4}, whatever the {5} of the {6} says.\n",
}
_FRAMES = {".go": ('package main\n\nimport "fmt"\n\n', ""), ".java": ("class Main {{\n", "}}\n"), ".json": ("{\n", '  "end": 0\n}\n')}
_SHARES = (".go",) * 6 + (".py",) * 5 + (".ts",) * 5 + (".java",) * 4 + (".md", ".json", ".yaml", ".css", ".html", ".txt")
_IDENTITY = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org", "-c", "commit.gpgsign=false")


def _filler(ending: str, chance: random.Random) -> str:
    """One clean file: between one and sixteen kilobytes, most of them short."""
    line, (head, tail) = _LINES[ending], _FRAMES.get(ending, ("", ""))
    size = int(1000 * 16 ** chance.random())
    body: list[str] = []
    while size > 0:
        body.append(line.format(*chance.choices(_WORDS, k=7)))
        size -= len(body[-1])
    return head + "".join(body) + tail


def _fixtures() -> Iterator[tuple[str, bytes]]:
    """Each fixture's path below its own folder, which keeps its neighbours beside it, and its bytes."""
    top = os.path.join(ROOT, "fixtures")
    for folder, inner, names in os.walk(top):
        inner.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith(".expected") and os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as held:
                    yield os.path.relpath(path, top), held.read()


def make(folder: str, files: int = FILES, fixtures: int | None = None) -> None:
    """Fill an empty folder with so many files and commit them; so many of them are fixtures, evenly chosen (None: all there are)."""
    chance = random.Random(5)  # noqa: S311  # the same bytes everywhere
    variants = {ending: [_filler(ending, chance) for _ in range(_VARIANTS)] for ending in _LINES}
    held = list(_fixtures())
    if fixtures is not None:
        held = [held[place * len(held) // fixtures] for place in range(min(fixtures, len(held)))]
    for number, (path, data) in enumerate(held):
        _write(os.path.join(folder, f"area{number % 7}", "services", path), data)
    for number in range(files - len(held)):
        ending = chance.choice(_SHARES)
        text = chance.choice(variants[ending])
        place = f"area{number % 7}/team{number % 61}/{chance.choice(_WORDS)}/{chance.choice(_WORDS)}{number}{ending}"
        _write(os.path.join(folder, place), text.replace(_WORDS[number % len(_WORDS)], f"{_WORDS[number % 50]}{number % 97}").encode())
    for command in (("init", "-q"), ("add", "-A"), (*_IDENTITY, "commit", "-q", "-m", "A synthetic monorepo")):
        subprocess.run(["git", "-C", folder, *command], check=True, stdout=subprocess.DEVNULL)


def _write(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else FILES)
