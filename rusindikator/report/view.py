"""The report as HTML: what the templates print, section by section, in one language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rusindikator.report.data import ReportData, Row, ordered
from rusindikator.report.sections.attainment import Attainment, attainment
from rusindikator.report.sections.attention import Group, attention
from rusindikator.report.sections.coverage import Coverage, coverage
from rusindikator.report.sections.front import Front, front, limits, with_verdict
from rusindikator.report.sections.funding import Funding, funding
from rusindikator.report.sections.method import Decision, decisions, method
from rusindikator.report.sections.references import Reference, references
from rusindikator.report.sections.tables import GoalTable, Indicator, goal_tables, indicators
from rusindikator.report.sections.targets import Target, targets
from rusindikator.report.words import VERDICTS, Words

# Anchor of each section, in the order of the page.
SECTIONS = (
    "tables",
    "attainment",
    "attention",
    "funding",
    "targets",
    "coverage",
    "revisions",
    "method",
    "references",
)


@dataclass(frozen=True, slots=True)
class View:
    """One report in one language, as the templates print it."""

    words: Words
    indicators: dict[int, Indicator]
    front: Front
    tables: list[GoalTable]
    attainment: Attainment
    attention: list[Group]
    funding: Funding
    targets: list[Target]
    golden_rule: list[Row]
    coverage: Coverage
    revisions: list[Row]
    method: list[tuple[str, str]]
    decisions: list[Decision]
    references: dict[int, Reference]
    # what has moved in each goal, and what its figures cannot tell
    moved: dict[str, list[Indicator]]
    limits: dict[str, list[str]]
    origin_counts: Counter[str]
    constructed_count: int
    code_version: str
    # the language of what stands as it was printed, where that is not the language of the report
    as_printed: Markup


def view_of(data: ReportData, lang: str) -> View:
    """Return the report of one year in one language."""
    words = Words(data, lang)
    numbered = references(words)
    rows = indicators(words, numbered)
    tables = goal_tables(words, rows)
    money = funding(words)
    version = data.release["code_version"]
    return View(
        words=words,
        indicators=rows,
        front=front(words, list(rows.values()), money.target),
        tables=tables,
        attainment=attainment(words),
        attention=attention(words),
        funding=money,
        targets=targets(words),
        golden_rule=ordered(data.table("fct_golden_rule"), "year", "region_code", "variant", "vintage_date"),
        coverage=coverage(words),
        revisions=[
            row
            for row in ordered(data.table("fct_indicator_vintage"), "indicator_no", "vintage_date")
            if row["change_from_previous_vintage"] and row["year"] <= words.year
        ],
        method=method(words),
        decisions=decisions(words),
        references=numbered.by_number,
        moved={table.goal_code: with_verdict(table.rows, "improved", "worsened") for table in tables},
        limits={table.goal_code: limits(words, table.rows) for table in tables},
        origin_counts=Counter(row.origin for row in rows.values()),
        constructed_count=sum(row.is_constructed for row in rows.values()),
        code_version=words.t("doc.code_unknown")
        if version in (None, "unknown")
        else words.t("doc.code", version=version),
        as_printed=Markup("") if lang == "nb" else Markup(' lang="nb"'),
    )


def render(view: View, template: str) -> str:
    """Return one report as HTML: `report.html.j2`, or `short.html.j2` with one page per goal.

    A name or text that a template wants and does not find stops the report.
    """
    words = view.words
    env = Environment(
        loader=PackageLoader("rusindikator.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("t", "text", "number", "percent", "day", "source", "lang"):
        env.globals[name] = getattr(words, name)
    env.globals |= {
        "report_year": words.year,
        "release": words.data.release,
        "verdicts": VERDICTS,
        "sections": SECTIONS,
    }
    styles = {f"{name}_sheet": Markup(style_of(f"{name}.css")) for name in ("style", "short")}
    return env.get_template(template).render(view=view, **styles)


def style_of(name: str) -> str:
    """Return a style sheet of the package; it is written into the page."""
    return resources.files("rusindikator.report").joinpath("templates", name).read_text(encoding="utf-8")
