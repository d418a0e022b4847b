"""Publishing: nobody sees a half-built file, nothing unfinished or personal gets out, failures say what happened."""

from __future__ import annotations

import csv
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from rusindikator.deliveries import sha256_of
from rusindikator.publish import PublishError, publish_release
from rusindikator.report.machine import write_csv

from .conftest import RELEASES, ROOT, Round, SecondBuild


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
    assert len(second_build.seen_during) > 20
    assert all(seen in (second_build.seen_before, new) for seen in second_build.seen_during)
    assert second_build.seen_during[0] == second_build.seen_before


def test_nothing_is_left_beside_the_published_file(second_build: SecondBuild) -> None:
    folder = second_build.round.published.parent
    assert left_beside(folder) == {"rusindikator.duckdb", "parquet", "releases", ".lock"}
    tables = published_tables(second_build.round)
    assert {path.name for path in (folder / "parquet").iterdir()} == {f"{table}.parquet" for table in tables}


def test_parquet_copies_hold_the_rows_of_the_tables(second_build: SecondBuild) -> None:
    with duckdb.connect(str(second_build.round.published), read_only=True) as con:
        for table in published_tables(second_build.round):
            copy = f"'{second_build.round.published.parent / 'parquet' / table}.parquet'"
            assert (
                con.sql(
                    f"(from {table} except all from {copy}) union all (from {copy} except all from {table})"
                ).fetchall()
                == []
            )


KILLED = """
import sys, duckdb
from rusindikator.publish import publish_release
con = duckdb.connect(sys.argv[1])
print("go", flush=True)
publish_release(con, dict.fromkeys(sys.argv[2:]))
print("published", flush=True)
"""


def test_a_killed_build_leaves_a_file_that_can_be_read(
    first_build: Round, build_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    shutil.copytree(first_build.published.parent, folder)
    # another release than the published one, so that old and new differ
    with duckdb.connect(str(build_file)) as con:
        con.execute("update marts.release_log set release_id = '29991231T000000Z'")
    tables = published_tables(first_build)
    (old,) = first_build.rows(RELEASES)
    seen = set()
    for wait in (0.05, 0.2, 0.4, 0.7, 1.2, None):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(build_file), *tables],
            env={**os.environ, "RUS_PUBLISH_DIR": str(folder)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "go\n"
        if wait is not None:
            time.sleep(wait)
            process.kill()
        process.wait()
        with duckdb.connect(str(folder / "rusindikator.duckdb"), read_only=True) as con:
            releases = con.sql(RELEASES).fetchall()
            assert releases in ([old], [old, ("29991231T000000Z",)])
            assert con.sql("select count(*) from fct_indicator_year").fetchone() == (94 * 8,)
            seen.add(len(releases))
    # Some were killed before the swap, the last was left in peace.
    assert seen == {1, 2}
    assert left_beside(folder) == {"rusindikator.duckdb", "parquet", "releases", ".lock"}


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


def a_folder_for_the_draft(folder: Path) -> None:
    (folder / ".rusindikator.duckdb.draft").mkdir()


def another_file_for_the_release(folder: Path) -> None:
    (folder / "rusindikator.duckdb").write_bytes(b"not a DuckDB file" * 1000)


@pytest.mark.parametrize(
    "hinder",
    [a_file_for_the_folder, a_file_for_the_parquet_folder, a_folder_for_the_draft, another_file_for_the_release],
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
        publish_release(session, dict.fromkeys(published_tables(first_build)))

    assert str(file) in str(failure.value)
    assert (sha256_of(file) if file.exists() else None) == before
    assert [path.name for path in tmp_path.rglob(".*.draft*") if path.is_file()] == []


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
    assert "FileExistsError" in result.output
