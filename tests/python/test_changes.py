"""Publishing again: what a release changes needs a reason, figures and texts, and is told to readers."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from rusindikator.files import file_sha256
from rusindikator.publish import PublishError
from rusindikator.publish import kept as releases

from .conftest import ROOT, Round, copy_round
from .publishing import FACTS, OF_2016, REVISE, Publisher

REMOVE = "update marts.fct_indicator_year set value = null, obs_status = 'M' where indicator_no = 9 and year = 2016"
ADD = "update marts.fct_indicator_year set value = 300, obs_status = 'A' where indicator_no = 9 and year = 2014"


@pytest.mark.parametrize(("sql", "after"), [(REVISE, "290"), (REMOVE, "nothing")])
def test_a_published_figure_does_not_change_without_a_reason(publisher: Publisher, sql: str, after: str) -> None:
    publisher.edit(sql)
    message = publisher.is_held_back()
    assert "29990101T000001Z is held back: 1 published rows would change" in message
    assert f"2016: value 284 -> {after}" in message
    assert "#9 " in message
    assert f"  9,2016,{date.today()}," in message
    everything = publisher.round.build_file.with_name("held_back.md")
    assert str(everything) in message
    assert "nobody has said why" in everything.read_text("utf-8")
    wanting = everything.with_suffix(".csv")
    assert str(wanting) in message
    assert wanting.read_text("utf-8").splitlines() == [
        (ROOT / "seeds" / "catalogue" / "revisions.csv").read_text("utf-8").splitlines()[0],
        f"9,2016,{date.today()},,,",
    ]
    assert {path.suffix for path in publisher.published.parent.iterdir()} <= {".duckdb", ".md", ""}


# What could change behind a value that stays: statement, table and measures that are told.
BEHIND = {
    "the nominal amount": (
        f"update marts.{FACTS} set value_nominal = value_nominal + 1 where indicator_no = 1 and year = 2016",
        (FACTS, {"value_nominal"}),
    ),
    "the limits": (
        f"update marts.{FACTS} set value_low = value_low - 1, value_high = value_high + 1 {OF_2016}",
        (FACTS, {"value_low", "value_high"}),
    ),
    "a limit gone": (f"update marts.{FACTS} set value_low = null {OF_2016}", (FACTS, {"value_low"})),
    "the number of units": (
        f"update marts.{FACTS} set n_units = 2 * n_units where indicator_no = 63 and year = 2017",
        (FACTS, {"n_units"}),
    ),
    "status": (f"update marts.{FACTS} set obs_status = 'P' {OF_2016}", (FACTS, {"obs_status"})),
    "break": (f"update marts.{FACTS} set is_break = not is_break {OF_2016}", (FACTS, {"is_break"})),
    "origin": (f"update marts.{FACTS} set data_origin = 'received' {OF_2016}", (FACTS, {"data_origin"})),
    "baselines": (
        "update marts.dim_indicator set baseline_value = 2 * baseline_value",
        ("dim_indicator", {"baseline_value"}),
    ),
    "a baseline's year": (
        "update marts.dim_indicator set baseline_year = 2015 where indicator_no = 9",
        ("dim_indicator", {"baseline_year"}),
    ),
    "a vintage": (
        f"update marts.fct_indicator_vintage set value = value + 1 {OF_2016} and not is_latest",
        ("fct_indicator_vintage", {"value"}),
    ),
    "a vintage gone": (
        f"delete from marts.fct_indicator_vintage {OF_2016} and not is_latest",
        ("fct_indicator_vintage", {"value"}),
    ),
    "series": ("update marts.fct_series_year set value = value / 2", ("fct_series_year", {"value"})),
    "the golden rule": (
        "update marts.fct_golden_rule set ratio = 2 * ratio, is_met = false where year = 2016",
        ("fct_golden_rule", {"ratio", "is_met"}),
    ),
    "funding": (
        "update marts.rpt_funding_pace set total = 2 * total, cumulative_2016_nok = 2 * cumulative_2016_nok",
        ("rpt_funding_pace", {"total", "cumulative_2016_nok"}),
    ),
    "what goes to a priority": (
        "update marts.rpt_funding_priority set amount = amount + 1",
        ("rpt_funding_priority", {"amount"}),
    ),
    "a target": (
        "update marts.rpt_target_progress set target_value = target_value + 1",
        ("rpt_target_progress", {"target_value"}),
    ),
    "coverage": ("update marts.qa_coverage set share_units = share_units / 2", ("qa_coverage", {"share_units"})),
    "verdicts": (
        "update marts.rpt_status set verdict = 'improved' where verdict <> 'improved'",
        ("rpt_status", {"verdict"}),
    ),
    "attainment": (
        "update marts.rpt_goal_attainment set attainment = 'positive' where attainment <> 'positive'",
        ("rpt_goal_attainment", {"attainment"}),
    ),
}


@pytest.mark.parametrize("what", BEHIND)
def test_nothing_that_was_published_changes_without_a_reason(publisher: Publisher, what: str) -> None:
    sql, (table, measures) = BEHIND[what]
    publisher.edit(sql)
    # a line about another table does not help, one about this table does
    publisher.explain(table="rpt_status" if table != "rpt_status" else FACTS)
    message = publisher.is_held_back()
    assert all(f"{measure} " in message for measure in measures)
    for measure in measures:
        publisher.explain(table=f"{table}.{measure}")
    release_id = publisher.publish(2)
    assert publisher.told() == {(table, measure) for measure in measures}
    (counted,) = publisher.round.rows("select count(*), count(reason_nb), count(reason_en) from release_changes")
    assert counted[0] > 0
    assert counted == (counted[0],) * 3
    assert publisher.round.rows(f"select changed_values from release_log where release_id = '{release_id}'") == [
        counted[:1]
    ]
    assert f"| {table} | " in publisher.published.with_name(f"changes_{release_id}.md").read_text("utf-8")


# Columns of numbers that repeat or follow from watched ones of the same row or table.
NOT_WATCHED = {
    (FACTS, "baseline_value"),  # the audit holds it against dim_indicator
    (FACTS, "n_effective"),  # what it and the design effect decide, the limits, is watched
    (FACTS, "design_effect"),
    (FACTS, "value_precision"),  # how far the source has rounded: what that decides, the verdict, is watched
    ("fct_indicator_vintage", "change_from_previous_vintage"),
    ("qa_coverage", "printed_share_pct"),
    ("rpt_target_progress", "baseline_value"),
    ("rpt_target_progress", "progress_pct"),
    ("rpt_target_progress", "required_per_year"),
    ("rpt_target_progress", "actual_yearly_change"),
    ("rpt_target_progress", "nearest_value"),
}


def watched_columns(kinds: tuple[str, ...]) -> set[tuple[str, str]]:
    """Table and column of what the seed watched_tables names in these of its columns."""
    with (ROOT / "seeds" / "catalogue" / "watched_tables.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["table_name"], name)
            for row in csv.DictReader(handle)
            for kind in kinds
            for name in row[kind].split()
            if name not in ("*", "6")
        }


def test_a_new_column_of_figures_is_watched_or_named_here(first_build: Round) -> None:
    watched = watched_columns(("key_columns", "leading_column", "figures", "marks", "texts", "indicator", "year"))
    columns = dict(
        first_build.rows("select (table_name, column_name), data_type from duckdb_columns() where not internal")
    )
    assert len(watched) > 100
    assert watched - set(columns) == set()
    tables = {table for table, _ in watched_columns(("figures",))}
    figures = {(table, name) for (table, name), kind in columns.items() if kind == "DOUBLE" and table in tables}
    # a star in the seed stands for whatever a table of the catalogue holds
    assert {(table, name) for table, name in figures - watched if not table.startswith("dim_")} - NOT_WATCHED == set()


def test_a_row_is_told_once_whatever_changes_in_it(publisher: Publisher) -> None:
    publisher.edit(
        f"update marts.{FACTS} set value = 290, value_low = null, obs_status = 'P', value_high = 400 {OF_2016}"
    )
    message = publisher.is_held_back()
    assert "1 published rows would change" in message
    assert message.count("  #9 ") == 1


def test_what_is_computed_from_a_figure_changes_with_it(publisher: Publisher) -> None:
    publisher.edit(
        REVISE,
        "update marts.rpt_status set verdict = 'improved', verdict_latest = 'improved'"
        " where indicator_no = 9 and report_year = 2017",
        "update marts.rpt_goal_attainment set attainment = 'mixed' where goal_code = 'EF' and report_year = 2017"
        " and attainment <> 'mixed'",
    )
    message = publisher.is_held_back()
    assert "would change" in message
    assert "1 published rows" in message
    publisher.explain("9", "2016")
    publisher.publish(2)
    reasons = dict(
        publisher.round.rows(
            "select distinct table_name, coalesce(revised_on::varchar, '') || ' ' || reason_en from release_changes"
        )
    )
    assert reasons == {
        FACTS: f"{publisher.built_on} Reason",
        "rpt_status": " Follows from figures that changed or are new: #9 2016",
        "rpt_goal_attainment": " Follows from figures that changed or are new: #9 2017",
    }


@pytest.mark.parametrize(
    "sql",
    [
        # an earlier report year than that of the figure, and another indicator
        "update marts.rpt_status set verdict = 'improved' where indicator_no = 9 and report_year = 2016",
        "update marts.rpt_status set verdict = 'worsened' where indicator_no = 10 and report_year = 2019",
        "update marts.rpt_funding_pace set total = 2 * total",
        # the goal of another indicator
        "update marts.rpt_goal_attainment set attainment = 'positive' where goal_code = 'HM1'",
    ],
)
def test_what_does_not_rest_on_a_figure_does_not_change_with_it(publisher: Publisher, sql: str) -> None:
    publisher.edit("update marts.fct_indicator_year set value = value + 1 where indicator_no = 9 and year = 2017", sql)
    publisher.explain("9", "2017", table=FACTS)
    publisher.is_held_back()


def test_funding_changes_with_what_it_is_the_sum_of(publisher: Publisher) -> None:
    publisher.edit(
        f"update marts.{FACTS} set value = value + 1, value_nominal = value_nominal + 1"
        " where indicator_no = 1 and year = 2017",
        "update marts.rpt_funding_pace set cumulative = cumulative + 1 where year >= 2017",
        "update marts.rpt_target_progress set value = value + 1 where target_id = 'plan_2400' and year >= 2017",
    )
    publisher.explain("1", "2017")
    publisher.publish(1)
    assert {("rpt_funding_pace", "cumulative"), ("rpt_target_progress", "value")} < publisher.told()


def test_coverage_changes_with_the_answers(publisher: Publisher) -> None:
    answers = "update marts.fct_indicator_year set n_units = n_units + 1 where indicator_no = 63 and year = 2017"
    coverage = "update marts.qa_coverage set n_answers = n_answers + 1 where source_code = '{}' and year = 2017"
    publisher.edit(answers, coverage.format("BU"))
    publisher.explain("63", "2017")
    publisher.publish(1)
    assert publisher.told() == {(FACTS, "n_units"), ("qa_coverage", "n_answers")}
    publisher.edit(answers, coverage.format("IS24_8"))
    publisher.explain("63", "2017", reason="Igjen")
    assert "qa_coverage IS24_8, 2017" in publisher.is_held_back(2)


def test_a_figure_that_is_new_brings_its_limits_along(publisher: Publisher) -> None:
    publisher.edit(
        f"update marts.{FACTS} set value = 300, value_low = 290, value_high = 310, obs_status = 'A',"
        " data_origin = 'reported', delivery_id = 'x' where indicator_no = 91 and year = 2014"
    )
    publisher.publish(1)
    assert publisher.changes() == [(91, 2014, "added", None, 300, None, None)]
    assert publisher.told() == {(FACTS, "value")}


@pytest.mark.parametrize(("no", "year"), [("9", "2016"), ("9", ""), ("", "2016"), ("", "")])
def test_with_a_reason_it_does(publisher: Publisher, no: str, year: str) -> None:
    publisher.edit(REVISE)
    publisher.explain(no, year)
    release_id = publisher.publish(1)
    assert publisher.changes() == [(9, 2016, "changed", 284, 290, "Grunn", "Reason")]
    assert publisher.round.rows(f"select changed_values from release_log where release_id = '{release_id}'") == [(1,)]
    text = (publisher.published.parent / f"changes_{release_id}.md").read_text("utf-8")
    assert "| fct_indicator_year | 9, 2016 | value | changed | 284 | 290 | Grunn |" in text
    assert "| fct_indicator_year | 752 | 752 | 1 | 1 |" in text


@pytest.mark.parametrize(("no", "year"), [("10", "2016"), ("9", "2015"), ("10", "")])
def test_a_reason_for_another_figure_does_not_count(publisher: Publisher, no: str, year: str) -> None:
    publisher.edit(REVISE)
    publisher.explain(no, year)
    with pytest.raises(PublishError, match="held back"):
        publisher.publish(1)


@pytest.mark.parametrize("days", [-1, 2])
def test_a_reason_counts_for_one_change_and_not_for_the_next(publisher: Publisher, days: int) -> None:
    # written before the published release was built: it was about an earlier change; or dated in the future
    publisher.edit(REVISE)
    publisher.explain("9", "2016", publisher.built_on + timedelta(days=days))
    with pytest.raises(PublishError, match="held back"):
        publisher.publish(1)


def test_a_spent_reason_does_not_count_again(publisher: Publisher) -> None:
    first = releases.read_release(publisher.published).release_id
    publisher.edit(REVISE)
    publisher.explain("9", "2016")
    publisher.explain(reason="For alle")
    publisher.publish(1)
    again = f"update marts.{FACTS} set value = 291 {OF_2016}"
    publisher.edit(again)
    # the one for all was not used: the nearer one was
    publisher.publish(2)
    assert [change[5] for change in publisher.changes()] == ["Grunn", "For alle"]
    publisher.edit(f"update marts.{FACTS} set value = 292 {OF_2016}")
    publisher.is_held_back(3)
    # the same line with a new reason is a new line
    publisher.explain("9", "2016", reason="Enda en gang")
    publisher.publish(4)
    assert len(publisher.changes()) == 3
    # back where none of them was used, they count again
    releases.rollback(publisher.published, first)
    publisher.publish(5)
    assert publisher.changes() == [(9, 2016, "changed", 284, 292, "Enda en gang", "Reason")]


def test_a_reason_that_one_figure_has_spent_counts_for_another(publisher: Publisher) -> None:
    publisher.edit(REVISE)
    publisher.explain("9", "2016")
    publisher.publish(1)
    publisher.edit(f"update marts.{FACTS} set value = value + 1 where indicator_no = 10 and year = 2015")
    publisher.explain("10", "2015")
    publisher.publish(2)
    assert [change[0] for change in publisher.changes()] == [9, 10]


def test_a_line_that_cannot_be_read_is_told(publisher: Publisher) -> None:
    publisher.edit(REVISE, "insert into raw.revisions by name select '1. mars' as revised_on, 'Grunn' as reason_nb")
    with pytest.raises(PublishError, match=r"revisions\.csv has a line that cannot be read: .*1\. mars"):
        publisher.publish(1)


def test_the_nearest_reason_is_told(publisher: Publisher) -> None:
    publisher.edit(REVISE)
    publisher.explain("9", "2016", reason="Nær")
    publisher.explain()
    publisher.publish(1)
    assert publisher.changes()[0][5:] == ("Nær", "Reason")


def test_a_release_made_before_the_log_told_tables_apart_can_be_followed(publisher: Publisher) -> None:
    publisher.edit(REVISE)
    publisher.explain("9", "2016")
    publisher.publish(1)
    with duckdb.connect(str(publisher.published)) as con:
        for column in ("table_name", "row_key", "measure", "text_before", "text_after", "revised_on"):
            con.execute(f"alter table release_changes drop column {column}")
        con.execute("alter table fct_series_year drop column value_low")
        con.execute("drop table rpt_target_progress")
    release_id = publisher.publish(2)
    assert publisher.changes() == [(9, 2016, "changed", 284, 290, "Grunn", "Reason")]
    assert publisher.round.rows(f"select row_key from release_changes where table_name = '{FACTS}'") == [("9, 2016",)]
    assert "New columns of fct_series_year: value_low.\n" in publisher.list_of(release_id)
    assert [publisher.told() >= {("rpt_target_progress", "value")}] == [True]


def test_a_figure_may_be_added(publisher: Publisher) -> None:
    (before,) = publisher.round.rows(f"select value from {FACTS} where indicator_no = 9 and year = 2014")[0]
    publisher.edit(ADD)
    if before is None:
        publisher.publish(1)
        assert publisher.changes() == [(9, 2014, "added", None, 300, None, None)]
    else:
        pytest.fail("2014 of #9 is published already: choose another year for this test")


def test_a_release_tells_no_numbers_of_persons_that_are_too_near(publisher: Publisher) -> None:
    of_survey = "where indicator_no = 63 and year = 2019"
    publisher.edit(f"update marts.{FACTS} set data_origin = 'received' {of_survey}")
    for number, numerator in ((1, 200), (2, 231), (3, 232)):
        publisher.edit(f"update marts.{FACTS} set numerator = {numerator}, denominator = 491 {of_survey}")
        publisher.explain("63", "2019", reason=f"Rettet {number}")
        publisher.publish(number)
    told = publisher.round.rows(
        "select release_no, value_before, value_after from release_changes inner join release_log using (release_id)"
        f" where table_name = '{FACTS}' and measure = 'numerator' and indicator_no = 63"
        " order by release_no desc limit 2"
    )
    assert [row[1:] for row in told] == [(None, None), (200, 231)]


@pytest.mark.parametrize("factor", [1.005, 0.9999, 1.00001])
def test_a_small_change_is_a_change(publisher: Publisher, factor: float) -> None:
    publisher.edit(f"update marts.{FACTS} set value = {factor} * value {OF_2016}")
    publisher.is_held_back(1)


def test_the_last_binary_digits_are_no_change(publisher: Publisher) -> None:
    publisher.edit(
        "update marts.fct_indicator_year set value = value * (1 + 1e-14), value_low = value_low * (1 - 1e-14)",
        "update marts.rpt_funding_pace set cumulative = cumulative + 1e-10, remaining = remaining - 1e-13",
    )
    publisher.publish(1)
    assert publisher.told() == set()


def test_changes_of_earlier_releases_are_carried_over(publisher: Publisher) -> None:
    publisher.edit(REVISE)
    publisher.explain("9", "2016")
    publisher.publish(1)
    publisher.publish(2)
    assert len(publisher.changes()) == 1
    assert len(publisher.round.rows("select release_id from release_log")) == 3


def test_a_build_as_of_an_earlier_day_is_compared_with_nothing(publisher: Publisher) -> None:
    publisher.edit(REVISE, "update marts.release_log set as_of = '2018-04-30'")
    publisher.publish(1)
    file = publisher.published.with_name("rusindikator_as_of_2018-04-30.duckdb")
    assert publisher.round.rows("select count(*) from release_changes", file) == [(0,)]
    assert publisher.changes() == []


def test_dbt_says_what_is_held_back_and_fails(first_build: Round, tmp_path: Path) -> None:
    round_ = copy_round(first_build, tmp_path / "round", shipped=True)
    before = file_sha256(round_.published)
    with duckdb.connect(str(round_.build_file)) as con:
        con.execute(REVISE)
    result = round_.dbt("build", "--select", "release_log publish_release")
    assert result.code == 1
    assert "2016: value 284 -> 290" in result.output
    assert f"say why in {round_.deliveries / 'revisions.csv'} and build again" in result.output
    assert file_sha256(round_.published) == before


# Texts of the catalogue ----------------------------------------------------------------------------------------------


def exchange(column: str) -> str:
    """Give #9 what #10 has and the other way round."""
    return (
        f"update marts.dim_indicator as this set {column} = other.{column} from marts.dim_indicator as other"
        " where this.indicator_no in (9, 10) and other.indicator_no = 19 - this.indicator_no"
    )


