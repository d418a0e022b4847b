"""What a reader finds by subtraction: two publications of one figure that differ by few persons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import duckdb

from .finding import Finding, literal
from .values import columns_of

# Where two publications differ at all, they differ by at least as many persons as a cell must hold to be shown: the
# difference is a cell of its own, of those who came, left or were corrected in between.
SMALLEST_DIFFERENCE = 5
# Who answers in the sources that are told of here: the unit types of their indicators.
PERSONS = ("respondent", "bruker", "pasient")
# With how many decimals a share of persons' answers is told.
DECIMALS = 1


class Subtraction(NamedTuple):
    """Numbers of persons that stand in one file more than once.

    told: a select of subject, kind and n, one row per number told.  column: the column they stand in.
    """

    table: str
    column: str
    needs: tuple[str, ...]
    told: str


OF_PERSONS = f"(from dim_indicator select indicator_no where unit_type in ({', '.join(map(literal, PERSONS))}))"
SOURCES = f"(from dim_indicator select source_code where unit_type in ({', '.join(map(literal, PERSONS))}))"
MADE_UP = "('reported', 'quoted', 'constructed')"

PAIRS = f"""
    with pairs as (
        from fct_indicator_vintage select indicator_no, year, data_origin, numerator, denominator
        union
        from fct_indicator_year select indicator_no, year, data_origin, numerator, denominator
    ),
    mine as (from pairs where data_origin not in {MADE_UP} and indicator_no in {OF_PERSONS})
    select '#' || indicator_no || ' ' || year as subject, 'numerator' as kind, numerator as n from mine
    union select '#' || indicator_no || ' ' || year, 'complement', denominator - numerator from mine
    union select '#' || indicator_no || ' ' || year, 'denominator', denominator from mine
"""
CHANGES = f"""
    with mine as (
        from release_changes as change
        where table_name = 'fct_indicator_year' and measure in ('numerator', 'denominator', 'n_units')
            and indicator_no in {OF_PERSONS}
            and not exists (
                from release_changes as origin
                where origin.release_id = change.release_id and origin.table_name = change.table_name
                    and origin.row_key = change.row_key and origin.measure = 'data_origin'
                    and (origin.text_before in {MADE_UP} or origin.text_after in {MADE_UP})
            )
            and (indicator_no, year) in (
                from fct_indicator_year select indicator_no, year where data_origin not in {MADE_UP}
            )
    )
    select '#' || indicator_no || ' ' || year as subject, replace(measure, 'n_units', 'denominator') as kind,
        unnest([value_before, value_after]) as n
    from mine
"""
ROWS = f"""
    select source_code || ' ' || period as subject, 'rows' as kind, rows_delivered as n
    from qa_delivery inner join dim_delivery using (delivery_id, source_code)
    where source_code in {SOURCES} and dim_delivery.data_origin not in {MADE_UP} and is_known
"""
SUBTRACTIONS = (
    Subtraction("fct_indicator_vintage", "numerator", ("fct_indicator_year",), PAIRS),
    Subtraction("release_changes", "value_after", ("fct_indicator_year",), CHANGES),
    Subtraction("qa_delivery", "rows_delivered", ("dim_delivery",), ROWS),
)


def audit_differences(release: duckdb.DuckDBPyConnection, tables: set[str]) -> Iterator[Finding]:
    """Find numbers of persons that differ by one to four, and shares told with more decimals than they may be."""
    if "dim_indicator" not in tables:
        return
    for table, column, needs, told in SUBTRACTIONS:
        if not {table, *needs} <= tables:
            continue
        if column not in columns_of(release, table):
            yield Finding(table, column, "is missing")
            continue
        n, first = release.execute(
            f"with told as (from ({told}) where n is not null)"
            " select count(*), min(a.subject || ': ' || a.kind || ' ' || a.n::bigint || ' and ' || b.n::bigint)"
            " from told as a inner join told as b on a.subject = b.subject and a.kind = b.kind and a.n < b.n"
            f" where b.n - a.n < {SMALLEST_DIFFERENCE}"
        ).fetchone()
        if n:
            yield Finding(
                table,
                column,
                f"{n} differences are about fewer than {SMALLEST_DIFFERENCE} persons, for instance {first}. Whoever"
                " subtracts one from the other knows what they answered",
            )
    for table in ("fct_indicator_year", "fct_indicator_vintage"):
        for column in ("value", "value_low", "value_high"):
            if table in tables and column in columns_of(release, table):
                n, first = release.execute(
                    f"select count(*), min(indicator_no || ', ' || year) from \"{table}\""
                    f" where data_origin not in {MADE_UP} and indicator_no in {OF_PERSONS}"
                    f" and abs({column} - round({column}, {DECIMALS})) > 1e-9"
                ).fetchone()
                if n:
                    yield Finding(
                        table, column, f"{n} shares show more than {DECIMALS} decimals, for instance that of {first}"
                    )
