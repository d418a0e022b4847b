"""Before the swap: the audit of the finished file, reasons for changed figures, the way back to earlier releases."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from rusindikator import publish, releases
from rusindikator.__main__ import main
from rusindikator.audit import audit_file, report
from rusindikator.audit.identifying import MAIL, TELEPHONE, kinds_of
from rusindikator.audit.numbers import PERSONAL
from rusindikator.audit.privacy import identifies
from rusindikator.audit.small_cells import small_cells
from rusindikator.audit.values import CHECKS, Check
from rusindikator.changes import WATCHED
from rusindikator.publish import PublishError, publish_release

from .conftest import ROOT, Round, copy_round

# The audit -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def release(first_build: Round, tmp_path: Path) -> Path:
    """A copy of a release, to damage."""
    return Path(shutil.copy(first_build.published, tmp_path / "release.duckdb"))


def test_a_release_passes_the_audit(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit_file(release) == []
    assert report(release) == 0
    assert "everything holds" in capsys.readouterr().out


FACTS = "fct_indicator_year"
DAMAGES = {
    "an indicator without a row": (
        "delete from fct_indicator_year where indicator_no = 9 and year = 2016",
        (FACTS, "", "2016 has 93 rows instead of 94"),
    ),
    "a row twice": (
        "insert into fct_indicator_year from fct_indicator_year where indicator_no = 9 and year = 2016",
        (FACTS, "indicator_no, year", "1 keys stand in more than one row, for instance 9, 2016"),
    ),
    "a share above 100": (
        "update fct_indicator_year set value = 101, value_low = null, value_high = null"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "value", "a share is at most 100; 1 rows do not hold, for instance 63, 2017"),
    ),
    "a negative value": (
        "update fct_indicator_year set value = -1, value_low = null, value_high = null"
        " where indicator_no = 9 and year = 2016",
        (FACTS, "value", "must be a number of at least 0"),
    ),
    "limits that do not enclose the value": (
        "update fct_indicator_year set value_low = value + 1 where indicator_no = 9 and year = 2016",
        (FACTS, "value_low", "is greater than the value"),
    ),
    "a value called missing": (
        "update fct_indicator_year set obs_status = 'M' where indicator_no = 9 and year = 2016",
        (FACTS, "value", "is called missing (M)"),
    ),
    "a figure without a caveat": (
        "update fct_indicator_year set caveat_nb = null where indicator_no = 9 and year = 2016",
        (FACTS, "caveat_nb", "must not be null; 1 rows do not hold, for instance 9, 2016"),
    ),
    "a figure from nowhere": (
        "update fct_indicator_year set delivery_id = null where indicator_no = 9 and year = 2016",
        (FACTS, "delivery_id", "a figure must come from a delivery"),
    ),
    "a column gone": ("alter table fct_indicator_year drop column value_low", (FACTS, "value_low", "is missing")),
    "a baseline gone": (
        "update dim_indicator set baseline_value = null where indicator_no = 9",
        ("dim_indicator", "baseline_value", "must not be null"),
    ),
    "an indicator too few": (
        "delete from dim_indicator where indicator_no = 94",
        ("dim_indicator", "", "has 93 rows instead of 94"),
    ),
    "a table gone": ("drop table qa_coverage", ("qa_coverage", "", "is missing")),
    "an empty table": ("delete from dim_source", ("dim_source", "", "is empty")),
    "a table nobody has described to the audit": (
        "create table answers as select 1 as x; comment on table answers is 'x'; comment on column answers.x is 'x'",
        ("answers", "", "is not known to the audit"),
    ),
    "a view": ("create view latest as from release_log", ("latest", "", "is a view")),
    "a second schema": (
        "create schema raw; create table raw.bu as select 1 as x; comment on table raw.bu is 'x';"
        " comment on column raw.bu.x is 'x'",
        ("", "", "schema raw holds tables"),
    ),
    "a table without a description": (
        "comment on table dim_goal is null",
        ("dim_goal", "", "has no description"),
    ),
    "a column without a description": (
        "comment on column dim_goal.label_nb is ' '",
        ("dim_goal", "label_nb", "has no description"),
    ),
    "a column of identifiers": (
        "alter table qa_delivery add column lopenr bigint; comment on column qa_delivery.lopenr is 'x'",
        ("qa_delivery", "lopenr", "identifies a person"),
    ),
    "a personal number in a note": (
        "update dim_delivery set note = 'ring 010190 12345 for innsyn' where delivery_id = (select min(delivery_id)"
        " from dim_delivery)",
        ("dim_delivery", "note", "1 cells look like a personal number"),
    ),
    "figures of a municipality": (
        "alter table qa_coverage add column region_code varchar; comment on column qa_coverage.region_code is 'x';"
        " update qa_coverage set region_code = case when source_code = 'BU' then '0301' else '0' end",
        ("qa_coverage", "region_code", "rows are about a part of the country"),
    ),
    "figures of a municipality among those of health regions": (
        "insert into fct_golden_rule from (select * replace ('0301' as region_code) from fct_golden_rule limit 1)",
        ("fct_golden_rule", "region_code", "1 rows are about a part of the country"),
    ),
    "a figure of no region": (
        "update fct_golden_rule set region_code = null where year = 2016",
        ("fct_golden_rule", "region_code", "1 rows are about a part of the country"),
    ),
    "a year without rows": (
        "delete from fct_indicator_year where year = 2014",
        (FACTS, "", "2014 has 0 rows instead of 94"),
    ),
    "the newest year without rows": (
        "delete from fct_indicator_year where year = (select max(year) from fct_indicator_year)",
        (FACTS, "", "2020 has 0 rows instead of 94"),
    ),
    "a report year without rows": (
        "delete from rpt_status where report_year = 2018",
        ("rpt_status", "", "2018 has 0 rows instead of 94"),
    ),
    "a baseline that facts and catalogue tell differently": (
        "update fct_indicator_year set baseline_value = 2 * baseline_value where indicator_no = 9 and year = 2016",
        (FACTS, "baseline_value", "says something else than dim_indicator; 1 rows"),
    ),
    "one of two persons": (
        f"update {FACTS} set numerator = 1, denominator = 2, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "numerator", "1 figures rest on < 5 persons, for instance #63 2017: 1 of 2"),
    ),
    "four of many": (
        f"update {FACTS} set numerator = 4, denominator = 491, data_origin = 'received' where indicator_no = 63"
        " and year = 2017",
        (FACTS, "numerator", "1 figures rest on < 5 persons"),
    ),
    "all but four": (
        f"update {FACTS} set numerator = 487, denominator = 491, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "denominator - numerator", "1 figures rest on < 5 persons"),
    ),
    "nobody of four": (
        f"update {FACTS} set numerator = 0, denominator = 4, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "denominator", "1 figures rest on < 5 persons"),
    ),
    "an e-mail address": (
        "update dim_source set known_breaks_nb = 'spør kari.nordmann@kommune.no' where source_code = 'BU'",
        ("dim_source", "known_breaks_nb", "1 cells look like an e-mail address"),
    ),
    "a telephone number": (
        "update dim_source set known_breaks_nb = 'ring 22 12 34 56.' where source_code = 'BU'",
        ("dim_source", "known_breaks_nb", "1 cells look like a telephone number"),
    ),
    "a change nobody has explained": (
        "insert into release_changes by name select '20200101T000000Z' as release_id, 'changed' as change,"
        " 'fct_indicator_year' as table_name, '9, 2016' as row_key, 'value' as measure",
        ("release_changes", "reason_nb", "a change must have its reason"),
    ),
    "limits below the value": (
        "update fct_indicator_year set value_high = value - 1 where indicator_no = 9 and year = 2016",
        (FACTS, "value_high", "is lower than the value"),
    ),
    "a value that is no number": (
        "update fct_indicator_year set value = 'nan', value_low = null, value_high = null"
        " where indicator_no = 9 and year = 2016",
        (FACTS, "value", "must be a number of at least 0"),
    ),
    "a value gone": (
        "update fct_indicator_year set value = null where indicator_no = 9 and year = 2016",
        (FACTS, "value", "is missing, not called so"),
    ),
    "an indicator nobody knows": (
        f"update dim_indicator set indicator_no = 95 where indicator_no = 94;"
        f" update {FACTS} set indicator_no = 95 where indicator_no = 94",
        ("dim_indicator", "indicator_no", "must be 1 to 94"),
    ),
    "a fact of an indicator nobody knows": (
        f"update {FACTS} set indicator_no = null where indicator_no = 94 and year = 2013",
        (FACTS, "indicator_no", "must be 1 to 94"),
    ),
    "baselines that facts and catalogue tell differently": (
        "update fct_indicator_year set baseline_year = baseline_year - 1 where indicator_no = 9 and year = 2016",
        (FACTS, "baseline_year", "says something else than dim_indicator"),
    ),
    "a baseline that the report and the catalogue tell differently": (
        "update rpt_status set baseline_value = 2 * baseline_value where indicator_no = 9 and report_year = 2018",
        ("rpt_status", "baseline_value", "says something else than dim_indicator; 1 rows"),
    ),
    "a baseline of another year in the report": (
        "update rpt_status set baseline_year = null where indicator_no = 9 and report_year = 2018",
        ("rpt_status", "baseline_year", "says something else than dim_indicator; 1 rows"),
    ),
    "a change of an unknown kind": (
        "insert into release_changes by name select '20200101T000000Z' as release_id, 'moved' as change,"
        " 'fct_indicator_year' as table_name, '9, 2016' as row_key, 'value' as measure, 'x' as reason_nb",
        ("release_changes", "change", "must be added, removed or changed"),
    ),
    "the oldest year without rows": (
        "delete from fct_indicator_year where year = 2013",
        (FACTS, "", "2013 has 0 rows instead of 94"),
    ),
    "the first report year without rows": (
        "delete from rpt_status where report_year = 2016",
        ("rpt_status", "", "2016 has 0 rows instead of 94"),
    ),
    **{
        f"{table}.{column} gone": (
            f"update {table} set {column} = null where indicator_no = 9",
            (table, column, "must not be null"),
        )
        for table, columns in {
            "dim_indicator": ("caveat_nb", "caveat_en", "unit"),
            FACTS: ("caveat_en", "unit", "obs_status"),
            "fct_indicator_vintage": ("value", "delivery_id", "data_origin"),
        }.items()
        for column in columns
    },
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.table}.{check.column}: {check.words}"[:80])
def test_every_check_of_values_has_a_damage_that_it_finds(check: Check) -> None:
    assert [
        name
        for name, (_, (table, column, problem)) in DAMAGES.items()
        if (table, column) == (check.table, check.column) and (problem in check.words or check.words in problem)
    ]


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_audit_finds(damage: str, release: Path) -> None:
    sql, (table, column, problem) = DAMAGES[damage]
    with duckdb.connect(str(release)) as con:
        con.execute(sql)
    findings = audit_file(release)
    assert [item for item in findings if (item.table, item.column) == (table, column) and problem in item.problem], (
        findings
    )
    # it finds the damage, not a dozen other things
    assert len(findings) <= 3, findings


@pytest.mark.parametrize(
    "sql",
    [
        # nobody is in the cell, and nobody outside it
        f"update {FACTS} set numerator = 0, denominator = 491, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        f"update {FACTS} set numerator = 491, denominator = 491, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        # five are enough
        f"update {FACTS} set numerator = 5, denominator = 10, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        # municipalities, who answer in their own name
        f"update {FACTS} set numerator = 2 where indicator_no = 40 and year = 2017",
        # printed by the source, who hides what is to be hidden
        f"update {FACTS} set numerator = 1, denominator = 2, data_origin = 'reported' where indicator_no = 63",
    ],
)
def test_what_is_no_small_cell(sql: str, release: Path) -> None:
    with duckdb.connect(str(release)) as con:
        con.execute(sql)
        assert list(small_cells(con, FACTS)) == []


@pytest.mark.parametrize(
    "column",
    [
        *("epost", "e_post", "email", "e_mail", "epostadresse", "telefon", "telefonnr", "tlf", "mobil", "mobilnummer"),
        *("adresse", "postadresse", "address", "kontakt_telefon", "lopenr", "fnr", "pasient_id"),
    ],
)
def test_names_of_columns_that_identify(column: str) -> None:
    assert identifies(column)
    assert identifies(column.upper())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("kari.nordmann@kommune.no", "an e-mail address"),
        ("<ola+rus@post.helsedir.no>", "an e-mail address"),
        ("@SkrivTil", None),
        ("a@b", None),
        ("+47 22 12 34 56", "a telephone number"),
        ("004722123456", "a telephone number"),
        ("22 12 34 56", "a telephone number"),
        ("tlf. 912 34 567", "a telephone number"),
        ("91234567", "a telephone number"),
        ("(41 23 45 67)", "a telephone number"),
        ("20161123", None),  # a date
        ("20161123T065859Z", None),
        ("983658725", None),  # an organisation
        ("1 234 567", None),
        ("41 234 567 kroner", None),
        ("91234567.5", "a telephone number"),  # numbers are columns of their own type
        ("https://example.no/91234567", None),
        ("10 20 30 40 50", None),
        ("2016 2017 2018 2019", None),
    ],
)
def test_what_looks_like_a_way_to_reach_somebody(text: str, what: str | None) -> None:
    found = [name for name in (MAIL, TELEPHONE) if name in kinds_of(text)]
    assert found == ([what] if what else [])


def test_the_audit_finds_a_file_that_older_readers_cannot_open(release: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{release}' as old (read_only)")
        con.execute(f"attach '{newer}' as new (storage_version 'v1.2.0')")
        con.execute("copy from database old to new")
    assert "DuckDB 1.1 cannot open the file" in " ".join(map(str, audit_file(newer)))


@pytest.mark.parametrize(
    ("text", "is_personal"),
    [
        ("01019012345", True),
        ("010190 12345", True),
        ("nr. 31129912345.", True),
        ("41019012345", True),  # D-number
        ("01419012345", True),  # made up by a hospital
        ("01819012345", True),  # made up for tests
        ("01669012345", True),
        ("99999912345", False),  # no such day
        ("32019012345", False),
        ("01139012345", False),  # no such month
        ("010190123456", False),
        ("a01019012345", True),  # glued to a word
        ("13.01019012345", False),  # decimals of a number
        ("2016-2020", False),
    ],
)
def test_what_looks_like_a_personal_number(text: str, is_personal: bool) -> None:
    assert (PERSONAL in kinds_of(text)) is is_personal


def test_the_audit_shares_no_code_with_the_maker() -> None:
    files = sorted(Path(releases.__file__).with_name("audit").glob("*.py"))
    assert len(files) > 5
    for file in files:
        imported = re.findall(r"^\s*(?:from|import) +(rusindikator\S*|\.\S*)", file.read_text("utf-8"), re.MULTILINE)
        assert not [name for name in imported if not re.fullmatch(r"\.[a-z_]+", name)], file


def test_the_audit_of_every_build_loads_neither_great_expectations_nor_pandas(release: Path) -> None:
    code = (
        "import sys; from rusindikator.audit import audit_file; from pathlib import Path;"
        " assert audit_file(Path(sys.argv[1])) == [];"
        " print(sorted({'great_expectations', 'pandas', 'dbt', 'rusindikator.publish'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code, release], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


# Publishing again ----------------------------------------------------------------------------------------------------


class NoAudit:
    """Stands in for the audit, which takes seconds and has its own tests."""

    def begin(self, file: Path) -> None:
        """Do nothing."""

    def finish(self, file: Path) -> None:
        """Find nothing."""

    def stop(self) -> None:
        """Do nothing."""


class Publisher:
    """Publishes what a build file holds, over a published file of its own."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.published = round_.published
        self.tables = [name for (name,) in round_.rows("select table_name from duckdb_tables()")]
        (self.built_on,) = round_.rows("select built_at::date from release_log")[0]

    def edit(self, *statements: str) -> None:
        """Change the build file."""
        with duckdb.connect(str(self.round.build_file)) as con:
            for sql in statements:
                con.execute(sql)

    def publish(self, number: int) -> str:
        """Publish as a release of that number and return its id."""
        release_id = f"29990101T{number:06}Z"
        with duckdb.connect(str(self.round.build_file)) as con:
            con.execute(
                "update marts.release_log set release_id = ?, built_at = built_at + to_seconds(?)", [release_id, number]
            )
            publish_release(con, dict.fromkeys(self.tables))
        return release_id

    def explain(
        self, no: str = "", year: str = "", day: date | None = None, table: str = "", reason: str = "Grunn"
    ) -> None:
        """Write a line of revisions.csv."""
        self.edit(
            "insert into raw.revisions by name select"
            f" '{no}' as indicator_no, '{year}' as year, '{day or self.built_on}' as revised_on,"
            f" '{reason}' as reason_nb, 'Reason' as reason_en, '{table}' as table_name"
        )

    def changes(self) -> list[tuple]:
        """Changes of values that the published file tells of."""
        return self.round.rows(
            "select indicator_no, year, change, value_before, value_after, reason_nb, reason_en from release_changes"
            f" where table_name = '{FACTS}' and measure = 'value' order by all"
        )

    def told(self) -> set[tuple]:
        """Tables and measures of which the published file tells changes."""
        return set(self.round.rows("select table_name, measure from release_changes"))

    def is_held_back(self, number: int = 1) -> str:
        """Publish, which must fail and change nothing, and return the message."""
        before = releases.file_sha256(self.published)
        with pytest.raises(PublishError, match="held back") as caught:
            self.publish(number)
        assert releases.file_sha256(self.published) == before
        return str(caught.value)


