"""Finds the table in a grid: title above, header, rows, footnotes below."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from rusindikator.receive.catalogue import PERIOD, folded
from rusindikator.receive.delivered import Grid
from rusindikator.receive.findings import Finding, RefusedError, refuse
from rusindikator.receive.identifying import refuse_identifying_names
from rusindikator.receive.periods import all_are_periods, period_written
from rusindikator.receive.rows import (
    begins_table,
    filled,
    header_marks,
    is_footnote,
    is_header_again,
    refuse_table_above,
    refuse_table_beside,
    year_in_name,
)

_HEADER_WITHIN = 40


@dataclass
class Table:
    """A table as delivered: header, rows with the numbers they stand on, the text around it, the day it was updated."""

    file: str
    sheet: str
    title: str
    header: list[str]
    header_row: int
    rows: list[list[str]]
    numbers: list[int]
    footnotes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    updated: str = ""

    def column(self, at: int) -> list[str]:
        """Return the cells of one column."""
        return [row[at] for row in self.rows]


def find_table(grid: Grid, names: set[str], fill_down: bool = False, of_people: bool = False) -> Table:
    """Return the table of a grid; `names` are the folded column names that may stand in its header.

    fill_down: a blank label cell repeats the one above, as in sheets that PxWeb writes.
    of_people: the rows are answers of somebody; columns that say whose are refused.
    Raises RefusedError where no row looks like a header, or where rows do not fit it.
    """
    head = grid.rows[:_HEADER_WITHIN]
    marks = [header_marks(row, names) if filled(row) > 1 else 0 for row in head]
    if fill_down and max(marks, default=0) < 2 and (place := _measures_above_labels(head) or _years_above_labels(head)):
        marks[place] = 2
    if not marks or max(marks) < 2:
        raise refuse(
            "no_header",
            file=grid.file,
            sheet=grid.sheet,
            row=grid.numbers[0] if grid.numbers else 0,
            value=" | ".join(cell for cell in (head[0] if head else [])[:6]),
            facts={"names": ", ".join(sorted(names)[:8])},
        )
    at = marks.index(max(marks))
    refuse_table_above(grid, marks, at)
    header = [cell if cell == cell.strip() else cell.strip() for cell in grid.rows[at]]  # a date stays one
    width = len(header)
    header = _with_row_above(grid.rows, at, header)
    # Columns at the right without a name and without a cell are none.
    while width and not header[width - 1] and not any(filled(row[width - 1 :]) for row in grid.rows[at + 1 :]):
        width -= 1
    if of_people:
        refuse_identifying_names(grid, [name for name in header if folded(name) not in names], grid.numbers[at])
    title = " ".join(cell for row in grid.rows[:at] if filled(row) == 1 for cell in row if cell.strip())
    table = Table(grid.file, grid.sheet, title, header[:width], grid.numbers[at], [], [])
    if not of_people:
        refuse_table_beside(grid, table.header, at, names)
    _take_rows(grid, at, width, table, names)
    _check_header(table)
    _write_periods(table)
    if fill_down:
        _fill_down(table)
    return table


def _measures_above_labels(rows: list[list[str]]) -> int | None:
    """Return the row of a PxWeb sheet with years down its side that has measures after blank cells; None if none."""
    for at, (row, below) in enumerate(pairwise(rows)):
        stub = next((place for place, cell in enumerate(row) if cell.strip()), 0)
        if stub and below[0].strip() and any(PERIOD.fullmatch(cell.strip()) for cell in below[:stub]):
            return at
    return None


def _years_above_labels(rows: list[list[str]]) -> int | None:
    """Return the row of a PxWeb sheet that has nothing but periods after blank cells, if only one; None if none."""
    for at, (row, below) in enumerate(pairwise(rows)):
        told = [cell.strip() for cell in row if cell.strip()]
        stub = next((place for place, cell in enumerate(row) if cell.strip()), 0)
        if stub and below[0].strip() and all(PERIOD.fullmatch(cell) for cell in told):
            return at
    return None


def _with_row_above(rows: list[list[str]], at: int, header: list[str]) -> list[str]:
    """Return the header joined with the row of contents above it, where years stand below contents in a PxWeb sheet."""
    if at == 0 or not all(year_in_name(cell) for cell in header if cell):
        return header
    above = rows[at - 1]
    if not any(cell and place < len(above) and above[place].strip() for place, cell in enumerate(header)):
        return header
    joined, current = [], ""
    for place, cell in enumerate(header):
        current = above[place].strip() if place < len(above) and above[place].strip() else current
        joined.append(f"{current} {cell}".strip() if cell else (above[place].strip() if place < len(above) else ""))
    return joined


def _take_rows(grid: Grid, at: int, width: int, table: Table, names: set[str]) -> None:
    """Put the rows below the header into the table, and what stands below a blank row into its footnotes."""
    below = list(zip(grid.numbers[at + 1 :], grid.rows[at + 1 :], strict=True))
    while below and not filled(below[-1][1]):
        below.pop()
    gap = 0
    in_notes = False
    problems: list[Finding] = []
    for number, row in below:
        count = filled(row)
        if count == 0:
            gap = number
            continue
        if in_notes or (gap and count == 1 and row[0].strip()) or (gap and count <= 2 and is_footnote(row)):
            if not in_notes and count > 2:
                gap = 0
            else:
                in_notes = True
                if (count > max(2, width // 2) and width > 3) or begins_table(row, names):
                    problems.append(_second_block(table, number))
                    break
                table.footnotes.append(" ".join(cell for cell in row if cell.strip()))
                continue
        if (gap and table.rows) or (count > 1 and is_header_again(row, table.header)):
            problems.append(_second_block(table, number))
            break
        if grid.ragged and len(row) != width and not (len(row) > width and not filled(row[width:])):
            problems.append(
                Finding(
                    "row_width",
                    file=table.file,
                    sheet=table.sheet,
                    row=number,
                    value=" ".join(row[-2:]),
                    facts={"n": len(row), "width": width},
                )
            )
            if len(problems) >= 20:
                break
            continue
        if not grid.ragged and filled(row[width:]):
            problems.append(
                Finding(
                    "cell_beside_table",
                    file=table.file,
                    sheet=table.sheet,
                    row=number,
                    value=next(cell for cell in row[width:] if cell.strip()),
                )
            )
            if len(problems) >= 20:
                break
            continue
        table.rows.append([*row, *[""] * (width - len(row))][:width])
        table.numbers.append(number)
    if problems:
        raise RefusedError(problems)
    if not table.rows:
        raise refuse("no_rows", file=table.file, sheet=table.sheet, row=table.header_row)


def _second_block(table: Table, number: int) -> Finding:
    return Finding("second_block", file=table.file, sheet=table.sheet, row=number)


def _write_periods(table: Table) -> None:
    """Write the periods in names, and in columns of nothing else, as the contracts do; tell of preliminary ones."""
    marked: dict[str, str] = {}
    if found := re.search(r"(?i)\b(?:foreløpig|førebels)\w*", table.title):
        marked[table.title[:60]] = found[0].lower()

    def written(text: str) -> str:
        told, mark = period_written(text)
        if mark:
            marked.setdefault(told, mark)
        return told if told != text else text

    table.header[:] = [written(name) for name in table.header]
    for at in range(len(table.header)):
        cells = table.column(at)
        told = [period_written(cell)[0] for cell in cells]
        if told != cells and all_are_periods(told, PERIOD):
            for row in table.rows:
                row[at] = written(row[at])
    if marked:
        facts = {"mark": ", ".join(dict.fromkeys(marked.values()))}
        table.warnings.append(
            Finding(
                "preliminary_period", table.file, table.sheet, table.header_row, value=", ".join(marked), facts=facts
            )
        )


def _check_header(table: Table) -> None:
    """Refuse a header with a nameless column that holds cells, or with a name that stands twice."""
    seen: dict[str, int] = {}
    nameless = [at for at, name in enumerate(table.header) if not name]
    # Row labels of PxWeb sheets carry no name; they stand first, and the title tells their names.
    leading = [at for at in nameless if at == nameless.index(at)] if nameless else []
    for at in reversed([at for at in nameless if at not in leading]):
        held = next(
            ((number, row[at]) for number, row in zip(table.numbers, table.rows, strict=True) if row[at].strip()), None
        )
        if held:
            raise refuse(
                "column_without_name",
                file=table.file,
                sheet=table.sheet,
                row=held[0],
                value=held[1],
                facts={"at": at + 1},
            )
        del table.header[at]
        for row in table.rows:
            del row[at]
    for at, name in enumerate(table.header):
        key = folded(name)
        if name and key in seen:
            raise refuse(
                "column_name_twice",
                file=table.file,
                sheet=table.sheet,
                row=table.header_row,
                value=name,
                facts={"first": seen[key] + 1, "at": at + 1},
            )
        seen[key] = at


def _fill_down(table: Table) -> None:
    """Repeat labels where a row begins with blank cells, as PxWeb leaves them; a blank further on is a blank."""
    nameless = next((at for at, name in enumerate(table.header) if name), 0)
    stub = next((at for at, name in enumerate(table.header) if year_in_name(name)), nameless or len(table.header) - 1)
    above = [""] * stub
    repeated = 0
    for row in table.rows:
        leading = next((at for at in range(stub) if row[at].strip()), 0)
        for at in range(leading):
            row[at] = above[at]
            repeated += bool(above[at])
        above = row[:stub]
    if repeated:
        table.notes.append(f"{repeated} blank repeated labels filled from above")
