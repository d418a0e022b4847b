"""Funding: the pace towards the 2.4 billion, what others have printed of it, and the priorities of the plan."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rusindikator.report import charts, numbers
from rusindikator.report.data import Row, ordered
from rusindikator.report.words import Words

# Columns of the funding tables, in the order of the page.
COLUMNS = (
    "block_grant",
    "other",
    "other_mentioned",
    "total",
    "cumulative",
    "cumulative_printed",
    "remaining",
    "required_per_remaining_year",
    "cumulative_with_housing",
    "remaining_with_housing",
    "required_per_remaining_year_with_housing",
)
# What others have printed is nominal only.
NOMINAL_ONLY = ("other_mentioned", "cumulative_printed")
REAL = "_2016_nok"


@dataclass(frozen=True, slots=True)
class Chart:
    """The funding pace as a picture; its title stands above it."""

    title: str
    drawn: Markup


@dataclass(frozen=True, slots=True)
class Table:
    """The funding pace as a table, in one price basis."""

    id: str
    title: str
    columns: list[str]
    rows: list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody has printed of the money: the sum it implies, what is known here, and where either ends."""

    label: str
    note: str
    known_to: int
    sum: str
    here: str
    total: str
    with_housing: str


@dataclass(frozen=True, slots=True)
class Funding:
    """All that the report says of money; `target` is the increase the plan promises, million NOK."""

    target: str
    sentence: str
    note: str
    nominal: Chart
    real: Chart
    legend: list[tuple[Markup, str]]
    tables: list[Table]
    claims: list[Claim]
    finding: str
    priorities: list[Row]


def funding(words: Words) -> Funding:
    """Return all that the report says of money."""
    pace = ordered(words.data.table("rpt_funding_pace"), "year")
    claims = ordered(words.data.table("rpt_funding_claim"), "claim_order")
    # the statements stand in the report once it reaches the year their sums run to
    claims = claims if claims and words.year >= claims[0]["known_to"] else []
    return Funding(
        target=words.number(pace[-1]["target"]),
        sentence=_sentence(words, pace[-1]),
        note=words.text(pace[-1], "note"),
        nominal=_chart(words, pace, ""),
        real=_chart(words, pace, REAL),
        legend=_legend(words, pace),
        tables=[_table(words, pace, "nominal", ""), _table(words, pace, "real", REAL)],
        claims=[_claim(words, row) for row in claims],
        finding=_finding(words, {row["claim_code"]: row for row in claims}),
        priorities=ordered(words.data.table("rpt_funding_priority"), "priority_order"),
    )


def _ends(row: Row, name: str, suffix: str = "") -> tuple[float, float] | None:
    """Return the lowest and highest of an amount that is known as a span only, None where it is not known."""
    low, high = (row[f"{name}_{end}{suffix}"] for end in ("low", "high"))
    return None if low is None or high is None else (low, high)


def _chart(words: Words, pace: list[Row], suffix: str) -> Chart:
    # the years of the plan are those the funding target is followed
    followed = next(row for row in words.data.table("rpt_target_progress") if row["unit"] == "mill_nok")
    plan_years = followed["valid_to"] - followed["valid_from"] + 1
    years = [
        charts.PaceYear(
            year=row["year"],
            block_grant=row[f"block_grant{suffix}"],
            other=row[f"other{suffix}"],
            cumulative=row[f"cumulative{suffix}"],
            with_housing=_ends(row, "cumulative_with_housing", suffix),
            is_lower_bound=row["is_lower_bound"],
        )
        for row in pace
    ]
    amount = pace[-1]["target"]
    target = words.t("funding.target", target=words.number(amount))
    told = []
    for number, (year, row) in enumerate(zip(years, pace, strict=True), start=1):
        even = amount * number / plan_years
        told.append(_year_in_words(words, year, even, None if suffix else row["cumulative_printed"]))
    texts = charts.PaceTexts(
        title=words.t("funding.chart_title", price=words.t(f"funding.price_{'real' if suffix else 'nominal'}")),
        description=" ".join([*told, f"{target}."]),
        target=target,
    )
    return Chart(texts.title, charts.funding_pace(years, plan_years, amount, texts, words.lang))


