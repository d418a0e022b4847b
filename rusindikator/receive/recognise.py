"""Which table of the source a file holds, and its rows in the shape of that table's contract.

Parts of one table in several files are put together; a file of another source is told as what it looks like.
"""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import EXTRACTS, PERIOD, Catalogue, Contract, folded
from rusindikator.receive.codebook import codebook_in
from rusindikator.receive.delivered import Codebook, Cube, Delivered
from rusindikator.receive.editions import refuse_english
from rusindikator.receive.findings import RefusedError, refuse
from rusindikator.receive.identifying import refuse_identifying_file, refuse_identifying_names
from rusindikator.receive.looks import refuse_looks, refuse_weights
from rusindikator.receive.rows import year_in_name
from rusindikator.receive.shape.account_tables import accounts_in
from rusindikator.receive.shape.accounts import shape_accounts
from rusindikator.receive.shape.cube import shape_cube
from rusindikator.receive.shape.dates import refuse_dates
from rusindikator.receive.shape.long import shape_long
from rusindikator.receive.shape.microdata import shape_microdata
from rusindikator.receive.shape.names import header_names, known_names
from rusindikator.receive.shape.printed import table_to_cube, title_dimensions
from rusindikator.receive.shape.quality import is_quality_export, shape_quality
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.tables import Table, find_table

# Series of one source that stand in tables of their own, by the beginning of their codes.
_PREFIXES = {
    "ssb_straffereaksjoner": ("ssb.straff",),
    "ssb_barnevern": ("ssb.meldinger",),
    "ssb_kostra": ("ssb.helsestasjon",),
    "ssb_speshelse": ("ssb.tsb",),
}
# Sheets that stand beside the one that is wanted.
_NO_TABLE = ("no_header", "english_edition")
# Columns that files of many sources have: they tell no source apart.
_COMMON = {"kommunenr", "kommune", "bydel", "bydelsnr", "aar", "år", "region", "periode", "flagg", "enhet", "verdi"}


def shaped_tables(
    delivered: list[Delivered], contracts: list[Contract], catalogue: Catalogue, asked: Asked
) -> list[tuple[Shaped, list[Delivered]]]:
    """Return the shaped tables with their files; parts of one table are put together."""
    codebook = Codebook()
    for one in delivered:
        refuse_identifying_file(one, of_people=contracts[0].is_microdata)
        codebook.values |= one.codebook.values
        codebook.questions |= one.codebook.questions
        for grid in list(one.grids):
            book = codebook_in(grid)
            if book is not None:
                one.grids.remove(grid)
                one.notes.append(
                    f"codebook of {len(book.values)} columns" + (f" in sheet {grid.sheet}" if grid.sheet else "")
                )
                codebook.values |= book.values
                codebook.questions |= book.questions
    found: list[tuple[Shaped, list[Delivered]]] = []
    for one in delivered:
        shapes = _shapes_of(one, contracts, catalogue, codebook, asked)
        for shaped in shapes:
            same = next(
                (
                    (other, files)
                    for other, files in found
                    if other.contract is shaped.contract and _is_same_table(other, shaped)
                ),
                None,
            )
            if same:
                _append(same[0], shaped)
                same[1].append(one)
            else:
                found.append((shaped, [one]))
    if not found:
        raise refuse("only_a_codebook", file=delivered[0].path.name)
    return found


def _is_same_table(one: Shaped, other: Shaped) -> bool:
    """Return whether two files are parts of one table: the same columns, or one title and other periods."""
    if one.columns == other.columns:
        return True
    keys = [[name for name in shaped.columns if not PERIOD.fullmatch(name)] for shaped in (one, other)]
    return one.contract.is_wide and keys[0] == keys[1] and one.title == other.title


