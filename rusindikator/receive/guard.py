"""Which encoding makes Norwegian of a text, and what is refused before anything unpacks or lays out a workbook."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path

from charset_normalizer import from_bytes

from rusindikator.receive.findings import refuse

# Names may carry a prefix, and values either quote: other programs than Excel write sheets too.
_FORMULA_CELL = re.compile(rb"""<(?:\w+:)?c [^>]*?\br=["']([A-Z]+[0-9]+)["'][^>]*>\s*<(?:\w+:)?f[ >/]""")
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c (?=[^>]*?\bt=["']e["'])[^>]*?\br=["']([A-Z]+[0-9]+)["']""")
# What a workbook may show otherwise than its cells hold: hidden rows and columns, and raised runs of text.
_MARKS = (b" hidden=", b"vertAlign", b' ht="0', b" ht='0", b' width="0', b" width='0")
_PLACE = re.compile(rb"""<(?:\w+:)?(c|row)(?=[\s>/])(?:[^>]*?\br=["']([A-Z]{0,3})([0-9]{1,7})["'])?""")

MAX_BYTES = 1 << 30
MAX_MEMBERS = 1_000
MAX_UNPACKED = 600 << 20
MAX_RATIO = 150
_RATIO_COUNTS_FROM = 4 << 20
_CHUNK = 1 << 20
# The reader lays out a sheet from A1 to its last cell. A full sheet may be large; a large one with few cells is a trap,
# or a stray mark in a far corner.
MAX_AREA = 40_000_000
_SPARSE_FROM = 4_000_000
_SPARSE = 40

# What Norwegian producers have used for text; anything else is told with --encoding.
_CODE_PAGES = ["cp1252", "latin_1", "mac_roman", "cp850", "cp865"]
_NORWEGIAN = re.compile(r"[æøåÆØÅ]")
# Letters that stand in no Norwegian table and do stand there when a text was read with the wrong code page.
_WRONG_PAGE = re.compile(
    "[\u0080-\u009f\u2020\u2022\u2026\u201e\u2030\u00a2\u00a4\u00b5\u00b6\u00b8¥‘’“”¿¡ƒ†‡ŽžÐðÞþ¾½¼╣║╗╝┐└┴┬├─┼]"
)
_TWICE = re.compile(
    "Ã[\u0080-\u00bf\u0152\u0153\u0160\u0161\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u02dc\u2122]|Â[\u00a0-\u00bf]"
)


@dataclass
class Archive:
    """What was seen in an xlsx file: cells with formulas and with errors by sheet, and parts that are left alone.

    `sheets` has the part of each sheet, `marked` the parts in which something is hidden or raised.
    """

    formulas: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    left_alone: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    sheets: dict[str, str] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    has_author: bool = False


class Extent:
    """How far a sheet reaches, judged by the places of its cells and rows before anything lays it out."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = 0
        self._row = self._column = 0
        self._rest = b""

    def see(self, part: bytes) -> None:
        """Take note of the cells and rows in the next part of a sheet; a tag that is cut waits for its end."""
        text = self._rest + part
        cut = text.rfind(b"<")
        text, self._rest = (text[:cut], text[cut:][:_CHUNK]) if cut >= 0 else (b"", b"")
        for tag, letters, digits in _PLACE.findall(text):
            if tag == b"row":
                self._row = int(digits) if digits else self._row + 1
                self._column = 0
            else:
                self.cells += 1
                self._row = int(digits) if letters and digits else self._row
                self._column = _column_number(letters) if letters else self._column + 1
                self.columns = max(self.columns, self._column)
            self.rows = max(self.rows, self._row)

    @property
    def is_too_large(self) -> bool:
        """True where the sheet would need more room than a table does."""
        area = self.rows * self.columns
        return area > MAX_AREA or (area > _SPARSE_FROM and area > _SPARSE * self.cells)


@cache
def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def decode(path: Path, content: bytes, encoding: str | None) -> tuple[str, str, list[str]]:
    """Return text, encoding and notes; raises RefusedError where no encoding makes plausible Norwegian of the bytes."""
    name = path.name
    if encoding:
        try:
            text = content.decode(encoding)
        except (LookupError, UnicodeDecodeError) as error:
            raise refuse("encoding_told_wrong", file=name, facts={"encoding": encoding, "error": error}) from error
        return _sound(name, text, encoding)
    for mark, page in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return _sound(name, content.decode(page), page)
            except UnicodeDecodeError as error:
                raise refuse("encoding_broken", file=name, facts={"page": page, "start": error.start}) from error
    if b"\x00" in content:
        where = content.index(b"\x00")
        raise refuse("nul_byte", file=name, facts={"where": where})
    try:
        return _sound(name, content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        broken = error
    high = sum(byte > 127 for byte in content)
    if len(re.findall(rb"\xc3[\x80-\xbf]", content)) * 2 > high * 0.5:
        line = content.count(b"\n", 0, broken.start) + 1
        raise refuse("encodings_mixed", file=name, row=line, facts={"start": broken.start}) from broken
    sample = content if len(content) < 2_000_000 else content[:2_000_000]
    best = from_bytes(sample, cp_isolation=_CODE_PAGES, threshold=0.5).best()
    pages = [best.encoding, *_CODE_PAGES] if best else _CODE_PAGES
    for page in sorted(dict.fromkeys(pages), key=lambda page: _implausible(content, page)):
        if _implausible(content, page) < 1:
            return _sound(name, content.decode(page), page)
    raise refuse("encoding_unknown", file=name)


def _implausible(content: bytes, page: str) -> float:
    """Return a mark for reading `content` with `page`: under 1 is plausible, and less is better."""
    try:
        text = content.decode(page)
    except UnicodeDecodeError:
        return 9.0
    foreign = [letter for letter in text if ord(letter) > 127 and letter not in "\u00a0"]
    if not foreign:
        return 0.0
    wrong = sum(bool(_WRONG_PAGE.match(letter)) for letter in foreign) / len(foreign)
    norwegian = sum(bool(_NORWEGIAN.match(letter)) for letter in foreign) / len(foreign)
    # Between pages that read alike the Western European one is the ordinary one.
    return 2 * wrong + (1 - norwegian) * 0.5 + _CODE_PAGES.index(page) * 0.01


def _sound(name: str, text: str, page: str) -> tuple[str, str, list[str]]:
    """Return the decoded text, unless its letters were lost before it was sent."""
    notes = []
    for pattern, code in (
        (_TWICE, "letters_twice_encoded"),
        ("\ufffd", "letters_lost"),
    ):
        found = re.search(pattern, text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            around = text[max(0, found.start() - 10) : found.end() + 10].replace("\n", " ")
            raise refuse(code, file=name, row=line, value=around)
    if page not in ("utf-8", "utf-8-sig"):
        notes.append(f"read as {page}, landed as UTF-8")
    return text, page, notes


def inspect_xlsx(path: Path) -> Archive:
    """Unpack an xlsx file into nothing, with limits, and return what was seen in it; raises RefusedError."""
    name = path.name
    archive = Archive()
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            names = {member.filename for member in members}
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise _bomb(name)
            if "[Content_Types].xml" not in names or not any(part.startswith("xl/") for part in names):
                raise refuse("zip_archive", file=name)
            if any(member.flag_bits & 1 for member in members):
                raise refuse("workbook_has_password", file=name)
            if any(part.lower().endswith("vbaproject.bin") or "macrosheets" in part for part in names):
                raise refuse("workbook_has_macros", file=name)
            if not any(part.startswith("xl/worksheets/") for part in names):
                raise refuse("workbook_has_no_sheets", file=name)
            sheets = _sheet_names(packed)
            archive.parts, archive.sheets = names, {name: part for part, name in sheets.items()}
            archive.has_author = _has_author(packed)
            unpacked = 0
            for member in members:
                if re.search(r"externalLinks|embeddings|activeX|oleObject|connections\.xml|ctrlProps", member.filename):
                    archive.left_alone.append(member.filename)
                here, tail, extent = 0, b"", Extent()
                with packed.open(member) as part:
                    while chunk := part.read(_CHUNK):
                        here += len(chunk)
                        unpacked += len(chunk)
                        if unpacked > MAX_UNPACKED or (
                            here > _RATIO_COUNTS_FROM and here > MAX_RATIO * max(member.compress_size, 1)
                        ):
                            raise _bomb(name)
                        if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                            raise refuse("workbook_has_entities", file=name)
                        if member.filename.startswith(("xl/worksheets/", "xl/sharedStrings")):
                            text = tail + chunk
                            if any(mark in text for mark in _MARKS):
                                archive.marked.add(member.filename)
                            tail = text[-400:]
                        if member.filename.startswith("xl/worksheets/"):
                            sheet = sheets.get(member.filename, member.filename)
                            for pattern, found in ((_FORMULA_CELL, archive.formulas), (_ERROR_CELL, archive.errors)):
                                cells = [match[1].decode() for match in pattern.finditer(text)]
                                known = found.setdefault(sheet, []) if cells else []
                                known.extend(cell for cell in cells if cell not in known[-50:])
                            extent.see(chunk)
                if extent.is_too_large:
                    raise refuse(
                        "sheet_too_large",
                        file=name,
                        sheet=sheets.get(member.filename, member.filename),
                        facts={"rows": extent.rows, "columns": extent.columns, "cells": extent.cells},
                    )
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise refuse("workbook_damaged", file=name, facts={"error": error}) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise refuse("workbook_damaged", file=name) from error
        raise
    return archive


def _bomb(name: str) -> Exception:
    return refuse(
        "workbook_bomb", file=name, facts={"limit_mb": MAX_UNPACKED >> 20, "members": MAX_MEMBERS, "ratio": MAX_RATIO}
    )


def _has_author(packed: zipfile.ZipFile) -> bool:
    """Return whether the properties name who made the workbook, or saved it last."""
    try:
        told = packed.read("docProps/core.xml")[:100_000].decode("utf-8", "replace")
    except KeyError:
        return False
    names = re.findall(r"<(?:\w+:)?(?:creator|lastModifiedBy)>([^<]*)<", told)
    return any(name.strip() and name != "openpyxl" for name in names)


def _sheet_names(packed: zipfile.ZipFile) -> dict[str, str]:
    """Return part -> name of each sheet, as far as the workbook says."""
    try:
        book = packed.read("xl/workbook.xml")[:1_000_000].decode("utf-8", "replace")
        links = packed.read("xl/_rels/workbook.xml.rels")[:1_000_000].decode("utf-8", "replace")
    except KeyError:
        return {}
    targets = {}
    for tag in re.findall(r"<Relationship [^>]*>", links):
        identity, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if identity and target:
            targets[identity[1]] = "xl/" + target[1].removeprefix("/xl/")
    found = {}
    for tag in re.findall(r"<sheet [^>]*>", book):
        name, identity = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and identity:
            found[targets.get(identity[1], "")] = unescape(name[1])
    return found
