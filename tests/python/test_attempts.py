"""Attempts to get persons past the audit: kinds of data x spellings x places of a file. None may come through."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from rusindikator.audit import audit_file
from rusindikator.audit.contents import TABLES, audit_contents, tables_of
from rusindikator.audit.identifying import kinds_of
from rusindikator.audit.privacy import (
    LONGEST,
    NUMBERS,
    audit_descriptions,
    audit_personal_data,
    identifies,
    is_made_by_rule,
    problems_of,
)
from rusindikator.audit.values import columns_of

from .attempts import DISGUISES, HARMLESS, KINDS, NUMBER, OF_NUMBERS
from .conftest import Round

SPELLINGS = [spelling for spellings in KINDS.values() for spelling in spellings]
# Refused, though they tell of nobody.
FORMULAS = [
    *(
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "-1+2",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1",
        " =1+1",
        "\u200b=1+1",
        "\uff1d1+1",
        "\u00a0=1",
    ),
    *('=HYPERLINK("http://example.no")', "-cmd|'/C calc'!A0", "+A1", "|x", "&#61;1+1", "%3D1+1", "−1+A1"),
]
NO_FORMULAS = [
    "-",
    "--",
    "-3,2",
    "+4.1 %",
    "-3,2 prosentpoeng",
    "−0,5",
    "+ 4 kommuner",
    "1=1",
    "a-b",
    "§ 12",
    "2016-2017",
]
MARKUP = [
    *(
        "<b>x</b>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</td>",
        "<!-- x -->",
        "<?php",
    ),
    *(
        "&lt;script&gt;",
        "&amp;lt;script&amp;gt;",
        "%3Cscript%3E",
        "\uff1cscript\uff1e",
        "javascript:alert(1)",
        "{{ x }}",
    ),
    *("{% x %}", "[her](http://example.no)", "data:text/html,x", "<svg/onload=x>", "<a href='x'>", "<script", "${x}"),
]
NO_MARKUP = ["< 5", "under 5 (<5)", "a < b og c > d", "p<0,05", "data: fra SSB", "R&D", "5 > 4", "Fafo [2018]", "{x}"]


@pytest.fixture(scope="module")
def of_a_release(first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a release, of which further copies are made."""
    return Path(shutil.copy(first_build.published, tmp_path_factory.mktemp("attempts") / "release.duckdb"))


