"""The shipped figures of the reported sources: registered, undamaged, readable, and each known to the catalogue."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from .conftest import REGISTER_COLUMNS, ROOT, Round, run_dbt

CONTRACTS = ROOT / "seeds" / "extracts" / "_extracts_reported.yml"
DELIVERIES = ROOT / "seeds" / "deliveries"
EXTRACTS = {seed["name"]: seed["config"] for seed in yaml.safe_load(CONTRACTS.read_text("utf-8"))["seeds"]}
MODELS = sorted((ROOT / "models" / "staging").glob("*/stg_*__figures.sql"))
# UTF-8 read as Latin-1 or Windows-1252 shows as one of these; U+FFFD is what a failed decoding leaves.
MOJIBAKE = ("Ã", "Â", "â€", "\ufffd", "\x85")


def register() -> list[dict[str, str]]:
    """Return the register's rows for the reported extracts."""
    with (DELIVERIES / "deliveries.csv").open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        assert reader.fieldnames == list(REGISTER_COLUMNS)
        return [row for row in reader if row["extract"] in EXTRACTS]


@pytest.mark.parametrize("extract", EXTRACTS)
def test_folder_and_register_name_the_same_files(extract: str) -> None:
    registered = {row["file_name"] for row in register() if row["extract"] == extract}
    present = {f"{extract}/{path.name}" for path in (DELIVERIES / extract).glob("*.csv")}
    assert registered
    assert registered == present


def test_checksums_are_those_of_the_files() -> None:
    differing = [
        row["file_name"]
        for row in register()
        if hashlib.sha256((DELIVERIES / row["file_name"]).read_bytes()).hexdigest() != row["sha256"]
    ]
    assert differing == []


def test_register_says_where_each_figure_was_printed() -> None:
    rows = register()
    assert len(rows) > 100
    for row in rows:
        where = row["delivery_id"]
        assert row["origin"] in ("reported", "quoted"), where
        assert row["reference"].startswith(("http", "Fafo-rapport ", "Opptrappingsplan ")), where
        assert row["published_on_precision"] in ("day", "month", "year"), where
        assert row["published_on"] <= row["received_on"], where
        assert row["published_on_precision"] != "year" or row["published_on"].endswith("-12-31"), where
        # A derived figure is no printed one: its delivery says how it was computed.
        assert ("utledet" in where) == row["note"].startswith("Utledet:"), where


def test_files_are_utf8_with_unix_line_ends_and_no_mojibake() -> None:
    rows = register()
    assert len(rows) > 100
    for row in rows:
        text = (DELIVERIES / row["file_name"]).read_bytes().decode("utf-8")
        assert "\r" not in text, row["file_name"]
        assert text.endswith("\n"), row["file_name"]
        assert not [mark for mark in MOJIBAKE if mark in text], row["file_name"]


def test_delivered_columns_are_in_the_contract() -> None:
    rows = register()
    assert len(rows) > 100
    for row in rows:
        config = EXTRACTS[row["extract"]]
        contract = (ROOT / "seeds" / "extracts" / f"{row['extract']}.csv").read_text("utf-8").strip()
        lines = (DELIVERIES / row["file_name"]).read_text("utf-8").splitlines()
        header = next(csv.reader([lines[config["preamble_lines"]]], delimiter=config["delimiter"]))
        assert set(header) <= set(next(csv.reader([contract]))), row["file_name"]
        assert set(config["required"]) <= set(header), row["file_name"]


