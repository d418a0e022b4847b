"""What a release changes in the one that is published, and whether somebody has said why.

A figure that nobody had before may be added. One that has been published is changed or taken away only with a reason in
revisions.csv; without it the release is held back. Verdicts, goal attainment, funding and targets are computed from
figures: they may change with them, and need a reason of their own when they change and no figure they rest on does.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb

REVISIONS = Path("seeds/catalogue/revisions.csv")
REVISIONS_HEADER = ("indicator_no", "year", "revised_on", "reason_nb", "reason_en", "table_name")
SHOWN = 20
SHOWN_MEASURES = 3
# Tables about the build itself; every release differs in them.
LOGS = ("release_log", "release_changes")


class RevisionError(ValueError):
    """A line of revisions.csv cannot be read."""


class Watched(NamedTuple):
    """A published table whose figures do not change unsaid.

    key: the columns that tell rows apart.  figures: number columns, the one the row is about first.  marks: what is
    said of that figure, compared while there is one; without figures, the verdict itself.  indicator, year: what the
    row is about, in SQL.  follows: for what is computed from other watched figures, the condition under which a change
    of them (`cause`) explains one here (`effect`).
    """

    table: str
    key: tuple[str, ...]
    figures: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    indicator: str = "indicator_no"
    year: str = "year"
    follows: str = ""

    @property
    def leading(self) -> str:
        """The measure the row is about: where it is new or gone, the others need not be told."""
        return (self.figures + self.marks)[0]


AMOUNTS = (
    *("total", "block_grant", "other", "cumulative", "target", "remaining", "required_per_remaining_year"),
    *("cumulative_with_housing_low", "cumulative_with_housing_high"),
    *("remaining_with_housing_low", "remaining_with_housing_high", "required_per_remaining_year_with_housing"),
)
OF_THE_INDICATOR = (
    "cause.table_name in ('fct_indicator_year', 'dim_indicator') and cause.indicator_no = effect.indicator_no"
)
OF_DIM_INDICATOR = (
    "(select {column} from release_file.main.dim_indicator as known where known.indicator_no = cause.indicator_no)"
)
WATCHED = (
    Watched(
        "fct_indicator_year",
        ("indicator_no", "year"),
        ("value", "value_nominal", "value_low", "value_high", "numerator", "denominator", "n_units"),
        ("obs_status", "is_break", "data_origin"),
    ),
    Watched("dim_indicator", ("indicator_no",), ("baseline_value", "baseline_year"), year="baseline_year"),
    Watched(
        "fct_indicator_vintage",
        ("indicator_no", "year", "vintage_date"),
        ("value", "value_nominal"),
        ("data_origin",),
    ),
    Watched(
        "fct_series_year",
        ("series_code", "period", "vintage_date", "delivery_id"),
        ("value", "value_low", "value_high"),
        ("data_origin",),
        indicator="related_indicator_no",
    ),
    Watched(
        "fct_golden_rule",
        ("year", "region_code", "basis", "variant", "vintage_date"),
        ("ratio", "growth_pct", "growth_somatic_pct", "difference_pp"),
        ("is_met", "data_origin"),
        indicator="6",
    ),
    Watched(
        "rpt_funding_pace",
        ("year",),
        (
            *AMOUNTS,
            *(f"{amount}_2016_nok" for amount in AMOUNTS),
            *("other_mentioned", "cumulative_printed", "housing_low", "housing_high"),
        ),
        ("is_lower_bound", "data_origin"),
        indicator="null",
        follows="cause.year <= effect.year"
        " and (cause.table_name = 'fct_indicator_year' and cause.indicator_no in (1, 2)"
        " or cause.table_name = 'fct_series_year' and cause.row_key like 'statsbudsjettet.%')",
    ),
    Watched(
        "qa_coverage",
        ("source_code", "year"),
        ("units_answered", "units_expected", "share_units", "share_population", "n_answers"),
        indicator="null",
        follows="cause.year = effect.year and cause.table_name = 'fct_indicator_year'"
        f" and {OF_DIM_INDICATOR.format(column='source_code')} = split_part(effect.row_key, ', ', 1)",
    ),
    Watched("rpt_funding_priority", ("priority_code",), ("amount", "share_pct"), indicator="null", year="null"),
    Watched(
        "rpt_target_progress",
        ("target_id", "year"),
        ("value", "target_value", "gap"),
        ("is_met", "on_track", "state"),
        follows=f"cause.year <= effect.year and ({OF_THE_INDICATOR}"
        " or effect.indicator_no is null and cause.table_name = 'rpt_funding_pace')",
    ),
    Watched(
        "rpt_status",
        ("indicator_no", "report_year"),
        marks=("verdict", "verdict_previous", "verdict_latest"),
        year="report_year",
        follows=f"cause.year <= effect.year and {OF_THE_INDICATOR}",
    ),
    Watched(
        "rpt_goal_attainment",
        ("goal_code", "report_year", "basis", "rule_id"),
        marks=("attainment",),
        indicator="null",
        year="report_year",
        follows="cause.year = effect.year and cause.table_name = 'rpt_status'"
        f" and split_part(effect.row_key, ', ', 1) in ('PLAN', {OF_DIM_INDICATOR.format(column='goal_code')})",
    ),
)

# A line of revisions.csv is about every figure that its cells do not exclude.
COVERS = """
    coalesce(line.indicator_no, figure.indicator_no) is not distinct from figure.indicator_no
    and coalesce(line.year, figure.year) is not distinct from figure.year
    and coalesce(line.table_name, figure.table_name) = figure.table_name
