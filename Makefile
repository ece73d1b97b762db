# make        what there is to do
# make demo   see it work on this host
# make test   what CI runs

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# What the tests drive for real: a browser, and the tools whose output is recorded.
SYSTEM := chromium iproute2 linux-perf nftables procps sysstat

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lab fuzz system clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/installed ## Capture this host before and under a load of its own, diff, leave demo/report.html
	$(BIN)/python bench/demo.py

test: system check ## Install what the tests need, then lint, types, import contract and all tests
	$(BIN)/python -m pytest -n auto

check: $(VENV)/developed ## Lint, types and the one way through the house, without the tests
	$(BIN)/ruff check .
	$(BIN)/ruff check --isolated --select E,F,W,B,C90,SIM,RET --target-version py37 --line-length 120 snapper/record/recorder.py
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/developed ## Measure the recorder beside a C loop and its peers; ratios, not tests; leaves bench/RESULTS.md
	$(BIN)/python bench/all.py

lab: $(VENV)/installed ## As root: faults and unchanged pairs captured and scored in some 40 minutes; leaves bench/lab/RESULTS.md
	PYTHONPATH=bench $(BIN)/python -m lab all

fuzz: $(VENV)/developed ## Feed 1,000,000 mutations of what was recorded to every parser and reader, for ten minutes at most
	$(BIN)/python bench/fuzz.py

clean: ## Remove what the targets above made
	rm -rf $(VENV) demo lab build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# As root on Debian, install what is missing; elsewhere the tests that need a tool skip and say which.
system:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  missing=; for package in $(SYSTEM); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	  if [ -n "$$missing" ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	  fi; \
	fi

# Debian keeps venv apart from Python; as root it is fetched, else the message of venv says what to install.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } || true
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/developed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@ $(VENV)/installed
