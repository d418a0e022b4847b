"""What a release changes in the one that is published, and whether somebody has said why.

A figure that nobody had before may be added. One that has been published is changed or taken away only with a reason in
revisions.csv; without it the release is held back. So are the texts that say what a figure is: labels, definitions,
caveats, expected years. Verdicts, goal attainment, funding and targets are computed from figures: they may change with
them, and need a reason of their own when they change and no figure they rest on does.

What is watched stands in seeds/catalogue/watched_tables.csv, the comparison in changes.sql.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb

from rusindikator.paths import PROJECT, added_deliveries
from rusindikator.publish.kept import Release

REVISIONS = Path("seeds/catalogue/revisions.csv")
REVISIONS_HEADER = ("indicator_no", "year", "revised_on", "reason_nb", "reason_en", "table_name")
SHOWN_MEASURES = 3
# As many rows of one text column are asked about one by one; more of them as a review of the column.
SINGLE_TEXTS = 3

LABELS = """
from (select indicator_no, label_nb from previous.main.dim_indicator
union all select indicator_no, label_nb from release_file.main.dim_indicator)
select indicator_no, max(label_nb) as label_nb group by indicator_no
"""


class RevisionError(ValueError):
    """A line of revisions.csv cannot be read."""


class Unexplained(NamedTuple):
    """A published row that would change or vanish without a reason: measure -> what it was and is.

    kind: `text` for what is said of figures, `figure` for figures and verdicts.
    """

    table: str
    row_key: str
    indicator_no: int | None
    label: str | None
    year: int | None
    delivery_id: str | None
    kind: str
    measures: dict[str, tuple[str, str]]

    def __str__(self) -> str:
        """Return the row as a line: which figures, from what, to what, by which delivery."""
        indicator = f"#{self.indicator_no} {self.label}, " if self.indicator_no else ""
        where = (
            f"{indicator}{self.year}"
            if self.table == "fct_indicator_year"
            else f"{indicator}{self.table} {self.row_key}"
        )
        told = [
            f"{measure} {before or 'nothing'} -> {after or 'nothing'}"
            for measure, (before, after) in list(self.measures.items())[:SHOWN_MEASURES]
        ]
        if len(self.measures) > SHOWN_MEASURES:
            told.append(f"{len(self.measures) - SHOWN_MEASURES} more")
        by = f" (delivery {self.delivery_id})" if self.delivery_id and self.kind != "text" else ""
        return f"{where}: {', '.join(told)}{by}"


@dataclass(frozen=True)
class Changes:
    """The comparison: how many figures and texts differ, and the rows of those that nobody has explained."""

    changed: int
    changed_texts: int
    unexplained: list[Unexplained]

    def lines(self, reason_nb: str = "", reason_en: str = "") -> list[str]:
        """Return the lines of revisions.csv that are wanting, the header first."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(REVISIONS_HEADER)
        writer.writerows((no, year, today(), reason_nb, reason_en, table) for no, year, table in self.scopes())
        return out.getvalue().splitlines()

    def scopes(self) -> dict[tuple[str, str, str], None]:
        """Return number, year and table of the lines that would explain everything, in order."""
        texts = Counter(
            (row.table, measure) for row in self.unexplained if row.kind == "text" for measure in row.measures
        )
        scopes: dict[tuple[str, str, str], None] = {}
        for row in self.unexplained:
            if row.kind != "text":
                scopes[str(row.indicator_no or ""), str(row.year or ""), "" if row.indicator_no else row.table] = None
                continue
            for measure in row.measures:
                few = texts[row.table, measure] <= SINGLE_TEXTS
                number = str(row.indicator_no) if row.indicator_no and few else ""
                scopes[number, "", f"{row.table}.{measure}"] = None
        return scopes


def revisions_file() -> Path:
    """Return where an analyst writes reasons: in the folder of the deliveries, or in the seed where there is none."""
    folder = added_deliveries()
    return folder / REVISIONS.name if folder else REVISIONS


def count_shipped() -> int:
    """Return the number of lines of the revisions.csv that comes with the code."""
    with (PROJECT / REVISIONS).open(encoding="utf-8", newline="") as handle:
        return sum(1 for _ in csv.DictReader(handle))


def compare(cursor: duckdb.DuckDBPyConnection, revisions: str, before: Release) -> Changes:
    """Compare `release_file` with `previous`, both attached; the differences go into the temporary table `changes`.

    revisions: schema and table of the seed, text columns; a missing one explains nothing. The table `release_changes`
    of `release_file` holds the changes of earlier releases.  Raises RevisionError for a line that cannot be read.
    """
    cursor.execute("create or replace temp table watched as from raw.watched_tables")
    read_revisions(cursor, revisions, before)
    cursor.execute(
        "create or replace temp table previous_columns as select table_name, column_name from duckdb_columns()"
        " where database_name = 'previous'"
    )
    cursor.execute(f"create or replace temp table published_rows as {watched_rows(cursor)}")
    cursor.execute(comparison())
    changed, texts = cursor.execute(
        "select count(*) filter (kind <> 'text'), count(*) filter (kind = 'text') from changes"
    ).fetchone()
    return Changes(changed, texts, list(unexplained(cursor)))


