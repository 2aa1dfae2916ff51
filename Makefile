# `make run` and `make test` do all the set-up themselves; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test lint types unit grid bench docs clean

help:
	@echo "make run    show both halves on this machine: an emulated Velt, a conversation on SQLite, consoles (ONCE=1: end; PORT=N)"
	@echo "make test   everything: lint, types, the suite on real servers, the grid of interpreters"
	@echo "make lint types unit grid   parts of it"
	@echo "make bench  the benchmarks"
	@echo "make docs   the documentation site, into build/site"

run: .venv/installed-run
	@$(BIN)/python -m velt_py demo $(if $(PORT),--port $(PORT))

# Python keeps what it has compiled, whatever the environment says: the tests start hundreds of processes.
test unit grid: export PYTHONDONTWRITEBYTECODE =

test: lint types .venv/installed-test
	@$(BIN)/python -m tests.servers sh -c '$(BIN)/pytest -n 2 --dist loadgroup && $(BIN)/nox -s grid'

lint: .venv/installed-test
	@$(BIN)/ruff check src tests benchmarks docs/*.py examples noxfile.py
	@$(BIN)/ruff format --check src tests benchmarks docs/*.py examples noxfile.py

types: .venv/installed-test
	@$(BIN)/mypy
	@$(BIN)/pyright --pythonpath $(BIN)/python

unit: .venv/installed-test
	@$(BIN)/pytest tests/unit

grid: .venv/installed-test
	@$(BIN)/python -m tests.servers $(BIN)/nox -s grid

bench: .venv/installed-test
	@$(BIN)/python -m tests.servers $(BIN)/python benchmarks/selfhosting.py
	@$(BIN)/python benchmarks/rest.py
	@$(BIN)/python benchmarks/emulator.py

docs: .venv/installed-test
	@$(BIN)/python docs/make_reference.py
	@$(BIN)/python -m sphinx -q -W --keep-going -b html -d build/doctrees docs build/site
	@echo "build/site/index.html"

clean:
	rm -rf build .venv .tools .nox demo example-data artefacts

.venv/bin/python:
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

.venv/installed-run: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[serve]'
	@touch $@

.venv/installed-test: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[all,dev]'
	@touch $@ .venv/installed-run
