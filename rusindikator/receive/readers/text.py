"""Delimited text: which separator divides it, and its cells.

What a file that was pasted together, saved twice or cut in a quotation does to its lines is looked at here, where the
lines are still seen.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from rusindikator.receive.catalogue import PERIOD
from rusindikator.receive.delivered import Delivered, Grid, NumberText, clean
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.marks import raised_marks, take_marks
from rusindikator.receive.numbers import parse_number
from rusindikator.receive.readers.progress import Progress
from rusindikator.receive.rows import is_footnote

DELIMITERS = (";", ",", "\t", "|")
_LOOKED_AT = 400
_MOST_BREAKS = 20
# Columns that are held apart by blanks: two or more of them, or one between words and numbers without any other sign.
_BLANKS = re.compile(r" {2,}")


def read_text(path: Path, text: str, page: str, notes: list[str], quiet: bool) -> Delivered:
    """Return the grid of a delimited text; raises RefusedError where its lines are not divided in one way."""
    name = path.name
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    told = re.match(r'"?sep=(.)"?\n', text)
    if told:
        text, skipped = text[told.end() :], 1
    delimiter = told[1] if told else delimiter_of(text)
    if delimiter is None and (inner := _without_outer_quotes(text)):
        text, delimiter = inner
        notes = ["each line stood in quotes", *notes]
    if delimiter is None:
        raise refuse("space_separated" if _is_spaced(text) else "no_separator", file=name)
    grid = Grid(name, "", [], [], ragged=True)
    _read_rows(grid, text, delimiter, skipped, quiet)
    if inner := _without_outer_quotes_of(grid):
        text, delimiter = inner
        notes = ["each line stood in quotes", *notes]
        grid = Grid(name, "", [], [], ragged=True)
        _read_rows(grid, text, delimiter, skipped, quiet)
    warnings = []
    if not text.endswith("\n"):
        warnings.append(Finding("last_line_is_open", file=name, row=grid.numbers[-1] if grid.numbers else 0))
    looks = [look for number, row in zip(grid.numbers, grid.rows, strict=True) for look in take_marks(number, row)]
    if looks:
        warnings.append(raised_marks(name, "", looks))
    shown = {"\t": "tab"}.get(delimiter, delimiter)
    return Delivered(path, "csv", page, [grid], notes=[f"separator {shown}", *notes], warnings=warnings)


def _read_rows(grid: Grid, text: str, delimiter: str, skipped: int, quiet: bool) -> None:
    """Put the rows of a text into a grid; raises RefusedError where the quotes do not match, or swallow rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    broken: list[tuple[int, list[str]]] = []
    try:
        for row in Progress(f"reading {grid.file}", quiet).over(reader):
            if any("\n" in cell for cell in row):
                broken.append((len(grid.rows), row))
            if len(row) == 1 and (other := _other_separator(row[0], delimiter)):
                number = reader.line_num + skipped
                facts = _signs(delimiter, other)
                raise refuse("separator_changes", file=grid.file, row=number, value=clean(row[0]), facts=facts)
            grid.rows.append([clean(cell) for cell in row])
            grid.numbers.append(reader.line_num + skipped)
    except csv.Error as error:
        _refuse_pasted_lines(grid.file, text.split("\n"), delimiter, skipped)
        raise refuse(
            "quotes_do_not_match",
            file=grid.file,
            row=grid.numbers[-1] + 1 if grid.numbers else 1,
            facts={"last": len(grid.rows) + 1, "error": error},
        ) from error
    width = Counter(len(row) for row in grid.rows if len(row) > 1).most_common(1)
    for at, row in broken:
        cell = max(row, key=lambda cell: cell.count("\n"))
        lines = cell.count("\n")
        # Each line that a cell swallows brings the separators of a row with it.
        swallowed = width and cell.count(delimiter) >= lines * (width[0][0] - 1)
        if swallowed or lines > _MOST_BREAKS:
            first = grid.numbers[at - 1] + 1 if at else 1 + skipped
            raise refuse(
                "quote_swallows_rows",
                file=grid.file,
                row=first,
                value=clean(cell)[:40],
                facts={"lines": lines + 1, "last": grid.numbers[at]},
            )


