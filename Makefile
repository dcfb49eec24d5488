# Two commands: `make run` serves with demo data, `make test` runs the tests. Nothing needs root.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
BENCH := .venv-bench/.ready
MANAGE := $(BIN)/python manage.py
LOCAL_NAMES := localhost,127.0.0.1,[::1]
# Served at all addresses, it is called by names that nobody knows beforehand.
NAMES := $(if $(filter 0.0.0.0 ::,$(HOST)),*,$(LOCAL_NAMES),$(HOST))
DEVELOPMENT := DEBUG=true ALLOWED_HOSTS='$(NAMES)'

.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-postgresql test-e2e lint fmt attack soak bench lock clean

help: ## Show the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: $(RUNTIME) ## Set everything up and serve on SQLite with demo data (HOST=, PORT=)
	@$(DEVELOPMENT) $(MANAGE) demo --host $(HOST) --port $(PORT)
	@$(DEVELOPMENT) exec $(MANAGE) serve --host $(HOST) --port $(PORT) --expose-debug

test: $(DEV) ## Pass the tests: on SQLite, on PostgreSQL, with real clients
	@echo "The suite on SQLite and on PostgreSQL, side by side; what they say comes at their end ..."
	@$(MAKE) --no-print-directory -j2 --output-sync=target test-sqlite test-postgresql
	@$(MAKE) --no-print-directory test-e2e

test-sqlite: $(DEV)
	$(BIN)/pytest -m "not e2e"

test-postgresql: $(DEV)
	@url="$$($(BIN)/python -m tests.postgresql)" || exit $$?; \
	if [ -n "$$url" ]; then DATABASE_URL="$$url" $(BIN)/pytest -m "not e2e"; fi

test-e2e: $(DEV) $(BENCH)
	$(BIN)/pytest -m e2e

lint: $(DEV) ## Check style, types, layers, migrations and the deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEBUG=true $(BIN)/mypy
	DEBUG=true PYTHONPATH=src $(BIN)/lint-imports --no-cache
	DEBUG=true DATABASE_URL=sqlite:///:memory: $(MANAGE) makemigrations --check --dry-run
	$(BIN)/python -m tests.production check --deploy --fail-level WARNING

fmt: $(DEV) ## Format, and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

attack: $(DEV) ## The attacks in full, with a report
	$(BIN)/python -m tests.security.attack

soak: $(DEV) ## The faults in full, with twenty minutes of load on each database
	$(BIN)/python -m tests.faults.soak

bench: $(DEV) $(BENCH) ## What a scrape costs, as ratios measured side by side
	PYTHONPATH=src:. $(BIN)/python -m bench.run

lock: $(DEV) ## Lock the dependencies again, with hashes and without addresses
	cd requirements && for name in runtime dev bench; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url $$name.in -o $$name.txt; done

clean: ## Remove what was made here, the demo's database included
	rm -rf $(VENV) .venv-bench .local staticfiles artifacts .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/runtime.txt | $(VENV)/bin/python
	@echo "Installing what the service needs ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@ $(RUNTIME)

$(BENCH): requirements/bench.txt | $(VENV)/bin/python
	@echo "Installing the stack to compare with ..."
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@