@pytest.fixture(scope="module")
def staged(first_build: Round) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build of the shipped deliveries, with the staged figures of all reported sources as view `figures`."""
    with duckdb.connect(str(first_build.build_file), read_only=True) as connection:
        every = " union all ".join(f"select * from staging.{model.stem}" for model in MODELS)
        connection.execute(f"create temp view figures as {every}")
        connection.execute("create temp view series as select * from raw.series")
        yield connection


def test_every_delivered_label_is_a_series(staged: duckdb.DuckDBPyConnection) -> None:
    unknown = staged.execute(
        "select distinct delivery_id, series_label from figures anti join series using (source_code, series_label)"
    ).fetchall()
    assert unknown == []


def test_every_registered_file_reaches_staging(staged: duckdb.DuckDBPyConnection) -> None:
    arrived = {row[0] for row in staged.execute("select distinct delivery_id from figures").fetchall()}
    assert arrived == {row["delivery_id"] for row in register()}


def test_every_cell_is_a_figure_or_a_known_symbol(staged: duckdb.DuckDBPyConnection) -> None:
    unreadable = staged.execute(
        "select delivery_id, row_no, value_text from figures"
        " where year is null or period is null or (value is null and value_symbol is null)"
    ).fetchall()
    assert unreadable == []


def test_intervals_hold_their_value(staged: duckdb.DuckDBPyConnection) -> None:
    intervals = staged.execute(
        "select value_low, value, value_high from figures where value_low is not null"
    ).fetchall()
    assert intervals
    assert [bounds for bounds in intervals if not bounds[0] <= bounds[1] <= bounds[2]] == []


def test_one_delivery_gives_one_figure_per_series_and_period(staged: duckdb.DuckDBPyConnection) -> None:
    repeated = staged.execute(
        "select delivery_id, series_label, period, region_code from figures group by all having count(*) > 1"
    ).fetchall()
    assert repeated == []


def printed_baselines() -> list[tuple[int, int, float]]:
    """Return number, year and printed baseline of the indicators that rest on delivered figures."""
    with (ROOT / "seeds" / "catalogue" / "series.csv").open(encoding="utf-8", newline="") as handle:
        numbers = {row["related_indicator_no"] for row in csv.DictReader(handle) if row["relation"] == "basis"}
    with (ROOT / "seeds" / "catalogue" / "indicators.csv").open(encoding="utf-8", newline="") as handle:
        return [
            (int(row["indicator_no"]), int(row["baseline_year"]), float(row["baseline_value"]))
            for row in csv.DictReader(handle)
            if row["indicator_no"] in numbers
        ]


@pytest.mark.parametrize(("number", "year", "printed"), printed_baselines())
def test_baseline_is_known_when_the_first_report_came(
    staged: duckdb.DuckDBPyConnection, number: int, year: int, printed: float
) -> None:
    """Summing the basis series of an indicator as known on 30 April 2018 gives the printed baseline."""
    known = [row["delivery_id"] for row in register() if row["published_on"] <= "2018-04-30"]
    (value,) = staged.execute(
        "select sum(value) from ("
        "  select distinct series_code, value from figures inner join series using (source_code, series_label)"
        "  where relation = 'basis' and related_indicator_no = ? and year = ? and list_contains(?, delivery_id))",
        [str(number), year, known],
    ).fetchone()
    assert value == pytest.approx(printed)


def test_a_new_year_needs_no_change(loader_project) -> None:
    """A wide table with a year nobody has seen yet reaches staging as it is."""
    name = "stg_samdata__figures"
    config = EXTRACTS["samdata"]
    loader_project.contract("samdata", "Kategori,Region,Måleenhet,2016", **config)
    loader_project.contract("value_symbols", "symbol,meaning_nb,meaning_en,value")
    table = "Tittel\nKategori;Region;Måleenhet;2031;2031T3\nKostnader 1);Landet;mill. kr;4\u00a0525;:\n"
    loader_project.deliver("samdata", "ny.csv", table.encode())
    (loader_project.path / "models").mkdir()
    shutil.copy(ROOT / "models" / "staging" / "samdata" / f"{name}.sql", loader_project.path / "models")
    assert (seeded := loader_project.seed()).ok, seeded.output
    env = {"RUS_DELIVERIES_DIR": str(loader_project.deliveries)}
    result = run_dbt("run", project=loader_project.path, env=env)
    assert result.ok, result.output
    with duckdb.connect(str(Path(loader_project.path) / "build.duckdb")) as connection:
        rows = connection.execute(f"select series_label, year, period, value from {name} order by period").fetchall()
    assert rows == [("Kostnader", 2031, "2031", 4525.0), ("Kostnader | 3. tertial", 2031, "2031T3", None)]
