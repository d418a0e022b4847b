"""The audit of a release file: what must hold before anybody reads it, checked by somebody who did not make it.

It sees the finished file only, runs in a process of its own, and imports nothing from the rest of the package: what a
release must look like is written down here a second time. Great Expectations checks the values; personal data,
descriptions and the file itself are checked with queries.

A table that is not listed in TABLES is refused, so that nothing new is published before somebody has said here what one
row of it is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# Set before Great Expectations is imported: it reports its use to its maker otherwise.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.row_conditions import Column

# The set is printed in full in Fafo-rapport 2018:08, tables 3.1-3.7.
INDICATORS = 94

# What one row of each table is: the columns that tell rows apart. None of them may be a person.
TABLES: dict[str, list[str]] = {
    "dim_indicator": ["indicator_no"],
    "dim_goal": ["goal_code"],
    "dim_source": ["source_code"],
    "dim_edition": ["edition_code"],
    "dim_region": ["region_code"],
    "dim_delivery": ["delivery_id"],
    "fct_indicator_year": ["indicator_no", "year"],
    "fct_indicator_vintage": ["indicator_no", "year", "vintage_date"],
    "fct_series_year": ["series_code", "period", "vintage_date", "delivery_id"],
    "fct_golden_rule": ["year", "region_code", "basis", "variant", "vintage_date"],
    "qa_coverage": ["source_code", "year"],
    "qa_delivery": ["delivery_id"],
    "qa_reconciliation": ["edition_code", "indicator_no", "year"],
    "qa_warnings": ["finding", "subject", "detail"],
    "rpt_status": ["indicator_no", "report_year"],
    "rpt_comparison": ["indicator_no", "report_year", "basis"],
    "rpt_goal_attainment": ["goal_code", "report_year", "basis", "rule_id"],
    "rpt_funding_pace": ["year"],
    "rpt_funding_priority": ["priority_code"],
    "rpt_target_progress": ["target_id", "year"],
    "rpt_attention": ["report_year", "reason_code", "subject"],
    "release_log": ["release_id"],
    "release_changes": ["release_id", "table_name", "row_key", "measure"],
}
# Tables that may be empty: findings, changes, and the golden rule before its first delivery.
MAY_BE_EMPTY = {"qa_warnings", "qa_coverage", "fct_golden_rule", "rpt_attention", "release_changes"}
# The years each of which must have a row per indicator: table -> its column of years and the first of them.
YEARS = {"fct_indicator_year": ("year", 2013), "rpt_status": ("report_year", 2016)}
# Columns that repeat one of dim_indicator.
REPEATED = {
    "fct_indicator_year": ("baseline_value", "baseline_year"),
    "rpt_status": ("baseline_value", "baseline_year"),
}

# The country, and what else a table may speak of: growth in spending of a health region is no count of people.
COUNTRY = {"0"}
REGIONS = {"fct_golden_rule": COUNTRY | {"H03", "H04", "H05", "H12"}}
# Names of regions stand here, no figures.
LIST_OF_REGIONS = "dim_region"

# Figures computed from answers of persons show no cell of fewer than five of them, nor leave fewer than five outside.
# The quality indicators of Helsedirektoratet hide denominators below 5 and numerators from 1 to 4. FHI (khfunctions,
# censoring.R) writes its limits as "this number or lower": there the operator is <=. Nought is shown, as in the quality
# indicators: nobody is in the cell, and a survey of the country does not tell who answered it.
SMALL_CELL = ("<", 5)
# What is counted where it is not persons: municipalities and districts answer IS-24/8 in their own name.
NOT_PERSONS = ("kommune", "kommune_bydel")

# Names of columns that identify a person or one answer, in deliveries and in the tables before the marts.
IDENTIFYING = re.compile(
    r"(^|_)(l(ø|o)penr|l(ø|o)penummer|respondent(nr|_?id)?|pasient(nr|_?id)?|patient(_?id)?|person(nr|_?id)?|personnummer"
    r"|f(ø|o)dsels(nr|nummer|dato)|fnr|dnr|unit_key|unit_name|row_no|cell_text|birth_?date|navn|name_of_person"
    r"|e_?(post|mail)(_?adresse)?|(telefon|tlf|mobil|phone)(nr|nummer|_?number)?|(post)?adresse|address)($|_)",
    re.IGNORECASE,
)
# Day, month and year of birth followed by five digits. Days above 40 are D-numbers, months above 40 are numbers that
# hospitals and tests make up. The control digits are not looked at: from 2032 they no longer have to agree.
PERSONAL_NUMBER = (
    r"(^|[^0-9A-Za-z.,])"
    r"([04][1-9]|[1256][0-9]|[37][01])([048][1-9]|[159][0-2]|6[6-9]|7[0-7])[0-9]{2}[ -]?[0-9]{5}"
    r"($|[^0-9A-Za-z])"
)
# How to reach somebody, in text.
CONTACT = {
    "an e-mail address": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    # Eight digits, with the code of the country or grouped as Norwegians write them; written together only where they
    # begin as mobile numbers do, since others could be a date.
    "a telephone number": r"(^|[^0-9] |[^0-9A-Za-z.,/_+ -])"
    r"((\+47|0047) ?[2-9]([ ]?[0-9]){7}|[49][0-9]{7}|[49][0-9]{2} [0-9]{2} [0-9]{3}|[2-79][0-9]( [0-9]{2}){3})"
    r"($|[^0-9A-Za-z,_ -]| ($|[^0-9]))",
}
# The number of the storage format that DuckDB 1.0 and 1.1 read; it stands in the 12th byte of the file.
STORAGE_VERSION = 64


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


def audit_file(file: Path) -> list[Finding]:
    """Return everything that does not hold for a release file; an empty list means that it can be read by anybody.

    Raises OSError or duckdb.Error when the file cannot be opened read-only.
    """
    findings = list(audit_storage(file))
    with duckdb.connect(str(file), read_only=True) as release:
        present = {name for (name,) in release.sql("select table_name from duckdb_tables()").fetchall()}
        findings += audit_contents(release, present)
        for table in sorted(present & set(TABLES)):
            findings += audit_personal_data(release, table)
        findings += audit_values(release, sorted(present & set(TABLES)))
    return findings


def audit_storage(file: Path) -> Iterator[Finding]:
    """Find a storage format that older readers cannot open."""
    with file.open("rb") as handle:
        header = handle.read(20)
    version = int.from_bytes(header[12:20], "little")
    if header[8:12] != b"DUCK" or version != STORAGE_VERSION:
        yield Finding("", "", f"storage format {version} instead of {STORAGE_VERSION}: DuckDB 1.1 cannot open the file")


def audit_contents(release: duckdb.DuckDBPyConnection, present: set[str]) -> Iterator[Finding]:
    """Find tables that are missing, unknown, empty, not described or not tables."""
    for table in sorted(set(TABLES) - present):
        yield Finding(table, "", "is missing")
    for table in sorted(present - set(TABLES)):
        yield Finding(table, "", "is not known to the audit: say in rusindikator/audit.py what one row of it is")
    for (view,) in release.sql("select view_name from duckdb_views() where not internal").fetchall():
        yield Finding(view, "", "is a view; a release holds tables only")
    for (schema,) in release.sql(
        "select distinct schema_name from duckdb_tables() where schema_name <> 'main'"
    ).fetchall():
        yield Finding("", "", f"schema {schema} holds tables; a release has main only")
    for table in sorted((present & set(TABLES)) - MAY_BE_EMPTY):
        if release.sql(f'select count(*) from "{table}"').fetchone() == (0,):
            yield Finding(table, "", "is empty")
    for table, column in release.sql(
        "select table_name, '' from duckdb_tables() where trim(coalesce(comment, '')) = ''"
        " union all select table_name, column_name from duckdb_columns()"
        " where not internal and trim(coalesce(comment, '')) = ''"
        " and table_name in (select table_name from duckdb_tables()) order by all"
    ).fetchall():
        yield Finding(table, column, "has no description")


def audit_personal_data(release: duckdb.DuckDBPyConnection, table: str) -> Iterator[Finding]:
    """Find columns of identifiers, cells that look like one, and figures that are about few people."""
    types = dict(
        release.execute("select column_name, data_type from duckdb_columns() where table_name = ?", [table]).fetchall()
    )
    for column in types:
        if IDENTIFYING.search(column):
            yield Finding(table, column, "is named like a column that identifies a person or one answer")
    texts = [column for column, data_type in types.items() if data_type == "VARCHAR"]
    yield from cells_like(
        release, table, types, PERSONAL_NUMBER, "a personal number (11 digits that begin with a date)"
    )
    for what, pattern in CONTACT.items():
        yield from cells_like(release, table, texts, pattern, what)
    if "region_code" in types and table != LIST_OF_REGIONS:
        allowed = sorted(REGIONS.get(table, COUNTRY))
        (n,) = release.execute(
            f'select count(*) from "{table}" where region_code is null or not list_contains(?, region_code)', [allowed]
        ).fetchone()
        if n:
            yield Finding(
                table,
                "region_code",
                f"{n} rows are about a part of the country, where few people may be counted;"
                f" allowed is {', '.join(allowed)}",
            )
    if {"indicator_no", "year", "numerator", "denominator", "data_origin"} <= set(types):
        yield from small_cells(release, table)


def cells_like(
    release: duckdb.DuckDBPyConnection, table: str, columns: Collection[str], pattern: str, what: str
) -> Iterator[Finding]:
    """Find cells of these columns that match a pattern."""
    if not columns:
        return
    cells = ", ".join(f'"{column}"::varchar as "{column}"' for column in columns)
    for column, n in release.execute(
        f'select name, count(*) from (unpivot (select {cells} from "{table}") on columns(*)'
        " into name name value cell) where regexp_matches(cell, $pattern) group by name order by name",
        {"pattern": pattern},
    ).fetchall():
        yield Finding(table, column, f"{n} cells look like {what}")


def small_cells(release: duckdb.DuckDBPyConnection, table: str) -> Iterator[Finding]:
    """Find figures computed from answers of persons of whom too few are in the cell, outside it or in all."""
    operator, limit = SMALL_CELL
    counts = {
        "numerator": "numerator <> 0 and numerator",
        "denominator - numerator": "denominator <> numerator and denominator - numerator",
        "denominator": "denominator",
    }
    for what, count in counts.items():
        rows = release.execute(
            f"select '#' || indicator_no || ' ' || year || ': ' || numerator::bigint || ' of ' || denominator::bigint"
            f' from "{table}" inner join dim_indicator using (indicator_no)'
            f" where data_origin <> 'reported' and not list_contains($not_persons, unit_type)"
            f" and {count} {operator} {limit} order by all",
            {"not_persons": NOT_PERSONS},
        ).fetchall()
        if rows:
            yield Finding(
                table,
                what,
                f"{len(rows)} figures rest on {operator} {limit} persons, for instance {rows[0][0]}. Leave the year"
                " out of the definition (year_from, year_to in definitions.csv) and say why in missing_reasons.csv",
            )


def audit_values(release: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> Iterator[Finding]:
    """Find rows that break an expectation, with Great Expectations."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    whole_table = (
        context.data_sources.add_pandas("release")
        .add_dataframe_asset("table")
        .add_batch_definition_whole_dataframe("all")
    )
    for table in tables:
        present = release.sql(f'from "{table}"').columns
        wanted = expectations(table)
        for item in wanted:
            for column in sorted(needed_columns(item) - set(present)):
                yield Finding(table, column, "is missing")
        known = [item for item in wanted if needed_columns(item) <= set(present)]
        needed = set().union(*(needed_columns(item) for item in known))
        # only what is looked at: copying and hashing the texts of a table costs more than the checks
        columns = ", ".join(f'"{name}"' for name in present if name in needed)
        frame = release.sql(f'select {columns} from "{table}"').df() if needed else None
        if frame is None or frame.empty:
            continue
        result = whole_table.get_batch({"dataframe": frame}).validate(
            gx.ExpectationSuite(name=table, expectations=known)
        )
        for outcome in result.results:
            if not outcome.success:
                yield as_finding(table, outcome)
    yield from audit_years(release, tables)
    for table in sorted(set(tables) & set(REPEATED)):
        for column in REPEATED[table]:
            (n,) = release.sql(
                f'select count(*) from "{table}" as copy inner join dim_indicator using (indicator_no)'
                f" where copy.{column} is distinct from dim_indicator.{column}"
            ).fetchone()
            if n:
                yield Finding(table, column, f"{n} rows say something else than dim_indicator")


