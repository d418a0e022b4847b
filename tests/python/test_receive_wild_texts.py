"""Text and sav files that were saved, pasted or written in ways of their own, files of other kinds, and who is in them.

Each is small, made here, and comes out as one code, or as values that the gate has judged as the build reads them.
"""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from rusindikator.receive import RefusedError, Request, receive
from rusindikator.receive.periods import period_written
from rusindikator.receive.readers.text import delimiter_of

from . import shapes
from .shapes import save, text_of
from .test_receive import landed, take
from .test_receive_wild_sheets import DEATHS, MESSAGES, found, workbook

pytestmark = pytest.mark.usefixtures("folder")

# A personal number that Skatteetaten's control digits let through; the person is made up.
PERSON = "01010112377"


def with_comments(comment: str = "greit", people: int = 40) -> list[list[str]]:
    """Return answers to BU with a column of comments, which nobody has described, at the end."""
    header, *rows = shapes.bu()
    return [[*map(str, header), "kommentar"], *([*map(str, row), comment] for row in rows[:people])]


def deaths_of(folder: Path, path: Path, **more: object) -> list[str]:
    """Receive deaths and return the landed counts of 2021."""
    (one,) = take(path, source="FHI_DAR", period="2021", **more)
    return [row["Antall"] for row in landed(folder, one) if row["År"] == "2021"]


# Letters --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_decomposed_letters_are_composed(kind: str, folder: Path, tmp_path: Path) -> None:
    rows = [[unicodedata.normalize("NFD", str(cell)) for cell in row] for row in DEATHS]
    path = tmp_path / unicodedata.normalize("NFD", f"dødsfall.{kind}")
    path = save(path, text_of(rows, quote=True)) if kind == "csv" else workbook(path, rows)
    assert deaths_of(folder, path) == ["241", "401"]
    held = [file.read_text("utf-8") for file in folder.rglob("*.csv") if "original" not in file.parts]
    assert held
    assert all(unicodedata.is_normalized("NFC", text) for text in held)


def test_constants_of_the_command_line_may_be_decomposed(folder: Path, tmp_path: Path) -> None:
    rows = [["Måltall", "2021"], ["Plasser i rusmestringsenheter og Stifinner-enheter", "140"]]
    told = unicodedata.normalize("NFD", "Grunnlag=årsrapport og ND-rapportering")
    (one,) = take(save(tmp_path / "kdi.csv", text_of(rows)), source="KDI", period="2021", set=[told])
    assert [row["Grunnlag"] for row in landed(folder, one)] == ["årsrapport og ND-rapportering"]


# Quotes and separators ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("swallowed", [1, 2, 30])
def test_a_quote_that_swallows_rows_is_refused_at_its_line(swallowed: int, tmp_path: Path) -> None:
    lines = text_of(with_comments(), end="\n").splitlines()
    header = lines[0].split(";")
    place = header.index("tilgjengelighet")
    for at in (5, 5 + swallowed):
        cells = lines[at].split(";")
        cells[place] = f'"{cells[place]}' if at == 5 else f'{cells[place]}"'
        lines[at] = ";".join(cells)
    with pytest.raises(RefusedError) as refusal:
        take(save(tmp_path / "bu.csv", "\n".join(lines) + "\n"), source="BU", period="2021")
    (finding,) = refusal.value.findings
    assert (finding.code, finding.row) == ("quote_swallows_rows", 6)
    assert finding.facts["last"] == 6 + swallowed


def test_a_comment_of_three_lines_is_a_comment(folder: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "bu.csv", text_of(with_comments("Bra;\nmen sent;\nog kort"), quote=True))
    (one,) = take(path, source="BU", period="2021", accept_incomplete="prøve", dry_run=True)
    assert len(one.shaped.rows) == 40
    assert not one.refused


