"""Figures about few persons."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from .finding import Finding, literal
from .values import columns_of

# Figures computed from answers of persons show no cell of fewer than five of them, nor leave fewer than five outside.
# The quality indicators of Helsedirektoratet hide denominators below 5 and numerators from 1 to 4. FHI (khfunctions,
# censoring.R) writes its limits as "this number or lower": there the operator is <=. Nought is shown, as in the quality
# indicators: nobody is in the cell, and a survey of the country does not tell who answered it.
SMALL_CELL = ("<", 5)
# What is counted where it is not persons: municipalities and districts answer IS-24/8 in their own name.
NOT_PERSONS = ("kommune", "kommune_bydel")


def small_cells(release: duckdb.DuckDBPyConnection, table: str) -> Iterator[Finding]:
    """Find figures computed from answers of persons of whom too few are in the cell, outside it or in all."""
    operator, limit = SMALL_CELL
    not_persons = ", ".join(map(literal, NOT_PERSONS))
    counts = {
        "numerator": "numerator <> 0 and numerator",
        "denominator - numerator": "denominator <> numerator and denominator - numerator",
        "denominator": "denominator",
    }
    for what, count in counts.items():
        rows = release.execute(
            f"select '#' || indicator_no || ' ' || year || ': ' || numerator::bigint || ' of ' || denominator::bigint"
            f' from "{table}" inner join dim_indicator using (indicator_no)'
            f" where data_origin not in ('reported', 'quoted') and unit_type not in ({not_persons})"
            f" and {count} {operator} {limit} order by all"
        ).fetchall()
        if rows:
            yield Finding(
                table,
                what,
                f"{len(rows)} figures rest on {operator} {limit} persons, for instance {rows[0][0]}. Leave the year"
                " out of the definition (year_from, year_to in definitions.csv) and say why in missing_reasons.csv",
            )


def audit_small_cells(release: duckdb.DuckDBPyConnection, tables: set[str]) -> Iterator[Finding]:
    """Find small cells in every table that tells numerators and denominators."""
    if "dim_indicator" not in tables:
        return
    for table in sorted(tables):
        if {"indicator_no", "year", "numerator", "denominator", "data_origin"} <= set(columns_of(release, table)):
            yield from small_cells(release, table)
