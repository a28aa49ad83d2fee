# Everything a person or a machine runs here. `make help` lists it.
PORT ?= 8000
PYTHON ?=
export PYTHON

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
SERVICE := $(basename $(notdir $(firstword $(wildcard catalog/services/checkout.yaml catalog/services/*.yaml))))

.DEFAULT_GOAL := help
.PHONY: help up portal install dev test lint types contracts docs test-slow test-workflows coverage mutation bench lock clean

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

up: portal ## Validate, score, build and serve the portal on 127.0.0.1 (PORT=8000)
	@printf '%s\n' '' \
	  'Try next, once the address is shown, in a second terminal:' \
	  '  edit catalog/services/$(SERVICE).yaml, and the page follows' \
	  '  $(BIN)/lightship validate               what is wrong, where, and how to mend it' \
	  '  $(BIN)/lightship score $(SERVICE)         its level, and what the next one needs' \
	  '  $(BIN)/lightship gate --against HEAD    what your edit does to the scores' \
	  '  $(BIN)/lightship --help                 everything else; README.md has the first ten minutes' ''
	@$(BIN)/lightship serve --port $(PORT)

# Findings do not stop the portal: it shows them on the pages they concern.
portal: install ## Validate, score and build the portal, without serving it
	@if grep -q '^  journal: demo-journal$$' lightship.yaml && git rev-parse --git-dir >/dev/null 2>&1; \
	  then $(BIN)/lightship demo year || :; fi
	@$(BIN)/lightship validate || [ $$? -eq 1 ]
	@$(BIN)/lightship score
	@$(BIN)/lightship build

install: ## Make .venv from requirements.txt, and the package itself
	@tools/install.sh requirements.txt

dev: ## The same, with what the checks and tests need
	@tools/install.sh requirements-dev.txt

test: lint types contracts docs ## Every check and the tests
	@echo '== tests'
	@tests/partners/get.sh build/tools/partners || echo 'the emulator of GitHub could not be had: tests that need it skip' >&2
	@tests/forge/get-openapi.sh build/tools/openapi || echo "GitHub's OpenAPI could not be had: tests that need it skip" >&2
	@$(PYTEST) -q -n $(WORKERS) --dist loadfile --ignore tests/docs

lint: dev ## Style, and the workflows
	@echo '== lint'
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions .github/actions/*/action.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/zizmor --offline --persona pedantic --no-progress --quiet .github

types: dev ## mypy --strict
	@echo '== types'
	@$(BIN)/mypy --no-error-summary

contracts: dev ## Imports point one way
	@echo '== import contracts'
	@$(BIN)/lint-imports --no-logo

docs: dev ## Links, commands and generated references in the documents
	@echo '== docs'
	@$(PYTEST) -q tests/docs

test-slow: dev ## The long forms of the suites
	@$(PYTEST) -q -m 'slow and not act'

test-workflows: dev ## Run the workflows for real, with act (needs Go)
	@tests/workflows/get-act.sh build/tools
	@$(PYTEST) -q -m act tests/workflows

coverage: dev ## Every branch of what decides, acts and records is taken by the tests, or it fails
	@rm -rf build/coverage && mkdir -p build/coverage
	@$(BIN)/coverage run -m pytest -q tests/actions tests/forge tests/journal $(wildcard tests/commands/test_journal*.py)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

mutation: dev ## Change what decides, executes and records in every small way: the tests notice, or it fails (long)
	@tools/mutation.sh

bench: dev ## Our figures beside those of the peers
	@for script in $(wildcard benchmarks/score.py benchmarks/portal.py benchmarks/correlation.py benchmarks/incidents.py); do $(BIN)/python $$script; done

lock: ## Write the lock files anew from pyproject.toml
	@tools/lock.sh

clean: ## Remove what was built; .venv stays
	@rm -rf build
