"""Publishing: nobody sees a half-built file, nothing unfinished or personal gets out, failures say what happened."""

from __future__ import annotations

import csv
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from rusindikator.deliveries import sha256_of
from rusindikator.publish import PublishError, prepare_folder, publish_release
from rusindikator.publish.auditor import Auditor
from rusindikator.publish.staging import STAGING
from rusindikator.report.machine import write_csv

from .conftest import RELEASES, ROOT, Round, SecondBuild, copy_round
from .publishing import TOUCH, NoAudit, Publisher


@pytest.fixture
def build_file(first_build: Round, tmp_path: Path) -> Path:
    """A copy of the build file, to publish from."""
    return Path(shutil.copy(first_build.build_file, tmp_path / "rusindikator.duckdb"))


def published_tables(round_: Round) -> list[str]:
    """Names of the tables in the published file."""
    return [name for (name,) in round_.rows("select table_name from duckdb_tables() order by 1")]


# Readers -------------------------------------------------------------------------------------------------------------


def left_beside(folder: Path) -> set[str]:
    """What lies in the folder of the published file, without the lists of changes that each release adds."""
    return {path.name for path in folder.iterdir() if not path.match("changes_*.md")}


def test_who_has_the_file_open_keeps_reading_the_old_one(second_build: SecondBuild) -> None:
    assert len(second_build.seen_before) == 1
    assert second_build.seen_after == second_build.seen_before
    assert len(second_build.round.rows(RELEASES)) == 2


def test_who_opens_the_file_during_a_build_sees_one_release_or_the_next(second_build: SecondBuild) -> None:
    new = second_build.round.rows(RELEASES)
    assert second_build.seen_during
    assert all(seen in (second_build.seen_before, new) for seen in second_build.seen_during)
    assert second_build.seen_during[0] == second_build.seen_before


def test_nothing_is_left_beside_the_published_file(second_build: SecondBuild) -> None:
    folder = second_build.round.published.parent
    assert left_beside(folder) == {"rusindikator.duckdb", "parquet", "releases", ".lock"}
    tables = published_tables(second_build.round)
    assert {path.name for path in (folder / "parquet").iterdir()} == {f"{table}.parquet" for table in tables}


def test_parquet_copies_hold_the_rows_of_the_tables(second_build: SecondBuild) -> None:
    with duckdb.connect(str(second_build.round.published), read_only=True) as con:
        tables = published_tables(second_build.round)
        assert len(tables) > 20
        for table in tables:
            copy = f"'{second_build.round.published.parent / 'parquet' / table}.parquet'"
            assert (
                con.sql(
                    f"(from {table} except all from {copy}) union all (from {copy} except all from {table})"
                ).fetchall()
                == []
            )


# What gets out -------------------------------------------------------------------------------------------------------

PERSONAL = {
    "lopenr",
    "respondentnr",
    "pasientnr",
    "unit_key",
    "row_no",
    "unit_name",
    "kommunenr",
    "cell_text",
    "value_text",
}


def test_published_file_holds_described_tables_in_one_schema(first_build: Round) -> None:
    assert first_build.rows("select distinct schema_name from duckdb_tables()") == [("main",)]
    assert first_build.rows("select view_name from duckdb_views() where not internal") == []
    assert first_build.rows("select table_name from duckdb_tables() where coalesce(comment, '') = ''") == []
    assert (
        first_build.rows(
            "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
        )
        == []
    )
    assert len(published_tables(first_build)) >= 15


def test_published_file_holds_no_person_and_no_unfinished_table(first_build: Round) -> None:
    tables = published_tables(first_build)
    assert [table for table in tables if table.split("_")[0] not in ("dim", "fct", "qa", "rpt", "release")] == []
    columns = {name for (name,) in first_build.rows("select column_name from duckdb_columns() where not internal")}
    assert columns & PERSONAL == set()
    # No more rows than a table about 94 indicators, 900 regions and some reports can have; BrukerPlan alone has 42,000.
    for table in tables:
        assert first_build.rows(f"select count(*) < 5000 from {table}") == [(True,)], table


