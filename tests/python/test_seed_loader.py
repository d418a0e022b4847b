"""The seed materialization: what arrives in a raw table, and what stops the build."""

from __future__ import annotations

import duckdb

from .conftest import LoaderProject


def rows(project: LoaderProject, sql: str) -> list[tuple]:
    with duckdb.connect(str(project.path / "build.duckdb"), read_only=True) as con:
        return con.sql(sql).fetchall()


def test_text_arrives_as_delivered(loader_project: LoaderProject) -> None:
    """Leading zeros, quotes, line breaks, BOM, blanks, an empty file, a missing and an extra column, title lines."""
    loader_project.contract("units", "code;name;note".replace(";", ","), extract=True, delimiter=";", required=["code"])
    loader_project.deliver("units", "a_zeros.csv", b"code;name;note\n0301;Oslo;\n0101;Halden;x\n")
    loader_project.deliver("units", "b_quotes.csv", b'code;name;note\n1;"sier ""ja"";";"to\nlinjer"\n')
    loader_project.deliver("units", "c_bom.csv", "code;name;note\n2;Ås;ø\n".encode("utf-8-sig"))
    loader_project.deliver("units", "d_empty.csv", b"code;name;note\n")
    loader_project.deliver("units", "e_missing.csv", b"code;note\n3;y\n")
    loader_project.deliver("units", "f_extra.csv", b"code;name;note;sp_99\n4;z;y;NYTT\n")
    loader_project.deliver("units", "g_order.csv", b"note;name;code\r\nn;m;5\r\n")
    loader_project.contract("titled", "region,aar", extract=True, delimiter=";", preamble_lines=2)
    header = '"region";"aar; etter ""tid"""'
    loader_project.deliver("titled", "t.csv", f'"12345: Tittel; med, tegn"\n\n{header}\n"0";"2016"\n'.encode())
    loader_project.contract("nothing_delivered", "code,name", extract=True)
    loader_project.contract("plain", "code,name")
    (loader_project.path / "seeds" / "plain.csv").write_text("code,name\n0007,\n", encoding="utf-8")

    result = loader_project.seed()
    assert result.ok, result.output

    got = rows(
        loader_project,
        "select _delivery_id, _row_no, code, name, note, sp_99 from units order by _delivery_id, _row_no",
    )
    assert got == [
        ("a_zeros", 1, "0301", "Oslo", "", None),
        ("a_zeros", 2, "0101", "Halden", "x", None),
        ("b_quotes", 1, "1", 'sier "ja";', "to\nlinjer", None),
        ("c_bom", 1, "2", "Ås", "ø", None),
        ("e_missing", 1, "3", None, "y", None),
        ("f_extra", 1, "4", "z", "y", "NYTT"),
        ("g_order", 1, "5", "m", "n", None),
    ]
    assert rows(loader_project, "select distinct _file_name from units where _delivery_id = 'c_bom'") == [
        ("units/c_bom.csv",)
    ]
    assert rows(loader_project, 'select region, "aar; etter ""tid""", _row_no from titled') == [("0", "2016", 1)]
    assert rows(loader_project, "select count(*) from nothing_delivered") == [(0,)]
    assert rows(loader_project, "select code, name from plain") == [("0007", "")]
    types = rows(
        loader_project,
        "select distinct data_type from duckdb_columns() where table_name in ('units', 'titled', 'plain')"
        " and column_name not like '\\_row\\_no' escape '\\'",
    )
    assert types == [("VARCHAR",)]


def test_a_missing_key_column_stops_the_build(loader_project: LoaderProject) -> None:
    loader_project.contract("units", "code,name", extract=True, delimiter=";", required=["code"])
    loader_project.deliver("units", "units_2016.csv", b"kode;name\n1;x\n")
    result = loader_project.seed()
    assert not result.ok
    assert "delivery units_2016: column 'code' is missing in units/units_2016.csv" in result.output
    assert "kode" in result.output


def test_a_ragged_row_stops_the_build(loader_project: LoaderProject) -> None:
    loader_project.contract("units", "code,name", extract=True, delimiter=";")
    loader_project.deliver("units", "units_2016.csv", b"code;name\n1;x\n2;y;z\n3;v\n")
    result = loader_project.seed()
    assert not result.ok
    assert "units_2016.csv" in result.output
    assert "Line: 3" in result.output, result.output


def test_bytes_that_are_not_utf8_stop_the_build(loader_project: LoaderProject) -> None:
    loader_project.contract("units", "code,name", extract=True, delimiter=";")
    loader_project.deliver("units", "latin.csv", "code;name\n1;Ås\n".encode("latin-1"))
    result = loader_project.seed()
    assert not result.ok
    assert "latin.csv" in result.output


def test_folder_and_register_must_agree(loader_project: LoaderProject) -> None:
    """An unregistered file, an absent one and a changed one are each named before anything is loaded."""
    loader_project.contract("units", "code,name", extract=True, delimiter=";")
    loader_project.deliver("units", "absent.csv", b"code;name\n")
    loader_project.deliver("units", "changed.csv", b"code;name\n1;x\n")
    loader_project.deliver("units", "good.csv", b"code;name\n1;x\n")
    (loader_project.deliveries / "units" / "absent.csv").unlink()
    (loader_project.deliveries / "units" / "changed.csv").write_bytes(b"code;name\n1;y\n")
    (loader_project.deliveries / "units" / "unknown.csv").write_bytes(b"code;name\n")
    result = loader_project.seed()
    assert not result.ok
    assert "units/absent.csv (delivery absent) is registered but the file is absent" in result.output
    assert "units/changed.csv (delivery changed) differs from what was registered" in result.output
    assert "units/unknown.csv (delivery (none)) lies in the folder but is not in the register" in result.output
    assert "good.csv" not in result.output


def test_a_header_with_the_same_name_twice_stops_the_build(loader_project: LoaderProject) -> None:
    loader_project.contract("units", "code,name", extract=True, delimiter=";")
    loader_project.deliver("units", "twice.csv", b"code;name;Name\n1;x;y\n")
    result = loader_project.seed()
    assert not result.ok
    assert "twice.csv: column 3 of the header is called 'Name'" in result.output


def test_a_file_of_no_bytes_stops_the_build(loader_project: LoaderProject) -> None:
    loader_project.contract("units", "code,name", extract=True, delimiter=";")
    loader_project.deliver("units", "nothing.csv", b"")
    result = loader_project.seed()
    assert not result.ok
    assert "nothing.csv is empty" in result.output


def test_a_file_as_wide_and_long_as_a_real_one_arrives_whole(loader_project: LoaderProject) -> None:
    """20,000 rows of 51 columns, quoted; how long it takes is measured by benchmarks/benchmark.py."""
    names = [f"sp{number}" for number in range(51)]
    loader_project.contract("wide", ",".join(names), extract=True, delimiter=";")
    lines = [";".join(names), *(";".join(f'"{row}.{column}"' for column in range(51)) for row in range(20_000))]
    loader_project.deliver("wide", "wide.csv", ("\n".join(lines) + "\n").encode())

    result = loader_project.seed()

    assert result.ok, result.output
    whole = " and ".join(f"{name} = (_row_no - 1) || '.{column}'" for column, name in enumerate(names))
    assert rows(loader_project, f"select count(*), count(*) filter ({whole}) from wide") == [(20_000, 20_000)]
