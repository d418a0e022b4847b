"""Receiving: each source's real shape is read, checked and landed; what was landed is what was delivered."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from rusindikator.deliveries import check_register, delivery_path, read_register
from rusindikator.receive import Received, RefusedError, Request, disarm, landing, missing, pipeline, receive
from rusindikator.receive.catalogue import Catalogue, Contract

from . import shapes
from .conftest import ROOT

CATALOGUE = Catalogue()


def read_landed(path: Path, contract: Contract) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows of a landed file."""
    with path.open(encoding="utf-8", newline="") as handle:
        for _ in range(contract.preamble_lines):
            handle.readline()
        columns, *rows = csv.reader(handle, delimiter=contract.delimiter)
    return columns, rows


def without_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything in unseen: for tests of what stands before and after the judgement, which takes a second."""
    monkeypatch.setattr(pipeline, "_ask", lambda *_: None)
    monkeypatch.setattr(pipeline, "_write_page", lambda *_: None)


def take(*files: Path, source: str, **more: object) -> list[Received]:
    """Receive files quietly."""
    return receive(Request(files=files, source=source, quiet=True, published_on="2022-06-30", **more))


def landed(folder: Path, one: Received) -> list[dict[str, str]]:
    """Return the landed rows as column -> cell."""
    assert one.delivery is not None
    assert not one.refused, [finding.text() for finding in one.findings]
    columns, rows = read_landed(delivery_path(folder, one.delivery), one.shaped.contract)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def refusals(received: list[Received]) -> list[str]:
    """Return what refuses a delivery."""
    return [finding.text() for one in received for finding in one.findings if not finding.is_warning]


def warnings(received: list[Received]) -> list[str]:
    """Return what is told of a delivery."""
    return [finding.text() for one in received for finding in one.findings if finding.is_warning]


OFFENCE = "Narkotikaovertredelser, straffeloven"


@pytest.mark.parametrize("shape", ["wide latin-1", "wide utf-8 with mark", "long", "xlsx"])
def test_a_pxweb_table_is_the_same_in_all_its_shapes(shape: str, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / ("10651.xlsx" if shape == "xlsx" else "10651.csv")
    if shape == "xlsx":
        shapes.sanctions_xlsx(path)
    elif shape == "long":
        shapes.save(path, shapes.sanctions_long(), "iso-8859-1")
    else:
        shapes.save(path, shapes.sanctions_wide(), "utf-8-sig" if "utf-8" in shape else "iso-8859-1")
    (one,) = take(path, source="SSB", period="2021")
    rows = {row["type hovedlovbrudd"]: row for row in landed(folder, one)}
    assert len(rows) == 3
    assert [rows[OFFENCE][year] for year in shapes.YEARS] == ["7020", "6511", "6150"]
    assert {row["avgrensning"] for row in rows.values()} == {"fra 2019"}
    assert {row["statistikkvariabel"] for row in rows.values()} == {"Straffereaksjoner"}
    assert {row["type reaksjon"] for row in rows.values()} == {"Alle reaksjonstyper"}


def test_json_stat_symbols_and_nynorsk_labels(folder: Path, tmp_path: Path) -> None:
    (one,) = take(shapes.save(tmp_path / "10674.json", shapes.messages()), source="SSB", period="2021")
    rows = {row["innhold"]: row for row in landed(folder, one)}
    assert rows["Barnets rusmisbruk"]["2021"] == "1066"
    assert rows["Foreldra sitt rusmisbruk"]["2020"] == ".."
    assert {row["melder"] for row in rows.values()} == {"Alle typer meldere"}
    assert any("Foreldra sitt rusmisbruk" in text for text in warnings([one]))


def test_published_day_is_taken_from_the_file_where_nobody_says_it(folder: Path, tmp_path: Path) -> None:
    path = shapes.save(tmp_path / "10674.json", shapes.messages())
    (one,) = receive(Request(files=[path], source="SSB", quiet=True))
    assert one.delivery is not None
    assert one.delivery.published_on.isoformat() == "2022-07-05"


@pytest.mark.parametrize("negative_income", [False, True])
def test_account_rows_leave_the_repeated_districts_out_and_know_the_sign(
    negative_income: bool, folder: Path, tmp_path: Path
) -> None:
    path = shapes.save(tmp_path / "regnskap.csv", shapes.accounts(negative_income))
    (one,) = take(path, source="SSB", period="2021")
    rows = {row["region"]: row for row in landed(folder, one)}
    assert set(rows) == {"0301 Oslo", "3001 Halden", "5001 Trondheim"}
    # (700 + 10 - 5 - 20 - 3) thousand kroner for each of 400
    assert rows["0301 Oslo"]["2021"] == "272,8"


def test_quality_export_has_decimal_commas_tertials_and_units_in_cells(folder: Path, tmp_path: Path) -> None:
    (one,) = take(shapes.save(tmp_path / "nki.csv", shapes.quality_indicators()), source="SAMDATA", period="2021")
    rows = {(row["Kategori"], row["Region"]): row for row in landed(folder, one)}
    assert rows["Gjennomsnittlig ventetid, TSB alle omsorgsnivåer", "Landet"]["2021T3"] == "30,17"
    assert rows["Gjennomsnittlig ventetid, TSB alle omsorgsnivåer", "Helse Vest RHF"]["Måleenhet"] == "dager"
    assert not any("overlevelse" in measure for measure, _ in rows)
    assert not any("Privat" in region for _, region in rows)


def test_two_halves_of_an_export_are_one_delivery(folder: Path, tmp_path: Path) -> None:
    lines = shapes.quality_indicators().splitlines(keepends=True)
    halves = [
        shapes.save(tmp_path / "a.csv", "".join(lines[:7])),
        shapes.save(tmp_path / "b.csv", "".join([lines[0], *lines[7:]])),
    ]
    received = take(*halves, source="SAMDATA", period="2021")
    assert len(received) == 1
    assert {row["Region"] for row in landed(folder, received[0])} == {"Landet", "Helse Vest RHF", "Helse Nord RHF"}


def test_fhi_csv2_keeps_flags_and_leaves_periods_to_come(folder: Path, tmp_path: Path) -> None:
    (one,) = take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")
    rows = landed(folder, one)
    assert [row["Antall"] for row in rows if row["År"] == "2021"] == ["241", "401"]
    assert not any(row["År"] == "2022" for row in rows)


def test_cumulated_parts_of_a_year_are_left_out(folder: Path, tmp_path: Path) -> None:
    rows = [["Måltall", "Region", "År", "Periode", "Verdi"]]
    label = "Vekst i kostnader til TSB som andel av vekst i kostnader til somatikk"
    rows += [
        [label, "Landet", "2021", period, value] for period, value in (("januar-april", "1.2"), ("hele året", "1.9"))
    ]
    (one,) = take(shapes.save(tmp_path / "npr.csv", shapes.text_of(rows, quote=True)), source="NPR", period="2021")
    assert [(row["Periode"], row["Verdi"]) for row in landed(folder, one)] == [("2021", "1.9")]


def test_sheets_of_years_and_tables_of_rows_land_alike(folder: Path, tmp_path: Path) -> None:
    (kdi,) = take(shapes.kdi_xlsx(tmp_path / "kdi.xlsx"), source="KDI", period="2021")
    rows = landed(folder, kdi)
    assert {(row["Periode"], row["Verdi"]) for row in rows if row["Måltall"].startswith("Plasser")} == {
        ("2020", "133"),
        ("2021", "140"),
    }
    (youth,) = take(shapes.save(tmp_path / "kr.csv", shapes.youth(), "cp1252"), source="KONFLIKTRADET", period="2021")
    assert landed(folder, youth)[0] == {
        "Reaksjon": "Ungdomsstraff",
        "Grunnlag": "mottatte saker",
        "Periode": "2021",
        "Saker": "61",
    }


def test_microdata_of_spss_and_excel_get_their_codes_explained(folder: Path, tmp_path: Path) -> None:
    (plan,) = take(
        shapes.brukerplan_sav(tmp_path / "plan.sav", people=6000),
        source="BRUKERPLAN",
        period="2021",
        accept_missing=True,
    )
    rows = landed(folder, plan)
    assert {row["bolig"] for row in rows} == {"Grønn", "Gul", "Rød"}
    assert {row["gruppe"] for row in rows} == {"Rus", "ROP", "Psykisk"}
    assert rows[0]["kommunenr"] in shapes.municipalities(2021)
    assert rows[0]["lopenr"] == "1"

    table = shapes.is24_8()
    at = table[0].index("recovery_orientert")
    meaning = {label: code for code, label in enumerate(CATALOGUE.labels_of_scale["grad5"], 1)}
    for row in table[1:]:
        row[at] = meaning[row[at]]
        row[0] = int(row[0])  # Excel takes the leading zero
    book = [["Variabel", "Kode", "Etikett"], *(["recovery_orientert", code, label] for label, code in meaning.items())]
    path = shapes.save_xlsx(tmp_path / "is248.xlsx", {"Data": table, "Kodebok": book})
    (form,) = take(path, source="IS24_8", period="2021")
    rows = landed(folder, form)
    assert {row["recovery_orientert"] for row in rows} <= set(meaning)
    assert {row["kommunenr"] for row in rows} == {*shapes.municipalities(2021)}
    assert len(rows) == len(shapes.units(2021))


def test_a_landed_delivery_is_private_registered_and_known_again(folder: Path, tmp_path: Path) -> None:
    path = shapes.save(tmp_path / "bu.csv", shapes.text_of(shapes.bu()))
    (one,) = take(path, source="bu", period="2021", publisher="KoRus Midt-Norge")
    assert one.delivery is not None
    assert check_register(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    line = next(row for row in read_register(folder) if row.delivery_id == "bu_2021_korus_midt_norge")
    assert (line.origin, line.period, line.published_on.isoformat()) == ("received", "2021", "2022-06-30")
    assert f"original_sha256={one.originals[0]}" in line.note
    # one receipt is one folder; the shipped deliveries are read where they lie
    assert len(read_register(folder)) == 1
    receipt = folder / "bu_2021_korus_midt_norge"
    kept = [item for item in receipt.rglob("*") if item.is_file()]
    assert {item.relative_to(receipt).as_posix() for item in kept} == {
        "deliveries.csv",
        "request.json",
        "bu/bu_2021_korus_midt_norge.csv",
        "original/1_bu.csv",
    }
    assert {item.stat().st_mode & 0o777 for item in kept} == {0o600}
    assert {item.stat().st_mode & 0o777 for item in receipt.rglob("*") if item.is_dir()} == {0o700}
    assert (receipt / "original" / "1_bu.csv").read_bytes() == path.read_bytes()

    before = sorted((item.name, item.stat().st_mtime_ns) for item in folder.rglob("*.csv"))
    (again,) = take(path, source="BU", period="2021")
    assert again.already == "bu_2021_korus_midt_norge"
    assert sorted((item.name, item.stat().st_mtime_ns) for item in folder.rglob("*.csv")) == before

    table = shapes.bu()
    table[5][table[0].index("tilgjengelighet")] = "I liten grad"
    table[6][table[0].index("tilgjengelighet")] = "I liten grad"
    (corrected,) = take(
        shapes.save(tmp_path / "bu2.csv", shapes.text_of(table)),
        source="BU",
        period="2021",
        publisher="KoRus Midt-Norge",
    )
    assert corrected.delivery is not None
    assert corrected.delivery.delivery_id == "bu_2021_korus_midt_norge_v2"
    assert "corrects bu_2021_korus_midt_norge" in corrected.delivery.note
    assert check_register(folder) == []


def test_corrections_are_numbered_and_one_that_would_not_count_is_refused(folder: Path, tmp_path: Path) -> None:
    def send(number: int, published_on: str, **more: object) -> Received:
        table = shapes.bu()
        table[1 + number][table[0].index("tilgjengelighet")] = ""
        path = shapes.save(tmp_path / f"bu{number}.csv", shapes.text_of(table))
        return receive(
            Request(files=[path], source="BU", period="2021", quiet=True, published_on=published_on, **more)
        )[0]

    assert not send(0, "2022-03").refused
    # Another name does not hide that it corrects what counts.
    second = send(1, "2022-03", publication="korrigert")
    assert second.delivery is not None
    assert second.delivery.delivery_id == "bu_2021_levert_v2"
    said = "\n".join(refusals([send(2, "2022-01")]))
    assert "before the delivery that it corrects, which would go on to count: 'bu_2021_levert_v2'" in said
    assert "expected 2022-03-31 or later" in said
    for number in range(3, 11):
        assert not send(number, "2022-04").refused
    newest = {row.delivery_id for row in read_register(folder) if row.period == "2021" and row.extract == "bu"}
    assert newest == {"bu_2021_levert", *(f"bu_2021_levert_v{number}" for number in range(2, 11))}
    assert "corrects bu_2021_levert_v9" in next(
        row.note for row in read_register(folder) if row.delivery_id == "bu_2021_levert_v10"
    )


def test_figures_that_change_are_told_with_the_lines_a_release_will_ask_for(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from rusindikator.cli import main

    path = shapes.save(tmp_path / "dar.csv", shapes.deaths())
    assert main(["receive", str(path), "--source", "FHI_DAR", "--period", "2021", "--published-on", "2022-06-16"]) == 0
    said = capsys.readouterr().out
    assert "delivered before with another value; all of them on the page" in said
    header = (ROOT / "seeds" / "catalogue" / "revisions.csv").read_text("utf-8").splitlines()[0]
    assert header in said
    assert re.search(r"(?m)^9,2020,20\d\d-\d\d-\d\d,BEGRUNNELSE,REASON,*$", said)
    assert "is held back" in said
    page = next((tmp_path / "build" / "data_docs").glob("fhi_dodsarsak_2021*/index.html")).read_text("utf-8")
    assert "Levert før med en annen verdi" in page
    assert "Narkotikautløste dødsfall (EMCDDA), 2020" in page
    # Real answers in the place of constructed ones change every share of their year.
    bu = shapes.save(tmp_path / "bu.csv", shapes.text_of(shapes.bu(2019, 1336, towns=45)))
    assert main(["receive", str(bu), "--source", "BU", "--period", "2019", "--published-on", "2020"]) == 0
    assert re.search(r"(?m)^57,2019,20\d\d-\d\d-\d\d,BEGRUNNELSE,REASON,*$", capsys.readouterr().out)


def test_a_dry_run_and_a_refusal_leave_nothing_behind(folder: Path, tmp_path: Path) -> None:
    path = shapes.save(tmp_path / "bu.csv", shapes.text_of(shapes.bu()))
    assert not take(path, source="BU", period="2021", dry_run=True)[0].refused
    table = shapes.bu()
    table[3][1] = "9999"
    assert take(shapes.save(tmp_path / "bad.csv", shapes.text_of(table)), source="BU", period="2021")[0].refused
    assert not folder.exists()


def test_one_refused_file_keeps_the_others_out(folder: Path, tmp_path: Path) -> None:
    good = shapes.save(tmp_path / "10651.csv", shapes.sanctions_wide(), "iso-8859-1")
    bad = shapes.save(tmp_path / "10674.json", shapes.messages().replace("9341", "-9341"))
    received = take(good, bad, source="SSB", period="2021")
    assert [one.refused for one in received] == [False, True]
    assert not folder.exists()


def test_microdata_never_land_in_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shapes.save(tmp_path / "bu.csv", shapes.text_of(shapes.bu()))
    for value in ("", str(ROOT / "seeds" / "deliveries"), str(ROOT / "deliveries")):
        monkeypatch.setenv("RUS_DELIVERIES_DIR", value)
        with pytest.raises(RefusedError, match="outside the repository"):
            take(path, source="BU", period="2021")


def test_a_new_column_is_kept_and_told(folder: Path, tmp_path: Path) -> None:
    table = shapes.bu()
    table[0].append('nytt "spørsmål"; drop table bu')
    for number, row in enumerate(table[1:]):
        row.append("=1+1" if number == 0 else "svar")
    (one,) = take(shapes.save(tmp_path / "bu.csv", shapes.text_of(table)), source="BU", period="2021")
    name = "nytt _spørsmål__ drop table bu"
    assert landed(folder, one)[0][name] == "=1+1"
    said = "\n".join(warnings([one]))
    assert "a column nobody has described" in said
    assert "begins like a formula" in said


def test_a_vanished_column_names_its_indicators_and_can_be_accepted(folder: Path, tmp_path: Path) -> None:
    gone = ["tilgjengelighet", "hjelp_bolig"]
    path = shapes.save(tmp_path / "bu.csv", shapes.text_of(shapes.bu(without=gone)))
    said = "\n".join(refusals(take(path, source="BU", period="2021")))
    assert "#57" in said
    assert "#73" in said
    assert "--accept-missing" in said
    (one,) = take(path, source="BU", period="2021", accept_missing=True)
    assert "tilgjengelighet" not in landed(folder, one)[0]
    reasons = missing.read_missing_reasons(folder)
    assert {(row["source_code"], row["indicator_no"], row["year_from"]) for row in reasons} == {
        ("BU", "57", "2021"),
        ("BU", "73", "2021"),
    }


def test_a_column_under_another_name_is_found_by_the_mapping(folder: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds, ignore=shutil.ignore_patterns("deliveries"))
    with (seeds / "catalogue" / "column_mappings.csv").open("a", encoding="utf-8") as handle:
        handle.write("bu,2021,2021,Spm 14,tilgjengelighet,\n")
    paths = {}
    for year in (2019, 2021):
        table = shapes.bu(year)
        table[0][table[0].index("tilgjengelighet")] = "spm_14"
        table[0][table[0].index("hjelp_bolig")] = "Har fått hjelp til å skaffe bolig"
        paths[year] = shapes.save(tmp_path / f"bu_{year}.csv", shapes.text_of(table))
    request = Request(files=[paths[2021]], source="BU", period="2021", quiet=True)
    other_year = Request(files=[paths[2019]], source="BU", period="2019", quiet=True, dry_run=True)
    assert any("#57" in text for text in refusals(receive(other_year, Catalogue(seeds))))
    (one,) = receive(request, Catalogue(seeds))
    assert {"tilgjengelighet", "hjelp_bolig"} <= set(landed(folder, one)[0])


def test_a_jump_since_last_year_is_refused_for_the_large_and_told_for_the_small(folder: Path, tmp_path: Path) -> None:
    assert not take(
        shapes.save(tmp_path / "20.csv", shapes.text_of(shapes.is24_8(2020))), source="IS24_8", period="2020"
    )[0].refused
    table = shapes.is24_8(2021, factor=1.05)
    at = table[0].index("arsverk_voksne_totalt")
    place = {row[0]: row for row in table[1:]}
    small, large = place["1151"], place["3001"]  # Utsira, Halden
    small[at] = "9,9"
    (one,) = take(shapes.save(tmp_path / "21.csv", shapes.text_of(table)), source="IS24_8", period="2021", dry_run=True)
    assert not one.refused, refusals([one])
    large[at] = large[at].replace(",", "") + "0,0"
    path = shapes.save(tmp_path / "21b.csv", shapes.text_of(table))
    (one,) = take(path, source="IS24_8", period="2021", dry_run=True)
    assert any("no large municipality makes in a year" in text and "Halden" not in text for text in refusals([one]))


def test_the_page_needs_no_network_and_shows_texts_as_texts(folder: Path, tmp_path: Path) -> None:
    table = shapes.bu()
    table[4][table[0].index("tilgjengelighet")] = "<script>alert(1)</script>"
    (one,) = take(shapes.save(tmp_path / "bu.csv", shapes.text_of(table)), source="BU", period="2021")
    assert one.page is not None
    page = one.page.read_text("utf-8")
    assert "<script" not in page.lower()
    assert "http://" not in page
    assert "https://" not in page
    assert "&lt;script&gt;" in page
    assert "Ikke tatt imot" in page
    english = one.page.with_name("index.en.html").read_text("utf-8")
    assert "Refused" in english
    assert (one.page.stat().st_mode & 0o777, one.page.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "tilgjengelighet" in page


@pytest.mark.parametrize("step", ["file written", "receipt written", "receipt named"])
def test_a_kill_at_any_step_leaves_the_old_or_the_new(step: str, folder: Path, tmp_path: Path) -> None:
    first = shapes.save(tmp_path / "dar.csv", shapes.deaths())
    take(first, source="FHI_DAR", period="2021")
    path = shapes.save(tmp_path / "kr.csv", shapes.youth())
    code = (
        "import os, signal, sys\n"
        "from rusindikator.receive import landing\n"
        "from rusindikator.cli import main\n"
        f"landing.after_step = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == {step!r} else None\n"
        f"main(['receive', {str(path)!r}, '--source', 'KONFLIKTRADET', '--published-on', '2022-06-30'])\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ}, capture_output=True, check=False
    )
    assert killed.returncode == -9, killed.stderr
    assert check_register(folder) == []
    done = landing.recover(folder)
    after = {row.delivery_id for row in read_register(folder)}
    assert check_register(folder) == []
    assert after == {"fhi_dodsarsak_2021_levert"} | (
        {"konfliktradet_2021_levert"} if step == "receipt named" else set()
    )
    assert bool(done) == (step != "receipt named")
    assert not [path for path in folder.rglob(".*") if path.name != landing.LOCK]


def test_a_full_disk_leaves_the_old(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(landing.os, "fsync", full)
    with pytest.raises(RefusedError, match="No space left"):
        take(shapes.save(tmp_path / "kr.csv", shapes.youth()), source="KONFLIKTRADET", period="2021")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_screen_says_what_happened(folder: Path, tmp_path: Path) -> None:
    path = shapes.save(tmp_path / "10651.csv", shapes.sanctions_wide(), "iso-8859-1")
    command = [sys.executable, "-m", "rusindikator", "receive", str(path), "--source", "SSB", "--period", "2021"]
    # from any working directory
    elsewhere = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "csv, cp1252, separator ;, read as cp1252, landed as UTF-8" in done.stdout
    assert "hovedlovbruddsgruppe -> type hovedlovbrudd" in done.stdout
    assert "landed   ssb_straffereaksjoner/ssb_straffereaksjoner_2021_levert.csv" in done.stdout
    assert len(done.stdout.splitlines()) < 30
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "nothing to do" in again.stdout
    bad = subprocess.run(
        [*command[:4], str(ROOT / "README.md"), *command[5:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert bad.returncode == 1
    assert "REFUSED, nothing has changed" in bad.stdout


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@sum(a1)", "'@sum(a1)"),
        ("+cmd|' /c calc'!a0", "'+cmd|' /c calc'!a0"),
        ("-1,7", "-1,7"),
        ("- 3", "'- 3"),
        ("Ja", "Ja"),
    ],
)
def test_formulas_are_disarmed(text: str, shown: str) -> None:
    assert disarm(text) == shown


def test_every_extract_and_source_of_the_project_is_known() -> None:
    from rusindikator.receive.catalogue import EXTRACTS, LABELS, UNIT_KEYS

    listed = {path.stem for path in (ROOT / "seeds" / "extracts").glob("*.csv")} - {"deliveries", "omtale"}
    assert {extract for extracts in EXTRACTS.values() for extract in extracts} == listed
    assert set(LABELS) | set(UNIT_KEYS) == listed
    assert set(EXTRACTS) == {row["source_code"] for row in CATALOGUE.rows("sources")}


def test_workbooks_with_formulas_name_the_cell(folder: Path, tmp_path: Path) -> None:
    path = shapes.kdi_xlsx(tmp_path / "kdi.xlsx")
    book = openpyxl.load_workbook(path)
    book["Tabell 14"]["E4"] = "=D4+7"
    book.save(path)
    with pytest.raises(RefusedError, match=r"formulas, first 'E4'.*paste as values"):
        take(path, source="KDI", period="2021")


@pytest.mark.parametrize("name", ["column_mappings", "label_mappings"])
def test_mappings_speak_of_columns_that_exist_and_once(name: str) -> None:
    rows = CATALOGUE.rows(name)
    delivered = "delivered_name" if name == "column_mappings" else "delivered_label"
    seen = [(row["extract"], row["year_from"], row["column_name"], row[delivered]) for row in rows]
    assert len(set(seen)) == len(seen)
    for row in rows:
        assert row["column_name"] in CATALOGUE.contract(row["extract"]).columns, row


def test_blank_labels_are_repeated_only_where_a_row_begins(folder: Path, tmp_path: Path) -> None:
    header = ["Måltall", "Alder", "Kjønn", "Region", "År", "Nedre grense", "Øvre grense", "Enhet", "FLAGG", "Verdi"]
    label = ["Brukt cannabis siste 12 måneder", "16-64 år", "begge kjønn", "Hele landet"]
    rows = [
        header,
        [*label, "2020", "4,1", "5,9", "prosent", "", "5"],
        [None, *label[1:], "2021", "", "", "prosent", "", "6"],
    ]
    (one,) = take(shapes.save_xlsx(tmp_path / "rus.xlsx", {"Ark1": rows}), source="FHI_RUS", period="2021")
    second = landed(folder, one)[1]
    assert (second["Måltall"], second["Nedre grense"], second["Verdi"]) == (label[0], "", "6")