@pytest.fixture
def publisher(first_build: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A publisher over the first build, without the audit."""
    round_ = copy_round(first_build, tmp_path / "round", shipped=True)
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(round_.published.parent))
    monkeypatch.setattr(publish, "Auditor", NoAudit)
    return Publisher(round_)


REVISE = "update marts.fct_indicator_year set value = 290 where indicator_no = 9 and year = 2016"
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


OF_2016 = "where indicator_no = 9 and year = 2016"
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
    publisher.explain(table=table)
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
    ("dim_indicator", "valid_min"),
    ("dim_indicator", "valid_max"),
    ("dim_indicator", "min_change_abs"),  # a rule: its verdicts are watched
    ("dim_indicator", "min_change_rel"),
    ("fct_indicator_vintage", "change_from_previous_vintage"),
    ("qa_coverage", "printed_share_pct"),
    ("rpt_target_progress", "baseline_value"),
    ("rpt_target_progress", "progress_pct"),
    ("rpt_target_progress", "required_per_year"),
    ("rpt_target_progress", "actual_yearly_change"),
    ("rpt_target_progress", "nearest_value"),
}


def test_a_new_column_of_figures_is_watched_or_named_here(first_build: Round) -> None:
    watched = {(table.table, name) for table in WATCHED for name in (*table.key, *table.figures, *table.marks)}
    columns = dict(
        first_build.rows("select (table_name, column_name), data_type from duckdb_columns() where not internal")
    )
    assert watched <= set(columns)
    tables = {table.table for table in WATCHED if table.figures}
    figures = {(table, name) for (table, name), kind in columns.items() if kind == "DOUBLE" and table in tables}
    assert figures - watched - NOT_WATCHED == set()


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
    first = current(publisher)
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
    publisher.publish(2)
    assert publisher.changes() == [(9, 2016, "changed", 284, 290, "Grunn", "Reason")]
    assert publisher.round.rows(f"select row_key from release_changes where table_name = '{FACTS}'") == [("9, 2016",)]
    assert [publisher.told() >= {("rpt_target_progress", "value")}] == [True]


def test_a_figure_may_be_added(publisher: Publisher) -> None:
    (before,) = publisher.round.rows(f"select value from {FACTS} where indicator_no = 9 and year = 2014")[0]
    publisher.edit(ADD)
    if before is None:
        publisher.publish(1)
        assert publisher.changes() == [(9, 2014, "added", None, 300, None, None)]
    else:
        pytest.fail("2014 of #9 is published already: choose another year for this test")


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


def test_the_real_audit_holds_a_release_back(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, first_build: Round
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(publisher.published.parent))
    before = releases.file_sha256(publisher.published)
    publisher.edit("update marts.dim_delivery set note = 'fnr 01019012345'")
    with pytest.raises(PublishError, match=r"found 1 faults\.\n  dim_delivery\.note: \d+ cells"):
        publisher.publish(1)
    assert releases.file_sha256(publisher.published) == before
    assert [path for path in publisher.published.parent.rglob("*.draft*")] == []


def test_dbt_says_what_is_held_back_and_fails(first_build: Round, tmp_path: Path) -> None:
    round_ = copy_round(first_build, tmp_path / "round", shipped=True)
    before = releases.file_sha256(round_.published)
    with duckdb.connect(str(round_.build_file)) as con:
        con.execute(REVISE)
    result = round_.dbt("build", "--select", "release_log publish_release")
    assert result.code == 1
    assert "2016: value 284 -> 290" in result.output
    assert f"say why in {round_.deliveries / 'revisions.csv'} and build again" in result.output
    assert releases.file_sha256(round_.published) == before


# Releases ------------------------------------------------------------------------------------------------------------


def current(publisher: Publisher) -> str:
    """Return the id of the published release."""
    return releases.read_release(publisher.published).release_id


def test_the_last_five_are_kept(publisher: Publisher) -> None:
    first = current(publisher)
    ids = [publisher.publish(number) for number in range(1, 7)]
    kept = [release.release_id for release in releases.kept_releases(publisher.published)]
    assert kept == ids[:0:-1]
    assert first not in kept
    assert {path.name for path in publisher.published.parent.glob("changes_*")} == {f"changes_{id_}.md" for id_ in kept}


def test_rollback_and_building_again(publisher: Publisher, capsys: pytest.CaptureFixture[str]) -> None:
    first = current(publisher)
    publisher.edit(REVISE)
    publisher.explain("9", "2016")
    second = publisher.publish(1)
    third = publisher.publish(2)
    database = ["--database", str(publisher.published)]

    assert main(["rollback", *database]) == 0
    assert f"is release {second} again; it was release {third}" in capsys.readouterr().out
    assert main(["rollback", *database]) == 0
    assert current(publisher) == first
    assert publisher.round.rows(f"select value from {FACTS} where indicator_no = 9 and year = 2016") == [(284,)]
    # the Parquet copies are those of the release, too
    parquet = publisher.published.parent / "parquet" / f"{FACTS}.parquet"
    assert duckdb.sql(f"select value from '{parquet}' where indicator_no = 9 and year = 2016").fetchall() == [(284,)]
    assert releases.file_sha256(publisher.published) == releases.file_sha256(
        releases.kept_file(publisher.published, first)
    )

    assert main(["rollback", *database]) == 1
    assert "no earlier release of it is kept" in capsys.readouterr().err
    assert main(["rollback", "--to", "20000101T000000Z", *database]) == 1
    assert "release 20000101T000000Z is not kept" in capsys.readouterr().err
    assert main(["rollback", "--to", third, *database]) == 0
    assert main(["rollback", "--to", third, *database]) == 1
    assert "already" in capsys.readouterr().err
    assert main(["rollback", "--to", first, *database]) == 0

    # the next release replaces the first: it goes back there and not to the ones that were taken back
    fourth = publisher.publish(3)
    assert current(publisher) == fourth
    assert publisher.changes() == [(9, 2016, "changed", 284, 290, "Grunn", "Reason")]
    assert main(["rollback", *database]) == 0
    assert current(publisher) == first

    capsys.readouterr()
    assert main(["releases", *database]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[2:18] for line in lines if line.startswith("*")] == [first]
    assert len(lines) == 5


def test_rollback_replaces_a_file_that_nobody_can_read(publisher: Publisher) -> None:
    release_id = publisher.publish(1)
    publisher.published.write_bytes(b"overwritten by mistake")
    with pytest.raises(PublishError, match="rollback"):
        publisher.publish(2)
    assert main(["rollback", "--database", str(publisher.published)]) == 0
    assert current(publisher) == release_id
    assert current(publisher) != publisher.publish(3)
