"""No figure about fewer than five persons: in a cell, outside it, by what remains, and in the log of changes."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import duckdb
import pytest

from rusindikator.audit.small_cells import (
    COUNTS,
    FROM_ANSWERS,
    OF_MUNICIPALITIES,
    OF_NOBODY,
    PRINTED,
    SAME_QUESTION,
    audit_small_cells,
)
from rusindikator.audit.values import ORIGINS

from .conftest import ROOT, Round

FACTS = "fct_indicator_year"
WHERE = "where indicator_no = 63 and year = 2017"
# A release of answers as they come: numerator 252 of 467, in one vintage.
RECEIVED = f"""
    update dim_delivery set data_origin = 'received'
        where source_code in ('BU', 'BRUKERPLAN') and data_origin = 'constructed';
    update qa_delivery set data_origin = 'received'
        where source_code in ('BU', 'BRUKERPLAN') and data_origin = 'constructed';
    update {FACTS} set data_origin = 'received' where delivery_id in
        (select delivery_id from dim_delivery where data_origin = 'received');
    update fct_indicator_vintage set data_origin = 'received' where delivery_id in
        (select delivery_id from dim_delivery where data_origin = 'received');
    update {FACTS} set numerator = 252, denominator = 467, n_units = 467, value = 100 * 252 / 467.0 {WHERE};
    update {FACTS} set numerator = 979, denominator = 19588, n_units = 19588 where indicator_no = 15 and year = 2016;
    update {FACTS} set numerator = 11557, denominator = 19588, n_units = 19588 where indicator_no = 16 and year = 2016
"""
LOG = (
    "insert into release_changes by name select '20200101T000000Z' as release_id, 'changed' as change, 'Grunn' as"
    " reason_nb, 'Reason' as reason_en"
)


def changed(measure: str, before: float, after: float, table: str = FACTS, key: str = "63, 2017") -> str:
    """A line of the log of changes."""
    indicator = "63 as indicator_no, 2017 as year," if table == FACTS else ""
    return (
        f"{LOG}, '{table}' as table_name, '{key}' as row_key, {indicator} '{measure}' as measure,"
        f" {before} as value_before, {after} as value_after"
    )


ATTEMPTS = {
    **{
        f"{n} of many, {origin}": (
            f"update {FACTS} set numerator = {n}, data_origin = {origin} {WHERE}",
            (FACTS, "numerator"),
        )
        for n in (1, 4)
        for origin in (*(f"'{name}'" for name in FROM_ANSWERS), "'of an unknown kind'", "null")
    },
    "all but one": (f"update {FACTS} set numerator = denominator - 1 {WHERE}", (FACTS, "denominator - numerator")),
    "nobody of four": (f"update {FACTS} set numerator = 0, denominator = 4 {WHERE}", (FACTS, "denominator")),
    "four answers": (f"update {FACTS} set n_units = 4 {WHERE}", (FACTS, "n_units")),
    "three yellow": (
        f"update {FACTS} set numerator = denominator - 11557 - 3 where indicator_no = 15 and year = 2016",
        (FACTS, "denominator - numerators"),
    ),
    "four who answered": (
        "update qa_coverage set n_answers = 4 where source_code = 'BU' and year = 2019",
        ("qa_coverage", "n_answers"),
    ),
    **{
        f"{column} of four": (
            f"update qa_delivery set {column} = 4 where delivery_id = 'bu_2019_fagradet'",
            ("qa_delivery", column),
        )
        for column in ("rows_delivered", "rows_staged", "rows_out_of_scope")
    },
    "two rows left out": (
        "update qa_delivery set rows_staged = rows_delivered - 2 where delivery_id = 'bu_2019_fagradet'",
        ("qa_delivery", "rows_delivered - rows_staged"),
    ),
    "a small cell that was": (changed("numerator", 3, 252), ("release_changes", "value_before")),
    "a small cell that is": (changed("denominator", 467, 4), ("release_changes", "value_after")),
    "few answers that were": (
        changed("n_answers", 4, 491, "qa_coverage", "BU, 2017"),
        ("release_changes", "value_before"),
    ),
    "one answer more": (
        changed("n_answers", 490, 491, "qa_coverage", "BU, 2017"),
        ("release_changes", "value_after - value_before"),
    ),
    "all but two, as it was": (
        f"{changed('numerator', 200, 252)}; {changed('denominator', 202, 467)}",
        ("release_changes", "denominator - numerator before"),
    ),
    "two more outside": (
        f"{changed('numerator', 242, 252)}; {changed('denominator', 455, 467)}",
        ("release_changes", "denominator - numerator, before and after"),
    ),
    "three in a vintage": (
        f"update fct_indicator_vintage set numerator = 3, denominator = 467 {WHERE}",
        ("fct_indicator_vintage", "numerator"),
    ),
    "a vintage of two": (
        f"update fct_indicator_vintage set numerator = 0, denominator = 2 {WHERE}",
        ("fct_indicator_vintage", "denominator"),
    ),
    "all but two in a vintage": (
        f"update fct_indicator_vintage set numerator = 465, denominator = 467 {WHERE}",
        ("fct_indicator_vintage", "denominator - numerator"),
    ),
    "one yellow in a vintage": (
        "update fct_indicator_vintage set denominator = 19588, numerator = case indicator_no when 15 then 8030"
        " else 11557 end where indicator_no in (15, 16) and year = 2016",
        ("fct_indicator_vintage", "denominator - numerators"),
    ),
}

HARMLESS = {
    "as it is": "select 1",
    "a question nobody answered": f"update {FACTS} set numerator = 0, denominator = 0, n_units = 0 {WHERE}",
    "nobody": f"update {FACTS} set numerator = 0 {WHERE}",
    "everybody": f"update {FACTS} set numerator = denominator {WHERE}",
    "five of ten": f"update {FACTS} set numerator = 5, denominator = 10 {WHERE}",
    "printed by the source": f"update {FACTS} set numerator = 1, denominator = 2, data_origin = 'reported' {WHERE}",
    "quoted from the source": f"update {FACTS} set numerator = 1, denominator = 2, data_origin = 'quoted' {WHERE}",
    "two municipalities": f"update {FACTS} set numerator = 2, denominator = 4, n_units = 4 where indicator_no = 31",
    "no yellow at all": f"update {FACTS} set numerator = denominator - 11557 where indicator_no = 15 and year = 2016",
    "a printed survey of three rows": "update qa_delivery set rows_delivered = 3, rows_staged = 3"
    " where delivery_id = 'omtale_2019_bu_fagradet_2019'",
    "five more": changed("denominator", 462, 467) + "; " + changed("numerator", 242, 252),
    "answers in the place of constructed ones": f"{changed('denominator', 466, 467)}; {LOG}, '{FACTS}' as table_name,"
    " '63, 2017' as row_key, 63 as indicator_no, 2017 as year, 'data_origin' as measure, 'constructed' as text_before,"
    " 'received' as text_after",
}


@pytest.fixture(scope="module")
def of_answers(first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release whose surveys are received."""
    file = Path(shutil.copy(first_build.published, tmp_path_factory.mktemp("cells") / "release.duckdb"))
    with duckdb.connect(str(file)) as con:
        for statement in RECEIVED.split(";"):
            con.execute(statement)
    return file


