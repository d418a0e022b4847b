"""The counts of persons that readers of a release have seen; later ones are held against them (docs/disclosure.md).

They are read from every release file in the published folder (the current one, the kept ones, the builds as of an
earlier day) and from the changes those files tell of, and are remembered beside the build file, where nobody but its
owner reads. So they still count when a release is no longer kept, or has been purged: readers may have a copy. The
decision itself is SQL (models/intermediate/int_person_counts.sql).
"""

from __future__ import annotations

import contextlib
import csv
import os
from pathlib import Path
from typing import NamedTuple

import duckdb

NAME = "disclosed_counts.csv"


class Count(NamedTuple):
    """Persons in one count of a source and year; `indicator_no` is 0 where it is about no single indicator."""

    source_code: str
    indicator_no: int
    year: int
    count_kind: str
    n: int


# Nobody stands behind a constructed figure, and a printed one is the source's own.
SHARES = "calculation in ('share_of_answers', 'any_of_answers')"
OF_PERSONS = "data_origin not in ('reported', 'quoted', 'constructed', 'rehearsal')"

COUNTED = f"""
with facts as (
    select dim.source_code, fact.indicator_no, fact.year, fact.delivery_id, fact.numerator, fact.denominator
    from fct_indicator_year as fact
    inner join dim_indicator as dim using (indicator_no)
    where {OF_PERSONS} and dim.{SHARES} and fact.denominator is not null
),

whole_years as (
    select
        facts.source_code,
        facts.year,
        max(coverage.n_answers) as persons,
        count(distinct facts.delivery_id) = 1 as is_one_delivery
    from facts
    inner join qa_coverage as coverage using (source_code, year)
    group by facts.source_code, facts.year
)

select source_code, indicator_no, year, 'numerator' as count_kind, numerator as n from facts
union all
select source_code, indicator_no, year, 'denominator', denominator from facts
union all
select source_code, indicator_no, year, 'complement', denominator - numerator from facts
union all
select source_code, indicator_no, year, 'outside', persons - denominator
from facts inner join whole_years using (source_code, year)
where is_one_delivery
union all
select source_code, 0, year, 'persons', persons from whole_years
"""

VINTAGES = f"""
with vintages as (
    select dim.source_code, vintage.indicator_no, vintage.year, vintage.numerator, vintage.denominator
    from fct_indicator_vintage as vintage
    inner join dim_indicator as dim using (indicator_no)
    where {OF_PERSONS} and dim.{SHARES} and vintage.denominator is not null
)

select source_code, indicator_no, year, 'numerator', numerator from vintages
union all
select source_code, indicator_no, year, 'denominator', denominator from vintages
union all
select source_code, indicator_no, year, 'complement', denominator - numerator from vintages
"""

# Of a delivery about several years the rows of each are not told.
ROWS = f"""
with deliveries as (
    select source_code, period::integer as year, rows_delivered, rows_out_of_scope
    from qa_delivery as told
    inner join dim_delivery as delivery using (delivery_id, source_code)
    where delivery.{OF_PERSONS} and delivery.is_known and regexp_full_match(period, '[0-9]{{4}}')
        and source_code in (select source_code from dim_indicator where {SHARES})
)

select source_code, 0, year, 'rows_delivered', rows_delivered from deliveries
union all
select source_code, 0, year, 'out_of_scope', rows_out_of_scope from deliveries
"""

# What a release changed stands there with the count before and after. Whether persons were counted is said where that
# changed too; else it is as in the next release that says so, or in the file itself.
CHANGED = f"""
with counts as (
    select dim.source_code, change.indicator_no, change.year, change.measure, change.value_before, change.value_after,
        coalesce(
            (
                select arg_min(origin.text_before, origin.release_id) from release_changes as origin
                where origin.table_name = change.table_name and origin.row_key = change.row_key
                    and origin.measure = 'data_origin' and origin.release_id >= change.release_id
            ),
            fact.data_origin
        ) as origin_before,
        coalesce(
            (
                select arg_min(origin.text_before, origin.release_id) from release_changes as origin
                where origin.table_name = change.table_name and origin.row_key = change.row_key
                    and origin.measure = 'data_origin' and origin.release_id > change.release_id
            ),
            fact.data_origin
        ) as origin_after
    from release_changes as change
    inner join dim_indicator as dim using (indicator_no)
    left join fct_indicator_year as fact using (indicator_no, year)
    where
        change.table_name = 'fct_indicator_year' and change.measure in ('numerator', 'denominator')
        and dim.{SHARES}
),

told as (
    select source_code, indicator_no, year, measure, value_before as n, origin_before as data_origin from counts
    union all
    select source_code, indicator_no, year, measure, value_after, origin_after from counts
)

select source_code, indicator_no, year, measure, n from told where {OF_PERSONS} and n is not null
union all
select split_part(row_key, ', ', 1), 0, year, 'persons', n
from (
    select row_key, year, unnest([value_before, value_after]) as n
    from release_changes
    where table_name = 'qa_coverage' and measure = 'n_answers'
)
where n is not null and (split_part(row_key, ', ', 1), year) in (select source_code, year from told where {OF_PERSONS})
"""


