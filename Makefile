# A person's commands; `make` alone lists them. cron calls `.venv/bin/staffing` itself, because make
# turns every exit status into its own 2.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORTFOLIO ?= sample_data/portfolio.csv
OUTPUT ?= out
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Where this is set, Python compiles pandas and all the rest anew at every start: four times slower.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# What sets .venv up: pip as it is configured on this machine, or uv, which looks at no settings of
# pip and is far quicker.
INSTALLER ?= pip
PIP := $(BIN)/python -m pip install -q --no-compile --disable-pip-version-check
UV_VERSION := 0.13.9
INSTALL_pip := $(PIP) -c constraints.txt -e '.[dev]'
INSTALL_uv := $(PIP) uv==$(UV_VERSION) && \
  $(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[dev]'

.PHONY: install
install: $(VENV)/.ready ## set up .venv (done once; the other targets do it themselves)

# durable_rules is built from source: without a compiler pip would print its whole build log. On
# Python 3.13 and later its import fails unless it is built with the macro below. pip would compile
# thousands of files that nobody imports; the last lines compile those that a run needs, since a run
# itself compiles nothing.
$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "make: Python 3.11 or later is needed; install it, or name it: make PYTHON=python3.12" >&2; exit 1; }
	@command -v $${CC:-cc} >/dev/null || command -v gcc >/dev/null || { \
	  echo "make: no C compiler found, and durable_rules is built from source." >&2; \
	  echo "      Install one, then run make again. Debian, Ubuntu: apt install gcc python3-dev" >&2; \
	  echo "      Fedora: dnf install gcc python3-devel. macOS: xcode-select --install" >&2; exit 1; }
	@$(PYTHON) -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' || { \
	  echo "make: the C headers of Python are missing, and durable_rules is built from source." >&2; \
	  echo "      Install them, then run make again. Debian, Ubuntu: apt install python3-dev" >&2; exit 1; }
	@echo "Setting up $(VENV), once; this takes a minute …" >&2
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "make: no virtual environment could be made. Debian, Ubuntu: apt install python3-venv" >&2; exit 1; }
	@export CPPFLAGS="$$CPPFLAGS -DPyEval_CallObject=PyObject_CallObject"; \
	  { $(INSTALL_$(INSTALLER)); } >$(VENV)/setup.log 2>&1 || { \
	  grep -iE '^ *(error|fatal)' $(VENV)/setup.log | head -5 >&2; \
	  echo "make: set-up failed; the whole log is in $(VENV)/setup.log" >&2; exit 1; }
	@$(BIN)/python -m compileall -q pipeline schemas
	@$(BIN)/python -c 'import sys; from pipeline.cli import staffing; [staffing([*sys.argv[1:], "--as-of", day], standalone_mode=False) for day in ("2026-01-01", "2026-01-02")]' \
	  classify sample_data/portfolio.csv --roster sample_data/roster.csv --output $(VENV)/first --quiet
	@rm -rf $(VENV)/first
	@touch $@

.PHONY: classify
classify: $(VENV)/.ready ## classify PORTFOLIO=file into OUTPUT=folder
	@$(BIN)/staffing classify "$(PORTFOLIO)" --output "$(OUTPUT)" || { status=$$?; [ $$status -eq 3 ] || exit $$status; }

# Two at a time, the tests last: they begin while the slowest of the others goes on. Mutants are
# among the tests.
.PHONY: check
check: $(VENV)/.ready ## everything CI runs
	@$(MAKE) --no-print-directory -j 2 lint types imports sound test

.PHONY: test
test: $(VENV)/.ready ## run the tests
	@$(BIN)/python -m pytest -q -n 2

.PHONY: hostile
hostile: $(VENV)/.ready ## classify every hostile file of tests/fuzz, the slow ones too
	@HOSTILE=1 $(BIN)/python -m pytest -q --thorough tests/fuzz/test_hostile.py

.PHONY: fuzz
N ?= 500
SEED ?= 1
fuzz: $(VENV)/.ready ## classify N=500 mutants of valid portfolios, from SEED=1
	@$(BIN)/python tests/fuzz/run.py --variants $(N) --seed $(SEED)

.PHONY: fuzz-guided
SECONDS ?= 60
fuzz-guided: $(VENV)/.ready ## fuzz the reader of text for SECONDS=60, guided by its coverage
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	@$(BIN)/python tests/fuzz/guided.py --seconds $(SECONDS) --seed $(SEED)

.PHONY: lint
lint: $(VENV)/.ready ## ruff: lint and format, changing nothing
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .

