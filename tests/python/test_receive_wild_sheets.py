"""Workbooks that show something else than they hold: formats, raised marks, hidden rows, dates, a second table.

Each is small, made here, and comes out as one code, or as values that the gate has judged as the build reads them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from rusindikator.receive import RefusedError
from rusindikator.receive.marks import without_raised
from rusindikator.receive.readers.workbook import number_format

from . import shapes
from .shapes import save, text_of
from .test_receive import landed, take

pytestmark = pytest.mark.usefixtures("folder")
DEATHS = [
    ["Dødsårsak", "Region", "År", "Antall"],
    ["Narkotikautløste dødsfall (EMCDDA)", "Hele landet", 2020, 324],
    ["Narkotikautløste dødsfall (EMCDDA)", "Hele landet", 2021, 241],
    ["Alkoholutløste dødsfall", "Hele landet", 2020, 371],
    ["Alkoholutløste dødsfall", "Hele landet", 2021, 401],
]
GROWTH = [
    ["Kategori", "Region", "2020", "2021"],
    ["Kostnadsvekst, TSB", "Landet", 0.031, 0.052],
    ["Kostnadsvekst, somatikk", "Landet", 0.029, 0.042],
]
MESSAGES = [
    ["innhold", "melder", "2020", "2021"],
    ["Barnets eller foreldrenes rusmisbruk", "I alt", "9120", "8275"],
    ["Barnets rusmisbruk", "I alt", "1104", "1066"],
]
MEETINGS = [
    ["tilskuddsordning", "måltall", "år", "antall"],
    ["Tilskudd til MO-sentre", "MO-sentre som mottok tilskudd", "2021", "2"],
]


def workbook(
    path: Path, rows: Sequence[Sequence[object]], change: Callable[[Worksheet], object] = lambda _: None
) -> Path:
    """Write a workbook of one sheet and change it as a sender would have."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tall"
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    book.save(path)
    return path


def found(*files: Path, source: str, period: str | None = "2021", **more: object) -> tuple[set[str], set[str]]:
    """Return the codes that refuse a file and those that are told of it."""
    try:
        received = take(*files, source=source, period=period, dry_run=True, **more)
    except RefusedError as error:
        return {finding.code for finding in error.findings}, set()
    findings = [finding for one in received for finding in one.findings]
    refusing = {finding.code for finding in findings if not finding.is_warning}
    return refusing, {finding.code for finding in findings} - refusing


# Per cent formats -----------------------------------------------------------------------------------------------------


def in_per_cent(cells: Sequence[str], code: str = "0.0%") -> Callable[[Worksheet], None]:
    """Give cells a number format."""

    def change(sheet: Worksheet) -> None:
        for cell in cells:
            sheet[cell].number_format = code

    return change


def test_what_is_shown_as_per_cent_is_read_as_per_cent(folder: Path, tmp_path: Path) -> None:
    path = workbook(tmp_path / "vekst.xlsx", GROWTH, in_per_cent(["C2", "D2", "C3", "D3"]))
    (one,) = take(path, source="SAMDATA", period="2021")
    rows = {row["Kategori"]: row for row in landed(folder, one)}
    assert rows["Kostnadsvekst, TSB"]["2021"] == "5,2 %"
    assert rows["Kostnadsvekst, somatikk"]["2021"] == "4,2 %"
    assert {row["Måleenhet"] for row in rows.values()} == {"prosent"}


@pytest.mark.parametrize(
    ("formatted", "codes"),
    [
        (["C2", "D2"], {"some_per_cents"}),  # one series has lost its format
        (["C2", "C3"], {"some_per_cents"}),  # one year has
        (["C2", "D2", "C3", "D3"], set()),
        ([], set()),
    ],
)
def test_per_cents_beside_fractions_are_refused(formatted: list[str], codes: set[str], tmp_path: Path) -> None:
    path = workbook(tmp_path / "vekst.xlsx", GROWTH, in_per_cent(formatted))
    assert found(path, source="SAMDATA")[0] == codes


