"""What a row of a sheet looks like: a header, a footnote, figures; and where a second table begins."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import PERIOD, folded
from rusindikator.receive.delivered import Grid
from rusindikator.receive.findings import refuse
from rusindikator.receive.numbers import parse_number

YEAR_IN_NAME = re.compile(
    r"(?P<before>.*?)\s*(?P<period>(?<!\d)(?:19|20)\d{2}(?:[TKHM]\d{1,2}|-(?:19|20)\d{2})?)(?![\d])\s*(?P<after>\D*)"
)
# The pattern looks at every place of a name; a cell longer than any name is not held against it.
_LONGEST_NAME = 300


def year_in_name(name: str) -> re.Match[str] | None:
    """Return the period in a column's name with what stands before and after it: 'Personer 2021' -> 2021."""
    return YEAR_IN_NAME.fullmatch(name) if len(name) <= _LONGEST_NAME else None


def filled(row: list[str]) -> int:
    """Return how many cells of a row are not blank."""
    return sum(bool(cell.strip()) for cell in row)


def header_marks(row: list[str], names: set[str]) -> int:
    """Return how many cells of a row look like column names: known ones, and years."""
    marks = 0
    for cell in row:
        if folded(cell) in names:
            marks += 2
        elif year_in_name(cell):
            marks += 1
    return marks


def refuse_table_above(grid: Grid, marks: list[int], at: int) -> None:
    """Refuse a smaller table above the header: names of columns and then figures, which would go for a title."""
    above = next((place for place in range(at) if marks[place] > 1), at)
    for place in range(above + 1, at):
        row = grid.rows[place]
        if filled(row) > 1 and not is_footnote(row) and _has_figure(row[1:]):
            raise refuse("second_block", file=grid.file, sheet=grid.sheet, row=grid.numbers[at])


def refuse_table_beside(grid: Grid, header: list[str], at: int, names: set[str]) -> None:
    """Refuse a header of two tables: behind a blank column two or more names that no header of this source has."""
    below = grid.rows[at + 1 :]
    gap = next(
        (
            place
            for place, name in enumerate(header)
            if place > 1 and not name and not any(len(row) > place and row[place].strip() for row in below)
        ),
        len(header),
    )
    beside = [name for name in header[gap:] if name]
    if len(beside) > 1 and not any(folded(name) in names or year_in_name(name) for name in beside):
        raise refuse("second_block", file=grid.file, sheet=grid.sheet, row=grid.numbers[at], value=" | ".join(beside))


def begins_table(row: list[str], names: set[str]) -> bool:
    """Return whether a row among the footnotes has column names or figures: a narrow table looks like one of them."""
    if filled(row) < 2 or is_footnote(row):
        return False
    return header_marks(row, names) > 1 or _has_figure(row[1:])


def _has_figure(cells: list[str]) -> bool:
    """Return whether one of the cells is a number, and no year."""
    return any(parse_number(cell) is not None and not PERIOD.fullmatch(cell.strip()) for cell in cells if cell.strip())


def is_header_again(row: list[str], header: list[str]) -> bool:
    """Return whether a row repeats the names of the header."""
    told = [folded(cell) for cell in row if cell.strip()]
    return told == [folded(name) for name in header if name]


def is_footnote(row: list[str]) -> bool:
    """Return whether a row says something of the table: a note, its source, when it was last changed."""
    first = row[0].strip().lower()
    return first.endswith(":") or bool(
        re.match(
            r"\d\)|\*|kilde|sist endret|oppdatert|versjon|uttrekk|dato|kontakt|måleenhet|database|note|fotnote|merknad",
            first,
        )
    )
