"""Answers of persons and municipalities: columns under their names, codes mended, code numbers as answers."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import Catalogue, Contract, folded
from rusindikator.receive.delivered import Codebook, NumberText
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.shape.names import CODE_AND_NAME, known_names, safe_name
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.shape.totals import without_totals
from rusindikator.receive.tables import Table


def shape_microdata(table: Table, contract: Contract, catalogue: Catalogue, codebook: Codebook, asked: Asked) -> Shaped:
    """Return the microdata of a table: columns under their catalogue names, codes mended, code numbers as answers."""
    period = asked.period
    year = period[1] if period else _year_told(table, contract, catalogue, codebook)
    names = known_names(contract, catalogue, year, codebook)
    shaped = Shaped(contract, [], [], [], table.title, notes=list(table.notes), warnings=list(table.warnings))
    targets: list[str] = []
    for name in table.header:
        column, how = names.get(folded(name), ("", ""))
        if column in targets:
            raise refuse(
                "column_mapped_twice",
                file=table.file,
                sheet=table.sheet,
                row=table.header_row,
                column=name,
                value=next((delivered for delivered, target, _ in shaped.mapped if target == column)),
                facts={"column": column},
            )
        if column:
            shaped.mapped.append((name, column, how))
        else:
            column = safe_name(name)
            while column.lower() in {target.lower() for target in (*targets, *contract.columns)}:
                column += "_2"
            shaped.unmapped.append(column)
        targets.append(column)
    rows, numbers = without_totals(table, targets, contract, shaped)
    for name, value in asked.constants.items():
        if name not in targets:
            targets.append(name)
            rows = [[*row, value] for row in rows]
            shaped.notes.append(f"{name}: '{value}' everywhere, from --set")
    _add_keys(rows, targets, contract, shaped, table, year if period and period[0] == period[1] else None)
    order = [name for name in contract.columns if name in targets] + [
        name for name in targets if name not in contract.columns
    ]
    places = [targets.index(name) for name in order]
    shaped.columns = order
    shaped.rows = [[str(row[at]) for at in places] for row in _mend_codes(rows, targets, contract, shaped)]
    shaped.places = [(table.file, table.sheet, number) for number in numbers]
    _apply_codebook(shaped, codebook, catalogue)
    shaped.vanished = [name for name in contract.columns if name not in order]
    return shaped


def _year_told(table: Table, contract: Contract, catalogue: Catalogue, codebook: Codebook) -> int:
    names = known_names(contract, catalogue, 0, codebook)
    at = next((at for at, name in enumerate(table.header) if names.get(folded(name), ("", ""))[0] == "aar"), None)
    years = {cell.strip() for cell in table.column(at)} if at is not None else set()
    told = {int(year) for year in years if re.fullmatch(r"(19|20)\d{2}", year)}
    if not told:
        raise refuse(
            "year_not_told",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=", ".join(sorted(years)[:3]),
        )
    return max(told)


def _add_keys(
    rows: list[list[str]], targets: list[str], contract: Contract, shaped: Shaped, table: Table, year: int | None
) -> None:
    """Add key columns that can be told from elsewhere: the year, the code before the name, a running number."""

    def add(name: str, cells: list[str], why: str) -> None:
        targets.append(name)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)
        shaped.notes.append(why)

    if "aar" not in targets and year:
        add("aar", [str(year)] * len(rows), f"no column for the year: {year} from --period")
    if "kommunenr" not in targets and "kommune" in targets and "kommunenr" in contract.required:
        cells = [row[targets.index("kommune")] for row in rows]
        split = [CODE_AND_NAME.fullmatch(cell.strip()) for cell in cells]
        if sum(bool(found) for found in split) >= 0.9 * len(split):
            codes = [found[1] if found else "" for found in split]
            for row, found in zip(rows, split, strict=True):
                row[targets.index("kommune")] = found[2] or "" if found else row[targets.index("kommune")]
            add("kommunenr", codes, "code and name divided: they stood in one cell")
    if "bydelsnr" in contract.required and "bydelsnr" not in targets:
        add("bydelsnr", [""] * len(rows), "no column for bydeler: all rows are municipalities")
    for key in ("respondentnr", "lopenr", "pasientnr"):
        if key in contract.required and key not in targets:
            add(key, [str(count) for count in range(1, len(rows) + 1)], f"no {key}: rows numbered as they stand")
            shaped.warnings.append(Finding("no_running_key", file=table.file, sheet=table.sheet, facts={"key": key}))
    missing = [name for name in contract.required if name not in targets]
    if missing:
        raise refuse(
            "key_column_missing",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=" | ".join(table.header[:12]),
            facts={"missing": ", ".join(missing), "required": ", ".join(contract.required)},
        )


def _mend_codes(rows: list[list[str]], targets: list[str], contract: Contract, shaped: Shaped) -> list[list[str]]:
    """Give codes back what spreadsheets take from them: leading zeros; and take off what SSB puts before them."""
    for name, width in (("kommunenr", 4), ("bydelsnr", 6), ("bydel", 6)):
        if name not in targets or (name == "bydel" and contract.extract != "brukerplan"):
            continue
        at = targets.index(name)
        cells = [row[at] for row in rows]
        lost = not any(cell.strip().startswith("0") for cell in cells)
        zeros = named = 0
        for row in rows:
            cell = row[at]
            text = cell.strip()
            if text.isdigit() and len(text) == width - 1 and (isinstance(cell, NumberText) or lost):
                row[at] = "0" + text
                zeros += 1
            elif width == 4 and (found := CODE_AND_NAME.fullmatch(text)) and text != found[1]:
                row[at] = found[1]
                named += 1
        if zeros:
            shaped.notes.append(f"{name}: {zeros} codes got the leading zero back that a spreadsheet took")
        if named:
            shaped.notes.append(f"{name}: code and name divided in {named} cells")
    return rows


def _apply_codebook(shaped: Shaped, codebook: Codebook, catalogue: Catalogue) -> None:
    """Write answers for code numbers, where the delivery explains its codes and the column is a question."""
    scales = {
        row["column_name"]: row["scale_code"]
        for row in catalogue.variables
        if row["extract"] == shaped.contract.extract
    }
    explained = {folded(name): values for name, values in codebook.values.items()}
    written = 0
    for name, column, _ in shaped.mapped:
        values = explained.get(folded(name)) or explained.get(folded(column))
        if not values or not scales.get(column):
            continue
        at = shaped.at(column)
        for row in shaped.rows:
            if row[at] in values:
                row[at] = values[row[at]]
                written += 1
    if written:
        shaped.notes.append(f"codebook: {written} codes written as answers")
