"""Personal data that no indicator needs: columns that name somebody are refused before anything is landed or shown.

The values are never said. What a text typed by a person holds cannot be known; numbers and addresses in it can.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rusindikator.receive.catalogue import folded
from rusindikator.receive.delivered import Grid
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
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(\d{6})[ -]?(\d{5})(?!\d)")
_TELEPHONE = re.compile(r"\b(?:tlf|telefon|mobil)\w{0,6}\W{0,4}(?:\+47 ?)?(?:\d ?){8}\b", re.IGNORECASE)
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


def refuse_identifying_names(grid: Grid, names: Sequence[str], row: int) -> None:
    """Refuse a header with columns that name somebody; `names` are those that nothing of the project describes."""
    found = [
        name
        for name in names
        if _NAMES.fullmatch(plain := re.sub(r"[:.*]+$", "", folded(name)).strip()) or _SOMEBODYS.fullmatch(plain)
    ]
    if found:
        raise refuse("personal_columns", file=grid.file, sheet=grid.sheet, row=row, value=", ".join(found))


def refuse_identifying_values(grid: Grid) -> None:
    """Refuse cells that hold personal numbers, addresses of mail or telephone numbers, by column and first row."""
    numbers: dict[int, list[bool]] = {}
    first: dict[tuple[int, str], int] = {}
    for row_number, row in zip(grid.numbers, grid.rows, strict=True):
        for at, cell in enumerate(row):
            if len(cell) < 6:
                continue
            if "@" in cell and _MAIL.search(cell):
                first.setdefault((at, "addresses of mail"), row_number)
            for found in _PERSONAL_NUMBER.finditer(cell) if len(cell) >= 11 else ():
                valid = is_personal_number(found[1] + found[2])
                numbers.setdefault(at, []).append(valid)
                if valid:
                    first.setdefault((at, "personal numbers"), row_number)
            if len(cell) >= 11 and _TELEPHONE.search(cell):
                first.setdefault((at, "telephone numbers"), row_number)
    problems = [
        Finding("personal_values", grid.file, grid.sheet, row_number, facts={"column": at + 1, "kind": what})
        for (at, what), row_number in first.items()
        if what != "personal numbers" or sum(numbers[at]) > _SHARE_BY_CHANCE * len(numbers[at])
    ]
    if problems:
        raise RefusedError(problems)
