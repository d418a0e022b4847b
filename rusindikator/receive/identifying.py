"""Personal data that no indicator needs: what identifies somebody is refused before anything is landed or shown.

The whole file is looked at, since the original is kept: columns and sheets that are not read, what is hidden, comments
and properties. The values are never said. What a text typed by a person holds cannot be known; numbers and addresses
in it can.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from rusindikator.deliveries import Delivery
from rusindikator.receive.catalogue import folded
from rusindikator.receive.delivered import Delivered, Grid
from rusindikator.receive.findings import Finding, RefusedError, refuse

_NAMES = re.compile(
    r"f(?:ø|oe|o)dsels?(?:nummer|nr)|f(?:ø|oe|o)dselsdato|fnr|personn(?:umme)?r|pnr|dnr|d-?(?:nummer|nr)"
    r"|(?:fullt |for|etter|mellom|person|pasient|bruker|kontakt)?navn|kontaktperson|utfylt av|f(?:ø|oe|o)dt"
    r"|(?:full|first|last|sur)? ?name|ssn|birth ?date|date of birth"
    r"|(?:e-?post|e-?mail|mail)(?:-?adresse| address)?|(?:mobil|telefon|tlf|phone)(?:nummer|nr| number)?"
    r"|(?:gate|post|bosteds|hjemme|ip)?-?adresse|(?:ip )?address"
)
_SOMEBODYS = re.compile(
    r"(?:navn|e-?post|e-?mail|telefon|tlf|mobil)\w*\b.{0,25}\b(?:kontakt|person|respondent|utfyller|leder|svarer)\w*"
    r"|(?:kontakt|respondent|utfyller|svarer|leder)\w*\b.{0,25}\b(?:navn|e-?post|e-?mail|telefon|tlf|mobil)\w*"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")
# 010101 12377, 01.01.01-12377, 010101/12377
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(\d\d)[ ./-]?(\d\d)[ ./-]?(\d\d)[ ./-]{0,3}(\d{5})(?!\d)")
_TELEPHONE = re.compile(r"\b(?:tlf|telefon|mobil)\w{0,6}\W{0,4}(?:\+47 ?)?(?:\d ?){8}\b", re.IGNORECASE)
# Parts of a workbook beside its cells, and what they are called.
_PARTS = (
    (r"xl/(?:threadedComments|comments|persons)|xl/drawings/vml", "comments"),
    (r"docProps/", "the properties of the file"),
    (r"xl/pivot", "a pivot table"),
    (
        r"xl/(?:worksheets|drawings|charts|externalLinks|tables|workbook|queryTables|connections)|customXml",
        "other parts",
    ),
)
_CHUNK, _OVERLAP = 1 << 20, 200
_JSON_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
# What the register says of a delivery in words that somebody chose, and where they come from.
_REGISTER_TEXTS = {
    "delivery_id": "the id of the delivery",
    "publisher": "the publisher",
    "publication": "the title, or --publication",
    "reference": "the file name, or --reference",
    "licence": "the licence",
    "note": "the note of the register",
}
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
# Numbers of eleven digits that a source makes up pass the control digits about once in three thousand.
_SHARE_BY_CHANCE = 0.05


def is_personal_number(digits: str) -> bool:
    """Return whether eleven digits are a Norwegian personal number, a D-number or one made up by a hospital.

    The control digits are those of Skatteetaten; day + 40 marks D-numbers, month + 40, 65 or 80 made-up ones.
    Example: '01010112377' -> True
    """
    day, month = int(digits[:2]), int(digits[2:4])
    day -= 40 if day > 40 else 0
    month -= next((shift for shift in (80, 65, 40) if month > shift), 0)
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    numbers = [int(digit) for digit in digits]
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)):
        if sum(number * weight for number, weight in zip(numbers, weights, strict=False)) % 11:
            return False
    return True


def _names_somebody(name: str) -> bool:
    plain = re.sub(r"[:.*]+$", "", folded(name)).strip()
    return bool(_NAMES.fullmatch(plain) or _SOMEBODYS.fullmatch(plain))


def refuse_identifying_names(grid: Grid, names: Sequence[str], row: int) -> None:
    """Refuse a header with columns that name somebody; `names` are those that nothing of the project describes."""
    found = [name for name in names if _names_somebody(name)]
    if found:
        raise refuse("personal_columns", file=grid.file, sheet=grid.sheet, row=row, value=", ".join(found))


def refuse_identifying_values(grid: Grid, numbers_only: bool = False) -> None:
    """Refuse cells that hold personal numbers, addresses of mail or telephone numbers, by column and first row.

    numbers_only: a table of figures may name the statistician to ask, with mail and telephone.
    """
    seen: dict[int, _Seen] = {}
    for row_number, row in zip(grid.numbers, grid.rows, strict=True):
        for at, cell in enumerate(row):
            if len(cell) >= 6 and ("@" in cell or len(cell) >= 11):
                seen.setdefault(at, _Seen()).look(cell, row_number)
    problems = [
        Finding("personal_values", grid.file, grid.sheet, row_number, facts={"column": at + 1, "kind": kind})
        for at, one in seen.items()
        for kind, row_number in one.kinds(numbers_only)
    ]
    if problems:
        raise RefusedError(problems)


class _Seen:
    """What was seen in a column or part that may identify somebody, and where first."""

    def __init__(self) -> None:
        self._valid = self._numbers = 0
        self._first: dict[str, int] = {}

    def look(self, text: str, place: int) -> None:
        """Look at a text."""
        if "@" in text and _MAIL.search(text):
            self._first.setdefault("addresses of mail", place)
        for found in _PERSONAL_NUMBER.finditer(text):
            self._numbers += 1
            if is_personal_number("".join(found.groups())):
                self._valid += 1
                self._first.setdefault("personal numbers", place)
        if _TELEPHONE.search(text):
            self._first.setdefault("telephone numbers", place)

    def kinds(self, numbers_only: bool) -> list[tuple[str, int]]:
        """Return what was seen; numbers of eleven digits that are personal ones by chance are none."""
        return [
            (kind, place)
            for kind, place in self._first.items()
            if (kind == "personal numbers" or not numbers_only)
            and (kind != "personal numbers" or self._valid > _SHARE_BY_CHANCE * self._numbers)
        ]


def refuse_identifying_file(delivered: Delivered, of_people: bool) -> None:
    """Refuse a file in which anything identifies somebody, read or not; raises RefusedError.

    of_people: the file holds answers of persons or municipalities, and nothing in it needs to name anybody.
    """
    for grid in (*delivered.grids, *delivered.unread):
        refuse_identifying_values(grid, numbers_only=not of_people)
    if of_people:
        for grid in delivered.unread:
            _refuse_identifying_sheet(grid)
    if delivered.format == "xlsx":
        _refuse_identifying_parts(delivered.path, of_people)
    if delivered.format == "json-stat":
        _refuse_identifying_texts(delivered.path, of_people)


def _refuse_identifying_texts(path: Path, of_people: bool) -> None:
    """Refuse a JSON document whose notes, labels or extensions identify somebody; its numbers are figures."""
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    seen = _Seen()
    for found in _JSON_TEXT.finditer(content.decode(encoding, "replace")):
        seen.look(found[1], 0)
    if kinds := seen.kinds(numbers_only=not of_people):
        raise refuse(
            "personal_parts", file=path.name, facts={"kind": kinds[0][0], "where": "the texts of the document"}
        )


def identifying_register(delivery: Delivery, file: str) -> list[Finding]:
    """Return a finding for each text of a line of the register that identifies somebody: all of them are published."""
    found = []
    for name, where in _REGISTER_TEXTS.items():
        seen = _Seen()
        seen.look(_CHECKSUM.sub("", getattr(delivery, name)).replace("_", " "), 0)
        for kind, _ in seen.kinds(numbers_only=False):
            found.append(Finding("personal_register", file, facts={"kind": kind, "where": where}))
    return found


def _refuse_identifying_sheet(grid: Grid) -> None:
    """Refuse a sheet that is not read and has columns that name somebody, such as the key to the respondents."""
    header = next(
        ((number, row) for number, row in zip(grid.numbers, grid.rows, strict=True) if sum(map(bool, row)) > 1), None
    )
    if header is None:
        return
    number, row = header
    # a list of municipalities has codes and names
    of_places = any(re.search(r"kommune|bydel|fylke|region|kode", folded(cell)) for cell in row)
    refuse_identifying_names(grid, [cell for cell in row if not (of_places and folded(cell) == "navn")], number)


def _refuse_identifying_parts(path: Path, of_people: bool) -> None:
    """Refuse a workbook whose comments, properties, pivot tables or other parts identify somebody."""
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            where = next((told for pattern, told in _PARTS if re.match(pattern, name)), None)
            if where is None or not name.endswith((".xml", ".rels", ".vml")):
                continue
            seen = _Seen()
            fields: list[str] = []
            with packed.open(name) as part:
                rest = ""
                in_cells = name.startswith("xl/worksheets/sheet")
                while chunk := part.read(_CHUNK):
                    text = rest + chunk.decode("utf-8", "replace")
                    rest = text[-_OVERLAP:]
                    if in_cells and "</sheetData>" in text:
                        text, in_cells = text.rpartition("</sheetData>")[2], False
                    if not in_cells:
                        seen.look(text, 0)
                        fields += re.findall(r'<(?:\w+:)?cacheField\b[^>]*?\bname="([^"]*)"', text)
            kinds = [kind for kind, _ in seen.kinds(numbers_only=not of_people)]
            if of_people and any(_names_somebody(field) for field in fields):
                kinds.append("columns that identify persons")
            if kinds:
                raise refuse("personal_parts", file=path.name, facts={"kind": kinds[0], "where": where})
