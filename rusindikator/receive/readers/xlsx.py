"""Workbooks of Excel: the cells of their sheets as they are shown, and the sheets that are not read."""

from __future__ import annotations

from pathlib import Path

from rusindikator.receive.delivered import DateText, Delivered, Grid, NumberText, PercentText, cell_text
from rusindikator.receive.findings import refuse
from rusindikator.receive.guard import Archive, inspect_xlsx
from rusindikator.receive.marks import raised, raised_marks, take_marks
from rusindikator.receive.numbers import number_cell
from rusindikator.receive.readers.progress import Progress
from rusindikator.receive.readers.text import undivided
from rusindikator.receive.readers.workbook import Marks, NumberFormat, marks_of

# What the user may say of rows and columns that are hidden: they count, or they are left out.
HIDDEN = ("count", "leave")


def read_xlsx(path: Path, sheet: str | None, quiet: bool, hidden: str | None) -> Delivered:
    """Return the sheets of a workbook; raises RefusedError where its cells do not hold what they show."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    archive = inspect_xlsx(path)
    delivered = Delivered(path, "xlsx", "utf-8")
    if archive.has_author:
        delivered.notes.append("whoever wrote the workbook is named in the original only")
    if archive.left_alone:
        delivered.notes.append(f"links and embedded parts left alone: {', '.join(archive.left_alone[:3])}")
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        shown = [meta.name for meta in sheets if meta.visible == SheetVisibleEnum.Visible or meta.name == sheet]
        unseen = [meta.name for meta in book.sheets_metadata if meta.name not in shown]
        if unseen:
            delivered.notes.append(f"hidden sheets and charts left alone: {', '.join(unseen)}")
        if sheet and sheet not in shown:
            raise refuse("no_such_sheet", file=path.name, facts={"sheet": sheet, "wanted": ", ".join(shown)})
        wanted = [sheet] if sheet else shown
        marks = marks_of(path, archive, wanted)
        for meta in sheets:
            values = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            rows = [[cell_text(value) for value in row] for row in Progress(f"reading {path.name}", quiet).over(values)]
            grid = Grid(path.name, meta.name, rows, list(range(1, len(rows) + 1)))
            if meta.name not in wanted:
                delivered.unread.append(grid)
                continue
            _refuse_what_is_no_value(grid, archive)
            _as_shown(grid, marks[meta.name], delivered)
            _hide(grid, marks[meta.name], hidden, delivered)
            delivered.grids.append(undivided(grid, delivered))
    except CalamineError as error:
        raise refuse("workbook_unreadable", file=path.name, facts={"error": error}) from error
    if not any(any(cell for cell in row) for grid in delivered.grids for row in grid.rows):
        raise refuse("workbook_is_empty", file=path.name)
    return delivered


def _refuse_what_is_no_value(grid: Grid, archive: Archive) -> None:
    """Refuse formulas, whose results may be old, and cells with errors."""
    for code, found in (("formulas_in_cells", archive.formulas), ("excel_errors_in_cells", archive.errors)):
        cells = found.get(grid.sheet, [])
        if cells:
            raise refuse(code, file=grid.file, sheet=grid.sheet, value=cells[0], facts={"n": len(cells)})


def _as_shown(grid: Grid, marks: Marks, delivered: Delivered) -> None:
    """Put into the cells what they show: per cents, years, and texts without raised marks."""
    looks: list[tuple[int, str, str]] = []
    percents = 0
    for row, column in sorted({*marks.formats, *marks.texts, *marks.raised_cells}):
        if row > len(grid.rows) or column > len(grid.rows[row - 1]):
            continue
        cell = grid.rows[row - 1][column - 1]
        told = marks.formats.get((row, column), NumberFormat())
        if told.divides and isinstance(cell, NumberText):
            raise refuse("format_divides", file=grid.file, sheet=grid.sheet, row=row, value=cell)
        if isinstance(cell, NumberText) and told.hides_figure(float(cell.replace(",", "."))):
            raise refuse("format_hides", file=grid.file, sheet=grid.sheet, row=row)
        if told.has_percent and isinstance(cell, NumberText):
            value = float(cell.replace(",", "."))
            cell = PercentText(f"{number_cell(round(value * told.factor, 10))} %")
            percents += 1
        elif told.is_year and isinstance(cell, DateText):
            cell = NumberText(cell[:4])
        text = marks.texts.get((row, column)) or (raised(cell) if (row, column) in marks.raised_cells else "")
        grid.rows[row - 1][column - 1] = cell_text(text) if text else cell
    for number, cells in zip(grid.numbers, grid.rows, strict=True):
        looks += take_marks(number, cells)
    if percents:
        delivered.notes.append(f"sheet {grid.sheet}: {percents} cells shown as per cent are read as they are shown")
    if looks:
        delivered.warnings.append(raised_marks(grid.file, grid.sheet, looks))


def _hide(grid: Grid, marks: Marks, hidden: str | None, delivered: Delivered) -> None:
    """Do with hidden rows and columns what was said; where nothing was, they are kept in mind."""
    rows = {row for row in marks.hidden_rows if row <= len(grid.rows) and any(grid.rows[row - 1])}
    columns = {at - 1 for at in marks.hidden_columns if any(len(row) >= at and row[at - 1] for row in grid.rows)}
    if not rows and not columns:
        return
    if hidden is None:
        grid.hidden_rows, grid.hidden_columns = rows, columns
        return
    done = {"count": "count", "leave": "left out"}[hidden]
    delivered.notes.append(f"sheet {grid.sheet}: {len(rows)} hidden rows and {len(columns)} hidden columns {done}")
    if hidden == "leave":
        grid.rows = [
            [cell for at, cell in enumerate(row) if at not in columns]
            for number, row in zip(grid.numbers, grid.rows, strict=True)
            if number not in rows
        ]
        grid.numbers = [number for number in grid.numbers if number not in rows]
