"""Numbers, intervals, dates and sparklines as a reader sees them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from rusindikator.report import numbers
from rusindikator.report.charts import Point, sparkline
from rusindikator.report.numbers import ranges

from .report_pages import (
    every_page,
    own_text,
    page,
)


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
