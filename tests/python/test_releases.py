"""Releases: which is the current one, which are kept, the way back, and how one is removed for good."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rusindikator.cli import main
from rusindikator.files import file_sha256
from rusindikator.publish import PublishError
from rusindikator.publish import kept as releases

from .publishing import FACTS, REVISE, TOUCH, Publisher


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


def test_a_published_release_whose_copy_is_gone_is_kept_when_it_is_replaced(publisher: Publisher) -> None:
    """As of a release that was published before copies were kept, or whose copy somebody has removed."""
    first = publisher.publish(1)
    releases.kept_file(publisher.published, first).unlink()
    second = publisher.publish(2)
    assert kept_ids(publisher)[:2] == [second, first]


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
    assert file_sha256(publisher.published) == file_sha256(releases.kept_file(publisher.published, first))

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


# What is identical ---------------------------------------------------------------------------------------------------


def test_what_is_identical_makes_no_release(publisher: Publisher) -> None:
    first = publisher.publish(1)
    before = {path: path.stat().st_ino for path in publisher.folder.rglob("*") if path.is_file()}
    assert len(before) > 25
    for number in (2, 3):
        assert publisher.publish(number, touch=False) == first
        assert publisher.closing[1] == f"release   Nothing changed: {publisher.published} stays release {first}."
    assert {path: path.stat().st_ino for path in publisher.folder.rglob("*") if path.is_file()} == before


def test_a_description_that_changes_makes_a_release(publisher: Publisher) -> None:
    first = publisher.publish(1)
    publisher.edit("comment on column marts.dim_goal.label_nb is 'Name of the goal.'")
    assert publisher.publish(2, touch=False) != first


@pytest.mark.parametrize("edit", ["delete from {}", "insert into {} from {} limit 1"])
def test_rows_that_go_or_come_make_a_release(publisher: Publisher, edit: str) -> None:
    publisher.publish(1)
    publisher.edit("insert into marts.qa_warnings from marts.qa_warnings limit 1")
    second = publisher.publish(2)
    publisher.edit(edit.format("marts.qa_warnings", "marts.qa_warnings"))
    assert publisher.publish(3, touch=False) != second


@pytest.mark.parametrize("lost", ["parquet/fct_indicator_year.parquet", "releases"])
def test_an_identical_build_mends_what_a_killed_one_left_undone(publisher: Publisher, lost: str) -> None:
    first = publisher.publish(1)
    for path in [publisher.folder / lost, *(publisher.folder / lost).glob("*")]:
        if path.is_file():
            path.unlink()
    assert publisher.publish(2, touch=False) == first
    assert (publisher.folder / "parquet" / "fct_indicator_year.parquet").exists()
    assert releases.kept_file(publisher.published, first).exists()


# Kept ----------------------------------------------------------------------------------------------------------------


def kept_ids(publisher: Publisher) -> list[str]:
    """The kept releases, newest first."""
    return [release.release_id for release in releases.kept_releases(publisher.published)]


def test_the_release_that_the_published_one_replaced_is_never_removed(publisher: Publisher) -> None:
    ids = [publisher.publish(number) for number in range(1, 6)]
    assert kept_ids(publisher) == ids[::-1]
    releases.rollback(publisher.published, ids[0])
    new = publisher.publish(6)
    # ids[0] is the oldest of all and the one to go back to
    assert kept_ids(publisher) == [new, ids[4], ids[3], ids[2], ids[0]]
    releases.rollback(publisher.published)
    assert current(publisher) == ids[0]


def test_the_copy_of_the_published_release_is_never_removed(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(releases, "KEPT", 6)
        ids = [publisher.publish(number) for number in range(1, 7)]
    releases.rollback(publisher.published, ids[0])
    releases.remove_old(publisher.published)
    assert len(kept_ids(publisher)) == releases.KEPT
    assert ids[0] in kept_ids(publisher)
    assert current(publisher) == ids[0]


# Clocks --------------------------------------------------------------------------------------------------------------


def test_a_clock_that_was_ahead_once_does_not_lock_publishing(publisher: Publisher) -> None:
    ahead = publisher.publish(1, built_at="2031-01-01 00:00:00")
    assert current(publisher) == ahead
    publisher.edit(REVISE)
    publisher.explain("9", "2016")
    second = publisher.publish(2)
    assert current(publisher) == second
    assert publisher.changes() == [(9, 2016, "changed", 284, 290, "Grunn", "Reason")]
    releases.rollback(publisher.published)
    assert current(publisher) == ahead


def test_a_release_of_0_1_0_made_by_a_clock_ahead_is_not_mistaken_for_the_current_one(publisher: Publisher) -> None:
    # there the newest was the one with the latest time
    ahead = publisher.publish(1, built_at="2031-01-01 00:00:00")
    second = publisher.publish(2)
    with duckdb.connect(str(publisher.published)) as con:
        columns = ("release_no", "n_reasons", "changed_texts", "purged_at", "purge_reason")
        for column in columns:
            con.execute(f"alter table release_log drop column {column}")
    assert current(publisher) == second
    assert releases.read_release(publisher.published).came_from[0] == ahead
    third = publisher.publish(3)
    assert current(publisher) == third
    numbers = publisher.round.rows("select release_id, release_no from release_log order by release_no desc")
    assert [id_ for id_, _ in numbers[:3]] == [third, second, ahead]


def test_a_clock_that_went_back_neither_blocks_nor_removes_the_new(publisher: Publisher) -> None:
    ids = [publisher.publish(number, built_at=f"{2030 - number}-01-01 00:00:00") for number in range(1, 8)]
    assert current(publisher) == ids[-1]
    assert kept_ids(publisher) == ids[:1:-1]


def test_two_builds_in_one_second_do_not_share_an_id(publisher: Publisher) -> None:
    first = publisher.publish(1)
    publisher.edit(TOUCH.format("a second build"))
    second = publisher.publish(1, touch=False)
    third = publisher.publish(1)
    assert (second, third) == (f"{first}-2", f"{first}-3")
    assert kept_ids(publisher)[:3] == [third, second, first]
    assert len(publisher.round.rows("select distinct release_id from release_log")) == 4
    # also where the one of that name was taken back
    releases.rollback(publisher.published, first)
    publisher.edit(TOUCH.format("a fourth build"))
    assert publisher.publish(1, touch=False) == f"{first}-4"


# Purge ---------------------------------------------------------------------------------------------------------------

SECRET = "Ola Nordmann fra Tynset"
LEAK = f"update marts.dim_goal set theme_nb = '{SECRET}' where goal_code = 'HM2'"
MENDED = "update marts.dim_goal set theme_nb = 'Noe annet' where goal_code = 'HM2'"


def holds(folder: Path, secret: str) -> list[str]:
    """Files of a folder in which a text can be read, compressed or not."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        texts = path.read_bytes()
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                for (table,) in con.sql("select table_name from duckdb_tables()").fetchall():
                    texts += repr(con.sql(f"from {table}").fetchall()).encode()
        elif path.suffix == ".parquet":
            texts += repr(duckdb.sql(f"from '{path}'").fetchall()).encode()
        if secret.encode() in texts:
            found.append(str(path.relative_to(folder)))
    return sorted(found)


