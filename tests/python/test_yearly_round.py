"""A round of 2021 from files in their sources' own shapes to the published tables; nothing in the project is edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rusindikator.__main__ import main
from rusindikator.deliveries import check_register, sha256_of

from . import shapes
from .conftest import ROOT, DbtResult, Round
from .shapes import text_of

NEW_QUESTION = 'Nytt "spørsmål" i 2021; er det greit?'


def fingerprint(folder: Path, *parts: str) -> dict[str, str]:
    """Return the checksum of each file in these parts of a project."""
    files = [
        path
        for part in parts
        for path in (folder / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def receive(file: Path, source: str, *more: str) -> None:
    """Run the command as an analyst does."""
    assert main(["receive", str(file), "--source", source, "--published-on", "2022-06-30", *more]) == 0


@pytest.fixture(scope="module")
def real_round(project: Path, first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> tuple[Round, DbtResult]:
    """The round of 2021: eight files of five sources, received into a folder that was not there, and built."""
    path = tmp_path_factory.mktemp("round_2021")
    code = fingerprint(project, "models", "macros", "seeds", "profiles")
    shipped = fingerprint(ROOT, "seeds/deliveries")
    round_ = Round(project, path / "round")
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
        receive(shapes.save(mail / "dar.csv", shapes.deaths(), "utf-8-sig"), "FHI_DAR", *year)
        receive(shapes.save(mail / "10651.csv", shapes.sanctions_wide(), "iso-8859-1"), "SSB", *year)
        receive(shapes.save(mail / "10674.json", shapes.messages()), "SSB", *year)
        receive(shapes.save(mail / "12362.csv", shapes.kostra_key_figure(), "iso-8859-1"), "SSB", *year)
        receive(shapes.kdi_xlsx(mail / "kdi.xlsx"), "KDI", *year)
        # The survey of 2019, which is shipped as a constructed delivery, comes in as it really was.
        receive(
            shapes.save(mail / "bu19.csv", text_of(shapes.bu(2019, 1336, towns=45))), "BU", "--publication", "bu 2019"
        )
    result = round_.dbt("build")
    assert fingerprint(project, "models", "macros", "seeds", "profiles") == code
    assert fingerprint(ROOT, "seeds/deliveries") == shipped
    return round_, result


def test_the_new_year_is_in_every_table(real_round: tuple[Round, DbtResult]) -> None:
    round_, result = real_round
    assert result.ok, result.output
    assert check_register(round_.deliveries) == []
    years = round_.rows("select year, count(*), count(value) from fct_indicator_year group by year order by year")
    assert years[-1][:2] == (2021, 94)
    measured = {
        row[0]
        for row in round_.rows("select indicator_no from fct_indicator_year where year = 2021 and value is not null")
    }
    assert {9, 10, 14, 44, 39, 87, 88, 89, 90, 91, 57, 63, 71, 4, 40, 50, 45, 68} <= measured
    assert round_.rows(
        "select value from fct_indicator_year where year = 2021 and indicator_no in (9, 44) order by indicator_no"
    ) == [
        (241.0,),
        (1066.0,),
    ]
    tables = {row[0] for row in round_.rows("select table_name from duckdb_tables()")}
    for table in tables & {"fct_indicator_vintage", "fct_series_year", "rpt_status"}:
        columns = {
            row[0] for row in round_.rows(f"select column_name from duckdb_columns() where table_name = '{table}'")
        }
        name = "year" if "year" in columns else "report_year"
        assert round_.rows(f"select count(*) from {table} where {name} = 2021")[0][0] > 0, table


def test_a_question_nobody_has_described_is_told_and_does_no_harm(real_round: tuple[Round, DbtResult]) -> None:
    round_, _ = real_round
    told = round_.rows("select detail from qa_warnings where finding = 'unknown_column' and subject = 'is24_8'")
    assert [detail for (detail,) in told if "Nytt _spørsmål_ i 2021_ er det greit_" in detail]


def test_what_was_not_asked_says_so(real_round: tuple[Round, DbtResult]) -> None:
    round_, _ = real_round
    (row,) = round_.rows(
        "select obs_status, missing_reason from fct_indicator_year where indicator_no = 70 and year = 2021"
    )
    assert row == ("M", "not_asked")


def test_earlier_years_are_unchanged_to_the_last_digit(real_round: tuple[Round, DbtResult], first_build: Round) -> None:
    round_, _ = real_round
    query = (
        "select indicator_no, year, value, value_low, value_high, numerator, denominator, obs_status"
        " from fct_indicator_year inner join dim_indicator using (indicator_no)"
        " where year <= 2020 and not (source_code = 'BU' and year = 2019)"
        " {more} order by all"
    )
    # Figures that the new deliveries print anew for 2019 and 2020 are revisions and stand as such.
    revised = "and not (indicator_no in (9, 10, 14, 44, 87, 88, 89, 90, 91) and year in (2019, 2020))"
    assert round_.rows(query.format(more=revised)) == first_build.rows(query.format(more=revised))


def test_a_real_delivery_replaces_the_constructed_one_of_its_years(real_round: tuple[Round, DbtResult]) -> None:
    round_, _ = real_round
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
