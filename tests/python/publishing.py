"""A published file to publish over, without dbt and without the audit, which has its own tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from rusindikator.files import file_sha256
from rusindikator.publish import PublishError, publish_release
from rusindikator.publish.kept import read_release

from .conftest import Round

FACTS = "fct_indicator_year"
OF_2016 = "where indicator_no = 9 and year = 2016"
REVISE = f"update marts.{FACTS} set value = 290 {OF_2016}"
# What no reader of figures looks at: a release that differs in this alone is a release, and needs no reason.
TOUCH = (
    "update marts.qa_warnings set detail = '{}'"
    " where (finding, subject) = (select (finding, subject) from marts.qa_warnings order by all limit 1)"
)


class NoAudit:
    """Stands in for the audit."""

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
        self.folder = round_.published.parent
        self.tables = [name for (name,) in round_.rows("select table_name from duckdb_tables()")]
        self.closing: list[str] = []
        (self.built_on,) = round_.rows("select built_at::date from release_log")[0]

    def edit(self, *statements: str) -> None:
        """Change the build file."""
        with duckdb.connect(str(self.round.build_file)) as con:
            for sql in statements:
                con.execute(sql)

    def publish(self, number: int, *, touch: bool = True, built_at: str = "") -> str:
        """Publish as a release of that number and return the id of the release that is published then.

        touch: change a text that is not watched, so that there is something to publish.
        """
        with duckdb.connect(str(self.round.build_file)) as con:
            con.execute(
                "update marts.release_log set release_id = ?,"
                " built_at = coalesce(try_cast(? as timestamp), built_at + to_seconds(?))",
                [f"29990101T{number:06}Z", built_at or None, number],
            )
            if touch:
                con.execute(TOUCH.format(f"release {number}"))
            published = publish_release(con, dict.fromkeys(self.tables))
            self.closing = published.select("told").fetchone()[0].splitlines()
        return read_release(self.published).release_id

    def explain(
        self, no: str = "", year: str = "", day: date | None = None, table: str = "", reason: str = "Grunn"
    ) -> None:
        """Write a line of revisions.csv in the folder of the deliveries."""
        self.edit(
            "insert into raw.revisions by name select"
            f" '{no}' as indicator_no, '{year}' as year, '{day or self.built_on}' as revised_on,"
            f" '{reason}' as reason_nb, 'Reason' as reason_en, '{table}' as table_name, true as is_added"
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

    def list_of(self, release_id: str) -> str:
        """The readable list of what a release changed."""
        return (self.folder / f"changes_{release_id}.md").read_text("utf-8")

    def is_held_back(self, number: int = 1) -> str:
        """Publish, which must fail and change nothing, and return the message."""
        before = file_sha256(self.published)
        with pytest.raises(PublishError, match="held back") as caught:
            self.publish(number)
        assert file_sha256(self.published) == before
        return str(caught.value)
