"""Figures that a delivery changes: said before the build finds them, with the lines that let a release pass."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rusindikator.deliveries import Delivery
from rusindikator.receive.catalogue import Catalogue, Contract
from rusindikator.receive.history import History, figures_of
from rusindikator.receive.numbers import number_cell, parse_number

REASON_NB, REASON_EN = "BEGRUNNELSE", "REASON"


@dataclass(frozen=True)
class Revision:
    """A figure, or the answers of a year, that stood otherwise in an earlier delivery; and whom it concerns."""

    what: str
    before: str
    after: str
    delivery_id: str
    year: int
    indicators: tuple[int, ...]

    def text(self) -> str:
        """Return it on one line."""
        concerned = f" [{', '.join(f'#{number}' for number in self.indicators)}]" if self.indicators else ""
        return f"{self.what}: {self.before} -> {self.after} ({self.delivery_id}){concerned}"


def revised_figures(
    contract: Contract, catalogue: Catalogue, columns: list[str], rows: list[list[str]], history: History
) -> list[Revision]:
    """Return the figures that were delivered before with another value."""
    found = []
    for figure in figures_of(contract, columns, rows):
        value = parse_number(figure.text)
        before = history.figures.get((figure.label, figure.region), {}).get(figure.period)
        if value is None or not before or before[0] == value or figure.year is None:
            continue
        row = catalogue.series.get((contract.source_code, figure.label))
        concerned = (
            catalogue.indicators_of(contract.source_code, {row["series_code"]}, figure.year)
            if row and figure.region in ("0", "")
            else {}
        )
        place = "" if figure.region in ("0", "") else f", {figure.region}"
        found.append(
            Revision(
                f"{figure.label}, {figure.period}{place}",
                number_cell(before[0]),
                number_cell(value),
                before[1],
                figure.year,
                tuple(concerned),
            )
        )
    return found


def revised_answers(
    contract: Contract, catalogue: Catalogue, columns: list[str], years: Iterable[int], register: list[Delivery]
) -> list[Revision]:
    """Return, year by year, that answers were delivered before: every share and sum of them may be another now."""
    found = []
    items = {item for column in columns for item in catalogue.items_of_column(contract, column)}
    for year in years:
        earlier = [
            row
            for row in register
            if row.extract == contract.extract and int(row.period[:4]) <= year <= int(row.period[-4:])
        ]
        if earlier:
            last = max(earlier, key=lambda row: row.published_on)
            concerned = tuple(catalogue.indicators_of(contract.source_code, items, year))
            found.append(
                Revision(f"the answers of {year}", f"{last.origin} ones", "these", last.delivery_id, year, concerned)
            )
    return found


def reason_lines(revisions: Iterable[Revision], catalogue: Catalogue) -> list[str]:
    """Return the lines for revisions.csv, the reason left to be written; blank cells in columns of no concern."""
    told = sorted({(number, revision.year) for revision in revisions for number in revision.indicators})
    lines = []
    for number, year in told:
        cells = {
            "indicator_no": str(number),
            "year": str(year),
            "revised_on": date.today().isoformat(),
            "reason_nb": REASON_NB,
            "reason_en": REASON_EN,
        }
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="").writerow([cells.get(name, "") for name in catalogue.revision_columns])
        lines.append(text.getvalue())
    return lines


def series_of(delivery_id: str) -> tuple[str, int]:
    """Return the id that a delivery and its corrections share, and which of them it is: 'bu_2021_levert_v2' -> 2."""
    found = re.fullmatch(r"(.+)_v(\d+)", delivery_id)
    return (found[1], int(found[2])) if found else (delivery_id, 1)