@pytest.fixture
def leaked(publisher: Publisher) -> tuple[Publisher, str, str]:
    """A release that holds what it must not, and a mended one after it: both tell of it in their logs."""
    publisher.edit(LEAK)
    publisher.explain(table="dim_goal", reason="Tema")
    leak = publisher.publish(1)
    publisher.edit(MENDED)
    publisher.explain(table="dim_goal", reason="Rettet")
    mended = publisher.publish(2)
    report = publisher.folder / "report"
    report.mkdir()
    (report / "statusrapport_2020.json").write_text(f'{{"release_id": "{leak}", "x": "{SECRET}"}}', "utf-8")
    where = holds(publisher.folder, SECRET)
    assert len(where) == 7, where  # two kept copies, the published file, Parquet, two lists, the report
    return publisher, leak, mended


def purge(publisher: Publisher, release_id: str, reason: str = "Navn i et tema.") -> int:
    """Run the command."""
    return main(["purge", release_id, "--reason", reason, "--database", str(publisher.published)])


def log_line(publisher: Publisher, release_id: str) -> list[tuple]:
    """What the published file says of the purge of a release."""
    return publisher.round.rows(
        f"select purged_at is not null, purge_reason from release_log where release_id = '{release_id}'"
    )


def test_a_purged_release_is_nowhere_and_is_told_of(leaked: tuple[Publisher, str, str]) -> None:
    publisher, leak, mended = leaked
    assert purge(publisher, leak) == 0
    assert holds(publisher.folder, SECRET) == []
    assert current(publisher) == mended
    assert log_line(publisher, leak) == [(True, "Navn i et tema.")]
    assert f"{leak}," in (publisher.folder / "purged.csv").read_text("utf-8")
    # what the mended one says now stays, what it said before is gone
    assert publisher.round.rows("select text_before, text_after from release_changes") == [(None, "Noe annet")]
    comments = "select count(*) from duckdb_columns() where not internal and comment is null"
    assert publisher.round.rows(comments) == [(0,)]
    # it does not come back with the next releases
    later = publisher.publish(3)
    assert holds(publisher.folder, SECRET) == []
    assert log_line(publisher, leak) == [(True, "Navn i et tema.")]
    assert current(publisher) == later
    with pytest.raises(releases.RollbackError):
        releases.rollback(publisher.published, leak)
    # a second time does no harm
    assert purge(publisher, leak) == 0


