"""The front page of the report: attainment, what moved, what has no figure, what calls for attention."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from rusindikator.report import data as report_data
from rusindikator.report import numbers
from rusindikator.report.labels import all_labels
from rusindikator.report.sections.front import FRONT_PAGE_ITEMS, fair_share

from .catalogue import N_INDICATORS
from .report_pages import (
    REPORT_YEARS,
    WHY_NO_FIGURE,
    altered,
    by_id,
    every_page,
    every_report,
    has_class,
    indicator_rows,
    page,
    page_of,
    rows,
    text_of,
    view_in,
)


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
