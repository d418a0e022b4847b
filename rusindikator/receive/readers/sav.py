"""Files of SPSS: cells, value labels, and the codes that the file itself declares missing."""

from __future__ import annotations

from pathlib import Path

from rusindikator.receive.delivered import Codebook, Delivered, Grid, NumberText, cell_text, clean
from rusindikator.receive.findings import refuse
from rusindikator.receive.numbers import parse_number


def read_sav(path: Path, encoding: str | None) -> Delivered:
    """Return the cells of a sav file with its value labels; raises RefusedError where it is damaged."""
    import pyreadstat

    try:
        # as lists: a data frame would need pandas
        cells, meta = pyreadstat.read_sav(
            str(path), encoding=encoding, user_missing=True, apply_value_formats=False, output_format="dict"
        )
    except Exception as error:  # the library raises its own and ValueError alike
        raise refuse("sav_unreadable", file=path.name, facts={"error": error}) from error
    codebook = Codebook(
        questions={clean(name): clean(label) for name, label in meta.column_names_to_labels.items() if label}
    )
    for column, labels in meta.variable_value_labels.items():
        codebook.values[clean(column)] = {cell_text(code): clean(str(label)) for code, label in labels.items()}
    names = [clean(name) for name in cells]
    columns = [[cell_text(value) for value in values] for values in cells.values()]
    missing = _blank_user_missing(names, columns, {clean(name): spans for name, spans in meta.missing_ranges.items()})
    rows = [names, *([list(row) for row in zip(*columns, strict=True)] if columns else [])]
    grid = Grid(path.name, "", rows, list(range(len(rows))))
    # what SPSS keeps beside the table: the file's title and what was noted about it
    beside = [[clean(str(text))] for text in (meta.file_label, *(meta.notes or [])) if text]
    unread = [Grid(path.name, "notes", beside, list(range(1, len(beside) + 1)))] if beside else []
    notes = [f"{len(codebook.values)} columns with value labels"]
    if missing:
        notes.append(f"{missing} cells that SPSS marks as missing are blank, not answered")
    return Delivered(path, "sav", meta.file_encoding or "utf-8", [grid], unread, codebook=codebook, notes=notes)


def _blank_user_missing(names: list[str], columns: list[list[str]], ranges: dict[str, list[dict]]) -> int:
    """Blank the cells whose code the file itself declares missing ('98 vil ikke svare'); return how many."""
    blanked = 0
    for name, cells in zip(names, columns, strict=True):
        for span in ranges.get(name, []):
            low, high = span["lo"], span["hi"]
            for at, cell in enumerate(cells):
                value = parse_number(cell) if isinstance(cell, NumberText) else cell
                if value not in (None, "") and isinstance(value, type(low)) and low <= value <= high:
                    cells[at] = ""
                    blanked += 1
    return blanked
