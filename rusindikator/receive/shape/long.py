"""Tables of figures whose rows are already those of the contract."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rusindikator.receive.catalogue import PERIOD, PERIODS, VALUES, Catalogue, Contract, folded
from rusindikator.receive.delivered import Codebook, Cube
from rusindikator.receive.findings import refuse
from rusindikator.receive.numbers import parse_number
from rusindikator.receive.shape.filling import Filler
from rusindikator.receive.shape.names import constants, known_names, label_for, safe_name
from rusindikator.receive.shape.periods import PART_OF_YEAR, WHOLE_YEAR, whole_years
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.shape.totals import is_sum_of_units, take_totals
from rusindikator.receive.tables import Table


@dataclass
class Rows:
    """The rows of a table while they are shaped: the names of their columns, their cells, and where each stood."""

    names: list[str]
    cells: list[list[str]]
    numbers: list[int]

    def keep(self, stay: list[int]) -> None:
        """Keep these rows and leave the others."""
        self.cells, self.numbers = [self.cells[at] for at in stay], [self.numbers[at] for at in stay]


def shape_long(table: Table, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return a table of figures whose rows are already those of the contract, with measures as columns."""
    shaped = Shaped(contract, [], [], [], table.title, notes=list(table.notes), warnings=list(table.warnings))
    rows = Rows(list(table.header), [list(row) for row in table.rows], list(table.numbers))
    _leave_parts_of_year(table, rows, shaped)
    year = asked.period[1] if asked.period else 9998  # the newest names, where a table does not say its years
    _name_columns(rows, contract, catalogue, year, shaped)
    _fill_columns(table, rows, contract, Filler(contract, catalogue, asked.constants), year, shaped)
    _refuse_missing(table, rows, contract)
    _leave_sums(rows, contract, shaped)
    rows.cells, rows.numbers = take_totals(rows.cells, rows.numbers, rows.names, contract, shaped, table)
    _leave_years_to_come(rows, contract, asked, shaped)
    known = [name for name in contract.columns if name in rows.names]
    shaped.columns = known + [name for name in rows.names if name not in contract.columns]
    places = [rows.names.index(name) for name in shaped.columns]
    time_at = rows.names.index(PERIODS[contract.extract])
    for row, number in zip(rows.cells, rows.numbers, strict=True):
        when = row[time_at].strip()
        labels = label_for(contract, catalogue, int(when[:4]) if re.match(r"\d{4}", when) else year)
        cells = zip(shaped.columns, (str(row[at]) for at in places), strict=True)
        shaped.rows.append([labels.get((name, folded(cell)), cell) for name, cell in cells])
        shaped.places.append((table.file, table.sheet, number))
    if not shaped.rows:
        raise refuse("no_figure_of_period", file=table.file, sheet=table.sheet, facts={"period": str(asked.period)})
    return shaped


def _leave_parts_of_year(table: Table, rows: Rows, shaped: Shaped) -> None:
    """Leave out cumulated parts of a year, and the column that tells them from whole years."""
    for at in reversed(range(len(rows.names))):
        values = {folded(row[at]) for row in rows.cells}
        if not any(PART_OF_YEAR.fullmatch(value) for value in values) or any(
            PERIOD.fullmatch(value) for value in values
        ):
            continue
        name = rows.names[at]
        records = [({name: row[at]}, "", 0, "") for row in rows.cells]
        whole_years(Cube(table.file, table.sheet, "", [name], "", None, records), shaped.notes)
        rows.keep([place for place, row in enumerate(rows.cells) if folded(row[at]) in WHOLE_YEAR])
        for row in (rows.names, *rows.cells):
            del row[at]


def _name_columns(rows: Rows, contract: Contract, catalogue: Catalogue, year: int, shaped: Shaped) -> None:
    """Give the columns their names in the contract; one that nobody has described keeps its own."""
    known = known_names(contract, catalogue, year, Codebook())
    targets: list[str] = []
    for name in rows.names:
        column, how = known.get(folded(name), ("", ""))
        if column and column not in targets:
            shaped.mapped.append((name, column, how))
        else:
            column = safe_name(name)
            shaped.unmapped.append(column)
        targets.append(column)
    rows.names = targets


def _fill_columns(table: Table, rows: Rows, contract: Contract, filler: Filler, year: int, shaped: Shaped) -> None:
    """Add the columns that something else than the table tells."""
    fixed = constants(contract, filler.catalogue, year)
    for name in contract.required:
        if name in rows.names:
            continue
        if name in ("FLAGG", "Nedre grense", "Øvre grense"):
            cells: list[str | None] = [""] * len(rows.cells)
        else:
            said = [dict(zip(rows.names, row, strict=True)) for row in rows.cells]
            cells = [filler.value(name, one, year, fixed) for one in said]
        if None not in cells:
            rows.names.append(name)
            for row, cell in zip(rows.cells, cells, strict=True):
                row.append(cell or "")
    notes, warnings = filler.said(table.file, table.sheet)
    shaped.notes += notes
    shaped.warnings += warnings


def _refuse_missing(table: Table, rows: Rows, contract: Contract) -> None:
    missing = [name for name in (*contract.required, PERIODS[contract.extract]) if name not in rows.names]
    if missing or not set(VALUES[contract.extract]) & set(rows.names):
        wanted = ", ".join(missing) or " or ".join(VALUES[contract.extract])
        raise refuse(
            "column_missing",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=" | ".join(table.header[:12]),
            facts={"wanted": wanted, "required": ", ".join(contract.required)},
        )


def _leave_sums(rows: Rows, contract: Contract, shaped: Shaped) -> None:
    """Leave out rows of sums below the table, which have no period."""
    time_at = rows.names.index(PERIODS[contract.extract])
    kept = [
        at
        for at, row in enumerate(rows.cells)
        if row[time_at].strip() or not any(is_sum_of_units(cell) for cell in row)
    ]
    if kept and len(kept) < len(rows.cells):
        shaped.notes.append(f"{len(rows.cells) - len(kept)} rows of sums taken out (row {rows.numbers[-1]})")
        rows.keep(kept)


def _leave_years_to_come(rows: Rows, contract: Contract, asked: Asked, shaped: Shaped) -> None:
    """Leave out rows of years after the period that hold no figure."""
    time_at = rows.names.index(PERIODS[contract.extract])
    measures = [rows.names.index(name) for name in VALUES[contract.extract] if name in rows.names]
    kept = []
    for place, row in enumerate(rows.cells):
        when = row[time_at].strip()
        is_ahead = asked.period and re.fullmatch(r"(19|20)\d{2}.*", when) and int(when[:4]) > asked.period[1]
        if not is_ahead or any(parse_number(row[at]) is not None for at in measures):
            kept.append(place)
    if len(kept) < len(rows.cells):
        shaped.notes.append(f"{len(rows.cells) - len(kept)} rows of periods to come, without figures, left out")
        rows.keep(kept)