@pytest.mark.parametrize("quote", [True, False])
@pytest.mark.parametrize(("first", "second"), [(",", ";"), (";", ","), (";", "\t"), ("\t", "|")])
def test_two_exports_pasted_together_are_refused(first: str, second: str, quote: bool, tmp_path: Path) -> None:
    text = text_of(DEATHS[:3], first, quote) + text_of([DEATHS[0], *DEATHS[3:]], second, quote)
    assert found(save(tmp_path / "dar.csv", text), source="FHI_DAR")[0] == {"separator_changes"}


def test_a_part_pasted_without_its_header_is_refused(tmp_path: Path) -> None:
    text = text_of(DEATHS[:3], ";") + text_of(DEATHS[3:], ",")
    assert found(save(tmp_path / "dar.csv", text), source="FHI_DAR")[0] == {"separator_changes"}


def test_notes_full_of_commas_do_not_choose_the_separator(folder: Path, tmp_path: Path) -> None:
    label = "Plasser i rusmestringsenheter og Stifinner-enheter"
    rows = [["Måltall", "Grunnlag", "2021"], [label, "årsrapport og ND-rapportering", "140"]]
    notes = ["1) Fra KOMPIS, per 31.12, foreløpige", "2) Oslo, Bergen, Trondheim", "3) Kilde: KDI, årsstatistikk, 2021"]
    notes += ["4) Gjelder 2019,2020,2021", "Kilde: KDI,ND,2021"]
    path = save(tmp_path / "kdi.csv", text_of(rows) + "\r\n" + "\r\n".join(notes) + "\r\n")
    (one,) = take(path, source="KDI", period="2021")
    assert [row["Verdi"] for row in landed(folder, one)] == ["140"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", ";"),
        ("Tabell, etter kjønn, alder\nKilde: a, b, c\n\na;b;c\n1;2;3\n", ";"),
        ("a, b, c\n1, 2, 3\n", ","),
        ("a\tb\n1,5\t2,5\n3,5\t4,5\n", "\t"),
        ("bare tekst\nog mer\n", None),
    ],
)
def test_which_separator_divides(text: str, delimiter: str | None) -> None:
    assert delimiter_of(text) == delimiter


@pytest.mark.parametrize("trailing", ["", ";;;"])
@pytest.mark.parametrize("quote", [True, False])
def test_lines_that_stand_in_quotes_are_read(quote: bool, trailing: str, folder: Path, tmp_path: Path) -> None:
    lines = text_of(DEATHS, ";", quote, "\n").splitlines()
    text = "".join('"{}"{}\r\n'.format(line.replace('"', '""'), trailing) for line in lines)
    assert deaths_of(folder, save(tmp_path / "dar.csv", text)) == ["241", "401"]


def test_lines_in_column_a_of_a_workbook_are_divided(folder: Path, tmp_path: Path) -> None:
    path = workbook(tmp_path / "dar.xlsx", [[line] for line in text_of(DEATHS, ";").splitlines()])
    assert deaths_of(folder, path) == ["241", "401"]


def test_columns_held_apart_by_blanks_are_named(tmp_path: Path) -> None:
    text = "".join("".join(f"{cell:<40}" for cell in row).rstrip() + "\n" for row in DEATHS)
    assert found(save(tmp_path / "dar.txt", text), source="FHI_DAR")[0] == {"space_separated"}
    assert found(save(tmp_path / "a.txt", "aar kommunenr antall\n2021 0301 4\n"), source="FHI_DAR")[0] == {
        "space_separated"
    }