@pytest.fixture
def release(of_a_release: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the release, open to be damaged."""
    with duckdb.connect(shutil.copy(of_a_release, tmp_path / "release.duckdb")) as con:
        yield con


def test_there_are_at_least_sixty_kinds_and_spellings() -> None:
    assert len(KINDS) >= 9
    assert len(set(SPELLINGS)) >= 200
    assert len(DISGUISES) >= 20
    assert len(OF_NUMBERS) >= 60


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_attempt_comes_through(kind: str, disguise: str) -> None:
    spellings = KINDS[kind]
    assert len(spellings) >= 5
    assert [spelling for spelling in spellings if not kinds_of(DISGUISES[disguise](spelling))] == []


def test_what_a_release_holds_rightly_is_none_of_the_kinds() -> None:
    assert len(HARMLESS) > 40
    assert {text: problems_of(text) for text in HARMLESS if problems_of(text) and not text.startswith("@")} == {}


@pytest.mark.parametrize("table", TABLES)
def test_no_attempt_comes_through_in_any_column_of_text(release: duckdb.DuckDBPyConnection, table: str) -> None:
    texts = [column for column, data_type in columns_of(release, table).items() if data_type == "VARCHAR"]
    assert texts
    attempts = [*SPELLINGS, *FORMULAS, *MARKUP, "x" * (LONGEST + 1)]
    # every attempt in every column: only columns of checksums and versions let something pass unread
    through = [
        (column, attempt)
        for column in texts
        for attempt in attempts
        if is_made_by_rule(column, attempt) or not problems_of(attempt)
    ]
    assert through == []
    # and through the file: each column with another of them, in a row of its own
    for i, column in enumerate(texts):
        attempt = attempts[(7 * i) % len(attempts)].replace("'", "''")
        others = ", ".join(f'null as "{name}"' for name in columns_of(release, table) if name != column)
        values = f"'{attempt}' as \"{column}\"" + (f", {others}" if others else "")
        release.execute(f'insert into "{table}" by name select {values}')
    found = {finding.column for finding in audit_personal_data(release, table) if finding.problem.startswith("1 cells")}
    assert found == set(texts)


NUMBERS_OF_PERSONS = {
    "a personal number": 21068912303,
    "one that lost its nought": 1019012345,
    "a D-number": 41019012345,
    "an H-number": 1419012345,
    "below nought": -1019012345,
    "a point before the last five": 10190.12345,
    "a card number": 4111111111111111,
    "a DUF number": 201699345612,
}


@pytest.mark.parametrize("number", NUMBERS_OF_PERSONS.values(), ids=NUMBERS_OF_PERSONS.keys())
def test_no_number_of_a_person_comes_through_in_any_column_of_numbers(
    release: duckdb.DuckDBPyConnection, number: float
) -> None:
    tried = 0
    for table in TABLES:
        columns = columns_of(release, table)
        wide = [
            name for name, kind in columns.items() if kind == "DOUBLE" or (kind == "BIGINT" and number == int(number))
        ]
        for column in wide:
            release.execute(f'insert into "{table}" ("{column}") values ({number})')
        tried += len(wide)
        found = {
            finding.column
            for finding in audit_personal_data(release, table)
            if finding.problem == "1 numbers look like a personal number (11 digits that begin with a date)"
        }
        assert found == set(wide), table
        assert {columns[name] for name in wide} <= NUMBERS
    assert tried > 50


def test_an_amount_of_eight_digits_is_no_telephone_and_a_date_no_personal_number(
    of_a_release: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(of_a_release, tmp_path / "release.duckdb"))
    with duckdb.connect(str(file)) as con:
        con.execute("update fct_series_year set value = 45678901 where unit = 'count'")
        con.execute("update fct_series_year set value = 91234567 where unit = 'mill_nok'")
        con.execute("update dim_delivery set note = 'I alt 91 234 567 kroner, 45678901 kr i 2017, hentet 20170131'")
        con.execute("update dim_goal set theme_nb = '17. desember 2020, 2016-12-17 og 01.02.2018'")
    assert audit_file(file) == []


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_refused(text: str) -> None:
    assert any("formula" in problem for problem in problems_of(text))


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_refused(text: str) -> None:
    assert any("markup" in problem for problem in problems_of(text))


@pytest.mark.parametrize("text", [*NO_FORMULAS, *NO_MARKUP])
def test_a_sign_alone_is_neither_formula_nor_markup(text: str) -> None:
    assert problems_of(text) == ()


PLACES = {
    "the description of a table": f"comment on table dim_goal is 'Spør {NUMBER}'",
    "the description of a column": f"comment on column dim_goal.label_nb is 'Spør {NUMBER}'",
    "markup in a description": "comment on table dim_goal is '<script>alert(1)</script>'",
    "a story in a description": f"comment on table dim_goal is '{'x' * (LONGEST + 1)}'",
    "the name of a table": f'create table "svar {NUMBER}" as select 1 as x',
    "the name of a column": f'alter table dim_goal add column "x{NUMBER}" integer',
    "a macro": f"create macro ring() as '{NUMBER}'",
    "a macro of rows": f"create macro ring() as table select '{NUMBER}' as x",
    "a type": f"create type svar as enum ('{NUMBER}')",
    "a sequence": "create sequence svar start 1019012345",
    "an index": f"create index x{NUMBER} on dim_goal (goal_order)",
    "a default": f"alter table dim_goal alter column theme_nb set default '{NUMBER}'",
    "a rule of rows": f"create table svar (x varchar check (x <> '{NUMBER}'))",
    "a view": f"create view svar as select '{NUMBER}' as x",
    "a schema": f"create schema x; create table x.svar as select '{NUMBER}' as x",
    **{
        f"a column of type {data_type}": f"alter table dim_goal add column svar {data_type}"
        for data_type in (
            *("enum('a')", "varchar[]", "struct(a varchar)", "map(varchar, varchar)", "blob", "json", "uuid", "bit"),
            *(
                "hugeint",
                "decimal(18, 3)",
                "float",
                "smallint",
                "utinyint",
                "time",
                "interval",
                "timestamptz",
                "varchar[2]",
            ),
            *("union(a varchar)", "bignum"),
        )
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_no_attempt_comes_through_elsewhere_in_the_file(release: duckdb.DuckDBPyConnection, place: str) -> None:
    release.execute(PLACES[place])
    present = tables_of(release)
    found = [*audit_contents(release, present), *audit_descriptions(release), *audit_personal_data(release, "dim_goal")]
    assert [finding for finding in map(str, found) if "has no description" not in finding], place


def test_without_damage_nothing_is_found_there(release: duckdb.DuckDBPyConnection) -> None:
    found = [*audit_contents(release, tables_of(release)), *audit_descriptions(release)]
    assert [*found, *audit_personal_data(release, "dim_goal")] == []


@pytest.mark.parametrize(
    "column",
    [
        *(
            "fornavn",
            "etternavn",
            "Fornavn",
            "forNavn",
            "pasient_fornavn",
            "etternavn_1",
            "first_name",
            "lastName",
            "surname",
        ),
        *(
            "brukernr",
            "bruker_nr",
            "brukerNr",
            "klientnr",
            "kundenummer",
            "journalnr",
            "fnr",
            "f_nr",
            "FNR",
            "fodselsnr",
        ),
        *("fødselsnummer", "foedselsnummer", "fødsels_dato", "personnummer", "person_id", "dnr", "duf", "hpr", "hprnr"),
        *("telefon", "tlf", "kontakttelefon", "mobilnr", "epost", "e_postadresse", "email", "adresse", "gateadresse"),
        *("postnr", "postnummer", "kontonr", "kontonummer", "iban", "passnr", "bilnr", "ip_adresse", "ip", "latitude"),
        *(
            "ｆｏｒｎａｖｎ",
            "for\u200bnavn",
            "løpenr",
            "LØPENR",
            "lopenummer",
            "respondent_id",
            "pasientnr",
            "unit_key",
            "fdato",
        ),
    ],
)
def test_names_of_columns_that_identify(column: str) -> None:
    assert identifies(column)


def test_no_column_of_a_release_is_named_like_one(release: duckdb.DuckDBPyConnection) -> None:
    columns = [(table, column) for table in TABLES for column in columns_of(release, table)]
    assert len(columns) > 200
    assert [name for name in columns if identifies(name[1])] == []
