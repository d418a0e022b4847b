"""From a delivered file to grids of text cells, each with the row it stood on. Libraries read; nothing is judged."""

from __future__ import annotations

import csv
import io
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rusindikator.receive.delivered import Codebook, Delivered, Grid, NumberText, cell_text, clean
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.guard import MAX_BYTES, decode, detect_format, inspect_xlsx
from rusindikator.receive.json_stat import read_json_stat
from rusindikator.receive.numbers import parse_number

DELIMITERS = (";", ",", "\t", "|")


class Progress:
    """Says on stderr how far a long step has come, at most once a second and never for short ones."""

    def __init__(self, what: str, quiet: bool = False) -> None:
        self.what, self.quiet = what, quiet
        self.last = time.monotonic()
        self.said = False

    def over(self, rows: Iterable) -> Iterator:
        """Yield the rows, and say after each second how many there were."""
        for count, row in enumerate(rows, 1):
            if not self.quiet and count % 2_000 == 0 and time.monotonic() - self.last > 1:
                self.last, self.said = time.monotonic(), True
                end = "\r" if sys.stderr.isatty() else "\n"
                print(f"{self.what}: {count:,} rows".replace(",", " "), end=end, file=sys.stderr, flush=True)
            yield row
        if self.said and sys.stderr.isatty():
            print(file=sys.stderr)


def read_file(
    path: Path,
    file_format: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    quiet: bool = False,
) -> Delivered:
    """Read a delivered file; raises RefusedError where it is no file that a source should deliver."""
    try:
        return _read_file(path, file_format, encoding, sheet, quiet)
    except OSError as error:
        raise refuse("file_unreadable", file=path.name, facts={"error": error.strerror or error}) from error


def _read_file(path: Path, file_format: str | None, encoding: str | None, sheet: str | None, quiet: bool) -> Delivered:
    if not path.is_file():
        raise refuse("no_such_file", file=str(path))
    if path.stat().st_size > MAX_BYTES:
        raise refuse("file_too_large", file=path.name, facts={"limit_mb": MAX_BYTES >> 20})
    with path.open("rb") as handle:
        head = handle.read(4096)
    found = detect_format(path, head)
    if file_format and file_format != found:
        if {file_format, found} != {"csv", "json-stat"}:
            raise refuse("format_differs", file=path.name, facts={"found": found, "file_format": file_format})
        found = file_format
    if found == "xlsx":
        return _read_xlsx(path, sheet, quiet)
    if found == "sav":
        return _read_sav(path, encoding)
    text, page, notes = decode(path, path.read_bytes(), encoding)
    if found == "json-stat":
        return Delivered(path, found, page, cubes=read_json_stat(path, text), notes=notes)
    return _read_csv(path, text, page, notes, quiet)