"""

# Figures are sums of floating point numbers: what differs in the last binary digits only is the same figure.
COMPARISON = f"""
create or replace temp table changes as
with differing as (
    select
        coalesce(new.table_name, old.table_name) as table_name,
        coalesce(new.row_key, old.row_key) as row_key,
        coalesce(new.measure, old.measure) as measure,
        coalesce(new.is_leading, old.is_leading) as is_leading,
        coalesce(new.indicator_no, old.indicator_no) as indicator_no,
        coalesce(new.year, old.year) as year,
        case when old.measure is null then 'added' when new.measure is null then 'removed' else 'changed' end as change,
        old.number as value_before,
        new.number as value_after,
        old.words as text_before,
        new.words as text_after,
        new.delivery_id
    from figures_now as new
    full join figures_before as old using (table_name, row_key, measure)
    where
        old.words is distinct from new.words
        or old.number is distinct from new.number
        and not coalesce(
            abs(new.number - old.number) <= greatest(1e-12, 1e-9 * greatest(abs(new.number), abs(old.number))), false
        )
),

-- where the figure itself is new or gone, so are its limits and what else is said of it
told as (
    select *
    from differing
    qualify is_leading
        or change is distinct from max(change) filter (where is_leading and change <> 'changed')
            over (partition by table_name, row_key)
)

select
    figure.*,
    said.revised_on,
    said.reason_nb,
    said.reason_en
from told as figure
left join lateral (
    select *
    from revisions as line
    where figure.change <> 'added' and {COVERS}
    order by line.indicator_no is null, line.year is null, line.table_name is null, line.revised_on desc, line.reason_nb
    limit 1
) as said on true
"""

# What is computed from figures changes with them, also with new ones.
CONSEQUENCES = """
update changes
set
    reason_nb = 'Følger av endrede eller nye tall: ' || causes.told,
    reason_en = 'Follows from figures that changed or are new: ' || causes.told
from (
    select
        effect.row_key,
        string_agg(
            distinct coalesce('#' || cause.indicator_no, cause.table_name) || coalesce(' ' || cause.year, ''), ', '
            order by coalesce('#' || cause.indicator_no, cause.table_name) || coalesce(' ' || cause.year, '')
        ) as told
    from changes as effect
    inner join changes as cause on {follows}
    where effect.table_name = '{table}'
    group by effect.row_key
) as causes
where
    changes.table_name = '{table}'
    and changes.row_key = causes.row_key
    and changes.change <> 'added'
    and changes.reason_nb is null
