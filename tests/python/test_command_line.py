"""The command line: asking the published file, and the data dictionary made from it."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from rusindikator.cli import commands, main
from rusindikator.dictionary import data_dictionary
from rusindikator.query import run_query

from .conftest import ROOT


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "published.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create table t (number double, name varchar)")
        con.execute("insert into t values (53.961, 'Ås, \"by\"'), (null, '=1+1')")
        con.execute("comment on table t is 'One row per try.'; comment on column t.number is 'A | B'")
    return path


def test_an_answer_is_a_table_with_short_numbers_and_blanks(database: Path) -> None:
    assert run_query("select * from t", database).splitlines() == [
        "number  name",
        "------  --------",
        '53.96   Ås, "by"',
        "        =1+1",
    ]


def test_csv_keeps_every_digit_and_disarms_formulas(database: Path) -> None:
    answer = list(csv.reader(io.StringIO(run_query("select * from t", database, as_csv=True))))
    assert answer == [["number", "name"], ["53.961", 'Ås, "by"'], ["", "'=1+1"]]


def test_a_question_cannot_change_the_file(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "drop table t", "--database", str(database)]) == 1
    assert "read-only" in capsys.readouterr().err
    assert "Ås" in run_query("select * from t", database)


@pytest.mark.parametrize("command", [["query", "select 1"], ["dictionary"]])
def test_a_missing_file_says_what_to_do(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--database", str(tmp_path / "none.duckdb")]) == 1
    assert "run `make build` first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "place", "said"),
    [
        ([], "", "Missing command."),
        (["recieve"], "", "No such command 'recieve'. Did you mean 'receive'?"),
        (["report", "--yaer", "2018"], " report", "No such option '--yaer'. Did you mean '--year'?"),
        (["report", "--year", "i fjor"], " report", "'i fjor' is not a valid integer."),
        (["receive", "a.csv", "--format", "ods"], " receive", "'ods' is not one of 'csv'"),
        (["purge", "20260101T000000Z"], " purge", "Missing option '--reason'."),
        (["releases", "all"], " releases", "Got unexpected extra argument (all)"),
    ],
)
def test_a_wrong_command_line_is_one_line(words: list[str], place: str, said: str, capsys) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("rusindikator: ")
    assert said in error
    assert error.endswith(f" `python -m rusindikator{place} --help` lists what there is.\n")
    assert error.count("\n") == 1


def test_each_command_tells_what_it_wants(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    overview = capsys.readouterr().out
    assert len(commands.commands) >= 10
    for name, command in commands.commands.items():
        assert f"  {name} " in overview
        assert main([name, "--help"]) == 0
        told = capsys.readouterr().out
        assert told.startswith(f"Usage: python -m rusindikator {name} ")
        assert command.help.splitlines()[0][:40] in told
        options = [one for one in command.params if one.param_type_name == "option"]
        assert [option.opts for option in options if not option.help] == []


def test_ctrl_c_ends_without_a_traceback(database: Path, monkeypatch, capsys) -> None:
    def stopped(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("rusindikator.query.run_query", stopped)
    assert main(["query", "select 1", "--database", str(database)]) == 130
    assert capsys.readouterr().err.strip() == "rusindikator: stopped"


def test_the_dictionary_lists_tables_columns_and_comments(database: Path) -> None:
    text = data_dictionary(database)
    assert "## t\n\nOne row per try." in text
    assert "| `number` | double | A \\| B |" in text


def test_the_committed_dictionary_is_that_of_the_published_file() -> None:
    published = ROOT / "published" / "rusindikator.duckdb"
    assert published.exists(), "run `make build` before the tests"
    committed = (ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
    assert committed == data_dictionary(published), "run `make dictionary` and commit docs/data_dictionary.md"


def test_make_runs_nothing_that_stands_in_the_name_of_a_file(tmp_path: Path) -> None:
    """The recipe as it stands in the Makefile, with a file whose name would be a command to a shell."""
    name = f"IS-24 8 uttrekk;touch {tmp_path}/pwned;.csv"
    text = (ROOT / "Makefile").read_text("utf-8")
    assert not re.search(r"^\t.*\$\((FILES|OPTIONS|SOURCE)\)", text, re.MULTILINE)
    recipe = "".join(
        re.findall(r"^(?:receive:.*|\t@?\$\(BIN\)/python -m rusindikator receive.*)\n", text, re.MULTILINE)
    )
    assert "--from-environment" in recipe
    (tmp_path / "Makefile").write_text(
        f"BIN := {Path(sys.executable).parent}\nsetup setup-audit: ;\n{recipe}", encoding="utf-8"
    )
    result = subprocess.run(
        ["make", "-f", str(tmp_path / "Makefile"), "receive", f"FILES='{name}'", "SOURCE=BU", "OPTIONS=--dry-run"],
        cwd=ROOT,
        env={**os.environ, "RUS_DELIVERIES_DIR": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "IS-24 8 uttrekk" in result.stdout + result.stderr
    assert not (tmp_path / "pwned").exists()
