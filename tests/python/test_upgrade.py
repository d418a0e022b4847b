"""What 0.1.0 published and received is taken over: a build passes over it, and says why what changes does."""

from __future__ import annotations

import lzma
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from rusindikator.deliveries import check_register
from rusindikator.publish import publish_release
from rusindikator.publish.kept import read_release

from .conftest import ROOT, DbtResult, Round, copy_round

FIXTURES = ROOT / "tests" / "fixtures"
# Published by the code of 660ac30 from the deliveries that it shipped.
PUBLISHED = FIXTURES / "published_0_1_0.duckdb.xz"
# A folder as its `receive` left it: two files received into a folder that was not there, killed when the journal of the
# second was written; and the reason for the one published figure that the first changes.
DELIVERIES = FIXTURES / "deliveries_0_1_0.tar.xz"
# What the build of 0.1.0 made of them: indicator, year, value.
RECEIVED = {(9, 2020, 324), (9, 2021, 241), (10, 2020, 371), (10, 2021, 401), (92, 2021, 33), (93, 2021, 301)}


def unpack_published(folder: Path) -> Path:
    """Put the published file of 0.1.0 into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "rusindikator.duckdb"
    with lzma.open(PUBLISHED) as packed, file.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return file


def check_reasons(round_: Round) -> None:
    """Every change has its reason in both languages, and the log goes on where that of 0.1.0 ended."""
    assert (
        round_.rows(
            "select table_name, row_key, measure from release_changes"
            " where change <> 'added' and (coalesce(reason_nb, '') = '' or coalesce(reason_en, '') = '')"
        )
        == []
    )
    log = round_.rows("select release_no, code_version from release_log order by release_no")
    assert log[0] == (1, "660ac30")
    assert [number for number, _ in log] == [1, 2]


@pytest.mark.parametrize("day", ["2026-11-27", "2027-06-01"])
def test_the_shipped_deliveries_are_published_over_the_release_of_0_1_0(
    first_build: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    # whenever that was published: a reason that comes with the code is about whatever older code has published
    round_ = copy_round(first_build, tmp_path / "round", shipped=True)
    shutil.rmtree(round_.published.parent)
    file = unpack_published(round_.published.parent)
    with duckdb.connect(str(file)) as con:
        con.execute(f"update release_log set built_at = '{day} 12:00:00'")
        tables = len(con.sql("select table_name from duckdb_tables()").fetchall())
    assert tables == 23
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(file.parent))
    with duckdb.connect(str(round_.build_file)) as con:
        names = first_build.rows("select table_name from duckdb_tables()")
        publish_release(con, dict.fromkeys(name for (name,) in names))
    check_reasons(round_)
    assert read_release(file).number == 2


@dataclass
class Upgrade:
    """A build of the present code over the published file and the received folder of 0.1.0."""

    round: Round
    result: DbtResult


@pytest.fixture(scope="module")
def upgrade(project: Path, first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgrade]:
    """Build."""
    round_ = copy_round(first_build, tmp_path_factory.mktemp("upgrade") / "round")
    for folder in (round_.published.parent, round_.deliveries):
        shutil.rmtree(folder)
    round_.build_file.unlink()
    unpack_published(round_.published.parent)
    with tarfile.open(DELIVERIES) as packed:
        packed.extractall(round_.path, filter="data")
    assert (round_.deliveries / ".receive.journal").exists()
    yield Upgrade(round_, round_.dbt("build", "--exclude-resource-type", "unit_test"))


def test_a_build_passes_over_what_0_1_0_received_and_published(upgrade: Upgrade) -> None:
    assert upgrade.result.ok, upgrade.result.output
    assert check_register(upgrade.round.deliveries) == []
    assert not (upgrade.round.deliveries / ".receive.journal").exists()
    check_reasons(upgrade.round)


def test_what_0_1_0_received_gives_the_figures_that_it_gave(upgrade: Upgrade) -> None:
    values = upgrade.round.rows(
        "select indicator_no, year, value from fct_indicator_year"
        " where delivery_id in ('fhi_dodsarsak_2021_levert', 'konfliktradet_2021_levert')"
    )
    assert set(values) == RECEIVED
    told = upgrade.round.rows(
        "select value_before, value_after, reason_nb from release_changes"
        " where table_name = 'fct_indicator_year' and row_key = '9, 2020' and measure = 'value'"
    )
    assert told == [(331, 324, "FHI har rettet tallet.")]
