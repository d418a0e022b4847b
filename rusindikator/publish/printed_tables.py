"""The seven baseline tables as they are printed, 4.1 to 4.7, one table each: `rpt_table_4_1` to `rpt_table_4_7`.

They are made in the release file while it is written, out of its own `rpt_status` and `dim_indicator`, so that they say
nothing of their own and cost no node of dbt. For people who open the file in a BI tool and want a table as it stands in
the report: a row per indicator in the printed order, a column per year.
"""

from __future__ import annotations

import duckdb

CODES = tuple(f"4.{number}" for number in range(1, 8))
NAMES = tuple(f"rpt_table_{code.replace('.', '_')}" for code in CODES)

# Columns before and after those of the years: name -> table it is taken from.
BEFORE_YEARS = {
    "row_order": "rpt_status",
    "indicator_no": "rpt_status",
    "report_year": "rpt_status",
    "goal_code": "rpt_status",
    "indicator_type": "rpt_status",
    "label_nb": "rpt_status",
    "label_en": "rpt_status",
    "unit_nb": "dim_indicator",
    "unit_en": "dim_indicator",
    "decimals": "rpt_status",
    "source_code": "rpt_status",
    "source_printed": "dim_indicator",
    "baseline_value": "rpt_status",
    "baseline_year": "rpt_status",
    "baseline_note": "dim_indicator",
    "baseline_note_en": "dim_indicator",
}
AFTER_YEARS = {
    "latest_value": "rpt_status",
    "latest_year": "rpt_status",
    "change_from_baseline": "rpt_status",
    "change_low": "rpt_status",
    "change_high": "rpt_status",
    "verdict": "rpt_status",
    "verdict_reason_nb": "rpt_status",
    "verdict_reason_en": "rpt_status",
    "verdict_latest": "rpt_status",
    "verdict_latest_reason_nb": "rpt_status",
    "verdict_latest_reason_en": "rpt_status",
    "missing_reason": "rpt_status",
    "obs_status": "rpt_status",
    "data_origin": "rpt_status",
    "caveat_nb": "rpt_status",
    "caveat_en": "rpt_status",
}


def add_printed_tables(cursor: duckdb.DuckDBPyConnection, database: str) -> None:
    """Make the seven tables, with descriptions, in an attached release file that holds rpt_status and dim_indicator.

    The rows are those of the newest report year; the years run from the first of the facts to it,
    as far as rpt_status has columns.
    """
    release = f"{database}.main"
    first, newest = cursor.execute(
        f"select min(year), (select max(report_year) from {release}.rpt_status) from {release}.fct_indicator_year"
    ).fetchone()
    shown = {
        column
        for (column,) in cursor.execute(
            "select column_name from duckdb_columns() where database_name = ? and table_name = 'rpt_status'", [database]
        ).fetchall()
    }
    # rpt_status has no column for a year beyond its last one (variable last_status_year)
    years = {name: "rpt_status" for year in range(first, newest + 1) if (name := f"value_{year}") in shown}
    columns = BEFORE_YEARS | years | AFTER_YEARS
    listed = ", ".join(f"{table}.{column}" for column, table in columns.items())
    # where a goal is missing the audit says so
    titles = dict.fromkeys(CODES, "") | dict(
        cursor.execute(f"select indicator_table, label_en from {release}.dim_goal").fetchall()
    )
    told = {
        (table, column): comment
        for table, column, comment in cursor.execute(
            "select table_name, column_name, comment from duckdb_columns() where database_name = ?", [database]
        ).fetchall()
    }
    cursor.execute("begin")
    for code, name in zip(CODES, NAMES, strict=True):
        cursor.execute(
            f"create table {release}.{name} as select {listed}"
            f" from {release}.rpt_status inner join {release}.dim_indicator using (indicator_no)"
            f" where rpt_status.table_code = '{code}' and report_year = {newest} order by rpt_status.row_order"
        )
        words = (
            f"Table {code} as it is printed ({titles[code]}), continued to {newest}: one row per indicator of the table"
            " in printed order, one column per year. Taken from rpt_status and dim_indicator when the file is written."
        )
        describe(cursor, f"table {release}.{name}", words)
        for column, table in columns.items():
            describe(cursor, f"column {release}.{name}.{column}", told[table, column])
    cursor.execute("commit")


def describe(cursor: duckdb.DuckDBPyConnection, what: str, text: str | None) -> None:
    """Store a description of a table or column."""
    escaped = (text or "").replace("'", "''")
    cursor.execute(f"comment on {what} is '{escaped}'")
