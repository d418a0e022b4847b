"""Before the swap: the audit of the finished file, reasons for changed figures, the way back to earlier releases."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from rusindikator import publish, releases
from rusindikator.__main__ import main
from rusindikator.audit import PERSONAL_NUMBER, audit_file, report
from rusindikator.publish import PublishError, publish_release

from .conftest import Round, copy_round

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
        (FACTS, "indicator_no, year", "compound columns to be unique does not hold (2 rows)"),
    ),
    "a share above 100": (
        "update fct_indicator_year set value = 101, value_low = null, value_high = null"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "value", "'max_value': 100"),
    ),
    "a negative value": (
        "update fct_indicator_year set value = -1, value_low = null, value_high = null"
        " where indicator_no = 9 and year = 2016",
        (FACTS, "value", "'min_value': 0"),
    ),
    "limits that do not enclose the value": (
        "update fct_indicator_year set value_low = value + 1 where indicator_no = 9 and year = 2016",
        (FACTS, "value_low", "greater than b"),
    ),
    "a value called missing": (
        "update fct_indicator_year set obs_status = 'M' where indicator_no = 9 and year = 2016",
        (FACTS, "value", "values to be null"),
    ),
    "a figure without a caveat": (
        "update fct_indicator_year set caveat_nb = null where indicator_no = 9 and year = 2016",
        (FACTS, "caveat_nb", "to not be null does not hold (1 rows)"),
    ),
    "a figure from nowhere": (
        "update fct_indicator_year set delivery_id = null where indicator_no = 9 and year = 2016",
        (FACTS, "delivery_id", "to not be null"),
    ),
    "a column gone": ("alter table fct_indicator_year drop column value_low", (FACTS, "value_low", "is missing")),
    "a baseline gone": (
        "update dim_indicator set baseline_value = null where indicator_no = 9",
        ("dim_indicator", "baseline_value", "to not be null"),
    ),
    "an indicator too few": (
        "delete from dim_indicator where indicator_no = 94",
        ("dim_indicator", "", "row count to equal"),
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
    "a change nobody has explained": (
        "insert into release_changes values ('20200101T000000Z', 9, 2016, 'changed', 282, 284, null, null)",
        ("release_changes", "reason_nb", "to not be null"),
    ),
}


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
        ("a01019012345", False),
        ("13.01019012345", False),  # decimals of a number
        ("2016-2020", False),
    ],
)
def test_what_looks_like_a_personal_number(text: str, is_personal: bool) -> None:
    assert (
        duckdb.execute("select regexp_matches($text, $pattern)", {"text": text, "pattern": PERSONAL_NUMBER}).fetchone()[
            0
        ]
        is is_personal
    )


def test_the_audit_shares_no_code_with_the_maker() -> None:
    source = Path(releases.__file__).with_name("audit.py").read_text("utf-8")
    assert not re.search(r"^\s*(from|import) (rusindikator|\.)", source, re.MULTILINE)


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

    def explain(self, no: str = "", year: str = "", day: date | None = None) -> None:
        """Write a line of revisions.csv."""
        self.edit(f"insert into raw.revisions values ('{no}', '{year}', '{day or self.built_on}', 'Grunn', 'Reason')")

    def changes(self) -> list[tuple]:
        """Changes that the published file tells of."""
        return self.round.rows(
            "select indicator_no, year, change, value_before, value_after, reason_nb, reason_en from release_changes"
        )


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


@pytest.mark.parametrize(("sql", "after"), [(REVISE, "290 count"), (REMOVE, "no value")])
def test_a_published_figure_does_not_change_without_a_reason(publisher: Publisher, sql: str, after: str) -> None:
    before = releases.file_sha256(publisher.published)
    publisher.edit(sql)
    with pytest.raises(PublishError) as caught:
        publisher.publish(1)
    message = str(caught.value)
    assert "29990101T000001Z is held back: 1 published figures would change" in message
    assert f"2016: 284 count -> {after}" in message
    assert "#9 " in message
    assert f"  9,2016,{date.today()}," in message
    everything = publisher.round.build_file.with_name("held_back.md")
    assert str(everything) in message
    assert "nobody has said why" in everything.read_text("utf-8")
    assert releases.file_sha256(publisher.published) == before
    assert {path.suffix for path in publisher.published.parent.iterdir()} <= {".duckdb", ".md", ""}


@pytest.mark.parametrize(("no", "year"), [("9", "2016"), ("9", ""), ("", "2016"), ("", "")])
def test_with_a_reason_it_does(publisher: Publisher, no: str, year: str) -> None:
    publisher.edit(REVISE)
    publisher.explain(no, year)
    release_id = publisher.publish(1)
    assert publisher.changes() == [(9, 2016, "changed", 284, 290, "Grunn", "Reason")]
    assert publisher.round.rows(f"select changed_values from release_log where release_id = '{release_id}'") == [(1,)]
    text = (publisher.published.parent / f"changes_{release_id}.md").read_text("utf-8")
    assert "| 9 | 2016 | changed | 284 | 290 | Grunn |" in text
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


def test_the_nearest_reason_is_told(publisher: Publisher) -> None:
    publisher.edit(REVISE, f"insert into raw.revisions values ('9', '2016', '{publisher.built_on}', 'Nær', 'Near')")
    publisher.explain()
    publisher.publish(1)
    assert publisher.changes()[0][5:] == ("Nær", "Near")


def test_a_figure_may_be_added(publisher: Publisher) -> None:
    (before,) = publisher.round.rows(f"select value from {FACTS} where indicator_no = 9 and year = 2014")[0]
    publisher.edit(ADD)
    if before is None:
        publisher.publish(1)
        assert publisher.changes() == [(9, 2014, "added", None, 300, None, None)]
    else:
        pytest.fail("2014 of #9 is published already: choose another year for this test")


def test_the_last_binary_digits_are_no_change(publisher: Publisher) -> None:
    publisher.edit("update marts.fct_indicator_year set value = value * (1 + 1e-14)")
    publisher.publish(1)
    assert publisher.changes() == []


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
    assert "2016: 284 count -> 290 count" in result.output
    assert "seeds/catalogue/revisions.csv" in result.output
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
