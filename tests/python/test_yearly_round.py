"""A round of 2021 from files in their sources' own shapes to the published tables; nothing in the project is edited.

It starts from a published release of what is shipped, so the new files change published figures: the release is held
back until an analyst has said why.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from rusindikator.cli import main
from rusindikator.deliveries import check_register, sha256_of

from . import shapes
from .catalogue import N_INDICATORS
from .conftest import NOT_COPIED, ROOT, DbtResult, Round, copy_round
from .shapes import text_of

NEW_QUESTION = 'Nytt "spørsmål" i 2021; er det greit?'
FACTS = "fct_indicator_year"
# Nothing in this round is about 2021 there: the plan and its targets end in 2020, no report has printed anything about
# it, and the golden rule is not among the files.
NOT_OF_2021 = {"rpt_funding_pace", "rpt_funding_claim", "rpt_target_progress", "qa_reconciliation", "fct_golden_rule"}
# What the files say about earlier years: they print one figure anew, the survey of 2019 comes as it really was, ...
REVISED = {(9, 2020)}
REPLACED = ("BU", 2019)
# ... and they tell of 2020 what nobody had delivered.
ADDED = {(no, 2020) for no in (10, 14, 44, 87, 88, 89, 90, 91)}


def fingerprint(folder: Path) -> dict[str, str]:
    """Return the checksum of each file of a project, without what builds and tools make."""
    files = [
        path.relative_to(folder)
        for part in folder.iterdir()
        if part.name not in NOT_COPIED and not part.name.endswith("_cache")
        for path in ([part] if part.is_file() else part.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return {path.as_posix(): sha256_of(folder / path) for path in files}


def receive(file: Path, source: str, *more: str) -> None:
    """Run the command as an analyst does."""
    assert main(["receive", str(file), "--source", source, "--published-on", "2022-06-30", *more]) == 0


def deaths() -> str:
    """Return the table of deaths, which prints 2019 as it was known and 2020 anew (331 before)."""
    header, *rows = shapes.DEATHS
    return text_of([header, [*rows[0][:2], "2019", "275", ""], *rows], quote=True)


@dataclass
class RealRound:
    """The round of 2021, and what was said on the way."""

    round: Round
    held_back: DbtResult
    # the release that was published while the first build was held back
    meanwhile: list[tuple]
    wanting: list[dict[str, str]]
    built: DbtResult


@pytest.fixture(scope="module")
def real_round(project: Path, first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> RealRound:
    """Eight files of five sources, received into a folder that was not there, held back, explained, and published."""
    path = tmp_path_factory.mktemp("round_2021")
    code, shipped = fingerprint(project), fingerprint(ROOT)
    assert {"dbt_project.yml", "rusindikator/publish/release.py", "seeds/catalogue/revisions.csv"} < set(code)
    round_ = copy_round(first_build, path / "round")
    shutil.rmtree(round_.deliveries)
    mail = path / "mail"
    mail.mkdir()
    form = shapes.is24_8(2021, without=["supported_employment", "ips"])
    form[0][form[0].index("kommunenr")] = "Kommunenummer"
    form = [[*row, NEW_QUESTION if row is form[0] else "Ja"] for row in form]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUS_DELIVERIES_DIR", str(round_.deliveries))
        patch.setenv("RUS_BUILD_DIR", str(path / "docs"))
        year = ("--period", "2021")
        receive(shapes.save_xlsx(mail / "is248.xlsx", {"Data": form}), "IS24_8", *year, "--accept-missing")
        receive(shapes.save(mail / "bu.csv", text_of(shapes.bu(2021)), "cp1252"), "BU", *year)
        receive(shapes.save(mail / "dar.csv", deaths(), "utf-8-sig"), "FHI_DAR", *year)
        receive(shapes.save(mail / "10651.csv", shapes.sanctions_wide(), "iso-8859-1"), "SSB", *year)
        receive(shapes.save(mail / "10674.json", shapes.messages()), "SSB", *year)
        receive(shapes.save(mail / "12362.csv", shapes.kostra_key_figure(), "iso-8859-1"), "SSB", *year)
        receive(shapes.kdi_xlsx(mail / "kdi.xlsx"), "KDI", *year)
        # The survey of 2019, which is shipped as a constructed delivery, comes in as it really was.
        receive(
            shapes.save(mail / "bu19.csv", text_of(shapes.bu(2019, 1336, towns=45))), "BU", "--publication", "bu 2019"
        )
    held_back = round_.dbt("build")
    meanwhile = round_.rows("select release_id from release_log")
    wanting = round_.build_file.with_name("held_back.csv")
    with wanting.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    # the analyst looks at them, says why, and puts them where the message says
    explain(round_.deliveries / "revisions.csv", lines)
    built = round_.dbt("build")
    assert fingerprint(project) == code
    assert fingerprint(ROOT) == shipped
    return RealRound(round_, held_back, meanwhile, lines, built)


def explain(file: Path, lines: Sequence[dict[str, str]]) -> None:
    """Write the lines with their reasons into a file."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, lines[0])
        writer.writeheader()
        for line in lines:
            printed = line["indicator_no"] == "9"
            why = ("FHI har rettet tallet.", "FHI has corrected the figure.") if printed else ("Ekte svar.", "Answers.")
            writer.writerow(line | dict(zip(("reason_nb", "reason_en"), why, strict=True)))