def test_csv_for_spreadsheets_runs_no_formula(tmp_path: Path) -> None:
    texts = ["=cmd|' /C calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "-1,7", "Ola = Kari", ""]
    write_csv(["text", "number"], [{"text": text, "number": -1.5} for text in texts], tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as handle:
        written = list(csv.reader(handle))[1:]
    assert [text for text, _ in written] == [f"'{text}" for text in texts[:4]] + texts[4:]
    assert {number for _, number in written} == {"-1.5"}


# Failures ------------------------------------------------------------------------------------------------------------


def test_every_data_test_must_have_passed_before_anything_is_published(first_build: Round) -> None:
    """The graph that dbt walks has a way from each test to the last node; where one fails, dbt skips that node."""
    graph = pickle.loads((first_build.path / "graph.gpickle").read_bytes())
    before, ahead = set(), ["model.rusindikator.publish_release"]
    while ahead:
        nodes = set(graph.predecessors(ahead.pop())) - before
        before |= nodes
        ahead += nodes
    manifest = json.loads((first_build.path / "manifest.json").read_text("utf-8"))
    tests = {key for key, node in manifest["nodes"].items() if node["resource_type"] == "test"}
    assert len(tests) > 20
    assert sorted(tests - before) == []
    # dbt runs the unit tests of a model right before the model itself.
    tested = {node for test in manifest["unit_tests"].values() for node in test["depends_on"]["nodes"]}
    assert len(tested) > 5
    assert sorted(tested - before) == []


def a_file_for_the_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder", "utf-8")


def a_file_for_the_parquet_folder(folder: Path) -> None:
    shutil.rmtree(folder / "parquet")
    (folder / "parquet").write_text("not a folder", "utf-8")


def a_file_for_the_kept_releases(folder: Path) -> None:
    shutil.rmtree(folder / "releases")
    (folder / "releases").write_text("not a folder", "utf-8")


def a_link_for_the_release(folder: Path) -> None:
    shutil.move(folder / "rusindikator.duckdb", folder / "elsewhere.duckdb")
    (folder / "rusindikator.duckdb").symlink_to("elsewhere.duckdb")


def a_link_for_a_parquet_copy(folder: Path) -> None:
    shutil.move(folder / "parquet" / "dim_goal.parquet", folder / "elsewhere.parquet")
    (folder / "parquet" / "dim_goal.parquet").symlink_to(folder / "elsewhere.parquet")


def another_file_for_the_release(folder: Path) -> None:
    (folder / "rusindikator.duckdb").write_bytes(b"not a DuckDB file" * 1000)


@pytest.mark.parametrize(
    "hinder",
    [
        *(a_file_for_the_folder, a_file_for_the_parquet_folder, a_file_for_the_kept_releases),
        *(another_file_for_the_release, a_link_for_the_release, a_link_for_a_parquet_copy),
    ],
)
def test_a_hindered_release_says_so_and_leaves_the_file(
    first_build: Round, build_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hinder
) -> None:
    folder = tmp_path / "published"
    shutil.copytree(first_build.published.parent, folder)
    hinder(folder)
    file = folder / "rusindikator.duckdb"
    before = sha256_of(file) if file.exists() else None
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(folder))

    with duckdb.connect(str(build_file)) as session, pytest.raises(PublishError, match="was not published") as failure:
        session.execute(TOUCH.format("another release"))
        publish_release(session, dict.fromkeys(published_tables(first_build)))

    assert str(file) in str(failure.value)
    assert (sha256_of(file) if file.exists() else None) == before
    assert not (folder / STAGING).exists()
    if file.is_symlink():
        assert "is a symbolic link" in str(failure.value)


def test_an_empty_table_is_not_published(
    first_build: Round, build_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(tmp_path / "published"))
    with duckdb.connect(str(build_file)) as session:
        session.execute("delete from marts.dim_goal")
        with pytest.raises(PublishError, match="dim_goal: is empty"):
            publish_release(session, dict.fromkeys(published_tables(first_build)))
    assert not (tmp_path / "published" / "rusindikator.duckdb").exists()


def test_dbt_shows_why_a_release_was_hindered(new_round: Round) -> None:
    a_file_for_the_folder(new_round.published.parent)
    result = new_round.dbt("run", "--select", "publish_release")
    assert not result.ok
    assert f"{new_round.published} was not published" in result.output
    assert f"NotADirectoryError: {new_round.published.parent} is no folder" in result.output


def test_dbt_says_that_nothing_changed(first_build: Round, tmp_path: Path) -> None:
    round_ = copy_round(first_build, tmp_path / "round", shipped=True)
    before = round_.rows(RELEASES), sha256_of(round_.published)
    result = round_.dbt("build", "--select", "release_log publish_release")
    assert result.ok, result.output
    assert f"Nothing changed: {round_.published} stays release {before[0][0][0]}." in result.output
    closing = [word for word in ("file", "release", "figures", "warnings", "next") if f"  {word:8}  " in result.output]
    assert len(closing) == 5, "a plain `dbt build` has the closing lines too"
    assert (round_.rows(RELEASES), sha256_of(round_.published)) == before
    assert round_.rows("select is_new from marts.publish_release", round_.build_file) == [(False,)]


def test_the_real_audit_holds_a_release_back(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rusindikator.publish.auditor.Auditor", Auditor)
    before = sha256_of(publisher.published)
    publisher.edit("update marts.qa_warnings set detail = 'fnr 01019012345'")
    with pytest.raises(PublishError, match=r"found \d faults\.\n  qa_warnings\.detail: \d+ cells"):
        publisher.publish(1, touch=False)
    assert sha256_of(publisher.published) == before
    assert not (publisher.folder / STAGING).exists()


@pytest.mark.parametrize("faults", [1, 2])
def test_one_fault_is_enough_to_hold_a_release_back(faults: int, tmp_path: Path) -> None:
    auditor = Auditor()
    auditor.stop()
    fault = {"table": "dim_goal", "column": "label_nb", "problem": "one cell is blank"}

    class Ended:
        """A process that has answered."""

        @staticmethod
        def communicate(timeout: float | None = None) -> tuple[bytes, None]:
            """Return the answer."""
            return json.dumps({"findings": [fault] * faults}).encode(), None

    auditor.process = Ended()
    with pytest.raises(PublishError, match=f"found {faults} faults"):
        auditor.finish(tmp_path / "draft.duckdb")


# Drafts --------------------------------------------------------------------------------------------------------------


def modes(folder: Path) -> dict[str, int]:
    """Rights of every file and folder in a folder."""
    return {str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in sorted(folder.rglob("*"))}


class Spy(NoAudit):
    """Looks at the folder at the moment the audit ends."""

    def __init__(self) -> None:
        Spy.seen: dict[str, int] = {}

    def finish(self, file: Path) -> None:
        """Look."""
        Spy.draft = file
        Spy.seen = modes(file.parents[1])


def test_until_the_audit_has_ended_nobody_else_can_read_a_draft(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rusindikator.publish.auditor.Auditor", Spy)
    old = set(modes(publisher.folder))
    new = publisher.publish(1)
    assert Spy.seen[STAGING] == 0o700
    drafts = {name: mode for name, mode in Spy.seen.items() if name.startswith(f"{STAGING}/")}
    # the release, its copy, the list of changes and a Parquet copy of each table
    assert len(drafts) == 3 + len(publisher.tables)
    assert set(drafts.values()) == {0o600}
    # all that is new is in there
    assert set(Spy.seen) - old == {STAGING, *drafts}
    after = modes(publisher.folder)
    assert f"releases/{new}.duckdb" in after
    assert {name: mode for name, mode in after.items() if mode not in (0o644, 0o755)} == {".lock": 0o600}
    assert STAGING not in after


def test_every_file_is_on_disk_before_the_first_is_renamed(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, int]] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        events.append(("flushed", os.fstat(handle).st_ino))
        fsync(handle)

    def noted_replace(path: Path, target: Path) -> Path:
        events.append(("renamed", path.stat().st_ino))
        return replace(path, target)

    monkeypatch.setattr("os.fsync", noted_fsync)
    monkeypatch.setattr("pathlib.Path.replace", noted_replace)
    new = publisher.publish(1)
    renamed = [inode for what, inode in events if what == "renamed"]
    assert len(renamed) == 3 + len(publisher.tables)
    first = events.index(("renamed", renamed[0]))
    assert set(renamed) <= {inode for what, inode in events[:first] if what == "flushed"}
    # and the entries of the folders after the last
    last = events.index(("renamed", renamed[-1]))
    folders = {
        path.stat().st_ino for path in (publisher.folder, publisher.folder / "parquet", publisher.folder / "releases")
    }
    assert folders <= {inode for what, inode in events[last:] if what == "flushed"}
    assert (publisher.folder / f"changes_{new}.md").stat().st_ino in renamed


def test_what_killed_runs_left_is_removed_at_the_start(publisher: Publisher, tmp_path: Path) -> None:
    for left in (".rusindikator.duckdb.draft", "parquet/.dim_goal.parquet.draft", "releases/.x.duckdb.draft"):
        (publisher.folder / left).write_bytes(b"of 0.1.0")
    (publisher.folder / STAGING).symlink_to(tmp_path)
    prepare_folder(publisher.folder)
    assert [name for name in modes(publisher.folder) if "draft" in name or STAGING in name] == []
    assert tmp_path.exists()


# Folders and systems -------------------------------------------------------------------------------------------------


@pytest.fixture
def closed_umask() -> Iterator[None]:
    """As of somebody who keeps to himself."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_closed_umask_locks_no_reader_out(
    publisher: Publisher, closed_umask: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "not" / "yet" / "published"
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(folder))
    publisher.published = folder / "rusindikator.duckdb"
    publisher.publish(1)
    assert {mode for name, mode in modes(tmp_path / "not").items() if name != "yet/published/.lock"} == {0o755, 0o644}
    assert (tmp_path / "not").stat().st_mode & 0o777 == 0o755
    # as 0.1.0 made them
    (folder / "parquet").chmod(0o700)
    (folder / "releases").chmod(0o700)
    publisher.publish(2)
    assert (folder / "parquet").stat().st_mode & 0o777 == 0o755
    assert (folder / "releases").stat().st_mode & 0o777 == 0o755


def test_a_folder_that_is_closed_on_purpose_stays_closed(publisher: Publisher, closed_umask: None) -> None:
    publisher.folder.chmod(0o750)
    (publisher.folder / "releases").chmod(0o750)
    publisher.publish(1)
    assert publisher.folder.stat().st_mode & 0o777 == 0o750
    assert (publisher.folder / "releases").stat().st_mode & 0o777 == 0o750


def test_a_linked_folder_is_followed(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "link"
    link.symlink_to(publisher.folder)
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(link))
    new = publisher.publish(1)
    assert link.is_symlink()
    assert publisher.round.rows(f"select count(*) from release_log where release_id = '{new}'") == [(1,)]


def test_dbt_refuses_a_linked_file_at_once(first_build: Round, tmp_path: Path) -> None:
    round_ = copy_round(first_build, tmp_path / "round", shipped=True)
    a_link_for_the_release(round_.published.parent)
    result = round_.dbt("build")
    assert not result.ok
    assert "rusindikator.duckdb is a symbolic link to elsewhere.duckdb, which a release would replace." in result.output
    assert "Traceback" not in result.output
    assert " OK created" not in result.output
    assert round_.published.is_symlink()


def test_without_posix_locks_one_line_says_what_to_do() -> None:
    # as on Windows, which has no fcntl
    code = "import sys; sys.modules['fcntl'] = None; import rusindikator.__main__"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("rusindikator runs on Linux and macOS. On Windows, run it in WSL")
    assert result.stderr.count("\n") == 1
