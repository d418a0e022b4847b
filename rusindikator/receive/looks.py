"""Refuses a table that does not hold what it shows: hidden cells, fractions beside per cents, weights.

The readers say what is hidden and how a cell was shown; here it is held against the table that was found.
"""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import PERIOD, folded
from rusindikator.receive.delivered import DateText, Grid, NumberText, PercentText
from rusindikator.receive.findings import refuse
from rusindikator.receive.numbers import parse_number
from rusindikator.receive.rows import year_in_name
from rusindikator.receive.tables import Table

# A weight of the survey, not of a body: vekt, Vekt_1, designvekt, frafallsvekt, weight, wgt.
_WEIGHT = re.compile(
    r"(?:(?:design|frafalls|utvalgs|populasjons|analyse|etter|svar|person|pst)[ -]?)?vekt(?:er|ing|variabel)?[ _]?\d*"
    r"|(?:[pfai]|(?:design|survey|sample|sampling|analysis|final|post)[ -]?)?(?:weights?|weighting|wgt|wt)[ _]?\d*"
)
# What is said of a weight after its name: vekt (frafallsjustert), Frafallsvekt til analyse.
_MORE = re.compile(r" *(?:\(.*\)| (?:til|for|av|etter|to|of) .*)$")
_DATE = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}(?:[T ][\d:.]+Z?)?|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d{2}")
# A column that divides the year beside the one that says it, and what stands there for the whole of it.
_PARTS = {
    "kvartal": "period_is_no_year",
    "måned": "period_is_no_year",
    "mnd": "period_is_no_year",
    "tertial": "tertials_for_year",
    "halvår": "half_years_for_year",
}
_WHOLE = re.compile(r".*(?:i alt|hele|heile|alle|total|samlet|[-–] ?desember|1\.? ?-).*", re.IGNORECASE)
_YEAR_COLUMNS = {"år", "aar", "year", "årgang"}
# Of figures; of answers it may be the time when a form was filled in.
_PERIOD_COLUMNS = {"tid", "periode", "tidsperiode"}


def refuse_looks(grid: Grid, table: Table, of_people: bool) -> None:
    """Refuse a table of a sheet whose cells show something else than they hold; raises RefusedError."""
    _refuse_hidden(grid, table)
    _refuse_dates_for_years(table, _YEAR_COLUMNS if of_people else _YEAR_COLUMNS | _PERIOD_COLUMNS)
    if not of_people:
        _refuse_parts_of_years(table)
    _refuse_some_per_cents(table)


def _refuse_hidden(grid: Grid, table: Table) -> None:
    rows = sorted(grid.hidden_rows & {table.header_row, *table.numbers})
    lines = [row for number, row in zip(grid.numbers, grid.rows, strict=True) if number in table.numbers]
    columns = [at for at in sorted(grid.hidden_columns) if any(len(row) > at and row[at].strip() for row in lines)]
    if rows or columns:
        facts = {"rows": len(rows), "columns": len(columns)}
        raise refuse("hidden_cells", file=table.file, sheet=table.sheet, row=rows[0] if rows else 0, facts=facts)


def _refuse_dates_for_years(table: Table, columns: set[str]) -> None:
    """Refuse dates in the place of years, in the header or in the column of the year."""
    heading = next((name for name in table.header if isinstance(name, DateText)), None)
    if heading:
        raise refuse("date_for_year", file=table.file, sheet=table.sheet, row=table.header_row, value=heading)
    for at, name in enumerate(table.header):
        if folded(name) not in columns:
            continue
        for number, row in zip(table.numbers, table.rows, strict=True):
            if isinstance(row[at], DateText) or _DATE.fullmatch(row[at].strip()):
                raise refuse(
                    "date_for_year", file=table.file, sheet=table.sheet, row=number, column=name, value=row[at]
                )


def _refuse_parts_of_years(table: Table) -> None:
    """Refuse a column of quarters, months or the like in which no row is of the whole year."""
    for at, name in enumerate(table.header):
        cells = [cell for cell in table.column(at) if cell.strip()]
        code = _PARTS.get(folded(name))
        if code and cells and not any(PERIOD.fullmatch(cell.strip()) or _WHOLE.fullmatch(cell) for cell in cells):
            raise refuse(
                code, file=table.file, sheet=table.sheet, row=table.numbers[0], column=name, value=cells[0].strip()
            )


def _refuse_some_per_cents(table: Table) -> None:
    """Refuse numbers beside per cents of the same column, or of the same series in the years beside.

    Where the years are columns each row is a series, and rows of other units may stand between: a number below one
    may be a fraction that lost its format, a larger one is no share of anything.
    """
    numbers = [
        (row_at, at, cell)
        for row_at, row in enumerate(table.rows)
        for at, cell in enumerate(row)
        if isinstance(cell, NumberText) and not PERIOD.fullmatch(table.header[at] and cell) and _amount(cell)
    ]
    shown = {(row_at, at) for row_at, at, cell in numbers if isinstance(cell, PercentText)}
    years = {at for at, name in enumerate(table.header) if year_in_name(name)}
    _refuse_fractions_beside_signs(table, years)
    if not shown:
        return
    columns = {at for _, at in shown}
    series = {row_at for row_at, at in shown if at in years}
    for row_at, at, cell in numbers:
        if (row_at, at) in shown or at not in columns | years:
            continue
        alone = at in columns and at not in years
        fraction = at in columns and abs(_amount(cell)) <= 1
        if alone or fraction or (at in years and row_at in series):
            raise refuse(
                "some_per_cents",
                file=table.file,
                sheet=table.sheet,
                row=table.numbers[row_at],
                column=table.header[at],
                value=cell,
            )


def _refuse_fractions_beside_signs(table: Table, years: set[int]) -> None:
    """Refuse a number of at most one in a series whose other years are written with a per cent sign."""
    for number, row in zip(table.numbers, table.rows, strict=True):
        told = {at: value for at in years if (value := parse_number(row[at])) is not None}
        if not any(row[at].rstrip().endswith("%") for at in told):
            continue
        for at, value in told.items():
            if value and abs(value) <= 1 and not row[at].rstrip().endswith("%"):
                facts = {"file": table.file, "sheet": table.sheet, "row": number, "column": table.header[at]}
                raise refuse("some_per_cents", value=row[at], **facts)


def _amount(cell: str) -> float:
    return float(cell.rstrip(" %").replace(",", "."))


def refuse_weights(table: Table, questions: dict[str, str]) -> None:
    """Refuse answers with a column of weights that differ: every answer counts alike here; raises RefusedError.

    questions: column -> its label, where the file has labels.
    """
    for at, name in enumerate(table.header):
        cells = [row[at].strip() for row in table.rows if row[at].strip()]
        called = [_MORE.sub("", folded(text)) for text in (name, questions.get(name, ""))]
        if any(map(_WEIGHT.fullmatch, called)) and len(set(cells)) > 1 and all(map(_is_number, cells)):
            raise refuse("weights_delivered", file=table.file, sheet=table.sheet, row=table.header_row, column=name)


def _is_number(cell: str) -> bool:
    return parse_number(cell) is not None
