"""The build reads numbers and symbols as the gate does, and both as they were written: on generated texts."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rusindikator.receive.numbers import number_cell, parse_number, value_symbol

from .conftest import run_dbt

MARK = "-- the macros --"
NEXT = "-- the next text --"
INLINE = (
    MARK
    + """
{{ parse_number('written') }} as number, {{ value_symbol('written') }} as symbol
"""
    + MARK
    + """
{%- for name, texts in awkward_texts().items() %}
{%- for written, expected in texts if expected == 'stops' %}
select {{ as_read_by(name, 'written') }} from (values ({{ quote_literal(written) }})) as listed (written)
"""
    + NEXT
    + """
{%- endfor %}
{%- endfor %}"""
)
SPACES = " \u00a0\u2007\u2009\u202f"
ODD = "\u2003\u3000\u2212\u2013<>:Oe\t\n\u0660²/'\u200b\ufeff\u00ad\x0b\x85"
LETTERS = st.sampled_from(list("0123456789" * 3 + ",.  %+-" * 3 + SPACES + ODD))
TEXTS = st.text(LETTERS, max_size=14)
PIECES = st.sampled_from(
    ["", "-", "\u2212", "+", "1", "12", "123", "1234", " ", "\u00a0", ",", ".", "000", "5", " %", "%", "..", ":"]
)
BUILT = st.lists(PIECES, max_size=7).map("".join)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What dbt writes for DuckDB: the macros on column `written`, and a statement per text that must end a build."""
    path = tmp_path_factory.mktemp("compiled")
    result = run_dbt(
        "compile",
        "--inline",
        INLINE,
        "--target-path",
        str(path / "target"),
        "--quiet",
        env={"RUS_BUILD_DIR": str(path), "RUS_PUBLISH_DIR": str(path / "published"), "DBT_LOG_PATH": str(path)},
    )
    assert result.ok, result.output
    return result.output.split(MARK)[1:]


@pytest.fixture(scope="module")
def sql(compiled: list[str]) -> str:
    """The macros as dbt writes them for DuckDB, reading column `written`."""
    return compiled[0]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for all examples."""
    with duckdb.connect() as connection:
        yield connection


def read_by_build(con: duckdb.DuckDBPyConnection, sql: str, texts: list[str]) -> list[tuple[float | None, str | None]]:
    """Return number and symbol of each text as the build reads them."""
    return con.execute(
        f"select {sql} from (select unnest(?::varchar[]) as written, generate_subscripts(?::varchar[], 1) as place)"
        " order by place",
        [texts, texts],
    ).fetchall()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(TEXTS, BUILT), min_size=20, max_size=60))
@example(
    texts=[
        "1.959",
        "0.959",
        "-1.959",
        "1.234,5",
        "1 234 567,8",
        "\u2212 3",
        "- ",
        "–",
        "< 50",
        ">9",
        "5 %%",
        "",
        " ",
        ". ",
        "..",
        "1,",
        ",5",
    ]
)
def test_gate_and_build_read_alike(texts: list[str], con: duckdb.DuckDBPyConnection, sql: str) -> None:
    here = [(parse_number(text), value_symbol(text)) for text in texts]
    assert dict(zip(texts, read_by_build(con, sql, texts), strict=True)) == dict(zip(texts, here, strict=True))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    whole=st.integers(0, 10**9),
    decimals=st.text(st.sampled_from("0123456789"), max_size=4),
    space=st.sampled_from(["", *SPACES]),
    sign=st.sampled_from(["", "-", "+", "\u2212", "\u2013"]),
    percent=st.sampled_from(["", "%", " %", "\u00a0%"]),
    around=st.sampled_from(["", " ", "\u00a0"]),
)
def test_a_figure_written_as_sources_write_it_is_read_as_it_was(
    whole: int,
    decimals: str,
    space: str,
    sign: str,
    percent: str,
    around: str,
    con: duckdb.DuckDBPyConnection,
    sql: str,
) -> None:
    written = f"{whole:,}".replace(",", space) + (f",{decimals}" if decimals else "")
    text = f"{sign}{written}{percent}" if sign else f"{around}{written}{percent}{around if not percent else ''}"
    expected = float(f"{whole}.{decimals or 0}") * (-1 if sign not in ("", "+") else 1)
    assert parse_number(text) == expected
    assert read_by_build(con, sql, [text])[0][0] == expected


@settings(max_examples=300, deadline=None)
@given(value=st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9).map(lambda x: round(x, 6))))
def test_a_number_of_a_spreadsheet_is_landed_as_it_was(value: float) -> None:
    text = number_cell(float(value))
    assert parse_number(text) == pytest.approx(float(value), rel=1e-12, abs=1e-9)
    assert "." not in text


def test_a_text_that_must_end_the_build_ends_it(compiled: list[str], con: duckdb.DuckDBPyConnection) -> None:
    """Each by itself: several in one statement would only show that one of them stops."""
    statements = [statement for statement in compiled[1].split(NEXT) if statement.strip()]
    assert len(statements) > 60
    passed = []
    for statement in statements:
        try:
            passed.append((statement, con.execute(statement).fetchall()))
        except duckdb.ConversionException:
            continue
    assert not passed
