"""Tables of figures whose rows are already those of the contract."""

from __future__ import annotations

import re

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


def shape_long(table: Table, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return a table of figures whose rows are already those of the contract, with measures as columns."""
    time_name, period = PERIODS[contract.extract], asked.period
    shaped = Shaped(contract, [], [], [], table.title, notes=list(table.notes), warnings=list(table.warnings))
    header = list(table.header)
    rows = [list(row) for row in table.rows]
    numbers = list(table.numbers)
    for at in reversed(range(len(header))):
        values = {folded(row[at]) for row in rows}
        if any(PART_OF_YEAR.fullmatch(value) for value in values) and not any(
            PERIOD.fullmatch(value) for value in values
        ):
            cube = Cube(
                table.file,
                table.sheet,
                "",
                [header[at]],
                "",
                None,
                [({header[at]: row[at]}, "", 0, "") for row in rows],
            )
            whole_years(cube, shaped.notes)
            kept = [place for place, row in enumerate(rows) if folded(row[at]) in WHOLE_YEAR]
            rows, numbers = [rows[place] for place in kept], [numbers[place] for place in kept]
            del header[at]
            for row in rows:
                del row[at]
    year = period[1] if period else 9998  # the newest names, where a table does not say its years
    names = known_names(contract, catalogue, year, Codebook())
    targets: list[str] = []
    for name in header:
        column, how = names.get(folded(name), ("", ""))
        if column and column not in targets:
            shaped.mapped.append((name, column, how))
        else:
            column = safe_name(name)
            shaped.unmapped.append(column)
        targets.append(column)
    fixed = constants(contract, catalogue, year)
    filler = Filler(contract, catalogue, asked.constants)
    for name in contract.required:
        if name in targets:
            continue
        if name in ("FLAGG", "Nedre grense", "Øvre grense"):
            cells: list[str | None] = [""] * len(rows)
        else:
            cells = [filler.value(name, dict(zip(targets, row, strict=True)), year, fixed) for row in rows]
        if None not in cells:
            targets.append(name)
            for row, cell in zip(rows, cells, strict=True):
                row.append(cell or "")
    notes, warnings = filler.said(table.file, table.sheet)
    shaped.notes += notes
    shaped.warnings += warnings
    missing = [name for name in (*contract.required, time_name) if name not in targets]
    if missing or not set(VALUES[contract.extract]) & set(targets):
        wanted = ", ".join(missing) or " or ".join(VALUES[contract.extract])
        raise refuse(
            "column_missing",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=" | ".join(table.header[:12]),
            facts={"wanted": wanted, "required": ", ".join(contract.required)},
        )
    time_at = targets.index(time_name)
    kept = [at for at, row in enumerate(rows) if row[time_at].strip() or not any(is_sum_of_units(cell) for cell in row)]
    if kept and len(kept) < len(rows):
        shaped.notes.append(f"{len(rows) - len(kept)} rows of sums taken out (row {numbers[-1]})")
        rows, numbers = [rows[at] for at in kept], [numbers[at] for at in kept]
    rows, numbers = take_totals(rows, numbers, targets, contract, shaped, table)
    measures = [targets.index(name) for name in VALUES[contract.extract] if name in targets]
    kept = []
    for place, row in enumerate(rows):
        when = row[time_at].strip()
        ahead = period and re.fullmatch(r"(19|20)\d{2}.*", when) and int(when[:4]) > period[1]
        if ahead and all(parse_number(row[at]) is None for at in measures):
            continue
        kept.append(place)
    if len(kept) < len(rows):
        shaped.notes.append(f"{len(rows) - len(kept)} rows of periods to come, without figures, left out")
    order = [name for name in contract.columns if name in targets] + [
        name for name in targets if name not in contract.columns
    ]
    places = [targets.index(name) for name in order]
    shaped.columns = order
    for place in kept:
        when = rows[place][time_at].strip()
        mapped_labels = label_for(contract, catalogue, int(when[:4]) if re.match(r"\d{4}", when) else year)
        cells = [str(rows[place][at]) for at in places]
        shaped.rows.append(
            [mapped_labels.get((name, folded(cell)), cell) for name, cell in zip(order, cells, strict=True)]
        )
        shaped.places.append((table.file, table.sheet, numbers[place]))
    if not shaped.rows:
        raise refuse("no_figure_of_period", file=table.file, sheet=table.sheet, facts={"period": str(period)})
    return shaped