@pytest.mark.parametrize("cells", [["3,1 %", 0.052], ["0,031", "5,2 %"]])
def test_a_per_cent_sign_that_is_typed_counts_too(cells: list[object], tmp_path: Path) -> None:
    rows = [GROWTH[0], ["Kostnadsvekst, TSB", "Landet", *cells]]
    assert found(workbook(tmp_path / "vekst.xlsx", rows), source="SAMDATA")[0] == {"some_per_cents"}
    assert found(save(tmp_path / "vekst.csv", text_of(rows)), source="SAMDATA")[0] == {"some_per_cents"}


def test_rows_of_other_units_may_stand_between_per_cents(folder: Path, tmp_path: Path) -> None:
    rows = [*GROWTH, ["Kostnader til TSB, ekskl. pensjon, kapital og legemidler", "Landet", 4850, 4980]]
    path = workbook(tmp_path / "vekst.xlsx", rows, in_per_cent(["C2", "D2", "C3", "D3"]))
    assert "some_per_cents" not in found(path, source="SAMDATA")[0]


def test_one_column_of_values_has_one_format(tmp_path: Path) -> None:
    header = ["Måltall", "Grunnlag", "Enhet", "Periode", "Verdi"]
    rows = [header, ["Andel en", "alle", "prosent", "2021", 0.2], ["Andel to", "alle", "prosent", "2021", 20]]
    assert found(workbook(tmp_path / "a.xlsx", rows, in_per_cent(["E2"])), source="KDI")[0] == {"some_per_cents"}


def test_numbers_shown_in_thousands_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", DEATHS, in_per_cent(["D2"], "#,##0.0,"))
    assert found(path, source="FHI_DAR")[0] == {"format_divides"}


@pytest.mark.parametrize(
    ("code", "percent", "factor", "divides", "is_year"),
    [
        ("0.0%", True, 100, False, False),
        ("0%;[Red]-0%", True, 100, False, False),
        ('0.0"%"', True, 1, False, False),
        (r"0.0\ \%", True, 1, False, False),
        ("#,##0", False, 1, False, False),
        ("#,##0,", False, 1, True, False),
        ('0.0,," mill."', False, 1, True, False),
        ("yyyy", False, 1, False, True),
        ("[$-414]yyyy;@", False, 1, False, True),
        ("yyyy-mm-dd", False, 1, False, False),
        ("General", False, 1, False, False),
    ],
)
def test_what_a_format_shows(code: str, percent: bool, factor: int, divides: bool, is_year: bool) -> None:
    told = number_format(code)
    assert (told.has_percent, told.factor, told.divides, told.is_year) == (percent, factor, divides, is_year)


@pytest.mark.parametrize(
    ("code", "hides"),
    [
        ("", (False, False, False)),
        ("General", (False, False, False)),
        ("# ##0_ ;-# ##0 ", (False, False, False)),
        ('_ * # ##0_ ;_ * -# ##0_ ;_ * "-"_ ;_ @_ ', (False, False, False)),
        ('0" kr"', (False, False, False)),
        ("yyyy", (False, False, False)),
        ('0;-0;".."', (False, False, True)),
        ("0;;0", (False, True, False)),
        (";;;", (True, True, True)),
        ('"..";"..";".."', (True, True, True)),
        ('[<0.005]"<1 %";0%', (True, True, True)),
    ],
)
def test_a_format_that_hides_figures_is_known(code: str, hides: tuple[bool, bool, bool]) -> None:
    assert number_format(code).hides == hides


