"""Who answered, what was never measured, and how printed figures agree with the ones computed again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rusindikator.report.data import Row, ordered
from rusindikator.report.numbers import RANGE_DASH, ranges
from rusindikator.report.words import MADE_UP, Words


@dataclass(frozen=True, slots=True)
class Missing:
    """Measurements that do not exist for one reason: how many, and the indicators by their years."""

    reason: str
    count: int
    groups: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The section on coverage.

    `rows` are those of `qa_coverage`, each with the origin a reader must know; `breaks` the sources with known
    ones; `editions` says how many printed figures of an edition agree with the ones computed again.
    """

    rows: list[tuple[Row, str | None]]
    breaks: list[Row]
    missing_sentence: str
    missing: list[Missing]
    editions: list[tuple[str, dict[str, int]]]
    differences: list[str]

    @property
    def reconciled(self) -> dict[str, int]:
        """Number of printed figures, and of those read from the report, made from it, or given by others."""
        counts = ("printed", "own", "constructed", "independent")
        return {name: sum(found[name] for _, found in self.editions) for name in counts}


def coverage(words: Words) -> Coverage:
    """Return the section on coverage."""
    absent = [fact for fact in words.data.facts.values() if fact["value"] is None]
    first, last = words.chart_years
    used = [source for code, source in sorted(words.data.sources.items()) if code in words.used_sources]
    return Coverage(
        rows=_answered(words),
        breaks=[source for source in used if words.text(source, "known_breaks")],
        missing_sentence=words.t(
            "coverage.missing_intro",
            missing=words.number(len(absent)),
            cells=words.number(len(words.data.facts)),
            first=first,
            last=last,
        ),
        missing=_missing(words, absent),
        editions=_editions(words),
        differences=[
            f"{row['edition_code']}, {row['indicator_no']}, {row['year']}: {row['printed_text']} {RANGE_DASH} "
            f"{words.t('reconciliation.computed')} {words.number(row['computed_value'], row['decimals'])}. "
            f"{row['accepted_reason'] or words.t('reconciliation.unexplained')}"
            for row in words.data.table("qa_reconciliation")
            if not row["within_rounding"]
        ],
    )


def _answered(words: Words) -> list[tuple[Row, str | None]]:
    constructed = {
        (row["source_code"], year)
        for row in words.data.deliveries.values()
        if row["data_origin"] in MADE_UP
        for year in years_of_period(row["period"])
    }
    rows = ordered(words.data.table("qa_coverage"), "source_code", "year")
    return [(row, "constructed" if (row["source_code"], row["year"]) in constructed else None) for row in rows]


def _missing(words: Words, absent: list[Row]) -> list[Missing]:
    """Count the measurements that do not exist by reason, the commonest first, with the years of each indicator."""
    found: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for fact in ordered(absent, "indicator_no", "year"):
        found[fact["missing_reason"] or "none"][fact["indicator_no"]].append(fact["year"])
    rows = []
    for reason, indicators in found.items():
        by_years: dict[str, list[int]] = defaultdict(list)
        for no, years in indicators.items():
            by_years[ranges(years)].append(no)
        groups = [(years, ranges(members)) for years, members in sorted(by_years.items())]
        rows.append(Missing(words.t(f"missing.{reason}"), sum(map(len, indicators.values())), groups))
    return sorted(rows, key=lambda row: -row.count)


def _editions(words: Words) -> list[tuple[str, dict[str, int]]]:
    labels = {row["edition_code"]: words.text(row, "label") for row in words.data.table("dim_edition")}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in words.data.table("qa_reconciliation"):
        found[row["edition_code"]].append(row)
    return [(f"{code}: {labels[code]}", _agreement(rows)) for code, rows in sorted(found.items())]


def _agreement(rows: list[Row]) -> dict[str, int]:
    """Count how the printed figures of an edition agree, in the order of the columns."""
    different = [row for row in rows if not row["within_rounding"]]
    explained = sum(bool(row["accepted_reason"]) for row in different)
    dependent = [row for row in rows if not row["is_independent"]]
    constructed = sum(row["data_origin"] in MADE_UP for row in dependent)
    return {
        "printed": len(rows),
        "agree": len(rows) - len(different),
        "explained": explained,
        "unexplained": len(different) - explained,
        "revised": sum(bool(row["is_revised_since"]) for row in rows),
        "own": len(dependent) - constructed,
        "constructed": constructed,
        "independent": len(rows) - len(dependent),
    }


def years_of_period(period: str) -> range:
    """Return the years of a delivery's period: `2016`, or `2017-2020`."""
    first, _, last = period.partition("-")
    return range(int(first), int(last or first) + 1)
