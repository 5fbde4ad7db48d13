# Every target makes what it needs from nothing: a Python 3.12 or later and this folder are enough.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
STAMPS := .local/stamps
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes
WITH_SERVERS := $(PYTHON) -m stocke.localservices --temporary
# One more than two cores: tests that wait for a killed process or a page leave them idle. Each would compile every
# test anew if nothing that was compiled were kept.
WORKERS ?= 3
CHECKS := check-code check-format check-types check-layers check-templates check-migrations check-texts check-locks
ARGS ?=
export UV_PYTHON_DOWNLOADS := never

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Run it ------------------------------------------------------------------------------------------------
.PHONY: demo demo-reset
demo: $(STAMPS)/runtime $(STAMPS)/assets ## Start everything with a demonstration shop; PORT=8000
	@$(PYTHON) -m stocke.demo --leash $(ARGS)

demo-reset: $(STAMPS)/runtime $(STAMPS)/assets ## Delete the demonstration's data and start anew
	@$(PYTHON) -m stocke.demo --leash --reset $(ARGS)

# --- Judge it ----------------------------------------------------------------------------------------------
.PHONY: test hunt check $(CHECKS)
test: $(STAMPS)/developer $(STAMPS)/assets ## Run every test, on servers of their own; ARGS="tests/orders -x" WORKERS=3
	PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not bench" $(ARGS)

hunt: $(STAMPS)/developer ## Play thousands of random steps against what must always be true, and die at every statement; HUNTS=100
	$(PYTHON) -m pytest tests/machine tests/kills/test_every_step.py tests/kills/test_every_step_of_imports.py -q --hypothesis-profile=hunt $(ARGS)

check: $(STAMPS)/developer ## Judge code, types, layers, templates, migrations, translations, locks
	@$(MAKE) -k $(CHECKS)

check-code:
	$(PYTHON) -m ruff check .

check-format:
	$(PYTHON) -m ruff format --check .

check-types:
	$(PYTHON) -m mypy .

check-layers:
	.venv/bin/lint-imports

check-templates:
	$(PYTHON) -m djlint --lint templates
	$(PYTHON) -m djlint --check templates

check-migrations:
	$(WITH_SERVERS) --fast $(PYTHON) manage.py makemigrations --check --dry-run

check-texts:
	$(PYTHON) manage.py messages --check

check-locks:
	@! grep -nE '://|--(extra-)?index-url|"resolved"' requirements*.txt
	@! grep -nE '"resolved"' package-lock.json

# --- Measure it, look at it --------------------------------------------------------------------------------
.PHONY: bench screenshots
bench: $(STAMPS)/developer ## Measure against the limits of this machine, with durable servers
	$(WITH_SERVERS) $(PYTHON) -m tests.bench $(ARGS)

screenshots: $(STAMPS)/developer ## Take pictures of the running demonstration into docs/screenshots
	$(PYTHON) -m tests.screenshots $(ARGS)

# --- Maintain it -------------------------------------------------------------------------------------------
.PHONY: messages lock assets clean
messages: $(STAMPS)/developer ## Bring the catalogues up to date with the source, and compile them
	$(PYTHON) manage.py messages

lock: $(STAMPS)/developer ## Resolve the dependencies anew, with hashes and without addresses
	.venv/bin/uv lock --quiet --upgrade
	.venv/bin/uv export --quiet --format requirements-txt --no-emit-project --no-header --no-dev -o requirements.txt
	.venv/bin/uv export --quiet --format requirements-txt --no-emit-project --no-header -o requirements-dev.txt
	.venv/bin/uv export --quiet --format requirements-txt --no-emit-project --no-header --only-group node -o requirements-node.txt
	tools/npm update --package-lock-only
	@$(MAKE) check-locks

assets: $(STAMPS)/assets ## Fetch the third-party files of the pages

clean: ## Delete everything that set-up made, except the demonstration's data
	rm -rf .venv node_modules $(STAMPS) .local/assets .local/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# --- Stamps: what was made, so that a second run is instant ------------------------------------------------
$(STAMPS)/venv: .python-version tools/find-python
	@mkdir -p $(STAMPS)
	@test -x $(PYTHON) && $(PYTHON) -m pip --version >/dev/null 2>&1 || { \
	  python=$$(tools/find-python) && echo "Making .venv with $$python" && "$$python" -m venv --clear .venv; }
	@touch $@

$(STAMPS)/runtime: $(STAMPS)/venv requirements.txt
	@echo "Installing Python packages (the first time takes about half a minute)"
	@$(PIP) -r requirements.txt
	@touch $@

$(STAMPS)/developer: $(STAMPS)/venv requirements-dev.txt
	@echo "Installing Python packages for developers (the first time takes about half a minute)"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(STAMPS)/runtime

$(STAMPS)/assets: $(STAMPS)/venv package.json package-lock.json .npmrc tools/npm tools/vendor_assets.py
	@echo "Fetching the pages' third-party files"
	@tools/npm ci --silent
	@$(PYTHON) tools/vendor_assets.py
	@touch $@
