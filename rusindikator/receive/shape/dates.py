"""Dates where a spreadsheet has made them of numbers."""

from __future__ import annotations

from rusindikator.receive.catalogue import folded
from rusindikator.receive.delivered import DateText
from rusindikator.receive.findings import Finding, RefusedError
from rusindikator.receive.rows import year_in_name
from rusindikator.receive.shape.printed import is_title
from rusindikator.receive.tables import Table


def refuse_dates(table: Table, names: set[str]) -> None:
    """Refuse dates where Excel has made them of numbers such as 3.9 or 1-2: in columns that are used.

    `names` are the folded names that a header may hold. A column that nobody has described, such as the time when a
    form was begun, is kept as it came.
    """
    problems = []
    for at, name in enumerate(table.header):
        if name and folded(name) not in names and not year_in_name(name) and not is_title(name):
            continue
        found = [
            (number, str(row[at]))
            for number, row in zip(table.numbers, table.rows, strict=True)
            if isinstance(row[at], DateText)
        ]
        if found:
            number, cell = found[0]
            more = f" (the first of {len(found)} cells)" if len(found) > 1 else ""
            problems.append(
                Finding(
                    "date_in_cell",
                    file=table.file,
                    sheet=table.sheet,
                    row=number,
                    column=name,
                    value=cell,
                    facts={"more": more},
                )
            )
    if problems:
        raise RefusedError(problems)