"""

LABELS = """
from (select indicator_no, label_nb from previous.main.dim_indicator
union all select indicator_no, label_nb from release_file.main.dim_indicator)
select indicator_no, max(label_nb) as label_nb group by indicator_no
"""


class Unexplained(NamedTuple):
    """A published row of figures that would change or vanish without a reason: measure -> what it was and is."""

    table: str
    row_key: str
    indicator_no: int | None
    label: str | None
    year: int | None
    delivery_id: str | None
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
        by = f" (delivery {self.delivery_id})" if self.delivery_id else ""
        return f"{where}: {', '.join(told)}{by}"

    @property
    def scope(self) -> tuple[str, str, str]:
        """Number, year and table with which a line of revisions.csv is about this row."""
        table = "" if self.indicator_no else self.table
        return str(self.indicator_no or ""), str(self.year or ""), table


@dataclass(frozen=True)
class Changes:
    """The comparison: how many figures differ, and the rows of those that nobody has explained."""

    previous_release_id: str
    changed: int
    unexplained: list[Unexplained]

    def lines(self, reason_nb: str = "", reason_en: str = "") -> list[str]:
        """Return the lines of revisions.csv that are wanting, the header first."""
        scopes = dict.fromkeys(row.scope for row in self.unexplained)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(REVISIONS_HEADER)
        writer.writerows((no, year, today(), reason_nb, reason_en, table) for no, year, table in scopes)
        return out.getvalue().splitlines()


def revisions_file() -> Path:
    """Return where an analyst writes reasons: in the folder of the deliveries, or in the seed where there is none."""
    folder = os.environ.get("RUS_DELIVERIES_DIR")
    return Path(folder) / REVISIONS.name if folder else REVISIONS


def compare(cursor: duckdb.DuckDBPyConnection, revisions: str) -> Changes:
    """Compare `release_file` with `previous`, both attached; the differences go into the temporary table `changes`.

    revisions: schema and table of the seed, text columns; a missing one explains nothing. The table `release_changes`
    of `release_file` holds the changes of earlier releases.  Raises RevisionError for a line that cannot be read.
    """
    (previous_release_id, previous_day) = cursor.execute(
        "select release_id, built_at::date from previous.main.release_log"
        " order by built_at desc, release_id desc limit 1"
    ).fetchone()
    read_revisions(cursor, revisions, previous_day)
    for name, database in (("figures_before", "previous"), ("figures_now", "release_file")):
        cursor.execute(f"create or replace temp table {name} as {figures_of(cursor, database)}")
    cursor.execute(COMPARISON)
    for watched in WATCHED:
        if watched.follows:
            cursor.execute(CONSEQUENCES.format(follows=watched.follows, table=watched.table))
    (changed,) = cursor.execute("select count(*) from changes").fetchone()
    return Changes(previous_release_id, changed, list(unexplained(cursor)))


def read_revisions(cursor: duckdb.DuckDBPyConnection, revisions: str, previous_day: date) -> None:
    """Put the lines that can explain a change into the temporary table `revisions`.

    A line is about what was published up to its day, and is spent by the release that used it: it stands with its day
    and reason in `release_changes`, and whoever changes the same figure again has to say why again.
    """
    cursor.execute(
        "create or replace temp table revisions (indicator_no integer, year integer, revised_on date,"
        " reason_nb varchar, reason_en varchar, table_name varchar)"
    )
    schema, table = revisions.split(".")
    columns = cursor.execute(
        "select column_name from duckdb_columns() where database_name = current_database()"
        " and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    if not columns:
        return
    table_name = "nullif(trim(table_name), '')" if ("table_name",) in columns else "null"
    try:
        cursor.execute(
            "insert into revisions with line as (select nullif(trim(indicator_no), '')::integer as indicator_no,"
            " nullif(trim(year), '')::integer as year, revised_on::date as revised_on, reason_nb, reason_en,"
            f" {table_name} as table_name from {revisions} where trim(reason_nb) <> '')"
            # a day still to come would explain whatever changes until then
            " from line where revised_on between $previous_day and $today and not exists ("
            "from release_file.main.release_changes as figure"
            f" where figure.revised_on = line.revised_on and figure.reason_nb = line.reason_nb and {COVERS})",
            {"previous_day": previous_day, "today": today()},
        )
    except duckdb.ConversionException as error:
        raise RevisionError(f"{revisions_file()} has a line that cannot be read: {error}") from error


def figures_of(cursor: duckdb.DuckDBPyConnection, database: str) -> str:
    """Return a select of all watched figures of a database, one a row, without those that an older release lacks."""
    columns: dict[str, set[str]] = {}
    for table, column in cursor.execute(
        "select table_name, column_name from duckdb_columns() where database_name = ?", [database]
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    selects = []
    for watched in WATCHED:
        present = columns.get(watched.table, set())
        if not {*watched.key, watched.leading} <= present:
            continue
        cells = [
            f"{{measure: '{name}', is_leading: {name == watched.leading},"
            f" number: {name}::double, words: null::varchar}}"
            for name in watched.figures
            if name in present
        ]
        guard = f"{watched.leading} is not null" if watched.figures else "true"
        cells += [
            f"{{measure: '{name}', is_leading: {name == watched.leading}, number: null::double,"
            f" words: case when {guard} then {name}::varchar end}}"
            for name in watched.marks
            if name in present
        ]
        selects.append(
            f"select '{watched.table}' as table_name, concat_ws(', ', {', '.join(watched.key)}) as row_key,"
            f" ({watched.indicator})::integer as indicator_no, ({watched.year})::integer as year,"
            f" {'delivery_id' if 'delivery_id' in present else 'null'} as delivery_id,"
            f" unnest([{', '.join(cells)}], recursive := true) from {database}.main.{watched.table}"
        )
    return f"from ({' union all '.join(selects)}) where number is not null or words is not null"


def unexplained(cursor: duckdb.DuckDBPyConnection) -> Iterator[Unexplained]:
    """Return the rows of figures that change or vanish without a reason, in the order of the tables."""
    tables = [watched.table for watched in WATCHED]
    rows = cursor.execute(
        "select changes.table_name, row_key, indicator_no, label_nb, year, changes.delivery_id, measure,"
        " coalesce(text_before, value_before::varchar) as before, coalesce(text_after, value_after::varchar) as after"
        f" from changes left join ({LABELS}) using (indicator_no) where change <> 'added' and reason_nb is null"
        " order by list_position($tables, table_name), indicator_no, year, row_key, is_leading desc, measure",
        {"tables": tables},
    ).fetchall()
    for row, figures in groupby(rows, lambda row: row[:6]):
        yield Unexplained(*row, {measure: (shown(before), shown(after)) for *_, measure, before, after in figures})


def today() -> date:
    """Return the day it is here or in UTC, in which builds are dated, whichever comes later."""
    return max(date.today(), datetime.now(UTC).date())


def held_back(changes: Changes, release_id: str, target: Path, everything: Path, wanting: Path) -> str:
    """Return the message for a release that changes published figures without a reason.

    everything: the whole difference.  wanting: the lines that are wanting, without their reasons.
    """
    shown_rows = [f"  {row}" for row in changes.unexplained[:SHOWN]]
    if len(changes.unexplained) > SHOWN:
        shown_rows.append(f"  and {len(changes.unexplained) - SHOWN} more")
    header, first, *_ = changes.lines("Grunnen på norsk.", "The reason in English.")
    return "\n".join(
        [
            f"Release {release_id} is held back: {len(changes.unexplained)} published rows would change"
            f" and nobody has said why. {target} stays release {changes.previous_release_id}.",
            *shown_rows,
            f"All of it is in {everything}.",
            f"Where a change is right, say why in {revisions_file()} and build again, for instance",
            f"  {header}",
            f"  {first}",
            f"The lines that are wanting are in {wanting}; only the reasons have to be filled in.",
            "A blank year stands for every year, a blank number for every indicator, a blank table for every table.",
            "Where a change is wrong, mend the delivery or the definition.",
        ]
    )


def readable(cursor: duckdb.DuckDBPyConnection, release_id: str, previous_release_id: str) -> str:
    """Return the difference between `release_file` and `previous` as Markdown, from the temporary table `changes`."""
    parts = [f"# What release {release_id} changes\n", f"Compared with release {previous_release_id}.\n"]
    parts.append("## Figures and verdicts\n")
    summary = cursor.execute(
        "select table_name, indicator_no, label_nb, count(*) filter (change = 'added'),"
        " count(*) filter (change = 'removed'), count(*) filter (change = 'changed')"
        f" from changes left join ({LABELS}) using (indicator_no) group by all order by all"
    ).fetchall()
    if summary:
        parts += ["| table | no | indicator | added | removed | changed |", "|---|---|---|---|---|---|"]
        parts += [f"| {t} | {no or ''} | {cell(label)} | {a} | {r} | {c} |" for t, no, label, a, r, c in summary]
        parts += ["", "| table | row | figure | | before | after | why |", "|---|---|---|---|---|---|---|"]
        parts += [
            f"| {table} | {cell(key)} | {measure} | {change} | {shown(before)} | {shown(after)} | {cell(reason)} |"
            for table, key, measure, change, before, after, reason in cursor.execute(
                "select table_name, row_key, measure, change, coalesce(text_before, value_before::varchar),"
                " coalesce(text_after, value_after::varchar), coalesce(reason_nb,"
                " case when change <> 'added' then '**nobody has said why**' end)"
                " from changes order by table_name, indicator_no, year, row_key, is_leading desc, measure"
            ).fetchall()
        ]
    else:
        parts.append("None.")
    parts += ["\n## Rows\n", "| table | before | now | only before | only now |", "|---|---|---|---|---|"]
    parts += [f"| {table} | {was} | {now} | {gone} | {new} |" for table, was, now, gone, new in row_counts(cursor)]
    parts += ["\nA row that differs in one column counts as one only before and one only now.\n"]
    return "\n".join(parts)


def shown(value: str | None) -> str:
    """Return a figure or a word for a table cell: '284.0' -> '284', 'improved' as it is."""
    try:
        return f"{float(value):.10g}" if value else ""
    except ValueError:
        return cell(value)


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


def cell(text: str | None) -> str:
    """Return a text that fits into one table cell."""
    return " ".join((text or "").split()).replace("|", "\\|")
