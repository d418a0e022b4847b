"""The data dictionary: every published table and column with type and description, read from the file's comments."""

from __future__ import annotations

from pathlib import Path

import duckdb

INTRODUCTION = """# Data dictionary

Every table of `published/rusindikator.duckdb`, read from the comments stored in the file itself. Made with
`make dictionary`; a test keeps it equal to the file.
"""


def data_dictionary(database: Path) -> str:
    """Return the dictionary of a published file as Markdown.

    Raises FileNotFoundError when there is no such file.
    """
    if not database.exists():
        raise FileNotFoundError(f"{database} does not exist yet: run `make build` first")
    with duckdb.connect(str(database), read_only=True) as reader:
        tables = reader.sql("select table_name, comment from duckdb_tables() order by table_name").fetchall()
        parts = [INTRODUCTION]
        for name, comment in tables:
            columns = reader.execute(
                "select column_name, lower(data_type), comment from duckdb_columns() where table_name = ?"
                " order by column_index",
                [name],
            ).fetchall()
            lines = [f"\n## {name}\n", comment or "", "", "| column | type | what it is |", "|---|---|---|"]
            lines += [f"| `{column}` | {kind} | {as_cell(text)} |" for column, kind, text in columns]
            parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def as_cell(text: str | None) -> str:
    """Return a description that fits into one table cell."""
    return " ".join((text or "").split()).replace("|", "\\|")
