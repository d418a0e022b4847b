"""What a workbook shows otherwise than its cells hold: formats of numbers, raised marks, what is hidden.

The reader of cells gives values; these are read from the parts of the package, in one pass over a sheet and only where
the guard saw something of the kind in it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from rusindikator.receive.guard import Archive
from rusindikator.receive.marks import lowered, raised

_CHUNK = 1 << 20
_LAST_COLUMN = 16_384
# Built-in formats that Excel writes by number only.
_BUILT_IN = {9: "0%", 10: "0.00%"}
# What stands in quotes, behind a backslash or in brackets is shown and scales nothing; `_` and `*` take the next sign.
_SHOWN_AS_IT_IS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_YEAR_ONLY = re.compile(r"[^a-z]*y{2,4}[^a-z]*", re.IGNORECASE)


# What stands in a format for the digits, the text or the date of the cell.
_PLACE_OF_FIGURE = re.compile(r"[0#?@ymdhse]|general|standard", re.IGNORECASE)


@dataclass(frozen=True)
class NumberFormat:
    """How a format shows a number: with a per cent sign, multiplied by `factor`; or a date, by its year alone."""

    has_percent: bool = False
    factor: int = 1
    divides: bool = False
    is_year: bool = False
    # whether figures above, below and at nought are not shown, or another text in their place
    hides: tuple[bool, bool, bool] = (False, False, False)

    def hides_figure(self, value: float) -> bool:
        """Return whether a figure is shown as nothing, or as another text."""
        return self.hides[0 if value > 0 else 1 if value < 0 else 2]


@dataclass
class Marks:
    """What is seen in one sheet, by row and column counted from 1."""

    formats: dict[tuple[int, int], NumberFormat] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    raised_cells: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def number_format(code: str) -> NumberFormat:
    """Return what a format code of Excel does to what is shown.

    Example: '0.0%' -> per cent, factor 100; '0.0"%"' -> per cent, factor 1; '#,##0,' -> divides; 'yyyy' -> year
    """
    first = code.split(";")[0]
    bare = _SHOWN_AS_IT_IS.sub("", first)
    return NumberFormat(
        has_percent="%" in re.sub(r"\[[^\]]*\]", "", first),
        factor=100 ** bare.count("%"),
        divides=bool(re.search(r"[0#?],+(?![0#?])", bare)),
        is_year=bool(_YEAR_ONLY.fullmatch(bare)),
        hides=_hidden_by(code),
    )


def _hidden_by(code: str) -> tuple[bool, bool, bool]:
    """Return which figures a format hides: those of a section without a place for digits, all where it has conditions.

    A dash for nought is how tables write it. Example: ';;;' -> all, '0;-0;".."' -> nought, '0;-0;"-"' -> none
    """
    if not code:
        return (False, False, False)
    if re.search(r"\[[<>=]", code):
        return (True, True, True)
    sections = code.split(";")
    hidden = [
        not _PLACE_OF_FIGURE.search(_SHOWN_AS_IT_IS.sub("", section))
        and not (at == 2 and re.sub(r'["\\_ ?*]', "", section) in ("-", "\u2013"))
        for at, section in enumerate(sections[:3])
    ]
    return (hidden[0], hidden[min(1, len(hidden) - 1)], hidden[2] if len(hidden) > 2 else hidden[0])


class Styles:
    """The formats that differ from the plain ones, and the styles that raise a whole cell, by number of the style."""

    def __init__(self) -> None:
        self.formats: dict[int, NumberFormat] = {}
        self.raised: set[int] = set()
        self._codes: dict[int, str] = dict(_BUILT_IN)
        self._raised_fonts: set[int] = set()
        self._path: list[str] = []
        self._fonts = self._styles = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element of styles.xml."""
        self._path.append(name)
        if name == "numFmt":
            self._codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "vertAlign" and "fonts" in self._path and attributes.get("val") in ("superscript", "subscript"):
            self._raised_fonts.add(self._fonts)
        elif name == "xf" and "cellXfs" in self._path:
            told = number_format(self._codes.get(int(attributes.get("numFmtId", "0")), ""))
            if told != NumberFormat():
                self.formats[self._styles] = told
            if int(attributes.get("fontId", "0")) in self._raised_fonts:
                self.raised.add(self._styles)
            self._styles += 1

    def end(self, name: str) -> None:
        """Leave an element."""
        self._path.pop()
        self._fonts += name == "font" and "fonts" in self._path


