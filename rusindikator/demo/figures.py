"""The published national figures that the constructed deliveries reproduce."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rusindikator.deliveries import read_rows

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure: `value` of `measure` for the item, in the units of `units_counted`.

    measure is `share` (per cent with one of `answer_codes`), `count` (units with one of them), `total` (sum
    of an amount) or `n` (how many units or persons take part).
    """

    delivery_id: str
    item_code: str
    measure: str
    answer_codes: tuple[str, ...]
    value: Decimal
    unit: str
    units_counted: str
    indicator_no: str
    reference: str
    note: str


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a comma separated UTF-8 file; raises ValueError where a row has more or fewer cells."""
    yield from read_rows(path)


def read_figures(path: Path = HERE / "national_figures.csv") -> list[Figure]:
    """Return the printed figures in the order of the file."""
    return [
        Figure(
            **{
                **row,
                "answer_codes": tuple(code for code in row["answer_codes"].split("+") if code),
                "value": Decimal(row["value"]),
            }  # type: ignore[arg-type]
        )
        for row in read_csv(path)
    ]


class DeliveryFigures:
    """The printed figures of one delivery."""

    def __init__(self, delivery_id: str, figures: list[Figure]) -> None:
        self.delivery_id = delivery_id
        self._every_delivery = figures
        self.all = [figure for figure in figures if figure.delivery_id == delivery_id]
        if not self.all:
            raise ValueError(f"national_figures.csv has no figure for the delivery '{delivery_id}'")

    def n(self, item_code: str) -> int:
        """Return a number of units or persons; raises ValueError when none is printed."""
        return int(self._one(item_code, "n"))

    def total(self, item_code: str) -> Decimal | None:
        """Return the printed sum of an amount, or None where none is printed."""
        return next((f.value for f in self.all if f.item_code == item_code and f.measure == "total"), None)

    def answers(self, item_code: str) -> list[Figure]:
        """Return the printed shares and counts of an item."""
        return [f for f in self.all if f.item_code == item_code and f.measure in ("share", "count")]

    def sister(self, year: int) -> DeliveryFigures:
        """Return another year's figures of the same extract, of the same publication if there are any.

        Raises ValueError when there is none.
        """
        extract, publication = re.fullmatch(r"(.+)_\d{4}_(.+)", self.delivery_id).groups()  # type: ignore[union-attr]
        ids = sorted({f.delivery_id for f in self._every_delivery if f.delivery_id.startswith(f"{extract}_{year}_")})
        if not ids:
            raise ValueError(f"no delivery of {extract} is planned for {year}")
        same = f"{extract}_{year}_{publication}"
        return DeliveryFigures(same if same in ids else ids[0], self._every_delivery)

    def _one(self, item_code: str, measure: str) -> Decimal:
        values = [f.value for f in self.all if f.item_code == item_code and f.measure == measure]
        if len(values) != 1:
            raise ValueError(f"{self.delivery_id}: expected one figure {item_code}/{measure}, found {len(values)}")
        return values[0]


def markdown_table(figures: list[Figure], years: dict[str, str]) -> str:
    """Return the table of docs/constructed_deliveries.md: each figure and where it is printed."""
    units = {"percent": " %", "fte": " FTE", "thousand_nok": " thousand NOK"}
    lines = [
        "| year | column or quantity | indicator | published figure | printed in |",
        "|---|---|---|---|---|",
    ]
    for figure in figures:
        answers = f" ({' + '.join(figure.answer_codes)})" if figure.answer_codes else ""
        number = f"#{figure.indicator_no}" if figure.indicator_no else ""
        unit = units.get(figure.unit, f" {figure.unit}")
        counted = f" of {figure.units_counted}" if figure.measure == "share" else ""
        lines.append(
            f"| {years[figure.delivery_id]} | {figure.item_code}{answers} | {number} "
            f"| {figure.value}{unit}{counted} | {figure.reference} |"
        )
    return "\n".join(lines) + "\n"
