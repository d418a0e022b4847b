"""A battery of corrupt deliveries, made by changing valid ones.

Each is refused for the right reason, or handled as docs/receive.md says; none passes in silence.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from rusindikator.deliveries import check_register
from rusindikator.receive import RefusedError, Request, pipeline, receive
from rusindikator.receive.findings import messages

from . import shapes
from .shapes import text_of

# The questions of a form that is checked as quickly as it may; what they take down is accepted.
KEPT = ("ips", "parorende_barn", "recovery_orientert", "belop_brukermedvirkning")
LEFT_OUT = [
    row["column_name"]
    for row in shapes.CATALOGUE.variables
    if row["extract"] == "is24_8" and row["column_name"] not in KEPT
]
REFUSED, TOLD = "refused", "told"
Make = Callable[[Path], Path | list[Path]]


class Corrupt(NamedTuple):
    """A corrupt delivery: how it is made, who should have sent it, what happens, and the code of the finding.

    A note is told and is no finding: `said` is what it holds, after `note: `.
    """

    name: str
    source: str
    make: Make
    said: str
    happens: str = REFUSED
    period: str = "2021"
    more: dict[str, object] = {}  # noqa: RUF012 - read only


def cell(rows: shapes.Rows, row: int, column: str, value: object) -> shapes.Rows:
    """Return the rows with one cell changed; row 1 is the first below the header."""
    changed = [list(cells) for cells in rows]
    changed[row][changed[0].index(column)] = value
    return changed


def column(rows: shapes.Rows, name: str, change: Callable[[str], object]) -> shapes.Rows:
    """Return the rows with one column changed."""
    at = rows[0].index(name)
    return [rows[0], *([*row[:at], change(str(row[at])), *row[at + 1 :]] for row in rows[1:])]


def bu(change: Callable[[shapes.Rows], shapes.Rows], **more: object) -> Make:
    """Return a maker of a BU file as semicolon separated text."""
    return lambda path: shapes.save(path / "bu.csv", text_of(change(shapes.bu()), **more))


def text(
    make: Callable[[], str], change: Callable[[str], str | bytes], encoding: str = "utf-8", name: str = "fil.csv"
) -> Make:
    """Return a maker of a text file."""

    def write(path: Path) -> Path:
        before = make()
        after = change(before)
        assert after != before, "the change changes nothing"
        return shapes.save(path / name, after, encoding)

    return write


def bu_text() -> str:
    """Return a valid BU file."""
    return text_of(shapes.bu())


def is24_8(change: Callable[[shapes.Rows], shapes.Rows]) -> Make:
    """Return a maker of an IS-24/8 file."""
    return lambda path: shapes.save(path / "is248.csv", text_of(change(shapes.is24_8(without=LEFT_OUT))))


def swapped(rows: shapes.Rows, one: str, other: str) -> shapes.Rows:
    """Return the rows with the cells of two columns swapped, the header as it was."""
    a, b = rows[0].index(one), rows[0].index(other)
    result = [list(row) for row in rows]
    for row in result[1:]:
        row[a], row[b] = row[b], row[a]
    return result


def replaced(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    """Return a change of a text."""
    return lambda before: before.replace(old, new, count)


def bytes_changed(
    change: Callable[[bytes], bytes], make: Callable[[Path], Path] = shapes.kdi_xlsx, name: str = "kdi.xlsx"
) -> Make:
    """Return a maker of a binary file that is changed after it was written."""

    def write(path: Path) -> Path:
        target = make(path / name)
        target.write_bytes(change(target.read_bytes()))
        return target

    return write


def book(change: Callable[[openpyxl.Workbook], object]) -> Make:
    """Return a maker of the KDI workbook with cells changed."""

    def write(path: Path) -> Path:
        target = shapes.kdi_xlsx(path / "kdi.xlsx")
        workbook = openpyxl.load_workbook(target)
        change(workbook)
        workbook.save(target)
        return target

    return write


def put(where: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    """Return a change of a workbook: one cell."""

    def change(workbook: openpyxl.Workbook) -> None:
        workbook["Tabell 14"][where] = value

    return change


def repacked(add: Callable[[zipfile.ZipFile], object]) -> Callable[[bytes], bytes]:
    """Return a change of a workbook's bytes: parts added to the archive."""

    def change(content: bytes) -> bytes:
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
            add(packed)
        return out.getvalue()

    return change