def test_a_round_that_changes_published_figures_is_held_back(real_round: RealRound, first_build: Round) -> None:
    round_, result = real_round.round, real_round.held_back
    assert result.code == 1
    assert "is held back: " in result.output
    assert "2020: value 331 -> 324, value_high" in result.output
    assert f"say why in {round_.deliveries / 'revisions.csv'} and build again" in result.output
    assert real_round.meanwhile == first_build.rows("select release_id from release_log")
    scopes = {(line["indicator_no"], line["year"], line["table_name"]) for line in real_round.wanting}
    assert ("9", "2020", "") in scopes
    assert ("9", "2019", "") not in scopes
    assert ("63", "2019", "") in scopes
    # that the constructed survey no longer counts is said of the delivery, which is of no one year
    assert {(year, table) for _, year, table in scopes} == {("2019", ""), ("2020", ""), ("", "dim_delivery.is_known")}


def test_the_new_year_is_in_every_table(real_round: RealRound) -> None:
    round_ = real_round.round
    assert real_round.built.ok, real_round.built.output
    assert check_register(round_.deliveries) == []
    assert len(round_.rows("select release_id from release_log")) == 2
    measured = {
        row[0] for row in round_.rows(f"select indicator_no from {FACTS} where year = 2021 and value is not null")
    }
    assert {9, 10, 14, 44, 39, 87, 88, 89, 90, 91, 57, 63, 71, 4, 40, 50, 45, 68} <= measured
    assert round_.rows(
        f"select value from {FACTS} where year = 2021 and indicator_no in (9, 10, 44) order by indicator_no"
    ) == [(241.0,), (401.0,), (1066.0,)]
    # counted on another basis than the baseline: the figures are series beside the indicators
    assert round_.rows(
        f"select distinct obs_status, missing_reason from {FACTS} where year = 2021 and indicator_no in (11, 12, 13)"
    ) == [("M", "not_comparable")]
    years = round_.rows(
        "select table_name, column_name from duckdb_columns() where column_name in ('year', 'report_year')"
    )
    assert len(years) >= 12
    newest = {
        table: round_.rows(f"select count(*) filter ({column} = 2021), max({column}) from {table}")[0]
        for table, column in years
    }
    assert {table for table, (n, _) in newest.items() if n == 0} == NOT_OF_2021
    assert {newest[table][1] for table in newest if table not in NOT_OF_2021} == {2021}
    assert newest[FACTS][0] == newest["rpt_status"][0] == N_INDICATORS
    assert newest["rpt_comparison"][0] == 3 * N_INDICATORS


def test_a_question_nobody_has_described_is_told_and_does_no_harm(real_round: RealRound) -> None:
    round_ = real_round.round
    told = round_.rows("select detail from qa_warnings where finding = 'unknown_column' and subject = 'is24_8'")
    assert [detail for (detail,) in told if "Nytt _spørsmål_ i 2021_ er det greit_" in detail]


def test_what_was_not_asked_says_so(real_round: RealRound) -> None:
    round_ = real_round.round
    (row,) = round_.rows(
        "select obs_status, missing_reason from fct_indicator_year where indicator_no = 70 and year = 2021"
    )
    assert row == ("M", "not_asked")


def facts(round_: Round) -> dict[tuple[int, int], tuple]:
    """All that is known of each indicator and year up to 2020, to the last digit, but for who said so last."""
    rows = round_.rows(f"select * exclude (vintage_date, delivery_id) from {FACTS} where year <= 2020 order by all")
    return {row[:2]: row for row in rows}


def of_the_survey(round_: Round) -> set[tuple[int, int]]:
    """Return the indicators and the year of the survey that was received anew."""
    source, year = REPLACED
    return {
        (no, year) for (no,) in round_.rows(f"select indicator_no from dim_indicator where source_code = '{source}'")
    }


def test_earlier_years_are_unchanged_to_the_last_digit(real_round: RealRound, first_build: Round) -> None:
    round_ = real_round.round
    before, after = facts(first_build), facts(round_)
    assert list(before) == list(after)
    survey = of_the_survey(round_)
    assert {key for key in before if before[key] != after[key]} == REVISED | ADDED | survey
    assert [before[key][2] for key in ADDED] == [None] * len(ADDED)
    # printed again with the same value: the same figure, from the newer table
    assert round_.rows(f"select value, delivery_id from {FACTS} where indicator_no = 9 and year = 2019") == [
        (275, "fhi_dodsarsak_2021_levert")
    ]
    # the shipped survey of 2019 stands for two of the questions that the real one asked
    assert {key for key in survey if before[key][2] is not None} == {(57, 2019), (63, 2019)}


def test_what_changed_stands_with_its_reason(real_round: RealRound) -> None:
    changed = real_round.round.rows(
        "select indicator_no, year, reason_en from release_changes"
        f" where table_name = '{FACTS}' and measure = 'value' and change <> 'added' order by all"
    )
    assert (9, 2020, "FHI has corrected the figure.") in changed
    assert (63, 2019, "Answers.") in changed
    assert {(no, year) for no, year, _ in changed} == REVISED | {(57, 2019), (63, 2019)}
    added = real_round.round.rows(
        f"select indicator_no, year from release_changes where table_name = '{FACTS}' and measure = 'value'"
        " and change = 'added' and year <= 2020"
    )
    assert set(added) == ADDED | of_the_survey(real_round.round) - {(57, 2019), (63, 2019)}
    assert real_round.round.rows(
        "select count(*) from release_changes where change <> 'added' and reason_nb is null"
    ) == [(0,)]


def test_a_real_delivery_replaces_the_constructed_one_of_its_years(real_round: RealRound) -> None:
    round_ = real_round.round
    known = dict(round_.rows("select delivery_id, is_known from dim_delivery where file_name like 'bu/%'"))
    assert known == {
        "bu_2017_fafo_2018_08": True,
        "bu_2019_fagradet": False,
        "bu_2019_bu_2019": True,
        "bu_2021_levert": True,
    }
    origins = dict(
        round_.rows("select year, data_origin from fct_indicator_year where indicator_no = 63 and value is not null")
    )
    assert origins == {2017: "constructed", 2019: "received", 2021: "received"}
