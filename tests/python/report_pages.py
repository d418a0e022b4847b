"""The pages of the status report, and what the tests of it read on them."""

from __future__ import annotations

import os
import re
import shutil
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import duckdb
import html5lib
import pytest

from rusindikator import report
from rusindikator.report import data as report_data
from rusindikator.report.labels import LANGUAGES
from rusindikator.report.view import View, render, view_of

ROOT = Path(__file__).resolve().parents[2]
# the first year of the plan, when a third of the set was not measured yet; one in the middle; the last
REPORT_YEARS = (2016, 2018, 2020)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="session")
def database() -> Path:
    """The published file of a build made before the tests: RUS_TEST_DATABASE, or the project's own."""
    path = Path(os.environ.get("RUS_TEST_DATABASE", ROOT / "published" / "rusindikator.duckdb"))
    assert path.is_file(), f"{path} is not there: run `dbt build` before these tests"
    return path


@pytest.fixture(scope="session")
def out(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of two years."""
    folder = tmp_path_factory.mktemp("report")
    for year in REPORT_YEARS:
        report.write_report(database, folder, year=year)
    return folder


@pytest.fixture(scope="session")
def mart(database: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(database), read_only=True)


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[dict]:
    return report_data.rows_of(connection, query, *parameters)


def parse(text: str) -> Element:
    """Parse as a browser does, but stop at the first error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


@cache
def page(out: Path, year: int, lang: str, kind: str = "") -> Element:
    return parse((out / f"statusrapport_{year}{kind}.{lang}.html").read_text(encoding="utf-8"))


def altered(database: Path, folder: Path, *statements: str) -> Path:
    """A copy of the published file with some figures changed."""
    copy = folder / "altered.duckdb"
    shutil.copy(database, copy)
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def view_in(database: Path, year: int, lang: str = "nb") -> View:
    with report_data.open_published(database) as connection:
        return view_of(report_data.read_report_data(connection, year), lang)


def page_of(database: Path, year: int, lang: str = "nb", template: str = "report.html.j2") -> Element:
    return parse(render(view_in(database, year, lang), template))


def by_id(document: Element, name: str) -> Element:
    return next(element for element in document.iter() if element.get("id") == name)


def text_of(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def has_class(element: Element, name: str) -> bool:
    return name in element.get("class", "").split()


def indicator_rows(document: Element) -> dict[int, Element]:
    found = [element for element in document.iter("tbody") if element.get("data-indicator")]
    numbers_found = [int(element.get("data-indicator")) for element in found]
    assert len(set(numbers_found)) == len(numbers_found), "an indicator stands twice"
    return dict(zip(numbers_found, found, strict=True))


def cells(row: Element) -> dict[int, Element]:
    return {int(cell.get("data-year")): cell for cell in row.iter("td") if cell.get("data-year")}


every_page = pytest.mark.parametrize(
    ("year", "lang", "kind"),
    [(year, lang, kind) for year in REPORT_YEARS for lang in LANGUAGES for kind in ("", "_kort")],
)
every_report = pytest.mark.parametrize(("year", "lang"), [(year, lang) for year in REPORT_YEARS for lang in LANGUAGES])


def own_text(element: Element, path: tuple[str, ...] = ()) -> list[str]:
    """Text of a page that is in the language of the page: what has another language on it is left out."""
    if element.tag == "style" or (element.get("lang") and path):
        return []
    found = [element.text or "", element.get("title") or "", element.get("aria-label") or ""]
    for child in element:
        found += [*own_text(child, (*path, str(element.tag))), child.tail or ""]
    return found


WHY_NO_FIGURE = {
    "nb": {
        "not_public": "er ikke offentlige",
        "not_collected": "er ikke samlet inn",
        "not_measured": "ble ikke målt",
        "not_comparable": "finnes bare på et annet grunnlag",
        "not_asked": "ble det ikke spurt om",
    },
    "en": {
        "not_public": "are not public",
        "not_collected": "are not collected",
        "not_measured": "were not measured",
        "not_comparable": "exist on another basis only",
        "not_asked": "were not asked about",
    },
}