def audit_years(release: duckdb.DuckDBPyConnection, tables: Collection[str]) -> Iterator[Finding]:
    """Find years from the first to the newest of which some table knows without a row for each indicator."""
    known = {**{table: column for table, (column, _) in YEARS.items()}, "fct_indicator_vintage": "year"}
    newest = max(
        (
            release.sql(f"select coalesce(max({known[table]}), 0) from {table}").fetchone()[0]
            for table in set(tables) & set(known)
        ),
        default=0,
    )
    for table in sorted(set(tables) & set(YEARS)):
        column, first = YEARS[table]
        rows = dict(release.sql(f"select {column}, count(*) from {table} group by {column}").fetchall())
        for year in sorted({*range(first, newest + 1), *rows}):
            n = rows.get(year, 0)
            if n != INDICATORS:
                yield Finding(table, "", f"{year} has {n} rows instead of {INDICATORS}, one per indicator")


def expectations(table: str) -> list[gxe.Expectation]:
    """Return what must hold for the rows of a table."""
    key = TABLES[table]
    wanted: list[gxe.Expectation] = [
        gxe.ExpectColumnValuesToBeUnique(column=key[0])
        if len(key) == 1
        else gxe.ExpectCompoundColumnsToBeUnique(column_list=key, ignore_row_if="never")
    ]
    if table == "dim_indicator":
        wanted += [
            gxe.ExpectTableRowCountToEqual(value=INDICATORS),
            gxe.ExpectColumnValuesToBeBetween(column="indicator_no", min_value=1, max_value=INDICATORS),
            *(
                gxe.ExpectColumnValuesToNotBeNull(column=name)
                for name in ("baseline_value", "caveat_nb", "caveat_en", "unit")
            ),
        ]
    elif table == "fct_indicator_year":
        wanted += [
            *(
                gxe.ExpectColumnValuesToNotBeNull(column=name)
                for name in ("caveat_nb", "caveat_en", "unit", "obs_status")
            ),
            gxe.ExpectColumnValuesToBeBetween(column="indicator_no", min_value=1, max_value=INDICATORS),
            gxe.ExpectColumnValuesToBeBetween(column="value", min_value=0),
            gxe.ExpectColumnValuesToBeBetween(
                column="value", max_value=100, row_condition=Column("unit") == "share_pct"
            ),
            gxe.ExpectColumnValuesToBeNull(column="value", row_condition=Column("obs_status") == "M"),
            gxe.ExpectColumnValuesToNotBeNull(column="value", row_condition=Column("obs_status") != "M"),
            gxe.ExpectColumnValuesToNotBeNull(column="delivery_id", row_condition=Column("obs_status") != "M"),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="value", column_B="value_low", or_equal=True, ignore_row_if="either_value_is_missing"
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="value_high", column_B="value", or_equal=True, ignore_row_if="either_value_is_missing"
            ),
        ]
    elif table == "fct_indicator_vintage":
        wanted += [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in ("value", "delivery_id", "data_origin")]
    elif table == "release_changes":
        wanted += [
            gxe.ExpectColumnValuesToBeInSet(column="change", value_set=["added", "removed", "changed"]),
            gxe.ExpectColumnValuesToNotBeNull(column="reason_nb", row_condition=Column("change") != "added"),
        ]
    return wanted


