# One door: every recipe is a line or two, and the README gives the plain command behind it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DBT_PROFILES_DIR := profiles
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: build test receive report lint docs dictionary audit releases rollback demo-deliveries benchmark setup clean

# Unit tests show that a rule is right; no delivery can change that, so they run in `make test` and in a plain `dbt build`.
build: setup ## everything: deliveries -> published/rusindikator.duckdb
	$(BIN)/dbt build --exclude-resource-type unit_test

test: setup lint ## lint, build with unit tests, and all Python tests
	$(BIN)/dbt build
	$(BIN)/python -m pytest -n 2 --dist loadfile

# The words reach the command in the environment: a shell would run what stands in the name of a file.
receive: export RUS_RECEIVE = $(FILES) --source $(SOURCE) $(OPTIONS)
receive: setup ## make receive FILES="a.xlsx 'b c.csv'" SOURCE=BU [OPTIONS="--period 2021 --dry-run"]
	@$(BIN)/python -m rusindikator receive --from-environment

report: build ## the status report of the last year with data, or REPORT_YEAR=2018 make report
	$(BIN)/python -m rusindikator report

lint: setup ## SQL and Python style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint models tests/sql analyses --processes 2

docs: build ## target/static_index.html: models, columns, lineage
	$(BIN)/dbt docs generate --static

dictionary: build ## docs/data_dictionary.md, from the comments of the published file
	$(BIN)/python -m rusindikator dictionary

demo-deliveries: setup ## make the constructed deliveries again (byte-identical)
	$(BIN)/python -m rusindikator demo-deliveries

audit: setup ## check the published file again, as it was checked before it was published
	$(BIN)/python -m rusindikator audit

releases: setup ## the releases that are kept; the published one has a star
	$(BIN)/python -m rusindikator releases

rollback: setup ## publish the release before this one again; TO=... another one that is kept
	$(BIN)/python -m rusindikator rollback $(if $(TO),--to '$(TO)')

benchmark: setup ## times and memory, at 1, 10 and 100 times the BrukerPlan rows
	$(BIN)/python benchmarks/benchmark.py

setup: $(VENV)/.installed
	@mkdir -p build

# The stamp is older than the lock whenever the lock has changed.
$(VENV)/.installed: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.lock
	@touch $@

clean: ## what builds and tools made; deliveries and published files stay
	rm -rf build/*.duckdb* target logs .pytest_cache .ruff_cache
