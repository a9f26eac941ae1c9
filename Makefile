PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup quickstart format lint types test check interop bench clean

setup: .venv/ready  ## make .venv and install the project with its developer tools, at the tested versions
quickstart: setup  ## curate a real corpus: the Python packages installed in .venv
	$(BIN)/licet quickstart
format: setup  ## rewrite the code in the house style
	$(BIN)/ruff format . && $(BIN)/ruff check --fix-only --quiet .
lint: setup  ## style, imports, layers
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/lint-imports
types: setup  ## mypy, strict
	$(BIN)/mypy
test: setup  ## the tests
	$(BIN)/pytest
check: lint types test  ## all that must pass before a change lands
interop: setup build/interop/ready  ## hold the exports against the standards' own libraries, which live apart
	$(BIN)/pytest tests/pipelines/exports/test_interop.py
bench: setup  ## what docs/benchmarks.md holds, measured on this machine
	$(BIN)/python -m benchmarks all
clean:  ## remove what was built
	rm -rf .venv build dist out *.egg-info src/*.egg-info

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev --constraint constraints.txt
	touch $@

build/interop/ready: Makefile
	$(PYTHON) -m venv build/interop
	build/interop/bin/python -m pip install --quiet \
		"mlcroissant[parquet]==1.1.1" "in-toto-attestation==0.9.3" "securesystemslib[crypto]==1.6.0"
	touch $@
