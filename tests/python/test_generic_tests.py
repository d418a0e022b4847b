"""Tests that can fail: each data test of the project is shown a build file that breaks its rule, one rule at a time."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from .conftest import ROOT, Round, copy_project

# Data test -> statements that each break one of its rules in the tables of a build file.
BREAKS: dict[str, list[str]] = {
    "accepted_range_int_answer_counts_n__1": [
        "update intermediate.int_answer_counts set n = 0 where source_code = 'KORFOR' and region_code = '0101'",
    ],
    "assert_answer_rules_are_complete": [
        "delete from raw.answer_rules where scale_code = 'ja_nei' and answer_code = 'ubesvart'",
        "insert into raw.answer_rules from raw.answer_rules where scale_code = 'grad5' and answer_code = 'ubesvart'",
        "update raw.answer_rules set is_in_denominator = 'false' where is_success = 'true' and scale_code = 'god5'",
        "update raw.answer_rules set is_in_denominator = 'true' where answer_code = 'ubesvart'",
    ],
    "assert_baselines_are_reproduced": [
        "update marts.qa_reconciliation set computed_value = computed_value + 1 where indicator_no = 4",
        "update marts.qa_reconciliation set computed_value = null where indicator_no = 9",
        "delete from marts.qa_reconciliation where indicator_no = 94",
    ],
    "assert_catalogue_is_consistent": [
        "update marts.dim_indicator set min_change_abs = null, min_change_rel = null where indicator_no = 23",
        "update marts.dim_indicator set min_change_abs = 1, min_change_rel = 5 where indicator_no = 23",
        "update marts.dim_indicator set min_change_rel = 2 where indicator_no = 4",
        "update marts.dim_indicator set min_change_abs = 2 where indicator_no = 56",
        "update marts.dim_indicator set min_change_unknown_n = 2 where indicator_no = 35",
        "update marts.dim_indicator set noise_kind = null where indicator_no = 45",
        "update marts.dim_indicator set noise_cv_pct = null where indicator_no = 47",
        "update marts.dim_indicator set uncertainty = 'none' where indicator_no = 88",
        "update marts.dim_indicator set uncertainty = 'census', noise_kind = 'judgement' where indicator_no = 52",
        "update marts.dim_indicator set valid_max = 10 where indicator_no = 23",
        "update marts.dim_indicator set deflator_code = null where indicator_no = 24",
        "update marts.dim_indicator set decision_ids = 'C-03; X-99' where indicator_no = 23",
        "update marts.dim_indicator set calculation = 'share_of_answers' where indicator_no = 55",
        "update marts.dim_indicator set calculation = 'any_of_answers' where indicator_no = 53",
        "update marts.dim_indicator set max_step_factor = 0.5 where indicator_no = 53",
    ],
    "assert_changed_definitions_are_noted": [
        "update intermediate.int_indicator_inputs set item_code = 'another' where indicator_no = 9 and year = 2018",
    ],
    "assert_coverage_agrees_with_print": [
        "update marts.qa_coverage set units_answered = units_answered - 1 where source_code = 'BU' and year = 2017",
        "update marts.qa_coverage set n_answers = n_answers + 1 where source_code = 'BU' and year = 2019",
        "update marts.qa_coverage set share_population = 78 where source_code = 'BRUKERPLAN' and year = 2016",
    ],
    "assert_definitions_find_their_items": [
        "update raw.definitions set item_code = 'fhi.unknown' where indicator_no = '9'",
        "update raw.definitions set source_code = 'KDI' where indicator_no = '10'",
        "update raw.definitions set rule_code = 'unknown' where indicator_no = '68'",
        "delete from raw.definitions where indicator_no = '11'",
    ],
    "assert_every_delivery_is_staged": [
        "update marts.qa_delivery set rows_staged = rows_staged - 1 where source_code = 'NIFU'",
        "update marts.qa_delivery set rows_delivered = 0, rows_staged = 0 where source_code = 'UNGDATA'",
    ],
    "assert_facts_are_dense": [
        "delete from marts.fct_indicator_year where year = 2014",
        "delete from marts.fct_indicator_year where year = 2014 and indicator_no = 60",
        "delete from marts.fct_indicator_year where indicator_no = 60",
        "insert into marts.fct_indicator_year from marts.fct_indicator_year where year = 2014 and indicator_no = 60",
    ],
    "assert_intermediate_is_as_described": [
        "insert into intermediate.int_figures from intermediate.int_figures limit 1",
        "insert into intermediate.int_indicator_inputs from intermediate.int_indicator_inputs"
        " where indicator_no = 9 limit 1",
    ],
    "assert_marts_are_as_described": [
        "insert into marts.dim_goal from marts.dim_goal limit 1",
    ],
    "assert_no_expected_year_is_silent": [
        "update marts.fct_indicator_year set value = null, missing_reason = null"
        " where indicator_no = 8 and year = 2016",
        # half of what the definition wants, with a reason that speaks of something else
        """
        update intermediate.int_indicator_values set items_expected = 3
            where indicator_no = 4 and year = 2017 and region_code = '0';
        update marts.fct_indicator_year set value = null, missing_reason = 'not_public'
            where indicator_no = 4 and year = 2017
        """,
    ],
    "assert_no_reason_hides_a_value": [
        "update raw.missing_reasons set indicator_no = '9', year_from = '2016', year_to = '2016'"
        " where indicator_no = '91'",
    ],
    "assert_no_small_cells": [
        *(
            f"update intermediate.int_indicator_values set {few}"
            " where indicator_no = 63 and year = 2017 and region_code = '0'"
            for few in ("numerator = 4", "numerator = denominator - 1", "numerator = 0, denominator = 4")
        ),
        "update raw.disclosure_rules set numerator_operator = '<=', numerator_limit = ("
        " select min(numerator)::integer::varchar from intermediate.int_indicator_values"
        " where indicator_no = 63 and region_code = '0') where source_code = 'BU'",
    ],
    "assert_printed_figures_are_explained": [
        "update marts.qa_reconciliation set within_rounding = false, accepted_reason = null where indicator_no = 23",
    ],
    "assert_register_is_usable": [
        f"update raw.deliveries set {change} where delivery_id = 'bu_2019_fagradet'"
        for change in (
            "source_code = 'BUU'",
            "extract = 'buu'",
            "published_on = 'i fjor'",
            "received_on = ''",
            "received_on = '2016-01-01'",
            "received_on = '2099-01-01'",
            "published_on = '2099-01-01'",
            "published_on = '2009-12-31'",
            "period = '2016-2017-2019'",
            "published_on_precision = 'uke'",
            "origin = 'anslag'",
            "period = 'i fjor'",
            "period = '2019-2017'",
            "publisher = ' '",
            "publication = ''",
            "reference = ''",
        )
    ],
    "assert_report_is_as_described": [
        "insert into marts.rpt_funding_pace from marts.rpt_funding_pace limit 1",
        "update marts.rpt_status set value_2016 = value_2016 + 1 where indicator_no = 4 and report_year = 2020",
        "delete from marts.rpt_status where indicator_no = 60 and report_year = 2020",
        "update marts.rpt_status set verdict = 'improved' where polarity = 'ambiguous' and report_year = 2020",
        "update marts.rpt_goal_attainment set n_improved = n_improved + 1 where goal_code = 'HM1'",
        "update marts.rpt_goal_attainment set n_deciding_indicators = 1000 where goal_code = 'HM1'",
        "update marts.rpt_goal_attainment set n_deciding_readable = n_deciding_indicators + 1 where goal_code = 'HM2'",
        "update marts.rpt_goal_attainment set n_without_uncertainty = n_indicators where goal_code = 'HM4'",
        "update marts.rpt_comparison set change = 1 where indicator_no = 77 and report_year = 2017",
        "update marts.rpt_target_progress set value_year = year + 1 where target_id = 'gylne_regel'",
        "update marts.rpt_target_progress set state = 'met' where target_id = 'plan_2400' and year = 2017",
        "update marts.rpt_target_progress set on_track = true where state = 'unknown'",
        "update marts.rpt_target_progress set state = 'not_computable' where target_id = 'gylne_regel' and year = 2017",
        "update marts.rpt_target_progress set required_per_year = 1 where target_id = 'plan_2400' and year = 2020",
        "update marts.rpt_goal_attainment set n_indicators = n_indicators - 1, n_no_data = n_no_data - 1"
        " where goal_code = 'PLAN'",
        "update raw.attainment_rules set is_default = 'true'",
        "update raw.attainment_rules set is_default = 'false'",
    ],
    "assert_seeds_are_as_described": [
        "insert into raw.targets from raw.targets limit 1",
    ],
    "assert_sums_and_relations_hold": [
        "update marts.fct_indicator_year set value = 51 where indicator_no in (15, 16) and year = 2016",
        "update marts.fct_indicator_year set value = 1 where indicator_no = 4 and year = 2016",
        "update intermediate.int_indicator_values set value = 0"
        " where indicator_no = 4 and year = 2016 and region_code = '0104'",
        "update marts.fct_indicator_year set value_nominal = value_nominal + 1 where indicator_no = 2 and year = 2016",
    ],
    "assert_values_are_possible": [
        "update marts.fct_indicator_vintage set value = -0.1 where indicator_no = 9 and year = 2015",
        "update marts.fct_indicator_vintage set value = 100.1 where indicator_no = 22 and year = 2016",
        "update marts.dim_indicator set valid_max = null where indicator_no = 22",
    ],
    "is_empty_qa_rejected_values_": [
        "insert into marts.qa_rejected_values (problem) values ('malformed_number')",
    ],
    "unique_combination_of_columns_fct_indicator_year_indicator_no__year": [
        "insert into marts.fct_indicator_year from marts.fct_indicator_year where indicator_no = 9 and year = 2016",
    ],
}

# Data test -> file of the project, a text in it, and the text that breaks the rule. These tests read no table.
EDITS: dict[str, tuple[str, str, str]] = {
    "assert_extract_list_is_complete": (
        "macros/rules/source_lists.sql",
        "'brukerplan', 'bu', 'fhi_dodsarsak'",
        "'brukerplan', 'bu'",
    ),
    "unit_change_intervals_agree_with_published_examples": (
        "macros/rules/change.sql",
        "({{ later }} - {{ earlier }}) + sqrt(",
        "({{ later }} - {{ earlier }}) + 0.9 * sqrt(",
    ),
    "unit_intervals_agree_with_published_examples": ("macros/rules/uncertainty.sql", "1.959963984540054", "1.96"),
    "unit_texts_are_read_as_written": (
        "macros/engine/casting.sql",
        "'integer': '^[+-]?(0|[1-9][0-9]{0,8})$'",
        "'integer': '^[+-]?(0|[1-9][0-9.]{0,8})$'",
    ),
}

# These do not stop a build: they are listed to be looked at.
WARNINGS = {"assert_no_reason_hides_a_value"}


def compiled_tests(first_build: Round) -> dict[str, str]:
    """Return name -> SQL of each data test as dbt ran it: it passes where the query gives no row."""
    results = json.loads((first_build.path / "run_results.json").read_text("utf-8"))["results"]
    return {
        result["unique_id"].split(".")[2]: result["compiled_code"]
        for result in results
        if result["unique_id"].startswith("test.")
    }


@pytest.fixture(scope="module")
def con(first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the build file; whoever changes it rolls back."""
    file = shutil.copy(first_build.build_file, tmp_path_factory.mktemp("breaks") / "rusindikator.duckdb")
    with duckdb.connect(str(file)) as connection:
        yield connection


