"""Personal data: columns of identifiers, cells that look like one, and figures about a part of the country."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import duckdb

from .finding import Finding, literal
from .values import columns_of

# The country, and what else a table may speak of: growth in spending of a health region is no count of people.
COUNTRY = {"0"}
REGIONS = {"fct_golden_rule": COUNTRY | {"H03", "H04", "H05", "H12"}}
# Names of regions stand here, no figures.
LIST_OF_REGIONS = "dim_region"

# Names of columns that identify a person or one answer, in deliveries and in the tables before the marts.
IDENTIFYING = re.compile(
    r"(^|_)(l(ø|o)penr|l(ø|o)penummer|respondent(nr|_?id)?|pasient(nr|_?id)?|patient(_?id)?|person(nr|_?id)?|personnummer"
    r"|f(ø|o)dsels(nr|nummer|dato)|fnr|dnr|unit_key|unit_name|row_no|cell_text|birth_?date|navn|name_of_person"
    r"|e_?(post|mail)(_?adresse)?|(telefon|tlf|mobil|phone)(nr|nummer|_?number)?|(post)?adresse|address)($|_)",
    re.IGNORECASE,
)
# Day, month and year of birth followed by five digits. Days above 40 are D-numbers, months above 40 are numbers that
# hospitals and tests make up. The control digits are not looked at: from 2032 they no longer have to agree.
PERSONAL_NUMBER = (
    r"(^|[^0-9A-Za-z.,])"
    r"([04][1-9]|[1256][0-9]|[37][01])([048][1-9]|[159][0-2]|6[6-9]|7[0-7])[0-9]{2}[ -]?[0-9]{5}"
    r"($|[^0-9A-Za-z])"
)
# How to reach somebody, in text.
CONTACT = {
    "an e-mail address": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    # Eight digits, with the code of the country or grouped as Norwegians write them; written together only where they
    # begin as mobile numbers do, since others could be a date.
    "a telephone number": r"(^|[^0-9] |[^0-9A-Za-z.,/_+ -])"
    r"((\+47|0047) ?[2-9]([ ]?[0-9]){7}|[49][0-9]{7}|[49][0-9]{2} [0-9]{2} [0-9]{3}|[2-79][0-9]( [0-9]{2}){3})"
    r"($|[^0-9A-Za-z,_ -]| ($|[^0-9]))",
}


def audit_personal_data(release: duckdb.DuckDBPyConnection, table: str) -> Iterator[Finding]:
    """Find columns of identifiers, cells that look like one, and figures of a part of the country."""
    types = columns_of(release, table)
    for column in types:
        if IDENTIFYING.search(column):
            yield Finding(table, column, "is named like a column that identifies a person or one answer")
    texts = [column for column, data_type in types.items() if data_type == "VARCHAR"]
    yield from cells_like(
        release, table, types, PERSONAL_NUMBER, "a personal number (11 digits that begin with a date)"
    )
    for what, pattern in CONTACT.items():
        yield from cells_like(release, table, texts, pattern, what)
    if "region_code" in types and table != LIST_OF_REGIONS:
        allowed = sorted(REGIONS.get(table, COUNTRY))
        codes = ", ".join(map(literal, allowed))
        (n,) = release.execute(
            f'select count(*) from "{table}" where region_code is null or region_code not in ({codes})'
        ).fetchone()
        if n:
            yield Finding(
                table,
                "region_code",
                f"{n} rows are about a part of the country, where few people may be counted;"
                f" allowed is {', '.join(allowed)}",
            )


def cells_like(
    release: duckdb.DuckDBPyConnection, table: str, columns: Collection[str], pattern: str, what: str
) -> Iterator[Finding]:
    """Find cells of these columns that match a pattern."""
    if not columns:
        return
    cells = ", ".join(f'"{column}"::varchar as "{column}"' for column in columns)
    for column, n in release.execute(
        f'select name, count(*) from (unpivot (select {cells} from "{table}") on columns(*)'
        f" into name name value cell) where regexp_matches(cell, {literal(pattern)}) group by name order by name"
    ).fetchall():
        yield Finding(table, column, f"{n} cells look like {what}")
