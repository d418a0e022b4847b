"""What a file is, judged by its first bytes: one of those that are read, or which other it is and what to ask for."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from rusindikator.receive.findings import RefusedError, refuse

FORMATS = ("csv", "xlsx", "sav", "json-stat")

_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"PAR1", "Parquet"),
    (b"ARROW1", "Arrow"),
    (b"FEA1", "Feather"),
    (b"SQLite format 3", "SQLite"),
    (b"\x00\x01\x00\x00Standard ", "Microsoft Access"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"RDX", "R"),
)
# Statistics packages whose files a source may send for a .sav.
_STATISTICS = (
    (b"<stata_dta>", "Stata (.dta)"),
    (b"\x00" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c", "SAS (.sas7bdat)"),
    (b"HEADER RECORD*******LIB", "SAS (.xpt)"),
)
# Stata's old files begin with release, order of the bytes and a one.
_OLD_STATA = re.compile(rb"[\x69\x6c\x6e\x6f\x71-\x73][\x01\x02]\x01\x00")
# Sheets of Excel 2 to 4 begin with no wrapping: the record that begins a book.
_OLD_SHEET = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08]\x00")
# What a line of PC-Axis begins with: a keyword, perhaps its language and what it is about.
_PX_KEYWORD = re.compile(
    rb"(?m)^(?:\xef\xbb\xbf|\xff\xfe)?(CHARSET|AXIS-VERSION|CODEPAGE|LANGUAGES?|MATRIX|SUBJECT-(?:AREA|CODE)|TITLE|CONTENTS|UNITS|STUB|"
    rb'HEADING|VALUES|KEYS|DECIMALS|CREATION-DATE)(?:\[\w+\])?(?:\("[^"\r\n]*"\))? ?='
)
_WEB = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<script", b"<table")
# What lies in an archive that is no workbook: a part's name, and what it is.
_PARTS = (
    ("word/", "Word (.docx)"),
    ("ppt/", "PowerPoint (.pptx)"),
    ("xl/workbook.bin", "binary Excel (.xlsb)"),
    ("Index/", "Apple (.numbers, .pages)"),
)


def detect_format(path: Path, head: bytes) -> str:
    """Return which of FORMATS a file is; raises RefusedError, which names it, for any other."""
    name = path.name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head.strip():
        raise refuse("file_is_empty", file=name)
    if head.startswith(b"PK\x03\x04"):
        refuse_other_archive(path)
        return "xlsx"
    if head.startswith((b"$FL2", b"$FL3")):
        return "sav"
    if b"SPSS PORT FILE" in head[:600]:
        raise refuse("statistics_file", file=name, facts={"kind": "SPSS (.por)"})
    if head.startswith(b"\xd0\xcf\x11\xe0") or _OLD_SHEET.match(head):
        raise refuse("old_excel_or_password", file=name)
    if start.startswith(_WEB):
        raise refuse("web_page", file=name)
    for magic, kind in _STATISTICS:
        if head.startswith(magic):
            raise refuse("statistics_file", file=name, facts={"kind": kind})
    if _OLD_STATA.match(head):
        raise refuse("statistics_file", file=name, facts={"kind": "Stata (.dta)"})
    for magic, kind in _OTHERS:
        if head.startswith(magic):
            raise refuse("format_not_read", file=name, facts={"kind": kind})
    if start.startswith(b"<"):
        raise refuse("xml_file", file=name)
    # a text of two bytes a letter begins with a mark that says so
    if start.startswith((b"{", b"[")) or re.match(rb"\xff\xfe\s*[{\[]\0|\xfe\xff\0[{\[]", head):
        return "json-stat"
    if len(set(_PX_KEYWORD.findall(head.replace(b"\0", b"").replace(b"\r", b"\n")))) > 1:
        raise refuse("format_not_read", file=name, facts={"kind": "PC-Axis (.px)"})
    return "csv"


def refuse_other_archive(path: Path) -> None:
    """Refuse an archive that is no workbook of Excel by what lies in it; a broken one is left to who unpacks it."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            kind = packed.read("mimetype")[:120].decode("ascii", "replace") if "mimetype" in names else ""
    except RefusedError:
        raise
    except Exception:  # whatever is broken in it is told where it is unpacked with limits
        return
    if kind.startswith("application/vnd.oasis.opendocument"):
        raise refuse("format_not_read", file=path.name, facts={"kind": f"OpenDocument (.{_open_kind(kind)})"})
    for part, told in _PARTS:
        if any(name.startswith(part) for name in names):
            raise refuse("format_not_read", file=path.name, facts={"kind": told})


def _open_kind(mimetype: str) -> str:
    kinds = {"spreadsheet": "ods", "text": "odt", "presentation": "odp"}
    return next((short for kind, short in kinds.items() if kind in mimetype), "od?")