def test_each_data_test_is_in_the_table(first_build: Round) -> None:
    files = {path.stem for path in (ROOT / "tests" / "sql").glob("*.sql")}
    run = set(compiled_tests(first_build))
    assert files < run
    assert set(BREAKS) | set(EDITS) == run
    assert not set(BREAKS) & set(EDITS)


CASES = [(test, change) for test, changes in BREAKS.items() for change in changes]


@pytest.mark.parametrize(
    ("test", "change"), CASES, ids=[f"{test}-{BREAKS[test].index(change) + 1}" for test, change in CASES]
)
def test_a_broken_rule_gives_rows(first_build: Round, con: duckdb.DuckDBPyConnection, test: str, change: str) -> None:
    query = f"select count(*) from ({compiled_tests(first_build)[test]})"
    assert con.execute(query).fetchone() == (0,)
    con.begin()
    try:
        con.execute(change)
        assert con.execute(query).fetchone()[0] > 0
    finally:
        con.rollback()


# What the YAML says of grains, required columns, codes and references ------------------------------------------------

DESCRIBED = sorted(test for test in BREAKS if test.endswith("as_described"))


@dataclass
class Described:
    """A table of the build file with what its YAML promises, and how to break that."""

    name: str
    table: str
    grain: list[str]
    columns: dict[str, dict]

    def replace(self, con: duckdb.DuckDBPyConnection, copies: int, row: dict[str, str]) -> None:
        """Leave the first row, so often, and a row that says `row` (column -> SQL) in its place otherwise."""
        con.execute(f"create or replace temp table kept as from {self.table} limit 1")
        types = dict(con.sql("select column_name, column_type from (describe kept)").fetchall())
        if not con.execute("select count(*) from kept").fetchone()[0]:  # a list that is empty as shipped
            row_text = ", ".join("'x'" if kind == "VARCHAR" else "null" for kind in types.values())
            con.execute(f"insert into kept values ({row_text})")
        con.execute(f"drop {'view' if self.table.startswith('staging.') else 'table'} {self.table}")
        con.execute(f"create table {self.table} as select kept.* from kept, range({copies})")
        assert con.execute(f"select count(*) from {self.table}").fetchone() == (copies,)
        values = {
            column: f"cast({value if types[column] == 'VARCHAR' or value == 'null' else -99} as {types[column]})"
            for column, value in row.items()
        }
        if values:
            replaced = ", ".join(f"{value} as {column}" for column, value in values.items())
            con.execute(f"insert into {self.table} select * replace ({replaced}) from kept")

    def lose(self, con: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
        """Make the first row stand twice and a third one blank; return what the test should say."""
        required = [column for column, rules in self.columns.items() if rules.get("required")]
        self.replace(con, 2, dict.fromkeys(required, "null"))
        twice = {(self.name, "stands more than once", ", ".join(self.grain))} if self.grain else set()
        return twice | {(self.name, "is blank", column) for column in required}

    def invent(self, con: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
        """Add a row with codes and references that stand nowhere; return what the test should say."""
        listed = {name for name, rules in self.columns.items() if rules.get("codes")}
        referring = {name: rules["references"] for name, rules in self.columns.items() if rules.get("references")}
        self.replace(con, 1, dict.fromkeys([*listed, *referring], f"'not in {self.name}'"))
        return {(self.name, "is none of the listed codes", column) for column in listed} | {
            (self.name, f"is not found in {there}", column) for column, there in referring.items()
        }


def described(first_build: Round, test: str) -> list[Described]:
    """Return the tables that a test hands to macro described_problems."""
    text = (ROOT / "tests" / "sql" / f"{test}.sql").read_text("utf-8")
    listed = re.findall(r"\w+", re.search(r"described_problems\(\[(.*?)\]\)", text, re.DOTALL)[1])
    nodes = json.loads((first_build.path / "manifest.json").read_text("utf-8"))["nodes"]
    return [
        Described(
            node["name"],
            f"{node['schema']}.{node['name']}",
            node["config"]["meta"].get("grain", []),
            {name: column["config"].get("meta", {}) for name, column in node["columns"].items()},
        )
        for node in nodes.values()
        if node["name"] in listed and node["resource_type"] in ("model", "seed")
    ]


@pytest.mark.parametrize("test", DESCRIBED)
def test_each_described_rule_gives_rows(first_build: Round, con: duckdb.DuckDBPyConnection, test: str) -> None:
    query = f"select distinct relation, problem, column_name from ({compiled_tests(first_build)[test]})"
    wanted, found = set(), set()
    for breaking in (Described.lose, Described.invent):
        con.begin()
        try:
            wanted = wanted.union(*(breaking(table, con) for table in described(first_build, test)))
            found.update(con.execute(query).fetchall())
        finally:
            con.rollback()
    assert wanted
    assert wanted - found == set()


# The same with dbt ---------------------------------------------------------------------------------------------------


def test_dbt_fails_every_test_on_a_broken_build(first_build: Round, tmp_path: Path) -> None:
    """One rule of each test broken, in one build file and one project; `dbt test` says so of each."""
    project = copy_project(tmp_path / "project")
    for file, text, broken in EDITS.values():
        before = (project / file).read_text("utf-8")
        assert before.count(text) == 1, f"{file} should hold {text} once"
        (project / file).write_text(before.replace(text, broken), "utf-8")
    round_ = Round(project, tmp_path / "round", shipped=True)
    shutil.copy(first_build.build_file, round_.build_file)
    with duckdb.connect(str(round_.build_file)) as con:
        for changes in BREAKS.values():
            con.execute(changes[0])

    result = round_.dbt("test", "--exclude-resource-type", "unit_test")

    assert not result.ok
    wanted = {test: "warn" if test in WARNINGS else "fail" for test in compiled_tests(first_build)}
    assert {test: status for test, status in round_.statuses().items() if test in wanted} == wanted
    for test, status in wanted.items():
        assert f"{status.upper()} {test} (" in result.output
