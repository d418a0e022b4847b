"""What the audit answers with, and text in its questions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: table, column (blank: the whole table; no table: the file) and what is wrong."""

    table: str
    column: str
    problem: str

    def __str__(self) -> str:
        """Return the finding as a line."""
        where = ".".join(part for part in (self.table, self.column) if part)
        return f"{where}: {self.problem}" if where else self.problem


def literal(text: str) -> str:
    """Return a text as SQL; DuckDB imports pandas, which takes half a second, for a question with parameters."""
    return "'" + text.replace("'", "''") + "'"