def many_parts(packed: zipfile.ZipFile) -> None:
    for number in range(1_100):
        packed.writestr(f"xl/media/{number}.bin", b"")


def stat(change: Callable[[dict], object]) -> Make:
    """Return a maker of the JSON-stat2 file, changed."""

    def write(path: Path) -> Path:
        document = shapes.messages_json()
        change(document)
        return shapes.save(path / "10674.json", json.dumps(document, ensure_ascii=False))

    return write


def beside_the_years(table: str, name: str) -> str:
    """Return a PxWeb table with a column more at its right."""
    title, blank, header, *rows = table.rstrip().split("\r\n")
    return "\r\n".join([title, blank, f'{header};"{name}"', *(f'{row};"-3"' for row in rows), ""])


def wrong_codebook(path: Path) -> list[Path]:
    book = [["Variabel", "Kode", "Etikett"], ["hjelp_bolig", "1", "Ja"], ["hjelp_bolig", "1", "Nei"]]
    return [shapes.save(path / "bu.csv", bu_text()), shapes.save(path / "kodebok.csv", text_of(book))]


HTML = (
    "<!DOCTYPE html><html><head><title>Logg inn</title></head><body><table><tr><td>aar</td></tr></table></body></html>"
)
SQL = "Ja'); drop table raw.bu; --"
FORMULA = '=HYPERLINK("http://example.invalid","Ja")'