def _append(shaped: Shaped, more: Shaped) -> None:
    """Put the rows of another file of the same table below; of a wide one, in the same row where the labels are."""
    file = more.places[0][0]
    shaped.notes.append(f"{file}: {len(more.rows)} rows more of the same table")
    if shaped.contract.is_wide and shaped.columns != more.columns:
        keys = [name for name in shaped.columns if not PERIOD.fullmatch(name)]
        columns = [*keys, *sorted({*shaped.periods(), *more.periods()})]
        for part in (shaped, more):
            told = [dict(zip(part.columns, row, strict=True)) for row in part.rows]
            part.rows = [[cells.get(name, "") for name in columns] for cells in told]
            part.columns = columns
        row_of = {tuple(row[: len(keys)]): at for at, row in enumerate(shaped.rows)}
        below = []
        for at, row in enumerate(more.rows):
            place = row_of.get(tuple(row[: len(keys)]))
            new = [column for column in range(len(keys), len(columns)) if row[column]]
            if place is None or any(shaped.rows[place][column] for column in new):
                below.append(at)
                continue
            for column in new:
                shaped.rows[place][column] = row[column]
                number, delivered, *_ = more.cell_places.get((at, columns[column]), (more.places[at][2], ""))
                shaped.cell_places[place, columns[column]] = (number, delivered or columns[column], file)
        more.keep(below)
    start = len(shaped.rows)
    shaped.rows += more.rows
    shaped.places += more.places
    shaped.cell_places |= {(row + start, column): place for (row, column), place in more.cell_places.items()}
    shaped.warnings += more.warnings
    shaped.problems += more.problems
    shaped.totals += more.totals


def _shapes_of(
    one: Delivered, contracts: list[Contract], catalogue: Catalogue, codebook: Codebook, asked: Asked
) -> list[Shaped]:
    kostra = next((contract for contract in contracts if contract.extract == "ssb_kostra"), None)
    if one.cubes:
        for cube in one.cubes:
            if not contracts[0].is_microdata:
                texts = (label for record in cube.records for label in record[0].values())
                refuse_english(cube.file, cube.sheet, (cube.title, *cube.dimensions, *dict.fromkeys(texts)))
            names, labels = {folded(name) for name in cube.dimensions}, _labels_of(cube)
            _refuse_another_source(cube.file, cube.sheet, names, labels, contracts, catalogue)
            if contracts[0].is_microdata:
                raise refuse("figures_for_microdata", file=cube.file, facts={"source": contracts[0].source_code})
        return [
            shape_accounts(account, kostra, catalogue, asked)
            if kostra and (account := accounts_in(cube))
            else shape_cube(
                cube, _contract_of(cube.file, cube.dimensions, _labels_of(cube), contracts, catalogue), catalogue, asked
            )
            for cube in one.cubes
        ]
    if not one.grids:
        return []
    names = set().union(*(header_names(contract, catalogue) for contract in contracts))
    for contract in contracts:
        if contract.is_microdata:
            names |= set(known_names(contract, catalogue, asked.year or 0, codebook))
    if contracts[0].source_code == "SSB":
        names |= {"bydel", "funksjon", "art", "belop", "beløp", "regnskapsomfang"}
    if contracts[0].source_code == "SAMDATA":
        names |= {"kvalitetsindikator", "måltall", "lokasjon", "verdi", "sektor", "nivå"}
    tables: list[Table] = []
    refusals: list[RefusedError] = []
    for grid in one.grids:
        try:
            of_people = contracts[0].is_microdata
            if not of_people:
                refuse_english(grid.file, grid.sheet, (cell for row in grid.rows for cell in row))
            table = find_table(grid, names, fill_down=one.format == "xlsx" and not of_people, of_people=of_people)
            refuse_looks(grid, table, of_people)
            if of_people:
                refuse_weights(table, codebook.questions)
                told = [codebook.questions.get(name, "") for name in table.header if folded(name) not in names]
                refuse_identifying_names(grid, told, table.header_row)
            tables.append(table)
        except RefusedError as error:
            if error.findings[0].code == "no_header":
                cells = {folded(cell) for row in grid.rows[:200] for cell in row if cell}
                _refuse_another_source(grid.file, grid.sheet, cells, cells, contracts, catalogue)
            refusals.append(error)
    if not tables or any(error.findings[0].code not in _NO_TABLE for error in refusals):
        raise RefusedError([problem for error in refusals for problem in error.findings])
    if len(tables) > 1:
        raise refuse("several_sheets", file=one.path.name, value=", ".join(table.sheet for table in tables))
    if refusals:
        one.notes.append(
            f"sheets without a table left alone: {', '.join(error.findings[0].sheet for error in refusals)}"
        )
    table = tables[0]
    if table.sheet:
        one.notes.append(f"sheet {table.sheet}")
    if table.footnotes:
        one.notes.append(f"{len(table.footnotes)} footnotes left out")
    header = {folded(name) for name in table.header}
    _refuse_another_source(table.file, table.sheet, header, _labels_of(table), contracts, catalogue)
    refuse_dates(table, names)
    if contracts[0].is_microdata:
        return [shape_microdata(table, contracts[0], catalogue, codebook, asked)]
    if kostra and (account := accounts_in(table)):
        return [shape_accounts(account, kostra, catalogue, asked)]
    if contracts[0].extract == "samdata" and is_quality_export(table.header):
        return [shape_quality(table, contracts[0], catalogue, asked)]
    if {"contentscode", "tid"} <= {folded(name) for name in table.header}:
        raise refuse(
            "codes_without_texts",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=" | ".join(table.header[:6]),
        )
    contract = _contract_of(
        table.file, [*table.header, *title_dimensions(table.title)], _labels_of(table), contracts, catalogue
    )
    cube = table_to_cube(table, contract, catalogue)
    if cube is not None:
        shaped = shape_cube(cube, contract, catalogue, asked)
        shaped.notes += table.notes
        shaped.warnings += table.warnings
        return [shaped]
    if contract.is_wide:
        raise refuse(
            "no_year_columns",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=" | ".join(table.header[:8]),
        )
    return [shape_long(table, contract, catalogue, asked)]


