"""Cumulated parts of a year that stand beside whole years."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import refuse

WHOLE_YEAR = {"hele året", "heile året", "hele aret", "året", "1.-3. tertial", "januar-desember"}


PART_OF_YEAR = re.compile(r"januar\s*[-–]\s*(?!desember)[a-z]+|[1-3]\. ?(kvartal|tertial)", re.IGNORECASE)


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
