"""The seven tables of indicators: each indicator with its years, course, changes and verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from rusindikator.report import charts, numbers
from rusindikator.report.data import Row
from rusindikator.report.sections.references import References, split_ids
from rusindikator.report.words import MADE_UP, SHARE_UNIT, Words

# A measured year carries a letter where the figure needs a word: break, estimate, imputed, provisional.
MARKED_STATUS = ("B", "E", "I", "P")


@dataclass(frozen=True, slots=True)
class Cell:
    """One year of one indicator; `text` is None where there is no figure, and `reason` says why."""

    text: str | None
    reason: str = ""
    value: str = ""
    is_about: bool = False
    is_baseline: bool = False
    coverage: str = ""
    interval: tuple[str, str] | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change between two years with its unit and interval; without a `text`, `reason` may say why there is none."""

    years: tuple[int, int]
    text: str = ""
    reason: str = ""
    unit: str = ""
    is_about: bool = False
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """Everything the report says of one indicator. `baseline`, `earlier` and `latest` are figures as they are known."""

    no: int
    status: Row = field(repr=False)
    label: str
    origin: str
    source: str
    references: list[int]
    cells: dict[int, Cell]
    spark: Markup
    change: Change
    previous: Change
    reason: str
    reason_previous: str
    reason_latest: str
    caveat: str
    note: str
    roundings: str
    interval_note: str
    baseline: str
    earlier: str
    latest: str

    @property
    def is_constructed(self) -> bool:
        """Whether a program has made its answers."""
        return self.origin in MADE_UP

    @property
    def latest_reason_differs(self) -> bool:
        """Whether the newest measurement has a reason of its own."""
        return self.status["verdict_latest_reason_nb"] != self.status["verdict_reason_nb"]

    def verdict_on(self, basis: str) -> str:
        """Return its verdict on a basis.

        `latest` is the newest measurement against the baseline, whatever its year; `baseline` and `previous` compare a
        measurement of the report year with the baseline and with the measurement before it.
        """
        return self.status["verdict" if basis == "baseline" else f"verdict_{basis}"]


@dataclass(frozen=True, slots=True)
class GoalTable:
    """One of the seven tables: its goal, the years that have a column, and its rows in printed order."""

    code: str
    goal_code: str
    goal: str
    wording: str
    years: list[int]
    rows: list[Indicator]


def indicators(words: Words, references: References) -> dict[int, Indicator]:
    """Return the indicators by number, in printed order."""
    return {status["indicator_no"]: _indicator(words, references, status) for status in words.data.status}


def goal_tables(words: Words, rows: dict[int, Indicator]) -> list[GoalTable]:
    """Return the seven tables in printed order."""
    tables = []
    for goal in words.data.goals:
        status = [row for row in words.data.status if row["goal_code"] == goal["goal_code"]]
        tables.append(
            GoalTable(
                code=goal["indicator_table"],
                goal_code=goal["goal_code"],
                goal=words.text(goal, "label"),
                wording=words.text(goal, "operational_text"),
                years=words.data.years_of(status),
                rows=[rows[row["indicator_no"]] for row in status],
            )
        )
    return tables


def _indicator(words: Words, references: References, status: Row) -> Indicator:
    no, decimals, data = status["indicator_no"], status["decimals"], words.data
    facts = [
        fact
        for (indicator, year), fact in sorted(data.facts.items())
        if indicator == no and year <= words.year and fact["value"] is not None
    ]
    latest = next((fact for fact in facts if fact["year"] == status["latest_year"]), {})
    earlier = data.facts.get((no, status["previous_year"]), {})
    note = latest.get("obs_status_note" if words.lang == "nb" else "obs_status_note_en")
    return Indicator(
        no=no,
        status=status,
        label=words.text(status, "label"),
        origin=status["data_origin"] or "none",
        source=words.source(words.catalogue[no]["source_code"]),
        references=references.of([delivery for fact in facts for delivery in split_ids(fact["delivery_id"])]),
        cells={year: _cell(words, status, year) for year in data.years_of(data.status)},
        spark=_spark(words, status, facts),
        change=_change(words, status, "baseline", "change", across_break=status["verdict_latest"] == "not_comparable"),
        previous=_change(
            words, status, "previous", "change_from_previous", across_break=status["previous_value"] is not None
        ),
        reason=words.text(status, "verdict_reason"),
        reason_previous=words.text(status, "verdict_previous_reason"),
        reason_latest=words.text(status, "verdict_latest_reason"),
        caveat=words.text(status, "caveat"),
        note=numbers.localised(note or "", words.lang),
        roundings=_roundings(words, facts, decimals),
        interval_note=words.text(latest, "interval_note"),
        baseline=words.number(status["baseline_value"], decimals),
        earlier=words.known(status["previous_value"], decimals, earlier.get("value_precision")),
        latest=words.known(status["latest_value"], decimals, latest.get("value_precision")),
    )


