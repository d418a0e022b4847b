"""What is wrong with a delivery, said so that the reader can find it and knows what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# A text that begins with one of these is a formula to a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it stands, what stands there, what was expected, and what to do about it.

    `row` is the row as a spreadsheet or an editor numbers it, title lines included; 0 where it is not about a row.
    A warning is shown and lets the delivery in; anything else refuses it. `listed` is what `value` is too short for:
    the page shows all of it.
    """

    what: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    expected: str = ""
    to_do: str = ""
    is_warning: bool = False
    listed: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the finding on one line; a value is shown as data, shortened and without control characters."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet {self.sheet}")
        if self.row:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {shown(self.column)}")
        where = ", ".join(part for part in parts if part)
        said = f"{where}: {self.what}" if where else self.what
        if self.value:
            said += f" '{shown(self.value)}'"
        if self.expected:
            said += f"; expected {self.expected}"
        if self.to_do:
            said += f". To do: {self.to_do}"
        return said


class RefusedError(ValueError):
    """The delivery is not let in; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(problem.text() for problem in self.problems))


class UnfinishedError(RefusedError):
    """The delivery is landed, and something keeps a part of it from its place; the next run finishes it."""


def refuse(what: str, **where: object) -> RefusedError:
    """Return the refusal for a single problem, to be raised."""
    return RefusedError([Problem(what, **where)])  # type: ignore[arg-type]


def shown(text: str, width: int = 80) -> str:
    """Return `text` fit for a terminal: no control characters, not longer than `width`."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= width else plain[: width - 3] + "..."


def disarm(text: str) -> str:
    """Return `text` so that a spreadsheet shows it and does not run it: an apostrophe before a formula sign.

    Numbers keep their sign. Example: '=1+1' -> "'=1+1", '-1,7' -> '-1,7'
    """
    if not text.startswith(FORMULA_SIGNS):
        return text
    is_number = (
        text[0] in "+-" and text[1:2].isdigit() and not any(sign.isalpha() or sign in "+-*/(!|" for sign in text[1:])
    )
    return text if is_number else f"'{text}"
