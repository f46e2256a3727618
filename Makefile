# Needs Python 3.11 or newer, make, and a package registry. Everything else is installed into .venv or started here.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export PYTHONDONTWRITEBYTECODE := 1

# The first interpreter that is new enough and can make a virtual environment; PYTHON=… chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$python"; break; }; done)

# Runs a command with DATABASE_URL: the given one, or that of a server that lives as long as the command.
WITH_DATABASE := $(BIN)/python -m playground.database run --

.PHONY: help install test lint demo bench schema messages saleor-prepare test-saleor clean

help: ## Print this list.
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed 's/:.*## /	/' | expand -t 18

install: $(INSTALLED) ## Make the virtual environment (.venv) with the package and the tools.

$(INSTALLED): setup.cfg pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv was found. On Debian: apt install python3-venv. Or: make PYTHON=/path/to/python" >&2; exit 1; }
	test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25'
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

test: lint ## Run the linters, the type checker and all tests that need no Saleor (ARGS=… goes to pytest).
	$(WITH_DATABASE) $(BIN)/python -m pytest $(ARGS)

lint: install ## Run ruff and mypy.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

demo: install ## Tell a story and serve the playground (ARGS=--story: only the story; ARGS='--port 9000').
	$(BIN)/python -m playground demo $(ARGS)

bench: install ## Measure the rules, the ledger and, where a Saleor is found, its operations.
	$(BIN)/python -m benchmarks $(ARGS)

schema: install ## Write saleor_loyalty/graphql/schema.graphql.
	$(BIN)/python -m playground schema

messages: install ## Compile the message catalogs.
	$(BIN)/python -m saleor_loyalty.messages.compiling

saleor-prepare: install ## Install into each Saleor under SALEOR_HOME and migrate its template database.
	$(BIN)/python scripts/saleor_suite.py prepare $(ARGS)

test-saleor: install ## Run stories and contract tests in each Saleor under SALEOR_HOME (default ~/saleor/<version>).
	$(BIN)/python scripts/saleor_suite.py test $(ARGS)

clean: ## Remove the virtual environment and what the tools leave behind.
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