@pytest.mark.parametrize("code", [";;;", '"..";"..";".."', '[>100]"over 100";0'])
def test_a_figure_that_excel_does_not_show_is_refused(code: str, tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet["D3"].number_format = code

    refused, _ = found(workbook(tmp_path / "dar.xlsx", DEATHS, hide), source="FHI_DAR")
    assert refused == {"format_hides"}


# Raised marks ---------------------------------------------------------------------------------------------------------


def superscript(cell: str, text: str, mark: str) -> Callable[[Worksheet], None]:
    """Write a cell whose last run is raised."""

    def change(sheet: Worksheet) -> None:
        sheet[cell] = CellRichText(text, TextBlock(InlineFont(vertAlign="superscript"), mark))

    return change


@pytest.mark.parametrize("kind", ["run", "letter", "csv"])
def test_a_raised_digit_is_no_part_of_the_figure(kind: str, folder: Path, tmp_path: Path) -> None:
    if kind == "run":
        path = workbook(tmp_path / "mo.xlsx", MEETINGS, superscript("D2", "1", "2"))
    elif kind == "letter":
        path = workbook(tmp_path / "mo.xlsx", [MEETINGS[0], [*MEETINGS[1][:3], "1²"]])
    else:
        path = save(tmp_path / "mo.csv", text_of([MEETINGS[0], [*MEETINGS[1][:3], "1²"]]))
    (one,) = take(path, source="FYLKESMANN", period="2021")
    assert [row["antall"] for row in landed(folder, one)] == ["1"]
    assert "raised_marks" in {finding.code for finding in one.findings}


def test_shared_strings_have_raised_runs_too(folder: Path, tmp_path: Path) -> None:
    path = workbook(tmp_path / "mo.xlsx", MEETINGS)
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>x</t></si><si><r><t>14</t></r>'
        '<r><rPr><vertAlign val="superscript"/></rPr><t>1)</t></r></si></sst>'
    )
    _repack(path, {"xl/sharedStrings.xml": lambda _: shared}, lambda sheet: _as_shared(sheet, "D2", 1))
    (one,) = take(path, source="FYLKESMANN", period="2021")
    assert [row["antall"] for row in landed(folder, one)] == ["14"]


def test_a_raised_mark_in_a_label_or_heading_goes(folder: Path, tmp_path: Path) -> None:
    rows = [["innhold", "melder", "2020", "2021¹"], ["Barnets rusmisbruk²", "I alt", "1104", "1066"]]
    (one,) = take(save(tmp_path / "a.csv", text_of(rows)), source="SSB", extract="ssb_barnevern", period="2021")
    assert [(row["innhold"], row["2021"]) for row in landed(folder, one)] == [("Barnets rusmisbruk", "1066")]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("12³", "12"),
        ("MO-sentre¹⁾", "MO-sentre"),
        ("¹ Foreløpige tall", "1) Foreløpige tall"),
        ("per m²", "per m²"),
        ("i 10³ kr", "i 10³ kr"),
        ("CO₂", "CO2"),
        ("1₂", "1"),
        ("blåbær", "blåbær"),
    ],
)
def test_which_marks_are_taken_off(cell: str, plain: str) -> None:
    assert without_raised(cell)[0] == plain


def _repack(
    path: Path, parts: dict[str, Callable[[str], str]], sheet: Callable[[str], str] = lambda text: text
) -> None:
    """Write a workbook again with parts of it changed or added."""
    with zipfile.ZipFile(path) as packed:
        held = {name: packed.read(name).decode() for name in packed.namelist()}
    first = "xl/worksheets/sheet1.xml"
    held[first] = sheet(held[first])
    for name, change in parts.items():
        held[name] = change(held.get(name, ""))
    types, links = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    if "xl/sharedStrings.xml" in parts and "sharedStrings" not in held[links]:
        held[types] = held[types].replace(
            "</Types>",
            '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'spreadsheetml.sharedStrings+xml"/></Types>',
        )
        held[links] = held[links].replace(
            "</Relationships>",
            '<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            'sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in held.items():
            packed.writestr(name, text)


def _as_shared(sheet: str, cell: str, index: int) -> str:
    """Let a cell of a sheet's XML point at a shared string."""
    start = sheet.index(f'<c r="{cell}"')
    end = sheet.index("</c>", start) + len("</c>")
    return f'{sheet[:start]}<c r="{cell}" t="s"><v>{index}</v></c>{sheet[end:]}'


def test_a_whole_cell_may_be_raised(folder: Path, tmp_path: Path) -> None:
    """A column of its own for the numbers of footnotes: nothing of it is read."""
    rows = [[*DEATHS[0], "FLAGG"], *([*row, 1] for row in DEATHS[1:])]

    def change(sheet: Worksheet) -> None:
        for at in range(2, 6):
            sheet[f"E{at}"].font = Font(vertAlign="superscript")

    (one,) = take(workbook(tmp_path / "dar.xlsx", rows, change), source="FHI_DAR", period="2021")
    assert {row["FLAGG"] for row in landed(folder, one)} == {""}


# Hidden ---------------------------------------------------------------------------------------------------------------


def hide(sheet: Worksheet, rows: Sequence[int] = (), columns: str = "") -> None:
    """Hide rows and columns."""
    for row in rows:
        sheet.row_dimensions[row].hidden = True
    for column in columns:
        sheet.column_dimensions[column].hidden = True


def filtered(sheet: Worksheet) -> None:
    """Filter rows away, as a sender does who looks at one group and saves."""
    sheet.auto_filter.ref = sheet.dimensions
    sheet.auto_filter.add_filter_column(5, ["mann"])
    hide(sheet, range(3, 40))


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: hide(sheet, rows=range(3, 30)),
        lambda sheet: hide(sheet, columns="G"),
        filtered,
    ],
    ids=["rows", "column", "filter"],
)
def test_what_is_hidden_is_refused_until_somebody_says_what_it_is(
    change: Callable[[Worksheet], None], tmp_path: Path
) -> None:
    assert found(workbook(tmp_path / "bu.xlsx", shapes.bu(), change), source="BU")[0] == {"hidden_cells"}