def shift(column: str) -> str:
    """Give every indicator what the one before it has."""
    return (
        f"update marts.dim_indicator as this set {column} = other.{column} from marts.dim_indicator as other"
        " where other.indicator_no = this.indicator_no - 1"
    )


# None of these changes a figure: statement, and table and columns that are told.
TEXTS = {
    "exchanged labels": (exchange("label_nb"), ("dim_indicator", {"label_nb"})),
    "exchanged English labels": (exchange("label_en"), ("dim_indicator", {"label_en"})),
    "caveats shifted by one": (shift("caveat_nb"), ("dim_indicator", {"caveat_nb"})),
    "notes of baselines shifted by one": (shift("baseline_note"), ("dim_indicator", {"baseline_note"})),
    "a moved goal": (
        "update marts.dim_indicator set goal_code = 'HM1' where indicator_no = 63",
        ("dim_indicator", {"goal_code"}),
    ),
    "narrowed expected years": (
        "update marts.dim_indicator set expected_years = '2016' where indicator_no = 9",
        ("dim_indicator", {"expected_years"}),
    ),
    "a definition": (
        "update marts.dim_indicator set numerator_nb = 'alle', denominator_nb = null where indicator_no = 63",
        ("dim_indicator", {"numerator_nb", "denominator_nb"}),
    ),
    "polarity": (
        "update marts.dim_indicator set polarity = 'up' where indicator_no = 9",
        ("dim_indicator", {"polarity"}),
    ),
    "a valid range": (
        "update marts.dim_indicator set valid_max = 1e6, valid_min = null where indicator_no = 63",
        ("dim_indicator", {"valid_max", "valid_min"}),
    ),
    "whether it can be told apart": (
        "update marts.dim_indicator set is_subjective = not is_subjective",
        ("dim_indicator", {"is_subjective"}),
    ),
    "the text of a goal": (
        "update marts.dim_goal set operational_text_nb = 'Noe annet' where goal_code = 'HM2'",
        ("dim_goal", {"operational_text_nb"}),
    ),
    "how often a source comes": (
        "update marts.dim_source set periodicity_nb = 'Hvert tiende år' where source_code = 'BU'",
        ("dim_source", {"periodicity_nb"}),
    ),
    "who published a delivery": (
        "update marts.dim_delivery set publisher = 'En annen', published_on = published_on + 1",
        ("dim_delivery", {"publisher", "published_on"}),
    ),
    "the day of an edition": (
        "update marts.dim_edition set measurement_year = measurement_year + 1",
        ("dim_edition", {"measurement_year"}),
    ),
    "the name of a region": (
        "update marts.dim_region set label_nb = 'Norge og Svalbard' where region_code = '0'",
        ("dim_region", {"label_nb"}),
    ),
    "what a target says": (
        "update marts.rpt_target_progress set label_nb = 'Et annet mål'",
        ("rpt_target_progress", {"label_nb"}),
    ),
    "why a year has no figure": (
        f"update marts.{FACTS} set missing_reason = 'not_collected' where missing_reason = 'not_measured'",
        (FACTS, {"missing_reason"}),
    ),
    "a note on a figure": (
        f"update marts.{FACTS} set obs_status_note = 'Anslag' {OF_2016}",
        (FACTS, {"obs_status_note"}),
    ),
    "a note where there was none": (
        f"update marts.{FACTS} set obs_status_note_en = 'Not to be trusted' where indicator_no = 10 and year = 2015",
        (FACTS, {"obs_status_note_en"}),
    ),
    "a limit where there was none": (
        "update marts.dim_indicator set set_to_edition = 'fafo_2018_08'",
        ("dim_indicator", {"set_to_edition"}),
    ),
    "a printed figure": (
        "update marts.qa_reconciliation set printed_text = '999' where indicator_no = 9",
        ("qa_reconciliation", {"printed_text"}),
    ),
}


