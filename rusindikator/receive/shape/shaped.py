"""A delivery in the shape of its contract, with every cell's way back to the file, and what the user said of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rusindikator.receive.catalogue import PERIOD, PERIODS, Contract
from rusindikator.receive.findings import Finding


@dataclass(frozen=True)
class Asked:
    """What the user said that bears on the shape: the period, constants of --set, and what doubled accounts mean."""

    period: tuple[int, int] | None = None
    constants: dict[str, str] = field(default_factory=dict)
    doubled: str | None = None

    @property
    def year(self) -> int | None:
        """The last year asked for."""
        return self.period[1] if self.period else None


@dataclass
class Shaped:
    """A delivery in the shape of its contract.

    `places` has, row by row, file, sheet and row of the delivered file. `cell_places` has row and column of cells that
    stood elsewhere than their row, and the file where it is another.
    """

    contract: Contract
    columns: list[str]
    rows: list[list[str]]
    places: list[tuple[str, str, int]]
    title: str = ""
    cell_places: dict[tuple[int, str], tuple[int, str] | tuple[int, str, str]] = field(default_factory=dict)
    mapped: list[tuple[str, str, str]] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    totals: list[tuple[dict[str, str], tuple[str, str, int]]] = field(default_factory=list)
    updated: str = ""

    def at(self, column: str) -> int:
        """Return the place of a column; ValueError where there is none."""
        return self.columns.index(column)

    def column(self, column: str) -> list[str]:
        """Return the cells of a column."""
        at = self.at(column)
        return [row[at] for row in self.rows]

    def finding(self, row: int, column: str, code: str, **more: object) -> Finding:
        """Return a finding about a cell, with the place where it stood in the delivered file."""
        file, sheet, number = self.places[row]
        delivered = next((name for name, target, _ in self.mapped if target == column), column)
        if (row, column) in self.cell_places:
            number, delivered, *elsewhere = self.cell_places[row, column]
            file = elsewhere[0] if elsewhere else file
        return Finding(code, file, sheet, number, delivered, **more)  # type: ignore[arg-type]

    def keep(self, stay: list[int]) -> None:
        """Keep these rows, with the places of their cells, and leave the others."""
        new = {old: at for at, old in enumerate(stay)}
        self.rows = [self.rows[at] for at in stay]
        self.places = [self.places[at] for at in stay]
        self.cell_places = {
            (new[row], column): place for (row, column), place in self.cell_places.items() if row in new
        }

    def periods(self) -> list[str]:
        """Return the periods a delivery of figures speaks of."""
        if self.contract.is_wide:
            return [name for name in self.columns if PERIOD.fullmatch(name)]
        name = PERIODS.get(self.contract.extract, "aar")
        return list(dict.fromkeys(self.column(name))) if name in self.columns else []