# Periods --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "written", "mark"),
    [
        ("2021*", "2021", "*"),
        ("2021 (foreløpig)", "2021", "(foreløpig)"),
        ("2021 foreløpige tall", "2021", "foreløpige tall"),
        ("2021p", "2021", "p"),
        ("2021f", "2021", "f"),
        ("2021 (p)", "2021", "(p)"),
        ("2021 1)", "2021", ""),
        ("2021.0", "2021", ""),
        ("2021,0", "2021", ""),
        ("2 021", "2021", ""),
        ("12 021", "12 021", ""),
        ("Personer 2021*", "Personer 2021", "*"),
        ("4. kvartal 2021", "2021K4", ""),
        ("Antall 4. kv. 2021", "Antall 2021K4", ""),
        ("2021Q4", "2021K4", ""),
        ("2021 Q4", "2021K4", ""),
        ("Q4 2021", "2021K4", ""),
        ("2021-K4", "2021K4", ""),
        ("2. tertial 2021", "2021T2", ""),
        ("1. halvår 2021", "2021H1", ""),
        ("januar 2021", "2021M01", ""),
        ("des. 2021", "2021M12", ""),
        ("2021M1", "2021M01", ""),
        ("2021K4*", "2021K4", "*"),
        ("2021", "2021", ""),
        ("2020-2021", "2020-2021", ""),
        ("Rundskriv 2021 fra", "Rundskriv 2021 fra", ""),
        ("2021 (prognose)", "2021 (prognose)", ""),
        ("Antall", "Antall", ""),
    ],
)
def test_how_periods_are_written(told: str, written: str, mark: str) -> None:
    assert period_written(told) == (written, mark)


PARTS = {
    "K": ["2021K1", "2021K2", "2021K3", "2021K4"],
    "Q": ["2021Q1", "2021Q4"],
    "kvartal": ["3. kvartal 2021", "4. kvartal 2021"],
    "M": ["2021M01", "2021M12"],
    "måned": ["november 2021", "desember 2021"],
}


@pytest.mark.parametrize("kind", PARTS)
@pytest.mark.parametrize("long", [False, True])
def test_quarters_and_months_are_no_years(kind: str, long: bool, tmp_path: Path) -> None:
    labels = ["Alle reaksjonstyper", "Narkotikaovertredelser, straffeloven", "Straffereaksjoner"]
    names = ["type reaksjon", "type hovedlovbrudd", "statistikkvariabel"]
    title = "10651: Straffereaksjoner, etter type reaksjon, type hovedlovbrudd, statistikkvariabel og tid"
    if long:
        rows = [[*names, "kvartal", title], *([*labels, when, 1500 + at] for at, when in enumerate(PARTS[kind]))]
        text = text_of(rows, quote=True)
    else:
        rows = [[*names, *PARTS[kind]], [*labels, *(1500 + at for at, _ in enumerate(PARTS[kind]))]]
        text = f'"{title}"\r\n\r\n' + text_of(rows, quote=True)
    assert found(save(tmp_path / "10651.csv", text), source="SSB")[0] == {"period_is_no_year"}


@pytest.mark.parametrize(
    ("mark", "code"), [("1. halvår 2021", "half_years_for_year"), ("T1 2021", "tertials_for_year")]
)
def test_other_parts_of_a_year_are_no_years(mark: str, code: str, tmp_path: Path) -> None:
    rows = [[*DEATHS[0]], *([*row[:2], mark, row[3]] for row in DEATHS[2::2])]
    assert found(save(tmp_path / "dar.csv", text_of(rows)), source="FHI_DAR")[0] == {code}


@pytest.mark.parametrize(
    ("name", "parts", "code"),
    [
        ("Kvartal", ["K1", "K2"], "period_is_no_year"),
        ("kvartal", ["4. kvartal"], "period_is_no_year"),
        ("Måned", ["november", "desember"], "period_is_no_year"),
        ("Tertial", ["1", "2", "3"], "tertials_for_year"),
    ],
)
def test_a_column_of_parts_beside_the_year_is_refused(name: str, parts: list[str], code: str, tmp_path: Path) -> None:
    rows = [[*DEATHS[0], name], *([*row, part] for row in DEATHS[1:] for part in parts)]
    assert found(save(tmp_path / "dar.csv", text_of(rows)), source="FHI_DAR")[0] == {code}


