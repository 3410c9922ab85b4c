"""Takes the README's picture: a real scan of a small repository, as the terminal shows it. `make picture` runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

_COLUMNS = 100
_FILES = {
    "deploy/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4
          env:
            - name: DATABASE_URL
              value: postgres://db.internal/app
""",
    "infra/main.tf": """\
resource "aws_s3_bucket" "uploads" {
  bucket = "uploads"
}

resource "aws_iam_role" "worker" {
  name = "worker"
}
""",
    ".github/workflows/ci.yml": "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n",
    "src/app.py": 'def greet(name: str) -> str:\n    return f"hello {name}"\n',
}
_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {terminal_width} {terminal_height}" role="img" aria-label="A scan in a terminal">
<style>{styles} text {{ font: 20px ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre; }}</style>
<defs>{lines}</defs>
<rect width="100%" height="100%" rx="8" fill="#292929"/>
<g transform="translate(9, 12)">{backgrounds}<g>{matrix}</g></g>
</svg>
"""
"""The picture without what the library would load from elsewhere (a font), and without a window around it."""


def shot(target: str) -> None:
    """Scan, and write what the terminal shows as SVG to `target`."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in _FILES.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "scanner", "scan", "--color", "always"]
        variables = {**os.environ, "COLUMNS": str(_COLUMNS), "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
        subprocess.run([*command, "-q"], cwd=folder, env=variables, capture_output=True, check=False)  # the signatures are compiled now
        shown = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False).stdout
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=_COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(f"$ phasegate scan\n{shown}"), soft_wrap=False)
        console.save_svg(target, title="phasegate scan", code_format=_FRAME, unique_id="phasegate")


if __name__ == "__main__":
    shot(sys.argv[1])