def _refuse_another_source(
    file: str, sheet: str, names: set[str], texts: set[str], contracts: list[Contract], catalogue: Catalogue
) -> None:
    """Refuse a table whose column names or row labels are those of another source, and say which.

    names, texts: folded column names and cells.
    """
    marks: dict[str, int] = {}
    for source, extracts in EXTRACTS.items():
        labels = {folded(part) for told, label in catalogue.series if told == source for part in label.split(" | ")[:1]}
        for extract in extracts:
            columns = {folded(name) for name in catalogue.contract(extract).columns if not PERIOD.fullmatch(name)}
            marks[extract] = len((columns - _COMMON) & names) + len(labels & texts)
    own = max(marks[contract.extract] for contract in contracts)
    mine = {contract.source_code for contract in contracts}
    found, best = max(marks.items(), key=lambda mark: mark[1])
    source = next(source for source, extracts in EXTRACTS.items() if found in extracts)
    if source not in mine and best >= 2 and best > 2 * own:
        raise refuse(
            "another_source", file=file, sheet=sheet, facts={"looks_like": source, "source": " / ".join(sorted(mine))}
        )


def _labels_of(table: Table | Cube) -> set[str]:
    """Return the folded texts of a table that may be labels of series: cells, and measures in column names."""
    if isinstance(table, Cube):
        return {folded(label) for labels, *_ in table.records for label in labels.values()}
    texts = {cell for row in table.rows for cell in row}
    texts |= {found["before"] for name in table.header if (found := year_in_name(name))}
    return {folded(text) for text in texts} | {folded(re.sub(r"\s*\([^()]*\)\s*$", "", text)) for text in texts}


def _contract_of(
    file: str, header: list[str], labels: set[str], contracts: list[Contract], catalogue: Catalogue
) -> Contract:
    """Return the contract of the source that most names of a header, and then most labels, belong to."""
    if len(contracts) == 1:
        return contracts[0]

    def marks(contract: Contract) -> tuple[int, int]:
        names = known_names(contract, catalogue, 0, Codebook())
        for row in catalogue.column_mappings:
            if row.extract == contract.extract and not row.delivered.startswith("="):
                names.setdefault(folded(row.delivered), (row.column_name, "column_mappings"))
        delivered = {folded(name) for name in header} & set(names)
        known = {
            folded(part)
            for (source, label), row in catalogue.series.items()
            if source == contract.source_code and row["series_code"].startswith(_PREFIXES.get(contract.extract, ""))
            for part in label.split(" | ")
        }
        by_name = sum(1 if name in ("region", "statistikkvariabel") else 2 for name in delivered)
        return by_name, len(known & labels)

    ranked = sorted(contracts, key=marks, reverse=True)
    if marks(ranked[0]) == (0, 0) or marks(ranked[0]) == marks(ranked[1]):
        raise refuse(
            "extract_not_told",
            file=file,
            value=" | ".join(header[:8]),
            facts={"contracts": " or ".join(contract.extract for contract in contracts)},
        )
    return ranked[0]
