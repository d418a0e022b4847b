"""The size table of the demonstration: how large each reporting unit is, as a weight for spreading sums.

`python -m rusindikator demo-sizes` rebuilds unit_sizes.csv from seeds/reference. The table is kept in the
repository so that a revised population file does not change the constructed deliveries.

Population by municipality stands on the borders of 2019 for the years to 2019. A municipality that was merged
before then gets an even part of the one it became. The bydeler of Oslo get an even part of Oslo.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from rusindikator.demo.figures import HERE, read_csv

SIZE_TABLE = HERE / "unit_sizes.csv"
COLUMNS = ("border_year", "unit_code", "inhabitants", "inhabitants_18_96", "basis")
FIRST_YEAR = 2016
OSLO = "0301"


def build_size_table(reference: Path) -> list[dict[str, str]]:
    """Return the size table: each municipality of 2016-2019 and of 2020, and the bydeler of Oslo."""
    population = {(row["year"], row["municipality_code"]): row for row in read_csv(reference / "population.csv")}
    municipalities = list(read_csv(reference / "municipalities.csv"))
    bydeler = [row["bydel_code"] for row in read_csv(reference / "oslo_bydeler.csv")]
    successor = {
        row["old_code"]: row["new_code"]
        for row in read_csv(reference / "municipality_changes.csv")
        if "2017-01-01" <= row["change_date"] <= "2019-01-01" and row["old_code"] != row["new_code"]
    }

    def code_in_2019(code: str) -> str:
        while code in successor:
            code = successor[code]
        return code

    codes = sorted(
        {
            row["municipality_code"]
            for row in municipalities
            if int(row["valid_from_year"]) < 2020 and int(row["valid_to_year"]) >= FIRST_YEAR
        }
    )
    counted_as = {code: code if ("2016", code) in population else code_in_2019(code) for code in codes}
    shared_by = Counter(became for code, became in counted_as.items() if became != code)

    rows = []
    for code, became in counted_as.items():
        parts = 1 if became == code else shared_by[became]
        rows.append(_row("2019", code, population["2016", became], parts))
    for row in municipalities:
        if int(row["valid_from_year"]) <= 2020 <= int(row["valid_to_year"]):
            rows.append(_row("2020", row["municipality_code"], population["2020", row["municipality_code"]], 1))
    for border_year, year in (("2019", "2016"), ("2020", "2020")):
        rows.extend(_row(border_year, code, population[year, OSLO], len(bydeler)) for code in bydeler)
    return sorted(rows, key=lambda row: (row["border_year"], row["unit_code"]))


def _row(border_year: str, code: str, counted: dict[str, str], parts: int) -> dict[str, str]:
    ages = ("pop_0_5", "pop_6_17", "pop_18_96", "pop_97_plus")
    return {
        "border_year": border_year,
        "unit_code": code,
        "inhabitants": str(sum(int(counted[age]) for age in ages) // parts),
        "inhabitants_18_96": str(int(counted["pop_18_96"]) // parts),
        "basis": f"{counted['municipality_code']} in {counted['year']}"
        + (f", one of {parts} parts" if parts > 1 else ""),
    }


def read_sizes(path: Path = SIZE_TABLE) -> dict[tuple[int, str], tuple[int, int]]:
    """Return (border year, unit code) -> (inhabitants, inhabitants aged 18-96)."""
    return {
        (int(row["border_year"]), row["unit_code"]): (int(row["inhabitants"]), int(row["inhabitants_18_96"]))
        for row in read_csv(path)
    }


def write_size_table(reference: Path, path: Path = SIZE_TABLE) -> int:
    """Rebuild the size table in its place and return its number of rows."""
    rows = build_size_table(reference)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)
