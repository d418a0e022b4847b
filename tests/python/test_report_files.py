"""The report for machines, and the command that writes it."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from frictionless import Package

from rusindikator import report
from rusindikator.cli import commands, main
from rusindikator.report import data as report_data
from rusindikator.report import machine
from rusindikator.report.data import ReportError

from .report_pages import (
    REPORT_YEARS,
    altered,
    rows,
)

# --- for machines


@pytest.mark.parametrize("year", REPORT_YEARS)
def test_the_json_holds_the_rows_of_the_mart(out, mart, year):
    document = json.loads((out / f"statusrapport_{year}.json").read_text(encoding="utf-8"))
    assert document["report_year"] == year
    for name in machine.JSON_TABLES:
        column = report_data.YEAR_COLUMN.get(name)
        where = f" where {column} {'=' if column == 'report_year' else '<='} {year}" if column else ""
        expected = rows(mart, f"select * from {name}{where}")
        as_text = [
            {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in row.items()}
            for row in expected
        ]
        assert sorted(map(json.dumps, document[name])) == sorted(map(json.dumps, as_text)), name
        assert document[name], name


def test_the_data_package_is_valid_and_complete(out, mart):
    result = Package(str(out / "datapackage.json")).validate()
    assert result.valid, result.flatten(["title", "rowNumber", "fieldName", "message"])[:10]
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        name, path = resource["name"], out / resource["path"]
        types = dict(
            mart.execute(
                "select column_name, data_type from duckdb_columns() where table_name = ? order by column_index", [name]
            ).fetchall()
        )
        with path.open(encoding="utf-8", newline="") as handle:
            assert next(csv.reader(handle)) == list(types)
        read = duckdb.read_csv(str(path), header=True, dtype=types, quotechar='"', delimiter=",").fetchall()
        # an empty text and no text are the same cell of a CSV file
        expected = [
            tuple(value or None if value == "" else value for value in row.values())
            for row in rows(mart, f"select * from {name}")
        ]
        assert Counter(read) == Counter(expected), name


def test_a_wrong_cell_makes_the_data_package_invalid(out, tmp_path):
    shutil.copytree(out, tmp_path / "copy")
    path = tmp_path / "copy" / "csv" / "dim_goal.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("HM2,OPR2016,4", "HM1,OPR2016,fire"), encoding="utf-8")
    package = Package(str(tmp_path / "copy" / "datapackage.json"))
    problems = {kind for kind, _ in package.validate().flatten(["type", "message"])}
    assert {"type-error", "primary-key"} <= problems


def test_the_data_package_says_whose_figures_these_are(out, mart):
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    licences = mart.execute("select count(distinct licence) from dim_delivery where is_known").fetchone()[0]
    assert len(package["licenses"]) == licences
    assert all(licence["name"] and licence["title"] for licence in package["licenses"])
    titles = " ".join(source["title"] for source in package["sources"])
    for source, publisher in mart.execute(
        "select distinct label_nb, publisher from dim_delivery inner join dim_source using (source_code) where is_known"
    ).fetchall():
        assert f"{source}: {publisher}, " in titles
    assert all(source.get("path", "https://").startswith("http") for source in package["sources"])


# --- the command


@pytest.mark.parametrize("place", [None, "/srv/published"])
def test_the_report_lands_beside_the_published_file(monkeypatch, place):
    monkeypatch.delenv("RUS_PUBLISH_DIR", raising=False)
    if place:
        monkeypatch.setenv("RUS_PUBLISH_DIR", place)
    told = commands.commands["report"].make_context("report", []).params
    assert told["database"] == Path(place or "published", "rusindikator.duckdb")
    assert told["out"] == told["database"].parent / "report"


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("alter table dim_goal drop column operational_text_en", "dim_goal.operational_text_en"),
        ("drop table rpt_attention", "rpt_attention"),
    ],
)
def test_a_file_of_another_version_is_refused_by_name(database, tmp_path, statement, missing):
    with pytest.raises(ReportError, match=f"lacks {missing}: build it"):
        report_data.open_published(altered(database, tmp_path, statement))


def test_the_command_writes_the_year_that_was_asked_for(database, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("REPORT_YEAR", "2017")
    assert main(["report", "--database", str(database), "--out", str(tmp_path), "--lang", "nb"]) == 0
    assert sorted(path.name for path in tmp_path.glob("*.html")) == [
        "statusrapport_2017.nb.html",
        "statusrapport_2017_kort.nb.html",
    ]
    assert "writing statusrapport_2017.nb.html" in capsys.readouterr().err
    monkeypatch.delenv("REPORT_YEAR")
    assert main(["report", "--database", str(database), "--out", str(tmp_path), "--lang", "en"]) == 0
    with duckdb.connect(str(database), read_only=True) as connection:
        last = report_data.default_year(connection)
    assert (tmp_path / f"statusrapport_{last}.en.html").is_file()


def test_two_runs_write_the_same_bytes(database, out, tmp_path):
    written = report.write_report(database, tmp_path, year=2018)
    assert len(written) > 5
    for path in written:
        assert path.read_bytes() == (out / path.relative_to(tmp_path)).read_bytes(), path.name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--year", "1999"], "no report year 1999"),
        (["--lang", "nn"], "no report in nn"),
        (["--database", "nowhere.duckdb"], "run `dbt build` first"),
    ],
)
def test_what_cannot_be_reported_is_said_and_leaves_the_old_report(database, tmp_path, capsys, arguments, message):
    old = tmp_path / "statusrapport_2018.nb.html"
    old.write_text("old", encoding="utf-8")
    options = ["--database", str(database), "--out", str(tmp_path), *arguments]
    assert main(["report", *options]) == 1
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    assert old.read_text(encoding="utf-8") == "old"


def test_a_failure_half_way_leaves_the_old_report(database, tmp_path, monkeypatch):
    old = tmp_path / "statusrapport_2018.nb.html"
    old.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(machine, "write_json", fail)
    with pytest.raises(OSError, match="disk full"):
        report.write_report(database, tmp_path, year=2018)
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    assert old.read_text(encoding="utf-8") == "old"


def test_a_word_in_report_year_is_refused(monkeypatch):
    monkeypatch.setenv("REPORT_YEAR", "i fjor")
    with pytest.raises(report.ReportError, match="i fjor"):
        report.year_from_environment()
