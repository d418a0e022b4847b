"""From a delivered file to grids of text cells, each with the row it stood on. Libraries read; nothing is judged."""

from __future__ import annotations

from pathlib import Path

from rusindikator.receive.delivered import Delivered
from rusindikator.receive.findings import refuse
from rusindikator.receive.formats import detect_format
from rusindikator.receive.guard import MAX_BYTES, decode
from rusindikator.receive.json_stat import read_json_stat
from rusindikator.receive.readers.sav import read_sav
from rusindikator.receive.readers.text import read_text
from rusindikator.receive.readers.xlsx import read_xlsx


def read_file(
    path: Path,
    file_format: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    quiet: bool = False,
    hidden: str | None = None,
) -> Delivered:
    """Read a delivered file; raises RefusedError where it is no file that a source should deliver.

    hidden: 'count' or 'leave', what the user says of rows and columns that Excel hides.
    """
    try:
        return _read_file(path, file_format, encoding, sheet, quiet, hidden)
    except OSError as error:
        raise refuse("file_unreadable", file=path.name, facts={"error": error.strerror or error}) from error


def _read_file(
    path: Path, file_format: str | None, encoding: str | None, sheet: str | None, quiet: bool, hidden: str | None
) -> Delivered:
    if not path.is_file():
        raise refuse("no_such_file", file=str(path))
    if path.stat().st_size > MAX_BYTES:
        raise refuse("file_too_large", file=path.name, facts={"limit_mb": MAX_BYTES >> 20})
    with path.open("rb") as handle:
        head = handle.read(4096)
    found = detect_format(path, head)
    if file_format and file_format != found:
        if {file_format, found} != {"csv", "json-stat"}:
            raise refuse("format_differs", file=path.name, facts={"found": found, "file_format": file_format})
        found = file_format
    if found == "xlsx":
        return read_xlsx(path, sheet, quiet, hidden)
    if found == "sav":
        return read_sav(path, encoding)
    text, page, notes = decode(path, path.read_bytes(), encoding)
    if found == "json-stat":
        return Delivered(path, found, page, cubes=read_json_stat(path, text), notes=notes)
    return read_text(path, text, page, notes, quiet)
