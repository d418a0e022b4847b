"""Receiving: shapes that are one source's own, and what is taken of a file that holds more than was asked for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from rusindikator.cli import main
from rusindikator.receive import RefusedError, missing

from . import shapes
from .shapes import text_of
from .test_receive import landed, refusals, take, warnings

ACCOUNTS = ["aar", "kommune", "bydel", "regnskap", "kontoklasse", "funksjon", "art", "belop"]


# KOSTRA accounts -----------------------------------------------------------------------------------------------------


def accounts(path: Path, *rows: list[object], year: object = 2015, income: int = -1) -> Path:
    """Write an account file: three municipalities with function 232, and the rows given."""
    plain = (("010", 70_000), ("590", 100), ("690", income * 300), ("710", income * 2_000), ("729", income * 50))
    usual = [
        [year, region, "00", "A", "1", "232", kind, amount]
        for region in ("0301", "1101", "2111")
        for kind, amount in plain
    ]
    return shapes.save(path / "regnskap.csv", text_of([ACCOUNTS, *usual, *rows]))


def test_the_account_file_of_2015_lands(folder: Path, tmp_path: Path) -> None:
    """It has doubled keys in functions nobody uses, a row of nothing, bydeler, Longyearbyen and negative income."""
    other = [[2015, "0301", "00", "A", "1", "241", "010", number // 2] for number in range(1_986)]
    nothing = [2015, "", "00", "A", "1", "", "010", 12]
    district = [2015, "0301", "01", "A", "1", "232", "010", 5_000]
    (one,) = take(accounts(tmp_path, *other, nothing, district), source="SSB", period="2015")
    assert {row["region"][:4]: row["2015"] for row in landed(folder, one)} == {
        "0301": "67,75",
        "1101": "67,75",
        "2111": "67,75",
    }
    assert "1986 rows left out: of other functions" in one.shaped.notes
    assert any("1 rows left out: without a function" in text for text in warnings([one]))


def test_investments_and_codes_of_sums_are_not_added_to_running_costs(folder: Path, tmp_path: Path) -> None:
    more = [
        [2015, "0301", "00", "A", "0", "232", "230", 900_000],
        [2015, "0301", "00", "A", "1", "232", "AGD10 Brutto", 70_000],
        [2015, "0301", "00", "A", "1", "232", "AG10", 70_000],
        [2015, "0301", "00", "A", "1", "232", "800", 70_000],
    ]
    (one,) = take(accounts(tmp_path, *more), source="SSB", period="2015")
    assert landed(folder, one)[0]["2015"] == "67,75"
    said = "\n".join(warnings([one]))
    assert "1 rows left out: of account class 0, which is not the running accounts" in said
    assert "row 19: 1 rows left out: whose type is a sum" in said
    assert "1 sums the file gives itself (brutto driftsutgifter) left out" in one.shaped.notes


def test_accounts_keep_the_year_they_are_of(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"accounts of other years '2019'; expected 2021"):
        take(accounts(tmp_path, year=2019), source="SSB", period="2021")
    mixed = accounts(tmp_path, *[[2016, "0301", "00", "A", "1", "232", kind, 1_000] for kind in ("010", "690")])
    (one,) = take(mixed, source="SSB", period="2016")
    assert [(row["region"], row["2016"]) for row in landed(folder, one)] == [("0301 Oslo", "0")]
    (both,) = take(mixed, source="SSB", dry_run=True)
    # Income is negative in the first year and positive in the second.
    assert both.shaped.columns[-2:] == ["2015", "2016"]
    assert both.shaped.rows[0][-2:] == ["67,75", "0"]
    assert both.shaped.rows[1][-2:] == ["67,75", ""]
    assert both.delivery is not None
    # 2015 stands beside it: no indicator takes accounts of that year.
    assert both.delivery.period == "2016"


def test_doubled_accounts_land_when_somebody_says_what_they_mean(folder: Path, tmp_path: Path) -> None:
    same = [2015, "0301", "00", "A", "1", "232", "010", 70_000]
    path = accounts(tmp_path, same)
    with pytest.raises(RefusedError, match=r"row 17.*stands twice.*--doubled add.*--doubled once"):
        take(path, source="SSB", period="2015")
    (once,) = take(path, source="SSB", period="2015", doubled="once", dry_run=True)
    (added,) = take(path, source="SSB", period="2015", doubled="add")
    assert once.shaped.rows[0][-1] == "67,75"
    assert landed(folder, added)[0]["2015"] == "137,75"
    assert added.delivery is not None
    assert "doubled accounts: add" in added.delivery.note
    unlike = accounts(tmp_path, [*same[:-1], 12])
    with pytest.raises(RefusedError, match="stands twice"):
        take(unlike, source="SSB", period="2015", doubled="once")


@pytest.mark.parametrize("kind", ["wide csv", "json-stat"])
def test_the_account_table_of_pxweb_says_which_sum_it_takes(kind: str, folder: Path, tmp_path: Path) -> None:
    title = "12367: Detaljerte regnskapstall driftsregnskapet, etter region, regnskapsomfang, funksjon, art og år"
    regions = {"EAK": "Landet", "EAKUO": "Landet uten Oslo", "3001": "Halden"}
    scopes = {"A": "Kommunekonsern", "B": "Kommunekasse"}
    kinds = {"AGD10": "Brutto driftsutgifter", "AGD2": "Netto driftsutgifter"}
    if kind == "wide csv":
        rows = [["region", "regnskapsomfang", "funksjon", "art", "Beløp (1000 kr) 2021"]]
        rows += [
            [f"{code} {name}", scope, "232 Helsestasjons- og skolehelsetjeneste", f"{sum_} {words}", amount]
            for code, name in regions.items()
            for scope, size in (("Kommunekonsern", 50), ("Kommunekasse", 40))
            for (sum_, words), amount in zip(kinds.items(), (size * 100_000, size * 90_000), strict=True)
        ]
        path = shapes.save(tmp_path / "12367.csv", f'"{title}"\r\n\r\n' + text_of(rows, quote=True), "latin-1")
    else:
        path = shapes.save_json_stat(
            tmp_path / "12367.json",
            title,
            {
                "KOKkommuneregion0000": ("region", regions),
                "KOKregnskapsomfa0000": ("regnskapsomfang", scopes),
                "KOKfunksjon0000": ("funksjon", {"FGK12": "232 Helsestasjons- og skolehelsetjeneste"}),
                "KOKart0000": ("art", kinds),
                "ContentsCode": ("statistikkvariabel", {"KOSbelop0000": "Beløp (1000 kr)"}),
                "Tid": ("år", {"2021": "2021"}),
            },
            [5_000_000, 4_500_000, 4_000_000, 3_600_000] * 3,
        )
    (one,) = take(path, source="SSB", period="2021")
    assert {row["region"]: row["2021"] for row in landed(folder, one)} == {
        "EAK Landet": "5000",
        "EAKUO Landet uten Oslo": "5000",
        "3001 Halden": "5000",
    }
    assert any("the file's own sum is taken" in note and "Brutto driftsutgifter" in note for note in one.shaped.notes)
    codes = ("A ", "B ") if kind == "json-stat" else ("", "")
    assert f"scope '{codes[0]}Kommunekonsern' taken, not {codes[1]}Kommunekasse" in one.shaped.notes
    assert not refusals([one])


# Who answered --------------------------------------------------------------------------------------------------------

LEFT_OUT = [
    row["column_name"]
    for row in shapes.CATALOGUE.variables
    if row["extract"] == "is24_8" and row["column_name"] not in ("recovery_orientert", "arsverk_fra_aaret_for")
]


def form(path: Path, *parts: shapes.Rows) -> Path:
    """Write IS-24/8 with few of its questions; the rows of several years stand below each other."""
    return shapes.save(path / "is248.csv", text_of([parts[0][0], *(row for part in parts for row in part[1:])]))


def answers(year: int = 2021) -> shapes.Rows:
    """Return the form of a year with few of its questions."""
    return shapes.is24_8(year, without=LEFT_OUT)


FORM = {"source": "IS24_8", "accept_missing": True}


def test_a_city_does_not_stand_beside_its_own_bydeler(folder: Path, tmp_path: Path) -> None:
    rows = answers()
    oslo = list(rows[1])
    oslo[2] = oslo[3] = ""
    said = "\n".join(refusals(take(form(tmp_path, [*rows, oslo]), period="2021", **FORM)))
    assert "a row of the whole city stands beside its bydeler and would count twice: '0301'" in said
    # The city as one row is an answer for all of them.
    one = [rows[0], oslo, *rows[16:]]
    assert not refusals(take(form(tmp_path, one), period="2021", **FORM))


def test_a_bydel_begins_with_the_code_of_its_municipality(folder: Path, tmp_path: Path) -> None:
    rows = answers()
    rows[1][0] = "1103"
    said = "\n".join(refusals(take(form(tmp_path, rows), period="2021", **FORM)))
    assert "the bydel is of another municipality than its row" in said
    assert "'030101'" in said


def test_a_span_of_years_is_checked_year_by_year(folder: Path, tmp_path: Path) -> None:
    of_2019, of_2020 = answers(2019), answers(2020)
    with_old_codes = [of_2019[0], *([*row[:4], "2020", *row[5:]] for row in of_2019[1:])]
    said = "\n".join(refusals(take(form(tmp_path, of_2019, with_old_codes), **FORM)))
    assert "the code of the municipality or bydel is none of that year" in said
    cut = [of_2020[0], *of_2020[1:12]]
    said = "\n".join(refusals(take(form(tmp_path, of_2019, cut), **FORM)))
    assert "units in the file for 2020: '11'; expected nearer to 370, all municipalities and Oslo's bydeler" in said
    assert "of 2019" not in said
    said = "\n".join(refusals(take(form(tmp_path, of_2019), period="2019-2020", **FORM)))
    assert "units in the file for 2020: '0'" in said
    (both,) = take(form(tmp_path, of_2019, of_2020), dry_run=True, **FORM)
    # Each year is whole; only print, by which 66 did not answer in 2020, speaks against a build with it.
    assert {finding.code for finding in both.findings if not finding.is_warning} == {"build_test_fails"}
    assert "assert_coverage_agrees_with_print" in "\n".join(refusals([both]))


def test_units_that_did_not_answer_are_named_and_large_ones_need_a_reason(folder: Path, tmp_path: Path) -> None:
    rows = answers()
    without = [row for row in rows if row[0] not in ("5001", "1151")]
    (one,) = take(form(tmp_path, without), period="2021", **FORM)
    said = "\n".join(refusals([one]))
    assert "large municipalities or bydeler did not answer for 2021: '5001 Trondheim'" in said
    assert "--accept-incomplete REASON" in said
    assert one.page is not None
    assert "1151 Utsira" in one.page.read_text("utf-8")
    (one,) = take(form(tmp_path, without), period="2021", accept_incomplete="Trondheim comes in May", **FORM)
    assert not refusals([one])
    assert any("did not answer for 2021" in text and "5001 Trondheim" in text for text in warnings([one])), warnings(
        [one]
    )
    assert one.delivery is not None
    assert "incomplete accepted: Trondheim comes in May" in one.delivery.note


def test_many_small_units_that_did_not_answer_need_a_reason_too(folder: Path, tmp_path: Path) -> None:
    people = shapes.population()
    rows = answers()
    without = [row for row in rows if row[2] or row[0] == "kommunenr" or not 5_000 < people[row[0]] < 10_000]
    said = "\n".join(refusals(take(form(tmp_path, without), period="2021", **FORM)))
    assert "per cent of the population live in units that did not answer for 2021" in said
    assert "large municipalities or bydeler did not answer" not in said
    few = [row for row in rows if row[0] != "1151"]
    (one,) = take(form(tmp_path, few), period="2021", **FORM)
    assert not refusals([one])
    assert any("did not answer for 2021" in text and "1151 Utsira" in text for text in warnings([one])), warnings([one])


def test_where_taking_part_is_voluntary_who_left_is_told(folder: Path, tmp_path: Path) -> None:
    take(shapes.save(tmp_path / "20.csv", text_of(shapes.bu(2020))), source="BU", period="2020")
    rows = shapes.bu(2021)
    left = rows[1][1]
    (one,) = take(
        shapes.save(tmp_path / "21.csv", text_of([row for row in rows if row[1] != left])), source="BU", period="2021"
    )
    assert not refusals([one])
    (gone,) = [finding for finding in one.findings if finding.code == "left_since_last_time"]
    assert gone.is_warning
    assert left in gone.text()


# What is not there ---------------------------------------------------------------------------------------------------


def test_a_file_without_a_figure_of_the_year_asked_for_is_refused(folder: Path, tmp_path: Path) -> None:
    rows = [row for row in shapes.DEATHS if row[2] in ("År", "2020")]
    said = "\n".join(refusals(take(shapes.save(tmp_path / "dar.csv", text_of(rows)), source="FHI_DAR", period="2021")))
    assert "no figure of 2021 is in the file, only of '2020'" in said


def test_a_vanished_figure_names_its_indicators_and_can_be_accepted(folder: Path, tmp_path: Path) -> None:
    # A table of which one series is left and nothing is new may be the print of one figure; here another label stands.
    rows = [["Alkoholdødsfall", *row[1:]] if row[0].startswith("Alkohol") else row for row in shapes.DEATHS]
    path = shapes.save(tmp_path / "dar.csv", text_of(rows))
    (refused,) = take(path, source="FHI_DAR", period="2021")
    assert "missing_figure" in {finding.code for finding in refused.findings if not finding.is_warning}
    said = "\n".join(refusals([refused]))
    assert "#10" in said
    assert "--accept-missing" in said
    (one,) = take(path, source="FHI_DAR", period="2021", accept_missing=True)
    assert not refusals([one])
    (reason,) = missing.read_missing_reasons(folder)
    assert (reason["source_code"], reason["indicator_no"], reason["year_from"]) == ("FHI_DAR", "10", "2021")


def test_what_stands_in_another_file_of_the_same_request_has_not_vanished(folder: Path, tmp_path: Path) -> None:
    parts = [
        shapes.save(tmp_path / f"{word}.csv", text_of([row for row in rows if row[0].startswith(("Dødsårsak", word))]))
        for word, rows in (("Narko", [[*row, "x"][:5] for row in shapes.DEATHS]), ("Alko", shapes.DEATHS))
    ]
    assert not refusals(take(*parts, source="FHI_DAR", period="2021"))


def test_a_figure_under_a_new_label_is_refused_not_forgotten(folder: Path, tmp_path: Path) -> None:
    take(shapes.save(tmp_path / "a.json", shapes.messages()), source="SSB", period="2021")
    later = shapes.messages().replace('"2021"', '"2022"').replace('"2020"', '"2021"')
    later = later.replace("2022-07-05", "2023-07-05").replace("Rusmisbruken til barnet", "Barnet ruser seg")
    said = "\n".join(refusals(take(shapes.save(tmp_path / "b.json", later), source="SSB", period="2022")))
    assert "it takes down #44" in said
    assert "label_mappings.csv" in said


# Exports that hold more, in parts -------------------------------------------------------------------------------------


def export(path: Path, name: str, *periods: str, value: str = "30,17") -> Path:
    """Write an export of quality indicators: two measures of the country and a region, in these periods."""
    header = ["Tidsperiode", "Kvalitetsindikator", "Måltall", "Lokasjon", "Verdi", "Sektor", "Nivå"]
    measures = ("Gjennomsnittlig ventetid, TSB alle omsorgsnivåer", "Totalt antall påbegynt helsehjelp i TSB")
    rows = [
        [period, "Ventetid TSB", measure, place, value, "Spesialist", "Fylke/Regionalt helseforetak"]
        for period in periods
        for measure in measures
        for place in ("Hele landet", "Helse Nord RHF")
    ]
    return shapes.save(path / name, text_of([header, *rows], delimiter=",", end="\n"))


def test_halves_of_an_export_with_other_periods_are_one_delivery(folder: Path, tmp_path: Path) -> None:
    first, second = export(tmp_path, "a.csv", "2019", "2020"), export(tmp_path, "b.csv", "2021", "2021T1")
    (one,) = take(first, second, source="SAMDATA", period="2021")
    rows = {(row["Kategori"], row["Region"]): row for row in landed(folder, one)}
    assert len(rows) == 4
    assert set(rows["Totalt antall påbegynt helsehjelp i TSB", "Landet"].values()) >= {"30,17"}
    assert all(row[period] == "30,17" for row in rows.values() for period in ("2019", "2020", "2021", "2021T1"))


def test_a_wrong_cell_of_a_second_half_is_found_in_its_own_file(folder: Path, tmp_path: Path) -> None:
    first, second = export(tmp_path, "a.csv", "2020"), export(tmp_path, "b.csv", "2021", value="se note")
    said = "\n".join(refusals(take(first, second, source="SAMDATA", period="2020-2021")))
    assert "b.csv, row 2, column Verdi: not a number" in said


def test_later_periods_of_an_export_are_left_for_their_own_delivery(folder: Path, tmp_path: Path) -> None:
    path = export(tmp_path, "a.csv", "2020", "2021", "2021T3", "2025T1")
    (one,) = take(path, source="SAMDATA", period="2021", dry_run=True)
    assert not refusals([one])
    assert "figures after 2021 left out (2025T1): receive them with their own --period" in one.shaped.notes
    # Without a period the first tertial of a year does not make the delivery one of that year.
    (one,) = take(path, source="SAMDATA")
    assert one.delivery is not None
    assert one.delivery.period == "2020-2021"
    assert "2025T1" not in landed(folder, one)[0]


# PxWeb in all its dress ----------------------------------------------------------------------------------------------


def test_labels_with_codes_before_them_are_read_by_their_text(folder: Path, tmp_path: Path) -> None:
    title = "10651: Straffereaksjoner (utvalgte), etter type reaksjon, type hovedlovbrudd, statistikkvariabel og år"
    rows = [["type reaksjon", "type hovedlovbrudd", "statistikkvariabel", "år", title]]
    for code, (offence, counts) in enumerate(shapes.OFFENCES.items()):
        for year, count in zip(shapes.YEARS, counts, strict=True):
            rows.append(["00 - Alle reaksjonstyper", f"0{code} - {offence}", "Straff - Straffereaksjoner", year, count])
    path = shapes.save(tmp_path / "a.csv", text_of(rows, delimiter=","), "latin-1")
    (one,) = take(path, source="SSB", period="2021")
    assert {row["type hovedlovbrudd"]: row["2021"] for row in landed(folder, one)} == {
        offence: str(counts[-1]) for offence, counts in shapes.OFFENCES.items()
    }


def test_codes_alone_are_refused_with_the_way_to_texts(folder: Path, tmp_path: Path) -> None:
    rows = [
        ["Reaksjon", "LovbruddKrim", "ContentsCode", "Tid", "10651: Straffereaksjoner"],
        ["00", "1", "S", "2021", 5],
    ]
    with pytest.raises(RefusedError, match=r"SSB's codes, not texts.*UseTexts"):
        take(shapes.save(tmp_path / "a.csv", text_of(rows)), source="SSB", period="2021")


def test_a_sheet_with_years_down_its_side_is_read(folder: Path, tmp_path: Path) -> None:
    rows = [["10651: Straffereaksjoner, etter år, type hovedlovbrudd og statistikkvariabel"], []]
    rows.append([None, None, "Straffereaksjoner", "Gjennomsnittlig utmålt fengsel (måneder)"])
    for at, year in enumerate(shapes.YEARS):
        for place, (offence, counts) in enumerate(shapes.OFFENCES.items()):
            rows.append([year if place == 0 else None, offence, counts[at], 3])
    rows += [[], ["Sist endret:"], ["20220630 08:00"]]
    (one,) = take(shapes.save_xlsx(tmp_path / "a.xlsx", {"Straff": rows}), source="SSB", period="2021")
    counted = {
        row["type hovedlovbrudd"]: [row[year] for year in shapes.YEARS]
        for row in landed(folder, one)
        if row["statistikkvariabel"] == "Straffereaksjoner"
    }
    assert counted == {offence: list(map(str, counts)) for offence, counts in shapes.OFFENCES.items()}


def test_units_in_brackets_and_measures_as_columns_need_no_column_of_units(folder: Path, tmp_path: Path) -> None:
    name = "Brutto driftsutgifter per innbygger 0-5 år, helsestasjons- og skolehelsetjeneste"
    rows = [["region", f"{name} (kr) 2020", f"{name} (kr) 2021"], ["EAK Landet", "11000", "11840"]]
    rows += [["0301 Oslo", "12000", "12100"], ["EKG01 KOSTRA-gruppe 1", "..", ":"], ["K-21-22 Svalbard", "0", "0"]]
    title = "12362: Utgifter til tjenesteområdene, etter region, statistikkvariabel og år"
    path = shapes.save(tmp_path / "12362.csv", f'"{title}"\r\n\r\n' + text_of(rows, quote=True), "latin-1")
    (one,) = take(path, source="SSB", period="2021")
    assert landed(folder, one)[0] == {
        "region": "EAK Landet",
        "nøkkeltall": name,
        "måleenhet": "kr",
        "2020": "11000",
        "2021": "11840",
    }


def test_a_unit_that_the_table_does_not_say_is_that_of_the_series_and_told(folder: Path, tmp_path: Path) -> None:
    rows = [["statistikkvariabel", "2020", "2021"], ["Driftskostnader, TSB", "5600", "5800"]]
    title = '"06922: Spesialisthelsetjenesten, etter statistikkvariabel og år"\r\n\r\n'
    path = shapes.save(tmp_path / "06922.csv", title + text_of(rows, quote=True), "latin-1")
    (one,) = take(path, source="SSB", period="2021", dry_run=True)
    assert one.shaped.contract.extract == "ssb_speshelse"
    assert any("does not say måleenhet: taken as 'mill. kr'" in text for text in warnings([one]))
    thousands = [["statistikkvariabel", "2020", "2021"], ["Driftskostnader, TSB", "5600000", "5800000"]]
    shapes.save(path, title + text_of(thousands, quote=True), "latin-1")
    (one,) = take(path, source="SSB", period="2021", set=["måleenhet=1000 kr"])
    assert landed(folder, one)[0]["måleenhet"] == "1000 kr"
    assert one.delivery is not None
    assert "set måleenhet=1000 kr" in one.delivery.note
    with pytest.raises(RefusedError, match="--set names no column of the source 'fylke=Oslo'"):
        take(path, source="SSB", period="2021", set=["fylke=Oslo"])


def test_changes_beside_and_between_the_figures_are_left_out(folder: Path, tmp_path: Path) -> None:
    rows = [
        ["Tabell 1 Årsverk i TSB 2017-2021"],
        [],
        ["Kategori", "2017", "2018", "2020", "2021", "Pst endr 2017-2021"],
        ["Polikliniske årsverk i TSB", "1 048", "1\u00a0100", "1 150", "1 200", "14,5"],
        ["Pst endr fra året før", "", "5,0", "4,5", "4,3", ""],
        ["Totalt", "1 058", "1 111", "1 162", "1 213", "14,6"],
        [],
        ["Kilde: SSB"],
    ]
    (one,) = take(shapes.save_xlsx(tmp_path / "a.xlsx", {"Ark1": rows}), source="SAMDATA", period="2021")
    (first, total) = landed(folder, one)
    assert (first["Region"], first["Måleenhet"], first["2021"]) == ("Landet", "årsverk", "1 200")
    assert total["Kategori"] == "Totalt"
    assert "columns of changes left out: Pst endr 2017-2021" in one.shaped.notes
    assert "1 rows of changes between the figures left out" in one.shaped.notes
    assert "Region: 'Landet' everywhere, from column_mappings" in one.shaped.notes


def test_a_table_without_its_basis_takes_that_of_the_series_an_indicator_rests_on(folder: Path, tmp_path: Path) -> None:
    rows = [["Kriminalomsorgens årsstatistikk 2021"], [], ["", "2020", "2021"]]
    rows += [["Iverksatte dommer til ND", "170", "181"], ["Dømte i ND, døgnbehandling", "70", "66"]]
    path = shapes.save_xlsx(tmp_path / "kdi.xlsx", {"Tabell 14": rows})
    (one,) = take(path, source="KDI", period="2021")
    assert {row["Måltall"]: row["Grunnlag"] for row in landed(folder, one)} == {
        "Iverksatte dommer til ND": "iverksatt i året, hele landet",
        "Dømte i ND, døgnbehandling": "årsrapport og ND-rapportering",
    }
    assert any("does not say Grunnlag: taken as" in text for text in warnings([one]))


def test_a_row_of_sums_under_figures_is_taken_out(folder: Path, tmp_path: Path) -> None:
    rows = [*shapes.YOUTH, ["Sum", "", "", "739"]]
    (one,) = take(shapes.save(tmp_path / "kr.csv", text_of(rows)), source="KONFLIKTRADET", period="2021")
    assert len(landed(folder, one)) == len(shapes.YOUTH) - 1
    assert "1 rows of sums taken out (row 6)" in one.shaped.notes


# Told by the user, and by the file ------------------------------------------------------------------------------------


def test_a_told_encoding_does_not_let_spoiled_letters_in(folder: Path, tmp_path: Path) -> None:
    path = shapes.save(tmp_path / "bu.csv", text_of(shapes.bu()))
    with pytest.raises(RefusedError, match="letters were spoiled"):
        take(path, source="BU", period="2021", encoding="latin-1")
    assert not refusals(take(path, source="BU", period="2021", encoding="utf-8", dry_run=True))


def test_what_spss_marks_as_missing_is_not_an_answer(folder: Path, tmp_path: Path) -> None:
    rows = shapes.bu()
    scale = list(shapes.answers("bu", "hjelp_bolig")[0])
    data = {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}
    data["hjelp_bolig"] = [98.0, *(float(scale.index(answer)) for answer in data["hjelp_bolig"][1:])]
    labels = {"hjelp_bolig": {**{float(at): text for at, text in enumerate(scale)}, 98.0: "Vil ikke svare"}}
    path = tmp_path / "bu.sav"
    pyreadstat.write_sav(
        pd.DataFrame(data), str(path), variable_value_labels=labels, missing_ranges={"hjelp_bolig": [98.0]}
    )
    (one,) = take(path, source="BU", period="2021")
    said = [row["hjelp_bolig"] for row in landed(folder, one)]
    assert said[0] == ""
    assert set(said[1:]) <= set(scale)
    assert any("1 cells that SPSS marks as missing are blank" in note for note in one.delivered[0].notes)


def test_a_folder_that_only_a_shell_would_find_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUS_DELIVERIES_DIR", "~/rus-deliveries")
    with pytest.raises(RefusedError, match="begins with ~"):
        take(shapes.save(tmp_path / "bu.csv", text_of(shapes.bu())), source="BU", period="2021")


def test_a_refusal_to_read_has_a_page_too(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shapes.save(tmp_path / "10651 <b>.csv", text_of([["x", "y"], ["<script>", "2"]]))
    assert main(["receive", str(path), "--source", "SSB", "--period", "2021"]) == 1
    said = capsys.readouterr().out
    assert "=alle reaksjonstyper" not in said
    (page,) = (tmp_path / "build" / "data_docs").glob("refused_*/index.html")
    assert str(page) in said
    assert "<script" not in page.read_text("utf-8")
    text = page.with_name("index.en.html").read_text("utf-8")
    assert "<script" not in text
    assert "10651 &lt;b&gt;.csv" in text
    assert "seeds/catalogue/column_mappings.csv" in text


def test_a_table_that_could_be_several_says_which_file_and_how_to_choose(folder: Path, tmp_path: Path) -> None:
    path = shapes.save(tmp_path / "ukjent.csv", text_of([["statistikkvariabel", "2021"], ["Noe annet", "5"]]))
    with pytest.raises(
        RefusedError, match=r"ukjent.csv: the columns do not tell which table.*ssb_speshelse.*--extract"
    ):
        take(path, source="SSB", period="2021")
