"""The seven printed tables of the release file: rows, order, columns and descriptions."""

from __future__ import annotations

import duckdb
import pytest

from rusindikator.publish.printed_tables import NAMES, add_printed_tables

from .catalogue import N_INDICATORS
from .conftest import Round

SIZES = {"4_1": 8, "4_2": 15, "4_3": 15, "4_4": 8, "4_5": 22, "4_6": 18, "4_7": 8}


@pytest.mark.parametrize(("code", "n"), SIZES.items())
def test_a_printed_table_has_its_rows_in_printed_order(first_build: Round, code: str, n: int) -> None:
    name = f"rpt_table_{code}"
    rows = first_build.rows(f"select row_order, indicator_no, report_year from {name}")
    assert [row[0] for row in rows] == list(range(1, n + 1))
    numbers = [row[1] for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] + n))
    assert len({row[2] for row in rows}) == 1
    assert (
        first_build.rows(
            f"select indicator_no from {name} except select indicator_no from dim_indicator"
            f" where table_code = '{code.replace('_', '.')}'"
        )
        == []
    )


def test_the_tables_hold_the_whole_set_once_and_say_what_rpt_status_says(first_build: Round) -> None:
    everything = " union all ".join(f"select * from {name}" for name in NAMES)
    counts = first_build.rows(f"select count(*), count(distinct indicator_no) from ({everything})")
    assert counts == [(N_INDICATORS, N_INDICATORS)]
    columns = [
        row[0]
        for row in first_build.rows("select column_name from duckdb_columns() where table_name = 'rpt_table_4_1'")
    ]
    years = [column for column in columns if column.startswith("value_")]
    newest = first_build.rows("select max(report_year) from rpt_status")[0][0]
    first = first_build.rows("select min(year) from fct_indicator_year")[0][0]
    assert years == [f"value_{year}" for year in range(first, newest + 1)]
    shared = "indicator_no, label_nb, baseline_value, baseline_year, latest_value, verdict, data_origin, caveat_nb"
    shared += ", " + ", ".join(years)
    assert (
        first_build.rows(
            f"select {shared} from ({everything}) except select {shared} from rpt_status where report_year = {newest}"
        )
        == []
    )


def test_each_column_of_a_printed_table_is_described(first_build: Round) -> None:
    assert len(NAMES) == 7
    for name in NAMES:
        assert (
            first_build.rows(
                f"select column_name from duckdb_columns() where table_name = '{name}' and coalesce(comment, '') = ''"
            )
            == []
        )
        (comment,) = first_build.rows(f"select comment from duckdb_tables() where table_name = '{name}'")[0]
        assert comment.startswith(f"Table 4.{name[-1]} as it is printed")


def test_parquet_copies_lie_beside(first_build: Round) -> None:
    folder = first_build.published.parent / "parquet"
    assert len(NAMES) == 7
    for name in NAMES:
        (n,) = duckdb.sql(f"select count(*) from read_parquet('{folder / name}.parquet')").fetchone()
        assert n == SIZES[name[-3:]]


def test_a_later_round_has_its_year(first_build: Round, tmp_path) -> None:
    """The years run to the newest report year, whatever it is."""
    copy = tmp_path / "later.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{first_build.published}' as old (read_only); attach '{copy}' as later")
        for table in ("dim_indicator", "dim_goal", "fct_indicator_year", "rpt_status"):
            connection.execute(f"create table later.main.{table} as from old.main.{table}")
        connection.execute("update later.main.rpt_status set report_year = report_year + 1")
        add_printed_tables(connection.cursor(), "later")
        columns = [row[0] for row in connection.execute("describe later.main.rpt_table_4_7").fetchall()]
        rows = connection.execute("select distinct report_year from later.main.rpt_table_4_7").fetchall()
    assert rows == [(2021,)]
    assert "value_2021" in columns
    assert "value_2022" not in columns
