"""Personal data: in the names of columns, in their types, in cells, in descriptions, and in what else a file can hold.

A release holds texts, numbers, days and truths. Texts are read in identifying.py; whole numbers are looked at as the
texts that they would be; everything else that DuckDB can store is refused, since nobody has said what it is for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache

import duckdb

from .finding import Finding, literal
from .identifying import kinds_of
from .numbers import PERSONAL, is_date_of_number
from .texts import normalise, readings
from .values import columns_of

# The country, and what else a table may speak of: growth in spending of a health region is no count of people.
COUNTRY = {"0"}
REGIONS = {"fct_golden_rule": COUNTRY | {"H03", "H04", "H05", "H12"}}
# Names of regions stand here, no figures.
LIST_OF_REGIONS = "dim_region"

# The keys of other tables' rows, joined by commas: the day of a vintage among them, which may be before 2010.
KEYS_OF_ROWS = ("release_changes", "row_key")

# What a column of a release may be.
TYPES = {"VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP"}
NUMBERS = {"INTEGER", "BIGINT", "DOUBLE"}
# Letters in a cell; the longest that is published today has 302, the longest description 379.
LONGEST = 1000
# What is made of letters and digits by a rule, and told by its form: checksums, and `git describe` of the code.
CHECKSUM = re.compile("[0-9a-f]{64}")
CODE_VERSION = re.compile(r"(?=.*[a-z]|[0-9]{7}$)(?:[\w.]+-[0-9]{1,4}-g)?[0-9a-f]{7,40}(?:-dirty)?")

# Names of columns that identify a person or one answer, in deliveries and in the tables before the marts: words of the
# name, and what is telling wherever it stands in it.
WORDS = re.compile(
    r"(^|_)(lope_?(nr|nummer)|respondent(nr|_?id)?|pasient(nr|_?id)?|patient(_?id)?|person(nr|_?id|_?ident)?"
    r"|(bruker|klient|client|user|kunde|medlems?|ansatt|informant|deltaker|case|record|sak(s)?)_?(nr|nummer|no|num|id)"
    r"|(f|d|p|h|hpr|duf)_?nr|pid|ssn|cpr|duf|hpr|npr_?id|birth_?(date|day|year)?|dob|fodt|fodsels\w*|fdato|ident|uuid|guid"
    r"|(person|patient|pasient|client|user|respondent|contact)_?names?|kontakt(person)?|unit_key|unit_name|row_no|cell_text|navn|initialer|initials|name_of_person|(first|last|sur|given|full|middle)_?name"
    r"|e_?(post|mail)(_?adresse)?|tlf|tel|mobil|mob|phone|sms|(post)?adresse|address|gate|gatenavn|street|bosted"
    r"|post_?(nr|nummer|kode|boks|sted)|zip(_?code)?|postal_?code|ip|ip_?(adresse|address)|mac|imei|lat|lon|lng"
    r"|latitude|longitude|koordinat(er)?|bil_?(nr|nummer)|reg_?nr|skilt(nr)?|plate|pass_?(nr|nummer|port)?|passport"
    r"|iban|konto(_?(nr|nummer))?|account(_?(no|nr|number|id))?|journal(_?(nr|nummer|id))?)($|_|[0-9])"
)
ANYWHERE = re.compile(
    r"fornavn|etternavn|mellomnavn|fullt_?navn|pasient_?navn|personn|person_?num|fodsels|birth|telefon|e_?post_?adr"
    r"|mobil_?(nr|num)|phone_?n|bruker_?n(r|um)|pasient_?n(r|um)|klient_?n(r|um)|journal_?n|respondent_?(nr|id)"
    r"|lope_?n(r|um)|konto_?n(r|um)|post_?adresse|gate_?adresse|bostedsadr|epost|email"
)


def identifies(name: str) -> bool:
    """Tell whether a name of a column is that of a number or a name of a person, or of a way to reach one."""
    plain = normalise(name).translate(str.maketrans("øØåÅæÆ", "oOaAaA"))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    spelled = {re.sub(r"\W+", "_", form.lower()).replace("oe", "o") for form in (plain, words)}
    return any(form in ("name", "names") or WORDS.search(form) or ANYWHERE.search(form) for form in spelled)


def audit_personal_data(release: duckdb.DuckDBPyConnection, table: str) -> Iterator[Finding]:
    """Find columns of identifiers, cells that look like one, and figures of a part of the country."""
    types = columns_of(release, table)
    for column, data_type in types.items():
        if identifies(column):
            yield Finding(table, column, "is named like a column that identifies a person or one answer")
        yield from (Finding(table, column, f"the name looks like {kind}") for kind in sorted(kinds_of(column)))
        if data_type not in TYPES:
            yield Finding(table, column, f"is of type {data_type[:60]}; a release holds {', '.join(sorted(TYPES))}")
    yield from audit_texts(release, table, [column for column, data_type in types.items() if data_type == "VARCHAR"])
    yield from audit_numbers(release, table, [column for column, data_type in types.items() if data_type in NUMBERS])
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


def audit_texts(release: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> Iterator[Finding]:
    """Find cells that look like personal data, that a spreadsheet or a browser would run, or that are too long."""
    found: dict[tuple[str, str], int] = {}
    days = published_days(release) if table == KEYS_OF_ROWS[0] else set()
    for column, text, of_column, n in texts_of(release, table, columns):
        if (table, column) == KEYS_OF_ROWS:
            text = ", ".join(part for part in text.split(", ") if part not in days)
        if not is_made_by_rule(of_column or column, text):
            for problem in problems_of(text):
                found[column, problem] = found.get((column, problem), 0) + n
    yield from (Finding(table, column, f"{n} cells {problem}") for (column, problem), n in sorted(found.items()))


def texts_of(
    release: duckdb.DuckDBPyConnection, table: str, columns: list[str]
) -> Iterator[tuple[str, str, str | None, int]]:
    """Yield column, text, name of the column that it is a text of, and number of cells, each text of a column once."""
    # what a text was before and is now stands under the name of its column
    moved = [name for name in columns if table == KEYS_OF_ROWS[0] and name in ("text_before", "text_after")]
    asked = [name for name in columns if name not in moved]
    if asked:
        names = ", ".join(f'"{name}"' for name in asked)
        yield from release.execute(
            f'select name, cell, name, count(*) from (unpivot (select {names} from "{table}") on {names}'
            " into name name value cell) group by all"
        ).fetchall()
    for column in moved:
        yield from release.execute(
            f'select {literal(column)}, "{column}", measure, count(*) from "{table}" where "{column}" is not null'
            " group by all"
        ).fetchall()


def published_days(release: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the days on which deliveries were published; the keys of rows that have a vintage name them."""
    if "published_on" not in columns_of(release, "dim_delivery"):
        return set()
    return {str(day) for (day,) in release.execute("select distinct published_on from dim_delivery").fetchall()}


