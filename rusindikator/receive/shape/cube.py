"""The figures of a cube in the shape of the contract."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import LABELS, PERIODS, VALUES, Catalogue, Contract, folded
from rusindikator.receive.delivered import Codebook, Cube
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.numbers import parse_number, value_symbol
from rusindikator.receive.shape.filling import UNIT_COLUMNS, Filler, codes_apart
from rusindikator.receive.shape.names import constants, known_names, label_for
from rusindikator.receive.shape.part_years import whole_years
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.shape.totals import reduce_dimensions


def shape_cube(cube: Cube, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return the figures of a cube in the shape of the contract."""
    shaped = Shaped(contract, [], [], [], cube.title, updated=cube.updated)
    period = asked.period
    if contract.source_code == "SSB":
        codes_apart(cube, shaped.notes)
    filler = Filler(contract, catalogue, asked.constants)
    whole_years(cube, shaped.notes)
    years = [
        int(found[0]) for record in cube.records if (found := re.match(r"(19|20)\d{2}", record[0][cube.time].strip()))
    ]
    if not years:
        raise refuse(
            "no_years",
            file=cube.file,
            sheet=cube.sheet,
            column=cube.time,
            value=", ".join(sorted({record[0][cube.time] for record in cube.records})[:4]),
        )
    year = period[1] if period else max(years)
    names = known_names(contract, catalogue, year, Codebook())
    keys = list(contract.keys)
    target_of: dict[str, str] = {}
    for name in cube.dimensions:
        if name == cube.time:
            continue
        column, how = names.get(folded(name), ("", ""))
        if not column and name == cube.contents:
            column, how = names.get("statistikkvariabel", ("", ""))
        if column in keys and column not in target_of.values():
            target_of[name] = column
            shaped.mapped.append((name, column, how))
    # A single column of labels without a name can only be the one that says what is counted.
    nameless = [name for name in cube.dimensions if re.fullmatch(r"kolonne \d+", name) and name not in target_of]
    first = LABELS[contract.extract][0]
    if len(nameless) == 1 and first not in target_of.values():
        target_of[nameless[0]] = first
        shaped.mapped.append((nameless[0], first, "the only column of labels"))
    reduce_dimensions(
        cube, [name for name in cube.dimensions if name not in target_of and name != cube.time], contract, shaped
    )
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    found_at: dict[tuple[str, ...], dict[str, tuple[int, str]]] = {}
    periods: list[str] = []
    ahead = 0
    for labels, text, number, column in cube.records:
        when = labels[cube.time].strip()
        at_year = int(when[:4]) if re.match(r"(19|20)\d{2}", when) else year
        if period and at_year > period[1] and parse_number(text) is None:
            ahead += 1
            continue
        said = {target: labels[name].strip() for name, target in target_of.items()}
        mapped_labels = label_for(contract, catalogue, at_year)
        said = {name: mapped_labels.get((name, folded(value)), value) for name, value in said.items()}
        unit = cube.units.get(labels.get(cube.contents or "", ""), "") if cube.contents else ""
        for name in LABELS[contract.extract]:
            if name in said:
                said[name], in_label = filler.unit_apart(said[name])
                unit = unit or in_label
        if not unit and text.rstrip().endswith("%"):
            unit = "prosent"
        for name in UNIT_COLUMNS:
            if name in keys and unit:
                said.setdefault(name, unit)
        fixed = constants(contract, catalogue, at_year)
        key = []
        for column_name in keys:
            value = said.get(column_name) or filler.value(column_name, said, at_year, fixed)
            if value is None:
                if column_name in contract.required:
                    raise refuse(
                        "label_not_told",
                        file=cube.file,
                        sheet=cube.sheet,
                        row=number,
                        value=" | ".join((f"{name}: {value}" for name, value in labels.items()))[:120],
                        facts={"column_name": column_name, "required": ", ".join(contract.required)},
                    )
                value = ""
            key.append(mapped_labels.get((column_name, folded(value)), value))
        cells = rows.setdefault(tuple(key), {})
        if when in cells:
            first = found_at[tuple(key)][when]
            shaped.problems.append(
                Finding(
                    "figure_stands_twice",
                    file=cube.file,
                    sheet=cube.sheet,
                    row=number,
                    column=column,
                    value=f"{cells[when]} (row {first[0]}) and {text}",
                    facts={"label": " | ".join(key), "when": when},
                )
            )
            continue
        cells[when] = text
        found_at.setdefault(tuple(key), {})[when] = (number, column)
        if when not in periods:
            periods.append(when)
    notes, warnings = filler.said(cube.file, cube.sheet)
    shaped.notes += notes
    shaped.warnings += warnings
    if ahead:
        shaped.notes.append(f"{ahead} cells of periods after {period[1] if period else ''} without a figure left out")
    if contract.is_wide:
        periods.sort()
        shaped.columns = [*keys, *periods]
        for index, (key, cells) in enumerate(rows.items()):
            shaped.rows.append([*key, *(str(cells.get(when, "")) for when in periods)])
            shaped.places.append((cube.file, cube.sheet, min(number for number, _ in found_at[key].values())))
            shaped.cell_places |= {(index, when): place for when, place in found_at[key].items()}
        return shaped
    time_column, value_column = PERIODS[contract.extract], VALUES[contract.extract][0]
    has_flag = "FLAGG" in contract.columns
    shaped.columns = [*keys, time_column, value_column, *(["FLAGG"] if has_flag else [])]
    extra = [name for name in contract.required if name not in shaped.columns]
    shaped.columns += extra
    shaped.columns.sort(key=contract.columns.index)
    for key, cells in rows.items():
        for when, text in cells.items():
            symbol = has_flag and value_symbol(text) not in (None, "")
            said = dict(zip(keys, key, strict=True)) | {time_column: when, value_column: "" if symbol else str(text)}
            said["FLAGG"] = text if symbol else ""
            shaped.cell_places[len(shaped.rows), value_column] = found_at[key][when]
            shaped.rows.append([said.get(name, "") for name in shaped.columns])
            shaped.places.append((cube.file, cube.sheet, found_at[key][when][0]))
    return shaped
