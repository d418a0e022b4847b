"""How one language writes what the tables of one report year hold; every section writes through this."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from rusindikator.report import numbers
from rusindikator.report.data import ReportData, Row
from rusindikator.report.labels import Labels

VERDICTS = (
    "improved",
    "worsened",
    "unchanged",
    "unclear",
    "not_comparable",
    "first_measurement",
    "no_new_measurement",
)
# Verdicts that hold no two measurements against each other.
NO_COMPARISON = ("not_comparable", "first_measurement", "no_new_measurement")
# Origins of figures whose answers a program has made.
MADE_UP = ("constructed", "rehearsal")
SHARE_UNIT = "share_pct"


class Words:
    """The rows of a report year in one language: `t` holds the fixed texts, the methods write what varies."""

    def __init__(self, data: ReportData, lang: str) -> None:
        self.data = data
        self.lang = lang
        self.t = Labels(lang)
        self.year = data.report_year

    def text(self, row: Row, name: str) -> str:
        """Return the column `<name>_nb` or `<name>_en` of the report's language, '' where the table has none."""
        return numbers.localised((row.get(f"{name}_{self.lang}") or "").strip(), self.lang)

    def number(self, value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a number, or a dash for none."""
        return numbers.RANGE_DASH if value is None else numbers.number(value, decimals, self.lang, sign=sign)

    def percent(self, share: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a share of 0-100 with the percent sign of the language, or a dash for none."""
        return self.number(share, decimals, sign=sign) + ("" if share is None else numbers.PERCENT_SIGN[self.lang])

    def span(self, low: float | None, high: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write an interval, '' where it has no two ends."""
        return "" if low is None or high is None else numbers.span(low, high, decimals, self.lang, sign=sign)

    def day(self, value: date | str) -> str:
        """Write a date, or the text of one as a seed holds it."""
        return numbers.day(date.fromisoformat(value) if isinstance(value, str) else value, self.lang)

    def known(self, value: float | None, decimals: int, rounding: float | None) -> str:
        """Write a figure as it is known: one that is told as "about 60" in whole numbers, with the sign for it."""
        text = self.number(value, numbers.known_decimals(decimals, rounding))
        return text if rounding is None else f"{self.t('table.about_mark')}{numbers.NBSP}{text}"

    def source(self, code: str) -> str:
        """Return the name of a source."""
        return self.text(self.data.sources[code], "label")

    @cached_property
    def catalogue(self) -> dict[int, Row]:
        """The rows of `dim_indicator` by their number."""
        return {row["indicator_no"]: row for row in self.data.table("dim_indicator")}

    @cached_property
    def used_sources(self) -> set[str]:
        """The sources that the indicators of the report take their figures from."""
        return {self.catalogue[status["indicator_no"]]["source_code"] for status in self.data.status}

    @property
    def chart_years(self) -> tuple[int, int]:
        """First and last year of every sparkline."""
        return min(year for _, year in self.data.facts), self.year