def test_a_purged_figure_is_quoted_by_no_release_that_came_after(publisher: Publisher) -> None:
    """Neither by the one that mended it, which is kept, nor by the published one."""
    ids = []
    for number, value in ((1, 987654), (2, 284), (3, 285)):
        publisher.edit(f"update marts.fct_indicator_year set value = {value} where indicator_no = 9 and year = 2016")
        publisher.explain("9", "2016", reason=f"Rettet {number}")
        ids.append(publisher.publish(number))
    assert len(holds(publisher.folder, "987654")) >= 4
    assert purge(publisher, ids[0]) == 0
    assert holds(publisher.folder, "987654") == []
    assert (None, 284) in publisher.round.rows("select value_before, value_after from release_changes")


def test_the_published_release_gives_way_to_the_one_before_when_it_is_purged(publisher: Publisher) -> None:
    first = current(publisher)
    publisher.edit(LEAK)
    publisher.explain(table="dim_goal")
    leak = publisher.publish(1)
    assert purge(publisher, leak) == 0
    assert current(publisher) == first
    assert holds(publisher.folder, SECRET) == []
    assert log_line(publisher, leak) == [(True, "Navn i et tema.")]
    publisher.edit(MENDED)
    publisher.explain(table="dim_goal", reason="Rettet")
    publisher.publish(2)
    assert holds(publisher.folder, SECRET) == []
    assert log_line(publisher, leak) == [(True, "Navn i et tema.")]


def test_after_a_rollback_a_purge_leaves_nothing_of_the_leak(publisher: Publisher) -> None:
    publisher.edit(LEAK)
    publisher.explain(table="dim_goal")
    leak = publisher.publish(1)
    releases.rollback(publisher.published)
    assert holds(publisher.folder, SECRET) != []
    assert purge(publisher, leak) == 0
    assert holds(publisher.folder, SECRET) == []


def test_a_first_release_is_purged_too(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher.folder = tmp_path / "first"
    publisher.published = publisher.folder / "rusindikator.duckdb"
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(publisher.folder))
    publisher.edit(LEAK)
    leak = publisher.publish(1)
    assert purge(publisher, leak) == 0
    assert holds(publisher.folder, SECRET) == []
    assert not publisher.published.exists()
    publisher.edit(MENDED)
    assert publisher.publish(1) == f"{leak}-2"
    log = "select release_id, purge_reason from release_log order by release_no"
    assert releases.read_release(publisher.published).came_from == ()
    assert publisher.round.rows(log, publisher.published) == [(leak, "Navn i et tema."), (f"{leak}-2", None)]


def test_a_file_as_of_an_earlier_day_is_purged_too(publisher: Publisher) -> None:
    publisher.edit(LEAK, "update marts.release_log set as_of = '2018-04-30'")
    publisher.publish(5)
    assert holds(publisher.folder, SECRET) == ["rusindikator_as_of_2018-04-30.duckdb"]
    assert purge(publisher, "29990101T000005Z") == 0
    assert holds(publisher.folder, SECRET) == []


def test_a_purge_that_was_killed_is_ended_by_the_next_build(
    leaked: tuple[Publisher, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher, leak, _ = leaked
    with monkeypatch.context() as patch:
        patch.setattr("rusindikator.publish.purge.rewrite", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            purge(publisher, leak)
    assert holds(publisher.folder, SECRET) != []
    publisher.publish(3)
    assert holds(publisher.folder, SECRET) == []


def test_a_purge_needs_a_reason_and_a_release(publisher: Publisher, capsys: pytest.CaptureFixture[str]) -> None:
    first = current(publisher)
    assert purge(publisher, "20000101T000000Z") == 1
    assert "is not in" in capsys.readouterr().err
    assert purge(publisher, first, "  ") == 1
    assert "--reason" in capsys.readouterr().err
    assert current(publisher) == first
    assert not (publisher.folder / "purged.csv").exists()