def test_a_row_of_no_height_is_hidden(tmp_path: Path) -> None:
    path = workbook(tmp_path / "dar.xlsx", DEATHS)
    _repack(path, {}, lambda sheet: sheet.replace('<row r="5"', '<row r="5" ht="0" customHeight="1"'))
    assert found(path, source="FHI_DAR")[0] == {"hidden_cells"}


def test_hidden_rows_count_or_are_left_as_somebody_says(folder: Path, tmp_path: Path) -> None:
    path = workbook(tmp_path / "bu.xlsx", shapes.bu(), lambda sheet: hide(sheet, rows=range(100, 140)))
    counted, left = (take(path, source="BU", period="2021", dry_run=True, hidden=what) for what in ("count", "leave"))
    assert [len(one.shaped.rows) for (one,) in (counted, left)] == [240, 200]
    assert [one.refused for (one,) in (counted, left)] == [False, False]
    (one,) = take(path, source="BU", period="2021", hidden="leave")
    assert {row["respondentnr"] for row in landed(folder, one)}.isdisjoint({str(at) for at in range(99, 139)})
    assert "hidden rows and columns: leave" in one.delivery.note


def test_blank_hidden_rows_and_other_sheets_are_nobodys_concern(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        hide(sheet, rows=[50, 51], columns="Z")
        other = sheet.parent.create_sheet("Om tabellen")
        other["A1"], other["A2"] = "Om tallene", "Skjult"
        hide(other, rows=[2])

    assert found(workbook(tmp_path / "dar.xlsx", DEATHS, change), source="FHI_DAR")[0] == set()


def test_a_hidden_sheet_is_left_alone_and_told(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("Gammel")
        for row in DEATHS:
            other.append(row)
        other.sheet_state = "veryHidden"

    (one,) = take(workbook(tmp_path / "dar.xlsx", DEATHS, change), source="FHI_DAR", period="2021", dry_run=True)
    assert not one.refused
    assert any("Gammel" in note for note in one.delivered[0].notes)


# Years ----------------------------------------------------------------------------------------------------------------


def as_dates(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Return rows whose years are dates of the first of January."""
    return [
        [date(cell, 1, 1) if isinstance(cell, int) and 2000 < cell < 2030 else cell for cell in row] for row in rows
    ]


def test_a_date_shown_as_a_year_is_that_year(folder: Path, tmp_path: Path) -> None:
    change = in_per_cent(["C2", "C3", "C4", "C5"], "yyyy")
    (one,) = take(workbook(tmp_path / "dar.xlsx", as_dates(DEATHS), change), source="FHI_DAR", period="2021")
    assert [(row["År"], row["Antall"]) for row in landed(folder, one)][1::2] == [("2021", "241"), ("2021", "401")]


def test_a_heading_that_is_a_date_shown_as_a_year(folder: Path, tmp_path: Path) -> None:
    rows = [["innhold", "melder", date(2020, 1, 1), date(2021, 12, 31)], ["Barnets rusmisbruk", "I alt", 1104, 1066]]
    path = workbook(tmp_path / "a.xlsx", rows, in_per_cent(["C1", "D1"], "yyyy"))
    (one,) = take(path, source="SSB", extract="ssb_barnevern", period="2021")
    assert [row["2021"] for row in landed(folder, one)] == ["1066"]


@pytest.mark.parametrize("told", ["{}-01-01", "01.01.{}", "{}-12-31 00:00:00"])
def test_a_date_that_is_text_is_no_year(told: str, tmp_path: Path) -> None:
    rows = [[told.format(cell) if cell in (2020, 2021) else cell for cell in row] for row in DEATHS]
    assert found(save(tmp_path / "dar.csv", text_of(rows)), source="FHI_DAR")[0] == {"date_for_year"}


@pytest.mark.parametrize("where", ["column", "heading"])
def test_a_date_in_full_is_no_year(where: str, tmp_path: Path) -> None:
    heading = [["innhold", "melder", "2020", date(2021, 1, 1)], ["Barnets rusmisbruk", "I alt", 1104, 1066]]
    if where == "column":
        assert found(workbook(tmp_path / "a.xlsx", as_dates(DEATHS)), source="FHI_DAR")[0] == {"date_for_year"}
    else:
        path = workbook(tmp_path / "a.xlsx", heading)
        assert found(path, source="SSB", extract="ssb_barnevern")[0] == {"date_for_year"}


def test_years_with_a_decimal_are_years(folder: Path, tmp_path: Path) -> None:
    rows = [[f"{cell}.0" if cell in (2020, 2021) else cell for cell in row] for row in DEATHS]
    (one,) = take(save(tmp_path / "dar.csv", text_of(rows)), source="FHI_DAR", period="2021")
    assert {row["År"] for row in landed(folder, one)} == {"2020", "2021"}


# Second tables --------------------------------------------------------------------------------------------------------

WAITING = [
    ["Kategori", "2020", "2021"],
    ["Gjennomsnittlig ventetid, TSB alle omsorgsnivåer", 33, 32],
    ["Gjennomsnittlig ventetid, TSB døgnbehandling", 41, 40],
]
COSTS = [["Kategori", "2020", "2021"], ["Kostnader til TSB, ekskl. pensjon, kapital og legemidler", 4850, 4980]]


@pytest.mark.parametrize(
    "rows",
    [
        [["Tabell 1"], *WAITING, [], ["Tabell 2. Kostnader, mill. kr"], *COSTS],
        [*WAITING, [], *COSTS],
        [*WAITING, [], ["Kilde: NPR"], COSTS[1]],
        [*WAITING, ["Tabell 2"], *COSTS],
        [*WAITING, [], ["Tabell 2"], [], *COSTS],
        [["Tabell 1"], *COSTS, [], ["Tabell 2"], ["Kategori", "2019", "2020", "2021"], [WAITING[1][0], 34, 33, 32]],
    ],
    ids=["titled", "untitled", "after a footnote", "without a gap", "two gaps", "a smaller one first"],
)
def test_a_second_table_is_no_footnote(rows: list[list[object]], tmp_path: Path) -> None:
    assert found(workbook(tmp_path / "samdata.xlsx", rows), source="SAMDATA")[0] == {"second_block"}


@pytest.mark.parametrize(("gap", "header"), [(1, COSTS[0]), (2, COSTS[0]), (1, ["Annet", "2018", "2019"])])
def test_a_table_beside_the_first_is_refused(gap: int, header: list[str], tmp_path: Path) -> None:
    beside = [header, COSTS[1], ["", "", ""]]
    rows = [[*one, *[""] * gap, *other] for one, other in zip(WAITING, beside, strict=True)]
    refused, _ = found(workbook(tmp_path / "samdata.xlsx", rows), source="SAMDATA")
    assert refused & {"second_block", "column_name_twice", "column_after_years"}


def test_a_table_of_its_own_columns_beside_the_first_is_refused(tmp_path: Path) -> None:
    beside = [["Indikator", "Verdi"], ["a", 1], ["b", 2], ["c", 3], ["d", 4]]
    rows = [[*one, "", *other] for one, other in zip(DEATHS, beside, strict=True)]
    assert found(workbook(tmp_path / "dar.xlsx", rows), source="FHI_DAR")[0] == {"second_block"}


def test_footnotes_of_several_cells_stay_footnotes(folder: Path, tmp_path: Path) -> None:
    notes = [[], ["Sist endret:", "20220630"], ["1)", "Omfatter 2020"], ["Kilde:", "NPR", "2021"], ["Versjon", "3"]]
    (one,) = take(workbook(tmp_path / "samdata.xlsx", [*WAITING, *notes]), source="SAMDATA", period="2021")
    assert [row["2021"] for row in landed(folder, one)] == ["32", "40"]
