"""Reasons for missing years that were accepted at receipt: each receipt keeps its own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rusindikator.deliveries import plain_rows, register_folders

MISSING_NAME = "missing_reasons.csv"
MISSING_COLUMNS = ("source_code", "indicator_no", "year_from", "year_to", "reason_code", "note_nb", "note_en")


def read_missing_reasons(folder: Path) -> list[dict[str, str]]:
    """Return the reasons for missing years that were accepted at receipt."""
    places = [folder, *register_folders(folder)]
    paths = dict.fromkeys(place / MISSING_NAME for place in places)
    return [row for path in paths if path.exists() for row in plain_rows(path)]


def new_missing_reasons(folder: Path, new: list[dict[str, str]]) -> str | None:
    """Return the text of the reasons that are not given already, or None where there are none."""
    grain = ("source_code", "indicator_no", "year_from")
    known = {tuple(row[name] for name in grain) for row in read_missing_reasons(folder)}
    rows = {tuple(row[name] for name in grain): row for row in reversed(new)}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, MISSING_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[key] for key in sorted(rows) if key not in known)
    return text.getvalue() if set(rows) - known else None