@pytest.mark.parametrize("mark", ["*", " (foreløpig)", "p", "f", " *"])
def test_a_preliminary_year_is_read_and_told(mark: str, folder: Path, tmp_path: Path) -> None:
    rows = [[*MESSAGES[0][:3], f"2021{mark}"], *MESSAGES[1:]]
    (one,) = take(save(tmp_path / "10674.csv", text_of(rows, quote=True)), source="SSB", period="2021")
    assert [row["2021"] for row in landed(folder, one)] == ["8275", "1066"]
    assert "preliminary_period" in {finding.code for finding in one.findings}


def test_a_preliminary_mark_in_the_cell_of_the_year(folder: Path, tmp_path: Path) -> None:
    rows = [[f"{cell}*" if cell == 2021 else cell for cell in row] for row in DEATHS]
    assert deaths_of(folder, save(tmp_path / "dar.csv", text_of(rows))) == ["241", "401"]


@pytest.mark.parametrize("mark", ["2021 (prognose)", "2021e", "2021 budsjett"])
def test_a_forecast_is_no_year(mark: str, tmp_path: Path) -> None:
    rows = [[*MESSAGES[0][:3], mark], *MESSAGES[1:]]
    assert found(save(tmp_path / "10674.csv", text_of(rows, quote=True)), source="SSB")[0]


# Languages and dashes -------------------------------------------------------------------------------------------------

ENGLISH_MESSAGES = [
    ["content of report", "reporter", "contents", "2020", "2021"],
    ["The child's or the parents' substance abuse", "Total", "Reports", "9120", "8275"],
    ["The child's substance abuse", "Total", "Reports", "1104", "1066"],
]
ENGLISH_DEATHS = [
    ["Cause of death", "Region", "Year", "Number"],
    ["Drug-induced deaths", "The whole country", "2021", "241"],
]


