"""Helsedirektoratet's export of national quality indicators (NKI): units, years and tertials mixed in one column."""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import Catalogue, Contract, folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import refuse
from rusindikator.receive.shape.cube import shape_cube
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.shape.totals import is_total
from rusindikator.receive.tables import Table

QUALITY_HEADER = {"tidsperiode", "kvalitetsindikator", "måltall", "lokasjon", "verdi"}


def is_quality_export(header: list[str]) -> bool:
    """Return whether a table is Helsedirektoratet's export of national quality indicators."""
    return {folded(name) for name in header} >= QUALITY_HEADER


def shape_quality(table: Table, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return the rows of an NKI export that the catalogue knows or that speak of TSB, one column a period.

    Units are mixed in one column: a per cent sign says prosent, else the label. Rows of a level below the health
    regions are left out.
    """
    place = {folded(name): at for at, name in enumerate(table.header)}
    values = [row[place["verdi"]].strip() for row in table.rows]
    if sum(value in ("999", "999%", "999,0") for value in values) > len(values) / 2:
        raise refuse("template_without_figures", file=table.file, sheet=table.sheet)
    labels = {folded(row.delivered) for row in catalogue.label_mappings if row.extract == contract.extract}
    known = {folded(label) for source, label in catalogue.series if source == contract.source_code} | labels
    level = place.get("nivå")
    records, other = [], 0
    for number, row in zip(table.numbers, table.rows, strict=True):
        measure = row[place["måltall"]].strip()
        group = row[place["kvalitetsindikator"]]
        where = row[place["lokasjon"]].strip()
        is_wanted = folded(measure) in known or re.search(r"\bTSB\b|rusbehandling", f"{measure} {group}")
        is_high = level is None or not row[level].startswith(("Kommune", "Sykehus")) or is_total(where)
        is_high = is_high and (is_total(where) or where.startswith("Helse ") or level is None)
        if not is_wanted or not is_high:
            other += 1
            continue
        measure = re.sub(r"^Utfaset\s*-\s*", "", measure)
        text = row[place["verdi"]].strip() or ":"
        unit = "prosent" if text.endswith("%") else "dager" if "ventetid" in folded(measure) else "antall"
        labels_here = {"Kategori": measure, "Region": where, "Måleenhet": unit, "år": row[place["tidsperiode"]].strip()}
        records.append((labels_here, text, number, table.header[place["verdi"]]))
    if not records:
        raise refuse(
            "no_row_of_field",
            file=table.file,
            sheet=table.sheet,
            value=", ".join(sorted({row[place["måltall"]] for row in table.rows})[:4]),
        )
    cube = Cube(
        table.file,
        table.sheet,
        table.title or "Nasjonale kvalitetsindikatorer, eksport",
        ["Kategori", "Region", "Måleenhet", "år"],
        "år",
        None,
        records,
    )
    shaped = shape_cube(cube, contract, catalogue, asked)
    shaped.notes.append(f"{other} rows of other measures and of units below the health regions left out")
    return shaped
