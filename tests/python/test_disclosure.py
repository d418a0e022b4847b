"""A corrected delivery tells nothing about a few persons: small differences are withheld, and the attack finds none.

Each year is a case of its own: the shipped survey stands in for the answers of persons, as received in that year. The
first release holds the first delivery of each, the second a correction of each, the third another, after a rollback.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from rusindikator import disclosed
from rusindikator.audit import audit_file

from .attack import Found, collect, pairs_behind, single_out, subtract_counts
from .conftest import ROOT, Round, copy_round

QUESTIONS = 12
FACTS = "fct_indicator_year"
Rows = list[list[str]]

SURVEY = ROOT / "seeds" / "deliveries" / "bu" / "bu_2017_fafo_2018_08.csv"
HEADER, *PERSONS = [line.split(";") for line in SURVEY.read_text("utf-8").splitlines()]


def survey(year: int) -> Rows:
    """Return the answers of the survey as those of another year, all given in Oslo."""
    place = {name: HEADER.index(name) for name in ("kommunenr", "kommune", "aar")}
    rows = [list(row) for row in PERSONS]
    for row in rows:
        row[place["kommunenr"]], row[place["kommune"]], row[place["aar"]] = "0301", "Oslo", str(year)
    return rows


def target() -> int:
    """Return the first person who answered every question in a way that counts."""
    for at, row in enumerate(PERSONS):
        if all(answer.strip() not in ("", "Har ikke") for answer in row[HEADER.index("kjonn") + 1 :]):
            return at
    raise AssertionError("nobody in the survey has answered everything")


def more(persons: int) -> Callable[[Rows], Rows]:
    """Return a change that adds persons, all answering as the target did."""
    return lambda rows: [*rows, *[list(rows[target()]) for _ in range(persons)]]


def fewer(persons: int) -> Callable[[Rows], Rows]:
    """Return a change that takes the last persons out."""
    return lambda rows: rows[:-persons]


def answered_anew(rows: Rows) -> Rows:
    """Let one person answer one question the other way."""
    at = HEADER.index("hjelp_bolig")
    changed = [list(row) for row in rows]
    before = changed[target()][at].strip(" .").lower()
    changed[target()][at] = "Nei" if before == "ja" else "Ja"
    return changed


# year: what the corrections do to the first delivery, one release after the other
CASES: dict[int, list[Callable[[Rows], Rows]]] = {
    2021: [more(1), more(6)],
    2022: [more(2), fewer(2)],
    2023: [more(4), more(8)],
    2024: [more(5), more(6)],
    2025: [answered_anew, more(3)],
}
# which of the deliveries may be told of: the first always
SHOWN = {2021: [1, 3], 2022: [1], 2023: [1, 3], 2024: [1, 2], 2025: [1]}


def deliver(round_: Round, number: int, year: int, rows: Rows) -> str:
    """Put a delivery of the survey into the folder, numbered rows, and return its id."""
    name = f"bu_{year}" + (f"_v{number}" if number > 1 else "")
    lines = [HEADER, *[[str(no), *row[1:]] for no, row in enumerate(rows, 1)]]
    day = date(2026, number, 15)
    round_.add(
        "bu_2017_fafo_2018_08",
        "\n".join(";".join(line) for line in lines) + "\n",
        **{"delivery_id": name, "file_name": f"bu/{name}.csv", "period": str(year), "published_on": day},
        **{"published_on_precision": "day", "received_on": day, "origin": "received", "note": ""},
    )
    return name


def explain(round_: Round, why: str) -> None:
    """Say why the figures of the years of the cases may change."""
    lines = ["indicator_no,year,revised_on,reason_nb,reason_en,table_name"]
    today = datetime.now(UTC).date()
    lines += [f",{year},{today},{why},{why}," for year in CASES]
    (round_.deliveries / "revisions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass
class Corrected:
    """Three releases of the cases; the folder as it was after each of them."""

    round: Round
    folders: list[Path]


@pytest.fixture(scope="module")
def corrected(first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> Corrected:
    """Deliver and publish three times; between the last two the first release is put back."""
    path = tmp_path_factory.mktemp("disclosure")
    round_ = copy_round(first_build, path / "round")
    first = {year: survey(year) for year in CASES}
    folders = []
    for number in (1, 2, 3):
        for year, corrections in CASES.items():
            deliver(round_, number, year, first[year] if number == 1 else corrections[number - 2](first[year]))
        explain(round_, f"Rettet leveranse {number}.")
        result = round_.dbt("build", "--exclude-resource-type", "unit_test")
        assert result.ok, result.output
        folders.append(path / f"after_{number}")
        shutil.copytree(round_.published.parent, folders[-1])
        if number == 2:
            roll_back(round_)
    return Corrected(round_, folders)


def roll_back(round_: Round) -> None:
    """Take the published release back."""
    subprocess.run(
        [sys.executable, "-m", "rusindikator", "rollback"],
        cwd=ROOT,
        env={**os.environ, "RUS_PUBLISH_DIR": str(round_.published.parent)},
        check=True,
        capture_output=True,
    )


def of_the_cases(found: set[Found]) -> set[Found]:
    """Leave out what is about shipped deliveries, which nobody stands behind."""
    return {item for item in found if item.year in CASES}


def unprotected(corrected: Corrected, folder: Path) -> Path:
    """Return a folder that tells of the second delivery of each case as 0.1.0 did: every digit, whoever it is about."""
    folder.mkdir()
    for number in (1, 2):
        shutil.copy(
            corrected.folders[number - 1] / "rusindikator.duckdb",
            folder / ("kept.duckdb", "rusindikator.duckdb")[number - 1],
        )
    with (
        duckdb.connect(str(corrected.round.build_file), read_only=True) as build,
        duckdb.connect(str(folder / "rusindikator.duckdb")) as release,
    ):
        rows = build.sql(
            "select indicator_no, year, vintage_date::varchar, sum(numerator), sum(denominator)"
            " from intermediate.int_indicator_inputs where source_code = 'BU' and year >= 2021"
            " and vintage_date <= date '2026-02-15' group by all"
        ).fetchall()
        release.execute("delete from fct_indicator_vintage where year >= 2021")
        for no, year, day, n, d in rows:
            value = round(100 * n / d, 9)
            release.execute(
                "insert into fct_indicator_vintage by name select $no as indicator_no, $year as year,"
                " $day::date as vintage_date, $value as value, 'received' as data_origin, $day as delivery_id",
                {"no": no, "year": year, "day": day, "value": value},
            )
            if day == "2026-02-15":
                release.execute(
                    f"update {FACTS} set numerator = $n, denominator = $d, value = $value, vintage_date = $day::date"
                    " where indicator_no = $no and year = $year",
                    {"n": n, "d": d, "value": value, "day": day, "no": no, "year": year},
                )
        counted = "select aar, count(*) from raw.bu where _delivery_id like '%_v2' group by aar"
        for year, n in build.sql(counted).fetchall():
            release.execute(
                "update qa_coverage set n_answers = ? where source_code = 'BU' and year = ?", [n, int(year)]
            )
    return folder


def test_the_attack_succeeds_on_what_was_shown_before(corrected: Corrected, tmp_path: Path) -> None:
    folder = unprotected(corrected, tmp_path / "open")
    counted, alone = of_the_cases(subtract_counts(folder)), of_the_cases(single_out(folder, values_alone=True))
    for year, persons in ((2021, 1), (2022, 2), (2023, 4)):
        answers = {item.subject for item in counted if item.year == year and item.difference == (persons,)}
        assert len(answers - {"BU"}) == QUESTIONS
        assert Found("BU", year, "n_answers", (persons,)) in counted
        # a fraction that can be shortened stands for several pairs
        assert len({item.subject for item in alone if item.year == year}) >= QUESTIONS // 2
    assert not {item for item in counted if item.year == 2024}
    assert {(item.subject, item.difference) for item in counted if item.year == 2025} == {("#73", (1,))}


@pytest.mark.parametrize("release", [1, 2, 3])
def test_subtraction_finds_nobody(corrected: Corrected, release: int) -> None:
    folder = corrected.folders[release - 1]
    figures, surveys = collect(folder)
    assert {year for (_, year), seen in figures.items() if seen.pairs} >= set(CASES)
    assert {year for source, year in surveys if source == "BU"} >= set(CASES)
    assert len(list(folder.rglob("*.duckdb"))) > release
    assert of_the_cases(subtract_counts(folder)) == set()
    assert of_the_cases(single_out(folder)) == set()
    assert of_the_cases(single_out(folder, values_alone=True)) == set()


def test_what_may_be_shown_is(corrected: Corrected) -> None:
    vintages = corrected.round.rows(
        "select year, delivery_id, count(*) from fct_indicator_vintage where year >= 2021 and delivery_id like 'bu_%'"
        " group by all order by all"
    )
    expected = [
        (year, f"bu_{year}" + (f"_v{number}" if number > 1 else ""), QUESTIONS)
        for year in CASES
        for number in SHOWN[year]
    ]
    assert vintages == expected
    answers = dict(corrected.round.rows("select year, n_answers from qa_coverage where source_code = 'BU'"))
    n = len(PERSONS)
    assert {year: answers[year] for year in CASES} == {2021: n + 6, 2022: n, 2023: n + 8, 2024: n + 5, 2025: n}


def test_the_older_figure_stands_with_all_that_is_said_of_it(corrected: Corrected) -> None:
    said = "select * from fct_indicator_year where year in (2021, 2022, 2023, 2025) and value is not null order by all"
    first, second = (corrected.round.rows(said, folder / "rusindikator.duckdb") for folder in corrected.folders[:2])
    assert len(first) == 4 * QUESTIONS
    assert first == second


def test_what_is_withheld_is_named(corrected: Corrected) -> None:
    rows = corrected.round.rows(
        "select text_before, text_after, table_name, count(*), count(value_before), count(value_after),"
        " count(reason_nb) from release_changes where change = 'withheld'"
        " and release_id = (select max(release_id) from release_log where built_at is not null) group by all"
    )
    told = {(standing, withheld, table): n for standing, withheld, table, n, *_ in rows}
    whole = "qa_coverage"
    expected = {}
    for year, shown in SHOWN.items():
        for number in {1, 2, 3} - set(shown):
            ids = (f"bu_{year}" + (f"_v{max(shown)}" if max(shown) > 1 else ""), f"bu_{year}_v{number}")
            expected[*ids, "fct_indicator_vintage"] = QUESTIONS
            # one changed answer: as many persons as before, so their number is told again
            if (year, number) != (2025, 2):
                standing = "bu_2025_v2" if year == 2025 else ids[0]
                expected[standing, ids[1], whole] = 1
    assert told == expected
    assert {numbers for *_, before, after, reasons in rows for numbers in [(before, after)]} == {(0, 0)}
    assert all(n == reasons for _, _, _, n, _, _, reasons in rows)


def test_rows_and_cells_of_a_withheld_delivery_are_not_told(corrected: Corrected) -> None:
    rows = dict(
        (delivery, row)
        for delivery, *row in corrected.round.rows(
            "select delivery_id, rows_delivered, rows_staged, cells_read, cells_blank, is_withheld from qa_delivery"
            " where delivery_id like 'bu_202%' order by all"
        )
    )
    assert rows["bu_2021_v2"] == [None, None, None, None, True]
    assert rows["bu_2021_v3"][:2] == [len(PERSONS) + 6] * 2
    assert [rows[name][3] for name in rows if "_v" in name] == [None] * 10
    assert all(rows[f"bu_{year}"][0] == len(PERSONS) and not rows[f"bu_{year}"][4] for year in CASES)
    withheld = {name for name, row in rows.items() if row[4]}
    assert withheld == {f"bu_{y}_v{n}" for y in CASES for n in (2, 3) if n not in SHOWN[y]}
    warned = corrected.round.rows("select subject from qa_warnings where finding = 'delivery_withheld'")
    assert {name for (name,) in warned} == withheld


def test_shares_and_limits_show_one_decimal(corrected: Corrected) -> None:
    rows = corrected.round.rows(
        "select indicator_no, year, value, value_low, value_high, numerator, denominator from fct_indicator_year"
        " where data_origin = 'received' and value is not null and year >= 2021"
    )
    assert len(rows) == len(CASES) * QUESTIONS
    for no, year, *shown, n, d in rows:
        assert all(number == round(number, 1) for number in shown), (no, year)
        assert abs(shown[0] - 100 * n / d) <= 0.1
        # whoever rounds on gets what the share itself rounds to
        assert round(shown[0] + 1e-9) == round(100 * n / d + 1e-9)
    vintages = corrected.round.rows("select value from fct_indicator_vintage where data_origin = 'received'")
    assert len(vintages) > len(rows)
    assert all(value == round(value, 1) for (value,) in vintages)


DAMAGES = {
    "a vintage two persons from another": (
        "update fct_indicator_vintage set numerator = numerator + 2, denominator = denominator + 2"
        " where indicator_no = 63 and year = 2024 and is_latest",
        ("fct_indicator_vintage", "numerator", "#63 2024: denominator"),
    ),
    "a complement one person from another": (
        "update fct_indicator_vintage set numerator = numerator - 1"
        " where indicator_no = 63 and year = 2024 and is_latest",
        ("fct_indicator_vintage", "numerator", "#63 2024: complement"),
    ),
    "a year one person from its vintage": (
        "update fct_indicator_year set denominator = denominator + 1 where indicator_no = 63 and year = 2022",
        ("fct_indicator_vintage", "numerator", "#63 2022: complement"),
    ),
    "a change that tells of four": (
        "insert into release_changes by name select * replace ('fct_indicator_year' as table_name,"
        " '63, 2022' as row_key, 'numerator' as measure, 63 as indicator_no, 2022 as year,"
        " 'changed' as change, 3 as value_before, 7 as value_after, 'x' as reason_nb) from release_changes limit 1",
        ("release_changes", "value_after", "#63 2022: numerator 3 and 7"),
    ),
    "rows of a withheld delivery": (
        "update qa_delivery set rows_delivered = 492 where delivery_id = 'bu_2021_v2'",
        ("qa_delivery", "rows_delivered", "BU 2021: rows 491 and 492"),
    ),
    "every digit of a share": (
        "update fct_indicator_vintage set value = value + 0.04 where indicator_no = 63 and year = 2022",
        ("fct_indicator_vintage", "value", "more than 1 decimals"),
    ),
    "every digit of a limit": (
        "update fct_indicator_year set value_low = value_low - 0.04 where indicator_no = 63 and year = 2022",
        ("fct_indicator_year", "value_low", "more than 1 decimals"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_audit_subtracts_as_a_reader_does(corrected: Corrected, tmp_path: Path, damage: str) -> None:
    file = Path(shutil.copy(corrected.round.published, tmp_path / "release.duckdb"))
    assert audit_file(file) == []
    sql, (table, column, words) = DAMAGES[damage]
    with duckdb.connect(str(file)) as con:
        assert con.execute(sql).fetchone() == (1,)
    (finding,) = (item for item in audit_file(file) if (item.table, item.column) == (table, column))
    assert words in finding.problem


def test_what_a_release_showed_is_remembered_when_it_is_gone(corrected: Corrected, tmp_path: Path) -> None:
    ledger = corrected.round.build_file.with_name(disclosed.NAME)
    assert ledger.stat().st_mode & 0o077 == 0
    remembered = disclosed.read_remembered(ledger)
    n = len(PERSONS)
    for year, persons in ((2021, n), (2021, n + 6), (2024, n + 5)):
        assert disclosed.Count("BU", 0, year, "persons", persons) in remembered
    assert disclosed.Count("BU", 0, 2021, "persons", n + 1) not in remembered
    assert {count.source_code for count in remembered} == {"BU"}
    again = tmp_path / "again.csv"
    assert disclosed.remember(tmp_path / "nothing_there", again) == set()
    kept = disclosed.remember(corrected.round.published.parent, again)
    assert len(kept) > 100
    assert disclosed.remember(tmp_path / "nothing_there", again) == kept


def test_kept_releases_are_read_as_the_published_one_is(corrected: Corrected, tmp_path: Path) -> None:
    published = corrected.round.published
    for folder, file in (("current", published.name), ("kept", "releases/20260101T000000Z.duckdb")):
        (tmp_path / folder / file).parent.mkdir(parents=True)
        shutil.copy(published, tmp_path / folder / file)
    current = disclosed.remember(tmp_path / "current", tmp_path / "current.csv")
    assert len(current) > 10
    assert disclosed.remember(tmp_path / "kept", tmp_path / "kept.csv") == current


def test_the_log_of_changes_forgets_numbers_that_are_too_near() -> None:
    with duckdb.connect() as con:
        con.execute(
            "attach ':memory:' as release_file; create schema raw;"
            " create table raw.disclosure_rules as select '5' as smallest_difference union all select '';"
            " create table release_file.main.dim_indicator as select * from (values (63, 'BU', 1),"
            " (9, 'FHI_DAR', null)) as dim(indicator_no, source_code, decimals_shown);"
            " create table release_file.main.fct_indicator_year as select * from (values (63, 2019, 'received'),"
            " (63, 2021, null), (63, 2017, 'constructed'), (9, 2020, 'reported'))"
            " as fact(indicator_no, year, data_origin);"
            " create table log as select * from (values"
            " ('fct_indicator_year', '63, 2019', 'value', 63, 2019, 47.046843, 47.154471),"
            " ('fct_indicator_year', '63, 2019', 'numerator', 63, 2019, 231, 232),"
            " ('fct_indicator_vintage', '63, 2019, 2020-01-01', 'value', 63, 2019, null, 47.046843),"
            " ('qa_coverage', 'BU, 2019', 'n_answers', null, 2019, 491, 492),"
            " ('fct_indicator_year', '63, 2021', 'numerator', 63, 2021, 231, 236),"
            " ('fct_indicator_year', '63, 2017', 'numerator', 63, 2017, 231, 232),"
            " ('fct_indicator_year', '63, 2021', 'value', 63, 2021, 47.0, 47.6),"
            " ('qa_coverage', 'IS24_8, 2019', 'n_answers', null, 2019, 435, 436),"
            " ('fct_indicator_year', '9, 2020', 'value', 9, 2020, 324, 331),"
            " ('fct_indicator_year', '9, 2020', 'n_units', 9, 2020, 3, 4))"
            " as told(table_name, row_key, measure, indicator_no, year, value_before, value_after)"
        )
        disclosed.hide_small_differences(con, "log")
        assert con.sql("select row_key, measure from log where value_after is null order by all").fetchall() == [
            ("63, 2019", "numerator"),
            ("63, 2019", "value"),
            ("63, 2019, 2020-01-01", "value"),
            ("BU, 2019", "n_answers"),
        ]


def test_a_release_that_nobody_can_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "20260101T000000Z.duckdb").write_bytes(b"no database")
    (tmp_path / "rusindikator.duckdb").write_bytes(b"")
    assert disclosed.remember(tmp_path, tmp_path / disclosed.NAME) == set()


def test_pairs_behind_a_share() -> None:
    assert (231, 491) in pairs_behind(47.046843177, 491, 9)
    assert len(pairs_behind(47.046843177, 491, 9)) == 1
    assert len(pairs_behind(47.0, 491, 1)) > 100