def delimiter_of(text: str) -> str | None:
    """Return the separator that gives most lines the same number of cells, more than one; None where none does.

    A sign that a blank always follows is a comma of prose: footnotes may hold more of them than the table has rows.
    """
    lines = text.split("\n", _LOOKED_AT)[:_LOOKED_AT]
    best, best_score = None, (0, 0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1]
        except csv.Error:
            continue
        if rows:
            divided = Counter(len(row) for row in rows if not _is_prose(row))
            width, count = (divided or Counter(map(len, rows))).most_common(1)[0]
            if (score := (int(bool(divided)), count, width)) > best_score:
                best, best_score = delimiter, score
    return best


def _is_prose(cells: Sequence[str]) -> bool:
    """Return whether a blank follows every separator, as in a sentence."""
    return all(cell.startswith(" ") and cell.strip() for cell in cells[1:])


def _without_outer_quotes(text: str) -> tuple[str, str] | None:
    """Return the lines within the quotes that stand around each of them, and their separator; None where none do."""
    lines = text.split("\n")
    try:
        cells = [next(csv.reader([line], delimiter="\x1f", strict=True), [""]) for line in lines]
    except csv.Error:
        return None
    inner = "\n".join(row[0] if row else "" for row in cells)
    delimiter = delimiter_of(inner)
    return (inner, delimiter) if delimiter and inner != text else None


def _without_outer_quotes_of(grid: Grid) -> tuple[str, str] | None:
    """Return the same of rows whose first cell holds the whole line, as where Excel saved column A with blank ones."""
    if not grid.rows or any(any(row[1:]) for row in grid.rows):
        return None
    inner = "\n".join(row[0] if row else "" for row in grid.rows)
    delimiter = delimiter_of(inner)
    divided = [line for line in inner.split("\n") if delimiter and delimiter in line]
    return (inner + "\n", delimiter) if delimiter and len(divided) > len(grid.rows) / 2 else None


def undivided(grid: Grid, delivered: Delivered) -> Grid:
    """Return a sheet whose column A holds the lines of a delimited text with its cells divided; else the sheet."""
    filled = [row for row in grid.rows if any(row)]
    if len(filled) < 2 or any(any(row[1:]) or isinstance(row[0], NumberText) for row in filled):
        return grid
    inner = _without_outer_quotes_of(grid)
    if not inner:
        return grid
    try:
        rows = [next(csv.reader([row[0] if row else ""], delimiter=inner[1], strict=True), []) for row in grid.rows]
    except csv.Error:
        return grid
    delivered.notes.append(f"sheet {grid.sheet}: column A held whole lines, divided at {inner[1]}")
    return Grid(grid.file, grid.sheet, [[clean(cell) for cell in row] for row in rows], grid.numbers, ragged=True)


def _is_spaced(text: str) -> bool:
    """Return whether the lines are columns held apart by blanks."""
    lines = [line.strip() for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]
    wide = Counter(len(_BLANKS.split(line)) for line in lines if _BLANKS.search(line))
    words = Counter(len(line.split(" ")) for line in lines if " " in line)
    return any(count >= 2 and 2 * count >= len(lines) for held in (wide, words) for _, count in held.most_common(1))


def _refuse_pasted_lines(name: str, lines: Sequence[str], delimiter: str, skipped: int) -> None:
    """Refuse a text two of whose lines are divided by different signs: exports that were pasted together."""
    found = [
        (number, line, sign)
        for number, line in enumerate(lines, 1 + skipped)
        if (sign := next((sign for sign in DELIMITERS if _is_row(line, sign)), None))
    ]
    for (_, _, before), (number, line, after) in pairwise(found):
        if before != after:
            raise refuse("separator_changes", file=name, row=number, value=clean(line), facts=_signs(before, after))


def _is_row(line: str, delimiter: str) -> bool:
    """Return whether a line is wholly quoted cells with this sign between them."""
    return bool(re.fullmatch(rf'"[^"]*"(?:{re.escape(delimiter)}"[^"]*")+', line))


def _other_separator(line: str, delimiter: str) -> str | None:
    """Return the sign that divides a line into cells with figures where the file's own does not; None where none."""
    for other in DELIMITERS:
        if other == delimiter or other not in line:
            continue
        cells = next(csv.reader([line], delimiter=other), [])
        figures = [cell for cell in cells[1:] if parse_number(cell) is not None and not PERIOD.fullmatch(cell)]
        if len(cells) > 2 and figures and not is_footnote(cells) and not any(cell[:1] == " " for cell in cells):
            return other
    return None


def _signs(before: str, after: str) -> dict[str, object]:
    names = {"\t": "tab", " ": "blank"}
    return {"before": names.get(before, before), "after": names.get(after, after)}