@pytest.mark.parametrize("what", TEXTS)
def test_no_text_of_the_catalogue_changes_without_a_reason(publisher: Publisher, what: str) -> None:
    sql, (table, measures) = TEXTS[what]
    publisher.edit(sql)
    # a line that may be about every figure there is says nothing of a text
    publisher.explain(reason="Alle tall")
    message = publisher.is_held_back()
    assert all(f"{measure} " in message for measure in measures)
    publisher.explain(table=table, reason="Gjennomgang")
    release_id = publisher.publish(2)
    assert publisher.told() == {(table, measure) for measure in measures}
    reasons = "select distinct reason_nb from release_changes where change <> 'added'"
    assert publisher.round.rows(reasons) == [("Gjennomgang",)]
    (counts,) = publisher.round.rows(
        f"select changed_values, changed_texts > 0 from release_log where release_id = '{release_id}'"
    )
    assert counts == (0, True)
    told = publisher.list_of(release_id)
    assert f"| {table}.{min(measures)} | " in told.split("## Texts")[1]
    assert f"| {table} | " not in told.split("## Figures and verdicts")[1].split("## Texts")[0]


def test_the_review_of_a_catalogue_is_explained_in_a_few_lines(publisher: Publisher) -> None:
    publisher.edit(
        "update marts.dim_indicator set label_nb = label_nb || ' (ny)', label_en = label_en || ' (new)'"
        " where indicator_no <= 60",
        "update marts.dim_indicator set caveat_en = 'Mind the step.' where indicator_no = 61",
    )
    message = publisher.is_held_back()
    assert "61 published rows would change" in message
    wanting = publisher.round.build_file.with_name("held_back.csv").read_text("utf-8").splitlines()
    assert sorted(line.rsplit(",", 1)[1] + "|" + line.split(",")[0] for line in wanting[1:]) == [
        "dim_indicator.caveat_en|61",
        "dim_indicator.label_en|",
        "dim_indicator.label_nb|",
    ]
    for no, table in (
        ("", "dim_indicator.label_nb"),
        ("", "dim_indicator.label_en"),
        ("61", "dim_indicator.caveat_en"),
    ):
        publisher.explain(no, table=table)
    release_id = publisher.publish(2)
    counts = f"select changed_values, changed_texts from release_log where release_id = '{release_id}'"
    assert publisher.round.rows(counts) == [(0, 121)]


