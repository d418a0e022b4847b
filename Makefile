# One door: every recipe is a line or two, and the README gives the plain command behind it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DBT_PROFILES_DIR := profiles
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# One lock per need, each holding the one before: what a build loads, what `make audit` adds, what tests and lint add.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
INSTALL := $(BIN)/pip install --quiet --no-deps --require-hashes -r

# With a build folder of its own, dbt writes nothing into the checkout, which may then be read-only.
ifdef RUS_BUILD_DIR
export DBT_TARGET_PATH ?= $(RUS_BUILD_DIR)/target
export DBT_LOG_PATH ?= $(RUS_BUILD_DIR)/logs
endif
BUILD := $(or $(RUS_BUILD_DIR),build)
PUBLISHED := $(or $(RUS_PUBLISH_DIR),published)

.PHONY: build test test-kill mutants receive report lint docs dictionary audit releases rollback purge demo-deliveries benchmark clean \
    setup setup-audit setup-dev locks

# Tests of rules show that a macro or model is right; no delivery can change that, so they run in `make test` and in a plain
# `dbt build`. What a run looked like in JSON is written there too: nobody reads it after this one, and it costs a tenth.
build: setup ## everything: deliveries -> published/rusindikator.duckdb
	@$(BIN)/python -m rusindikator build --no-write-json --exclude-resource-type unit_test --exclude tag:rule

test: setup-dev lint ## lint, build with unit tests, and all Python tests
	$(BIN)/dbt build
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-kill: setup-dev ## the long battery: publishing and whole builds killed at dozens of points
	$(BIN)/python -m pytest -n 2 --dist loadfile -m kill

# No part of `make test`: a minute or so a change, and there are more than a hundred.
mutants: setup-dev ## changes the code and damages deliveries and catalogue, and counts what notices; ONLY="words" some changes of the code
	$(BIN)/python -m tests.mutants.run $(if $(ONLY),--only $(ONLY))
	$(if $(ONLY),,$(BIN)/python -m tests.damage.battery)

# The words reach the command in the environment: a shell would run what stands in the name of a file.
receive: export RUS_RECEIVE = $(FILES) --source $(SOURCE) $(OPTIONS)
receive: setup ## make receive FILES="a.xlsx 'b c.csv'" SOURCE=BU [OPTIONS="--period 2021 --dry-run"]
	@$(BIN)/python -m rusindikator receive --from-environment

# These two publish nothing: they build only where there is nothing yet.
report: setup ## the status report of the last year with data, or REPORT_YEAR=2018 make report
	@test -e "$(PUBLISHED)/rusindikator.duckdb" || $(MAKE) build
	$(BIN)/python -m rusindikator report

lint: setup-dev ## SQL and Python style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint models tests/sql analyses --processes 2

docs: setup ## target/static_index.html: models, columns, lineage
	@test -e "$(BUILD)/rusindikator.duckdb" || $(MAKE) build
	$(BIN)/dbt docs generate --static

dictionary: build ## docs/data_dictionary.md, from the comments of the published file
	$(BIN)/python -m rusindikator dictionary

demo-deliveries: setup ## make the constructed deliveries again (byte-identical)
	$(BIN)/python -m rusindikator demo-deliveries

audit: setup-audit ## before a release: the audit of every build again, then Great Expectations -> build/audit/index.html
	$(BIN)/python -m rusindikator audit
	$(BIN)/python -m rusindikator.audit.second_opinion

releases: setup ## the releases that are kept; the published one has a star
	$(BIN)/python -m rusindikator releases

rollback: setup ## publish the release before this one again; TO=... another one that is kept
	$(BIN)/python -m rusindikator rollback $(if $(TO),--to '$(TO)')

# The words reach the command in the environment: a shell would run what stands in them.
purge: export RUS_PURGE_RELEASE = $(RELEASE)
purge: export RUS_PURGE_REASON = $(REASON)
purge: setup ## make purge RELEASE=20261123T065859Z REASON="..." removes a release for good, wherever it is
	@$(BIN)/python -m rusindikator purge "$$RUS_PURGE_RELEASE" --reason "$$RUS_PURGE_REASON"

benchmark: setup-dev ## times and memory, at 1, 10 and 100 times the BrukerPlan rows
	$(BIN)/python benchmarks/benchmark.py

setup: $(VENV)/.installed ## what builds, deliveries and reports need
	@mkdir -p "$(BUILD)"

setup-audit: $(VENV)/.installed-audit ## and Great Expectations
	@mkdir -p "$(BUILD)"

setup-dev: $(VENV)/.installed-dev ## and linters and test tools
	@mkdir -p "$(BUILD)"

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

# A stamp is older than its lock whenever the lock has changed. A lock holds the smaller ones: its stamp is theirs too.
$(VENV)/.installed: requirements.lock | $(VENV)/pyvenv.cfg
	$(INSTALL) requirements.lock
	@touch $@

$(VENV)/.installed-audit: requirements-audit.lock | $(VENV)/pyvenv.cfg
	$(INSTALL) requirements-audit.lock
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: requirements-dev.lock | $(VENV)/pyvenv.cfg
	$(INSTALL) requirements-dev.lock
	@touch $@ $(VENV)/.installed-audit $(VENV)/.installed

locks: ## make the locks again from pyproject.toml, with uv; look at the difference
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group audit --constraint requirements.lock --output-file requirements-audit.lock
	$(COMPILE) pyproject.toml --group dev --constraint requirements-audit.lock --output-file requirements-dev.lock

clean: ## what builds and tools made; deliveries and published files stay
	rm -rf build/*.duckdb* target logs .pytest_cache .ruff_cache