.PHONY: format
format: $(VENV)/.ready ## ruff: format and mend what it can
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

.PHONY: types
types: $(VENV)/.ready ## mypy, strict
	@$(BIN)/mypy --no-error-summary

.PHONY: imports
imports: $(VENV)/.ready ## import layers
	@$(BIN)/lint-imports >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; exit 1; }

.PHONY: sound
sound: $(VENV)/.ready ## check the rulebook as a whole
	@$(BIN)/staffing rules check --fail-on warning >$(VENV)/sound.log || { cat $(VENV)/sound.log; exit 1; }
	@tail -1 $(VENV)/sound.log

.PHONY: rules
rules: sound ## the same, and the mutants of its rules and phrase lists
	@$(BIN)/staffing rules test >$(VENV)/rules.log || { cat $(VENV)/rules.log; exit 1; }
	@tail -3 $(VENV)/rules.log

.PHONY: thorough
thorough: $(VENV)/.ready ## all tests, those that take long, too (half an hour)
	@$(BIN)/python -m pytest -q -n 2 --thorough

.PHONY: faults
faults: $(VENV)/.ready ## whole runs, with every call to the system failing in turn (minutes)
	@$(BIN)/python -m pytest -q -n 2 tests/test_faults.py --thorough --every-call

.PHONY: soak
soak: $(VENV)/.ready ## 200 nights of a drifting portfolio, with faults (minutes)
	@$(BIN)/python -m tests.soak --nights 200

.PHONY: lock
lock: $(VENV)/.ready ## write rules/rules.lock.json
	@$(BIN)/staffing rules lock

# Tools that look at the installed packages live apart from them.
TOOLS := $(VENV)/tools
$(TOOLS)/.ready: $(VENV)/.ready
	@$(PYTHON) -m venv --clear $(TOOLS)
	@$(TOOLS)/bin/python -m pip install -q --disable-pip-version-check \
	  cyclonedx-bom==7.5.0 pip-audit==2.10.1 pip-licenses==5.5.5 uv==$(UV_VERSION)
	@touch $@

.PHONY: lock-hashes
lock-hashes: $(TOOLS)/.ready ## write constraints-hashes.txt: every file of every release in use
	@$(TOOLS)/bin/uv pip compile -q pyproject.toml --extra dev -c constraints.txt --generate-hashes \
	  --universal --python-version 3.11 --no-header --no-annotate -o constraints-hashes.txt

.PHONY: install-hashed
install-hashed: ## set up .venv from files with the hashes of constraints-hashes.txt and no others
	@$(PYTHON) -m venv --clear $(VENV)
	@CPPFLAGS="$$CPPFLAGS -DPyEval_CallObject=PyObject_CallObject" \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r constraints-hashes.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $(VENV)/.ready

.PHONY: sbom
sbom: $(TOOLS)/.ready ## write dist/sbom.json: what is installed, as CycloneDX
	@mkdir -p dist
	@$(TOOLS)/bin/cyclonedx-py environment $(BIN)/python --of JSON --output-reproducible -o dist/sbom.json

# axe-playwright-python, a tool of the tests, names no licence in its metadata.
.PHONY: licences
licences: $(TOOLS)/.ready ## list the licences of what is installed; fails at one not agreed to
	@$(TOOLS)/bin/pip-licenses --python=$(BIN)/python --from=mixed --order=license --partial-match \
	  --ignore-packages axe-playwright-python \
	  --allow-only "Apache;BSD;MIT;MPL;Mozilla;PSF;Python Software Foundation;ISC;Zlib;HPND;LGPL"

# pip-audit ends with 0 even where it has skipped every package; a package skipped is one not audited.
.PHONY: audit
audit: $(TOOLS)/.ready ## look for known vulnerabilities; fails where a package could not be looked up
	@$(TOOLS)/bin/pip-audit -r constraints-hashes.txt --require-hashes --disable-pip \
	  --progress-spinner off -f json >$(VENV)/audit.json || { cat $(VENV)/audit.json; exit 1; }
	@$(BIN)/python -c 'import json, sys; found = json.load(open(sys.argv[1]))["dependencies"]; skipped = [each["name"] for each in found if "skip_reason" in each]; sys.exit("not audited: " + ", ".join(skipped or ["anything"]) if skipped or not found else 0)' $(VENV)/audit.json

.PHONY: bench
bench: $(VENV)/.ready ## measure the decision step beside other engines, into bench/
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@# By itself: it asks for an older dateutil than ours, and works with this one.
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps rule-engine==5.1.0
	@$(BIN)/staffing bench

.PHONY: clean
clean: ## remove what make made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
