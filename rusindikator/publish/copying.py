"""Writing a release file: its format, its tables and their descriptions."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from rusindikator.files import quoted
from rusindikator.publish.staging import PRIVATE

# What DuckDB 1.0 and every later one can open.
STORAGE_VERSION = "v1.0.0"
# Tables about the build itself; every release differs in them.
LOGS = ("release_log", "release_changes")


def attach_draft(cursor: duckdb.DuckDBPyConnection, draft: Path, name: str) -> None:
    """Make a release file, which nobody else can open, and attach it."""
    # Small blocks: the tables are small, and each column of each table takes at least one block.
    cursor.execute(f"attach {quoted(draft)} as {name} (block_size 16384, storage_version '{STORAGE_VERSION}')")
    draft.chmod(PRIVATE)


def copy_tables(cursor: duckdb.DuckDBPyConnection, tables: Collection[str], schema: str, into: str) -> None:
    """Copy each mart, sorted by its columns from the left, with the comments of table and columns."""
    # one transaction: each comment by itself would wait for the disk
    cursor.execute("begin")
    for name in tables:
        cursor.execute(f"create table {into}.main.{name} as select * from {schema}.{name} order by all")
    (database,) = cursor.execute("select current_database()").fetchone()
    copy_comments(cursor, database, schema, into, tables)
    cursor.execute("commit")


def copy_comments(
    cursor: duckdb.DuckDBPyConnection, database: str, schema: str, into: str, tables: Collection[str] | None = None
) -> None:
    """Copy the comments of tables and columns from one attached database to tables of the same names in another."""
    comments = cursor.execute(
        "select 'table', table_name, null, comment from duckdb_tables()"
        " where database_name = $database and schema_name = $schema"
        " union all"
        " select 'column', table_name, column_name, comment from duckdb_columns()"
        " where database_name = $database and schema_name = $schema",
        {"database": database, "schema": schema},
    ).fetchall()
    for kind, table, column, comment in comments:
        if comment and (tables is None or table in tables):
            name = f"{into}.main.{table}" + (f'."{column}"' if column else "")
            cursor.execute(f"comment on {kind} {name} is {quoted(comment)}")


def same_contents(cursor: duckdb.DuckDBPyConnection, one: str, other: str) -> bool:
    """Whether two attached releases have the same tables, columns, descriptions and rows, but for their logs."""
    descriptions = {
        database: cursor.execute(
            "select table_name, column_name, data_type, column_index, comment from duckdb_columns()"
            " where database_name = $database and schema_name = 'main'"
            " union all select table_name, null, null, null, comment from duckdb_tables()"
            " where database_name = $database and schema_name = 'main' order by all",
            {"database": database},
        ).fetchall()
        for database in (one, other)
    }
    if descriptions[one] != descriptions[other]:
        return False
    tables = sorted({row[0] for row in descriptions[one]} - set(LOGS))
    return all(same_rows(cursor, f"{one}.main.{table}", f"{other}.main.{table}") for table in tables)


def same_rows(cursor: duckdb.DuckDBPyConnection, one: str, other: str) -> bool:
    """Whether two tables of the same columns hold the same rows, each as often, in whatever order."""
    # both were sorted when they were written: most often the rows stand side by side, which is quick to see
    (apart,) = cursor.execute(
        f"select count(*) from (select this as one from {one} as this) positional join"
        f" (select this as other from {other} as this) where one is distinct from other"
    ).fetchone()
    if not apart:
        return True
    (n,) = cursor.execute(
        f"select count(*) from ((from {one} except all from {other}) union all (from {other} except all from {one}))"
    ).fetchone()
    return n == 0


def count_rows(draft: Path, tables: Collection[str]) -> int:
    """Open the draft as a reader would and return its number of rows."""
    with duckdb.connect(str(draft), read_only=True) as reader:
        return sum(reader.sql(f"select count(*) from {name}").fetchone()[0] for name in tables)
