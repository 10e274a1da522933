# Two commands do everything on a fresh Debian or Ubuntu machine: `make demo` and `make test`.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BUILD_INPUTS := pyproject.toml constraints.txt grammars/binding.c grammars/cards.h \
	$(wildcard grammars/*/src/*.c) $(wildcard grammars/*/src/*.h) $(wildcard grammars/*/src/*.def)

.PHONY: demo test lint unit install tools help

help: ## Show the targets.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

tools: ## Install the Debian packages that are missing: a C compiler, cobc, a JDK, chromium, git, venv.
	@missing=""; \
	command -v cobc >/dev/null || missing="$$missing gnucobol3"; \
	command -v javac >/dev/null || missing="$$missing default-jdk-headless"; \
	command -v gcc >/dev/null || missing="$$missing build-essential"; \
	command -v chromium google-chrome chromium-browser >/dev/null || missing="$$missing chromium"; \
	command -v git >/dev/null || missing="$$missing git"; \
	python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3-venv"; \
	[ -f "$$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ] || missing="$$missing python3-dev"; \
	if [ -n "$$missing" ]; then \
		echo "==> installing Debian packages:$$missing"; \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $$missing; \
	fi

$(STAMP): $(BUILD_INPUTS)
	@echo "==> creating $(VENV) and installing cobolsmith and its Python packages into it"
	@echo "    (pinned in constraints.txt; torch is the largest)"
	python3 -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

install: tools $(STAMP) ## Install everything into .venv.

demo: install ## Repair a broken program of the fixture estate with the embedded model.
	@./fixtures/demo.sh $(BIN)/cobolsmith

lint: install ## Style and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: install ## The tests.
	$(BIN)/cobolsmith check fixtures/cobol fixtures/copy
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

test: install lint unit ## Everything CI runs.
