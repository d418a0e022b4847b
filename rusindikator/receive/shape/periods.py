"""The periods of a table: written as the contracts write them, whole years beside parts of them, marked figures."""

from __future__ import annotations

import re
from collections import Counter

from rusindikator.receive.catalogue import folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.periods import period_written

WHOLE_YEAR = {"hele året", "heile året", "hele aret", "året", "1.-3. tertial", "januar-desember"}
PART_OF_YEAR = re.compile(r"januar\s*[-–]\s*(?!desember)[a-z]+|[1-3]\. ?(kvartal|tertial)", re.IGNORECASE)


def write_periods(cube: Cube, warnings: list[Finding]) -> None:
    """Write the periods of a cube as the contracts do, and tell of preliminary ones."""
    written = {when: period_written(when) for when in {record[0][cube.time] for record in cube.records}}
    for labels, *_ in cube.records:
        labels[cube.time] = written[labels[cube.time]][0]
    marked = {told: mark for told, mark in written.values() if mark}
    if marked:
        facts = {"mark": ", ".join(sorted(set(marked.values())))}
        warnings.append(
            Finding("preliminary_period", cube.file, cube.sheet, value=", ".join(sorted(marked)), facts=facts)
        )


def whole_years(cube: Cube, shaped_notes: list[str]) -> None:
    """Leave out cumulated parts of a year (januar-april) beside whole years; refuse where no whole year is there."""
    for name in list(cube.dimensions):
        values = {folded(record[0].get(name, "")) for record in cube.records}
        if not any(PART_OF_YEAR.fullmatch(value) for value in values):
            continue
        whole = values & WHOLE_YEAR
        if not whole:
            raise refuse(
                "parts_of_year", file=cube.file, sheet=cube.sheet, column=name, value=", ".join(sorted(values))
            )
        before = len(cube.records)
        cube.records = [record for record in cube.records if folded(record[0][name]) in whole]
        shaped_notes.append(f"{before - len(cube.records)} rows of cumulated parts of a year left out ({name})")


def tell_marked_figures(cube: Cube, warnings: list[Finding]) -> None:
    """Tell of marks that figures have beside them, where the contract has no column for these."""
    left = [number for *_, number, _ in cube.records if number in cube.flags]
    if left:
        counts = Counter(cube.flags[number] for number in left)
        facts = {"n": len(left), "marks": ", ".join(f"'{mark}' ({count})" for mark, count in counts.items())}
        warnings.append(Finding("figures_marked", cube.file, cube.sheet, left[0], facts=facts))
