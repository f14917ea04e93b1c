# The two commands of a new user are `make run` and `make test`; all install what they need.

PYTHON ?= python3.11
VENV   ?= .venv
# Tests at a time. Many wait for programs, so that this is more than there are cores in a laptop.
JOBS   ?= 4
BIN    := $(VENV)/bin

.PHONY: run enrol chat test lint types check postgres bench torture torture-identity screenshots \
	clean

# Python 3.11 or later under whatever name it has here.
$(BIN)/python:
	@found=$$(for p in $(PYTHON) python3 python; do command -v $$p && break; done); \
	test -n "$$found" || { echo "Python 3.11 or later is needed, with venv"; exit 1; }; \
	"$$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; $$found is older"; exit 1; }; \
	"$$found" -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.developed: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

run: $(VENV)/.installed
	@exec $(BIN)/twistd --nodaemon --pidfile= chatd $(ARGS)

enrol: $(VENV)/.installed
	@exec $(BIN)/chatc enrol $(ARGS)

chat: $(VENV)/.installed
	@exec $(BIN)/chatc $(ARGS)

test: $(VENV)/.developed
	$(BIN)/python -m tests --jobs=$(JOBS) --rterrors tests

# The store's contract over a PostgreSQL server of its own, in a temporary folder.
postgres: $(VENV)/.developed
	CHATD_REQUIRE_POSTGRES=1 $(BIN)/python -m twisted.trial --rterrors tests.store.test_postgresql

lint: $(VENV)/.developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developed
	$(BIN)/mypy chatd client docs tests twisted/plugins/chatd_plugin.py

check: lint types test

bench: $(VENV)/.developed
	$(BIN)/python -m tests.benchmarks $(ARGS)

# Kills, cut links, full disks and clocks that jump, while people talk; then nothing may be missing.
# MESSAGES are those of all seeds together; SEED is the first one.
SEEDS    ?= 20
MESSAGES ?= 100000
SEED     ?= 1
torture: $(VENV)/.developed
	$(BIN)/python -m tests.torture delivery --seeds=$(SEEDS) --messages=$(MESSAGES) --seed=$(SEED)

torture-identity: $(VENV)/.developed
	$(BIN)/python -m tests.torture identity $(ARGS)

screenshots: $(VENV)/.developed
	$(BIN)/python -m docs.screenshots

clean:
	rm -rf $(VENV) build dist *.egg-info _trial_temp* .hypothesis .mypy_cache .ruff_cache
