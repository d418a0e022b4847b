"""Sums among the parts: rows of sums taken out of units, and totals of what the contract does not divide by."""

from __future__ import annotations

import re
from collections import Counter

from rusindikator.receive.catalogue import PERIODS, VALUES, Contract, answer_key, country_names, folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.numbers import number_cell, parse_number
from rusindikator.receive.shape.shaped import Shaped
from rusindikator.receive.tables import Table

TOTALS = {
    "i alt",
    "alle",
    "total",
    "totalt",
    "sum",
    "begge kjønn",
    "kjønn samlet",
    "begge kjønn samlet",
    "alle aldre",
    "alder samlet",
    "alder i alt",
    "alle typer meldere",
    "alle reaksjonstyper",
    "alle lovbrudd",
    "hele befolkningen",
    "i alt, alle",
    "begge",
    "alle grupper",
}
_UNIT_TOTALS = {"sum", "totalt", "total", "i alt", "alle kommuner", "kommuner i alt"}
_CODE_OF_ALL = re.compile(r"(?:0+|EAK) ")


def is_total(label: str) -> bool:
    """Return whether a label names all of what a dimension divides: 'I alt', 'Begge kjønn', '0 Hele landet'."""
    name = folded(label)
    return name in TOTALS or name.endswith((" i alt", " samlet")) or is_country(label)


def is_sum_of_units(label: str) -> bool:
    """Return whether a cell where a municipality should stand says that its row is a sum of them."""
    return answer_key(label) in _UNIT_TOTALS or is_country(label)


def is_country(label: str) -> bool:
    """Return whether a label is the country's, as the build reads it: with or without the code of all."""
    return folded(_CODE_OF_ALL.sub("", label.strip(), count=1)) in country_names()


def without_totals(
    table: Table, targets: list[str], contract: Contract, shaped: Shaped
) -> tuple[list[list[str]], list[int]]:
    """Take rows of sums out of the units; they are kept for the check of totals against parts."""
    keys = [targets.index(name) for name in ("kommunenr", "kommune") if name in targets]
    rows, numbers = [], []
    for number, row in zip(table.numbers, table.rows, strict=True):
        if any(is_sum_of_units(row[at]) for at in keys if row[at].strip()):
            shaped.totals.append((dict(zip(targets, row, strict=True)), (table.file, table.sheet, number)))
        else:
            rows.append(row)
            numbers.append(number)
    if shaped.totals:
        shaped.notes.append(f"{len(shaped.totals)} rows of sums taken out (row {shaped.totals[0][1][2]})")
    return rows, numbers


def take_measure(cube: Cube, extra: list[str], contract: Contract, shaped: Shaped) -> None:
    """Take the one of several measures that the contract has its values of: 'Antall' beside rates."""
    name = cube.contents
    if name not in extra or contract.is_wide:
        return
    values = list(dict.fromkeys(record[0][name].strip() for record in cube.records))
    wanted = [value for value in values if folded(value) == folded(VALUES[contract.extract][0])]
    if len(values) > 1 and wanted:
        cube.records = [record for record in cube.records if record[0][name].strip() == wanted[0]]
        others = ", ".join(value for value in values if value not in wanted)
        shaped.notes.append(f"{name}: '{wanted[0]}' taken, not {others}")


def reduce_dimensions(cube: Cube, extra: list[str], contract: Contract, shaped: Shaped) -> None:
    """Take the total of each dimension that the contract does not know, and compare it with its parts."""
    for name in extra:
        values = list(dict.fromkeys(record[0].get(name, "").strip() for record in cube.records))
        if len(values) == 1:
            shaped.notes.append(f"{name} is '{values[0]}' throughout")
            continue
        totals = [value for value in values if is_total(value)]
        if name == cube.contents and not totals:
            raise refuse(
                "several_measures",
                file=cube.file,
                sheet=cube.sheet,
                column=name,
                value=", ".join(values)[:150],
                facts={"n": len(values), "extract": contract.extract, "name": name},
            )
        if len(totals) != 1:
            raise refuse(
                "divided_by_unknown",
                file=cube.file,
                sheet=cube.sheet,
                column=name,
                value=", ".join(values)[:150],
                facts={"name": name, "extract": contract.extract},
            )
        _compare_with_parts(cube, name, totals[0], shaped)
        cube.records = [record for record in cube.records if record[0].get(name, "").strip() == totals[0]]
        shaped.notes.append(f"{name}: '{totals[0]}' taken, {len(values) - 1} parts left out")


def _compare_with_parts(cube: Cube, name: str, total: str, shaped: Shaped) -> None:
    parts: Counter = Counter()
    counts: Counter = Counter()
    totals: dict[tuple, tuple[float, int, str]] = {}
    for labels, text, number, column in cube.records:
        key = tuple(value for dimension, value in labels.items() if dimension != name)
        value = parse_number(text)
        if value is None:
            continue
        if labels[name].strip() == total:
            totals[key] = (value, number, column)
        else:
            parts[key] += value
            counts[key] += 1
    for key, (value, number, column) in totals.items():
        if counts[key] > 1 and parts[key] > 0 and parts[key] < value * 0.5:
            continue  # a selection of categories, or means
        if counts[key] > 1 and abs(parts[key] - value) > max(1.0, 0.005 * abs(value)) and value > 0:
            shaped.warnings.append(
                Finding(
                    "parts_differ_from_total",
                    file=cube.file,
                    sheet=cube.sheet,
                    row=number,
                    column=column,
                    value=number_cell(value),
                    facts={
                        "name": name,
                        "total": total,
                        "sum": number_cell(round(parts[key], 3)),
                        "parts": counts[key],
                    },
                )
            )
            return


def take_totals(
    rows: list[list[str]], numbers: list[int], targets: list[str], contract: Contract, shaped: Shaped, table: Table
) -> tuple[list[list[str]], list[int]]:
    """Take the total of a column the contract does not know, where that column is what tells doubled rows apart."""
    keys = [at for at, name in enumerate(targets) if name in (*contract.keys, PERIODS[contract.extract])]
    for name in list(shaped.unmapped):
        at = targets.index(name)
        if len({tuple(row[key] for key in keys) for row in rows}) == len(rows):
            break
        values = list(dict.fromkeys(row[at].strip() for row in rows))
        totals = [value for value in values if is_total(value)]
        if len(totals) == 1:
            kept = [place for place, row in enumerate(rows) if row[at].strip() == totals[0]]
            shaped.notes.append(f"{name}: '{totals[0]}' taken, {len(rows) - len(kept)} rows of parts left out")
            rows, numbers = [rows[place] for place in kept], [numbers[place] for place in kept]
    return rows, numbers
