"""What a table leaves out and something else tells: --set, column_mappings, or the only series its label can be.

Nothing is filled in silence: what came from where is said on the screen, and a guess by the series is a warning.
"""

from __future__ import annotations

import re
from collections import Counter

from rusindikator.receive.catalogue import LABELS, Catalogue, Contract, folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import Finding

UNIT_COLUMNS = ("måleenhet", "Måleenhet", "Enhet")
BASIS = "Grunnlag"
_UNITS = {
    "count": "antall",
    "places": "plasser",
    "fte": "årsverk",
    "days": "dager",
    "share_pct": "prosent",
    "percent": "prosent",
    "mill_nok": "mill. kr",
    "bn_nok": "mrd. kr",
    "nok_per_inhabitant": "kr",
    "nok_per_inhabitant_0_5": "kr",
    "ratio": "forholdstall",
}
NOT_TOLD = "ikke oppgitt"
_CODE_BEFORE_TEXT = re.compile(r"[^\s-][^\s]* - (\S.*)")


class Filler:
    """Fills the columns of one table, row by row, and remembers with what."""

    def __init__(self, contract: Contract, catalogue: Catalogue, constants: dict[str, str]) -> None:
        self.contract, self.catalogue, self.constants = contract, catalogue, constants
        self.series = {
            tuple(folded(part) for part in label.split(" | ")): row
            for (source, label), row in catalogue.series.items()
            if source == contract.source_code
        }
        self.parts = {part for parts in self.series for part in parts}
        self.filled: Counter = Counter()

    def unit_apart(self, label: str) -> tuple[str, str]:
        """Return a label and the unit PxWeb puts in brackets behind it, where the series has the label without it."""
        found = re.fullmatch(r"(.+?)\s*\(([^()]*)\)", label.strip())
        if found and folded(label) not in self.parts and folded(found[1]) in self.parts:
            return found[1], found[2]
        return label, ""

    def value(self, column: str, said: dict[str, str], year: int, fixed: dict[str, str]) -> str | None:
        """Return what a column holds that the table does not have; None where nothing tells it."""
        for how, constants in (("--set", self.constants), ("column_mappings", fixed)):
            if column in constants:
                self.filled[column, constants[column], how] += 1
                return constants[column]
        if column in UNIT_COLUMNS or column == BASIS:
            value = self._by_series(column, said, year)
            self.filled[column, value, "series"] += 1
            return value
        return None

    def _by_series(self, column: str, said: dict[str, str], year: int) -> str:
        """Return the unit or the basis of the only series that the rest of the label fits, else that it is not told."""
        names = LABELS[self.contract.extract]
        rows = [
            (parts, row)
            for parts, row in self.series.items()
            if len(parts) >= len(names)
            and said.get(names[0])
            and all(not said.get(name) or folded(said[name]) == part for name, part in zip(names, parts, strict=False))
        ]
        if column == BASIS and len(rows) > 1:
            codes = {row["series_code"] for _, row in rows}
            used = self.catalogue.items_used(self.contract.source_code, year) & codes
            rows = [(parts, row) for parts, row in rows if row["series_code"] in used]
        if column == BASIS:
            found = {row["series_label"].split(" | ")[names.index(BASIS)] for _, row in rows}
        else:
            found = {_UNITS.get(row["unit"], row["unit"]) for _, row in rows}
        return found.pop() if len(found) == 1 else NOT_TOLD

    def said(self, file: str, sheet: str) -> tuple[list[str], list[Finding]]:
        """Return notes and warnings about what was filled in."""
        notes, guessed = [], {}
        for column, value, how in self.filled:
            if how == "series":
                guessed.setdefault(column, []).append(value)
            elif value:
                notes.append(f"{column}: '{value}' everywhere, from {how}")
        warnings = [
            Finding("column_filled", file=file, sheet=sheet, value="', '".join(values), facts={"column": column})
            for column, values in guessed.items()
        ]
        return notes, warnings


def codes_apart(cube: Cube, notes: list[str]) -> None:
    """Take the code from labels that SSB's API writes as 'code - text' (UseCodesAndTexts); regions keep theirs."""
    for name in cube.dimensions:
        labels = {record[0].get(name, "") for record in cube.records}
        found = {label: _CODE_BEFORE_TEXT.fullmatch(label) for label in labels}
        if name == cube.time or not all(found.values()):
            continue
        is_region = folded(name) == "region"
        for labels_here, *_ in cube.records:
            label = labels_here[name]
            labels_here[name] = label.replace(" - ", " ", 1) if is_region else found[label][1]  # type: ignore[index]
        notes.append(f"{name}: code and text divided")
        cube.units = {(found[label][1] if found.get(label) else label): unit for label, unit in cube.units.items()}  # type: ignore[index]
