"""Tables with periods as columns, and other layouts that PxWeb and publishers print, as cubes."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import PERIOD, Catalogue, Contract, folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import refuse
from rusindikator.receive.rows import year_in_name
from rusindikator.receive.shape.names import CONTENTS, header_names
from rusindikator.receive.tables import Table


def table_to_cube(table: Table, contract: Contract, catalogue: Catalogue) -> Cube | None:
    """Return the cube of a table, or None where it is none.

    Its periods are columns, or each row holds one value, in a column that PxWeb names after the title.
    """
    _leave_changes(table, contract, catalogue)
    periods = {}
    for at, name in enumerate(table.header):
        found = year_in_name(name)
        if found and (PERIOD.fullmatch(name) or folded(name) not in header_names(contract, catalogue)):
            periods[at] = found
    # A long table whose value column carries the title: '06913: Befolkning, etter region, år' or '... 2015-2019'.
    cells = {at: {row[at].strip() for row in table.rows} for at in range(len(table.header))}
    time = next(
        (
            at
            for at, values in cells.items()
            if at not in periods and values and all(PERIOD.fullmatch(value) for value in values)
        ),
        None,
    )
    last = len(table.header) - 1
    stub = next((at for at, name in enumerate(table.header) if name), 0)
    if time is not None and time < stub:
        return _melted(table, stub, time)
    if time is not None and (contract.is_wide or is_title(table.header[last])) and time != last:
        dimensions = [name or f"kolonne {at + 1}" for at, name in enumerate(table.header[:last])]
        records = [
            (dict(zip(dimensions, row, strict=False)), row[last], number, table.header[last])
            for number, row in zip(table.numbers, table.rows, strict=True)
        ]
        contents = next((name for name in dimensions if folded(name) in CONTENTS), None)
        title = table.title or table.header[last]
        return Cube(table.file, table.sheet, title, dimensions, dimensions[time], contents, records)
    if not periods or time is not None:
        return None
    stub = [at for at in range(len(table.header)) if at not in periods]
    stub = [at for at in stub if at < min(periods)]
    if len(stub) + len(periods) < len(table.header):
        strange = next(name for at, name in enumerate(table.header) if at not in periods and at not in stub)
        raise refuse("column_after_years", file=table.file, sheet=table.sheet, row=table.header_row, value=strange)
    dimensions = stub_names(table, stub)
    contents_names = {(found["before"] + " " + found["after"]).strip() for found in periods.values()}
    has_contents = contents_names != {""}
    records = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        labels = {name: row[at] for name, at in zip(dimensions, stub, strict=True)}
        for at, found in periods.items():
            record = dict(labels)
            if has_contents:
                record["statistikkvariabel"] = (found["before"] + " " + found["after"]).strip()
            record["år"] = found["period"]
            records.append((record, row[at], number, table.header[at]))
    contents = (
        "statistikkvariabel" if has_contents else next((name for name in dimensions if folded(name) in CONTENTS), None)
    )
    dimensions = [*dimensions, *(["statistikkvariabel"] if has_contents else []), "år"]
    units = {}
    unit = next((note for note in table.footnotes if folded(note).startswith("måleenhet")), "")
    for record in records:
        if contents and unit and ":" in unit:
            units[record[0][contents]] = unit.split(":", 1)[1].strip()
    return Cube(table.file, table.sheet, table.title, dimensions, "år", contents, records, units, updated_on(table))


def stub_names(table: Table, stub: list[int]) -> list[str]:
    """Return the names of the columns before the figures; those without one are what the title names, in its order.

    The title names the measure too, which stands in a column of its own or, more often, above the years.
    """
    named = [name for name in title_dimensions(table.title) if folded(name) not in _TIME]
    labels = [name for name in named if folded(name) not in CONTENTS]
    free = labels if len(labels) >= len(stub) else named
    return [
        table.header[at] or (free[place] if place < len(free) else f"kolonne {at + 1}") for place, at in enumerate(stub)
    ]


def _melted(table: Table, stub: int, time: int) -> Cube:
    """Return the cube of a PxWeb sheet with years down its side: labels that only the title names, then measures."""
    free = [name for name in title_dimensions(table.title) if folded(name) not in CONTENTS]
    names = [free[at] if at < len(free) else f"kolonne {at + 1}" for at in range(stub)]
    measure = "statistikkvariabel"
    records = [
        (dict(zip(names, row, strict=False)) | {measure: table.header[at]}, row[at], number, table.header[at])
        for number, row in zip(table.numbers, table.rows, strict=True)
        for at in range(stub, len(table.header))
    ]
    dimensions = [*names, measure]
    return Cube(table.file, table.sheet, table.title, dimensions, names[time], measure, records, {}, updated_on(table))


_TIME = {"år", "tid", "year", "periode"}
_CHANGE = re.compile(
    r"[-–\s]*(?:(?:pst\.?|prosent(?:vis)?|%)[\s.-]*(?:endr|vekst|økning)|endr(?:ing)?\.? (?:i )?(?:pst|prosent|%)"
    r"|endring \((?:pst|prosent|%))",
    re.IGNORECASE,
)


def _leave_changes(table: Table, contract: Contract, catalogue: Catalogue) -> None:
    """Leave out columns and rows of changes in per cent that were computed beside and between the figures."""
    own = header_names(contract, catalogue)
    columns = [at for at, name in enumerate(table.header) if _CHANGE.match(name) and folded(name) not in own]
    if columns:
        table.notes.append(f"columns of changes left out: {', '.join(table.header[at] for at in columns)}")
        for row in (table.header, *table.rows):
            for at in reversed(columns):
                del row[at]
    labels = range(next((at for at, name in enumerate(table.header) if year_in_name(name)), 0))
    kept = [at for at, row in enumerate(table.rows) if not any(_CHANGE.match(row[place]) for place in labels)]
    if kept and len(kept) < len(table.rows):
        table.notes.append(f"{len(table.rows) - len(kept)} rows of changes between the figures left out")
        table.rows[:] = [table.rows[at] for at in kept]
        table.numbers[:] = [table.numbers[at] for at in kept]


def is_title(name: str) -> bool:
    """Return whether a column is named as PxWeb names a table: '06913: Befolkning, etter region, år'."""
    return bool(re.match(r"\d{5}:", name)) or (" etter " in f" {folded(name)} " and "," in name)


def updated_on(table: Table) -> str:
    """Return the day that the footnotes of a table say it was updated on, as ISO; '' where they do not."""
    found = re.search(
        r"(?:sist endret|siste oppdatering|oppdatert|last updated)\D{0,12}(20\d{2})-?(\d{2})-?(\d{2})",
        " ".join(table.footnotes).lower(),
    )
    return "-".join(found.groups()) if found else ""


def title_dimensions(title: str) -> list[str]:
    """Return the dimensions a PxWeb title names.

    Example: '06913: Befolkning, etter region, år og innhold' -> region, år, innhold
    """
    found = re.search(r"\b(?:etter|by)\s+(.+?)\.?$", title)
    if not found:
        return []
    return [part.strip() for part in re.split(r",\s*|\s+og\s+|\s+and\s+", found[1]) if part.strip()]
