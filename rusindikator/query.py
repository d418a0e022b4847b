"""Ask the published file one question from the command line, read-only."""

from __future__ import annotations

from pathlib import Path

import duckdb

from rusindikator.receive.findings import disarm


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
            lines = [",".join(answer.columns)]
            lines += [",".join(csv_cell(cell) for cell in row) for row in answer.fetchall()]
            return "\n".join(lines)
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


def csv_cell(value: object) -> str:
    """Return a value as a CSV cell, quoted where needed; text that a spreadsheet would run as a formula is disarmed."""
    if value is None:
        return ""
    text = disarm(value) if isinstance(value, str) else str(value)
    if any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text
