"""Figures about few persons: shown, or left over. What two publications tell together stands in differences.py.

Figures computed from answers of persons show no cell of fewer than five of them, nor leave fewer than five outside.
Each place that tells a count of persons is a question in SQL, listed in COUNTS: how many, and of what.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import duckdb

from .finding import Finding, literal
from .values import columns_of

# The quality indicators of Helsedirektoratet hide denominators below 5 and numerators from 1 to 4. FHI (khfunctions,
# censoring.R) writes its limits as "this number or lower": there the operator is <=. Nought is shown, as in the quality
# indicators: nobody is in the cell, and a survey of the country does not tell who answered it.
SMALL_CELL = ("<", 5)
# Who counted: this system, from answers of persons, or a source that prints its figures and hides what is to be hidden.
# A figure of no origin, or of one that is not listed, is held for one of persons (and refused, values.py).
FROM_ANSWERS = ("received", "rehearsal", "constructed")
PRINTED = ("reported", "quoted")
# Behind these nobody stands: two of their publications may differ by one.
OF_NOBODY = (*PRINTED, "constructed")
# Sources in which municipalities and city districts answer in their own name, and what is counted in them.
NOT_PERSONS = ("kommune", "kommune_bydel")
OF_MUNICIPALITIES = ("IS24_8", "IS2494", "KORFOR")
# Indicators that are answers to one question, none of which is in two of them: what remains of the denominator is a
# cell too (yellow, of green #15, red and flashing blue #16, and yellow).
SAME_QUESTION = [(15, 16)]


def in_list(words: tuple[str, ...]) -> str:
    """Return words as the list of an SQL `in`."""
    return "(" + ", ".join(map(literal, words)) + ")"


# Figures of persons, named as a reader would name them.
FIGURES = (
    "select '#' || figure.indicator_no || ' ' || figure.year as name, figure.*, dim_indicator.source_code"
    ' from "{table}" as figure inner join dim_indicator on figure.indicator_no = dim_indicator.indicator_no'
    f" where coalesce(figure.data_origin, '') not in {in_list(PRINTED)}"
    f" and not (dim_indicator.unit_type in {in_list(NOT_PERSONS)}"
    f" or dim_indicator.source_code in {in_list(OF_MUNICIPALITIES)})"
)
WHOLE = "(name || ': ' || numerator::bigint || ' of ' || denominator::bigint)"


class Count(NamedTuple):
    """A count of persons that a table tells: its columns, and the question for (what, name, n, whether 0 is shown)."""

    table: str
    needs: tuple[str, ...]
    sql: str


_FIGURE = ("indicator_no", "year", "numerator", "denominator", "data_origin")


def of_figures(table: str) -> list[Count]:
    """Return the counts of a table of figures: in the cell, outside it, in all, and what remains of a question."""
    figures = FIGURES.format(table=table)
    publication = ", vintage_date" if table == "fct_indicator_vintage" else ""
    told = [
        Count(table, _FIGURE, f"select 'numerator', {WHOLE}, numerator, true from ({figures})"),
        Count(
            table,
            _FIGURE,
            f"select 'denominator - numerator', {WHOLE}, denominator - numerator, true from ({figures})",
        ),
        Count(table, _FIGURE, f"select 'denominator', {WHOLE}, denominator, true from ({figures})"),
        Count(
            table, (*_FIGURE, "n_units"), f"select 'n_units', name || ': ' || n_units, n_units, true from ({figures})"
        ),
    ]
    for numbers in SAME_QUESTION:
        listed, first = ", ".join(map(str, numbers)), numbers[0]
        told.append(
            Count(
                table,
                _FIGURE,
                "select 'denominator - numerators', '#' || string_agg(indicator_no, ' and #' order by indicator_no)"
                " || ' ' || year || ': ' || (max(denominator) - sum(numerator))::bigint || ' remain',"
                f" max(denominator) - sum(numerator), true from ({figures}) where indicator_no in ({listed})"
                f" group by year{publication} having count(numerator) = {len(numbers)} and {first} = min(indicator_no)",
            )
        )
    return told


# Of sources of persons; what a source prints of its own survey is known to everybody.
_NOT_OF_MUNICIPALITIES = f"source_code not in {in_list(OF_MUNICIPALITIES)}"
_ROWS = f"from qa_delivery where {_NOT_OF_MUNICIPALITIES} and coalesce(data_origin, '') not in {in_list(PRINTED)}"
_OF_CHANGES = (
    "from (select release_changes.*, coalesce(dim_indicator.source_code, split_part(row_key, ', ', 1)) as source,"
    " coalesce(dim_indicator.unit_type, '') as unit_type,"
    " (select any_value(fact.data_origin) from fct_indicator_year as fact"
    " where fact.indicator_no = release_changes.indicator_no and fact.year = release_changes.year) as origin_now"
    " from release_changes left join dim_indicator using (indicator_no)"
    " where measure in ('numerator', 'denominator', 'n_units', 'n_answers', 'rows_delivered', 'rows_staged',"
    " 'rows_out_of_scope')) as told"
    f" where source not in {in_list(OF_MUNICIPALITIES)} and unit_type not in {in_list(NOT_PERSONS)}"
    f" and coalesce(origin_now, 'received') not in {in_list(PRINTED)}"
)
# Where persons answered before and after: not where answers came in the place of constructed ones, nor where none are.
# Of figures the differences are looked at in differences.py.
_OF_PERSONS = (
    " and change = 'changed' and table_name = 'qa_coverage'"
    f" and coalesce(origin_now, 'received') not in {in_list(OF_NOBODY)}"
    " and exists (from qa_delivery where qa_delivery.source_code = told.source"
    f" and coalesce(qa_delivery.data_origin, '') not in {in_list(OF_NOBODY)})"
    " and not exists (from release_changes as origin inner join dim_indicator using (indicator_no)"
    " where origin.release_id = told.release_id and origin.measure = 'data_origin' and dim_indicator.source_code ="
    " told.source and origin.text_before = 'constructed' and coalesce(origin.year = told.year, true))"
)
_CHANGE = "row_key || ', ' || measure || ': ' || coalesce(value_before::bigint::varchar, 'nothing') || ' -> '"
_CHANGE += " || coalesce(value_after::bigint::varchar, 'nothing')"
# Both sides of a change of persons: what was and is counted, numerator and denominator from the figure where they stay.
_PAIRS = (
    "from (select row_key, indicator_no, year, max(value_before) filter (where measure = 'numerator') as n0,"
    " max(value_after) filter (where measure = 'numerator') as n1,"
    " max(value_before) filter (where measure = 'denominator') as d0,"
    " max(value_after) filter (where measure = 'denominator') as d1 from release_changes as told"
    " where table_name = 'fct_indicator_year' and measure in ('numerator', 'denominator') and change = 'changed'"
    # a constructed figure that gave way to a received one told of nobody
    " and not exists (from release_changes as origin where origin.release_id = told.release_id"
    " and origin.row_key = told.row_key and origin.measure = 'data_origin' and origin.text_before = 'constructed')"
    " group by release_id, row_key, indicator_no, year) as pair"
    " inner join dim_indicator using (indicator_no) inner join fct_indicator_year as fact using (indicator_no, year)"
    f" where {_NOT_OF_MUNICIPALITIES} and unit_type not in {in_list(NOT_PERSONS)}"
    f" and coalesce(fact.data_origin, 'received') not in {in_list(OF_NOBODY)}"
)
_BEFORE = "(coalesce(d0, denominator) - coalesce(n0, numerator))"
_AFTER = "(coalesce(d1, denominator) - coalesce(n1, numerator))"
_LOG = ("row_key", "measure", "value_before", "value_after", "indicator_no")
COUNTS: list[Count] = [
    *of_figures("fct_indicator_year"),
    *of_figures("fct_indicator_vintage"),
    Count(
        "qa_coverage",
        ("source_code", "year", "n_answers"),
        "select 'n_answers', source_code || ' ' || year || ': ' || n_answers, n_answers, false from qa_coverage"
        f" where {_NOT_OF_MUNICIPALITIES}",
    ),
    *(
        Count(
            "qa_delivery",
            ("delivery_id", "source_code", "data_origin", column),
            f"select '{column}', delivery_id || ': ' || {column}, {column}, {shows_nought} {_ROWS}",
        )
        for column, shows_nought in (
            ("rows_delivered", "false"),
            ("rows_staged", "false"),
            ("rows_out_of_scope", "true"),
        )
    ),
    Count(
        "qa_delivery",
        ("delivery_id", "source_code", "data_origin", "rows_delivered", "rows_staged"),
        "select 'rows_delivered - rows_staged', delivery_id || ': ' || (rows_delivered - rows_staged),"
        f" rows_delivered - rows_staged, true {_ROWS}",
    ),
    *(
        Count(
            "release_changes",
            _LOG,
            f"select '{column}', {_CHANGE}, {column}, measure in ('numerator', 'rows_out_of_scope') {_OF_CHANGES}",
        )
        for column in ("value_before", "value_after")
    ),
    Count(
        "release_changes",
        _LOG,
        f"select 'value_after - value_before', {_CHANGE}, abs(value_after - value_before), true {_OF_CHANGES}"
        + _OF_PERSONS,
    ),
    Count(
        "release_changes",
        _LOG,
        f"select 'denominator - numerator before', row_key || ': ' || {_BEFORE}::bigint, {_BEFORE}, true {_PAIRS}",
    ),
    Count(
        "release_changes",
        _LOG,
        f"select 'denominator - numerator, before and after', row_key || ': ' || {_BEFORE}::bigint || ' -> '"
        f" || {_AFTER}::bigint, abs({_AFTER} - {_BEFORE}), true {_PAIRS}",
    ),
]


def small_cells(release: duckdb.DuckDBPyConnection, table: str) -> Iterator[Finding]:
    """Find counts of persons in a table that are too small to be shown."""
    operator, limit = SMALL_CELL
    present = columns_of(release, table)
    for count in COUNTS:
        if count.table != table or not set(count.needs) <= set(present):
            continue
        rows = release.execute(
            "select what, name from (" + count.sql + ") as told (what, name, n, shows_nought)"
            f" where n {operator} {limit} and not (n = 0 and shows_nought) order by all"
        ).fetchall()
        for what, group in groupby(rows, key=lambda row: row[0]):
            names = [name for _, name in group]
            yield Finding(
                table,
                what,
                f"{len(names)} figures rest on {operator} {limit} persons, for instance {names[0]}. Leave the year"
                " out of the definition (year_from, year_to in definitions.csv) and say why in missing_reasons.csv",
            )


def audit_small_cells(release: duckdb.DuckDBPyConnection, tables: set[str]) -> Iterator[Finding]:
    """Find small cells in every table that tells counts of persons."""
    if not {"dim_indicator", "fct_indicator_year"} <= tables:
        return
    for table in sorted({count.table for count in COUNTS} & tables):
        yield from small_cells(release, table)