def test_a_review_of_texts_excuses_no_baseline(publisher: Publisher) -> None:
    publisher.edit("update marts.dim_indicator set baseline_value = 2 * baseline_value, label_nb = 'x' || label_nb")
    publisher.explain(table="dim_indicator")
    assert "baseline_value" in publisher.is_held_back()


def test_a_line_about_a_table_that_is_not_watched_is_told(publisher: Publisher) -> None:
    publisher.edit(REVISE)
    for name in ("fct_indicator_yer", "dim_indicator.labels", "qa_warnings"):
        publisher.edit("delete from raw.revisions where is_added")
        publisher.explain(table=name)
        with pytest.raises(PublishError, match=rf"has a line about '{name}'"):
            publisher.publish(1)


def test_what_a_figure_brings_along_when_it_comes_needs_no_reason(publisher: Publisher) -> None:
    (reason,) = publisher.round.rows(f"select missing_reason from {FACTS} where indicator_no = 91 and year = 2014")[0]
    assert reason
    publisher.edit(
        f"update marts.{FACTS} set value = 300, obs_status = 'A', missing_reason = null, obs_status_note = 'Nytt'"
        " where indicator_no = 91 and year = 2014"
    )
    publisher.publish(1)
    assert publisher.told() == {(FACTS, "value")}


