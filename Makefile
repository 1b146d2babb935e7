# `make help` lists what there is. Needs git, make and Python 3.11 or later; everything else is installed below .venv/.

PYTHON ?= python3
MINUTES ?=
PORT ?=
STORIES ?=
SEED ?=
SET ?=
ARGS ?= --help
KILLS ?=
UPGRADE ?=
QUICK ?=

UV := .venv/uv/bin/uv
BIN := .venv/dev/bin
# SAM's own bytecode, and the package's that it builds, belong beside their sources.
SAM := env -u PYTHONPYCACHEPREFIX .venv/sam/bin/sam
LOCKS := src/requirements.txt src/widget-requirements.txt $(patsubst %,local/locks/%.txt,uv dev sam aws checkov)

# Nothing is asked of a cloud unless the reader deploys: no telemetry, no interpreter downloads.
export SAM_CLI_TELEMETRY := 0
export UV_PYTHON_DOWNLOADS := never
# Bytecode is kept, for without it a start of `sam` or pytest takes three times as long; but not beside the sources.
# Many an image for containers forbids it: what is then compiled anew in every process is half of all the tests' work.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/bytecode
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help vigia demo test unit simulate mutants kills walk bench check lint format types template dashboard screenshots data build lock clean

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

# --- environments: each is made once, and again when its lock changes ------------------------------------------------

.venv/uv/made: local/locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Vigía needs Python 3.11 or later: '$(PYTHON)' is older or missing. Name one: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv/uv || \
	  { echo "'$(PYTHON)' cannot make an environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@.venv/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/%/made: local/locks/%.txt .venv/uv/made
	@echo "Installing .venv/$* ..."
	@test -x .venv/$*/bin/python || $(UV) venv --quiet --clear --python .venv/uv/bin/python .venv/$*
	@$(UV) pip sync --quiet --require-hashes --python .venv/$*/bin/python $<
	@touch $@

DEV := .venv/dev/made
LOCAL_AWS := .venv/dev/made .venv/sam/made .venv/aws/made

# --- see it, steer it ----------------------------------------------------------------------------------------------------------

vigia: $(DEV) ## the command line without installing it: ARGS="status --stack vigia"
	@PYTHONPATH=src:cli $(BIN)/python -m vigia $(ARGS)

demo: $(LOCAL_AWS) ## a campaign on a local AWS, live in the terminal and on a page; Ctrl-C ends it, or MINUTES=2
	@$(BIN)/python -m local.demo $(if $(MINUTES),--minutes $(MINUTES)) $(if $(PORT),--port $(PORT))

screenshots: $(DEV) ## the README's pictures, docs/pictures/*.png; needs Chromium
	@PYTHONPATH=src:. $(BIN)/python -m tests.browser.screenshots

# --- prove it --------------------------------------------------------------------------------------------------------

# Once, so that not each of the workers compiles what all of them import. What fails here is told by the tests.
.cache/bytecode/collected: .venv/dev/made
	@$(BIN)/pytest --collect-only -qq > /dev/null 2>&1 || true
	@mkdir -p $(@D) && touch $@

test: $(LOCAL_AWS) .cache/bytecode/collected ## every test, the local AWS and a short simulation included
	@$(BIN)/pytest -n 4

unit: $(DEV) ## the tests of the rooms, outside worlds replaced
	@$(BIN)/pytest tests/unit

simulate: $(DEV) ## stories of everything that can go wrong: STORIES=100000 SEED=1, options: SET="theme=twins batches=2"
	@$(BIN)/python -m tests.simulation $(if $(STORIES),--stories $(STORIES)) $(if $(SEED),--seed $(SEED)) $(SET:%=--set %)

mutants: $(DEV) ## breaks the promise on purpose, in named ways: the simulation must notice each
	@$(BIN)/python -m tests.simulation.mutants

kills: $(LOCAL_AWS) ## the deployed function killed in the middle of its sends, KILLS=20 times in a row
	@KILLS=$(or $(KILLS),20) $(BIN)/pytest tests/stack -k killed

walk: $(LOCAL_AWS) ## README.md pasted into a terminal, from the clone to the uninstall (make test does README.es.md)
	@WALK=en $(BIN)/pytest tests/stack/test_readme.py

bench: $(LOCAL_AWS) ## what it costs, beside a plain port of the original: minutes, or QUICK=1
	@$(BIN)/python -m local.bench $(if $(QUICK),--quick)

check: ## all that CI asks, but for the quick bench: format, lint, types, template, tests (two at a time)
	@$(MAKE) --no-print-directory --jobs 2 test lint types template

lint: $(DEV) ## format, lint and the right to import, nothing changed
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache --no-logo > .cache/imports 2>&1 || { cat .cache/imports >&2; exit 1; }

format: $(DEV) ## format, and mend what the linter can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

types: $(DEV) ## mypy --strict
	@$(BIN)/mypy

template: .venv/sam/made .venv/checkov/made ## sam validate --lint, and checkov's rules of security
	@AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-us-east-1} $(SAM) validate
	@.venv/checkov/bin/checkov --quiet --compact --skip-download --framework cloudformation --file template.yaml

dashboard: $(DEV) ## the widgets of dashboard/, put into template.yaml
	@$(BIN)/python -m local.dashboard

data: $(DEV) ## zones by prefix and holidays, from the libraries: a minute or so
	@PYTHONPATH=src $(BIN)/python -m local.data

# --- build it --------------------------------------------------------------------------------------------------------

build: .venv/sam/made ## the function's package, in .aws-sam/, ready for sam deploy
	@PATH="$(CURDIR)/.venv/uv/bin:$$PATH" $(SAM) build

lock: .venv/uv/made ## write the locks again from their .in files; newer versions with UPGRADE=1
	@for lock in $(LOCKS); do \
	  echo "$$lock"; \
	  $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header \
	    $(if $(UPGRADE),--upgrade) "$${lock%.txt}.in" --output-file "$$lock" || exit 1; \
	done

clean: ## remove everything these commands made, environments included
	@rm -rf .venv .cache .hypothesis .aws-sam
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