BATTERY = [
    # files that are not what they should be
    Corrupt("empty file", "BU", text(bu_text, lambda _: ""), "file_is_empty"),
    Corrupt("only white space", "BU", text(bu_text, lambda _: " \r\n \r\n"), "file_is_empty"),
    Corrupt("web page saved as csv", "BU", text(bu_text, lambda _: HTML), "web_page"),
    Corrupt("web page saved as xlsx", "KDI", text(bu_text, lambda _: HTML, name="kdi.xlsx"), "web_page"),
    Corrupt("PDF", "KDI", text(bu_text, lambda _: b"%PDF-1.7\n..."), "format_not_read"),
    Corrupt("gzip", "BU", text(bu_text, lambda _: b"\x1f\x8b\x08\x00abc"), "format_not_read"),
    Corrupt(
        "old Excel or password",
        "KDI",
        text(bu_text, lambda _: b"\xd0\xcf\x11\xe0" + bytes(600)),
        "old_excel_or_password",
    ),
    Corrupt(
        "prose",
        "BU",
        text(bu_text, lambda _: "Hei,\nher kommer tallene for 2021.\nHilsen oss\n"),
        "no_header",
    ),
    Corrupt("no separators", "BU", text(bu_text, lambda _: "respondentnr\n1\n2\n"), "no_separator"),
    Corrupt("XML", "SSB", text(bu_text, lambda _: "<?xml version='1.0'?><data/>"), "xml_file"),
    Corrupt(
        "another source's file",
        "KDI",
        text(bu_text, replaced("\r\n", "\n", -1)),
        "another_source",
    ),
    Corrupt("header without rows", "BU", text(bu_text, lambda t: t.split("\r\n")[0] + "\r\n"), "no_rows"),
    # encodings
    Corrupt(
        "UTF-8 read as Latin-1 and sent on",
        "BU",
        text(bu_text, lambda t: t.encode().decode("latin-1")),
        "letters_twice_encoded",
    ),
    Corrupt(
        "UTF-8 read as cp1252 and sent on",
        "FHI_DAR",
        text(shapes.deaths, lambda t: t.encode().decode("cp1252")),
        "letters_twice_encoded",
    ),
    Corrupt("letters lost", "BU", text(bu_text, lambda t: t.replace("svært", "sv\ufffdrt", 3)), "letters_lost"),
    Corrupt(
        "letters as question marks",
        "BU",
        text(bu_text, lambda t: t.replace("svært", "sv?rt", 3)),
        "unknown_answer",
    ),
    Corrupt(
        "two encodings mixed",
        "BU",
        text(bu_text, lambda t: t.encode().replace("svært".encode(), b"sv\xe6rt", 1)),
        "encodings_mixed",
    ),
    Corrupt("UTF-16 without mark", "BU", text(bu_text, lambda t: t.encode("utf-16-le")), "nul_byte"),
    Corrupt("NUL bytes", "BU", text(bu_text, lambda t: t.replace("mann", "ma\x00n", 1)), "nul_byte"),
    Corrupt(
        "told the wrong encoding",
        "BU",
        text(bu_text, lambda t: t.encode("cp1252")),
        "encoding_told_wrong",
        more={"encoding": "utf-8"},
    ),
    Corrupt(
        "no such encoding",
        "BU",
        text(bu_text, lambda t: t.encode("cp1252")),
        "encoding_told_wrong",
        more={"encoding": "utf-99"},
    ),
    Corrupt("cp850 of an old system", "BU", text(bu_text, lambda t: t.encode("cp850")), "note: read as cp850", TOLD),
    Corrupt("MacRoman", "BU", text(bu_text, lambda t: t.encode("mac_roman")), "note: read as mac_roman", TOLD),
    # cut, shifted, doubled
    Corrupt(
        "cut in the middle of a row",
        "BU",
        text(bu_text, lambda t: t[: len(t) // 2]),
        "row_width",
    ),
    Corrupt("cut at the end of a row", "IS24_8", is24_8(lambda r: r[:120]), "census_cut"),
    Corrupt(
        "cut in a quoted cell",
        "FHI_DAR",
        text(shapes.deaths, lambda t: t[: t.index("Alkohol") + 5]),
        "quotes_do_not_match",
    ),
    Corrupt(
        "last line without its break", "FHI_DAR", text(shapes.deaths, lambda t: t.rstrip()), "last_line_is_open", TOLD
    ),
    Corrupt(
        "one row shifted to the right",
        "BU",
        bu(lambda r: [*r[:5], ["", *r[5]], *r[6:]]),
        "row_width",
    ),
    Corrupt("one row short of a cell", "BU", bu(lambda r: [*r[:5], r[5][:-1], *r[6:]]), "row_width"),
    Corrupt(
        "cells shifted within the row",
        "BU",
        bu(lambda r: [*r[:5], ["", *r[5][:-1]], *r[6:]]),
        "duplicate_unit",
    ),
    Corrupt("separator in a text", "BU", bu(lambda r: cell(r, 3, "kommune", "x"), quote=False), "name_differs", TOLD),
    Corrupt("quotation mark not doubled", "BU", text(bu_text, replaced(";mann;", ';"ma"nn;')), "quotes_do_not_match"),
    Corrupt("columns swapped: code and year", "BU", bu(lambda r: swapped(r, "kommunenr", "aar")), "year_out_of_range"),
    Corrupt(
        "columns swapped: total and pathway",
        "IS24_8",
        is24_8(lambda r: swapped(r, "arsverk_voksne_totalt", "arsverk_voksne_forlop3")),
        "parts_over_total",
    ),
    Corrupt(
        "columns swapped: answers of two scales",
        "IS24_8",
        is24_8(lambda r: swapped(r, "ips", "parorende_barn")),
        "unknown_answer",
    ),
    Corrupt(
        "columns swapped: adults and children",
        "IS24_8",
        is24_8(lambda r: swapped(r, "arsverk_voksne_totalt", "arsverk_barn_totalt")),
        "parts_over_total",
    ),
    Corrupt(
        "names sorted on their own",
        "BU",
        bu(
            lambda r: [
                r[0],
                *(
                    [*row[:2], other[2], *row[3:]]
                    for row, other in zip(r[1:], sorted(r[1:], key=lambda x: str(x[2])), strict=True)
                ),
            ]
        ),
        "names_shifted",
    ),
    Corrupt(
        "a name that is another's",
        "BU",
        bu(lambda r: cell(r, 1, "kommune", "Oslo")),
        "name_differs",
        TOLD,
    ),
    Corrupt("header twice", "BU", bu(lambda r: [*r[:100], r[0], *r[100:]]), "second_block"),
    Corrupt("header gone", "BU", bu(lambda r: r[1:]), "no_header"),
    Corrupt("column without name", "BU", bu(lambda r: [[*r[0][:6], "", *r[0][7:]], *r[1:]]), "column_without_name"),
    Corrupt("two columns of one name", "BU", bu(lambda r: [[*r[0][:-1], r[0][-2]], *r[1:]]), "column_name_twice"),
    Corrupt(
        "two names for one column",
        "BU",
        bu(lambda r: [[*r[0], "Kommunenummer"], *([*row, row[1]] for row in r[1:])]),
        "column_mapped_twice",
    ),
    Corrupt(
        "key column gone",
        "BU",
        bu(lambda r: [[name for name in row if name != row[1]] if row is r[0] else row[:1] + row[2:] for row in r]),
        "key_column_missing",
    ),
    Corrupt("indicator's column gone", "BU", bu(lambda _: shapes.bu(without=["tilpasset_behov"])), "missing_column"),
    Corrupt("unit doubled", "BU", bu(lambda r: [*r, r[7]]), "duplicate_unit"),
    Corrupt(
        "unit doubled with other figures",
        "IS24_8",
        is24_8(lambda r: [*r, cell([r[0], r[30]], 1, "arsverk_voksne_totalt", "99")[1]]),
        "duplicate_unit",
    ),
    Corrupt("row without key", "BU", bu(lambda r: cell(r, 9, "respondentnr", "")), "duplicate_unit"),
    Corrupt("second table under a blank row", "BU", bu(lambda r: [*r[:50], [""] * 18, *r[50:]]), "second_block"),
    Corrupt(
        "sum that the units do not give",
        "IS24_8",
        is24_8(lambda r: [*r, ["", "Sum", *[""] * 3, "99999", *[""] * (len(r[0]) - 6)]]),
        "sum_of_file",
    ),
    # years and codes
    Corrupt(
        "the city beside its bydeler",
        "IS24_8",
        is24_8(lambda r: [*r, [*r[1][:2], "", "", *r[1][4:]]]),
        "city_beside_bydeler",
    ),
    Corrupt(
        "bydel of another municipality",
        "IS24_8",
        is24_8(lambda r: cell(r, 1, "kommunenr", "1103")),
        "bydel_elsewhere",
    ),
    Corrupt(
        "a large city gone",
        "IS24_8",
        is24_8(lambda r: [row for row in r if row[0] != "5001"]),
        "large_units_missing",
    ),
    Corrupt("a third of the units gone", "IS24_8", is24_8(lambda r: r[:260]), "population_missing"),
    Corrupt(
        "figures of another year",
        "FHI_DAR",
        text(lambda: text_of([row for row in shapes.DEATHS if row[2] != "2022"]), replaced(";2021;", ";2019;", 2)),
        "no_figure_of_asked_period",
    ),
    Corrupt(
        "one of two figures gone",
        "FHI_DAR",
        text(lambda: text_of(shapes.DEATHS), lambda t: t.replace("Alkoholutløste dødsfall", "Alkoholdødsfall")),
        "missing_figure",
    ),
    Corrupt("future year", "BU", bu(lambda r: cell(r, 4, "aar", "2061")), "year_out_of_range"),
    Corrupt("year with a letter", "BU", bu(lambda r: cell(r, 4, "aar", "2O21")), "year_out_of_range"),
    Corrupt("period ahead", "BU", bu(lambda r: [*r, [*r[1]]]), "period_ahead", period="2061"),
    Corrupt(
        "figures of a year to come",
        "FHI_DAR",
        text(shapes.deaths, replaced('"2022";"";".."', '"2062";"250";""')),
        "year_out_of_range",
    ),
    Corrupt(
        "period that is none",
        "KONFLIKTRADET",
        text(shapes.youth, replaced(";2021;", ";i fjor;")),
        "year_out_of_range",
    ),
    Corrupt("unknown municipality", "BU", bu(lambda r: cell(r, 2, "kommunenr", "9999")), "unknown_municipality"),
    Corrupt(
        "municipality of other years",
        "BU",
        bu(lambda r: cell(r, 2, "kommunenr", "0101")),
        "unknown_municipality",
    ),
    Corrupt("bydel of Bergen", "IS24_8", is24_8(lambda r: cell(r, 60, "bydelsnr", "460101")), "unknown_municipality"),
    Corrupt(
        "leading zeros lost everywhere",
        "IS24_8",
        is24_8(lambda r: column(column(r, "kommunenr", lambda c: c.lstrip("0")), "bydelsnr", lambda c: c.lstrip("0"))),
        "note: codes got the leading zero back",
        TOLD,
    ),
    Corrupt(
        "leading zero lost in one row",
        "IS24_8",
        is24_8(lambda r: cell(r, 1, "kommunenr", "301")),
        "bydel_elsewhere",
    ),
    # answers
    Corrupt(
        "unknown answer",
        "BU",
        bu(lambda r: cell(r, 5, "hjelp_bolig", "Kanskje")),
        "unknown_answer",
    ),
    Corrupt(
        "codes without codebook",
        "BU",
        bu(lambda r: column(r, "tilgjengelighet", lambda _: "3")),
        "unknown_answer",
    ),
    Corrupt("codebook that contradicts itself", "BU", wrong_codebook, "codebook_contradicts"),
    Corrupt(
        "answers turned round",
        "BU",
        bu(lambda r: column(r, "hjelp_arbeid", lambda c: "Nei" if c == "Ja" else "Ja")),
        "scale_reversed",
        TOLD,
    ),
    Corrupt(
        "question nobody answered",
        "BU",
        bu(lambda r: column(r, "hjelp_bolig", lambda _: "")),
        "question_unanswered",
        TOLD,
    ),
    Corrupt("SQL in an answer", "BU", bu(lambda r: cell(r, 5, "hjelp_bolig", SQL)), "unknown_answer"),
    Corrupt("formula in an answer", "BU", bu(lambda r: cell(r, 5, "hjelp_bolig", FORMULA)), "unknown_answer"),
    Corrupt("formula in a name", "BU", bu(lambda r: cell(r, 5, "kommune", FORMULA)), "formula_text", TOLD),
    Corrupt(
        "SQL as a column's name",
        "BU",
        bu(lambda r: [[*r[0], 'x"; drop table raw.bu; --'], *([*row, "1"] for row in r[1:])]),
        "unknown_column",
        TOLD,
    ),
    # people
    Corrupt(
        "columns of persons",
        "BU",
        bu(lambda r: [[*row, "Fødselsnummer" if row is r[0] else "1"] for row in r]),
        "personal_columns",
    ),
    Corrupt(
        "a personal number in a text",
        "BU",
        bu(lambda r: cell(r, 5, "kommune", "Oslo 010101 12377")),
        "personal_values",
    ),
    Corrupt(
        "addresses of mail as ids",
        "BU",
        bu(lambda r: column(r, "respondentnr", lambda c: f"{c}@example.no")),
        "personal_values",
    ),
    # numbers
    Corrupt(
        "negative FTE",
        "IS24_8",
        is24_8(lambda r: cell(r, 40, "arsverk_barn_totalt", "-3,5")),
        "impossible_value",
    ),
    Corrupt(
        "per cent in FTE",
        "IS24_8",
        is24_8(lambda r: cell(r, 40, "arsverk_barn_totalt", "101 %")),
        "per_cent_sign",
    ),
    Corrupt(
        "thousands by point",
        "IS24_8",
        is24_8(lambda r: cell(r, 40, "arsverk_voksne_totalt", "1.959")),
        "malformed_number",
    ),
    Corrupt(
        "letter in a number",
        "IS24_8",
        is24_8(lambda r: cell(r, 40, "arsverk_voksne_totalt", "1O,5")),
        "malformed_number",
    ),
    Corrupt(
        "spaces in wrong places",
        "IS24_8",
        is24_8(lambda r: cell(r, 40, "belop_brukermedvirkning", "51 44 00")),
        "malformed_number",
    ),
    Corrupt(
        "decimal comma lost",
        "IS24_8",
        is24_8(lambda r: column(r, "arsverk_voksne_totalt", lambda c: c.replace(",", "") + "00")),
        "amount_per_adult",
    ),
    Corrupt(
        "101 per cent",
        "UNGDATA",
        text(
            lambda: text_of(
                [
                    ["Indikator", "Skoletrinn", "Region", "År", "Andel"],
                    ["Brukt hasj minst én gang siste 12 måneder", "ungdomsskole", "Landet", "2021", "4 %"],
                ]
            ),
            replaced("4 %", "101 %"),
        ),
        "impossible_value",
    ),
    Corrupt(
        "fractions for per cent",
        "UNGDATA",
        text(
            lambda: text_of(
                [
                    ["Indikator", "Skoletrinn", "Region", "År", "Andel"],
                    ["Brukt hasj minst én gang siste 12 måneder", "videregående skole", "Landet", "2021", "14 %"],
                ]
            ),
            replaced("14 %", "0,14"),
        ),
        "figure_change_impossible",
    ),
    Corrupt(
        "count in thousands",
        "FHI_DAR",
        text(shapes.deaths, replaced('"241"', '"0,241"')),
        "count_with_decimals",
    ),
    Corrupt(
        "count ten times",
        "FHI_DAR",
        text(shapes.deaths, replaced('"241"', '"2410"')),
        "figure_change_impossible",
    ),
    Corrupt("negative deaths", "FHI_DAR", text(shapes.deaths, replaced('"241"', '"-241"')), "impossible_value"),
    Corrupt("number with a word", "FHI_DAR", text(shapes.deaths, replaced('"241"', '"ca. 241"')), "malformed_number"),
    Corrupt(
        "figure twice",
        "FHI_DAR",
        text(shapes.deaths, lambda t: t + t.split("\r\n")[2] + "\r\n"),
        "duplicate_unit",
    ),
    Corrupt(
        "interval that leaves its value out",
        "FHI_RUS",
        text(
            lambda: text_of(
                [
                    [
                        "Måltall",
                        "Alder",
                        "Kjønn",
                        "Region",
                        "År",
                        "Verdi",
                        "Nedre grense",
                        "Øvre grense",
                        "Enhet",
                        "FLAGG",
                    ],
                    [
                        "Personer som injiserer narkotika",
                        "15-64 år",
                        "begge kjønn",
                        "Hele landet",
                        "2021",
                        "8600",
                        "7200",
                        "10100",
                        "personer",
                        "",
                    ],
                ]
            ),
            replaced("7200", "9200"),
        ),
        "impossible_interval",
    ),
    Corrupt(
        "only symbols",
        "FHI_DAR",
        text(shapes.deaths, lambda t: re.sub(r'"\d+";""\r', '"";".."\r', t)),
        "no_figures",
    ),
    Corrupt(
        "labels nobody knows",
        "KONFLIKTRADET",
        text(shapes.youth, lambda t: t.replace("Ungdoms", "Barne")),
        "no_label_known",
    ),
    Corrupt(
        "one label nobody knows",
        "KONFLIKTRADET",
        text(shapes.youth, replaced("mottatte saker", "avsluttede saker")),
        "unknown_label",
        TOLD,
    ),
    Corrupt(
        "column of changes beside the years",
        "SSB",
        text(shapes.sanctions_wide, lambda t: beside_the_years(t, "Endring i prosent")),
        "note: columns of changes left out: Endring i prosent",
        TOLD,
    ),
    Corrupt(
        "column of sums beside the years",
        "SSB",
        text(shapes.sanctions_wide, lambda t: beside_the_years(t, "Sum")),
        "column_after_years",
    ),
    Corrupt(
        "codes of SSB without texts",
        "SSB",
        text(
            shapes.sanctions_long, lambda t: t.replace("statistikkvariabel", "ContentsCode").replace('"år"', '"Tid"', 1)
        ),
        "codes_without_texts",
    ),
    Corrupt(
        "division that the contract does not know",
        "SSB",
        text(
            shapes.sanctions_long,
            lambda t: (
                t.replace('"statistikkvariabel"', '"alder"', 1)
                .replace('"Straffereaksjoner"', '"15-17 år"')
                .replace('"15-17 år"', '"18-24 år"', 4)
            ),
        ),
        "divided_by_unknown",
    ),
    # JSON-stat
    Corrupt("JSON cut", "SSB", text(shapes.messages, lambda t: t[: len(t) // 2], name="x.json"), "json_unreadable"),
    Corrupt("a value too few", "SSB", stat(lambda d: d["value"].pop()), "cube_values_missing"),
    Corrupt("size that lies", "SSB", stat(lambda d: d["size"].__setitem__(0, 4)), "json_stat_sizes_differ"),
    Corrupt("no dimension", "SSB", stat(lambda d: d["dimension"].pop("Tid")), "json_stat_spoiled"),
    Corrupt("NaN in JSON", "SSB", text(shapes.messages, replaced("9120", "NaN"), name="x.json"), "json_constant"),
    Corrupt(
        "a cube of billions",
        "SSB",
        stat(lambda d: (d["size"].__setitem__(1, 10**9), d["value"].clear())),
        "json_stat_sizes_differ",
    ),
    Corrupt(
        "JSON that is something else",
        "SSB",
        text(shapes.messages, lambda _: '{"feil": "401"}', name="x.json"),
        "json_is_no_dataset",
    ),
    Corrupt("roles as a list", "SSB", stat(lambda d: d.__setitem__("role", ["Tid"])), "json_stat_spoiled"),
    Corrupt(
        "unit as a text",
        "SSB",
        stat(lambda d: d["dimension"]["ContentsCode"]["category"].__setitem__("unit", "meldinger")),
        "json_stat_spoiled",
    ),
    Corrupt(
        "labels as a list",
        "SSB",
        stat(lambda d: d["dimension"]["Tid"]["category"].update(label=[1])),
        "json_stat_spoiled",
    ),
    Corrupt(
        "a number larger than numbers are",
        "SSB",
        text(shapes.messages, replaced("9120", "1e999"), name="x.json"),
        "json_stat_spoiled",
    ),
    Corrupt(
        "a value without a place", "SSB", stat(lambda d: d.update(value={"0": 1, "99": 2})), "cube_value_without_place"
    ),
    # KOSTRA accounts
    Corrupt(
        "account doubled",
        "SSB",
        text(shapes.accounts, lambda t: t + t.split("\r\n")[1] + "\r\n"),
        "account_twice",
    ),
    Corrupt(
        "account without region",
        "SSB",
        text(shapes.accounts, replaced("3001;00;232;010", ";00;232;010")),
        "account_without_region",
    ),
    Corrupt(
        "accounts of another year",
        "SSB",
        text(shapes.accounts, lambda t: re.sub(r"(?m)^(?=\d)", "2019;", t.replace("region;", "aar;region;", 1))),
        "accounts_of_other_years",
    ),
    Corrupt(
        "an amount that is no number",
        "SSB",
        text(shapes.accounts, replaced(";21000", ";se note")),
        "account_amount",
    ),
    Corrupt(
        "investment accounts among the running ones",
        "SSB",
        text(
            shapes.accounts,
            lambda t: (
                re.sub(r"(?m)^(?=\d)", "1;", t.replace("region;", "kontoklasse;region;", 1))
                + "0;3001;00;232;230;900000\r\n"
            ),
        ),
        "accounts_left_out",
        TOLD,
    ),
    Corrupt(
        "codes of sums among the types",
        "SSB",
        text(shapes.accounts, lambda t: t + "3001;00;232;AGD10 Brutto;90000\r\n3001;00;232;AG10;90000\r\n"),
        "accounts_left_out",
        TOLD,
    ),
    Corrupt(
        "the template of the indicators",
        "SAMDATA",
        text(shapes.quality_indicators, lambda t: re.sub(r',("[\d,%]+"|\d+),Spesialist', ",999,Spesialist", t)),
        "template_without_figures",
    ),
    # workbooks
    Corrupt("workbook cut", "KDI", bytes_changed(lambda b: b[: len(b) // 2]), "workbook_damaged"),
    Corrupt(
        "workbook with spoiled bytes",
        "KDI",
        bytes_changed(lambda b: b[:900] + bytes(200) + b[1100:]),
        "workbook_damaged",
    ),
    Corrupt(
        "zip that is no workbook",
        "KDI",
        bytes_changed(lambda _: repacked(lambda z: z.writestr("a.csv", "a;b"))(b"")),
        "zip_archive",
    ),
    Corrupt(
        "zip bomb",
        "KDI",
        bytes_changed(repacked(lambda z: z.writestr("xl/worksheets/sheet9.xml", bytes(40 << 20)))),
        "workbook_bomb",
    ),
    Corrupt("bomb of many parts", "KDI", bytes_changed(repacked(many_parts)), "workbook_bomb"),
    Corrupt(
        "macros", "KDI", bytes_changed(repacked(lambda z: z.writestr("xl/vbaProject.bin", b"x"))), "workbook_has_macros"
    ),
    Corrupt(
        "entities",
        "KDI",
        bytes_changed(repacked(lambda z: z.writestr("xl/x.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]>"))),
        "workbook_has_entities",
    ),
    Corrupt(
        "external links",
        "KDI",
        bytes_changed(repacked(lambda z: z.writestr("xl/externalLinks/externalLink1.xml", b"<x/>"))),
        "note: left alone: xl/externalLinks",
        TOLD,
    ),
    Corrupt("formula cell", "KDI", book(put("E4", "=D4*2")), "formulas_in_cells"),
    Corrupt(
        "date in a number's cell",
        "KDI",
        book(lambda b: put("E4", __import__("datetime").date(2021, 9, 3))(b)),
        "date_in_cell",
    ),
    Corrupt("text in a number's cell", "KDI", book(put("E4", "se note")), "malformed_number"),
    Corrupt("Excel error", "KDI", book(put("E4", "#REF!")), "excel_errors_in_cells"),
    Corrupt("cell in the last corner of the sheet", "KDI", book(put("XFD1048576", 1)), "sheet_too_large"),
    Corrupt("stray mark in the last row", "KDI", book(put("H1048576", " ")), "sheet_too_large"),
    Corrupt("cell beside the table", "KDI", book(put("H5", 12)), "column_without_name"),
    Corrupt("no such sheet", "KDI", book(put("E4", 141)), "no_such_sheet", more={"sheet": "Ark1"}),
    Corrupt(
        "two tables in two sheets",
        "KDI",
        book(lambda b: b.copy_worksheet(b["Tabell 14"])),
        "several_sheets",
    ),
    Corrupt("empty workbook", "KDI", lambda p: shapes.save_xlsx(p / "kdi.xlsx", {"Ark1": []}), "workbook_is_empty"),
    # SPSS
    Corrupt(
        "sav cut",
        "BRUKERPLAN",
        bytes_changed(lambda b: b[:300], shapes.brukerplan_sav, "plan.sav"),
        "sav_unreadable",
    ),
    Corrupt("file that is not there", "BU", lambda p: p / "borte.csv", "no_such_file"),
    Corrupt(
        "told the wrong format",
        "BU",
        bu(lambda r: [*r, [*r[1][:0], "999", *r[1][1:]]]),
        "format_differs",
        more={"format": "xlsx"},
    ),
    Corrupt("no such source", "NIVU", bu(lambda r: r[:9]), "no_such_source"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A deliveries folder in which last year's figures lie, that no corrupt delivery may change."""
    path = tmp_path_factory.mktemp("battery")
    patch = pytest.MonkeyPatch()
    patch.setenv("RUS_DELIVERIES_DIR", str(path / "deliveries"))
    patch.setenv("RUS_BUILD_DIR", str(path / "build"))
    # The page is tested elsewhere and takes half of the time here.
    patch.setattr(pipeline, "write_page", lambda *_: None)
    first = shapes.save(path / "2020.csv", text_of(shapes.bu(2020)))
    assert not receive(Request(files=[first], source="BU", period="2020", quiet=True))[0].refused
    yield path / "deliveries"
    patch.undo()


@pytest.mark.parametrize("one", BATTERY, ids=lambda one: one.name.replace(" ", "_"))
def test_a_corrupt_delivery_is_refused_or_told_for_its_reason(one: Corrupt, folder: Path, tmp_path: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*.csv")}
    made = one.make(tmp_path)
    request = Request(
        files=made if isinstance(made, list) else [made],
        source=one.source,
        period=one.period,
        published_on="2022-06-30",
        quiet=True,
        dry_run=one.happens == TOLD,
        accept_missing=one.source == "IS24_8",
        **one.more,
    )
    notes: list[str] = []
    try:
        received = receive(request, shapes.CATALOGUE)
        findings = [finding for each in received for finding in each.findings]
        notes = [note for each in received for note in each.shaped.notes]
        notes += [note for each in received for file in each.delivered for note in file.notes]
    except RefusedError as error:
        findings = error.findings
    refused = {finding.code for finding in findings if not finding.is_warning}
    told = {finding.code for finding in findings if finding.is_warning}
    if one.happens == REFUSED:
        assert one.said in refused, [finding.text() for finding in findings]
    else:
        assert refused == set(), [finding.text() for finding in findings]
        pattern = one.said.removeprefix("note: ")
        assert one.said in told or any(re.search(pattern, note) for note in notes), (told, notes)
    after = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*.csv")}
    assert after == before
    assert check_register(folder) == []


def test_the_battery_is_large_enough_and_each_of_its_kind_is_there_once() -> None:
    names = [one.name for one in BATTERY]
    assert len(names) >= 140
    assert len(set(names)) == len(names)
    codes = {one.said for one in BATTERY if not one.said.startswith("note: ")}
    assert codes <= set(messages())
    assert len(codes) >= 70
