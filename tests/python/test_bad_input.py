"""Damaged deliveries: the build stops, says which delivery, row, column and value, and what is published stays."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from rusindikator.deliveries import read_register, sha256_of

from .conftest import DbtResult, Round


def cell(row_no: int, column: str, value: str) -> Callable[[str], str]:
    """Return a change of a semicolon separated text without title lines: data row `row_no` says `value` in `column`."""

    def change(text: str) -> str:
        lines = text.split("\n")
        cells = lines[row_no].split(";")
        cells[lines[0].split(";").index(column)] = value
        lines[row_no] = ";".join(cells)
        return "\n".join(lines)

    return change


def cells_of(result: DbtResult, test: str) -> list[dict[str, str]]:
    """Return the rows that dbt printed for a failed test, each as column -> value."""
    lines = iter(result.output.splitlines())
    for line in lines:
        if f"FAIL {test} (" in line:
            break
    found = []
    for line in lines:
        _, gap, text = line.partition("       ")
        if not gap:
            break
        found.append(dict(part.partition("=")[::2] for part in text.split(" | ")))
    return found


def instead(old: str, new: str) -> Callable[[str], str]:
    """Return a change of a text: the one place that says `old` says `new`."""

    def change(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        return text.replace(old, new)

    return change


def without_column(column: str) -> Callable[[str], str]:
    """Return a change of a semicolon separated text without title lines: the column is gone."""

    def change(text: str) -> str:
        gone = text.split("\n")[0].split(";").index(column)
        lines = [line.split(";") for line in text.splitlines()]
        return "".join(";".join(line[:gone] + line[gone + 1 :]) + "\n" for line in lines)

    return change


class Fault(NamedTuple):
    """A damaged delivery, and what qa_rejected_values should say of it."""

    file_name: str
    change: Callable[[str], str]
    problem: str
    row_no: int
    unit_key: str
    column_name: str
    value_text: str


BRUKERPLAN = "brukerplan/brukerplan_2016_fafo_2018_08.csv"
BU_2017 = "bu/bu_2017_fafo_2018_08.csv"
BU_2019 = "bu/bu_2019_fagradet.csv"
DEATHS = "fhi_dodsarsak/2013_sirus_2015.csv"
HIGH_RISK = "fhi_rusmidler/2013_2016_fhi_narkotika_i_norge_2018.csv"
INJECTING = "fhi_rusmidler/2013_2016_fafo_2018_08_tabell_4_2.csv"
IS2494 = "is2494/is2494_2016_fafo_2018_08.csv"
IS24_8 = "is24_8/is24_8_2016_fafo_2018_08.csv"
IS24_8_FTE = "is24_8/is24_8_2017_hdir_2021.csv"
IS24_8_BYDEL = "is24_8/is24_8_2020_hdir_2021.csv"
KDI_2015 = "kdi/2015_stortinget_dok_15_820.csv"
KDI = "kdi/2016_fafo_2018_08_tabell_4_7.csv"
KOSTRA = "ssb_kostra/2017_ssb_helsetjko.csv"
KORFOR = "korfor_utstyr/korfor_utstyr_2016_fafo_2018_08.csv"
NIFU = "nifu/2016_fafo_2018_08_tabell_4_1.csv"
PASOPP = "pasopp_tsb/pasopp_tsb_2017_fafo_2018_08.csv"
SAMDATA = "samdata/2016_fafo_2018_08_tabell_4_1.csv"
UNGDATA = "ungdata/2016_fafo_2018_08_tabell_4_2.csv"
YOUTH = "konfliktradet/2016_fafo_2018_08_tabell_4_7.csv"
GRANTS = "kommuneproposisjonen/2017_kommuneprop_2017.csv"

USED = "innhentet_brukererfaring"
FTE = "is24_8.arsverk_voksne_totalt"
CHILD_FTE = "is24_8.arsverk_barn_totalt"
TSB_COST = "Kostnader til TSB, ekskl. pensjon, kapital og legemidler"
HASH = "Brukt hasj minst én gang siste 12 måneder | ungdomsskole"
HASH_VGS = "Brukt hasj minst én gang siste 12 måneder | videregående skole"
SENTENCED = "Nye dommer til ND | nye dommer, Oslo og Bergen"
HEALTH_STATIONS = "Brutto driftsutgifter, helsestasjons- og skolehelsetjeneste, konsern"
HIGH_RISK_LABEL = "Høyrisikobruk av opioider | 15-64 år"
INJECTING_LABEL = "Personer som injiserer narkotika | 15-64 år"
TREATED = "Dømte i ND, døgnbehandling | årsrapport og ND-rapportering"
GROWTH = "Vekst i frie inntekter begrunnet med opptrappingsplanen for rusfeltet"
RESEARCH = "Driftskostnader til rusmiddelforskning i helseforetak"
PATIENTS = "Dømte i ND, poliklinisk behandling | årsrapport og ND-rapportering"
YOUTH_SENTENCE = "Ungdomsstraff | grunnlag ikke oppgitt"

FAULTS = [
    # numbers
    Fault(IS24_8, cell(1, "arsverk_voksne_totalt", "7 4,1"), "malformed_number", 1, "0101", FTE, "7 4,1"),
    Fault(SAMDATA, instead("4\u00a0525", "4 5 25"), "malformed_number", 1, "0", TSB_COST, "4 5 25"),
    Fault(NIFU, instead(";57\n", ";ca. 57\n"), "malformed_number", 1, "0", RESEARCH, "ca. 57"),
    Fault(IS24_8_FTE, cell(1, "arsverk_barn_totalt", "-13,7"), "impossible_value", 1, "0101", CHILD_FTE, "-13,7"),
    Fault(UNGDATA, instead(";3 %", ";101 %"), "impossible_value", 1, "0", HASH, "101 %"),
    Fault(DEATHS, instead('"384"', '"-384"'), "impossible_value", 2, "0", "Alkoholutløste dødsfall", "-384"),
    # an interval that leaves its value out, and one whose upper bound is no number
    Fault(INJECTING, instead('"6900"', '"8900"'), "impossible_interval", 2, "0", INJECTING_LABEL, "8100"),
    Fault(HIGH_RISK, instead('"14000"', '"14OOO"'), "impossible_interval", 1, "0", HIGH_RISK_LABEL, "9000"),
    # answers
    Fault(IS24_8, cell(2, USED, "Kanskje"), "unknown_answer", 2, "0104", USED, "Kanskje"),
    Fault(BRUKERPLAN, cell(20535, "bolig", "lilla"), "unknown_answer", 20535, "2030", "bolig", "lilla"),
    # units
    Fault(KORFOR, cell(1, "kommunenr", "9999"), "unknown_municipality", 1, "9999", "kommunenr", "9999"),
    Fault(IS2494, cell(1, "kommunenr", "101"), "unknown_municipality", 1, "101", "kommunenr", "101"),
    Fault(IS24_8_BYDEL, cell(1, "bydelsnr", "030199"), "unknown_municipality", 1, "030199", "kommunenr", "030199"),
    Fault(BU_2017, cell(2, "respondentnr", "1"), "duplicate_unit", 2, "1", "unit key", "1"),
    Fault(BU_2019, cell(3, "respondentnr", ""), "duplicate_unit", 3, "", "unit key", ""),
    Fault(
        YOUTH,
        instead("Ungdomsoppfølging;", "Ungdomsstraff;grunnlag ikke oppgitt;2016;31\nUngdomsoppfølging;"),
        "duplicate_unit",
        2,
        "0",
        YOUTH_SENTENCE,
        "28 and 31",
    ),
    # years
    Fault(IS2494, cell(2, "aar", "2061"), "year_out_of_range", 2, "0104", "aar", "2061"),
    Fault(PASOPP, cell(7, "aar", "2O17"), "year_out_of_range", 7, "7", "aar", "2O17"),
    Fault(KDI, instead("personer;2016;69", "personer;2106;69"), "year_out_of_range", 4, "0", TREATED, "2106"),
    Fault(KDI, instead("personer;2016;144", "personer;20166;144"), "year_out_of_range", 3, "0", PATIENTS, "20166"),
    Fault(GRANTS, instead(";2017;", ";2O17;"), "year_out_of_range", 1, "0", GROWTH, "2O17"),
    Fault(KDI_2015, instead("dommer;2015;30", "dommer;1015;30"), "year_out_of_range", 1, "0", SENTENCED, "1015"),
    # regions of figures: a name nobody knows, and a municipality that was gone by then
    Fault(
        UNGDATA,
        instead("videregående skole;Landet", "videregående skole;Riket"),
        "unknown_region",
        2,
        "Riket",
        HASH_VGS,
        "Riket",
    ),
    Fault(
        KOSTRA,
        instead('"EAK Landet";"Brutto driftsutgifter, helse', '"0706 Sandefjord";"Brutto driftsutgifter, helse'),
        "unknown_region",
        2,
        "0706",
        HEALTH_STATIONS,
        "0706",
    ),
]


def test_each_bad_value_is_named_and_nothing_is_published(new_round: Round) -> None:
    """Some twenty damaged cells in as many deliveries, one build."""
    before = sha256_of(new_round.published)
    ids = {fault.file_name: new_round.edit(fault.file_name, fault.change).delivery_id for fault in FAULTS}

    result = new_round.dbt("build")

    assert not result.ok
    assert sha256_of(new_round.published) == before
    assert new_round.statuses()["publish_release"] == "skipped"
    found = new_round.rows(
        "select delivery_id, problem, row_no, unit_key, column_name, value_text from marts.qa_rejected_values",
        new_round.build_file,
    )
    named = {
        (ids[fault.file_name], fault.problem, fault.row_no, fault.unit_key, fault.column_name, fault.value_text)
        for fault in FAULTS
    }
    assert set(found) == named
    assert len(found) == len(FAULTS)
    for fault in FAULTS:
        line = (
            f"problem={fault.problem} | delivery_id={ids[fault.file_name]} | source_code=",
            f" | row_no={fault.row_no} | unit_key={fault.unit_key} | column_name={fault.column_name}"
            f" | value_text={fault.value_text} | expected=",
        )
        assert any(all(part in shown for part in line) for shown in result.output.splitlines()), result.output


def test_what_is_no_longer_delivered_is_missed(new_round: Round) -> None:
    """A column gone, part of a sum gone, a delivery gone, and a figure that differs from print: each is named."""
    new_round.edit(IS24_8, without_column("koordinerte_tjenester"))  # #68
    new_round.edit(IS24_8_FTE, without_column("arsverk_barn_totalt"))  # half of #4; no baseline year
    new_round.drop("nifu_2016_fafo_2018_08_tabell_4_1")  # #8
    new_round.edit(UNGDATA, instead(";11 %", ";12 %"))  # #23, printed as 11

    tests = [
        "assert_baselines_are_reproduced",
        "assert_no_expected_year_is_silent",
        "assert_printed_figures_are_explained",
    ]
    result = new_round.dbt("build", "--select", *(f"+{test}" for test in tests), "--exclude-resource-type", "unit_test")

    assert not result.ok
    assert {test: new_round.statuses()[test] for test in tests} == dict.fromkeys(tests, "fail")
    baselines = {row.pop("indicator_no"): row for row in cells_of(result, "assert_baselines_are_reproduced")}
    assert baselines == {
        "8": {
            "baseline_year": "2016",
            "baseline_value": "57.0",
            "computed_value": "None",
            "source_code": "NIFU",
            "items": "nifu.rusforskning_hf",
            "delivery_id": "None",
        },
        "23": {
            "baseline_year": "2016",
            "baseline_value": "11.0",
            "computed_value": "12.0",
            "source_code": "UNGDATA",
            "items": "ungdata.hasj_vgs",
            "delivery_id": "ungdata_2016_fafo_2018_08_tabell_4_2",
        },
        "68": {
            "baseline_year": "2016",
            "baseline_value": "45.0",
            "computed_value": "None",
            "source_code": "IS24_8",
            "items": "koordinerte_tjenester",
            "delivery_id": "None",
        },
    }
    silent = {(row["indicator_no"], row["year"]): row for row in cells_of(result, "assert_no_expected_year_is_silent")}
    assert set(silent) == {("8", "2016"), ("4", "2017")}
    half = silent["4", "2017"]
    assert half["delivery_id"] == "is24_8_2017_hdir_2021"
    assert (half["items_found"], half["items_expected"]) == ("1", "2")
    printed = {
        (row["indicator_no"], row["computed_value"]) for row in cells_of(result, "assert_printed_figures_are_explained")
    }
    assert printed == {("8", "None"), ("23", "12.0"), ("68", "None")}


def test_a_register_that_cannot_be_trusted_stops_the_build(new_round: Round) -> None:
    """Lines that a hand has spoiled in the register, each named with what is wrong with it."""
    register = new_round.deliveries / "deliveries.csv"
    with register.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    by_id = {line["delivery_id"]: line for line in lines}
    spoiled = {
        "bu_2019_fagradet": ("published_on", "desember 2019", "published_on is no day"),
        "fhi_dodsarsak_2020_fhi_juni_2022": ("published_on", "2026-11-24", "published_on lies after received_on"),
        "fhi_dodsarsak_2014_fhi_2016": ("published_on", "2099-12-31", "published_on lies ahead of today"),
        "fhi_dodsarsak_2018_fhi_juni_2023": (
            "published_on",
            "2009-06-30",
            "published_on lies before the source can know",
        ),
        "kommuneproposisjonen_2020_hod_budsjett_2020": (
            "published_on",
            "2018-12-31",
            "published_on lies before the source",
        ),
        "nifu_2017_utledet_ous_tsb_forskning": ("received_on", "2099-01-01", "received_on lies ahead of today"),
        "kdi_2016_2020_pressemelding_2020": ("period", "2016-2018-2020", "period is no year or span of years"),
        "samdata_2016_fagradet_1_tertial": ("published_on", "Infinity", "published_on is no day"),
        "brukerplan_2016_fafo_2018_08": ("origin", "anslag", "origin is none of"),
        "nifu_2019_ous_tsb_forskning": ("source_code", "NIVU", "source_code is not in seed sources: NIVU"),
        "omtale_2019_korfor_actis": ("period", "i fjor", "period is no year or span of years: i fjor"),
        "omtale_2020_korfor_korus_oslo": ("extract", "omtalt", "extract is no contract seed: omtalt"),
        "samdata_2019_fagradet_kostnader": ("publisher", " ", "publisher is blank"),
        "samdata_2019_utledet_kostnader": ("reference", "", "reference is blank"),
        "samdata_2020_utledet_1_tertial": ("published_on_precision", "dag", "published_on_precision is none of"),
        "ssb_kostra_2013_utledet_helsetjko": ("received_on", "", "received_on is no day"),
    }
    for delivery_id, (column, value, _) in spoiled.items():
        by_id[delivery_id][column] = value
    by_id["kdi_2015_stortinget_dok_15_820"]["delivery_id"] = "kdi_2016_fafo_2018_08_tabell_4_7"
    # known to the month, which is this one: it is not refused for ending later
    this_month = by_id["ungdata_2016_fafo_2018_08_tabell_4_2"]
    this_month["published_on"] = this_month["received_on"] = date.today().isoformat()
    this_month["published_on_precision"] = "month"
    with register.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)

    result = new_round.dbt("build", "--select", "+assert_register_is_usable", "+assert_seeds_are_as_described")

    assert not result.ok
    found = {row["delivery_id"]: row["problem"] for row in cells_of(result, "assert_register_is_usable")}
    assert set(found) == set(spoiled)
    for delivery_id, (_, _, problem) in spoiled.items():
        assert found[delivery_id].startswith(problem)
    (twice,) = cells_of(result, "assert_seeds_are_as_described")
    assert twice["value"] == "kdi_2016_fafo_2018_08_tabell_4_7"


def test_a_file_that_is_absent_or_changed_stops_the_build_at_once(new_round: Round) -> None:
    """Before anything is loaded: the register lists a file that is gone, one whose bytes are others, and one twice."""
    before = sha256_of(new_round.published)
    new_round.build_file.unlink()
    (new_round.deliveries / UNGDATA).unlink()
    with (new_round.deliveries / KDI).open("a", encoding="utf-8") as handle:
        handle.write("Nye plasser;anslag;plasser;2016;1\n")
    (youth,) = (row for row in read_register(new_round.deliveries) if row.file_name == YOUTH)
    new_round.register(replace(youth, delivery_id="konfliktradet_again"))

    # Whether the folder is written with a slash at its end makes no difference.
    result = new_round.dbt("build", env={"RUS_DELIVERIES_DIR": f"{new_round.deliveries}/"})

    assert not result.ok
    assert sha256_of(new_round.published) == before
    assert new_round.rows("from duckdb_tables()", new_round.build_file) == []
    assert (
        f"{UNGDATA} (delivery ungdata_2016_fafo_2018_08_tabell_4_2) is registered but the file is absent"
        in result.output
    )
    assert f"{KDI} (delivery kdi_2016_fafo_2018_08_tabell_4_7) differs from what was registered" in result.output
    assert (
        f"{YOUTH} (delivery konfliktradet_2016_fafo_2018_08_tabell_4_7, konfliktradet_again) is registered 2 times"
        in result.output
    )
    assert result.output.count(" (delivery ") == 3