@pytest.mark.parametrize(("rows", "source"), [(ENGLISH_MESSAGES, "SSB"), (ENGLISH_DEATHS, "FHI_DAR")])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_english_edition_is_named(rows: list[list[str]], source: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"en.{kind}"
    path = save(path, text_of(rows, quote=True)) if kind == "csv" else workbook(path, rows)
    assert found(path, source=source)[0] == {"english_edition"}


@pytest.mark.parametrize("dash", ["-", "–", "—", "−", "‐", "‑", "--", "―"])
def test_a_dash_is_nought_where_the_catalogue_says_so_and_refused_elsewhere(dash: str, tmp_path: Path) -> None:
    rows = [*DEATHS[:4], [*DEATHS[4][:3], dash]]
    refused, _ = found(save(tmp_path / "dar.csv", text_of(rows)), source="FHI_DAR", accept_change="streken")
    assert ("malformed_number" in refused) == (dash not in ("-", "–"))


# Codes and weights ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["999", "99999", "99"])
def test_a_code_for_a_missing_answer_is_no_amount(code: str, tmp_path: Path) -> None:
    header, *rows = shapes.is24_8()
    at = header.index("belop_brukermedvirkning")
    for row in rows[50:60]:
        row[at] = code
    assert "missing_code" in found(save(tmp_path / "is.csv", text_of([header, *rows])), source="IS24_8")[0]


def test_a_negative_code_and_a_code_among_answers_are_refused(tmp_path: Path) -> None:
    header, *rows = shapes.is24_8()
    rows[50][header.index("belop_brukermedvirkning")] = "-99"
    assert "impossible_value" in found(save(tmp_path / "is.csv", text_of([header, *rows])), source="IS24_8")[0]
    header, *rows = shapes.bu()
    rows[5][header.index("tilgjengelighet")] = "999"
    assert "unknown_answer" in found(save(tmp_path / "bu.csv", text_of([header, *rows])), source="BU")[0]


@pytest.mark.parametrize(
    "name", ["vekt", "Vekt_1", "designvekt", "weight", "pweight", "Vekt (frafallsjustert)", "Frafallsvekt til analyse"]
)
def test_weights_are_refused_where_they_differ(name: str, tmp_path: Path) -> None:
    header, *rows = shapes.bu()
    differ = [[*header, name], *([*row, f"{1 + at % 3},25"] for at, row in enumerate(rows))]
    alike = [[*header, name], *([*row, "1"] for row in rows)]
    assert found(save(tmp_path / "bu.csv", text_of(differ)), source="BU")[0] == {"weights_delivered"}
    assert found(save(tmp_path / "bu.csv", text_of(alike)), source="BU")[0] == set()


def test_a_weight_is_known_by_its_label_too(tmp_path: Path) -> None:
    path = bu_sav(tmp_path / "bu.sav", {"w1": [0.5, 1.5]}, column_labels={"w1": "Designvekt"})
    assert found(path, source="BU")[0] == {"weights_delivered"}


# sav ------------------------------------------------------------------------------------------------------------------


def bu_sav(path: Path, extra: dict[str, Sequence[object]], **more: object) -> Path:
    """Write answers to BU as a sav file with columns of one's own."""
    header, *rows = shapes.bu()
    columns = {str(name): [str(row[at]) for row in rows] for at, name in enumerate(header)}
    for name, cells in extra.items():
        columns[name] = [cells[at % len(cells)] for at in range(len(rows))]
    pyreadstat.write_sav(pd.DataFrame(columns), str(path), **more)
    return path


def test_times_and_dates_with_empty_cells_are_a_column_nobody_uses(folder: Path, tmp_path: Path) -> None:
    times = {"utfylt": [None, datetime(2021, 10, 5, 10, 20)], "tid": [date(2021, 10, 5), None]}
    (one,) = take(bu_sav(tmp_path / "bu.sav", times), source="BU", period="2021")
    rows = landed(folder, one)
    assert len(rows) == 240
    assert [row["utfylt"] for row in rows[:2]] == ["", "2021-10-05 10:20:00"]


# Other kinds of files -------------------------------------------------------------------------------------------------


def zipped(*names: str, mimetype: str = "") -> bytes:
    """Return an archive with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        if mimetype:
            packed.writestr("mimetype", mimetype)
        for name in names:
            packed.writestr(name, "x")
    return out.getvalue()


OPEN = "application/vnd.oasis.opendocument.spreadsheet"
SAS = b"\x00" * 12 + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011") + b"\x00" * 200


@pytest.mark.parametrize(
    ("name", "content", "code", "kind"),
    [
        ("bu.por", b"0" * 40 + b"ASCII SPSS PORT FILE" + b" " * 20 + b"0" * 100, "statistics_file", ".por"),
        ("bu.dta", b"<stata_dta><header><release>118</release>" + b"\x00" * 50, "statistics_file", ".dta"),
        ("old.dta", b"\x72\x02\x01\x00" + b"\x00" * 200, "statistics_file", ".dta"),
        ("bu.sas7bdat", SAS, "statistics_file", ".sas7bdat"),
        ("bu.xpt", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "statistics_file", ".xpt"),
        ("bu.ods", zipped("content.xml", mimetype=OPEN), "format_not_read", ".ods"),
        ("bu.docx", zipped("[Content_Types].xml", "word/document.xml"), "format_not_read", ".docx"),
        ("bu.xlsb", zipped("[Content_Types].xml", "xl/workbook.bin"), "format_not_read", ".xlsb"),
        ("bu.pdf", b"%PDF-1.7\n%\xe2\xe3", "format_not_read", "PDF"),
        ("bu.rtf", b"{\\rtf1\\ansi tekst}", "format_not_read", "RTF"),
        ("bu.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "old_excel_or_password", ""),
        ("old.xls", b"\x09\x08\x08\x00\x00\x05\x10\x00" + b"\x00" * 100, "old_excel_or_password", ""),
        ("bu.zip", zipped("bu.csv"), "zip_archive", ""),
        ("bu.csv", zipped("bu.csv"), "zip_archive", ""),
    ],
)
def test_other_kinds_of_files_are_named(name: str, content: bytes, code: str, kind: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refusal:
        take(save(tmp_path / name, content), source="BU", period="2021")
    (finding,) = refusal.value.findings
    assert finding.code == code
    assert kind in str(finding.facts.get("kind", ""))


def test_a_folder_a_file_twice_and_two_sources_are_named(tmp_path: Path) -> None:
    dar = save(tmp_path / "dar.csv", text_of(DEATHS))
    messages = save(tmp_path / "10674.csv", text_of(MESSAGES))
    again = save(tmp_path / "kopi.csv", text_of(DEATHS))
    assert found(tmp_path, source="FHI_DAR")[0] == {"is_a_folder"}
    assert found(dar, dar, source="FHI_DAR")[0] == {"file_twice"}
    assert found(dar, again, source="FHI_DAR")[0] == {"file_twice"}
    assert found(messages, dar, source="SSB")[0] == {"another_source"}
    assert found(dar, messages, source="FHI_DAR")[0] == {"another_source"}


# The day it was published --------------------------------------------------------------------------------------------


def test_a_day_ahead_is_refused_and_one_before_the_period_ends_is_told(tmp_path: Path) -> None:
    path, ahead = save(tmp_path / "dar.csv", text_of(DEATHS)), date.today().year + 1
    for told in (f"{ahead}", f"{ahead}-05", f"{ahead}-05-17"):
        with pytest.raises(RefusedError) as refusal:
            receive(Request([path], "FHI_DAR", period="2021", published_on=told, quiet=True, dry_run=True))
        assert {finding.code for finding in refusal.value.findings} == {"published_ahead"}
    (one,) = receive(Request([path], "FHI_DAR", period="2021", published_on="2021-11", quiet=True, dry_run=True))
    assert "published_before_period_ends" in {finding.code for finding in one.findings}


# Who is in the file ---------------------------------------------------------------------------------------------------


def _hidden_key(sheet: Worksheet) -> None:
    other = sheet.parent.create_sheet("Nøkkel")
    other.append(["respondentnr", "Navn"])
    other.append([1, "Ola Nordmann"])
    other.sheet_state = "hidden"


def _hidden_numbers(sheet: Worksheet) -> None:
    other = sheet.parent.create_sheet("Liste")
    other.append(["id", "ref"])
    other.append([1, PERSON])
    other.sheet_state = "veryHidden"


def _comment(sheet: Worksheet) -> None:
    sheet["A2"].comment = Comment(f"se {PERSON[:6]} {PERSON[6:]}", "x")


def _author(sheet: Worksheet) -> None:
    sheet.parent.properties.lastModifiedBy = "ola.nordmann@eksempel.no"


def _keywords(sheet: Worksheet) -> None:
    sheet.parent.properties.keywords = PERSON


def _footer(sheet: Worksheet) -> None:
    sheet.oddFooter.center.text = "Kontakt tlf 22 33 44 55"


def _unread_column(sheet: Worksheet) -> None:
    sheet["Z1"], sheet["Z2"] = "merknad", f"fnr {PERSON}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_hidden_key, "personal_columns"),
        (_hidden_numbers, "personal_values"),
        (_comment, "personal_parts"),
        (_author, "personal_parts"),
        (_keywords, "personal_parts"),
        (_footer, "personal_parts"),
        (_unread_column, "personal_values"),
    ],
)
def test_who_stands_anywhere_in_a_workbook_of_answers_is_seen_before_anything_is_written(
    change: Callable[[Worksheet], None], code: str, folder: Path, tmp_path: Path
) -> None:
    assert found(workbook(tmp_path / "bu.xlsx", shapes.bu(), change), source="BU")[0] == {code}
    assert not folder.exists()


@pytest.mark.parametrize("change", [_comment, _hidden_numbers])
def test_a_personal_number_has_no_place_beside_figures_either(
    change: Callable[[Worksheet], None], tmp_path: Path
) -> None:
    assert found(workbook(tmp_path / "dar.xlsx", DEATHS, change), source="FHI_DAR")[0] & {
        "personal_parts",
        "personal_values",
    }


def test_a_sheet_that_is_not_chosen_is_looked_at_too(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("Annet").append(["id", PERSON])

    path = workbook(tmp_path / "bu.xlsx", shapes.bu(), change)
    assert found(path, source="BU", sheet="Tall")[0] == {"personal_values"}


def test_an_ordinary_author_and_a_list_of_municipalities_are_let_in(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.parent.properties.creator = "Kari Nordmann"
        other = sheet.parent.create_sheet("Kommuner")
        other.append(["kommunenr", "navn"])
        other.append(["0301", "Oslo"])
        other.sheet_state = "hidden"

    (one,) = take(workbook(tmp_path / "bu.xlsx", shapes.bu(), change), source="BU", period="2021", dry_run=True)
    assert not one.refused
    assert not any("Nordmann" in note for note in one.delivered[0].notes)


def test_questions_and_notes_of_a_sav_file_are_looked_at(tmp_path: Path) -> None:
    labels = bu_sav(tmp_path / "a.sav", {"v1": ["1", "2"]}, column_labels={"v1": "Fødselsnummer"})
    notes = bu_sav(tmp_path / "b.sav", {}, note=f"Rettet for {PERSON}")
    assert found(labels, source="BU")[0] == {"personal_columns"}
    assert found(notes, source="BU")[0] == {"personal_values"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("dar.csv", {"publication": f"tabell fra {PERSON}"}),
        ("dar.csv", {"publication": "spør ola.nordmann@fhi.no"}),
        ("dar.csv", {"reference": "tlf 22 33 44 55"}),
        ("dar.csv", {"publisher": "Ola Nordmann, ola@fhi.no"}),
        (f"{PERSON} Ola Nordmann.csv", {}),
        ("fra ola.nordmann@fhi.no.csv", {}),
    ],
)
def test_what_the_register_would_publish_of_somebody_is_refused(
    name: str, told: dict[str, str], tmp_path: Path
) -> None:
    received = take(save(tmp_path / name, shapes.deaths()), source="FHI_DAR", period="2021", **told)
    refused = {finding.code for one in received for finding in one.findings if not finding.is_warning}
    assert refused == {"personal_register"}


def test_the_title_of_a_table_is_published_too(tmp_path: Path) -> None:
    text = shapes.youth().replace("Ungdomssaker i konfliktrådene", "Ungdomssaker (kontakt: ola@konfliktradet.no)")
    received = take(save(tmp_path / "youth.csv", text), source="KONFLIKTRADET", period="2021")
    assert "personal_register" in {finding.code for one in received for finding in one.findings}


@pytest.mark.parametrize("where", ["note", "label", "extension"])
def test_a_personal_number_anywhere_in_a_json_document_is_refused(where: str, tmp_path: Path) -> None:
    document = shapes.messages_json()
    told = f"Rettet etter brev fra {PERSON}"
    document[where] = {"note": [told], "label": f"{document['label']} ({told})", "extension": {"kontakt": told}}[where]
    file = save(tmp_path / "10674.json", json.dumps(document, ensure_ascii=False))
    with pytest.raises(RefusedError) as caught:
        take(file, source="SSB", period="2021")
    assert [finding.code for finding in caught.value.findings] == ["personal_parts"]


@pytest.mark.parametrize(
    "written", ["010101 12377", "010101/12377", "01.01.01 12377", "01.01.01-12377", "010101-12377"]
)
def test_a_personal_number_is_known_however_it_is_written(written: str, tmp_path: Path) -> None:
    file = save(tmp_path / "bu.csv", text_of(with_comments(f"ring {written} i morgen")))
    assert found(file, source="BU")[0] == {"personal_values"}
