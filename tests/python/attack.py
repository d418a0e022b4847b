"""What a reader can work out about a few persons by subtracting published figures from each other.

It opens what lies in a published folder as anybody could: release files, kept ones, builds as of an earlier day and
Parquet copies, with their lists of changes. It shares no code with the project and does not read its rules: five
persons are the least that a difference may be about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import ceil, floor
from pathlib import Path

import duckdb

FEW = range(1, 5)
# whose figures are counted from what persons answered
PERSONS = ("respondent", "bruker", "pasient")


@dataclass
class Seen:
    """Everything that was ever said of one figure (indicator and year), or of one source and year (no indicator).

    pairs: numerator and denominator that stand beside each other.  counts: kind -> every number of persons told.
    values: each publication of the share as (day, value), and the pair where one stands with it.  source: who asked.
    """

    source: str = ""
    pairs: set[tuple[int, int]] = field(default_factory=set)
    counts: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    values: dict[tuple[str, float], tuple[int, int] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Something about one to four persons: which figure, what was subtracted, and the difference."""

    subject: str
    year: int
    what: str
    difference: tuple[int, ...]


def readers_view(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open each release file of a published folder, then its Parquet copies."""
    for file in sorted(folder.rglob("*.duckdb")):
        with duckdb.connect(str(file), read_only=True) as con:
            yield con
    copies = sorted((folder / "parquet").glob("*.parquet"))
    if copies:
        with duckdb.connect() as con:
            for file in copies:
                con.execute(f"create view {file.stem} as from '{file}'")
            yield con


def collect(folder: Path) -> tuple[dict[tuple[int, int], Seen], dict[tuple[str, int], Seen]]:
    """Return what is said of figures by indicator and year, and of whole surveys by source and year."""
    figures: dict[tuple[int, int], Seen] = defaultdict(Seen)
    surveys: dict[tuple[str, int], Seen] = defaultdict(Seen)
    for con in readers_view(folder):
        mine = f"(select indicator_no, source_code from dim_indicator where unit_type in {PERSONS})"
        for no, year, source, day, value, numerator, denominator in con.sql(
            "select indicator_no, year, source_code, vintage_date::varchar, value, numerator, denominator"
            f" from fct_indicator_year inner join {mine} using (indicator_no) where value is not null"
        ).fetchall():
            pair = (int(numerator), int(denominator)) if denominator is not None else None
            figures[no, year].source = source
            figures[no, year].values[day, value] = pair or figures[no, year].values.get((day, value))
            if pair:
                figures[no, year].pairs.add(pair)
                figures[no, year].counts["numerator"].add(pair[0])
                figures[no, year].counts["denominator"].add(pair[1])
                surveys[source, year].counts["questions"].add(pair[1])
        for no, year, day, value in con.sql(
            "select indicator_no, year, vintage_date::varchar, value"
            f" from fct_indicator_vintage inner join {mine} using (indicator_no)"
        ).fetchall():
            figures[no, year].values.setdefault((day, value), None)
        for source, year, n in con.sql(
            "select source_code, year, n_answers from qa_coverage where n_answers is not null"
            f" and source_code in (select source_code from {mine})"
        ).fetchall():
            surveys[source, year].counts["n_answers"].add(n)
        for source, period, *rows in con.sql(
            "select source_code, period, qa.rows_delivered, qa.rows_staged - qa.rows_out_of_scope, qa.cells_blank"
            " from qa_delivery as qa inner join dim_delivery using (delivery_id, source_code)"
            f" where source_code in (select source_code from {mine}) and dim_delivery.data_origin <> 'reported'"
        ).fetchall():
            for kind, n in zip(("rows_delivered", "n_answers", "cells_blank"), rows, strict=True):
                if n is not None and period.isdigit():
                    surveys[source, int(period)].counts[kind].add(n)
        for no, year, measure, *numbers in con.sql(
            "select indicator_no, year, measure, value_before, value_after from release_changes"
            f" inner join {mine} using (indicator_no)"
            " where table_name = 'fct_indicator_year' and measure in ('numerator', 'denominator', 'n_units')"
        ).fetchall():
            for n in numbers:
                if n is not None:
                    figures[no, year].counts["denominator" if measure == "n_units" else measure].add(round(n))
        for source, year, *numbers in con.sql(
            "select split_part(row_key, ', ', 1), year, value_before, value_after from release_changes"
            " where table_name = 'qa_coverage' and measure = 'n_answers'"
        ).fetchall():
            surveys[source, year].counts["n_answers"] |= {round(n) for n in numbers if n is not None}
    return figures, surveys


def subtract_counts(folder: Path) -> set[Found]:
    """Subtract every count from every other of the same figure or survey, and find what is about one to four."""
    figures, surveys = collect(folder)
    found = set()
    for (no, year), seen in figures.items():
        counts = {**seen.counts, "complement": {d - n for n, d in seen.pairs}}
        for kind, numbers in counts.items():
            for a, b in combinations(sorted(numbers), 2):
                if b - a in FEW:
                    found.add(Found(f"#{no}", year, kind, (b - a,)))
    for (source, year), seen in surveys.items():
        for kind in set(seen.counts) - {"questions"}:
            for a, b in combinations(sorted(seen.counts[kind]), 2):
                if b - a in FEW:
                    found.add(Found(source, year, kind, (b - a,)))
    return found


def pairs_behind(value: float, most: int, decimals: int) -> list[tuple[int, int]]:
    """Return every numerator and denominator (at most `most`) whose share is shown as `value` with these decimals.

    The share may have been rounded to the nearest or cut: a whole unit of the last digit is allowed on each side.
    """
    slack = 10.0**-decimals
    return [
        (n, d)
        for d in range(1, most + 1)
        for n in range(max(ceil((value - slack) * d / 100), 0), min(floor((value + slack) * d / 100), d) + 1)
    ]


def shown_decimals(values: list[float]) -> int:
    """Return with how many decimals the values are shown, at most nine."""
    return max(len(f"{value:.9f}".rstrip("0").split(".")[1]) for value in values)


def single_out(folder: Path, most_persons: int = 4, *, values_alone: bool = False) -> set[Found]:
    """Look for the persons between two publications of one share, known to be at most `most_persons`.

    Whoever knows that few came or left tries every numerator and denominator behind each value that is not told with
    its counts (values_alone: behind every value). Where only one difference is left, it is found.
    """
    figures, surveys = collect(folder)
    found = set()
    for (no, year), seen in figures.items():
        survey = surveys[seen.source, year].counts
        most = max((n for kind in ("n_answers", "rows_delivered", "questions") for n in survey[kind]), default=1500)
        decimals = shown_decimals([value for _, value in seen.values]) if seen.values else 0
        behind = {
            key: [pair] if pair and not values_alone else pairs_behind(key[1], most, decimals)
            for key, pair in seen.values.items()
        }
        for (_, earlier), (_, later) in combinations(sorted(behind.items()), 2):
            known = set(earlier)
            differences = {
                (dn, dd)
                for n, d in later
                for dd in range(-most_persons, most_persons + 1)
                for dn in range(-most_persons, most_persons + 1)
                if (dn, dd) != (0, 0) and abs(dd - dn) <= most_persons and (n - dn, d - dd) in known
            }
            if len(differences) == 1:
                found.add(Found(f"#{no}", year, "share", differences.pop()))
    return found
