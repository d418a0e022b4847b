"""Targets and money in the report."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from rusindikator import report
from rusindikator.report import data as report_data
from rusindikator.report import numbers
from rusindikator.report.labels import LANGUAGES, all_labels
from rusindikator.report.sections.targets import TARGET_STATES

from .report_pages import (
    SVG,
    altered,
    by_id,
    every_page,
    every_report,
    has_class,
    page,
    page_of,
    rows,
    text_of,
)


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
