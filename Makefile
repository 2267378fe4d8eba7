# The commands to remember. Each sets up what it needs; nothing is installed outside .venv.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEMO := var/demo
PORT ?= 8050
MONTHS ?= 24
SEED ?= 7

.PHONY: help setup demo test unit lint bench docs lock

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 14

setup: $(READY)  ## .venv with the three commands asp-data, asp-etl, asp-dashboard

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

demo: setup  ## sample sources through the real ETL, served on http://127.0.0.1:8050
	@test -f $(DEMO)/sources.toml || $(BIN)/asp-etl demo --out $(DEMO) --months $(MONTHS) --seed $(SEED)
	@{ test -f $(DEMO)/.loaded && test -f var/reporting/current; } || { $(BIN)/asp-etl run all --config $(DEMO)/sources.toml || test $$? -eq 3; } && touch $(DEMO)/.loaded
	@$(BIN)/asp-dashboard serve --port $(PORT)

test: setup  ## every test
	$(BIN)/python -m pytest -n 2 --dist worksteal

unit: setup  ## the tests that need no browser, no server, no whole load: under a minute
	$(BIN)/python -m pytest -n 2 --dist worksteal -q -m "not slow and not browser and not real and not postgres"

lint: setup  ## ruff, mypy, and the import rule between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## throughput and page times; ROWS=5000000 for the full size
	$(BIN)/python -m benchmarks $(if $(ROWS),--rows $(ROWS))

docs: setup  ## data dictionary and metric catalogue, from the code
	$(BIN)/asp-data docs --out docs

lock:  ## requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --all-extras pyproject.toml -o requirements.lock

