"""The page itself: languages, structure, links, contrast, print, and the short version."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from rusindikator import report
from rusindikator.report import data as report_data
from rusindikator.report.labels import LANGUAGES, Labels, all_labels
from rusindikator.report.numbers import ranges
from rusindikator.report.sections.method import decision_texts

from .report_pages import (
    REPORT_YEARS,
    SVG,
    WHY_NO_FIGURE,
    altered,
    by_id,
    every_page,
    every_report,
    has_class,
    own_text,
    page,
    page_of,
    parse,
    rows,
    text_of,
    view_in,
)

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
    # in reading order: with -layout the lines of two columns are one
    text = subprocess.run(["pdftotext", printed, "-"], check=True, capture_output=True, text=True).stdout
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
