"""The status report: it prints what the published tables hold, in both languages, for people and for machines."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
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
from rusindikator.cli import commands, main
from rusindikator.report import data as report_data
from rusindikator.report import machine, numbers
from rusindikator.report.charts import Point, sparkline
from rusindikator.report.data import ReportError
from rusindikator.report.labels import LANGUAGES, Labels, all_labels
from rusindikator.report.numbers import ranges
from rusindikator.report.sections.front import FRONT_PAGE_ITEMS, fair_share
from rusindikator.report.sections.method import decision_texts
from rusindikator.report.sections.targets import TARGET_STATES
from rusindikator.report.view import View, render, view_of

from .catalogue import N_INDICATORS

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


# --- the figures


def precisions_of(mart: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], float]:
    known = mart.execute(
        "select indicator_no, year, value_precision from fct_indicator_year where value_precision is not null"
    ).fetchall()
    return {(no, year): precision for no, year, precision in known}


@every_report
def test_each_indicator_stands_once_in_printed_order_with_the_values_of_the_mart(out, mart, year, lang):
    status = rows(mart, "select * from rpt_status where report_year = ? order by table_code, row_order", year)
    assert len(status) == N_INDICATORS
    precisions = precisions_of(mart)
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
            decimals = numbers.known_decimals(row["decimals"], precisions.get((row["indicator_no"], measured)))
            rounded = numbers.rounded(expected[measured], decimals)
            assert numbers.parsed(figure.text, lang) == rounded, (row["indicator_no"], measured, figure.text)


@every_report
def test_baseline_change_verdict_and_reason_are_those_of_the_mart(out, mart, year, lang):
    labels = {code: text[lang] for code, text in all_labels().items()}
    printed, precisions = indicator_rows(page(out, year, lang)), precisions_of(mart)
    expected = rows(mart, "select * from rpt_status where report_year = ?", year)
    assert len(expected) == len(printed) == N_INDICATORS
    for row in expected:
        element = printed[row["indicator_no"]]
        tds = list(element.iter("td"))
        baseline = next(td for td in tds if has_class(td, "baseline"))
        assert numbers.parsed(next(baseline.iter("span")).text, lang) == numbers.rounded(
            row["baseline_value"], row["decimals"]
        )
        changes = [td for td in tds if has_class(td, "change")]
        for td, name, earlier, verdict in zip(
            changes,
            ("change_from_baseline", "change_from_previous"),
            ("baseline_year", "previous_year"),
            ("verdict_latest", "verdict_previous"),
            strict=True,
        ):
            if row[name] is None:
                assert re.fullmatch(f"–({labels['change.not_comparable']})?", text_of(td)), row["indicator_no"]
                assert row[verdict] != "not_comparable" or text_of(td) != "–", row["indicator_no"]
            else:
                assert row[verdict] != "not_comparable", (row["indicator_no"], name)
                ends = [precisions.get((row["indicator_no"], row[year])) for year in (earlier, "latest_year")]
                known = max((end for end in ends if end is not None), default=None)
                decimals = numbers.known_decimals(row["decimals"], known)
                figure = next(span for span in td.iter("span") if has_class(span, "text")).text.split(" ")[0]
                assert numbers.parsed(figure, lang) == numbers.rounded(row[name], decimals)
                assert ("≈" in text_of(td)) == (known is not None)
        verdict = next(td for td in tds if has_class(td, "verdict-cell"))
        word = next(span for span in verdict.iter("span") if has_class(span, "verdict"))
        assert text_of(word) == labels[f"verdict.{row['verdict']}"]
        assert has_class(word, f"v-{row['verdict']}")
        assert next(word.iter(f"{SVG}use")).get("href") == f"#v-{row['verdict']}", "the sign is there without colour"
        for name in (f"verdict_reason_{lang}", f"caveat_{lang}", f"label_{lang}"):
            expected = re.sub(r"\s+", " ", numbers.localised(row[name], lang)).strip()
            assert expected in text_of(element), (row["indicator_no"], name)


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
    printed = indicator_rows(page(out, year, lang))
    assert len(printed) == N_INDICATORS
    for no, row in printed.items():
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
        int(element.get("data-indicator")): [
            text_of(tag) for tag in element.find(".//th").iter("span") if has_class(tag, "tag")
        ]
        for element in document.iter()
        if element.get("data-indicator")
    }
    assert {no for no, tags in found.items() if tags == [word]} == {
        no for no, code in origin.items() if code == "constructed"
    }
    quoted = all_labels()["origin.quoted"][lang]
    assert {no for no, tags in found.items() if tags == [quoted]} == {
        no for no, code in origin.items() if code == "quoted"
    }
    assert {no for no, tags in found.items() if not tags} == {
        no for no, code in origin.items() if code not in ("constructed", "quoted")
    }
    banner = next(element for element in document.iter("p") if has_class(element, "banner"))
    assert str(sum(code == "constructed" for code in origin.values())) in text_of(banner)


def test_one_changed_figure_changes_one_row(database, tmp_path):
    copy = altered(
        database,
        tmp_path,
        "update rpt_status set value_2018 = value_2018 + 7 where indicator_no = 69",
        "update fct_indicator_year set value = value + 7 where indicator_no = 69 and year = 2018",
    )
    before, after = (indicator_rows(page_of(file, 2018)) for file in (database, copy))
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


def test_the_attention_list_follows_the_order_of_the_catalogue(out, database):
    catalogue = sorted(report_data.catalogue_rows("attention_rules"), key=lambda row: int(row["reason_order"]))
    shown = [text_of(head) for head in by_id(page(out, 2020, "nb"), "attention").iter("h3")]
    found = Counter(row["reason_code"] for row in view_in(database, 2020).words.data.table("rpt_attention"))
    expected = [f"{row['label_nb']} ({found[row['reason_code']]})" for row in catalogue if found[row["reason_code"]]]
    assert len(shown) > 2
    assert shown == expected


@pytest.mark.parametrize("kind", ["", "_kort"])
def test_front_page_lists_what_moved_against_the_baseline_and_the_measurement_before(out, mart, kind):
    assert REPORT_YEARS
    for year in REPORT_YEARS:
        parts = {
            div.get("data-basis"): div for div in page(out, year, "nb", kind).iter("div") if has_class(div, "moved")
        }
        assert list(parts) == ["latest", "previous"]
        for basis, part in parts.items():
            for verdict, word in (("improved", "Bedre"), ("worsened", "Dårligere")):
                moved = rows(
                    mart,
                    f"select * from rpt_status where report_year = ? and verdict_{basis} = ?"
                    " order by table_code, row_order",
                    year,
                    verdict,
                )
                assert f"{word} ({len(moved)})" in text_of(part)
                lists = [ul for ul in part.iter("ul") if has_class(ul, verdict)]
                listed = [li for ul in lists for li in ul.iter("li")]
                assert len(listed) >= min(len(moved), 1)
                for row, item in zip(moved, listed, strict=False):
                    before = row["baseline_value" if basis == "latest" else "previous_value"]
                    assert f" {word} {row['indicator_no']}" in f" {text_of(item)}"
                    assert numbers.number(before, row["decimals"], "nb").replace("\xa0", " ") in text_of(item)
                    assert f"({row['latest_year']})" in text_of(item)


def test_a_front_page_with_much_to_list_says_that_it_lists_a_part(database, tmp_path):
    copy = altered(
        database,
        tmp_path,
        "update rpt_status set verdict_latest = 'improved' where indicator_no between 31 and 38",
        "update rpt_status set verdict_latest = 'worsened' where indicator_no between 58 and 61",
    )
    for template in ("report.html.j2", "short.html.j2"):
        document = page_of(copy, 2020, "nb", template)
        parts = [div for div in document.iter("div") if has_class(div, "moved")]
        assert sum(1 for part in parts for _ in part.iter("li")) <= FRONT_PAGE_ITEMS
        assert "Dårligere (4)" in text_of(parts[0])
        assert any("de som ikke er nevnt her, står i tabellene" in text_of(p) for p in document.iter("p"))


def test_drug_deaths_of_2020_are_worse_than_the_year_before(out):
    front = next(div for div in page(out, 2020, "nb").iter("div") if div.get("data-basis") == "previous")
    assert "Dårligere 9Antall narkotikautløste dødsfall iht. EMCDDA275 → 331 (2020)" in text_of(front)


def test_the_front_page_keeps_to_its_room():
    assert fair_share([2, 0, 0, 1], 8) == 2
    assert fair_share([0, 0, 0, 0], 8) == 1
    assert fair_share([30, 0, 0, 0], 8) == 8
    for lengths in ([9, 9, 9, 9], [3, 0, 20, 5], [1, 1, 1, 40]):
        shown = fair_share(lengths, FRONT_PAGE_ITEMS)
        assert sum(min(shown, length) for length in lengths) <= FRONT_PAGE_ITEMS
        assert sum(min(shown + 1, length) for length in lengths) > FRONT_PAGE_ITEMS


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


@every_report
def test_the_front_page_counts_each_reason_for_having_no_figure(out, mart, year, lang):
    """Not measured is said only of what nobody measured (D-75); the counts add up to all without a figure."""
    status = rows(mart, "select * from rpt_status where report_year = ?", year)
    absent = [row for row in status if row["verdict"] == "no_new_measurement"]
    assert absent
    text = next(text_of(p) for p in page(out, year, lang).iter("p") if has_class(p, "rest"))
    begins = {"nb": "indikatorer har ikke noe tall for", "en": "indicators have no figure for"}[lang]
    assert f"{len(absent)} {'av' if lang == 'nb' else 'of'} {N_INDICATORS} {begins} {year}" in text
    found = Counter(row["missing_reason"] for row in absent)
    assert sum(found.values()) == len(absent)
    for reason, n in found.items():
        assert f"{n} {WHY_NO_FIGURE[lang][reason]}" in text
    for reason in set(WHY_NO_FIGURE[lang]) - set(found):
        assert WHY_NO_FIGURE[lang][reason] not in text
    later = sum(row["baseline_year"] > year for row in status)
    old = sum(row["baseline_year"] < year and (row["latest_year"] or 0) <= row["baseline_year"] for row in status)
    if lang == "nb":
        assert (f"{later} av dem har nullpunktet sitt i" in text) == (later > 0)
        assert (f"For {old} indikatorer er det ikke noe tall her etter nullpunktet." in text) == (old > 0)


@every_report
def test_each_empty_cell_says_its_own_reason(out, mart, year, lang):
    words = {
        "nb": {"not_public": "ikke offentlig", "not_collected": "ikke samlet inn", "not_measured": "ikke målt"},
        "en": {"not_public": "not public", "not_collected": "not collected", "not_measured": "not measured"},
    }[lang] | {
        "not_comparable": {"nb": "annet grunnlag", "en": "other basis"}[lang],
        "not_asked": {"nb": "ikke spurt", "en": "not asked"}[lang],
    }
    facts = {(row["indicator_no"], row["year"]): row for row in rows(mart, "select * from fct_indicator_year")}
    seen: Counter[str] = Counter()
    for no, row in indicator_rows(page(out, year, lang)).items():
        for cell in (cell for cell in row.iter("td") if has_class(cell, "none") and has_class(cell, "y")):
            reason = facts[no, int(cell.get("data-label"))]["missing_reason"]
            assert text_of(cell) == words[reason]
            seen[reason] += 1
    assert sum(seen.values()) > 50
    assert year < 2018 or len(seen) > 3


@every_page
def test_nobody_says_not_measured_of_a_figure_that_is_not_here(out, year, lang, kind):
    """The words belong to the reason of that name; a count or a verdict speaks of figures."""
    document = page(out, year, lang, kind)
    texts = [text_of(element) for tag in ("p", "li", "td", "span", "caption") for element in document.iter(tag)]
    assert texts
    said = [
        text
        for text in texts
        if re.search(
            r"\d+ (av|of) (the )?\d+ indi[ck]at\w+ (ble|er|were|have) (ikke|not) (been )?(målt|measured)", text
        )
        or re.search(r"(Ingen ny måling|No new measurement|ikke målt på nytt|not been measured again)", text)
    ]
    assert said == []


# --- figures that need a word beside them


@every_report
def test_the_coverage_of_a_census_stands_under_its_latest_figure(out, mart, year, lang):
    printed = indicator_rows(page(out, year, lang))
    word = {"nb": "dekning", "en": "coverage"}[lang]
    census = rows(
        mart,
        "select status.* from rpt_status as status inner join fct_indicator_year as facts"
        " on status.indicator_no = facts.indicator_no and status.latest_year = facts.year"
        " where status.report_year = ? and facts.interval_method = 'census'"
        " and coalesce(status.coverage_units_pct, status.coverage_population_pct) is not null",
        year,
    )
    assert census
    for no, element in printed.items():
        found = {
            measured: text_of(span)
            for measured, cell in cells(element).items()
            for span in cell.iter("span")
            if has_class(span, "coverage")
        }
        row = next((row for row in census if row["indicator_no"] == no), None)
        assert list(found) == ([row["latest_year"]] if row else []), no
        for text in found.values():
            assert text.startswith(word)
            for name in ("units", "population"):
                share = row[f"coverage_{name}_pct"]
                if share is not None:
                    figure = numbers.number(share, int(99.5 <= share < 100), lang)
                    assert f"{figure}{' %' if lang == 'nb' else '%'}" in text


def test_coverage_says_what_is_known_and_no_more(database, tmp_path):
    copy = altered(
        database,
        tmp_path,
        "update rpt_status set coverage_units_pct = 82.16, coverage_population_pct = 77.005 where indicator_no = 4",
        "update rpt_status set coverage_population_pct = null where indicator_no = 77",
        "update rpt_status set coverage_units_pct = 99.774, coverage_population_pct = 100 where indicator_no = 58",
        "update rpt_status set coverage_units_pct = null, coverage_population_pct = null where indicator_no = 94",
    )
    shown = {}
    for lang in LANGUAGES:
        for no, row in indicator_rows(page_of(copy, 2020, lang)).items():
            shown[no, lang] = [text_of(span) for span in row.iter("span") if has_class(span, "coverage")]
    assert shown[4, "nb"] == ["dekning 82 % av enhetene, 77 % av befolkningen"]
    assert shown[4, "en"] == ["coverage 82% of units, 77% of the population"]
    assert shown[77, "nb"] == ["dekning 63 % av enhetene"]
    assert shown[58, "en"] == ["coverage 99.8% of units, 100% of the population"], "one municipality did not answer"
    assert shown[94, "nb"] == []
    assert shown[63, "nb"] == [], "a sample has an interval, or none"


def test_a_rounded_figure_is_told_as_one(database, tmp_path):
    copy = altered(
        database,
        tmp_path,
        "update fct_indicator_year set value_precision = null",
        "update fct_indicator_year set value_precision = 2.5 where indicator_no = 69 and year = 2018",
    )
    for lang, word, note in (
        ("nb", "om lag", "For 2018 er tallet oppgitt avrundet, som 60, og kan være inntil 2,5 større eller mindre."),
        (
            "en",
            "about",
            "For 2018 the figure was given in rounded form, as 60, and may be up to 2.5 larger or smaller.",
        ),
    ):
        printed = indicator_rows(page_of(copy, 2018, lang))
        row = printed[69]
        assert text_of(cells(row)[2018]).startswith(f"≈{word} 60")
        assert "≈" not in text_of(cells(row)[2017])
        changes = [td for td in row.iter("td") if has_class(td, "change")]
        assert [text_of(td).startswith(f"≈{word} +2 pp") for td in changes] == [True, True]
        assert note in text_of(row)
        assert "≈" not in "".join(text_of(other) for no, other in printed.items() if no != 69)


def test_a_change_across_a_break_is_a_dash_with_its_reason(out, mart):
    broken = mart.execute(
        "select indicator_no from rpt_status where report_year = 2020 and verdict_latest = 'not_comparable'"
    ).fetchall()
    assert (77,) in broken
    printed = indicator_rows(page(out, 2020, "nb"))
    for (no,) in broken:
        change = next(td for td in printed[no].iter("td") if has_class(td, "change"))
        assert text_of(change) == "–kan ikke sammenlignes", no


# --- targets and funding


def target_rows(document: Element) -> dict[str, list[str]]:
    body = next(by_id(document, "targets").iter("tbody"))
    return {tr.get("data-target"): [text_of(td) for td in tr.iter("td")] for tr in body.iter("tr")}


def test_each_state_of_a_target_has_its_word_sign_and_colour(database, tmp_path):
    targets = [row["target_id"] for row in report_data.catalogue_rows("targets")]
    states = dict(zip(targets, TARGET_STATES, strict=False))
    assert set(states.values()) == set(TARGET_STATES), "a target for each state"
    changes = [
        f"update rpt_target_progress set state = '{state}' where target_id = '{target}'"
        for target, state in states.items()
    ]
    copy = altered(database, tmp_path, *changes)
    for lang in LANGUAGES:
        document = page_of(copy, 2020, lang)
        found = {row.get("data-target"): row for row in by_id(document, "targets").iter("tr")}
        for target, state in states.items():
            (mark,) = [span for span in found[target].iter("span") if has_class(span, "verdict")]
            assert text_of(mark) == all_labels()[f"target.state_{state}"][lang]
            assert has_class(mark, f"t-{state}")
            assert next(mark.iter(f"{SVG}use")).get("href") == f"#t-{state}"
        signs = {
            tuple(path.get("d") for path in by_id(document, f"t-{state}").iter(f"{SVG}path")) for state in TARGET_STATES
        }
        assert len(signs) == len(TARGET_STATES), "each state has a sign of its own"
        assert len({all_labels()[f"target.state_{state}"][lang] for state in TARGET_STATES}) == len(TARGET_STATES)
    style = (Path(report.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    assert all(re.search(rf"\.t-{state} {{ color", style) for state in TARGET_STATES)


def test_a_lower_bound_below_the_target_is_not_called_missed(out):
    for lang, word in (("nb", "Ikke kjent"), ("en", "Not known")):
        assert word in target_rows(page(out, 2020, lang))["plan_2400"]


def test_targets_are_written_in_their_own_unit_with_the_year_of_an_older_value(database, tmp_path):
    copy = altered(
        database,
        tmp_path,
        "update rpt_target_progress set target_value = 3, value = 1.84, value_year = 2018, gap = 1.16,"
        " required_per_year = 4.77, actual_yearly_change = 1.84, state = 'behind'"
        " where target_id = 'vekst_forebyggende_40'",
        "update rpt_target_progress set value = 44.059, value_year = 2017, gap = 25.94, required_per_year = 8.65,"
        " actual_yearly_change = null, state = 'behind' where target_id = 'fm2017_identifisering'",
        "update rpt_target_progress set value = 25.97, value_year = 2017, state = 'not_computable'"
        " where target_id = 'fm2017_oppsokende_team'",
    )
    shown = {lang: target_rows(page_of(copy, 2020, lang)) for lang in LANGUAGES}
    assert shown["nb"]["vekst_forebyggende_40"][:5] == ["3,0 % per år", "1,8 % (2018)", "1,2 %", "+4,8 %", "+1,8 %"]
    assert shown["en"]["vekst_forebyggende_40"][:5] == ["3.0% a year", "1.8% (2018)", "1.2%", "+4.8%", "+1.8%"]
    assert shown["nb"]["fm2017_identifisering"][:5] == ["minst 70 %", "44 % (2017)", "26 pp.", "+8,7 pp.", "–"]
    assert shown["nb"]["fm2017_oppsokende_team"][:3] == ["mer enn i 2016", "26 % (2017)", "–"]
    assert shown["nb"]["plan_2400"][:3] == ["minst 2 400 mill. kr", "1 536 mill. kr", "864 mill. kr"]
    assert shown["en"]["plan_2400"][4] == "+NOK 307 million"
    assert shown["nb"]["gylne_regel"][:3] == ["over 1", "2,03 (2016)", "–"]
    assert shown["nb"]["vekst_forebyggende_39"][0] == "ikke fastsatt"


def boxes_of(svg: Element) -> list[tuple[str, float, float, float, float]]:
    """Text of a chart with the box it covers, somewhat wider than any sans serif font makes it."""
    found = []
    for text in svg.iter(f"{SVG}text"):
        size = {"f-tick": 12.0, "f-value": 13.0, "f-inside": 11.0}[text.get("class")]
        width, x, y = 0.62 * size * len(text.text), float(text.get("x")), float(text.get("y"))
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        found.append((text.text, left, y - 0.75 * size, left + width, y + 0.05 * size))
    return found


def on_the_line(box: tuple[str, float, float, float, float], points: list[tuple[float, float]]) -> bool:
    _, left, top, right, bottom = box
    steps = 200
    return any(
        left <= x0 + (x1 - x0) * step / steps <= right and top <= y0 + (y1 - y0) * step / steps <= bottom
        for (x0, y0), (x1, y1) in pairwise(points)
        for step in range(steps + 1)
    )


@every_report
def test_no_number_of_the_funding_chart_lies_on_a_line_or_another_number(out, year, lang):
    charts = [svg for svg in page(out, year, lang).iter(f"{SVG}svg") if has_class(svg, "pace")]
    assert len(charts) == 2
    for svg in charts:
        boxes = boxes_of(svg)
        line = next(svg.iter(f"{SVG}polyline"))
        pace = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
        target = next(el for el in svg.iter(f"{SVG}line") if el.get("class") == "f-target")
        level = [(float(target.get(f"x{end}")), float(target.get(f"y{end}"))) for end in (1, 2)]
        assert [box[0] for box in boxes if on_the_line(box, pace) or on_the_line(box, level)] == []
        for one in boxes:
            for other in boxes:
                apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] or other[4] <= one[2]
                assert one is other or apart, (one[0], other[0])


@every_report
def test_the_funding_chart_names_its_prices_and_tells_all_it_shows(out, mart, year, lang):
    document = page(out, year, lang)
    for place, real in (("f-money", False), ("funding-head", True)):
        section = next(el for el in document.iter("section") if el.get("aria-labelledby") == place)
        title = next(text_of(p) for p in section.iter("p") if has_class(p, "chart-title"))
        assert all_labels()[f"funding.price_{'real' if real else 'nominal'}"][lang] in title
        told = text_of(next(section.iter(f"{SVG}desc")))
        drawn = [text.text for text in next(section.iter(f"{SVG}svg")).iter(f"{SVG}text")]
        for row in rows(mart, "select * from rpt_funding_pace where year <= ? order by year", year):
            suffix = "_2016_nok" if real else ""
            names = [
                "block_grant",
                "other",
                "cumulative",
                "cumulative_with_housing_low",
                "cumulative_with_housing_high",
            ]
            amounts = [row[f"{name}{suffix}"] for name in names] + ([] if real else [row["cumulative_printed"]])
            for amount in amounts:
                if amount is not None:
                    assert numbers.number(amount, 0, lang).replace("\xa0", " ") in told
            plus = "+" if row["is_lower_bound"] else ""
            assert numbers.number(row[f"cumulative{suffix}"], 0, lang) + plus in drawn
            if row["housing_low"] is not None:
                low, high = (row[f"{name}{suffix}"] - row[f"cumulative{suffix}"] for name in names[3:])
                assert f"+{numbers.span(low, high, 0, lang)}" in drawn


def test_the_funding_table_has_what_others_printed_and_what_is_needed(out, mart):
    section = by_id(page(out, 2020, "nb"), "funding")
    tables = [table for table in section.iter("table")]
    heads = [text_of(th) for th in tables[0].iter("th")]
    printed = {text_of(next(tr.iter("th"))): [text_of(td) for td in tr.iter("td")] for tr in tables[0].iter("tr")}
    for row in rows(mart, "select * from rpt_funding_pace"):
        for name in ("other_mentioned", "cumulative_printed", "required_per_remaining_year_with_housing"):
            column = heads.index(all_labels()[f"funding.col_{name}"]["nb"]) - 1
            value = "–" if row[name] is None else numbers.number(row[name], 0, "nb").replace("\xa0", " ")
            assert printed[str(row["year"])][column] == value
    assert printed["2017"][5] == "900"
    assert printed["2018"][5] == "1 289"
    real = [text_of(th) for th in tables[1].iter("th")]
    assert all_labels()["funding.col_cumulative_printed"]["nb"] not in real, "what others printed is nominal"
    assert all_labels()["funding.col_required_per_remaining_year_with_housing"]["nb"] in real


@every_page
def test_counts_say_how_many_can_be_read_and_how_many_have_no_interval(out, mart, year, lang, kind):
    document = page(out, year, lang, kind)
    (first,) = [table for table in document.iter("table") if has_class(table, "goals")]
    shown = [[text_of(td) for td in tr.iter("td")][2:] for tr in next(first.iter("tbody")).iter("tr")]
    expected = rows(
        mart,
        "select * from rpt_goal_attainment where report_year = ? and basis = 'latest' and is_default"
        " order by goal_order",
        year,
    )
    readable, bare = (all_labels()[f"attainment.{name}"][lang] for name in ("readable", "bare"))
    assert len(shown) == len(expected)
    for row, (read, counts) in zip(expected, shown, strict=True):
        assert read == readable.format(n=row["n_deciding_readable"], total=row["n_deciding_indicators"])
        n = row["n_without_uncertainty"]
        assert counts.endswith(bare.format(n=n)) if n else bare.format(n="") not in counts


@every_report
def test_the_reason_of_a_goal_tells_its_counts_in_sentences(out, mart, year, lang):
    shown = text_of(by_id(page(out, year, lang), "attainment"))
    goals_of_year = rows(
        mart, "select * from rpt_goal_attainment where report_year = ? and basis = 'latest' and is_default", year
    )
    assert len(goals_of_year) == 8  # seven goals and the plan
    for row in goals_of_year:
        counts = {name.removeprefix("n_deciding_"): value for name, value in row.items() if "n_deciding_" in name}
        if row["goal_code"] == "PLAN":
            goals = {name.removeprefix("n_goals_"): value for name, value in row.items() if "n_goals_" in name}
            reason = all_labels()["attainment.reason_plan"][lang].format(**goals)
        else:
            assert (
                sum(row[f"n_deciding_{name}"] for name in ("first_measurement", "no_new_measurement"))
                == (row["n_deciding_no_data"])
            )
            reason = all_labels()["attainment.reason"][lang].format(
                **counts | {"unclear": counts["unclear"] + counts["not_comparable"]},
                total=counts["indicators"],
                absent=counts["no_data"],
            )
        assert reason in shown, row["goal_code"]


@every_report
def test_the_rules_are_named_with_the_day_they_hold_from(out, year, lang):
    section = text_of(by_id(page(out, year, lang), "attainment"))
    rules = report_data.catalogue_rows("attainment_rules")
    assert len(rules) >= 3
    for rule in rules:
        day = numbers.day(date.fromisoformat(rule["valid_from"]), lang)
        assert all_labels()["attainment.rule_version"][lang].format(id=rule["rule_id"], day=day) in section


# --- languages


def test_every_text_is_in_both_languages_with_the_same_places_to_fill():
    assert len(all_labels()) > 50
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

    assert REPORT_YEARS
    for year in REPORT_YEARS:
        assert len(outline(page(out, year, "nb", kind))) > 20
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


NORWEGIAN = re.compile(
    r"[æøåÆØÅ]|\b(og|ikke|som|til|med|av|er|fra|det|kommuner|kommunene|bedre|eller)\b", re.IGNORECASE
)


def own_text(element: Element, path: tuple[str, ...] = ()) -> list[str]:
    """Text of a page that is in the language of the page: what has another language on it is left out."""
    if element.tag == "style" or (element.get("lang") and path):
        return []
    found = [element.text or "", element.get("title") or "", element.get("aria-label") or ""]
    for child in element:
        found += [*own_text(child, (*path, str(element.tag))), child.tail or ""]
    return found


@pytest.mark.parametrize("kind", ["", "_kort"])
@pytest.mark.parametrize("year", REPORT_YEARS)
def test_the_english_report_is_english(out, year, kind):
    document = page(out, year, "en", kind)
    marked = [element for element in document.iter() if element.get("lang") == "nb"]
    assert [element.get("class") for element in marked if not has_class(element, "cite")] == []
    places = by_id(document, "references") if not kind else document
    assert set(marked) <= set(places.iter()), "only references stand as they were printed"
    assert [text for text in own_text(document) if NORWEGIAN.search(text)] == []
    assert NORWEGIAN.search("Andel kommuner med tilbud")


@pytest.mark.parametrize("year", REPORT_YEARS)
def test_the_norwegian_report_is_norwegian(out, year):
    document = page(out, year, "nb")
    assert [element.tag for element in document.iter() if element.get("lang") == "en"] == []
    shown = "".join(own_text(document))
    assert not re.search(r"\b(unknown|the|and|of)\b", shown)
    assert "lovlig" not in shown
    assert not re.search(r"\b[Dd]om(men|mene)?\b", shown), "a verdict is a vurdering; dommer are given by courts"


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


def test_a_release_without_a_version_of_the_code_says_so_in_words(database, tmp_path):
    copy = altered(database, tmp_path, "update release_log set code_version = 'unknown'")
    assert view_in(copy, 2018, "nb").code_version == "Versjonen av koden er ikke oppgitt."
    assert view_in(copy, 2018, "en").code_version == "The version of the code is not recorded."


def test_a_missing_text_stops_the_report():
    with pytest.raises(ValueError, match=r"no text 'unit\.kg'"):
        Labels("nb")("unit.kg")


def test_decisions_printed_have_norwegian_wording(database):
    decisions = {row["decision_id"] for row in report_data.catalogue_rows("decisions")}
    section = by_id(page_of(database, 2018), "method")
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


@every_page
def test_every_table_has_a_caption_and_can_be_scrolled_with_the_keyboard(out, year, lang, kind):
    document = page(out, year, lang, kind)
    tables = list(document.iter("table"))
    regions = [element for element in document.iter("div") if has_class(element, "scroll")]
    assert len(tables) == len(regions), "each table stands in a region of its own"
    for region in regions:
        assert region.get("tabindex") == "0"
        assert region.get("role") == "region"
        named = region.get("aria-label") or text_of(by_id(document, region.get("aria-labelledby")))
        (table,) = region.iter("table")
        assert text_of(table[0]) == named, "the name of the region is that of its table"
        assert table[0].tag == "caption"
    names = [text_of(table[0]) for table in tables]
    assert len(set(names)) == len(names), "no two tables have the same name"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdftotext")), reason="prints with chromium, reads with poppler"
)
def test_the_front_page_and_each_section_start_a_sheet_when_printed(out, tmp_path, lang):
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    folder = ["--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}"]
    printed = tmp_path / "report.pdf"
    file = (out / f"statusrapport_2020.{lang}.html").as_uri()
    command = ["chromium", *quiet, *folder, "--no-pdf-header-footer", f"--print-to-pdf={printed}", file]
    subprocess.run(command, check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], check=True, capture_output=True, text=True).stdout
    sheets = [" ".join(sheet.split()) for sheet in text.split("\f")]
    document = page(out, 2020, lang)
    assert sheets[0].startswith(all_labels()["doc.title"][lang].format(year=2020))
    rest = next(text_of(p) for p in document.iter("p") if has_class(p, "rest"))
    assert rest in sheets[0], "the front page is one sheet"
    heads = [text_of(next(section.iter("h2"))) for section in document.find("body/main").findall("section")]
    heads += [text_of(el) for el in document.iter("h3") if el.get("id", "").startswith("t-")][1:]
    assert len(heads) == 9 + 6
    begun = {head: next((sheet for sheet in sheets if sheet.startswith(head)), "") for head in heads}
    assert [head for head, sheet in begun.items() if len(sheet) < 400] == [], "a heading does not stand alone"


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
    sections = [el for el in document.iter("section") if el.get("data-goal")]
    assert len(sections) == 7
    for section in sections:
        members = rows(
            mart,
            "select * from rpt_status where report_year = ? and goal_code = ?",
            year,
            section.get("data-goal"),
        )
        old = sum(row["verdict_latest"] in ("no_new_measurement", "first_measurement") for row in members)
        constructed = [row["indicator_no"] for row in members if row["data_origin"] == "constructed"]
        lines = [text_of(item) for item in section.iter("li")]
        again = all_labels()["short.not_again_yet"][lang].format(n=old, total=len(members))
        (said,) = [line for line in lines if line.startswith(again)] or [""]
        assert bool(said) == (old > 0)
        absent = Counter(
            row["missing_reason"]
            for row in members
            if row["verdict_latest"] in ("no_new_measurement", "first_measurement") and row["missing_reason"]
        )
        assert [reason for reason, n in absent.items() if f"{n} {WHY_NO_FIGURE[lang][reason]}" not in said] == []
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


def test_an_end_close_to_zero_keeps_its_side_of_zero():
    assert numbers.span(-0.2, 97.8, 0, "nb", sign=True) == "−0,2 til +97,8"
    assert numbers.span(0.04, 12, 0, "en", sign=True) == "+0.04 to +12.00"
    assert numbers.span(-0.6, 12, 0, "nb", sign=True) == "−1 til +12"
    assert numbers.span(0, 12, 0, "nb") == "0–12", "an end that is zero is zero"
    assert numbers.ends(0.3, 9, 0, "nb") == ("0,3–", "9,0")


@pytest.mark.parametrize(
    ("decimals", "precision", "known"),
    [(1, None, 1), (2, 0.5, 0), (2, 5.0, 0), (2, 0.05, 1), (0, 0.05, 0), (1, 2.5, 0)],
)
def test_a_rounded_figure_has_no_more_decimals_than_are_known(decimals, precision, known):
    assert numbers.known_decimals(decimals, precision) == known


def test_thousands_in_a_text_do_not_break():
    assert numbers.localised("20 535 personer og 1 234 567 kr", "nb") == "20\xa0535 personer og 1\xa0234\xa0567 kr"
    assert numbers.localised("20 535 persons in 2016", "en") == "20,535 persons in 2016"
    assert numbers.localised("i 2016 428 av 1 000,5", "nb") == "i 2016 428 av 1\xa0000,5"
    assert numbers.localised("95 % intervall", "nb") == "95\xa0% intervall"
    assert numbers.localised("95 % interval", "en") == "95% interval"
    assert numbers.localised("#11 2016 og 12 34", "nb") == "#11 2016 og 12 34"


@every_page
def test_no_number_on_a_page_can_break_over_two_lines(out, year, lang, kind):
    document = page(out, year, lang, kind)
    assert [
        text
        for text in own_text(document)
        if numbers.SPACED_THOUSANDS.search(text) or numbers.SPACED_PERCENT.search(text)
    ] == []


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
