# Two commands do everything: `make run` serves the newsroom, `make test` proves it.
PORT ?= 8000
DEMO ?= 1
WITHOUT ?=
BIN := .venv/bin
PIN := $(BIN)/pip-compile --quiet --upgrade --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

export PORT

.PHONY: help run test check format bench messages requirements clean

help: ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

run: .venv/.site ## Serve the newsroom with demo content (PORT=8000; DEMO= for an empty newsroom)
	@exec $(BIN)/python tools/run.py --port "$(PORT)" --demo "$(DEMO)"

test: .venv/.development ## Run every test (WITHOUT="elasticsearch postgresql browser foreign" leaves parts out)
	@$(BIN)/python tools/test.py --without "$(WITHOUT)"

check: .venv/.development ## Lint, types, layers, migrations, settings, catalogues, templates
	@$(BIN)/python tools/check.py

format: .venv/.development ## Format the code
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

bench: .venv/.development ## Measure: one script per subject under bench/
	@$(BIN)/python tools/bench.py

messages: .venv/.development ## Collect the strings to translate, and compile the catalogues
	@$(BIN)/python tools/catalogues.py update

requirements: .venv/.development ## Pin requirements.in and requirements-dev.in anew
	@$(PIN) --output-file requirements.txt requirements.in
	@$(PIN) --output-file requirements-dev.txt requirements-dev.in

clean: ## Delete what was built; the newsroom's data in var/ stays
	rm -rf .venv .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.created:
	@python=$$(sh tools/find_python.sh) && "$$python" -m venv --clear .venv && touch $@

.venv/.site: .venv/.created requirements.txt pyproject.toml
	@echo "Installing what the newsroom runs on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/.development: .venv/.site requirements-dev.txt
	@echo "Installing what tests and checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
