"""From a table as delivered to the shape of its extract's contract, with every cell's way back to the file."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from rusindikator.receive.catalogue import LABELS, PERIOD, PERIODS, VALUES, Catalogue, Contract, answer_key, folded
from rusindikator.receive.delivered import Codebook, Cube, DateText, NumberText
from rusindikator.receive.filling import UNIT_COLUMNS, Filler, codes_apart
from rusindikator.receive.findings import Finding, RefusedError, refuse
from rusindikator.receive.numbers import number_cell, parse_number, value_symbol
from rusindikator.receive.tables import Table, year_in_name

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
    "hele landet",
    "landet",
    "alle typer meldere",
    "alle reaksjonstyper",
    "alle lovbrudd",
    "hele befolkningen",
    "0 hele landet",
    "i alt, alle",
    "begge",
    "alle grupper",
}
_UNIT_TOTALS = {"sum", "totalt", "total", "i alt", "landet", "hele landet", "norge", "alle kommuner", "kommuner i alt"}
_WHOLE_YEAR = {"hele året", "heile året", "hele aret", "året", "1.-3. tertial", "januar-desember"}
_PART_OF_YEAR = re.compile(r"januar\s*[-–]\s*(?!desember)[a-z]+|[1-3]\. ?(kvartal|tertial)", re.IGNORECASE)
_CONTENTS = {"statistikkvariabel", "contents", "contentscode", "statistikkvariabler", "statistic variable"}
CODE_AND_NAME = re.compile(r"(?:K-)?(\d{4})(?:[ \u00a0]+(.+))?")


@dataclass(frozen=True)
class Asked:
    """What the user said that bears on the shape: the period, constants of --set, and what doubled accounts mean."""

    period: tuple[int, int] | None = None
    constants: dict[str, str] = field(default_factory=dict)
    doubled: str | None = None

    @property
    def year(self) -> int | None:
        """The last year asked for."""
        return self.period[1] if self.period else None


@dataclass
class Shaped:
    """A delivery in the shape of its contract.

    `places` has, row by row, file, sheet and row of the delivered file. `cell_places` has row and column of cells that
    stood elsewhere than their row, and the file where it is another.
    """

    contract: Contract
    columns: list[str]
    rows: list[list[str]]
    places: list[tuple[str, str, int]]
    title: str = ""
    cell_places: dict[tuple[int, str], tuple[int, str] | tuple[int, str, str]] = field(default_factory=dict)
    mapped: list[tuple[str, str, str]] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    totals: list[tuple[dict[str, str], tuple[str, str, int]]] = field(default_factory=list)
    updated: str = ""

    def at(self, column: str) -> int:
        """Return the place of a column; ValueError where there is none."""
        return self.columns.index(column)

    def column(self, column: str) -> list[str]:
        """Return the cells of a column."""
        at = self.at(column)
        return [row[at] for row in self.rows]

    def finding(self, row: int, column: str, code: str, **more: object) -> Finding:
        """Return a finding about a cell, with the place where it stood in the delivered file."""
        file, sheet, number = self.places[row]
        delivered = next((name for name, target, _ in self.mapped if target == column), column)
        if (row, column) in self.cell_places:
            number, delivered, *elsewhere = self.cell_places[row, column]
            file = elsewhere[0] if elsewhere else file
        return Finding(code, file, sheet, number, delivered, **more)  # type: ignore[arg-type]

    def keep(self, stay: list[int]) -> None:
        """Keep these rows, with the places of their cells, and leave the others."""
        new = {old: at for at, old in enumerate(stay)}
        self.rows = [self.rows[at] for at in stay]
        self.places = [self.places[at] for at in stay]
        self.cell_places = {
            (new[row], column): place for (row, column), place in self.cell_places.items() if row in new
        }

    def periods(self) -> list[str]:
        """Return the periods a delivery of figures speaks of."""
        if self.contract.is_wide:
            return [name for name in self.columns if PERIOD.fullmatch(name)]
        name = PERIODS.get(self.contract.extract, "aar")
        return list(dict.fromkeys(self.column(name))) if name in self.columns else []


def known_names(contract: Contract, catalogue: Catalogue, year: int, codebook: Codebook) -> dict[str, tuple[str, str]]:
    """Return folded delivered name -> contract column and how it is known, for one year."""
    names: dict[str, tuple[str, str]] = {}
    asked = [
        (row["column_name"], row[label])
        for row in (*catalogue.variables, *catalogue.amounts)
        if row["extract"] == contract.extract and row["column_name"]
        for label in ("label_nb", "label_en")
    ]
    for column, label in asked:
        names.setdefault(folded(label), (column, "label of the question"))
    for name, question in codebook.questions.items():
        column = next((column for column, label in asked if folded(label) == folded(question)), None)
        if column:
            names[folded(name)] = (column, "codebook")
    for row in catalogue.column_mappings:
        if row.holds(contract.extract, year) and not row.delivered.startswith("="):
            names[folded(row.delivered)] = (row.column_name, "column_mappings")
    for column in contract.columns:
        if not PERIOD.fullmatch(column):
            names[folded(column)] = (column, "same name")
    return names


def header_names(contract: Contract, catalogue: Catalogue) -> set[str]:
    """Return all names a header of this extract may hold, of any year."""
    names = set(known_names(contract, catalogue, 0, Codebook()))
    names |= {
        folded(row.delivered)
        for row in catalogue.column_mappings
        if row.extract == contract.extract and not row.delivered.startswith("=")
    }
    if not contract.is_microdata:
        names |= _CONTENTS | {"år", "tid", "periode", "tidsperiode", "region"}
    return names


def safe_name(name: str) -> str:
    """Return a column name that is nobody's yet and holds only letters, digits, spaces and a few signs."""
    return re.sub(r"[^\w .,%()/§&+-]", "_", name.strip())[:120].strip() or "_"