def _year_in_words(words: Words, year: charts.PaceYear, even: float, printed: float | None) -> str:
    """Say all that the chart shows of one year, and the sum the government has given where it is known."""

    def amount(value: float | None) -> str:
        return words.t("funding.unknown") if value is None else words.number(value)

    parts = [
        words.t(
            "funding.chart_year_least" if year.is_lower_bound else "funding.chart_year",
            year=year.year,
            block=amount(year.block_grant),
            other=amount(year.other),
            cumulative=words.number(year.cumulative),
            pace=words.number(even),
        )
    ]
    if year.with_housing:
        parts.append(words.t("funding.chart_housing", span=words.span(*year.with_housing)))
    if printed is not None:
        parts.append(words.t("funding.chart_printed", sum=words.number(printed)))
    return "; ".join(parts) + "."


def _legend(words: Words, pace: list[Row]) -> list[tuple[Markup, str]]:
    """Return the marks of the funding chart and what they mean."""
    with_housing = any(_ends(row, "cumulative_with_housing") for row in pace)
    kinds = ("earlier", "block", "other", *(["housing"] if with_housing else []), "pace")
    return [(charts.swatch(f"f-{kind}"), words.t(f"funding.{kind}")) for kind in kinds]


def _sentence(words: Words, row: Row) -> str:
    """Say how far the money has come, with and without the housing grants."""
    least = "_least" if row["is_lower_bound"] else ""
    sums = {name: words.number(row[name]) for name in ("cumulative", "target", "remaining")}
    parts = [words.t(f"funding.sentence{least}", year=row["year"], **sums)]
    needed, with_housing = (row[f"required_per_remaining_year{ending}"] for ending in ("", "_with_housing"))
    if needed:
        parts.append(words.t(f"funding.needed{least}", needed=words.number(needed)))
    if ends := _ends(row, "cumulative_with_housing"):
        # a word joiner keeps the two ends on one line
        span = words.span(*ends).replace(numbers.RANGE_DASH, f"{numbers.RANGE_DASH}\u2060")
        parts.append(words.t("funding.sentence_housing", span=span))
        if with_housing is not None:
            parts.append(words.t(f"funding.needed_housing{least}", needed=words.number(with_housing)))
    return " ".join(parts)


def _table(words: Words, pace: list[Row], identity: str, suffix: str) -> Table:
    columns = [name for name in COLUMNS if not suffix or name not in NOMINAL_ONLY]
    return Table(
        id=identity,
        title=words.t(f"funding.{identity}"),
        columns=[words.t(f"funding.col_{name}") for name in columns],
        rows=[(row["year"], [_amount(words, row, name, suffix) for name in columns]) for row in pace],
    )


def _amount(words: Words, row: Row, name: str, suffix: str) -> str:
    """Write one amount of the funding tables; a span where the housing grants are known as one only."""
    if name in ("cumulative_with_housing", "remaining_with_housing"):
        ends = _ends(row, name, suffix)
        return words.span(*ends) if ends else numbers.RANGE_DASH
    mark = "+" if name in ("total", "cumulative") and row["is_lower_bound"] else ""
    return words.number(row[f"{name}{suffix}"]) + mark


def _claim(words: Words, row: Row) -> Claim:
    return Claim(
        label=words.text(row, "label"),
        note=words.text(row, "note"),
        known_to=row["known_to"],
        sum=_span(words, row, "sum"),
        here=words.number(row["sum_here"]),
        total=_span(words, row, "total") + ("+" if row["is_lower_bound"] else ""),
        with_housing=_span(words, row, "total_with_housing"),
    )


def _span(words: Words, row: Row, name: str) -> str:
    """Write one amount, or two as a span; a dash where there is none."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if low is None or low == high:
        return words.number(low)
    return words.span(low, high) or words.t("funding.at_least", amount=words.number(low))


def _finding(words: Words, claims: dict[str, Row]) -> str:
    """Say in words how the statements and the figures here stand to the target (D-76)."""
    here, fafo = claims.get("settet"), claims.get("fafo_behov_2020")
    if not here or not fafo:
        return ""
    below = here["is_below_target"] and fafo["is_below_target"]
    reaches = fafo["total_with_housing_high"] >= fafo["target"]
    keys = ["finding", *(["finding_below"] if below else []), *(["finding_housing"] if below and reaches else [])]
    return " ".join(
        words.t(
            f"funding.{key}",
            here=words.number(here["total_low"]),
            last=here["known_to"],
            year=fafo["year"],
            needed=_span(words, fafo, "amount"),
            known_to=fafo["known_to"],
            implied=_span(words, fafo, "sum"),
            sum_here=words.number(fafo["sum_here"]),
            total=_span(words, fafo, "total"),
            target=words.number(fafo["target"]),
            housing=_span(words, fafo, "total_with_housing"),
        )
        for key in keys
    )
