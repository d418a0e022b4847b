"""The report for machines: a JSON file for the report year, and the tables as CSV with a Frictionless data package."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from rusindikator.files import csv_cell
from rusindikator.report.data import ReportData, Row, rows_of

# Published tables that go out as CSV, with the columns that identify a row.
PRIMARY_KEYS: dict[str, list[str]] = {
    "rpt_status": ["indicator_no", "report_year"],
    "rpt_comparison": ["indicator_no", "report_year", "basis"],
    "rpt_goal_attainment": ["goal_code", "report_year", "basis", "rule_id"],
    "rpt_funding_pace": ["year"],
    "rpt_funding_priority": ["priority_code"],
    "rpt_target_progress": ["target_id", "year"],
    "rpt_attention": ["report_year", "reason_code", "subject"],
    "fct_indicator_year": ["indicator_no", "year"],
    "fct_indicator_vintage": ["indicator_no", "year", "vintage_date"],
    "dim_indicator": ["indicator_no"],
    "dim_goal": ["goal_code"],
    "dim_source": ["source_code"],
    "dim_edition": ["edition_code"],
    "dim_delivery": ["delivery_id"],
    "qa_coverage": ["source_code", "year"],
    "qa_reconciliation": ["edition_code", "indicator_no", "year"],
}
# Columns that point to another table of the package: column -> (table, column).
REFERENCES = {"indicator_no": ("dim_indicator", "indicator_no"), "source_code": ("dim_source", "source_code")}
FIELD_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "SMALLINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
# Licences of deliveries as a data package names them: by id and address where the licence is a known one.
KNOWN_LICENCES = {
    "CC BY 4.0": {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"},
    "Enkelttall gjengitt med kilde": {"name": "other-attribution", "title": "Single figures, quoted with their source"},
}
JSON_TABLES = (
    "rpt_status",
    "rpt_goal_attainment",
    "rpt_funding_pace",
    "rpt_funding_priority",
    "rpt_target_progress",
    "rpt_attention",
    "fct_indicator_year",
)


def as_json(value: Any) -> Any:
    """Return a value of the tables as JSON holds it: dates as ISO text, all else as it is."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def write_json(data: ReportData, path: Path) -> None:
    """Write the report of one year: the release it rests on, and the rows of its tables, not rounded."""
    document: dict[str, Any] = {
        "report_year": data.report_year,
        "release": {key: as_json(value) for key, value in data.release.items()},
    }
    for name in JSON_TABLES:
        rows = data.status if name == "rpt_status" else data.table(name)
        document[name] = [{key: as_json(value) for key, value in row.items()} for row in rows]
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def write_data_package(connection: duckdb.DuckDBPyConnection, directory: Path, release: Row) -> int:
    """Write `csv/<table>.csv` for every table and `datapackage.json` beside the folder; return the number of tables.

    The tables hold all report years, so the package does not depend on the year that was asked for. Names, types and
    descriptions are those stored in the published file.
    """
    (directory / "csv").mkdir(parents=True, exist_ok=True)
    resources = []
    for table, key in PRIMARY_KEYS.items():
        path = f"csv/{table}.csv"
        fields = fields_of(connection, table)
        rows = rows_of(connection, f"select * from {table} order by all")
        write_csv([field["name"] for field in fields], rows, directory / path)
        comment = rows_of(connection, "select comment from duckdb_tables() where table_name = ?", table)[0]["comment"]
        resources.append(
            {
                "name": table,
                "type": "table",
                "path": path,
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "description": comment or table,
                "schema": {
                    "fields": fields,
                    "primaryKey": key,
                    "foreignKeys": references_to(table, {field["name"] for field in fields}),
                    "missingValues": [""],
                },
            }
        )
    deliveries = rows_of(
        connection,
        "select deliveries.*, sources.label_nb as source_label from dim_delivery as deliveries"
        " left join dim_source as sources using (source_code) where deliveries.is_known order by delivery_id",
    )
    package = {
        "name": "rusindikator",
        "title": "Indikatorer for opptrappingsplanen for rusfeltet 2016–2020",
        "description": (
            "The indicators of the escalation plan, year by year, with verdicts, goal attainment, funding and "
            "targets. Rows with data_origin `constructed` rest on constructed answers, not on real ones; "
            "`quoted` ones on the owner's figure as somebody else has printed it."
        ),
        "version": release["release_id"],
        "created": release["built_at"].isoformat() + "Z",
        "licenses": licences_of(deliveries),
        "sources": sources_of(deliveries),
        "resources": resources,
    }
    (directory / "datapackage.json").write_text(
        json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return len(resources)


def licences_of(deliveries: list[Row]) -> list[dict[str, str]]:
    """Return the licences under which the deliveries came, each once; `dim_delivery` says which one has which.

    A licence the catalogue does not know by id is told in its own words.
    """
    unknown = {"name": "other-open"}
    found = {
        row["licence"]: KNOWN_LICENCES.get(row["licence"], unknown | {"title": row["licence"]}) for row in deliveries
    }
    return [found[licence] for licence in sorted(name for name in found if name)]


def sources_of(deliveries: list[Row]) -> list[dict[str, str]]:
    """Return where the figures come from, one entry per publication and source, with its address where it has one."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in deliveries:
        title = f"{row['source_label'] or row['source_code']}: {row['publisher']}, {row['publication']}"
        address = row["reference"] if row["reference"].startswith(("http://", "https://")) else ""
        found.setdefault((title, address), {"title": title} | ({"path": address} if address else {}))
    return [found[key] for key in sorted(found)]


def write_csv(header: list[str], rows: list[Row], path: Path) -> None:
    """Write rows as CSV: an empty cell is null, booleans are true and false, decimals have a point.

    Text comes from deliveries and their register too: where a spreadsheet would run it, an apostrophe stands before it.
    """
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([csv_cell(value) for value in row.values()] for row in rows)


def fields_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, str]]:
    """Return the fields of a table schema from the types and comments of the published file."""
    columns = rows_of(
        connection,
        "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index",
        table,
    )
    return [
        {
            "name": column["column_name"],
            "type": FIELD_TYPES[column["data_type"]],
            "description": column["comment"] or "",
        }
        for column in columns
    ]


def references_to(table: str, columns: set[str]) -> list[dict[str, Any]]:
    """Return the foreign keys of a table: its columns that name a row of another table of the package."""
    return [
        {"fields": [column], "reference": {"resource": other, "fields": [other_column]}}
        for column, (other, other_column) in REFERENCES.items()
        if column in columns and other != table
    ]
