"""Sound deliveries of the year after the last that is shipped: what the damages are done to.

The figures are the newest of each series, moved a little; answers of persons and units come from
tests/python/shapes.py. No figure of these files leaves the test.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, replace

from rusindikator.deliveries import read_register
from rusindikator.receive.catalogue import PERIODS, VALUES, Contract
from rusindikator.receive.landing import SHIPPED
from tests.python import shapes

YEAR = 2021
# How much a sound figure differs from the last one, and at least by one in its last digit.
SWING = 0.03
MICRODATA = ("is24_8", "bu")
FIGURES = (
    *("fhi_dodsarsak", "fhi_rusmidler", "fylkesmannen", "kdi", "konfliktradet", "nifu", "npr_gylne_regel", "samdata"),
    *("ssb_barnevern", "ssb_kostra", "ssb_speshelse", "ssb_straffereaksjoner", "ungdata"),
)


@dataclass(frozen=True)
class Table:
    """A delivery as a table of text: one row a series, or in microdata one row a unit."""

    contract: Contract
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def values(self) -> tuple[str, ...]:
        """Columns that hold figures: the first value column of a long table, the periods of a wide one."""
        if self.contract.is_microdata:
            return ()
        if self.contract.is_wide:
            return tuple(name for name in self.header if name[:4].isdigit())
        return VALUES[self.contract.extract][:1]

    @property
    def period(self) -> str:
        """The column that says the year; none in a wide table."""
        return "aar" if self.contract.is_microdata else PERIODS.get(self.contract.extract, "")

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        at = self.header.index(name)
        return [row[at] for row in self.rows]

    def with_cell(self, row: int, name: str, text: str) -> Table:
        """Return the table with another text in one cell."""
        at = self.header.index(name)
        changed = (*self.rows[row][:at], text, *self.rows[row][at + 1 :])
        return replace(self, rows=(*self.rows[:row], changed, *self.rows[row + 1 :]))

    def with_column(self, name: str, cells: list[str]) -> Table:
        """Return the table with other cells in one column."""
        at = self.header.index(name)
        rows = tuple((*row[:at], cell, *row[at + 1 :]) for row, cell in zip(self.rows, cells, strict=True))
        return replace(self, rows=rows)

    def text(self) -> str:
        """Return the table as its source writes a file."""
        above = "Tittel\r\n" * self.contract.preamble_lines
        return above + shapes.text_of([self.header, *self.rows], delimiter=self.contract.delimiter)


def number_of(text: str) -> float | None:
    """Return the number of a cell of a shipped delivery, none where it holds none."""
    plain = text.replace("\u00a0", "").replace(" ", "").replace(",", ".").rstrip("%")
    try:
        return float(plain)
    except ValueError:
        return None


def written_as(value: float, like: str) -> str:
    """Return a number with as many decimals as a text, its decimal sign and its per cent sign."""
    plain = like.replace(",", ".").rstrip("% ")
    decimals = len(plain.partition(".")[2])
    return f"{value:.{decimals}f}".replace(".", "," if "," in like else ".") + like[len(like.rstrip("% ")) :]


def shipped(contract: Contract) -> list[tuple[str, dict[str, str]]]:
    """Return the rows of all shipped deliveries of an extract, the newest last, each with its delivery's period."""
    found = []
    mine = [row for row in read_register(SHIPPED) if row.extract == contract.extract]
    for delivery in sorted(mine, key=lambda row: (row.period[-4:], row.published_on)):
        text = (SHIPPED / delivery.file_name).read_text("utf-8-sig").split("\n", contract.preamble_lines)[-1]
        rows = csv.DictReader(io.StringIO(text), delimiter=contract.delimiter)
        found += [(delivery.period, row) for row in rows]
    return found


def last_figures(contract: Contract) -> dict[tuple[str, ...], dict[str, str]]:
    """Return labels of a series -> its newest row of a whole year, with the figure under the name of its value column.

    Only the country's series: a sound table of one region is another delivery.
    """
    found = {}
    for _, row in shipped(contract):
        periods = [name for name in row if name and name.isdigit()] if contract.is_wide else [PERIODS[contract.extract]]
        for name in periods:
            year, value = (
                (name, row[name]) if contract.is_wide else (row.get(name, ""), row.get(VALUES[contract.extract][0], ""))
            )
            if year.isdigit() and number_of(value or ""):
                found[tuple(row[key] for key in contract.keys)] = row | {"": value}
    return found


def figures(extract: str) -> Table:
    """Return a sound table of figures of YEAR."""
    contract = shapes.CATALOGUE.contract(extract)
    pick = random.Random(extract)
    header = (*contract.keys, str(YEAR)) if contract.is_wide else contract.columns
    rows = []
    for row in last_figures(contract).values():
        last = number_of(row[""]) or 0.0
        value = written_as(last * (1 + pick.uniform(-SWING, SWING)), row[""])
        if value == row[""]:
            value = written_as(last + 10.0 ** -len(row[""].replace(",", ".").rstrip("% ").partition(".")[2]), row[""])
        if contract.is_wide:
            cells = {key: row[key] for key in contract.keys} | {str(YEAR): value}
        else:
            cells = dict.fromkeys(contract.columns, "") | {key: row[key] for key in contract.keys}
            cells |= {PERIODS[extract]: str(YEAR), VALUES[extract][0]: value}
        rows.append(tuple(cells[name] for name in header))
    return Table(contract, header, tuple(rows))


def microdata(extract: str, year: int = YEAR) -> Table:
    """Return a sound table of units or persons."""
    made = getattr(shapes, extract)(year)
    return Table(
        shapes.CATALOGUE.contract(extract),
        tuple(map(str, made[0])),
        tuple(tuple(map(str, row)) for row in made[1:]),
    )


def sound(extract: str) -> Table:
    """Return a sound table of an extract."""
    return microdata(extract) if extract in MICRODATA else figures(extract)