def constants(contract: Contract, catalogue: Catalogue, year: int) -> dict[str, str]:
    """Return column -> value for what no table of this year says itself (column_mappings, `=value`)."""
    return {
        row.column_name: row.delivered[1:]
        for row in catalogue.column_mappings
        if row.holds(contract.extract, year) and row.delivered.startswith("=")
    }


def label_for(contract: Contract, catalogue: Catalogue, year: int) -> dict[tuple[str, str], str]:
    """Return column, delivered label -> label of the catalogue, for one year."""
    found = {}
    for row in catalogue.label_mappings:
        if row.holds(contract.extract, year):
            column, label = row.column_name.split("\t")
            found[column, folded(row.delivered)] = label
    return found


# Microdata


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
    rows, numbers = _without_totals(table, targets, contract, shaped)
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


def _without_totals(
    table: Table, targets: list[str], contract: Contract, shaped: Shaped
) -> tuple[list[list[str]], list[int]]:
    """Take rows of sums out of the units; they are kept for the check of totals against parts."""
    keys = [targets.index(name) for name in ("kommunenr", "kommune") if name in targets]
    rows, numbers = [], []
    for number, row in zip(table.numbers, table.rows, strict=True):
        texts = [answer_key(row[at]) for at in keys if row[at].strip()]
        if texts and any(text in _UNIT_TOTALS for text in texts):
            shaped.totals.append((dict(zip(targets, row, strict=True)), (table.file, table.sheet, number)))
        else:
            rows.append(row)
            numbers.append(number)
    if shaped.totals:
        shaped.notes.append(f"{len(shaped.totals)} rows of sums taken out (row {shaped.totals[0][1][2]})")
    return rows, numbers


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


# Figures


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
    if time is not None and (contract.is_wide or _is_title(table.header[last])) and time != last:
        dimensions = [name or f"kolonne {at + 1}" for at, name in enumerate(table.header[:last])]
        records = [
            (dict(zip(dimensions, row, strict=False)), row[last], number, table.header[last])
            for number, row in zip(table.numbers, table.rows, strict=True)
        ]
        contents = next((name for name in dimensions if folded(name) in _CONTENTS), None)
        title = table.title or table.header[last]
        return Cube(table.file, table.sheet, title, dimensions, dimensions[time], contents, records)
    if not periods or time is not None:
        return None
    stub = [at for at in range(len(table.header)) if at not in periods]
    stub = [at for at in stub if at < min(periods)]
    if len(stub) + len(periods) < len(table.header):
        strange = next(name for at, name in enumerate(table.header) if at not in periods and at not in stub)
        raise refuse("column_after_years", file=table.file, sheet=table.sheet, row=table.header_row, value=strange)
    named = title_dimensions(table.title)
    free = [name for name in named if folded(name) not in _CONTENTS | {"år", "tid", "year", "periode"}]
    dimensions = []
    for place, at in enumerate(stub):
        dimensions.append(table.header[at] or (free[place] if place < len(free) else f"kolonne {at + 1}"))
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
        "statistikkvariabel" if has_contents else next((name for name in dimensions if folded(name) in _CONTENTS), None)
    )
    dimensions = [*dimensions, *(["statistikkvariabel"] if has_contents else []), "år"]
    units = {}
    unit = next((note for note in table.footnotes if folded(note).startswith("måleenhet")), "")
    for record in records:
        if contents and unit and ":" in unit:
            units[record[0][contents]] = unit.split(":", 1)[1].strip()
    return Cube(table.file, table.sheet, table.title, dimensions, "år", contents, records, units, _updated(table))


def _melted(table: Table, stub: int, time: int) -> Cube:
    """Return the cube of a PxWeb sheet with years down its side: labels that only the title names, then measures."""
    free = [name for name in title_dimensions(table.title) if folded(name) not in _CONTENTS]
    names = [free[at] if at < len(free) else f"kolonne {at + 1}" for at in range(stub)]
    measure = "statistikkvariabel"
    records = [
        (dict(zip(names, row, strict=False)) | {measure: table.header[at]}, row[at], number, table.header[at])
        for number, row in zip(table.numbers, table.rows, strict=True)
        for at in range(stub, len(table.header))
    ]
    dimensions = [*names, measure]
    return Cube(table.file, table.sheet, table.title, dimensions, names[time], measure, records, {}, _updated(table))


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


