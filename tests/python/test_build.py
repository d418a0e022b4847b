"""Builds one after the other: the same again, as of an earlier day, and with a year nobody has seen yet."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from rusindikator.deliveries import sha256_of

from .catalogue import N_INDICATORS
from .conftest import ROOT, Round, SecondBuild, copy_round

AS_OF = "2018-04-30"
BASELINES_REPRODUCED = (
    "select count(*) from dim_indicator join fct_indicator_year as facts using (indicator_no)"
    " where facts.year = dim_indicator.baseline_year"
    " and abs(round(facts.value, decimals) - dim_indicator.baseline_value) < 1e-9"
)


def differing_tables(one: Path, other: Path, left_out: tuple[str, ...] = ()) -> list[str]:
    """Return the tables of two published files that do not hold the same columns and rows."""
    with duckdb.connect() as con:
        con.execute(f"attach '{one}' as one (read_only)")
        con.execute(f"attach '{other}' as other (read_only)")

        def columns(file: str) -> dict[str, list[tuple]]:
            found: dict[str, list[tuple]] = {}
            for table, *column in con.execute(
                "select table_name, column_index, column_name, data_type from duckdb_columns()"
                " where database_name = ? order by all",
                [file],
            ).fetchall():
                found.setdefault(table, []).append(tuple(column))
            return found

        here, there = columns("one"), columns("other")
        assert set(here) == set(there)
        rows = "(from {0}.{2} except all from {1}.{2})"
        return [
            table
            for table in sorted(set(here) - set(left_out))
            if here[table] != there[table]
            or con.sql(
                rows.format("one", "other", table) + " union all " + rows.format("other", "one", table)
            ).fetchall()
        ]


# The same again ------------------------------------------------------------------------------------------------------


def test_a_build_from_nothing_has_every_baseline_and_both_vintages(first_build: Round) -> None:
    # #9 has been revised since its baseline was printed; the others stand as they were.
    assert first_build.rows(BASELINES_REPRODUCED) == [(N_INDICATORS - 1,)]
    assert first_build.rows(
        "select count(*), count(*) filter (is_revised_since)"
        " from qa_reconciliation join dim_indicator using (indicator_no)"
        " where edition_code = '2018:08' and year = baseline_year and within_rounding"
    ) == [(N_INDICATORS, 1)]
    assert first_build.rows("select value from fct_indicator_year where indicator_no = 9 and year = 2016") == [(284,)]
    assert first_build.rows(
        "select value, is_latest, change_from_previous_vintage from fct_indicator_vintage"
        " where indicator_no = 9 and year = 2016 order by vintage_date"
    ) == [(282, False, None), (284, True, 2)]


def test_the_same_deliveries_give_the_same_tables(first_build: Round, second_build: SecondBuild) -> None:
    left_out = ("release_log", "release_changes")
    # the note on a delivery is what the second was built for
    assert differing_tables(first_build.published, second_build.round.published, left_out=left_out) == ["dim_delivery"]


def test_release_log_grows_by_a_row_for_each_build(first_build: Round, second_build: SecondBuild) -> None:
    columns = "release_id, file_sha256_previous, changed_values"
    (first,) = first_build.rows(f"select {columns} from release_log")
    assert first[1:] == (None, None)
    rows = second_build.round.rows(f"select {columns} from release_log order by release_id")
    assert rows[0] == first
    assert [row[1:] for row in rows[1:]] == [(second_build.sha256_before, 0)]


def test_release_log_counts_tests_and_warnings(first_build: Round) -> None:
    results = json.loads((first_build.path / "run_results.json").read_text("utf-8"))["results"]
    tests = sum(result["unique_id"].startswith("test.") for result in results)
    warnings = first_build.rows("select count(*) from qa_warnings")[0][0]
    assert tests > 0
    assert first_build.rows("select n_tests, n_warnings from release_log") == [(tests, warnings)]


def test_every_question_in_analyses_has_an_answer(first_build: Round) -> None:
    result = first_build.dbt("compile", "--select", "resource_type:analysis")
    assert result.ok, result.output
    files = sorted((first_build.project / first_build.target / "compiled").rglob("analyses/*.sql"))
    assert [file.name for file in files] == sorted(file.name for file in (ROOT / "analyses").glob("*.sql"))
    empty = [file.name for file in files if not first_build.rows(file.read_text("utf-8"), first_build.build_file)]
    assert empty == []


# As of an earlier day ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def as_of_build(first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> Round:
    """What the first report knew, built beside the current release."""
    earlier = copy_round(first_build, tmp_path_factory.mktemp("round") / "as_of", shipped=True, target="target/as_of")
    result = earlier.dbt("build", "--vars", f"as_of: {AS_OF}")
    assert result.ok, result.output
    return earlier


def test_as_of_has_a_file_of_its_own(first_build: Round, as_of_build: Round) -> None:
    folder = as_of_build.published.parent
    assert {path.name for path in folder.glob("*.duckdb*")} == {
        "rusindikator.duckdb",
        f"rusindikator_as_of_{AS_OF}.duckdb",
    }
    assert sha256_of(as_of_build.published) == sha256_of(first_build.published)
    for parquet in (first_build.published.parent / "parquet").iterdir():
        assert sha256_of(folder / "parquet" / parquet.name) == sha256_of(parquet)


def test_as_of_knows_what_was_published_by_that_day(as_of_build: Round) -> None:
    file = as_of_build.published.with_name(f"rusindikator_as_of_{AS_OF}.duckdb")

    def known(sql: str) -> list[tuple]:
        return as_of_build.rows(sql, file)

    assert known(BASELINES_REPRODUCED) == [(N_INDICATORS,)]
    assert known("select value from fct_indicator_year where indicator_no = 9 and year = 2016") == [(282,)]
    assert known("select value from fct_indicator_vintage where indicator_no = 9 and year = 2016") == [(282,)]
    for table in ("fct_indicator_year", "fct_indicator_vintage", "fct_series_year", "fct_golden_rule"):
        assert known(f"select count(*) from {table} where vintage_date > date '{AS_OF}'") == [(0,)]
        assert known(f"select count(*) > 0 from {table} where vintage_date <= date '{AS_OF}'") == [(True,)]
    assert known("select as_of, data_vintage <= as_of::date from release_log") == [(AS_OF, True)]
    assert known(
        "select count(*), bool_and(data_cutoff_on <= date '2018-04-30') from qa_reconciliation join dim_edition"
        " using (edition_code)"
    ) == [(N_INDICATORS, True)]


def test_the_vintages_of_today_tell_what_a_build_of_that_day_knew(first_build: Round, as_of_build: Round) -> None:
    """Figures of money included: their price growth has a day on which it became known, too."""
    newest_by_then = first_build.rows(
        "select indicator_no, year, arg_max(value, vintage_date) from fct_indicator_vintage"
        f" where vintage_date <= date '{AS_OF}' and year >= 2013 group by all order by all"
    )
    assert newest_by_then == as_of_build.rows(
        "select indicator_no, year, value from fct_indicator_year where value is not null order by all",
        as_of_build.published.with_name(f"rusindikator_as_of_{AS_OF}.duckdb"),
    )
    assert first_build.rows(
        "select vintage_date from fct_indicator_vintage where indicator_no = 1 and year = 2018"
    ) == [(date(2019, 1, 10),)]


# A year nobody has seen yet ------------------------------------------------------------------------------------------

NEW_YEAR = 2021
# 1121 respondents: of 800 with an opinion 500 are content, of 1000 who answer yes or no 400 say yes.
GRADES = ["I stor grad"] * 300 + ["I svært stor grad"] * 200 + ["I liten grad"] * 300 + [""] * 321
YES_NO = ["Ja"] * 400 + ["Nei"] * 600 + [""] * 121
NEW_VALUES = {
    28: 62.5,
    29: 62.5,
    35: 62.5,
    36: 62.5,
    57: 62.5,
    62: 62.5,
    63: 62.5,
    71: 40.0,
    72: 40.0,
    73: 40.0,
    74: 40.0,
    75: 62.5,
}


def new_survey() -> str:
    """Return the survey of a year to come: the questions of 2017 and one that nobody has described."""
    header = (ROOT / "seeds/deliveries/bu/bu_2017_fafo_2018_08.csv").read_text("utf-8").splitlines()[0].split(";")
    with (ROOT / "seeds/reference/municipalities.csv").open(encoding="utf-8", newline="") as handle:
        valid = [
            row
            for row in csv.DictReader(handle)
            if int(row["valid_from_year"]) <= NEW_YEAR <= int(row["valid_to_year"])
        ]
    lines = [[*header, "nytt_sporsmal"]]
    for number in range(1121):
        municipality = valid[number % 30]
        known = {
            "respondentnr": str(number + 1),
            "kommunenr": municipality["municipality_code"],
            "kommune": municipality["municipality_name"],
            "korus_region": "Øst",
            "aar": str(NEW_YEAR),
            "kjonn": "kvinne",
        }
        yes_no = YES_NO[number]
        lines.append(
            [
                *(known.get(column, yes_no if column in YES_NO_COLUMNS else GRADES[number]) for column in header),
                "vet ikke",
            ]
        )
    return "".join(";".join(line) + "\n" for line in lines)


YES_NO_COLUMNS = ("hjelp_arbeid", "hjelp_okonomi", "hjelp_bolig", "hjelp_aktivitet")


@pytest.fixture(scope="module")
def next_year(first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> Round:
    """The next round: a survey and a figure more in the folder of deliveries, and `dbt build`."""
    following = copy_round(first_build, tmp_path_factory.mktemp("round") / "next_year")
    following.add(
        "bu_2019_fagradet",
        new_survey(),
        delivery_id="bu_2021_mottatt",
        file_name="bu/bu_2021_mottatt.csv",
        period=str(NEW_YEAR),
        published_on=date(2022, 3, 1),
        published_on_precision="day",
        origin="received",
        note="",
    )
    following.add(
        "ungdata_2016_fafo_2018_08_tabell_4_2",
        "Indikator;Skoletrinn;Region;År;Andel\nBrukt snus siste 12 måneder;ungdomsskole;Landet;2021;7 %\n",
        delivery_id="ungdata_2021_snus",
        file_name="ungdata/2021_snus.csv",
        period=str(NEW_YEAR),
        published_on=date(2022, 3, 1),
        published_on_precision="day",
    )
    result = following.dbt("build")
    assert result.ok, result.output
    return following


def test_a_new_year_appears_for_every_indicator(next_year: Round) -> None:
    assert next_year.rows(
        f"select count(*), count(distinct indicator_no) from fct_indicator_year where year = {NEW_YEAR}"
    ) == [(N_INDICATORS, N_INDICATORS)]
    measured = next_year.rows(
        "select indicator_no, value, denominator, n_units, data_origin, delivery_id, interval_method,"
        " value_low < value, value < value_high, obs_status"
        f" from fct_indicator_year where year = {NEW_YEAR} and value is not null order by 1"
    )
    assert measured == [
        (no, value, n, n, "received", "bu_2021_mottatt", "wilson", True, True, "A")
        for no, value in NEW_VALUES.items()
        for n in [1000 if value == 40.0 else 800]
    ]
    assert next_year.rows(
        f"select distinct obs_status from fct_indicator_year where year = {NEW_YEAR} and value is null"
    ) == [("M",)]


def test_a_new_year_leaves_earlier_years_as_they_were(first_build: Round, next_year: Round) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{first_build.published}' as old (read_only)")
        con.execute(f"attach '{next_year.published}' as new (read_only)")
        for table in (
            "fct_indicator_year",
            "fct_indicator_vintage",
            "fct_series_year",
            "qa_reconciliation",
            "qa_coverage",
        ):
            was, now = f"from old.{table}", f"from new.{table} where year < {NEW_YEAR}"
            assert con.sql(f"({was} except all {now}) union all ({now} except all {was})").fetchall() == [], table
    ((release_id, sha256_before, changed, texts, data_vintage),) = next_year.rows(
        "select release_id, file_sha256_previous, changed_values, changed_texts, data_vintage from release_log"
        " order by release_id desc limit 1"
    )
    # The newest day of publication in the shipped deliveries is later than the new one's.
    assert (sha256_before, data_vintage) == (sha256_of(first_build.published), date(2023, 6, 30))
    changes = f"select count(*) from release_changes where release_id = '{release_id}'"
    assert next_year.rows(changes) == [(changed + texts,)]
    assert next_year.rows(f"{changes} and table_name = 'fct_indicator_year' and measure = 'value'") == [
        (len(NEW_VALUES),)
    ]


def test_what_nobody_has_described_is_a_warning(first_build: Round, next_year: Round) -> None:
    warnings = "select finding, subject, detail from qa_warnings"
    new = set(next_year.rows(warnings)) - set(first_build.rows(warnings))
    assert {(finding, subject) for finding, subject, _ in new} == {
        ("unknown_column", "bu"),
        ("unknown_series", "ungdata_2021_snus"),
    }
    details = " ".join(detail for _, _, detail in new)
    assert "nytt_sporsmal" in details
    assert "Brukt snus siste 12 måneder | ungdomsskole" in details
    counted = "select n_warnings from release_log order by release_id desc limit 1"
    assert next_year.rows(counted)[0][0] == first_build.rows(counted)[0][0] + 2
