"""What a report needs from the published file, read once.

The report computes no figure of its own: values, changes and verdicts are the tables', and only rounding and wording
happen later.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from rusindikator.paths import CATALOGUE

Row = dict[str, Any]

FIRST_PLAN_YEAR = 2016


class ReportError(ValueError):
    """The report cannot be made; the message says what the user can do."""


@dataclass(frozen=True, slots=True)
class ReportData:
    """Rows of the published tables for one report year; rows are dicts of column name to value."""

    report_year: int
    release: Row
    tables: dict[str, list[Row]]
    goals: list[Row]
    status: list[Row]
    facts: dict[tuple[int, int], Row]
    sources: dict[str, Row]
    deliveries: dict[str, Row]
    decisions: list[Row]
    rules: list[Row]
    targets: list[Row]
    reasons: list[Row]

    def table(self, name: str) -> list[Row]:
        """Rows of a table that belong to the report year, in the order of the file."""
        return self.tables[name]

    def years_of(self, rows: list[Row]) -> list[int]:
        """Return the years to show: the plan's to the report year, and earlier ones in which a row has a figure."""
        return [
            year
            for year in sorted({year for _, year in self.facts})
            if year <= self.report_year
            and (year >= FIRST_PLAN_YEAR or any(row.get(f"value_{year}") is not None for row in rows))
        ]


YEAR_COLUMN = {
    "rpt_status": "report_year",
    "rpt_goal_attainment": "report_year",
    "rpt_attention": "report_year",
    "rpt_funding_pace": "year",
    "rpt_target_progress": "year",
    "fct_indicator_year": "year",
    "fct_golden_rule": "year",
    "qa_coverage": "year",
    "qa_reconciliation": "year",
}
READ = (
    "dim_indicator",
    "dim_goal",
    "dim_source",
    "dim_edition",
    "dim_delivery",
    "fct_indicator_year",
    "fct_indicator_vintage",
    "fct_golden_rule",
    "rpt_status",
    "rpt_goal_attainment",
    "rpt_funding_pace",
    "rpt_funding_claim",
    "rpt_funding_priority",
    "rpt_target_progress",
    "rpt_attention",
    "qa_coverage",
    "qa_reconciliation",
    "qa_warnings",
    "release_log",
)

# Columns without which the report would say less than it should, beside those that every version has had.
NEEDED_COLUMNS = (
    "dim_goal.operational_text_en",
    "fct_indicator_year.value_precision",
    "rpt_goal_attainment.n_deciding_readable",
    "rpt_goal_attainment.n_deciding_without_uncertainty",
    "rpt_goal_attainment.n_without_uncertainty",
    "rpt_target_progress.required_per_year",
    "rpt_target_progress.state",
    "rpt_target_progress.value_year",
    "rpt_funding_pace.required_per_remaining_year_with_housing",
    "rpt_funding_pace.required_per_remaining_year_with_housing_2016_nok",
)


def ordered(rows: list[Row], *columns: str) -> list[Row]:
    """Return rows in the order of some columns."""
    return sorted(rows, key=lambda row: [row[column] for column in columns])


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, *parameters: Any) -> list[Row]:
    """Run a query and return its rows as dicts."""
    result = connection.execute(query, list(parameters))
    names = [column[0] for column in result.description]
    return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def open_published(database: Path) -> duckdb.DuckDBPyConnection:
    """Open the published file for reading.

    Raises ReportError where it is absent or lacks a table or a column the report needs.
    """
    if not database.is_file():
        raise ReportError(f"{database} is not there: run `dbt build` first, or name another file with --database")
    try:
        connection = duckdb.connect(str(database), read_only=True)
        found = connection.execute("select table_name, column_name from duckdb_columns()").fetchall()
    except duckdb.Error as error:
        raise ReportError(f"{database} cannot be read as a DuckDB file: {error}") from error
    tables, columns = {table for table, _ in found}, {f"{table}.{column}" for table, column in found}
    missing = [name for name in READ if name not in tables]
    missing += [name for name in NEEDED_COLUMNS if name.split(".")[0] in tables and name not in columns]
    if missing:
        connection.close()
        raise ReportError(f"{database} lacks {', '.join(missing)}: build it with this version of the project")
    return connection


def default_year(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the last year in which an indicator was measured."""
    (year,) = connection.execute("select max(year) from fct_indicator_year where value is not null").fetchone()
    return year


def read_report_data(connection: duckdb.DuckDBPyConnection, report_year: int | None) -> ReportData:
    """Read the tables for `report_year` (default: the last year with data).

    Raises ReportError where there is no status report for the year.
    """
    year = default_year(connection) if report_year is None else report_year
    tables = {
        name: rows_of(connection, f"select * from {name}" + _only(name, year), *([year] if name in YEAR_COLUMN else []))
        for name in READ
    }
    status = ordered(tables["rpt_status"], "table_code", "row_order")
    if not status:
        years = connection.execute("select distinct report_year from rpt_status order by 1").fetchall()
        raise ReportError(f"no report year {year} in rpt_status; there are {', '.join(str(year) for (year,) in years)}")
    return ReportData(
        report_year=year,
        release=max(tables["release_log"], key=lambda row: row["built_at"]),
        tables=tables,
        goals=ordered(tables["dim_goal"], "goal_order"),
        status=status,
        facts={(row["indicator_no"], row["year"]): row for row in tables["fct_indicator_year"]},
        sources={row["source_code"]: row for row in tables["dim_source"]},
        deliveries={row["delivery_id"]: row for row in tables["dim_delivery"]},
        decisions=catalogue_rows("decisions"),
        rules=catalogue_rows("attainment_rules"),
        targets=catalogue_rows("targets"),
        reasons=catalogue_rows("attention_rules"),
    )


def _only(name: str, year: int) -> str:
    """Return the where clause that keeps a table to the report year, or to the years before it."""
    if name not in YEAR_COLUMN:
        return ""
    column = YEAR_COLUMN[name]
    return f" where {column} {'=' if column == 'report_year' else '<='} ?"


def catalogue_rows(name: str) -> list[Row]:
    """Read a seed of the catalogue that explains the figures: decisions, rules, targets.

    Raises ReportError without it.
    """
    path = CATALOGUE / f"{name}.csv"
    if not path.is_file():
        raise ReportError(f"{path} is not there: run the report from a checkout of the project")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
