"""What a check of values is."""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """Something that must not be: table, column it is about, condition of a row that breaks it, and words."""

    table: str
    column: str
    broken: str
    words: str


def filled(table: str, *columns: str) -> list[Check]:
    """Return the checks that columns have a value in every row."""
    return [Check(table, column, f"this.{column} is null", "must not be null") for column in columns]