class _Texts:
    """Collects the text of rich strings, with raised and lowered runs marked as such."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.marked: dict[int, str] = {}
        self._count = 0
        self._parts: list[str] = []
        self._align = ""
        self._inside = self._in_text = self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.root:
            self._inside, self._parts = True, []
        elif name == "rPh":
            self._phonetic = True
        elif name == "r":
            self._align = ""
        elif name == "vertAlign":
            self._align = attributes.get("val", "")
        elif name == "t":
            self._in_text = self._inside and not self._phonetic

    def text(self, part: str) -> None:
        if self._in_text:
            self._parts.append({"superscript": raised, "subscript": lowered}.get(self._align, str)(part))

    def end(self, name: str) -> str | None:
        """Leave an element; return the text of the string that ends where runs of it are raised."""
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "r":
            self._align = ""
        elif name == self.root:
            self._inside = False
            self._count += 1
            told = "".join(self._parts)
            if told != "".join(map(_plain, self._parts)):
                self.marked[self._count - 1] = told
                return told
        return None


def _plain(text: str) -> str:
    return re.sub("[\ue000-\ue003]", "", text)


class _Sheet:
    """Collects the marks of one sheet."""

    def __init__(self, styles: Styles, shared: dict[int, str]) -> None:
        self.marks = Marks()
        self._styles, self._shared = styles, shared
        self._texts = _Texts("is")
        self._row = self._column = 0
        self._kind, self._value = "", ""
        self._in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
            if _is_true(attributes.get("hidden")) or _is_nought(attributes.get("ht")):
                self.marks.hidden_rows.add(self._row)
        elif name == "col":
            if _is_true(attributes.get("hidden")) or _is_nought(attributes.get("width")):
                first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
                self.marks.hidden_columns |= set(range(first, min(last, _LAST_COLUMN) + 1))
        elif name == "c":
            place = re.fullmatch(r"([A-Z]+)(\d+)", attributes.get("r", ""))
            if place:
                self._row, self._column = int(place[2]), column_number(place[1])
            else:
                self._column += 1
            style = int(attributes.get("s", "0"))
            if style in self._styles.formats:
                self.marks.formats[self._row, self._column] = self._styles.formats[style]
            if style in self._styles.raised:
                self.marks.raised_cells.add((self._row, self._column))
            self._kind, self._value = attributes.get("t", ""), ""
        elif name == "v":
            self._in_value = self._kind == "s" and bool(self._shared)
        else:
            self._texts.start(name, attributes)

    def text(self, part: str) -> None:
        if self._in_value:
            self._value += part
        else:
            self._texts.text(part)

    def end(self, name: str) -> None:
        if name == "v" and self._in_value:
            self._in_value = False
            if self._value.strip().isdigit() and int(self._value) in self._shared:
                self.marks.texts[self._row, self._column] = self._shared[int(self._value)]
        elif (told := self._texts.end(name)) is not None:
            self.marks.texts[self._row, self._column] = told


def column_number(letters: str) -> int:
    """Return the number of a column: 'A' -> 1, 'AB' -> 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


def _is_nought(value: str | None) -> bool:
    try:
        return value is not None and float(value) == 0
    except ValueError:
        return False


def marks_of(path: Path, archive: Archive, sheets: list[str]) -> dict[str, Marks]:
    """Return sheet -> what it shows otherwise than it holds."""
    found = {name: Marks() for name in sheets}
    with zipfile.ZipFile(path) as packed:
        styles = Styles()
        if "xl/styles.xml" in archive.parts:
            _parse(packed, "xl/styles.xml", styles.start, styles.end)
        shared = _Texts("si")
        if "xl/sharedStrings.xml" in archive.marked:
            _parse(packed, "xl/sharedStrings.xml", shared.start, shared.end, shared.text)
        for name in sheets:
            part = archive.sheets.get(name)
            if part and (part in archive.marked or styles.formats or styles.raised or shared.marked):
                sheet = _Sheet(styles, shared.marked)
                _parse(packed, part, sheet.start, sheet.end, sheet.text)
                found[name] = sheet.marks
    return found


def _parse(
    packed: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], object],
    text: Callable[[str], None] | None = None,
) -> None:
    """Hand the elements of a part over, without their prefixes; the guard has seen that it may be unpacked."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    with packed.open(part) as handle:
        while chunk := handle.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