def test_the_note_of_a_figure_is_explained_with_the_figure(publisher: Publisher) -> None:
    note = f"update marts.{FACTS} set obs_status_note = 'Rettet'"
    publisher.edit(REVISE, f"{note} {OF_2016}")
    publisher.explain(reason="Rettet")
    publisher.publish(1)
    assert publisher.told() == {(FACTS, "value"), (FACTS, "obs_status_note")}
    # of another figure, which stays as it is, it is not
    publisher.edit(f"{note} where indicator_no = 10 and year = 2016")
    publisher.explain(reason="Igjen")
    publisher.is_held_back(2)


# Reasons that come with the code -------------------------------------------------------------------------------------


def ship(publisher: Publisher, table: str, day: str) -> None:
    """Add a line as the code brings it."""
    publisher.edit(
        "insert into raw.revisions by name select '' as indicator_no, '' as year,"
        f" '{day}' as revised_on, 'Ny katalog' as reason_nb, 'New catalogue' as reason_en, '{table}' as table_name,"
        " false as is_added"
    )


@pytest.mark.parametrize("day", ["2020-01-01", "2999-01-01"])
def test_a_reason_that_comes_with_the_code_counts_whenever_the_upgrade_is_made(publisher: Publisher, day: str) -> None:
    publisher.edit(exchange("label_nb"))
    ship(publisher, "dim_indicator", day)
    publisher.publish(1)
    assert publisher.told() == {("dim_indicator", "label_nb")}


