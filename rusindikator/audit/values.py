"""The values of a release: checks listed as data, run one by one.

A check is the condition of a row that must not be there, in the SQL of DuckDB; the row is called `this`, other tables
of the file may be asked in subqueries. To add a promise, add a line to CHECKS, or to CATALOGUE of promises.py, and a
damage that it finds to tests/python/test_audit.py, which refuses a check that no damage has broken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import duckdb

from .check import Check, filled
from .contents import TABLES
from .evidence import EVIDENCE
from .finding import Finding
from .promises import CATALOGUE

# The set is printed in full in Fafo-rapport 2018:08, tables 3.1-3.7.
INDICATORS = 94
# The years each of which must have a row per indicator: table -> its column of years and the first of them.
YEARS = {"fct_indicator_year": ("year", 2013), "rpt_status": ("report_year", 2016)}


def as_in_catalogue(table: str, *columns: str) -> list[Check]:
    """Return the checks that columns repeat those of dim_indicator."""
    return [
        Check(
            table,
            column,
            "exists (from dim_indicator as told where told.indicator_no = this.indicator_no"
            f" and told.{column} is distinct from this.{column})",
            "says something else than dim_indicator",
        )
        for column in columns
    ]


def as_delivered(table: str) -> Check:
    """Return the check that figures have the origin of the delivery they come from."""
    return Check(
        table,
        "data_origin",
        "exists (from dim_delivery as delivery where delivery.delivery_id = this.delivery_id"
        " and delivery.data_origin is distinct from this.data_origin)",
        "says something else than dim_delivery",
    )


# Who counted, and what it rests on; what is in none of these has not been looked at for small cells (small_cells.py).
ORIGINS = ("reported", "quoted", "received", "rehearsal", "constructed")
TABLES_OF_FIGURES = (
    *(
        "dim_delivery",
        "fct_indicator_year",
        "fct_indicator_vintage",
        "fct_series_year",
        "fct_golden_rule",
        "qa_delivery",
    ),
    *("qa_reconciliation", "rpt_status", "rpt_comparison", "rpt_funding_pace", "rpt_target_progress"),
)
NUMBER_OF_INDICATOR = f"this.indicator_no is null or this.indicator_no not between 1 and {INDICATORS}"

# Asked of the published columns alone: an interval that leaves zero out, a change of at least the smallest, and one
# that noise makes at most one time in twenty. Half a tenth is what rounding to the decimal that is compared may add.
BEYOND_NOISE = (
    "abs(this.change) + 0.05 >= this.min_change and this.p_value <= 0.050001"
    " and (this.change_low is null or this.change_low > 0 or this.change_high < 0)"
)
TELLING_THE_LIMIT = "'better', 'worse', 'too_small', 'small_without_evidence', 'crossed_by_less'"


def told_limit(language: str) -> str:
    """Return the condition that the reason holds min_change with all its decimals, as that language writes numbers."""
    reason, groups, decimal = {
        "nb": ("this.reason_nb", "\u00a0\u202f", ","),
        "en": ("this.reason_en", ",", "."),
    }[language]
    digits = f"regexp_replace({reason}, '(\\d)[{groups}](\\d{{3}})', '\\1\\2', 'g')"
    number = "regexp_replace(cast(round(this.min_change, 3) as varchar), '\\.0$', '')"
    return f"contains({digits}, replace({number}, '.', '{decimal}'))"


CHECKS: list[Check] = [
    *CATALOGUE,
    Check("dim_indicator", "indicator_no", NUMBER_OF_INDICATOR, f"must be 1 to {INDICATORS}"),
    *filled("dim_indicator", "baseline_value", "caveat_nb", "caveat_en", "unit"),
    Check("fct_indicator_year", "indicator_no", NUMBER_OF_INDICATOR, f"must be 1 to {INDICATORS}"),
    *filled("fct_indicator_year", "caveat_nb", "caveat_en", "unit", "obs_status"),
    *as_in_catalogue("fct_indicator_year", "baseline_value", "baseline_year"),
    Check(
        "fct_indicator_year",
        "value",
        "this.value is not null and not (isfinite(this.value) and this.value >= 0)",
        "must be a number of at least 0",
    ),
    Check("fct_indicator_year", "value", "this.unit = 'share_pct' and this.value > 100", "a share is at most 100"),
    Check("fct_indicator_year", "value", "this.obs_status = 'M' and this.value is not null", "is called missing (M)"),
    Check("fct_indicator_year", "value", "this.obs_status <> 'M' and this.value is null", "is missing, not called so"),
    Check(
        "fct_indicator_year",
        "delivery_id",
        "this.obs_status <> 'M' and this.delivery_id is null",
        "a figure must come from a delivery",
    ),
    Check("fct_indicator_year", "value_low", "this.value_low > this.value", "is greater than the value"),
    Check("fct_indicator_year", "value_high", "this.value_high < this.value", "is lower than the value"),
    *(
        Check(table, "data_origin", f"this.data_origin not in {ORIGINS}", f"must be one of {', '.join(ORIGINS)}")
        for table in TABLES_OF_FIGURES
    ),
    *filled("dim_delivery", "data_origin"),
    *filled("fct_series_year", "data_origin", "region_code"),
    Check(
        "fct_indicator_year",
        "data_origin",
        "this.value is not null and this.data_origin is null",
        "a figure must have an origin",
    ),
    *map(
        as_delivered,
        ("fct_indicator_year", "fct_indicator_vintage", "fct_series_year", "fct_golden_rule", "qa_delivery"),
    ),
    *filled("fct_indicator_vintage", "value", "delivery_id", "data_origin"),
    *as_in_catalogue("rpt_status", "baseline_value", "baseline_year"),
    *(Check(*row) for row in EVIDENCE),
    Check(
        "fct_indicator_year",
        "value_low",
        "this.unit in ('count', 'places') and this.value < 400 and this.value_low is null",
        "a count below 400 must have an interval",
    ),
    Check(
        "rpt_comparison",
        "p_value",
        f"this.verdict in ('improved', 'worsened') and not coalesce({BEYOND_NOISE}, false)",
        "better or worse needs a change that is at least the smallest and beyond its noise",
    ),
    Check(
        "rpt_comparison",
        "reason_nb",
        f"this.rule_code in ({TELLING_THE_LIMIT}) and not {told_limit('nb')}",
        "must tell the smallest change just as it was compared",
    ),
    Check(
        "rpt_comparison",
        "reason_en",
        f"this.rule_code in ({TELLING_THE_LIMIT}) and not {told_limit('en')}",
        "must tell the smallest change just as it was compared",
    ),
    Check(
        "rpt_target_progress",
        "progress_pct",
        "this.value_year = this.baseline_year and abs(this.progress_pct) > 0",
        "the baseline cannot have moved from itself",
    ),
    Check(
        "release_changes",
        "change",
        "coalesce(this.change, '') not in ('added', 'removed', 'changed', 'withheld')",
        "must be added, removed, changed or withheld",
    ),
    Check(
        "release_changes",
        "reason_nb",
        "this.change <> 'added' and trim(coalesce(this.reason_nb, '')) = ''",
        "a change must have its reason",
    ),
]


def audit_values(release: duckdb.DuckDBPyConnection, tables: Collection[str]) -> Iterator[Finding]:
    """Find rows that break a check, keys that occur twice, and years without a row for each indicator."""
    for table in sorted(tables):
        yield from repeated_keys(release, table)
    for check in CHECKS:
        if check.table in tables:
            yield from broken_rows(release, check)
    if "dim_indicator" in tables:
        (n,) = release.execute("select count(*) from dim_indicator").fetchone()
        if n != INDICATORS:
            yield Finding("dim_indicator", "", f"has {n} rows instead of {INDICATORS}")
    yield from audit_years(release, tables)


def repeated_keys(release: duckdb.DuckDBPyConnection, table: str) -> Iterator[Finding]:
    """Find rows that the key of the table does not tell apart."""
    key = TABLES[table]
    missing = set(key) - set(columns_of(release, table))
    if missing:
        yield from (Finding(table, column, "is missing") for column in sorted(missing))
        return
    names = ", ".join(f'"{name}"' for name in key)
    rows = release.execute(
        f"select concat_ws(', ', {names}) from \"{table}\" group by {names} having count(*) > 1 order by 1"
    ).fetchall()
    if rows:
        yield Finding(table, ", ".join(key), f"{len(rows)} keys stand in more than one row, for instance {rows[0][0]}")


def broken_rows(release: duckdb.DuckDBPyConnection, check: Check) -> Iterator[Finding]:
    """Find the rows that break a check, by the first of their keys."""
    present = columns_of(release, check.table)
    if check.column not in present:
        yield Finding(check.table, check.column, "is missing")
        return
    key = ", ".join(f'this."{name}"' for name in TABLES[check.table] if name in present) or "''"
    try:
        n, first = release.execute(
            f"select count(*), min(concat_ws(', ', {key})) from \"{check.table}\" as this where {check.broken}"
        ).fetchone()
    except duckdb.Error as error:
        yield Finding(check.table, check.column, f"{check.words}: could not be checked. {error}")
        return
    if n:
        yield Finding(check.table, check.column, f"{check.words}; {n} rows do not hold, for instance {first}")


def columns_of(release: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return the columns of a table with their types; none where there is no such table."""
    try:
        described = release.execute(f'describe "{table}"').fetchall()
    except duckdb.CatalogException:
        return {}
    return {name: data_type for name, data_type, *_ in described}


def audit_years(release: duckdb.DuckDBPyConnection, tables: Collection[str]) -> Iterator[Finding]:
    """Find years from the first to the newest of which some table knows without a row for each indicator."""
    known = {**{table: column for table, (column, _) in YEARS.items()}, "fct_indicator_vintage": "year"}
    newest = max(
        (
            release.execute(f"select coalesce(max({known[table]}), 0) from {table}").fetchone()[0]
            for table in set(tables) & set(known)
        ),
        default=0,
    )
    for table in sorted(set(tables) & set(YEARS)):
        column, first = YEARS[table]
        rows = dict(release.execute(f"select {column}, count(*) from {table} group by {column}").fetchall())
        for year in sorted({*range(first, newest + 1), *rows}, key=lambda year: year or 0):
            n = rows.get(year, 0)
            if n != INDICATORS:
                yield Finding(table, "", f"{year} has {n} rows instead of {INDICATORS}, one per indicator")
