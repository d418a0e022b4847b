"""What a release changes, for people: the list beside it, and the message when it is held back."""

from __future__ import annotations

from pathlib import Path

import duckdb

from rusindikator.publish.changes import LABELS, Changes, cell, revisions_file, shown
from rusindikator.publish.copying import LOGS
from rusindikator.publish.kept import Release

SHOWN = 20

# Figures of indicators that the release before did not have, with the newest one before them in the same release, the
# greatest change of size first: what is ten times too large stands on top.
FIRST_FIGURES = """
with figures as (
    select indicator_no, year, value, delivery_id from release_file.main.fct_indicator_year where value is not null
),

earlier as (
    select
        *,
        lag(value) over (partition by indicator_no order by year) as previous_value,
        lag(year) over (partition by indicator_no order by year) as previous_year
    from figures
)

select
    earlier.indicator_no,
    label_nb,
    earlier.year,
    value,
    previous_value,
    previous_year,
    case when previous_value > 0 then value / previous_value end as ratio,
    delivery_id
from earlier
inner join release_file.main.dim_indicator using (indicator_no)
{condition}
order by abs(ln(nullif(ratio, 0))) desc nulls last, ratio nulls last, earlier.indicator_no, earlier.year
"""
NOT_BEFORE = """
where (earlier.indicator_no, earlier.year) not in (
    select (indicator_no, year) from previous.main.fct_indicator_year where value is not null
)
"""


def held_back(changes: Changes, release_id: str, before: Release, everything: Path, wanting: Path) -> str:
    """Return the message for a release that changes published figures or texts without a reason.

    everything: the whole difference.  wanting: the lines that are wanting, without their reasons.
    """
    shown_rows = [f"  {row}"[:400] for row in changes.unexplained[:SHOWN]]
    if len(changes.unexplained) > SHOWN:
        shown_rows.append(f"  and {len(changes.unexplained) - SHOWN} more")
    header, first, *_ = changes.lines("Grunnen på norsk.", "The reason in English.")
    return "\n".join(
        [
            f"Release {release_id} is held back: {len(changes.unexplained)} published rows would change"
            f" and nobody has said why. {before.file} stays release {before.release_id}.",
            *shown_rows,
            f"All of it is in {everything}.",
            f"Where a change is right, say why in {revisions_file()} and build again, for instance",
            f"  {header}",
            f"  {first}",
            f"The lines that are wanting are in {wanting}; only the reasons have to be filled in.",
            "A blank year stands for every year, a blank number for every indicator, a blank table for the figures of"
            " every table; a text needs its table, or table and column (dim_indicator.label_nb).",
            "Where a change is wrong, mend the delivery or the definition.",
        ]
    )


def first_figures(cursor: duckdb.DuckDBPyConnection, release_id: str) -> str:
    """Return the list beside a first release, which has nothing to be compared with."""
    return "\n".join(
        [
            f"# What release {release_id} brings\n",
            "It is the first release of this folder: none of its figures rests on an earlier one.\n",
            *resting_on_none(cursor, ""),
            "",
        ]
    )


def resting_on_none(cursor: duckdb.DuckDBPyConnection, condition: str) -> list[str]:
    """Return the section of figures that no earlier release has had, beside the last year of the same indicator."""
    rows = cursor.execute(FIRST_FIGURES.format(condition=condition)).fetchall()
    lines = ["## Figures that rest on no earlier release\n"]
    if not rows:
        return [*lines, "None."]
    lines += [
        f"{len(rows)} figures. Nothing holds them back: look at them, the greatest change of size first.\n",
        "| no | indicator | year | value | before it | year | ratio | delivery |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return lines + [
        f"| {no} | {cell(label)} | {year} | {number(value)} | {number(previous)} | {previous_year or ''}"
        f" | {'' if ratio is None else f'{ratio:.3g}'} | {cell(delivery)} |"
        for no, label, year, value, previous, previous_year, ratio, delivery in rows
    ]


def number(value: float | None) -> str:
    """Return a figure for a table cell."""
    return "" if value is None else f"{value:.10g}"


def readable(cursor: duckdb.DuckDBPyConnection, release_id: str, previous_release_id: str) -> str:
    """Return the difference between `release_file` and `previous` as Markdown, from the temporary table `changes`."""
    parts = [f"# What release {release_id} changes\n", f"Compared with release {previous_release_id}.\n"]
    parts += [*resting_on_none(cursor, NOT_BEFORE), "", *figures(cursor), "", *texts(cursor)]
    parts += ["\n## Rows\n", "| table | before | now | only before | only now |", "|---|---|---|---|---|"]
    parts += [f"| {table} | {was} | {now} | {gone} | {new} |" for table, was, now, gone, new in row_counts(cursor)]
    parts += ["\nA row that differs in one column counts as one only before and one only now.\n"]
    new_columns = cursor.execute(
        "select table_name, string_agg(column_name, ', ' order by column_name) from duckdb_columns()"
        " where database_name = 'release_file' and table_name in (select table_name from previous_columns)"
        " and (table_name, column_name) not in (select (table_name, column_name) from previous_columns)"
        " group by table_name order by table_name"
    ).fetchall()
    parts += [f"New columns of {table}: {names}.\n" for table, names in new_columns]
    return "\n".join(parts)


def figures(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the section of figures and verdicts."""
    lines = ["## Figures and verdicts\n"]
    summary = cursor.execute(
        "select table_name, indicator_no, label_nb, count(*) filter (change = 'added'),"
        " count(*) filter (change = 'removed'), count(*) filter (change = 'changed')"
        f" from changes left join ({LABELS}) using (indicator_no) where kind <> 'text' group by all order by all"
    ).fetchall()
    if not summary:
        return [*lines, "None."]
    lines += ["| table | no | indicator | added | removed | changed |", "|---|---|---|---|---|---|"]
    lines += [f"| {t} | {no or ''} | {cell(label)} | {a} | {r} | {c} |" for t, no, label, a, r, c in summary]
    lines += ["", "| table | row | figure | | before | after | why |", "|---|---|---|---|---|---|---|"]
    return lines + [
        f"| {table} | {cell(key)} | {measure} | {change} | {shown(before)} | {shown(after)} | {cell(reason)} |"
        for table, key, measure, change, before, after, reason in cursor.execute(
            "select table_name, row_key, measure, change, coalesce(text_before, value_before::varchar),"
            " coalesce(text_after, value_after::varchar), coalesce(reason_nb,"
            " case when change <> 'added' then '**nobody has said why**' end)"
            " from changes where kind <> 'text'"
            " order by table_name, indicator_no, year, row_key, is_leading desc, measure"
        ).fetchall()
    ]


def texts(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the section of texts: what is said of figures, one line per column, change and reason."""
    rows = cursor.execute(
        "select table_name || '.' || measure, string_agg(row_key, '; ' order by indicator_no, row_key), change,"
        " coalesce(text_before, value_before::varchar) as before, coalesce(text_after, value_after::varchar) as after,"
        " coalesce(reason_nb, case when change <> 'added' then '**nobody has said why**' end) as reason"
        " from changes where kind = 'text' group by all order by 1, min(indicator_no), 2"
    ).fetchall()
    lines = ["## Texts: labels, definitions, caveats, provenance\n"]
    if not rows:
        return [*lines, "None."]
    lines += ["| text | rows | | before | after | why |", "|---|---|---|---|---|---|"]
    return lines + [
        f"| {column} | {cell(keys)} | {change} | {cell(before)} | {cell(after)} | {cell(reason)} |"
        for column, keys, change, before, after, reason in rows
    ]


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
