"""The figures of the report are those of the published tables, with the words they need."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element

import duckdb
import html5lib

from rusindikator.report import numbers
from rusindikator.report.labels import LANGUAGES, all_labels

from .catalogue import N_INDICATORS
from .report_pages import (
    SVG,
    altered,
    cells,
    every_page,
    every_report,
    has_class,
    indicator_rows,
    page,
    page_of,
    rows,
    text_of,
)

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