def needed_columns(expectation: gxe.Expectation) -> set[str]:
    """Return the columns an expectation reads."""
    settings = expectation.configuration.kwargs
    named = {settings[name] for name in ("column", "column_A", "column_B") if name in settings}
    if settings.get("row_condition"):
        named.add(settings["row_condition"]["column"]["name"])
    return named | set(settings.get("column_list", []))


def as_finding(table: str, outcome: gx.core.ExpectationValidationResult) -> Finding:
    """Return what Great Expectations found: which expectation, for which rows, and the first values that break it."""
    settings = outcome.expectation_config.kwargs
    column = settings.get("column") or settings.get("column_B") or ", ".join(settings.get("column_list", []))
    rule = outcome.expectation_config.type.removeprefix("expect_").replace("_", " ")
    limits = {
        name: value
        for name, value in settings.items()
        if name in ("min_value", "max_value", "value", "value_set", "row_condition", "column_A") and value is not None
    }
    if outcome.exception_info and outcome.exception_info.get("exception_message"):
        return Finding(table, column, f"{rule} could not be checked: {outcome.exception_info['exception_message']}")
    n = outcome.result.get("unexpected_count", outcome.result.get("observed_value"))
    examples = outcome.result.get("partial_unexpected_list", [])[:3]
    text = f"{rule} {limits or ''}".strip() + f" does not hold ({n} rows)"
    return Finding(table, column, text + (f", for instance {examples}" if examples else ""))


def main(argv: Sequence[str] | None = None) -> int:
    """Audit one file and return 0 when everything holds.

    With --json the name is read from standard input, which leaves time to load before there is a file; the answer is
    {"findings": [{"table", "column", "problem"}]} or {"error": text}.
    """
    parser = argparse.ArgumentParser(prog="python -m rusindikator.audit", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=Path("published/rusindikator.duckdb"))
    parser.add_argument("--json", action="store_true", help="read the name from standard input, answer in JSON")
    arguments = parser.parse_args(argv)
    if not arguments.json:
        return report(arguments.file)
    name = sys.stdin.read().strip()
    if not name:  # whoever started the audit has ended
        return 0
    try:
        answer = {"findings": [asdict(finding) for finding in audit_file(Path(name))]}
    except (OSError, duckdb.Error) as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
    return 0 if answer.get("findings") == [] else 1


def report(file: Path) -> int:
    """Audit a file, print what was found and return 0 when everything holds."""
    findings = audit_file(file)
    for finding in findings:
        print(finding)
    if not findings:
        print(f"{file}: everything holds ({len(TABLES)} tables)")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
