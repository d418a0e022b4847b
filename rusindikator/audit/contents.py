"""The file itself: its storage, the tables it must and may hold, and their descriptions.

A table that is not listed in TABLES is refused, so that nothing new is published before somebody has said here what one
row of it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from .finding import Finding

# What one row of each table is: the columns that tell rows apart. None of them may be a person.
TABLES: dict[str, list[str]] = {
    "dim_indicator": ["indicator_no"],
    "dim_goal": ["goal_code"],
    "dim_source": ["source_code"],
    "dim_edition": ["edition_code"],
    "dim_region": ["region_code"],
    "dim_delivery": ["delivery_id"],
    "fct_indicator_year": ["indicator_no", "year"],
    "fct_indicator_vintage": ["indicator_no", "year", "vintage_date"],
    "fct_series_year": ["series_code", "period", "vintage_date", "delivery_id"],
    "fct_golden_rule": ["year", "region_code", "basis", "variant", "vintage_date"],
    "qa_coverage": ["source_code", "year"],
    "qa_delivery": ["delivery_id"],
    "qa_reconciliation": ["edition_code", "indicator_no", "year"],
    "qa_warnings": ["finding", "subject", "detail"],
    "rpt_status": ["indicator_no", "report_year"],
    "rpt_comparison": ["indicator_no", "report_year", "basis"],
    "rpt_goal_attainment": ["goal_code", "report_year", "basis", "rule_id"],
    "rpt_funding_pace": ["year"],
    "rpt_funding_claim": ["claim_code"],
    "rpt_funding_priority": ["priority_code"],
    "rpt_target_progress": ["target_id", "year"],
    **{f"rpt_table_4_{number}": ["indicator_no"] for number in range(1, 8)},
    "rpt_attention": ["report_year", "reason_code", "subject"],
    "release_log": ["release_id"],
    "release_changes": ["release_id", "table_name", "row_key", "measure"],
}
# Tables that may be empty: findings, changes, and the golden rule before its first delivery.
MAY_BE_EMPTY = {"qa_warnings", "qa_coverage", "fct_golden_rule", "rpt_attention", "release_changes"}
# What a file can hold beside tables, and hide text in.
OTHER_THINGS = {
    "a macro": "select distinct function_name from duckdb_functions() where not internal",
    "a type": "select type_name from duckdb_types() where not internal and database_name = current_database()",
    "a sequence": "select sequence_name from duckdb_sequences()",
    "an index": "select index_name from duckdb_indexes()",
    "a rule of rows": "select table_name || ': ' || constraint_text from duckdb_constraints() where constraint_type"
    " not in ('NOT NULL')",
    "a default of": "select table_name || '.' || column_name from duckdb_columns() where not internal"
    " and column_default is not null and database_name = current_database()",
}
# The number of the storage format that DuckDB 1.0 and 1.1 read; it stands in the 12th byte of the file.
STORAGE_VERSION = 64


def audit_storage(file: Path) -> Iterator[Finding]:
    """Find a storage format that older readers cannot open."""
    with file.open("rb") as handle:
        header = handle.read(20)
    version = int.from_bytes(header[12:20], "little")
    if header[8:12] != b"DUCK" or version != STORAGE_VERSION:
        yield Finding("", "", f"storage format {version} instead of {STORAGE_VERSION}: DuckDB 1.1 cannot open the file")


def tables_of(release: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the tables of `main`."""
    return {
        name
        for (name,) in release.execute(
            "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main'"
        ).fetchall()
    }


def audit_contents(release: duckdb.DuckDBPyConnection, present: set[str]) -> Iterator[Finding]:
    """Find tables that are missing, unknown, empty, not described or not tables."""
    for table in sorted(set(TABLES) - present):
        yield Finding(table, "", "is missing")
    for table in sorted(present - set(TABLES)):
        yield Finding(
            table, "", "is not known to the audit: say in rusindikator/audit/contents.py what one row of it is"
        )
    for (view,) in release.execute("select view_name from duckdb_views() where not internal").fetchall():
        yield Finding(view, "", "is a view; a release holds tables only")
    for (schema,) in release.execute(
        "select distinct schema_name from duckdb_tables() where schema_name <> 'main' order by 1"
    ).fetchall():
        yield Finding("", "", f"schema {schema} holds tables; a release has main only")
    for kind, sql in OTHER_THINGS.items():
        for (name,) in release.execute(sql).fetchall():
            yield Finding("", "", f"holds {kind} {name!r}; a release holds tables only")
    for table in sorted((present & set(TABLES)) - MAY_BE_EMPTY):
        if release.execute(f'select count(*) from "{table}"').fetchone() == (0,):
            yield Finding(table, "", "is empty")
    for table, column in release.execute(
        "select table_name, '' from duckdb_tables() where trim(coalesce(comment, '')) = ''"
        " union all select table_name, column_name from duckdb_columns()"
        " where not internal and trim(coalesce(comment, '')) = ''"
        " and table_name in (select table_name from duckdb_tables()) order by all"
    ).fetchall():
        yield Finding(table, column, "has no description")