def _roundings(words: Words, facts: list[Row], decimals: int) -> str:
    """Say which figures were given in rounded form, and how far from them the true ones may be."""
    years: dict[tuple[str, str], list[int]] = {}
    for fact in facts:
        if (width := fact["value_precision"]) is not None:
            value = words.number(fact["value"], numbers.known_decimals(decimals, width))
            years.setdefault((value, words.number(width, 0 if width % 1 == 0 else 1)), []).append(fact["year"])
    return " ".join(
        words.t("table.about_note", years=numbers.ranges(found), value=value, width=width)
        for (value, width), found in years.items()
    )


def _cell(words: Words, status: Row, year: int) -> Cell:
    fact = words.data.facts.get((status["indicator_no"], year), {})
    value, decimals = status.get(f"value_{year}", fact.get("value")), status["decimals"]
    if value is None:
        return Cell(text=None, reason=words.t(f"cell.{fact.get('missing_reason') or 'none'}"))
    low, high, rounding = fact.get("value_low"), fact.get("value_high"), fact.get("value_precision")
    return Cell(
        text=words.number(value, numbers.known_decimals(decimals, rounding)),
        value=repr(value),
        is_about=rounding is not None,
        is_baseline=year == status["baseline_year"],
        coverage=_coverage(words, status, fact) if year == status["latest_year"] else "",
        interval=None if low is None or high is None else numbers.ends(low, high, decimals, words.lang),
        mark=fact.get("obs_status") if fact.get("obs_status") in MARKED_STATUS else None,
    )


def _coverage(words: Words, status: Row, fact: Row) -> str:
    """Say how much of the country the latest figure of a census rests on, in the place of an interval.

    Of constructed answers the tables hold only the coverage that is printed. All but all is not 100 percent.
    """
    shares = {part: status[f"coverage_{part}_pct"] for part in ("units", "population")}
    parts = [
        words.t(f"coverage.of_{part}", share=words.percent(share, int(99.5 <= share < 100)))
        for part, share in shares.items()
        if share is not None
    ]
    return words.t("coverage.of", parts=", ".join(parts)) if parts and fact.get("interval_method") == "census" else ""


def _change(words: Words, status: Row, earlier: str, interval: str, *, across_break: bool) -> Change:
    """Return the change since `<earlier>_year`, with the interval of `<interval>_low` and `_high` where they hold one.

    A change is known no better than the two figures it is the difference of.
    """
    years, change = (status[f"{earlier}_year"], status["latest_year"]), status[f"change_from_{earlier}"]
    if change is None:
        return Change(years, reason=words.t("change.not_comparable") if across_break else "")
    facts = [words.data.facts.get((status["indicator_no"], year), {}) for year in years]
    roundings = [fact["value_precision"] for fact in facts if fact.get("value_precision") is not None]
    decimals = numbers.known_decimals(status["decimals"], max(roundings, default=None))
    return Change(
        years,
        text=words.number(change, decimals, sign=True),
        unit=words.t("table.pp") if status["unit"] == SHARE_UNIT else "",
        is_about=bool(roundings),
        interval=words.span(status[f"{interval}_low"], status[f"{interval}_high"], decimals, sign=True),
    )


def _spark(words: Words, status: Row, facts: list[Row]) -> Markup:
    """Draw the course of an indicator, and say in words what it shows."""
    decimals, points, told = status["decimals"], [], []
    for fact in facts:
        value = words.known(fact["value"], decimals, fact["value_precision"])
        interval = words.span(fact["value_low"], fact["value_high"], decimals)
        told.append(
            words.t("spark.point", year=fact["year"], value=value)
            + (words.t("spark.interval", interval=interval) if interval else "")
            + (words.t("spark.break") if fact["is_break"] else "")
        )
        points.append(
            charts.Point(fact["year"], fact["value"], fact["value_low"], fact["value_high"], bool(fact["is_break"]))
        )
    baseline = charts.Point(status["baseline_year"], status["baseline_value"])
    title = words.t(
        "spark.title",
        no=status["indicator_no"],
        unit=words.t(f"unit.{status['unit']}"),
        points="; ".join(told) or words.t("table.no_figure"),
        baseline=f"{words.number(baseline.value, decimals)} ({baseline.year})",
    )
    return charts.sparkline(points, words.chart_years, baseline, title)