def _is_title(name: str) -> bool:
    return bool(re.match(r"\d{5}:", name)) or (" etter " in f" {folded(name)} " and "," in name)


def _updated(table: Table) -> str:
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


def whole_years(cube: Cube, shaped_notes: list[str]) -> None:
    """Leave out cumulated parts of a year (januar-april) beside whole years; refuse where no whole year is there."""
    for name in list(cube.dimensions):
        values = {folded(record[0].get(name, "")) for record in cube.records}
        if not any(_PART_OF_YEAR.fullmatch(value) for value in values):
            continue
        whole = values & _WHOLE_YEAR
        if not whole:
            raise refuse(
                "parts_of_year", file=cube.file, sheet=cube.sheet, column=name, value=", ".join(sorted(values))
            )
        before = len(cube.records)
        cube.records = [record for record in cube.records if folded(record[0][name]) in whole]
        shaped_notes.append(f"{before - len(cube.records)} rows of cumulated parts of a year left out ({name})")


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
    _reduce(cube, [name for name in cube.dimensions if name not in target_of and name != cube.time], contract, shaped)
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


def _reduce(cube: Cube, extra: list[str], contract: Contract, shaped: Shaped) -> None:
    """Take the total of each dimension that the contract does not know, and compare it with its parts."""
    for name in extra:
        values = list(dict.fromkeys(record[0].get(name, "").strip() for record in cube.records))
        if len(values) == 1:
            shaped.notes.append(f"{name} is '{values[0]}' throughout")
            continue
        totals = [value for value in values if folded(value) in TOTALS or folded(value).endswith((" i alt", " samlet"))]
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


def shape_long(table: Table, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return a table of figures whose rows are already those of the contract, with measures as columns."""
    time_name, period = PERIODS[contract.extract], asked.period
    shaped = Shaped(contract, [], [], [], table.title, notes=list(table.notes), warnings=list(table.warnings))
    header = list(table.header)
    rows = [list(row) for row in table.rows]
    numbers = list(table.numbers)
    for at in reversed(range(len(header))):
        values = {folded(row[at]) for row in rows}
        if any(_PART_OF_YEAR.fullmatch(value) for value in values) and not any(
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
            kept = [place for place, row in enumerate(rows) if folded(row[at]) in _WHOLE_YEAR]
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
    kept = [
        at
        for at, row in enumerate(rows)
        if row[time_at].strip() or not any(folded(cell) in _UNIT_TOTALS for cell in row)
    ]
    if kept and len(kept) < len(rows):
        shaped.notes.append(f"{len(rows) - len(kept)} rows of sums taken out (row {numbers[-1]})")
        rows, numbers = [rows[at] for at in kept], [numbers[at] for at in kept]
    rows, numbers = _long_totals(rows, numbers, targets, contract, shaped, table)
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


def _long_totals(
    rows: list[list[str]], numbers: list[int], targets: list[str], contract: Contract, shaped: Shaped, table: Table
) -> tuple[list[list[str]], list[int]]:
    """Take the total of a column the contract does not know, where that column is what tells doubled rows apart."""
    keys = [at for at, name in enumerate(targets) if name in (*contract.keys, PERIODS[contract.extract])]
    for name in list(shaped.unmapped):
        at = targets.index(name)
        if len({tuple(row[key] for key in keys) for row in rows}) == len(rows):
            break
        values = list(dict.fromkeys(row[at].strip() for row in rows))
        totals = [value for value in values if folded(value) in TOTALS or folded(value).endswith((" i alt", " samlet"))]
        if len(totals) == 1:
            kept = [place for place, row in enumerate(rows) if row[at].strip() == totals[0]]
            shaped.notes.append(f"{name}: '{totals[0]}' taken, {len(rows) - len(kept)} rows of parts left out")
            rows, numbers = [rows[place] for place in kept], [numbers[place] for place in kept]
    return rows, numbers


def refuse_dates(table: Table, names: set[str]) -> None:
    """Refuse dates where Excel has made them of numbers such as 3.9 or 1-2: in columns that are used.

    `names` are the folded names that a header may hold. A column that nobody has described, such as the time when a
    form was begun, is kept as it came.
    """
    problems = []
    for at, name in enumerate(table.header):
        if name and folded(name) not in names and not year_in_name(name) and not _is_title(name):
            continue
        found = [
            (number, str(row[at]))
            for number, row in zip(table.numbers, table.rows, strict=True)
            if isinstance(row[at], DateText)
        ]
        if found:
            number, cell = found[0]
            more = f" (the first of {len(found)} cells)" if len(found) > 1 else ""
            problems.append(
                Finding(
                    "date_in_cell",
                    file=table.file,
                    sheet=table.sheet,
                    row=number,
                    column=name,
                    value=cell,
                    facts={"more": more},
                )
            )
    if problems:
        raise RefusedError(problems)