def audit_numbers(release: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> Iterator[Finding]:
    """Find numbers that are a number of a person: whole ones with ten digits or more, and DDMMYY.NNNNN."""
    # an amount of eight digits is no telephone, and what has lost its leading nought has ten
    could_be = {
        name: f'(abs("{name}") >= 1e9 or (abs("{name}") between 10100 and 719300 and "{name}" <> floor("{name}")))'
        for name in columns
    }
    if not columns:
        return
    seen = release.execute(
        f'select {", ".join(f"bool_or({condition})" for condition in could_be.values())} from "{table}"'
    ).fetchone()
    for column in (name for name, is_there in zip(columns, seen, strict=True) if is_there):
        numbers = release.execute(f'select abs("{column}") from "{table}" where {could_be[column]}').fetchall()
        if n := sum(is_number_of_person(number) for (number,) in numbers):
            yield Finding(table, column, f"{n} numbers look like {PERSONAL}")


def is_number_of_person(number: float) -> bool:
    """Tell whether a number, written out, is one of a person."""
    if not math.isfinite(number):
        return False
    if number == int(number):
        digits = str(int(number))
        return len(digits) <= 19 and any(kinds_of(form) for form in (digits, digits.zfill(11)))
    whole, _, decimals = repr(number).partition(".")
    return len(decimals) == 5 and is_date_of_number(whole.zfill(6))


def is_made_by_rule(column: str, text: str) -> bool:
    """Tell whether a text is a checksum or a version of the code, in whose columns only."""
    if "sha256" in column:
        return CHECKSUM.fullmatch(text) is not None
    return column == "code_version" and CODE_VERSION.fullmatch(text) is not None


@cache
def problems_of(text: str) -> tuple[str, ...]:
    """Return what is wrong with a text; nothing for most. The same text stands in many tables."""
    if len(text) > LONGEST:
        # not read on: nobody has looked at it either
        return (f"are longer than {LONGEST} letters",)
    found = [f"look like {kind}" for kind in sorted(kinds_of(text))]
    if is_formula(text):
        found.append("begin like a formula, which a spreadsheet runs")
    if any(MARKUP.search(reading) for reading in readings(text)):
        found.append("hold markup, which a browser runs")
    return tuple(found)


MARKUP = re.compile(
    r"<[/!?]?[a-z][^<]*(?:>|/|=|$)|<!--|<[!?]|\b(?:javascript|vbscript)\s*:|\bdata:\s?[a-z]+/|\{\{|\{%|\$\{|\]\(|```",
    re.IGNORECASE,
)
# A number with its sign and perhaps its unit, and a dash where a source prints nothing.
SIGNED = re.compile(r"[+-]+\s?[0-9][0-9 .,]*\s?(?:%|[^\W\d_][^|!=(+*/^\"'@]*)?|-{1,3}")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    plain = normalise(text).strip()
    return plain[:1] in ("=", "+", "-", "@", "|") and not SIGNED.fullmatch(plain)


def audit_descriptions(release: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Find personal data in the descriptions of tables and columns, of the file and its schemas, and in names."""
    for table, column, text in release.execute(
        "select table_name, '', comment from duckdb_tables() where comment is not null"
        " union all select table_name, column_name, comment from duckdb_columns() where not internal"
        " and comment is not null"
        " union all select '', '', comment from duckdb_databases() where not internal and comment is not null"
        " union all select '', '', comment from duckdb_schemas() where not internal and comment is not null"
        " union all select '', '', table_name from duckdb_tables()"
    ).fetchall():
        yield from (Finding(table, column, f"the description: {problem}") for problem in problems_of(text))
