"""Tables of accounts in their many layouts, as one: a row for each amount, of the one measure that is an amount."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import refuse
from rusindikator.receive.rows import year_in_name
from rusindikator.receive.shape.names import CONTENTS
from rusindikator.receive.shape.periods import write_periods
from rusindikator.receive.shape.printed import is_title, stub_names, updated_on
from rusindikator.receive.tables import Table

NAMES = {
    "region": ("region", "kommune", "kommunenr", "regionnr", "kommuneregion"),
    "district": ("bydel", "bydelsnr", "bydelnr"),
    "class": ("kontoklasse",),
    "function": ("funksjon", "kontoklasse funksjon", "funksjonskode"),
    "type": ("art", "artskode"),
    "amount": ("belop", "beløp", "belop i 1000", "beløp i 1000", "beløp i 1000 kr", "beløp (1000 kr)", "sum"),
    "year": ("årgang", "aargang", "år", "aar", "periode"),
    "scope": ("regnskapsomfang", "regnskapsomfa", "regnskap", "eierforhold"),
}
_MEASURE = "statistikkvariabel"
_MEASURES = CONTENTS | {"måltall", "variabel", "enhet", "måleenhet"}
_NO_AMOUNT = re.compile(r"\b(?:per|pr)\b|prosent|andel|%|endring|vekst|indeks|promille|årsverk|antall")
# Thousand kroner in one of each unit; a measure that tells no unit has SSB's own.
_UNITS = (
    (re.compile(r"\b1 ?000 ?kr|\btusen kr|\bi 1 ?000\b|\bkr 1 ?000\b"), 1.0),
    (re.compile(r"\bmill"), 1_000.0),
    (re.compile(r"\bmrd|\bmilliard"), 1_000_000.0),
    (re.compile(r"\bkr\b|\bkroner\b"), 0.001),
    # 12367 has this measure and no other
    (re.compile(r"^(?:bel[øo]p|sum)$|detaljerte regnskapstall"), 1.0),
)
_LOOKS_LIKE_MEASURES = re.compile(r"\bkr\b|kroner|prosent|innbygger")


def account_columns(header: list[str]) -> dict[str, int] | None:
    """Return the places of an account file's columns, or None where the table is no account file."""
    places = {}
    for role, names in NAMES.items():
        at = next((at for at, name in enumerate(header) if folded(name) in names), None)
        if at is not None:
            places[role] = at
    return places if {"region", "function", "type", "amount"} <= set(places) else None


def accounts_in(table: Table | Cube) -> Table | None:
    """Return a table of accounts with one amount a row, or None where a table or a cube holds no accounts.

    PxWeb gives its account tables (12362, 12367) the years as columns, named after the measure and the year, or as
    JSON-stat, where the codes tell what labels such as 'Landet' leave out.
    """
    wanted = {folded(name) for role in ("region", "function", "type") for name in NAMES[role]}
    if isinstance(table, Cube):
        return _of_cube(table) if len(wanted & {folded(name) for name in table.dimensions}) > 2 else None
    if account_columns(table.header):
        table.updated = table.updated or updated_on(table)
        return table
    years = {at: found for at, name in enumerate(table.header) if (found := year_in_name(name))}
    stub = [at for at in range(len(table.header)) if at not in years]
    names = stub_names(table, stub)
    if len(wanted & set(map(folded, names))) < 3:
        return None
    return _of_wide(table, names, stub, years) if years else _of_long(table)


def thousands_in(measure: str) -> float | None:
    """Return how many thousand kroner one of a measure is; None where it is no amount: per cent, kr per inhabitant.

    Example: 'Beløp (1000 kr)' -> 1.0, 'Beløp (mill. kr)' -> 1000.0, 'Beløp per innbygger (kr)' -> None
    """
    name = folded(measure)
    if _NO_AMOUNT.search(name):
        return None
    return next((thousands for pattern, thousands in _UNITS if pattern.search(name)), None)


