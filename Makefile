# What people type. Nothing needs to be there but make and Python 3.11 with its venv.
# `make`, or `make help`, lists it.

PYTHON ?= python3
UV := uv>=0.9,<1
BIN := .venv/bin
READY := .venv/.ready
# What tests and figures need beyond that: Spark, 460 MB, which nobody fetches to see the demo. Once there, it stays.
READY_ALL := .venv/.ready-all
DATABASES ?= sqlite postgres
PYTEST_ARGS ?=

# The project's own environment, whatever the caller's shell has active.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
export UV_PYTHON_DOWNLOADS := never
# Whoever's network signs with a certificate of its own has it among the system's.
export UV_SYSTEM_CERTS := true
# PostgreSQL does not run as root: for root the tests make it a user of its own, and what makes users is not on every PATH.
export PATH := $(PATH):/usr/sbin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench format reference

help:  ## list what can be typed
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 18

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, $(PYTHON) is " + sys.version.split()[0] + "; name another with: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet '$(UV)'

$(READY): pyproject.toml uv.lock | $(BIN)/uv
	$(BIN)/uv sync --frozen --quiet $(if $(wildcard $(READY_ALL)),--all-extras)
	@touch $@

# Tests start thousands of processes; where Python is told to keep no bytecode, each would compile all it imports.
$(READY_ALL): $(READY)
	$(BIN)/uv sync --frozen --quiet --all-extras --compile-bytecode
	$(BIN)/python -m compileall -q src tests
	@touch $@

demo: $(READY)  ## load the demo shop into demo-data and serve it on http://localhost:8000
	$(BIN)/regulars demo --data demo-data

# The house inspects itself once: its source has no second reading on another database, nor have the pages a second look
# (tests named "sound": contrast, widths, names). The browser has a run of its own:
# its loop stays in its process, and Django gives a thread with a loop a connection of its own, beside that of a test. So
# has Spark: one cluster, which has nothing to do with the database; skipped where there is no Java 17. And the lake on
# PostgreSQL: a flush waits for every transaction of the server, also for those of the other process of tests.
test: $(READY_ALL)  ## run every test, on SQLite and on PostgreSQL
	@status=0; for database in $(DATABASES); do \
	  echo "== tests on $$database"; \
	  [ $$database = sqlite ] && apart= alone= pages= || { apart="--ignore tests/house --ignore tests/lake"; alone=tests/lake; pages="not sound"; }; \
	  REGULARS_TEST_DATABASE=$$database $(BIN)/pytest -n 2 --dist worksteal --ignore tests/browser --ignore tests/engines $$apart $(PYTEST_ARGS) || status=1; \
	  [ -z "$$alone" ] || REGULARS_TEST_DATABASE=$$database $(BIN)/pytest $$alone $(PYTEST_ARGS) || status=1; \
	  echo "== the pages in a browser, on $$database"; \
	  REGULARS_TEST_DATABASE=$$database $(BIN)/pytest tests/browser -k "$$pages" $(PYTEST_ARGS) || status=1; \
	done; \
	echo "== the engines"; \
	REGULARS_TEST_DATABASE=sqlite $(BIN)/pytest tests/engines $(PYTEST_ARGS) || status=1; \
	exit $$status

check: $(READY)  ## lint, format, types, import contracts, lock file
	@status=0; for step in "ruff check ." "ruff format --check ." mypy lint-imports "uv lock --check --quiet"; do \
	  echo "== $$step"; $(BIN)/$$step || status=1; \
	done; exit $$status

bench: $(READY_ALL)  ## run every figure of bench/ in turn
	@for file in bench/[!_]*.py; do \
	  [ -e "$$file" ] || { echo "no figures yet"; exit 0; }; \
	  name=$$(basename "$$file" .py); echo "== $$name"; $(BIN)/python -m "bench.$$name" || exit 1; \
	done

format: $(READY)  ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: $(READY)  ## write docs/reference anew from the code
	$(BIN)/python scripts/reference.py
