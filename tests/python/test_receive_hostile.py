"""Receiving files made to do harm: to the process, to a spreadsheet, to the people behind the answers."""

from __future__ import annotations

import copy
import csv
import json
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from rusindikator.deliveries import Delivery, delivery_path, read_register
from rusindikator.receive import RefusedError, Request, receive
from rusindikator.receive.guard import inspect_xlsx
from rusindikator.receive.identifying import is_personal_number
from rusindikator.receive.rows import year_in_name

from . import shapes
from .conftest import ROOT
from .shapes import text_of
from .test_receive import landed, refusals, take, warnings, without_judgement

# JSON-stat -----------------------------------------------------------------------------------------------------------

WRONG = [None, [], {}, "x", "", 0, -1, 1e999, 10**400, True, [1], {"a": 1}, "Tid", ["Tid"], [[]], {"0": None}, "2021"]


def spoiled(document: dict, chance: random.Random) -> dict:
    """Return a JSON-stat2 document with a node or two of it removed, doubled, or in the place of another."""
    document = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        nodes: list[tuple[dict | list, object]] = []

        def walk(node: object, nodes: list = nodes) -> None:
            keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
            for key in keys:
                nodes.append((node, key))
                walk(node[key])

        walk(document)
        node, key = chance.choice(nodes)
        if chance.random() < 0.3:
            del node[key]
        elif chance.random() < 0.3:
            other, place = chance.choice(nodes)
            node[key] = copy.deepcopy(other[place])
        else:
            node[key] = copy.deepcopy(chance.choice(WRONG))
    return document


