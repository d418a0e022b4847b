"""What a release changes in the one that is published, and whether somebody has said why.

A figure that nobody had before may be added. One that has been published is changed or taken away only with a reason in
seeds/catalogue/revisions.csv; without it the release is held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

REVISIONS = "seeds/catalogue/revisions.csv"
SHOWN = 20
# Tables about the build itself; every release differs in them.
LOGS = ("release_log", "release_changes")

# Figures are sums of floating point numbers: what differs in the last binary digits only is the same figure.
COMPARISON = """
create or replace temp table changes as
with compared as (
    select
        coalesce(new.indicator_no, old.indicator_no) as indicator_no,
        coalesce(new.year, old.year) as year,
        old.value as value_before,
        new.value as value_after,
        new.delivery_id
    from release_file.main.fct_indicator_year as new
    full join previous.main.fct_indicator_year as old using (indicator_no, year)
    where new.value is distinct from old.value
        and not coalesce(abs(new.value - old.value) <= 1e-9 * greatest(abs(new.value), abs(old.value)), false)
)

select
    compared.*,
    case when value_before is null then 'added' when value_after is null then 'removed' else 'changed' end as change,
    revisions.reason_nb,
    revisions.reason_en
from compared
left join lateral (
    select *
    from revisions
    where value_before is not null
        and coalesce(revisions.indicator_no, compared.indicator_no) = compared.indicator_no
        and coalesce(revisions.year, compared.year) = compared.year
    order by revisions.indicator_no is null, revisions.year is null, revisions.revised_on desc
    limit 1
) as revisions on true
order by indicator_no, year
"""


class Unexplained(NamedTuple):
    """A published figure that would change or vanish without a reason."""

    indicator_no: int
    label: str
    year: int
    unit: str
    before: float
    after: float | None
    delivery_id: str | None

    def __str__(self) -> str:
        """Return the figure as a line: which, from what, to what, by which delivery."""
        now = "no value" if self.after is None else f"{number(self.after)} {self.unit}"
        by = f" (delivery {self.delivery_id})" if self.delivery_id else ""
        return f"#{self.indicator_no} {self.label}, {self.year}: {number(self.before)} {self.unit} -> {now}{by}"


@dataclass(frozen=True)
class Changes:
    """The comparison: how many values differ, and those of them that nobody has explained."""

    previous_release_id: str
    changed: int
    unexplained: list[Unexplained]


def compare(cursor: duckdb.DuckDBPyConnection, revisions: str) -> Changes:
    """Compare `release_file` with `previous`, both attached; the differences go into the temporary table `changes`.

    revisions: schema and table of the seed, text columns; a missing one explains nothing. A row explains a change of
    what was published up to its day: once that change is published, the row is spent and explains no later one.
    """
    (previous_release_id, previous_day) = cursor.execute(
        "select release_id, built_at::date from previous.main.release_log"
        " order by built_at desc, release_id desc limit 1"
    ).fetchone()
    cursor.execute(
        "create or replace temp table revisions"
        " (indicator_no integer, year integer, revised_on date, reason_nb varchar, reason_en varchar)"
    )
    schema, table = revisions.split(".")
    if cursor.execute(
        "select count(*) from duckdb_tables() where schema_name = ? and table_name = ?", [schema, table]
    ).fetchone()[0]:
        cursor.execute(
            "insert into revisions"
            " select nullif(indicator_no, '')::integer, nullif(year, '')::integer, revised_on::date,"
            f" reason_nb, reason_en from {revisions}"
            # a day still to come would explain whatever changes until then
            " where revised_on::date between $previous_day and $today and trim(reason_nb) <> ''",
            {"previous_day": previous_day, "today": today()},
        )
    cursor.execute(COMPARISON)
    (changed,) = cursor.execute("select count(*) from changes").fetchone()
    unexplained = cursor.execute(
        "select indicator_no, label_nb, year, unit, value_before, value_after, changes.delivery_id from changes"
        " join (from previous.main.dim_indicator union all by name from release_file.main.dim_indicator as new"
        " where new.indicator_no not in (select indicator_no from previous.main.dim_indicator)) using (indicator_no)"
        " where change <> 'added' and reason_nb is null order by all"
    ).fetchall()
    return Changes(previous_release_id, changed, [Unexplained(*row) for row in unexplained])


def today() -> date:
    """Return the day it is here or in UTC, in which builds are dated, whichever comes later."""
    return max(date.today(), datetime.now(UTC).date())


def held_back(changes: Changes, release_id: str, target: Path, all_in: Path) -> str:
    """Return the message for a release that changes published figures without a reason."""
    first = changes.unexplained[0]
    lines = [f"  {line}" for line in changes.unexplained[:SHOWN]]
    if len(changes.unexplained) > SHOWN:
        lines.append(f"  and {len(changes.unexplained) - SHOWN} more")
    return "\n".join(
        [
            f"Release {release_id} is held back: {len(changes.unexplained)} published figures would change"
            f" and nobody has said why. {target} stays release {changes.previous_release_id}.",
            *lines,
            f"All of it is in {all_in}.",
            f"Where a change is right, say why in {REVISIONS} and build again, for instance",
            "  indicator_no,year,revised_on,reason_nb,reason_en",
            f"  {first.indicator_no},{first.year},{today()},Grunnen på norsk.,The reason in English.",
            "A blank year stands for every year, a blank number for every indicator.",
            "Where a change is wrong, mend the delivery or the definition.",
        ]
    )


def readable(cursor: duckdb.DuckDBPyConnection, release_id: str, previous_release_id: str) -> str:
    """Return the difference between `release_file` and `previous` as Markdown, from the temporary table `changes`."""
    parts = [f"# What release {release_id} changes\n", f"Compared with release {previous_release_id}.\n"]
    per_indicator = cursor.execute(
        "select indicator_no, label_nb, count(*) filter (change = 'added'), count(*) filter (change = 'removed'),"
        " count(*) filter (change = 'changed') from changes"
        " join (from release_file.main.dim_indicator union all by name"
        " from previous.main.dim_indicator as old where old.indicator_no not in"
        " (select indicator_no from release_file.main.dim_indicator)) using (indicator_no) group by all order by 1"
    ).fetchall()
    parts.append("## Figures\n")
    if per_indicator:
        parts += ["| no | indicator | added | removed | changed |", "|---|---|---|---|---|"]
        parts += [f"| {no} | {cell(label)} | {a} | {r} | {c} |" for no, label, a, r, c in per_indicator]
        parts += ["", "| no | year | | before | after | why |", "|---|---|---|---|---|---|"]
        parts += [
            f"| {no} | {year} | {change} | {number(before)} | {number(after)} | {cell(reason)} |"
            for no, year, change, before, after, reason in cursor.execute(
                "select indicator_no, year, change, value_before, value_after, coalesce(reason_nb,"
                " case when change <> 'added' then '**nobody has said why**' end) from changes order by all"
            ).fetchall()
        ]
    else:
        parts.append("None.")
    parts += ["\n## Rows\n", "| table | before | now | only before | only now |", "|---|---|---|---|---|"]
    parts += [f"| {table} | {was} | {now} | {gone} | {new} |" for table, was, now, gone, new in row_counts(cursor)]
    parts += ["\nA row that differs in one column counts as one only before and one only now.\n"]
    return "\n".join(parts)


def row_counts(cursor: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int, int]]:
    """Return per table the rows before and now and those that only one of the two has, over the columns of both."""
    columns: dict[str, dict[str, list[str]]] = {"previous": {}, "release_file": {}}
    for database, table, column in cursor.execute(
        "select database_name, table_name, column_name from duckdb_columns()"
        " where database_name in ('previous', 'release_file')"
        " order by database_name, table_name, column_index"
    ).fetchall():
        columns[database].setdefault(table, []).append(column)
    old, new = columns["previous"], columns["release_file"]
    counts = []
    for table in sorted((set(old) | set(new)) - set(LOGS)):
        was, now = (
            cursor.execute(f"select count(*) from {database}.main.{table}").fetchone()[0] if table in tables else 0
            for database, tables in columns.items()
        )
        shared = ", ".join(f'"{name}"' for name in new.get(table, []) if name in old.get(table, []))
        gone = was
        if shared:
            (gone,) = cursor.execute(
                f"select count(*) from (select hash({shared}) from previous.main.{table}"
                f" except all select hash({shared}) from release_file.main.{table})"
            ).fetchone()
        # what both have is was - gone
        come = now - (was - gone)
        counts.append((table, was, now, gone, come))
    return counts


def number(value: float | None) -> str:
    """Return a figure for a table cell."""
    return "" if value is None else f"{value:.10g}"


def cell(text: str | None) -> str:
    """Return a text that fits into one table cell."""
    return " ".join((text or "").split()).replace("|", "\\|")
