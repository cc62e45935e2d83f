# Two commands do everything: `make run` serves the newsroom, `make test` proves it.
PORT ?= 8000
DEMO ?= 1
WITHOUT ?=
DATABASE ?= postgresql
SEARCH ?= elasticsearch
FROM ?=
SLOW ?=
ONLY ?=
SUITE ?=
SET ?=
BAKERYDEMO ?=
BIN := .venv/bin
PIN := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.12 --generate-hashes \
	--custom-compile-command "make requirements"
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

export PORT

.PHONY: help run tour quick test test-all slow durations mutants faults drill scale coverage check format bench load pictures messages \
	requirements clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: .venv/.site ## Serve the newsroom with demo content (PORT=8000; DEMO= for an empty newsroom)
	@exec $(BIN)/python tools/run.py --port "$(PORT)" --demo "$(DEMO)"

tour: .venv/.development ## Walk the whole mission in a browser (DATABASE=sqlite SEARCH=embedded; FROM=5 begins there, SLOW=1 shows it)
	@$(BIN)/python -m tests.tour --database "$(DATABASE)" --search "$(SEARCH)" $(FROM:%=--from %) $(if $(SLOW),--slow)

quick: .venv/.development ## Run the plug-ins' own tests in a minute and a half (ONLY="search feedback": theirs)
	@$(BIN)/python tools/test.py quick --only "$(ONLY)"

test: .venv/.development ## Prove every promise once on what comes with the newsroom, in eight minutes (WITHOUT="journeys conformance")
	@$(BIN)/python tools/test.py test --without "$(WITHOUT)"

test-all: .venv/.development ## Run every test, also on PostgreSQL, Elasticsearch, S3 and Redis (WITHOUT="elasticsearch servers postgresql browser conformance foreign abuse" leaves parts out)
	@$(BIN)/python tools/test.py test-all --without "$(WITHOUT)"

slow: .venv/.development ## Run what takes up to an hour and a half: versions, seeds, shuffled order, upgrades, faults, scale, drill (WITHOUT="faults scale")
	@$(BIN)/python tools/test.py slow --without "$(WITHOUT)"

durations: .venv/.development ## Measure the seconds of processor that each test and its set-up take
	@$(BIN)/python tools/durations.py

mutants: .venv/.development ## Put small defects in, one after the other: a test must fail (SUITE=test-all, SET=first)
	@$(BIN)/python tools/mutants.py --suite "$(or $(SUITE),test)" --set "$(SET)"

faults: .venv/.development ## Let each server behind the newsroom fail in every way under load: nothing may be lost (ONLY=postgresql)
	@$(BIN)/python $(if $(ONLY),-m tests.faults.services --only $(ONLY),tools/test.py faults)

drill: .venv/.development ## Back up a running newsroom during 200 edits, restore it elsewhere and compare
	@$(BIN)/python -m tests.drill

scale: .venv/.development ## Kill two sites and two workers behind nginx, one after the other, while people read and write: nothing may be lost or stale
	@$(BIN)/python -m tests.scale

coverage: .venv/.development ## Measure which lines and branches the tests cover (WITHOUT="elasticsearch")
	@$(BIN)/python tools/test.py coverage --without "$(WITHOUT)"

check: .venv/.development ## Lint, types, layers, migrations, settings, catalogues, templates, container files
	@$(BIN)/python tools/check.py

format: .venv/.development ## Format code and templates
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format . && $(BIN)/python tools/templates.py format

bench: .venv/.development ## Measure: one script per subject under bench/
	@$(BIN)/python tools/bench.py

load: .venv/.development ## Measure how many readers one machine answers, for 1, 2, 4 processes (BAKERYDEMO=folder beside Wagtail's demo)
	@$(BIN)/python bench/load.py $(BAKERYDEMO:%=--bakerydemo %)

pictures: .venv/.development ## Take the pictures of README and docs anew, from a newsroom of their own with the demo
	@$(BIN)/python tools/screenshots.py

messages: .venv/.development ## Collect the strings to translate, and compile the catalogues
	@$(BIN)/python tools/catalogues.py update

requirements: .venv/.development ## Pin requirements.in and requirements-dev.in anew, with hashes
	@$(PIN) --output-file requirements.txt requirements.in
	@$(PIN) --output-file requirements-dev.txt requirements-dev.in

clean: ## Delete what was built; the newsroom's data in var/ stays
	rm -rf .venv .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.created:
	@python=$$(sh tools/find_python.sh) && "$$python" -m venv --clear .venv && touch $@

.venv/.site: .venv/.created requirements.txt pyproject.toml
	@echo "Installing what the newsroom runs on …"
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

.venv/.development: .venv/.site requirements-dev.txt
	@echo "Installing what tests and checks need …"
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@
