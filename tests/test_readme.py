"""The README's table of what is recognised is the one that the program prints. Run as a script, this file writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from scanner import explaining
from scanner.match import rules

README = Path(__file__).resolve().parent.parent / "README.md"
_PART = re.compile(r"(?s)(<!-- phasegate kinds --markdown -->\n).*?(<!-- end -->)")


def rewritten(text: str) -> str:
    table = explaining.as_markdown(rules.load())
    return _PART.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def test_the_table_in_the_readme_is_current() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(_PART.findall(text)) == 1
    assert rewritten(text) == text, "run `make readme`"


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