def release_files(published: Path) -> list[Path]:
    """Return every release file of a published folder, none where the folder is not there."""
    return sorted([*published.glob("rusindikator*.duckdb"), *(published / "releases").glob("*.duckdb")])


def read_counts(file: Path) -> set[Count]:
    """Return the counts of persons that a release file shows, of any version; none where nobody can read it."""
    found: set[Count] = set()
    with contextlib.suppress(duckdb.IOException), duckdb.connect(str(file), read_only=True) as release:
        for query in (COUNTED, VINTAGES, ROWS, CHANGED):
            # a release may lack a table or a column that later ones have
            with contextlib.suppress(duckdb.CatalogException, duckdb.BinderException):
                found |= {Count(*row[:4], round(row[4])) for row in release.sql(query).fetchall() if row[4] is not None}
    return found


def read_remembered(ledger: Path) -> set[Count]:
    """Return the counts remembered in a file; none where there is no file."""
    if not ledger.exists():
        return set()
    with ledger.open(encoding="utf-8", newline="") as handle:
        return {
            Count(row["source_code"], int(row["indicator_no"]), int(row["year"]), row["count_kind"], int(row["n"]))
            for row in csv.DictReader(handle)
        }


def remember(published: Path, ledger: Path) -> set[Count]:
    """Add what the releases of a folder show to what is remembered, and return all of it.

    ledger: a CSV in the private build folder; it is written beside itself and renamed.
    """
    before = read_remembered(ledger)
    counts = before.union(*(read_counts(file) for file in release_files(published)))
    if counts != before or not ledger.exists():
        draft = ledger.with_name(f".{ledger.name}.draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(Count._fields)
            writer.writerows(sorted(counts))
        draft.replace(ledger)
    return counts


def remember_beside(build: duckdb.DuckDBPyConnection, published: Path) -> None:
    """Remember what the releases of a folder show beside the build file, after one has been published.

    Where that cannot be written, the next build does it before it begins.
    """
    file = build.sql("select path from duckdb_databases() where database_name = current_database()").fetchone()[0]
    with contextlib.suppress(OSError):
        remember(published, Path(file).with_name(NAME))


# What 0.1.0 published may hold two figures that are too near to each other; {changes} tells of both.
NEAR = """
create or replace temp table told_too_near as
with persons as (
    from release_file.main.fct_indicator_year as fact
    inner join release_file.main.dim_indicator as dim using (indicator_no)
    select fact.indicator_no, fact.year, dim.source_code
    where dim.decimals_shown is not null and coalesce(fact.data_origin, '') not in ('reported', 'quoted', 'constructed')
)
from {changes}
select distinct table_name, row_key, measure, indicator_no, year
where
    value_before <> value_after and abs(value_after - value_before) < (
        select max(try_cast(smallest_difference as integer)) from raw.disclosure_rules
    )
    and (
        table_name = 'fct_indicator_year' and measure in ('numerator', 'denominator', 'n_units')
        and (indicator_no, year) in (from persons select indicator_no, year)
        or table_name = 'qa_coverage' and measure = 'n_answers'
        and (split_part(row_key, ', ', 1), year) in (from persons select source_code, year)
    )
"""
HIDDEN = """
update {changes} as change
set value_before = null, value_after = null
where
    (change.table_name, change.row_key, change.measure) in (from told_too_near select table_name, row_key, measure)
    or change.table_name in ('fct_indicator_year', 'fct_indicator_vintage')
    and (starts_with(change.measure, 'value') or change.measure in ('numerator', 'denominator', 'n_units'))
    and (change.indicator_no, change.year) in (
        from told_too_near select indicator_no, year where indicator_no is not null
    )
"""


def hide_small_differences(cursor: duckdb.DuckDBPyConnection, changes: str) -> None:
    """Take out of a list of changes what tells of few persons: each change stays named, without its numbers.

    changes: table with the columns of `release_changes`. The release is attached as release_file; the smallest
    difference is that of the build's rules.
    """
    for statement in (NEAR, HIDDEN):
        cursor.execute(statement.format(changes=changes))