def of_one_measure(table: Table, notes: list[str]) -> tuple[Table, float]:
    """Return the rows of the only measure that is an amount, and how many thousand kroner one of it is.

    Raises RefusedError where no measure is an amount or several are: they are never added together.
    """
    columns = _measure_columns(table)
    if not columns:
        return table, 1.0
    told = [_measure_of([row[at].strip() for at in columns]) for row in table.rows]
    measures = list(dict.fromkeys(told))
    amounts = [measure for measure in measures if thousands_in(measure) is not None]
    where = {"file": table.file, "sheet": table.sheet, "column": table.header[columns[0]]}
    if not amounts:
        raise refuse("no_amount", value=", ".join(measures)[:150], **where)
    if len(amounts) > 1:
        facts = {"n": len(amounts), "extract": "ssb_kostra", "name": table.header[columns[0]]}
        raise refuse("several_measures", value=", ".join(amounts)[:150], facts=facts, **where)
    if len(measures) > 1:
        notes.append(f"'{amounts[0]}' taken, not {', '.join(each for each in measures if each != amounts[0])}")
    kept = [at for at, measure in enumerate(told) if measure == amounts[0]]
    table = Table(
        table.file,
        table.sheet,
        table.title,
        table.header,
        table.header_row,
        [table.rows[at] for at in kept],
        [table.numbers[at] for at in kept],
    )
    return table, thousands_in(amounts[0]) or 1.0


def _of_cube(cube: Cube) -> Table:
    table = Table(cube.file, cube.sheet, cube.title, [], 1, [], [], updated=cube.updated)
    write_periods(cube, table.warnings)
    stub = [name for name in cube.dimensions if name not in (cube.time, cube.contents)]
    table.header = [*stub, _MEASURE, "år", "beløp"]
    for labels, text, number, _ in cube.records:
        label = labels.get(cube.contents or "", "beløp")
        told = [_with_code(cube, name, labels[name]) for name in stub]
        table.rows.append([*told, _measure_of([label, cube.units.get(label, "")]), labels[cube.time], text])
        table.numbers.append(number)
    return table


def _of_wide(table: Table, names: list[str], stub: list[int], years: dict[int, re.Match[str]]) -> Table:
    """Return a row for each cell below a year; `names` are those of the columns before, `stub` their places."""
    has_measure = any(folded(name) in _MEASURES for name in names)
    measures = {at: f"{found['before']} {found['after']}".strip() or "beløp" for at, found in years.items()}
    rows = [
        [*(row[place] for place in stub), *([] if has_measure else [measures[at]]), found["period"], row[at]]
        for row in table.rows
        for at, found in years.items()
    ]
    numbers = [number for number in table.numbers for _ in years]
    header = [*names, *([] if has_measure else [_MEASURE]), "år", "beløp"]
    return Table(
        table.file,
        table.sheet,
        table.title,
        header,
        table.header_row,
        rows,
        numbers,
        table.footnotes,
        table.notes,
        table.warnings,
        updated_on(table),
    )


def _of_long(table: Table) -> Table:
    """Return a table with the one column of amounts by its own name: what it is stands in its header, or in the title.

    Raises RefusedError where no column holds amounts, or several do.
    """
    known = {name for names in NAMES.values() for name in names} | _MEASURES
    values = [at for at, name in enumerate(table.header) if folded(name) not in known]
    amounts = [at for at in values if thousands_in(table.header[at]) is not None]
    last = len(table.header) - 1
    if any(folded(name) in _MEASURES for name in table.header) and is_title(table.header[last]):
        amounts = [last]
    told = ", ".join(table.header[at] for at in amounts or values)[:150]
    where = {"file": table.file, "sheet": table.sheet, "row": table.header_row, "value": told}
    if not amounts:
        raise refuse("no_amount", **where)
    if len(amounts) > 1:
        raise refuse("several_measures", facts={"n": len(amounts), "extract": "ssb_kostra", "name": told}, **where)
    (at,) = amounts
    measure = table.header[at]
    table.header[at] = "beløp"
    if not any(folded(name) in _MEASURES for name in table.header):
        table.header.append(_MEASURE)
        for row in table.rows:
            row.append(measure)
    return table


def _with_code(cube: Cube, name: str, label: str) -> str:
    """Return a label with its code before it, as SSB writes both: '232 Helsestasjons- og skolehelsetjeneste'."""
    code = cube.codes.get(name, {}).get(label, "")
    return label if not code or label.split(" ")[0] == code else f"{code} {label}"


def _measure_columns(table: Table) -> list[int]:
    """Return the columns that say what is measured and in which unit, by their names or by what stands in them."""
    known = {name for names in NAMES.values() for name in names}
    found = []
    for at, name in enumerate(table.header):
        values = {folded(row[at]) for row in table.rows}
        looks = len(values) > 1 and any(_LOOKS_LIKE_MEASURES.search(value) for value in values)
        if folded(name) in _MEASURES or (folded(name) not in known and looks):
            found.append(at)
    return found


def _measure_of(texts: list[str]) -> str:
    """Return a measure with the unit that its label does not tell: 'Beløp (1000 kr)'."""
    name, *units = [text for text in texts if text] or [""]
    more = [unit for unit in units if folded(unit) not in folded(name)]
    return f"{name} ({', '.join(more)})" if more else name
