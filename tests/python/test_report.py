"""The status report: it prints what the published tables hold, in both languages, for people and for machines."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import duckdb
import html5lib
import pytest
from frictionless import Package

from rusindikator import report
from rusindikator.__main__ import main
from rusindikator.report import data as report_data
from rusindikator.report import machine, numbers
from rusindikator.report.charts import Point, sparkline
from rusindikator.report.labels import LANGUAGES, Labels, all_labels
from rusindikator.report.render import decision_texts, ranges, render

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


# --- the figures


@every_report
def test_each_indicator_stands_once_in_printed_order_with_the_values_of_the_mart(out, mart, year, lang):
    status = rows(mart, "select * from rpt_status where report_year = ? order by table_code, row_order", year)
    assert len(status) == 94
    printed = indicator_rows(page(out, year, lang))
    assert list(printed) == [row["indicator_no"] for row in status]
    for row in status:
        expected = {
            int(name.removeprefix("value_")): value
            for name, value in row.items()
            if re.fullmatch(r"value_\d{4}", name) and value is not None
        }
        shown = cells(printed[row["indicator_no"]])
        assert set(shown) == set(expected), row["indicator_no"]
        for measured, cell in shown.items():
            figure = next(cell.iter("data"))
            assert float(figure.get("value")) == expected[measured]
            rounded = numbers.rounded(expected[measured], row["decimals"])
            assert numbers.parsed(figure.text, lang) == rounded, (row["indicator_no"], measured, figure.text)


@every_report
def test_baseline_change_verdict_and_reason_are_those_of_the_mart(out, mart, year, lang):
    labels = {code: text[lang] for code, text in all_labels().items()}
    printed = indicator_rows(page(out, year, lang))
    for row in rows(mart, "select * from rpt_status where report_year = ?", year):
        element = printed[row["indicator_no"]]
        tds = list(element.iter("td"))
        baseline = next(td for td in tds if has_class(td, "baseline"))
        assert numbers.parsed(next(baseline.iter("span")).text, lang) == numbers.rounded(
            row["baseline_value"], row["decimals"]
        )
        changes = [td for td in tds if has_class(td, "change")]
        for td, name in zip(changes, ("change_from_baseline", "change_from_previous"), strict=True):
            if row[name] is None:
                assert text_of(td) == "–"
            else:
                figure = next(td.iter("span")).text.split(" ")[0]
                assert numbers.parsed(figure, lang) == numbers.rounded(row[name], row["decimals"])
        verdict = next(td for td in tds if has_class(td, "verdict-cell"))
        word = next(span for span in verdict.iter("span") if has_class(span, "verdict"))
        assert text_of(word) == labels[f"verdict.{row['verdict']}"]
        assert has_class(word, f"v-{row['verdict']}")
        assert next(word.iter(f"{SVG}use")).get("href") == f"#v-{row['verdict']}", "the sign is there without colour"
        for name in (f"verdict_reason_{lang}", f"caveat_{lang}", f"label_{lang}"):
            assert re.sub(r"\s+", " ", row[name]).strip() in text_of(element), (row["indicator_no"], name)


@every_report
def test_each_sparkline_marks_the_baseline_and_shades_what_has_an_interval(out, mart, year, lang):
    with_interval = {
        no
        for (no,) in mart.execute(
            "select distinct indicator_no from fct_indicator_year where value_low is not null and year <= ?", [year]
        ).fetchall()
    }
    late = {
        no
        for (no,) in mart.execute("select indicator_no from dim_indicator where baseline_year > ?", [year]).fetchall()
    }
    for no, row in indicator_rows(page(out, year, lang)).items():
        marks = Counter(part.get("class") for svg in row.iter(f"{SVG}svg") for part in svg.iter() if part.get("class"))
        assert marks["s-ring"] == (0 if no in late else 1), no
        assert bool(marks["s-band"]) == (no in with_interval), no


@every_page
def test_constructed_figures_are_marked_in_every_row_and_on_top(out, mart, year, lang, kind):
    document = page(out, year, lang, kind)
    origin = dict(
        mart.execute("select indicator_no, data_origin from rpt_status where report_year = ?", [year]).fetchall()
    )
    word = all_labels()["origin.constructed"][lang]
    found = {
        int(element.get("data-indicator")): [text_of(span) for span in element.iter("span") if has_class(span, "tag")]
        for element in document.iter()
        if element.get("data-indicator")
    }
    assert {no for no, tags in found.items() if tags == [word]} == {
        no for no, code in origin.items() if code == "constructed"
    }
    assert {no for no, tags in found.items() if not tags} == {
        no for no, code in origin.items() if code != "constructed"
    }
    banner = next(element for element in document.iter("p") if has_class(element, "banner"))
    assert str(sum(code == "constructed" for code in origin.values())) in text_of(banner)


def test_one_changed_figure_changes_one_row(database, tmp_path):
    copy = tmp_path / "copy.duckdb"
    shutil.copy(database, copy)
    with report_data.open_published(copy) as connection:
        before = indicator_rows(parse(render(report_data.read_report_data(connection, 2018), "nb", "report.html.j2")))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update rpt_status set value_2018 = value_2018 + 7 where indicator_no = 69")
        connection.execute("update fct_indicator_year set value = value + 7 where indicator_no = 69 and year = 2018")
    with report_data.open_published(copy) as connection:
        after = indicator_rows(parse(render(report_data.read_report_data(connection, 2018), "nb", "report.html.j2")))
    assert [no for no in before if html(before[no]) != html(after[no])] == [69]


def html(element: Element) -> bytes:
    return html5lib.serialize(element, omit_optional_tags=False).encode()


@every_report
def test_goal_attainment_is_that_of_the_standing_rule(out, mart, year, lang):
    document = page(out, year, lang)
    front = next(element for element in document.iter("section") if element.get("aria-labelledby") == "f-goals")
    printed = [
        [text_of(td) for td in tr.iter("td")][:2] for tr in front.iter("tr") if next(tr.iter("td"), None) is not None
    ]
    words = {code: text[lang] for code, text in all_labels().items()}
    expected = mart.execute(
        "select baseline.attainment, latest.attainment from rpt_goal_attainment as baseline"
        " inner join rpt_goal_attainment as latest using (goal_code, report_year, rule_id)"
        " where report_year = ? and baseline.is_default and baseline.basis = 'baseline' and latest.basis = 'latest'"
        " order by baseline.goal_order",
        [year],
    ).fetchall()
    assert printed == [[words[f"attainment.{code}"] for code in codes] for codes in expected]


def test_front_page_lists_what_moved(out, mart):
    for year in REPORT_YEARS:
        front = next(el for el in page(out, year, "nb").iter("div") if has_class(el, "moved"))
        for verdict in ("improved", "worsened"):
            column = next(div for div in front.iter("div") if has_class(div, verdict))
            moved = mart.execute(
                "select indicator_no from rpt_status where report_year = ? and verdict_latest = ?"
                " order by table_code, row_order",
                [year, verdict],
            ).fetchall()
            listed = [int(text_of(link)) for link in column.iter("a")]
            assert listed == [no for (no,) in moved][: len(listed)]
            assert f"({len(moved)})" in text_of(column)
            assert len(listed) == min(len(moved), 5)


# --- languages


def test_every_text_is_in_both_languages_with_the_same_places_to_fill():
    for key, texts in all_labels().items():
        assert set(texts) == set(LANGUAGES)
        places = [sorted(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert places[0] == places[1], key


@pytest.mark.parametrize("kind", ["", "_kort"])
def test_both_languages_have_the_same_structure(out, kind):
    def outline(document: Element) -> list[tuple]:
        return [
            (el.tag, el.get("id"), el.get("data-indicator")) for el in document.iter() if el.tag not in ("html", "br")
        ]

    for year in REPORT_YEARS:
        assert outline(page(out, year, "nb", kind)) == outline(page(out, year, "en", kind))


@every_page
def test_the_page_says_its_language_and_keeps_to_it(out, mart, year, lang, kind):
    document = page(out, year, lang, kind)
    assert document.get("lang") == lang
    other = "en" if lang == "nb" else "nb"
    shown = text_of(document)
    for own, foreign in mart.execute(f"select label_{lang}, label_{other} from dim_indicator").fetchall():
        assert re.sub(r"\s+", " ", own).strip() in shown
        assert own == foreign or re.sub(r"\s+", " ", foreign).strip() not in shown


def test_every_text_is_used():
    folder = Path(report.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in (".py", ".j2"))
    beginnings = re.findall(r'"([a-z]+\.[a-z_]*)" ~|f"([a-z]+\.[a-z_]*)\{', code)
    dynamic = tuple(one or other for one, other in beginnings)
    assert [
        key
        for key in all_labels()
        if not re.search(rf"[\"']{re.escape(key)}[\"']", code) and not key.startswith(dynamic)
    ] == []


def test_a_missing_text_stops_the_report():
    with pytest.raises(ValueError, match=r"no text 'unit\.kg'"):
        Labels("nb")("unit.kg")


def test_decisions_printed_have_norwegian_wording(database):
    decisions = {row["decision_id"] for row in report_data.catalogue_rows("decisions")}
    with report_data.open_published(database) as connection:
        text = render(report_data.read_report_data(connection, 2018), "nb", "report.html.j2")
    section = next(el for el in parse(text).iter("section") if el.get("id") == "method")
    assert [text_of(el) for el in section.iter("td") if el.get("lang")] == []
    assert set(decision_texts()) <= decisions, "wording for a decision that is gone"


# --- the page itself


@every_page
def test_nothing_outside_the_file_is_referenced(out, year, lang, kind):
    document = page(out, year, lang, kind)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    for element in document.iter():
        assert element.tag not in ("script", "link", "img", "iframe", "object", "embed", "base"), element.tag
        assert not [name for name in element.attrib if name in ("src", "srcset", "action", "data") or name[:2] == "on"]
        target = element.get("href")
        assert target is None or (target[0] == "#" and target[1:] in ids), target
        for name in ("aria-labelledby", "aria-describedby"):
            assert all(part in ids for part in (element.get(name) or "").split())
    style = "".join(element.text or "" for element in document.iter("style"))
    assert "url(" not in style
    assert "@import" not in style


@every_page
def test_headings_table_heads_and_pictures_can_be_read_aloud(out, year, lang, kind):
    document = page(out, year, lang, kind)
    levels = [int(element.tag[1]) for element in document.iter() if re.fullmatch(r"h[1-6]", str(element.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(element.get("scope") in ("col", "row", "colgroup", "rowgroup") for element in document.iter("th"))
    assert all(text_of(element) for element in document.iter("th"))
    for element in document.iter(f"{SVG}svg"):
        assert element.get("aria-hidden") == "true" or (element.get("role") == "img" and element.get("aria-label"))


def test_wrong_html_would_be_noticed():
    with pytest.raises(html5lib.html5parser.ParseError):
        parse("<!DOCTYPE html><html lang='nb'><title>x</title><table><tr><p>text</p></tr></table></html>")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_has_the_contrast_of_wcag_aa():
    assert round(contrast("#000000", "#ffffff")) == 21
    style = (Path(report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z_-]+): (#[0-9a-f]{6})", style))
    pairs = [(colours["ink"], colours["paper"]), (colours["head-ink"], colours["head"]), ("#d5e0ea", colours["head"])]
    for background in ("paper", "faint"):
        pairs += [(colours[name], colours[background]) for name in ("soft", "accent", "head")]
    pairs += [(colours["soft"], "#f8fafb"), (colours["ink"], colours["constructed-bg"]), ("#6b7680", "#ffffff")]
    toned = [name for name in colours if f"{name}-bg" in colours]
    assert len(toned) == 8
    for name in toned:
        pairs += [(colours[name], colours[f"{name}-bg"]), (colours[name], colours["paper"])]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


# --- the short version


@every_report
def test_the_short_version_has_one_section_per_goal_with_its_indicators(out, mart, year, lang):
    document = page(out, year, lang, "_kort")
    expected: dict[str, list[int]] = {}
    for goal, no in mart.execute(
        "select goal_code, indicator_no from rpt_status where report_year = ? order by table_code, row_order", [year]
    ).fetchall():
        expected.setdefault(goal, []).append(no)
    printed = {
        section.get("data-goal"): [
            int(tr.get("data-indicator")) for tr in section.iter("tr") if tr.get("data-indicator")
        ]
        for section in document.iter("section")
        if section.get("data-goal")
    }
    assert printed == expected


@every_report
def test_the_short_version_says_what_cannot_be_said(out, mart, year, lang):
    document = page(out, year, lang, "_kort")
    for section in (el for el in document.iter("section") if el.get("data-goal")):
        members = rows(
            mart,
            "select indicator_no, verdict_latest, data_origin from rpt_status where report_year = ? and goal_code = ?",
            year,
            section.get("data-goal"),
        )
        old = sum(row["verdict_latest"] in ("no_new_measurement", "first_measurement") for row in members)
        constructed = [row["indicator_no"] for row in members if row["data_origin"] == "constructed"]
        lines = [text_of(item) for item in section.iter("li")]
        again = all_labels()["short.not_again"][lang].format(n=old, total=len(members))
        assert (again in lines) == (old > 0)
        made = all_labels()["short.constructed"][lang].format(n=len(constructed), list=ranges(constructed))
        assert (made in lines) == bool(constructed)
        moved = [item for item in section.iter("li") if any(True for _ in item.iter(f"{SVG}use"))]
        assert len(moved) == sum(row["verdict_latest"] in ("improved", "worsened") for row in members)


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


# --- the command


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
    for path in report.write_report(database, tmp_path, year=2018):
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

    monkeypatch.setattr(report, "write_json", fail)
    with pytest.raises(OSError, match="disk full"):
        report.write_report(database, tmp_path, year=2018)
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    assert old.read_text(encoding="utf-8") == "old"


def test_a_word_in_report_year_is_refused(monkeypatch):
    monkeypatch.setenv("REPORT_YEAR", "i fjor")
    with pytest.raises(report.ReportError, match="i fjor"):
        report.year_from_environment()


# --- numbers and marks


@pytest.mark.parametrize(
    ("value", "decimals", "lang", "text"),
    [
        (13936.0, 0, "nb", "13\xa0936"),
        (13936.0, 0, "en", "13,936"),
        (2.03, 2, "nb", "2,03"),
        (2.5, 0, "nb", "3"),
        (0.285, 2, "en", "0.29"),
        (-0.4, 0, "nb", "0"),
        (-1234.56, 1, "nb", "\u22121\xa0234,6"),
        (3.0, 1, "nb", "3,0"),
    ],
)
def test_numbers_are_written_and_read_back(value, decimals, lang, text):
    assert numbers.number(value, decimals, lang) == text
    assert numbers.parsed(text, lang) == numbers.rounded(value, decimals)


def test_signs_intervals_and_dates():
    assert numbers.number(2.1, 0, "nb", sign=True) == "+2"
    assert numbers.number(0.2, 0, "nb", sign=True) == "0"
    assert numbers.span(37, 47, 0, "nb") == "37–47"
    assert numbers.span(-41.2, 55, 0, "nb", sign=True) == "−41 til +55"
    assert numbers.span(-41.2, 55, 0, "en", sign=True) == "−41 to +55"
    assert numbers.day(date(2018, 3, 31), "nb") == "31. mars 2018"
    assert numbers.day(date(2018, 3, 31), "en", precision="month") == "March 2018"
    assert numbers.rounded(-0.04, 1) == Decimal("0.0")
    assert not numbers.rounded(-0.04, 1).is_signed()


def test_runs_of_numbers_are_joined():
    assert ranges([3, 1, 2, 7, 9, 10]) == "1–3, 7, 9–10"
    assert ranges([]) == ""


def test_a_sparkline_dots_a_break_and_does_not_magnify_rounding():
    drawn = str(sparkline([Point(2016, 44.06), Point(2018, 60.0, is_break=True)], (2013, 2018), Point(2016, 44.0), "t"))
    assert "s-broken" in drawn
    assert "s-broken" not in str(sparkline([Point(2016, 44.06), Point(2018, 60.0)], (2013, 2018), Point(2016, 44), "t"))
    rounding = str(sparkline([Point(2016, 44.06)], (2013, 2018), Point(2016, 44.0), "t"))
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', rounding)]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) < 1
    assert "&lt;b&gt;" in str(sparkline([], (2013, 2018), Point(2016, 1.0), "<b>"))