@cache
def comparison() -> str:
    """Return the statements of changes.sql."""
    return files("rusindikator.publish").joinpath("changes.sql").read_text("utf-8")


def watched_rows(cursor: duckdb.DuckDBPyConnection) -> str:
    """Return a select of the rows of all watched tables of both releases, one JSON object a row."""
    tables = cursor.execute(
        "select database_name, table_name from duckdb_tables() inner join watched using (table_name)"
        " where database_name in ('previous', 'release_file') and schema_name = 'main' order by all"
    ).fetchall()
    return " union all ".join(
        f"select '{database}' as database, '{table}' as table_name, to_json(this) as cells"
        f" from {database}.main.{table} as this"
        for database, table in tables
    )


def read_revisions(cursor: duckdb.DuckDBPyConnection, revisions: str, before: Release) -> None:
    """Put the lines that can explain a change into the temporary table `revisions`.

    A line that an analyst has written is about what was published up to its day. One that comes with the code is about
    releases of code that did not have it. Either is spent by the release that used it: it stands with its day and
    reason in `release_changes`, and whoever changes the same figure again has to say why again.
    """
    cursor.execute(
        "create or replace temp table revisions (indicator_no integer, year integer, revised_on date,"
        " reason_nb varchar, reason_en varchar, table_name varchar)"
    )
    schema, table = revisions.split(".")
    present = {
        name
        for (name,) in cursor.execute(
            "select column_name from duckdb_columns() where database_name = current_database()"
            " and schema_name = ? and table_name = ?",
            [schema, table],
        ).fetchall()
    }
    if not present:
        return
    table_name = "nullif(trim(table_name), '')" if "table_name" in present else "null"
    is_added = "coalesce(is_added::boolean, true)" if "is_added" in present else "true"
    try:
        cursor.execute(
            "insert into revisions with line as (select nullif(trim(indicator_no), '')::integer as indicator_no,"
            " nullif(trim(year), '')::integer as year, revised_on::date as revised_on, reason_nb, reason_en,"
            f" {table_name} as table_name, {is_added} as is_added, row_number() over () as line_no"
            f" from {revisions} where trim(reason_nb) <> '')"
            " select * exclude (is_added, line_no) from line where"
            # a day still to come would explain whatever changes until then
            " case when is_added then revised_on between $previous_day and $today else line_no > $known end"
            " and not exists (from release_file.main.release_changes as figure where"
            " figure.revised_on = line.revised_on and figure.reason_nb = line.reason_nb"
            " and coalesce(line.indicator_no, figure.indicator_no) is not distinct from figure.indicator_no"
            " and coalesce(line.year, figure.year) is not distinct from figure.year"
            " and coalesce(split_part(line.table_name, '.', 1), figure.table_name) = figure.table_name)",
            {
                # a clock that was ahead when the published release was built has not changed the day since
                "previous_day": min(before.built_at.date(), today()),
                "today": today(),
                "known": before.n_reasons,
            },
        )
    except duckdb.ConversionException as error:
        raise RevisionError(f"{revisions_file()} has a line that cannot be read: {error}") from error
    unknown = cursor.execute(
        "select table_name from revisions where table_name not in (select table_name from watched)"
        " and table_name not in (select table_name || '.' || column_name from duckdb_columns()"
        " inner join watched using (table_name) where database_name in ('previous', 'release_file')) limit 1"
    ).fetchone()
    if unknown:
        raise RevisionError(
            f"{revisions_file()} has a line about {unknown[0]!r}: no table or column of that name is watched"
            " (seeds/catalogue/watched_tables.csv)."
        )


def unexplained(cursor: duckdb.DuckDBPyConnection) -> Iterator[Unexplained]:
    """Return the rows that change or vanish without a reason, figures first, in the order of the tables."""
    rows = cursor.execute(
        "select changes.table_name, row_key, indicator_no, label_nb, changes.year,"
        " max(changes.delivery_id) over (partition by table_name, row_key, changes.kind = 'text'),"
        " case when kind = 'text' then 'text' else 'figure' end as kind, measure,"
        " coalesce(text_before, value_before::varchar) as before, coalesce(text_after, value_after::varchar) as after"
        f" from changes left join ({LABELS}) using (indicator_no)"
        " left join (select table_name, row_number() over () as table_order from watched) using (table_name)"
        " where change <> 'added' and reason_nb is null"
        " order by changes.kind = 'text', table_order, indicator_no, changes.year, row_key, is_leading desc, measure"
    ).fetchall()
    for row, figures in groupby(rows, lambda row: row[:7]):
        yield Unexplained(*row, {measure: (shown(before), shown(after)) for *_, measure, before, after in figures})


def today() -> date:
    """Return the day it is here or in UTC, in which builds are dated, whichever comes later."""
    return max(date.today(), datetime.now(UTC).date())


def shown(value: str | None) -> str:
    """Return a figure or a word for a table cell: '284.0' -> '284', 'improved' as it is."""
    try:
        return f"{float(value):.10g}" if value else ""
    except ValueError:
        return cell(value)


def cell(text: str | None) -> str:
    """Return a text that fits into one table cell."""
    return " ".join((text or "").split()).replace("|", "\\|")