def _read_csv(path: Path, text: str, page: str, notes: list[str], quiet: bool) -> Delivered:
    name = path.name
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    told = re.match(r'"?sep=(.)"?\n', text)
    if told:
        text, skipped = text[told.end() :], 1
    delimiter = told[1] if told else _delimiter(text)
    if delimiter is None:
        raise refuse("no_separator", file=name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, numbers = [], []
    try:
        for row in Progress(f"reading {name}", quiet).over(reader):
            rows.append([clean(cell) for cell in row])
            numbers.append(reader.line_num + skipped)
    except csv.Error as error:
        last = len(rows) + 1
        raise refuse(
            "quotes_do_not_match",
            file=name,
            row=numbers[-1] + 1 if numbers else 1,
            facts={"last": last, "error": error},
        ) from error
    warnings = []
    if not text.endswith("\n"):
        warnings.append(Finding("last_line_is_open", file=name, row=numbers[-1] if numbers else 0))
    shown = {"\t": "tab"}.get(delimiter, delimiter)
    notes = [f"separator {shown}", *notes]
    return Delivered(path, "csv", page, [Grid(name, "", rows, numbers, ragged=True)], notes=notes, warnings=warnings)


def _delimiter(text: str) -> str | None:
    """Return the separator that gives most lines the same number of cells, more than one; None where none does."""
    lines = text.split("\n", 400)[:400]
    best, best_score = None, (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        except csv.Error:
            continue
        if widths:
            width, count = widths.most_common(1)[0]
            if (score := (count, width)) > best_score:
                best, best_score = delimiter, score
    return best


def _read_xlsx(path: Path, sheet: str | None, quiet: bool) -> Delivered:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    archive = inspect_xlsx(path)
    delivered = Delivered(path, "xlsx", "utf-8")
    if archive.left_alone:
        delivered.notes.append(f"links and embedded parts left alone: {', '.join(archive.left_alone[:3])}")
    try:
        book = CalamineWorkbook.from_path(str(path))
        wanted = [
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and (meta.visible == SheetVisibleEnum.Visible or meta.name == sheet)
        ]
        hidden = [meta.name for meta in book.sheets_metadata if meta.name not in wanted]
        if hidden:
            delivered.notes.append(f"hidden sheets and charts left alone: {', '.join(hidden)}")
        if sheet and sheet not in wanted:
            raise refuse("no_such_sheet", file=path.name, facts={"sheet": sheet, "wanted": ", ".join(wanted)})
        for name in [sheet] if sheet else wanted:
            here = book.get_sheet_by_name(name)
            rows = [
                [cell_text(value) for value in row]
                for row in Progress(f"reading {path.name}", quiet).over(here.to_python(skip_empty_area=False))
            ]
            delivered.grids.append(Grid(path.name, name, rows, list(range(1, len(rows) + 1))))
    except CalamineError as error:
        raise refuse("workbook_unreadable", file=path.name, facts={"error": error}) from error
    for grid in delivered.grids:
        for cell in archive.formulas.get(grid.sheet, [])[:1]:
            raise refuse(
                "formulas_in_cells",
                file=path.name,
                sheet=grid.sheet,
                value=cell,
                facts={"n": len(archive.formulas[grid.sheet])},
            )
        for cell in archive.errors.get(grid.sheet, [])[:1]:
            raise refuse(
                "excel_errors_in_cells",
                file=path.name,
                sheet=grid.sheet,
                value=cell,
                facts={"n": len(archive.errors[grid.sheet])},
            )
    if not any(any(cell for cell in row) for grid in delivered.grids for row in grid.rows):
        raise refuse("workbook_is_empty", file=path.name)
    return delivered


def _read_sav(path: Path, encoding: str | None) -> Delivered:
    import pyreadstat

    try:
        # as lists: a data frame would need pandas
        cells, meta = pyreadstat.read_sav(
            str(path), encoding=encoding, user_missing=True, apply_value_formats=False, output_format="dict"
        )
    except Exception as error:  # the library raises its own and ValueError alike
        raise refuse("sav_unreadable", file=path.name, facts={"error": error}) from error
    codebook = Codebook(questions={name: label for name, label in meta.column_names_to_labels.items() if label})
    for column, labels in meta.variable_value_labels.items():
        codebook.values[column] = {cell_text(code): clean(str(label)) for code, label in labels.items()}
    names = list(cells)
    columns = [[cell_text(value) for value in cells[name]] for name in names]
    missing = _blank_user_missing(names, columns, meta.missing_ranges)
    rows = [names, *([list(row) for row in zip(*columns, strict=True)] if columns else [])]
    grid = Grid(path.name, "", rows, list(range(len(rows))))
    notes = [f"{len(codebook.values)} columns with value labels"]
    if missing:
        notes.append(f"{missing} cells that SPSS marks as missing are blank, not answered")
    return Delivered(path, "sav", meta.file_encoding or "utf-8", [grid], codebook=codebook, notes=notes)


def _blank_user_missing(names: list[str], columns: list[list[str]], ranges: dict[str, list[dict]]) -> int:
    """Blank the cells whose code the file itself declares missing ('98 vil ikke svare'); return how many."""
    blanked = 0
    for name, cells in zip(names, columns, strict=True):
        for span in ranges.get(name, []):
            low, high = span["lo"], span["hi"]
            for at, cell in enumerate(cells):
                value = parse_number(cell) if isinstance(cell, NumberText) else cell
                if value not in (None, "") and isinstance(value, type(low)) and low <= value <= high:
                    cells[at] = ""
                    blanked += 1
    return blanked
