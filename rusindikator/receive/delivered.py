"""What a delivered file holds once it is read: grids of text cells, cubes, and what codes mean. Nothing is judged."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

from rusindikator.receive.findings import Finding
from rusindikator.receive.numbers import number_cell

# Line breaks of other systems, controls and separators: DuckDB, or an editor, would break the line there.
_CONTROLS = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029]+")


class NumberText(str):
    """A cell that was a number in the file, not a text: it may have lost its leading zeros."""

    __slots__ = ()


class PercentText(NumberText):
    """A cell that was shown with a per cent sign: '5,2 %', whatever fraction the file holds for it."""

    __slots__ = ()


class DateText(str):
    """A cell that was a date in the file."""

    __slots__ = ()


@dataclass
class Grid:
    """The cells of one sheet or text file, row by row; `numbers` are the rows as the file numbers them.

    `hidden_rows` (by number) and `hidden_columns` (by place) are those that nobody has said what to do with.
    """

    file: str
    sheet: str
    rows: list[list[str]]
    numbers: list[int]
    ragged: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


@dataclass
class Codebook:
    """What codes mean: column -> code -> label, and column -> what was asked."""

    values: dict[str, dict[str, str]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)


@dataclass
class Cube:
    """A table as its source thinks of it: rows of category labels by dimension, a value and where it stood.

    `units` has the unit of each measure, `codes` by dimension the code of each label, `flags` the mark that a value has
    beside it, by its number: what the source tells of them.
    """

    file: str
    sheet: str
    title: str
    dimensions: list[str]
    time: str
    contents: str | None
    records: list[tuple[dict[str, str], str, int, str]]
    units: dict[str, str] = field(default_factory=dict)
    updated: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    flags: dict[int, str] = field(default_factory=dict)


@dataclass
class Delivered:
    """A file as read; `unread` are sheets that are no part of the delivery and stand in the file all the same."""

    path: Path
    format: str
    encoding: str
    grids: list[Grid] = field(default_factory=list)
    unread: list[Grid] = field(default_factory=list)
    cubes: list[Cube] = field(default_factory=list)
    codebook: Codebook = field(default_factory=Codebook)
    notes: list[str] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def clean(text: str) -> str:
    """Return a cell's text in composed letters, without controls and line breaks; its spaces and no-break spaces stay.

    A Mac writes å as a and a ring: two signs that no catalogue spells so.
    """
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", text)).strip(" ")


def cell_text(value: object) -> str:
    """Return a typed cell as text: numbers with a decimal comma, dates as ISO, nothing for an empty cell."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return "" if value != value else NumberText(number_cell(float(value)))
    if isinstance(value, (datetime, date, clock, timedelta)):
        return DateText(
            value.date().isoformat() if isinstance(value, datetime) and value.time() == clock() else str(value)
        )
    return clean(str(value))
