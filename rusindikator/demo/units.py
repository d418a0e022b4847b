"""The reporting units: the municipalities and bydeler of a year, their size, and what they became."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rusindikator.demo.figures import read_csv
from rusindikator.demo.sizes import OSLO, read_sizes


@dataclass(frozen=True, slots=True)
class Unit:
    """A municipality, or a bydel of Oslo (then `bydel_code` and `bydel_name` are filled)."""

    municipality_code: str
    municipality_name: str
    county_name: str
    health_region: str
    inhabitants: int
    inhabitants_18_96: int
    bydel_code: str = ""
    bydel_name: str = ""

    @property
    def code(self) -> str:
        """The bydel's code where it is one, else the municipality's."""
        return self.bydel_code or self.municipality_code


class Units:
    """The units by year, read from seeds/reference and the size table."""

    def __init__(self, reference: Path) -> None:
        self._sizes = read_sizes()
        self._municipalities = list(read_csv(reference / "municipalities.csv"))
        self._bydeler = list(read_csv(reference / "oslo_bydeler.csv"))
        self._changes: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in read_csv(reference / "municipality_changes.csv"):
            self._changes[int(row["change_date"][:4])][row["old_code"]].append(row["new_code"])

    def municipalities(self, year: int) -> list[Unit]:
        """Return the municipalities of a year, Oslo as one, sorted by code."""
        return sorted(
            (
                self._unit(year, row, row["municipality_code"])
                for row in self._municipalities
                if int(row["valid_from_year"]) <= year <= int(row["valid_to_year"])
            ),
            key=lambda unit: unit.code,
        )

    def bydeler(self, year: int) -> list[Unit]:
        """Return the bydeler of Oslo of a year, sorted by code."""
        (oslo,) = (
            row
            for row in self._municipalities
            if row["municipality_code"] == OSLO and int(row["valid_from_year"]) <= year <= int(row["valid_to_year"])
        )
        return [
            self._unit(year, oslo, bydel["bydel_code"], bydel["bydel_name"])
            for bydel in sorted(self._bydeler, key=lambda bydel: bydel["bydel_code"])
            if int(bydel["valid_from_year"]) <= year <= int(bydel["valid_to_year"])
        ]

    def with_bydeler(self, year: int) -> list[Unit]:
        """Return the municipalities of a year and, in the place of Oslo, its bydeler."""
        rest = [unit for unit in self.municipalities(year) if unit.code != OSLO]
        return sorted([*rest, *self.bydeler(year)], key=lambda unit: (unit.municipality_code, unit.bydel_code))

    def became(self, code: str, year: int) -> list[str]:
        """Return the codes in `year` of what was `code` the year before: several where it was divided."""
        return self._changes[year].get(code, [code])

    def carry_forward(self, amounts: dict[str, float], year: int) -> dict[str, float]:
        """Return last year's amounts by this year's codes: added in mergers, in even parts in divisions."""
        carried: dict[str, float] = defaultdict(float)
        for code, amount in amounts.items():
            codes = self.became(code, year)
            for new in codes:
                carried[new] += amount / len(codes)
        return dict(carried)

    def families(self, first_year: int, last_year: int) -> list[tuple[str, ...]]:
        """Return the municipalities of `first_year` in groups that were joined or redivided by `last_year`."""
        family = {unit.code: {unit.code} for unit in self.municipalities(first_year)}
        now: dict[str, set[str]] = {code: {code} for code in family}
        for year in range(first_year + 1, last_year + 1):
            after: dict[str, set[str]] = defaultdict(set)
            for code, origins in now.items():
                for new in self.became(code, year):
                    after[new] |= origins
            now = dict(after)
        for origins in now.values():
            joined = set().union(*(family[code] for code in origins))
            for code in joined:
                family[code] = joined
        return sorted({tuple(sorted(codes)) for codes in family.values()})

    def _unit(self, year: int, row: dict[str, str], code: str, bydel_name: str = "") -> Unit:
        inhabitants, adults = self._sizes[2019 if year < 2020 else 2020, code]
        return Unit(
            municipality_code=row["municipality_code"],
            municipality_name=row["municipality_name"],
            county_name=row["county_name"],
            health_region=row["health_region"],
            inhabitants=inhabitants,
            inhabitants_18_96=adults,
            bydel_code=code if bydel_name else "",
            bydel_name=bydel_name,
        )