def test_a_spoiled_json_stat_document_is_refused_or_read_and_never_a_traceback(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_judgement(monkeypatch)
    chance = random.Random(2)
    refused = 0
    for _ in range(250):
        document = spoiled(shapes.messages_json(), chance)
        path = shapes.save(tmp_path / "10674.json", json.dumps(document, ensure_ascii=False))
        try:
            request = Request(files=[path], source="SSB", period="2021", quiet=True, dry_run=True)
            received = receive(request, shapes.CATALOGUE)
            refused += any(one.refused for one in received)
        except RefusedError:
            refused += 1
        except Exception as error:
            raise AssertionError(json.dumps(document, ensure_ascii=False)) from error
    assert refused > 90


# Workbooks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("corner", ["XFD1048576", "A1048576", "XFD1", "AAA90000"])
def test_a_cell_in_a_far_corner_is_refused_before_the_sheet_is_laid_out(corner: str, tmp_path: Path) -> None:
    path = shapes.kdi_xlsx(tmp_path / "kdi.xlsx")
    book = openpyxl.load_workbook(path)
    book["Tabell 14"][corner] = 1
    book.save(path)
    code = (
        "import resource; from rusindikator.receive.reading import read_file; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        f"read_file(Path({str(path)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if corner == "XFD1":
        # Wide, but no more than the rows of a long table.
        assert done.returncode == 0, done.stderr
    else:
        assert "RefusedError" in done.stderr, done.stderr[-500:]
        assert "sheet Tabell 14" in done.stderr
        assert "the sheet reaches to row" in done.stderr


def test_rows_and_cells_without_places_are_counted_on(tmp_path: Path) -> None:
    sheet = "<sheetData><row>" + "<c/>" * 9_000 + "</row>" + "<row><c/></row>" * 9_000 + "</sheetData>"
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<x/>")
        packed.writestr("xl/workbook.xml", "<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(RefusedError, match="reaches to row 9001, column 9000, with 18000 cells"):
        inspect_xlsx(path)


def test_a_formula_is_seen_in_whatever_hand_the_sheet_is_written(folder: Path, tmp_path: Path) -> None:
    path = shapes.kdi_xlsx(tmp_path / "kdi.xlsx")
    book = openpyxl.load_workbook(path)
    book["Tabell 14"]["E4"] = "=D4+7"
    book.save(path)
    other, changed = tmp_path / "other.xlsx", False
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets"):
                content = re.sub(
                    rb'<c r="E4"><f>D4\+7</f><v\s*/?>(</v>)?', b"<c t='n' r='E4'><f>D4+7</f><v>140</v>", content
                )
                changed = changed or b"r='E4'" in content
            target.writestr(name, content)
    assert changed
    with pytest.raises(RefusedError, match="formulas, first 'E4'"):
        take(other, source="KDI", period="2021")


def test_a_name_longer_than_any_name_is_not_searched_for_a_year() -> None:
    assert year_in_name("a" + " " * 30_000 + "2021x2021") is None
    assert year_in_name("Brutto driftsutgifter per innbygger (kr) 2021")["period"] == "2021"


# Spreadsheets --------------------------------------------------------------------------------------------------------

LINK = '=HYPERLINK("http://example.invalid/?x=";"klikk")'


def test_what_the_register_holds_runs_in_no_spreadsheet(folder: Path, tmp_path: Path) -> None:
    table = shapes.sanctions_wide().split("\r\n", 2)[2]
    quoted = LINK.replace('"', '""')
    path = shapes.save(tmp_path / "=cmd.csv", f'"{quoted}"\r\n\r\n{table}', "latin-1")
    (one,) = take(path, source="SSB", period="2021", publisher="@SUM(A1)", licence="+1+1", accept_change="=1+1")
    assert landed(folder, one)
    line = next(row for row in read_register(folder) if row.delivery_id.startswith("ssb_straffereaksjoner_2021"))
    assert line.publication.startswith("'=HYPERLINK")
    assert (line.reference, line.publisher, line.licence) == ("'=cmd.csv", "'@SUM(A1)", "'+1+1")
    with (folder / line.delivery_id / "deliveries.csv").open(encoding="utf-8", newline="") as handle:
        assert not [cell for row in csv.reader(handle) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert delivery_path(folder, line).read_text("utf-8").startswith("\"'=HYPERLINK")


@pytest.mark.parametrize("name", ["../../x", "Ærlig & grei; drop table", "=cmd|' /c calc'!a0", "年", "", "A" * 500])
def test_an_id_and_a_file_name_hold_letters_digits_and_underscores_only(
    name: str, folder: Path, tmp_path: Path
) -> None:
    (one,) = take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021", publication=name)
    assert one.delivery is not None
    assert re.fullmatch(r"[a-z0-9_]{1,100}", one.delivery.delivery_id)
    assert re.fullmatch(r"[a-z0-9_]+/[a-z0-9_]+\.csv", one.delivery.file_name)
    assert delivery_path(folder, one.delivery).is_file()


@pytest.mark.parametrize(
    "file_name", ["bu/x' || (select 1) || '.csv", "bu/../x.csv", "bu/X.csv", "bu/x.csv\n", "x.csv"]
)
def test_the_register_takes_no_other_file_name(file_name: str, folder: Path, tmp_path: Path) -> None:
    (one,) = take(shapes.save(tmp_path / "bu.csv", text_of(shapes.bu())), source="BU", period="2021", dry_run=True)
    assert one.delivery is not None
    cells = {name: getattr(one.delivery, name) for name in Delivery.__dataclass_fields__}
    with pytest.raises(ValueError, match="file_name"):
        Delivery(**cells | {"file_name": file_name})


# People --------------------------------------------------------------------------------------------------------------

NUMBERS = ["01010112377", "41010112396"]


def test_the_control_digits_of_personal_numbers() -> None:
    assert is_personal_number("01010112377")
    assert not is_personal_number("01010112378")
    assert not is_personal_number("99999999999")


@pytest.mark.parametrize(
    "name",
    [
        "fodselsnummer",
        "Fødselsnr",
        "FNR",
        "Navn",
        "Etternavn:",
        "E-post",
        "epost",
        "E-mail",
        "Telefon",
        "Mobilnummer",
        "Adresse",
        "D-nummer",
        "Kontaktperson",
        "IP-adresse",
        "E-post til kontaktperson",
        "Navn på respondent",
        "Kontaktpersonens telefon",
    ],
)
def test_columns_that_name_somebody_are_refused_and_not_shown(name: str, folder: Path, tmp_path: Path) -> None:
    rows = shapes.bu()
    rows = [[*row, name if row is rows[0] else "Kari Hemmelig"] for row in rows]
    with pytest.raises(RefusedError) as caught:
        take(shapes.save(tmp_path / "bu.csv", text_of(rows)), source="BU", period="2021")
    said = str(caught.value)
    assert "columns that identify persons" in said
    assert name in said
    assert "ask the source to remove them" in said
    assert "Hemmelig" not in said
    assert not folder.exists()


@pytest.mark.parametrize("value", ["01010112377", "010101 12377", "ring meg: kari@example.no", "tlf. 99 88 77 66"])
@pytest.mark.parametrize("column", ["kommentar", "respondentnr"])
def test_values_that_name_somebody_are_refused_and_not_shown(
    value: str, column: str, folder: Path, tmp_path: Path
) -> None:
    rows = [[*row, "kommentar" if number == 0 else ""] for number, row in enumerate(shapes.bu())]
    rows[7][rows[0].index(column)] = value
    with pytest.raises(RefusedError) as caught:
        take(shapes.save(tmp_path / "bu.csv", text_of(rows)), source="BU", period="2021")
    said = str(caught.value)
    assert re.search(r"row 8: column \d+ holds (personal numbers|addresses of mail|telephone numbers)", said)
    assert value not in said
    assert not folder.exists()


def test_questions_that_speak_of_telephones_or_names_are_no_columns_of_persons(folder: Path, tmp_path: Path) -> None:
    questions = ["Fikk hjelp på telefon", "Vet navnet på tjenesten", "Adressert behov"]
    rows = [[*row, *(questions if number == 0 else ["Ja"] * 3)] for number, row in enumerate(shapes.bu())]
    (one,) = take(shapes.save(tmp_path / "bu.csv", text_of(rows)), source="BU", period="2021", dry_run=True)
    assert not refusals([one])


def test_numbers_that_a_source_made_up_are_not_taken_for_persons(folder: Path, tmp_path: Path) -> None:
    rows = shapes.bu()
    for number, row in enumerate(rows[1:]):
        row[0] = str(10_000_000_000 + number * 7_919)
    (one,) = take(shapes.save(tmp_path / "bu.csv", text_of(rows)), source="BU", period="2021", dry_run=True)
    assert not refusals([one])


# Dates ---------------------------------------------------------------------------------------------------------------


def test_a_date_is_refused_where_it_is_used_and_kept_where_it_is_not(folder: Path, tmp_path: Path) -> None:
    from datetime import datetime

    begun = datetime(2021, 5, 1, 10, 3)
    rows = [[*row, "Startet" if number == 0 else begun] for number, row in enumerate(shapes.bu())]
    (one,) = take(shapes.save_xlsx(tmp_path / "bu.xlsx", {"Data": rows}), source="BU", period="2021")
    assert landed(folder, one)[0]["Startet"] == "2021-05-01 10:03:00"
    assert any("column Startet: a column nobody has described" in text for text in warnings([one]))
    at = rows[0].index("hjelp_bolig")
    for row in rows[1:]:
        row[at] = begun
    with pytest.raises(RefusedError) as caught:
        take(shapes.save_xlsx(tmp_path / "bu2.xlsx", {"Data": rows}), source="BU", period="2021")
    (finding,) = caught.value.findings
    assert finding.text().startswith(
        "bu2.xlsx, sheet Data, row 2, column hjelp_bolig: a date stands in (the first of 240"
    )
