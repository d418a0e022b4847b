"""What the columns, constants and labels of a delivery are called in the contract."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import PERIOD, Catalogue, Contract, folded
from rusindikator.receive.delivered import Codebook

CONTENTS = {"statistikkvariabel", "contents", "contentscode", "statistikkvariabler", "statistic variable"}


CODE_AND_NAME = re.compile(r"(?:K-)?(\d{4})(?:[ \u00a0]+(.+))?")


def known_names(contract: Contract, catalogue: Catalogue, year: int, codebook: Codebook) -> dict[str, tuple[str, str]]:
    """Return folded delivered name -> contract column and how it is known, for one year."""
    names: dict[str, tuple[str, str]] = {}
    asked = [
        (row["column_name"], row[label])
        for row in (*catalogue.variables, *catalogue.amounts)
        if row["extract"] == contract.extract and row["column_name"]
        for label in ("label_nb", "label_en")
    ]
    for column, label in asked:
        names.setdefault(folded(label), (column, "label of the question"))
    for name, question in codebook.questions.items():
        column = next((column for column, label in asked if folded(label) == folded(question)), None)
        if column:
            names[folded(name)] = (column, "codebook")
    for row in catalogue.column_mappings:
        if row.holds(contract.extract, year) and not row.delivered.startswith("="):
            names[folded(row.delivered)] = (row.column_name, "column_mappings")
    for column in contract.columns:
        if not PERIOD.fullmatch(column):
            names[folded(column)] = (column, "same name")
    return names


def header_names(contract: Contract, catalogue: Catalogue) -> set[str]:
    """Return all names a header of this extract may hold, of any year."""
    names = set(known_names(contract, catalogue, 0, Codebook()))
    names |= {
        folded(row.delivered)
        for row in catalogue.column_mappings
        if row.extract == contract.extract and not row.delivered.startswith("=")
    }
    if not contract.is_microdata:
        names |= CONTENTS | {"år", "tid", "periode", "tidsperiode", "region"}
    return names


def safe_name(name: str) -> str:
    """Return a column name that is nobody's yet and holds only letters, digits, spaces and a few signs."""
    return re.sub(r"[^\w .,%()/§&+-]", "_", name.strip())[:120].strip() or "_"


def constants(contract: Contract, catalogue: Catalogue, year: int) -> dict[str, str]:
    """Return column -> value for what no table of this year says itself (column_mappings, `=value`)."""
    return {
        row.column_name: row.delivered[1:]
        for row in catalogue.column_mappings
        if row.holds(contract.extract, year) and row.delivered.startswith("=")
    }


def label_for(contract: Contract, catalogue: Catalogue, year: int) -> dict[tuple[str, str], str]:
    """Return column, delivered label -> label of the catalogue, for one year."""
    found = {}
    for row in catalogue.label_mappings:
        if row.holds(contract.extract, year):
            column, label = row.column_name.split("\t")
            found[column, folded(row.delivered)] = label
    return found