@pytest.fixture
def found(of_answers: Path, tmp_path: Path) -> Callable[[str], set[tuple[str, str]]]:
    """What the audit finds after a change: (table, column)."""

    def after(sql: str) -> set[tuple[str, str]]:
        with duckdb.connect(shutil.copy(of_answers, tmp_path / "release.duckdb")) as con:
            con.execute(sql)
            tables = {table for (table,) in con.sql("select table_name from duckdb_tables()").fetchall()}
            return {(finding.table, finding.column) for finding in audit_small_cells(con, tables)}

    return after


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_no_small_cell_comes_through(attempt: str, found: Callable[[str], set[tuple[str, str]]]) -> None:
    sql, where = ATTEMPTS[attempt]
    assert where in found(sql)


@pytest.mark.parametrize("change", HARMLESS)
def test_what_tells_of_nobody_is_shown(change: str, found: Callable[[str], set[tuple[str, str]]]) -> None:
    assert found(HARMLESS[change]) == set()


def test_every_place_that_tells_a_count_has_an_attempt() -> None:
    tried = {table for _, (table, _) in ATTEMPTS.values()}
    assert tried == {count.table for count in COUNTS}
    assert {column for _, (table, column) in ATTEMPTS.values() if table == FACTS} == {
        *("numerator", "denominator", "denominator - numerator", "denominator - numerators", "n_units")
    }


def test_every_origin_is_of_persons_or_printed() -> None:
    assert set(FROM_ANSWERS) | set(PRINTED) == set(ORIGINS)
    assert not set(FROM_ANSWERS) & set(PRINTED)
    assert set(OF_NOBODY) - set(PRINTED) == {"constructed"}


def catalogue(name: str) -> list[dict[str, str]]:
    """The rows of a seed of the catalogue."""
    with (ROOT / "seeds" / "catalogue" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_indicators_of_one_question_are_known_to_the_audit() -> None:
    questions: dict[tuple[str, str], set[int]] = {}
    for row in catalogue("definitions"):
        if row["kind"] == "answers" and row["source_code"] not in OF_MUNICIPALITIES:
            questions.setdefault((row["source_code"], row["item_code"]), set()).add(int(row["indicator_no"]))
    assert len(questions) > 20
    shared = sorted(tuple(sorted(numbers)) for numbers in questions.values() if len(numbers) > 1)
    assert shared == sorted(SAME_QUESTION)
    # and they are cells of it: no answer is a success of two of them
    rules = {int(row["indicator_no"]): row["rule_code"] for row in catalogue("definitions") if row["kind"] == "answers"}
    successes: dict[str, set[str]] = {}
    for row in catalogue("answer_rules"):
        if row["is_success"] == "true":
            successes.setdefault(row["rule_code"], set()).add(row["answer_code"])
    for numbers in SAME_QUESTION:
        for one, other in combinations(numbers, 2):
            assert not successes[rules[one]] & successes[rules[other]]


def test_sources_of_municipalities_are_those_that_the_catalogue_names() -> None:
    surveyed = {row["source_code"] for row in catalogue("definitions") if row["kind"] == "answers"}
    told = {
        row["source_code"]
        for row in catalogue("disclosure_rules")
        if row["counts_persons"] == "false" and row["source_code"] in surveyed
    }
    assert told == set(OF_MUNICIPALITIES)
