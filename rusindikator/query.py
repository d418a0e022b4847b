"""Ask the published file one question from the command line, read-only."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb

from rusindikator.files import csv_cell


def run_query(sql: str, database: Path, as_csv: bool = False) -> str:
    """Return the answer to one SQL question as a table of text, or as CSV.

    database: a published file; it is opened read-only, so a build can go on beside it.
    Raises FileNotFoundError when there is no such file and duckdb.Error when the SQL cannot be run.
    """
    if not database.exists():
        raise FileNotFoundError(f"{database} does not exist yet: run `make build` first")
    with duckdb.connect(str(database), read_only=True) as reader:
        answer = reader.sql(sql)
        if answer is None:
            return ""
        if as_csv:
            text = io.StringIO(newline="")
            rows = ([csv_cell(cell) for cell in row] for row in answer.fetchall())
            csv.writer(text, lineterminator="\n").writerows([answer.columns, *rows])
            return text.getvalue().rstrip("\n")
        rows = [answer.columns, *([cell_text(cell) for cell in row] for row in answer.fetchall())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def cell_text(value: object) -> str:
    """Return a value as a reader wants it: blank for null, at most two decimals for a number."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