def test_a_reason_that_the_code_had_before_explains_nothing_new(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(publisher, "dim_indicator", str(date.today()))
    lines = publisher.round.rows("select count(*) from raw.revisions where not is_added", publisher.round.build_file)
    monkeypatch.setattr("rusindikator.publish.release.count_shipped", lambda: lines[0][0])
    publisher.publish(1)
    publisher.edit(exchange("label_nb"))
    assert "label_nb" in publisher.is_held_back(2)


# Figures that rest on no earlier one ---------------------------------------------------------------------------------


def test_new_figures_stand_first_beside_the_year_before(publisher: Publisher) -> None:
    before = publisher.round.rows(f"select year, value from {FACTS} where indicator_no = 91 and value is not null")
    last = max(before)
    new = last[0] + 1
    publisher.edit(
        f"update marts.{FACTS} set value = {10 * last[1]}, obs_status = 'A' where indicator_no = 91 and year = {new}",
        ADD,
    )
    text = publisher.list_of(publisher.publish(1))
    first, rest = text.split("## Figures and verdicts")
    rows = [line for line in first.splitlines() if line.startswith(("| 91 |", "| 9 |"))]
    assert "## " not in first.split("## Figures that rest on no earlier release")[0]
    assert [row.split(" | ")[0] for row in rows] == ["| 91", "| 9"]
    assert f"| {new} | {10 * last[1]:.10g} | {last[1]:.10g} | {last[0]} | 10 |" in rows[0]
    assert "value | added" in rest


def test_a_first_release_lists_all_its_figures(publisher: Publisher, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(tmp_path / "first"))
    publisher.published = tmp_path / "first" / "rusindikator.duckdb"
    publisher.folder = tmp_path / "first"
    release_id = publisher.publish(1)
    text = publisher.list_of(release_id)
    (count,) = publisher.round.rows(f"select count(value) from {FACTS}")[0]
    assert count > 100
    assert f"{count} figures." in text
    assert text.count("\n| ") == count + 1  # and the heads of the columns
    assert "first release" in text
