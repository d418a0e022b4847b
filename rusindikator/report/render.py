"""The report as HTML: rows of the published tables turned into what the templates print, in one language."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rusindikator.report import charts, numbers
from rusindikator.report.data import ReportData, Row
from rusindikator.report.labels import Labels

VERDICTS = (
    "improved",
    "worsened",
    "unchanged",
    "unclear",
    "not_comparable",
    "first_measurement",
    "no_new_measurement",
)
# Verdicts that hold no two measurements against each other.
NO_COMPARISON = ("not_comparable", "first_measurement", "no_new_measurement")
# Reasons of the attention list, the most pressing first.
ATTENTION = ("worsened", "moved_most", "source_overdue", "lacks_data", "not_collected")
# A measured year carries a letter where the figure needs a word: break, estimate, imputed, provisional.
MARKED_STATUS = ("B", "E", "I", "P")
# Origins of figures whose answers a program has made.
MADE_UP = ("constructed", "rehearsal")
# Lines of the front page for what is better or worse, so that it stays within one screen.
FRONT_PAGE_ITEMS = 6
SHARE_UNIT = "share_pct"
# Columns of the funding tables, in the order of the page.
FUNDING_COLUMNS = (
    "block_grant",
    "other",
    "other_mentioned",
    "total",
    "cumulative",
    "cumulative_printed",
    "remaining",
    "required_per_remaining_year",
    "cumulative_with_housing",
    "remaining_with_housing",
    "required_per_remaining_year_with_housing",
)
# States of a target, each with a word, a sign and a colour of its own.
TARGET_STATES = ("met", "on_track", "behind", "not_met", "unknown", "not_computable")


class View:
    """One report in one language. Its properties are what the templates print; texts come from labels and tables."""

    def __init__(self, data: ReportData, lang: str) -> None:
        self.data = data
        self.lang = lang
        self.t = Labels(lang)
        self.year = data.report_year
        self.references = self._number_references()
        self.rows = {row["indicator_no"]: self._indicator(row) for row in data.status}

    # --- words and numbers

    def text(self, row: Row, name: str) -> str:
        """Return the column `<name>_nb` or `<name>_en` of the report's language, '' where the table has none."""
        return numbers.localised((row.get(f"{name}_{self.lang}") or "").strip(), self.lang)

    def number(self, value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a number, or a dash for none."""
        return numbers.RANGE_DASH if value is None else numbers.number(value, decimals, self.lang, sign=sign)

    def day(self, value: Any) -> str:
        """Write a date, or a dash for none."""
        return numbers.RANGE_DASH if value is None else numbers.day(value, self.lang)

    # --- the seven tables

    def _number_references(self) -> dict[str, int]:
        """Give each delivery behind a figure shown a number, in the order of the tables; one per printed reference."""
        found: dict[str, int] = {}
        numbered: dict[tuple[Any, ...], int] = {}
        for status in self.data.status:
            for year in self.data.years_of([status]):
                fact = self.data.facts.get((status["indicator_no"], year))
                for delivery in split_ids(fact["delivery_id"] if fact else None):
                    printed = tuple(self._reference(delivery).values())
                    found[delivery] = numbered.setdefault(printed, len(numbered) + 1)
        return found

    def _reference(self, delivery_id: str) -> dict[str, Any]:
        """Return how a delivery is printed as a reference, and whether its answers are constructed.

        Publisher, title and place stand as they were printed, which is in Norwegian.
        """
        delivery = self.data.deliveries[delivery_id]
        published = numbers.day(delivery["published_on"], self.lang, precision=delivery["published_on_precision"])
        return {
            "publisher": delivery["publisher"],
            "title": numbers.localised(delivery["publication"].rstrip("."), "nb"),
            "published": self.t("reference.published", day=published),
            "place": delivery["reference"],
            "origin": delivery["data_origin"],
        }

    def _indicator(self, status: Row) -> dict[str, Any]:
        """Return everything the report says of one indicator."""
        no, decimals, unit = status["indicator_no"], status["decimals"], status["unit"]
        facts = [
            fact
            for (indicator, year), fact in sorted(self.data.facts.items())
            if indicator == no and year <= self.year and fact["value"] is not None
        ]
        latest = next((fact for fact in facts if fact["year"] == status["latest_year"]), None)
        note = latest["obs_status_note" if self.lang == "nb" else "obs_status_note_en"] if latest else None
        return {
            "no": no,
            "status": status,
            "label": self.text(status, "label"),
            "type": status["indicator_type"],
            "unit": self.t(f"unit.{unit}"),
            "origin": status["data_origin"] or "none",
            "is_constructed": status["data_origin"] in MADE_UP,
            "source": self.text(self.data.sources[self._source_code(status)], "label"),
            "references": sorted(
                {self.references[delivery] for fact in facts for delivery in split_ids(fact["delivery_id"])}
            ),
            "cells": {year: self._cell(status, year) for year in self.data.years_of(self.data.status)},
            "spark": self._spark(status, facts),
            "change": self._change(status, "change_from_baseline", "change", status["baseline_year"]),
            "no_change": self.t("change.not_comparable") if status["verdict_latest"] == "not_comparable" else "",
            "change_years": (status["baseline_year"], status["latest_year"]),
            "previous": self._change(status, "change_from_previous", "change_from_previous", status["previous_year"]),
            "no_previous": self.t("change.not_comparable")
            if status["previous_value"] is not None and status["change_from_previous"] is None
            else "",
            "previous_years": (status["previous_year"], status["latest_year"]),
            "verdict": status["verdict"],
            "verdict_previous": status["verdict_previous"],
            "verdict_latest": status["verdict_latest"],
            "reason_previous": self.text(status, "verdict_previous_reason"),
            "reason_latest": self.text(status, "verdict_latest_reason"),
            "latest_reason_differs": status["verdict_latest_reason_nb"] != status["verdict_reason_nb"],
            "reason": self.text(status, "verdict_reason"),
            "caveat": self.text(status, "caveat"),
            "note": numbers.localised(note or "", self.lang),
            "roundings": self._roundings(facts, decimals),
            "interval_note": self.text(latest, "interval_note") if latest else "",
            "baseline": self.number(status["baseline_value"], decimals),
            "baseline_year": status["baseline_year"],
            "latest": self._known(status["latest_value"], decimals, latest),
            "latest_year": status["latest_year"],
            "earlier": self._known(
                status["previous_value"], decimals, self.data.facts.get((no, status["previous_year"]))
            ),
        }

    def _known(self, value: float | None, decimals: int, fact: Row | None) -> str:
        """Write a figure as it is known: one that is told as "about 60" in whole numbers, with the sign for it."""
        precision = fact["value_precision"] if fact else None
        text = self.number(value, numbers.known_decimals(decimals, precision))
        return text if precision is None else f"{self.t('table.about_mark')}{numbers.NBSP}{text}"

    def _roundings(self, facts: list[Row], decimals: int) -> str:
        """Say which figures were given in rounded form, and how far from them the true ones may be."""
        years: dict[tuple[str, str], list[int]] = {}
        for fact in facts:
            if (width := fact["value_precision"]) is not None:
                value = self.number(fact["value"], numbers.known_decimals(decimals, width))
                years.setdefault((value, self.number(width, 0 if width % 1 == 0 else 1)), []).append(fact["year"])
        return " ".join(
            self.t("table.about_note", years=ranges(found), value=value, width=width)
            for (value, width), found in years.items()
        )

    def _source_code(self, status: Row) -> str:
        return self._catalogue[status["indicator_no"]]["source_code"]

    @cached_property
    def _catalogue(self) -> dict[int, Row]:
        return {row["indicator_no"]: row for row in self.data.table("dim_indicator")}

    def _cell(self, status: Row, year: int) -> dict[str, Any]:
        """Return one year of one indicator; `text` is None where there is no figure, and `reason` says why."""
        fact = self.data.facts.get((status["indicator_no"], year), {})
        value, decimals = status.get(f"value_{year}", fact.get("value")), status["decimals"]
        if value is None:
            reason = fact.get("missing_reason") or "none"
            return {"year": year, "text": None, "is_baseline": False, "reason": self.t(f"cell.{reason}")}
        mark = fact.get("obs_status") if fact.get("obs_status") in MARKED_STATUS else None
        low, high, precision = fact.get("value_low"), fact.get("value_high"), fact.get("value_precision")
        return {
            "year": year,
            "value": repr(value),
            "text": self.number(value, numbers.known_decimals(decimals, precision)),
            "is_about": precision is not None,
            "coverage": self._coverage(status, fact) if year == status["latest_year"] else "",
            "interval": None if low is None or high is None else numbers.ends(low, high, decimals, self.lang),
            "mark": mark,
            "is_baseline": year == status["baseline_year"],
        }

    def _coverage(self, status: Row, fact: Row) -> str:
        """Say how much of the country the latest figure of a census rests on, in the place of an interval.

        Of constructed answers the tables hold only the coverage that is printed. All but all is not 100 percent.
        """
        shares = {part: status[f"coverage_{part}_pct"] for part in ("units", "population")}
        known = {part: share for part, share in shares.items() if share is not None}
        if fact.get("interval_method") != "census" or not known:
            return ""
        parts = [
            self.t(f"coverage.of_{part}", share=self.percent(share, int(99.5 <= share < 100)))
            for part, share in known.items()
        ]
        return self.t("coverage.of", parts=", ".join(parts))

    def _change(self, status: Row, name: str, interval: str, earlier_year: int | None) -> dict[str, Any] | None:
        """Return a change with its unit and, where `<interval>_low` and `_high` hold one, its interval.

        A change is known no better than the two figures it is the difference of.
        """
        if status[name] is None:
            return None
        found = [
            self.data.facts.get((status["indicator_no"], year), {}) for year in (earlier_year, status["latest_year"])
        ]
        roundings = [fact["value_precision"] for fact in found if fact.get("value_precision") is not None]
        decimals = numbers.known_decimals(status["decimals"], max(roundings, default=None))
        low, high = status[f"{interval}_low"], status[f"{interval}_high"]
        return {
            "text": self.number(status[name], decimals, sign=True),
            "unit": self.t("table.pp") if status["unit"] == SHARE_UNIT else "",
            "is_about": bool(roundings),
            "interval": "" if low is None or high is None else numbers.span(low, high, decimals, self.lang, sign=True),
        }

    def _spark(self, status: Row, facts: list[Row]) -> Markup:
        """Draw the course of an indicator, and say in words what it shows."""
        decimals = status["decimals"]
        points = [
            charts.Point(fact["year"], fact["value"], fact["value_low"], fact["value_high"], bool(fact["is_break"]))
            for fact in facts
        ]
        words = []
        for point, fact in zip(points, facts, strict=True):
            word = self.t("spark.point", year=point.year, value=self._known(point.value, decimals, fact))
            if point.low is not None and point.high is not None:
                interval = numbers.span(point.low, point.high, decimals, self.lang)
                word += self.t("spark.interval", interval=interval)
            words.append(word + (self.t("spark.break") if point.is_break else ""))
        title = self.t(
            "spark.title",
            no=status["indicator_no"],
            unit=self.t(f"unit.{status['unit']}"),
            points="; ".join(words) or self.t("table.no_figure"),
            baseline=f"{self.number(status['baseline_value'], decimals)} ({status['baseline_year']})",
        )
        baseline = charts.Point(status["baseline_year"], status["baseline_value"])
        return charts.sparkline(points, self.chart_years, baseline, title)

    @property
    def chart_years(self) -> tuple[int, int]:
        """First and last year of every sparkline."""
        return min(year for _, year in self.data.facts), self.year

    @property
    def goal_tables(self) -> list[dict[str, Any]]:
        """The seven tables in printed order: code, goal, years with a column, rows."""
        tables = []
        for goal in self.data.goals:
            status = [row for row in self.data.status if row["goal_code"] == goal["goal_code"]]
            tables.append(
                {
                    "code": goal["indicator_table"],
                    "goal_code": goal["goal_code"],
                    "goal": self.text(goal, "label"),
                    "wording": self.text(goal, "operational_text"),
                    "years": self.data.years_of(status),
                    "rows": [self.rows[row["indicator_no"]] for row in status],
                }
            )
        return tables

    # --- goal attainment

    @property
    def bases(self) -> tuple[str, ...]:
        """What a development is held against, in the order of the columns."""
        return ("baseline", "previous", "latest")

    def attainments(self, *, basis: str) -> list[dict[str, Any]]:
        """Return the plan and each goal on one basis under the standing rule, with the counts of verdicts."""
        rows = [row for row in self.data.table("rpt_goal_attainment") if row["basis"] == basis and row["is_default"]]
        return [
            {
                "goal_code": row["goal_code"],
                "is_plan": row["goal_order"] == 0,
                "name": self.text(row, "label"),
                "attainment": row["attainment"],
                "counts": counts_of(row, "n_"),
                "deciding": counts_of(row, "n_deciding_"),
                "beside": counts_of(row, "n_effort_"),
                "reason": self._attainment_reason(row),
                "constructed": row["n_deciding_constructed"],
                "readable": self.t(
                    "attainment.readable", n=row["n_deciding_readable"], total=row["n_deciding_indicators"]
                ),
                "bare": self._bare(row["n_without_uncertainty"]),
                "bare_sentence": self.t("attainment.bare_sentence", n=row["n_without_uncertainty"])
                if row["n_without_uncertainty"]
                else "",
                "deciding_bare": self._bare(row["n_deciding_without_uncertainty"]),
            }
            for row in sorted(rows, key=lambda row: row["goal_order"])
        ]

    def _attainment_reason(self, row: Row) -> str:
        """Say in sentences what the counts of a row of goal attainment are; the table tells them as a list."""
        if row["goal_order"] == 0:
            words = ("positive", "negative", "mixed", "inconclusive", "no_data")
            return self.t("attainment.reason_plan", **{word: row[f"n_goals_{word}"] for word in words})
        counts = self.t(
            "attainment.reason",
            total=row["n_deciding_indicators"],
            readable=row["n_deciding_readable"],
            improved=row["n_deciding_improved"],
            worsened=row["n_deciding_worsened"],
            unchanged=row["n_deciding_unchanged"],
            unclear=row["n_deciding_unclear"] + row["n_deciding_not_comparable"],
            absent=row["n_deciding_no_data"],
        )
        rule = next(rule for rule in self.data.rules if rule["rule_id"] == row["rule_id"])
        if not rule["max_p_adjusted"] or not row["n_deciding_improved"] + row["n_deciding_worsened"]:
            return counts
        counted = {word: row[f"n_counted_{word}"] for word in ("improved", "worsened")}
        return f"{counts} {self.t('attainment.counted', **counted)}"

    @property
    def required(self) -> str:
        """Say how many indicators the standing rule asks for before it gives an answer."""
        standing = {row["rule_id"] for row in self.data.table("rpt_goal_attainment") if row["is_default"]}
        rule = next(rule for rule in self.data.rules if rule["rule_id"] in standing)
        return self.t("attainment.required", rule=self.text(rule, "label"), percent=rule["min_judged_pct"])

    def _bare(self, n: int) -> str:
        """Say how many are better or worse by the size of the change alone, '' for none."""
        return self.t("attainment.bare", n=n) if n else ""

    def attainment_of(self, goal_code: str, basis: str, rule_id: str | None = None) -> str:
        """Return the word for one goal on one basis, under a rule or, without one, the standing rule."""
        return next(
            row["attainment"]
            for row in self.data.table("rpt_goal_attainment")
            if row["goal_code"] == goal_code
            and row["basis"] == basis
            and (row["is_default"] if rule_id is None else row["rule_id"] == rule_id)
        )

    @property
    def rules(self) -> list[dict[str, str]]:
        """The rules of goal attainment side by side, from the catalogue, in its order."""
        used = {row["rule_id"] for row in self.data.table("rpt_goal_attainment")}
        return [
            {
                "id": row["rule_id"],
                "label": self.text(row, "label"),
                "version": self.t(
                    "attainment.rule_version", id=row["rule_id"], day=self.day(date.fromisoformat(row["valid_from"]))
                ),
                "text": f"{self.text(row, 'description')} {self.text(row, 'reason')}",
            }
            for row in self.data.rules
            if row["rule_id"] in used
        ]

    def with_verdict(self, *verdicts: str, goal_code: str | None = None, basis: str = "latest") -> list[dict[str, Any]]:
        """Return indicators with one of these verdicts on a basis.

        `latest` is the newest measurement against the baseline, whatever its year; `baseline` and `previous` compare a
        measurement of the report year with the baseline and with the measurement before it.
        """
        name = "verdict" if basis == "baseline" else f"verdict_{basis}"
        return [
            row
            for row in self.rows.values()
            if row[name] in verdicts and goal_code in (None, row["status"]["goal_code"])
        ]

    @cached_property
    def moved(self) -> list[dict[str, Any]]:
        """What is better and worse, against the baseline and against the previous measurement, for the front page."""
        parts = {
            (basis, code): self.with_verdict(code, basis=basis)
            for basis in ("latest", "previous")
            for code in ("improved", "worsened")
        }
        shown = fair_share([len(rows) for rows in parts.values()], FRONT_PAGE_ITEMS)
        return [
            {
                "basis": basis,
                "title": self.t(f"front.moved_{basis}", year=self.year),
                "columns": [
                    {
                        "code": code,
                        "total": len(found),
                        "rows": [(row, row[before]) for row in found[:shown]],
                    }
                    for code in ("improved", "worsened")
                    for found in [parts[basis, code]]
                ],
            }
            for basis, before in (("latest", "baseline"), ("previous", "earlier"))
        ]

    @property
    def moved_is_cut(self) -> bool:
        """Whether the front page lists fewer indicators than have moved."""
        return any(len(column["rows"]) < column["total"] for part in self.moved for column in part["columns"])

    @property
    def not_measured(self) -> str:
        """Say how many have no figure for the report year, and why, and how many none after the baseline."""
        absent = self.with_verdict("no_new_measurement", basis="baseline")
        later = [row for row in absent if row["baseline_year"] > self.year]
        old = [
            row
            for row in self.rows.values()
            if row["baseline_year"] < self.year and (row["latest_year"] or 0) <= row["baseline_year"]
        ]
        parts = []
        if absent:
            why = self._reasons(absent)
            parts.append(self.t("front.rest", n=len(absent), total=len(self.rows), year=self.year, reasons=why))
        if later:
            parts.append(
                self.t("front.rest_later", n=len(later), years=ranges({row["baseline_year"] for row in later}))
            )
        if old:
            parts.append(self.t("front.rest_old", n=len(old)))
        return " ".join(parts)

    def _reasons(self, rows: Iterable[dict[str, Any]]) -> str:
        """Count why indicators have no figure for the report year, the commonest reason first (D-75)."""
        found = Counter(row["status"]["missing_reason"] or "none" for row in rows)
        told = [
            self.t(f"front.why_{reason}", n=n) for reason, n in sorted(found.items(), key=lambda it: (-it[1], it[0]))
        ]
        return told[0] if len(told) == 1 else self.t("list.and", first=", ".join(told[:-1]), last=told[-1])

    # --- attention list

    @property
    def attention(self) -> list[dict[str, Any]]:
        """What somebody should look at, by reason; subjects with the same text stand together."""
        groups: dict[str, dict[str, Any]] = {}
        order = {code: index for index, code in enumerate(ATTENTION)}
        found = self.data.table("rpt_attention")
        for row in sorted(found, key=lambda row: (order.get(row["reason_code"], len(order)), row["rank"])):
            group = groups.setdefault(
                row["reason_code"], {"label": self.text(row, "reason_label"), "count": 0, "texts": {}}
            )
            group["count"] += 1
            subject = {"no": row["indicator_no"] or 0, "label": self.text(row, "label")}
            group["texts"].setdefault(self.text(row, "text"), []).append(subject)
        return [
            {
                "label": group["label"],
                "count": group["count"],
                "entries": [
                    {"text": text, "subjects": sorted(subjects, key=lambda subject: (subject["no"], subject["label"]))}
                    for text, subjects in group["texts"].items()
                ],
            }
            for group in groups.values()
        ]

    # --- funding

    @property
    def _pace(self) -> list[Row]:
        return sorted(self.data.table("rpt_funding_pace"), key=lambda row: row["year"])

    @property
    def funding_target(self) -> float:
        """The increase the plan promises, million NOK."""
        return self._pace[-1]["target"]

    def funding_chart(self, *, real: bool = False) -> dict[str, Any]:
        """Draw the funding pace, nominal or in 2016 prices; the title stands above the picture."""
        suffix = "_2016_nok" if real else ""
        years = []
        for row in self._pace:
            housing = tuple(row[f"cumulative_with_housing_{end}{suffix}"] for end in ("low", "high"))
            years.append(
                charts.PaceYear(
                    year=row["year"],
                    block_grant=row[f"block_grant{suffix}"],
                    other=row[f"other{suffix}"],
                    cumulative=row[f"cumulative{suffix}"],
                    with_housing=None if None in housing else housing,
                    is_lower_bound=row["is_lower_bound"],
                )
            )
        target = self.t("funding.target", target=self.number(self.funding_target))
        texts = charts.PaceTexts(
            title=self.t("funding.chart_title", price=self.t(f"funding.price_{'real' if real else 'nominal'}")),
            description=" ".join([*(self._pace_in_words(year, real) for year in years), f"{target}."]),
            target=target,
        )
        drawn = charts.funding_pace(years, self._plan_years, self.funding_target, texts, self.lang)
        return {"title": texts.title, "drawn": drawn}

    def _pace_in_words(self, year: charts.PaceYear, real: bool) -> str:
        """Say all that the chart shows of one year, and the sum the government has given where it is known."""
        unknown = self.t("funding.unknown")
        parts = [
            self.t(
                "funding.chart_year_least" if year.is_lower_bound else "funding.chart_year",
                year=year.year,
                block=unknown if year.block_grant is None else self.number(year.block_grant),
                other=unknown if year.other is None else self.number(year.other),
                cumulative=self.number(year.cumulative),
                pace=self.number(self.funding_target * (year.year - self._pace[0]["year"] + 1) / self._plan_years),
            )
        ]
        if year.with_housing:
            parts.append(self.t("funding.chart_housing", span=numbers.span(*year.with_housing, 0, self.lang)))
        printed = next(row["cumulative_printed"] for row in self._pace if row["year"] == year.year)
        if printed is not None and not real:
            parts.append(self.t("funding.chart_printed", sum=self.number(printed)))
        return "; ".join(parts) + "."

    @property
    def funding_legend(self) -> list[tuple[Markup, str]]:
        """Marks of the funding chart and what they mean."""
        kinds = ["earlier", "block", "other", "pace"]
        if any(row["cumulative_with_housing_low"] is not None for row in self._pace):
            kinds.insert(3, "housing")
        return [(charts.swatch(f"f-{kind}"), self.t(f"funding.{kind}")) for kind in kinds]

    @property
    def _plan_years(self) -> int:
        """Number of years of the plan: the years the funding target is followed."""
        target = next(row for row in self.data.table("rpt_target_progress") if row["unit"] == "mill_nok")
        return target["valid_to"] - target["valid_from"] + 1

    def funding_sentence(self) -> str:
        """Say how far the money has come, with and without the housing grants."""
        row = self._pace[-1]
        least = "_least" if row["is_lower_bound"] else ""
        parts = [
            self.t(
                f"funding.sentence{least}",
                year=row["year"],
                cumulative=self.number(row["cumulative"]),
                target=self.number(row["target"]),
                remaining=self.number(row["remaining"]),
            )
        ]
        needed, with_housing = (row[f"required_per_remaining_year{ending}"] for ending in ("", "_with_housing"))
        if needed:
            parts.append(self.t(f"funding.needed{least}", needed=self.number(needed)))
        if row["cumulative_with_housing_low"] is not None:
            low, high = row["cumulative_with_housing_low"], row["cumulative_with_housing_high"]
            # a word joiner keeps the two ends on one line
            span = numbers.span(low, high, 0, self.lang).replace(numbers.RANGE_DASH, f"{numbers.RANGE_DASH}\u2060")
            parts.append(self.t("funding.sentence_housing", span=span))
            if with_housing is not None:
                parts.append(self.t(f"funding.needed_housing{least}", needed=self.number(with_housing)))
        return " ".join(parts)

    @property
    def funding_note(self) -> str:
        """What the table itself says of its last year."""
        return self.text(self._pace[-1], "note")

    @property
    def _claims(self) -> dict[str, Row]:
        """What others have printed about the 2.4 billion, once the report reaches the year the sums run to."""
        claims = sorted(self.data.table("rpt_funding_claim"), key=lambda row: row["claim_order"])
        return {row["claim_code"]: row for row in claims} if claims and self.year >= claims[0]["known_to"] else {}

    @property
    def funding_claims(self) -> list[dict[str, Any]]:
        """One row per statement: the sum it implies, what is known here, and where either ends."""
        return [
            {
                "label": self.text(row, "label"),
                "note": self.text(row, "note"),
                "reference": row["reference"],
                "known_to": row["known_to"],
                "sum": self._span(row["sum_low"], row["sum_high"]),
                "here": self.number(row["sum_here"]),
                "total": self._span(row["total_low"], row["total_high"]) + ("+" if row["is_lower_bound"] else ""),
                "with_housing": self._span(row["total_with_housing_low"], row["total_with_housing_high"]),
            }
            for row in self._claims.values()
        ]

    @property
    def funding_finding(self) -> str:
        """Say in words how the statements and the figures here stand to the target (D-76)."""
        here, fafo = self._claims.get("settet"), self._claims.get("fafo_behov_2020")
        if not here or not fafo:
            return ""
        below = here["is_below_target"] and fafo["is_below_target"]
        reaches = fafo["total_with_housing_high"] >= fafo["target"]
        return " ".join(
            self.t(
                key,
                here=self.number(here["total_low"]),
                last=here["known_to"],
                year=fafo["year"],
                needed=self._span(fafo["amount_low"], fafo["amount_high"]),
                known_to=fafo["known_to"],
                implied=self._span(fafo["sum_low"], fafo["sum_high"]),
                sum_here=self.number(fafo["sum_here"]),
                total=self._span(fafo["total_low"], fafo["total_high"]),
                target=self.number(fafo["target"]),
                housing=self._span(fafo["total_with_housing_low"], fafo["total_with_housing_high"]),
            )
            for key, holds in (
                ("funding.finding", True),
                ("funding.finding_below", below),
                ("funding.finding_housing", below and reaches),
            )
            if holds
        )

    def _span(self, low: float | None, high: float | None) -> str:
        """Write one amount, or two as a span; a dash where there is none."""
        if low is None:
            return numbers.RANGE_DASH
        if high is None:
            return self.t("funding.at_least", amount=self.number(low))
        return self.number(low) if low == high else numbers.span(low, high, 0, self.lang)

    @property
    def funding_tables(self) -> list[dict[str, Any]]:
        """The funding pace in two price bases; what others have printed is nominal only."""
        tables = []
        for identity, suffix in (("nominal", ""), ("real", "_2016_nok")):
            columns = [
                name for name in FUNDING_COLUMNS if not suffix or name not in ("other_mentioned", "cumulative_printed")
            ]
            tables.append(
                {
                    "id": identity,
                    "title": self.t(f"funding.{identity}"),
                    "columns": [self.t(f"funding.col_{name}") for name in columns],
                    "rows": [
                        {"year": row["year"], "cells": [self._funding_cell(row, name, suffix) for name in columns]}
                        for row in self._pace
                    ],
                }
            )
        return tables

    def _funding_cell(self, row: Row, name: str, suffix: str) -> str:
        """Write one amount of the funding tables; a span where the housing grants are known as one only."""
        if name in ("cumulative_with_housing", "remaining_with_housing"):
            low, high = (row[f"{name}_{end}{suffix}"] for end in ("low", "high"))
            return numbers.RANGE_DASH if low is None else numbers.span(low, high, 0, self.lang)
        mark = "+" if name in ("total", "cumulative") and row["is_lower_bound"] else ""
        return self.number(row[f"{name}{suffix}"]) + mark

    @property
    def priorities(self) -> list[dict[str, str]]:
        """The target split by the priorities of the plan."""
        return [
            {
                "label": self.text(row, "label"),
                "amount": self.number(row["amount"], 1),
                "share": self.percent(row["share_pct"]),
            }
            for row in sorted(self.data.table("rpt_funding_priority"), key=lambda row: row["priority_order"])
        ]

    # --- targets

    @property
    def targets(self) -> list[dict[str, Any]]:
        """Each target once, as it stands in the report year or in the last year it is followed."""
        found: dict[str, list[Row]] = {row["target_id"]: [] for row in self.data.targets}
        for row in sorted(self.data.table("rpt_target_progress"), key=lambda row: row["year"]):
            found[row["target_id"]].append(row)
        return [self._target(rows) for rows in found.values() if rows]

    def _target(self, rows: list[Row]) -> dict[str, Any]:
        row = rows[-1]
        note = self.text(row, "reason") or (row["reason"] if self.lang == "nb" else "") or ""
        notes = [numbers.localised(note, self.lang)]
        nearest = next((other for other in reversed(rows) if other["nearest_value"] is not None), None)
        if nearest and not row["computable"]:
            notes.append(
                self.t(
                    "target.nearest",
                    value=self.percent(nearest["nearest_value"]),
                    source=self.text(self.data.sources[nearest["nearest_source_code"]], "label"),
                    year=nearest["year"],
                )
            )
        has_path = row["target_kind"] in ("at_least", "yearly_growth")
        return {
            "id": row["target_id"],
            "label": self.text(row, "label"),
            "no": row["indicator_no"],
            "origin": row["data_origin"],
            "aim": self._aim(row),
            "value": self._amount(row, "value") + self._year_of(row),
            "gap": self._amount(row, "gap", is_difference=True) if has_path else numbers.RANGE_DASH,
            "required": self._amount(row, "required_per_year", is_change=True),
            "actual": self._amount(row, "actual_yearly_change", is_change=True),
            "state": row["state"],
            "note": " ".join(dict.fromkeys(note for note in notes if note)),
        }

    def _aim(self, row: Row) -> str:
        """Write what a target asks for."""
        if row["target_kind"] == "more_than_year":
            # without a figure for the year to beat, the year itself is all there is to say
            year = next(
                target["compare_year"] for target in self.data.targets if target["target_id"] == row["target_id"]
            )
            level = "" if row["target_value"] is None else f" ({self._amount(row, 'target_value')})"
            return self.t("target.more_than_year", year=year) + level
        if row["target_value"] is None:
            return self.t("target.not_set")
        if row["target_kind"] == "above":
            return self.t("target.above", value=self.number(row["target_value"]))
        key = "target.growth" if row["target_kind"] == "yearly_growth" else "target.at_least"
        return self.t(key, value=self._amount(row, "target_value"))

    def _year_of(self, row: Row) -> str:
        """Return the year of a value in brackets where it is older than the report."""
        return "" if row["value_year"] in (None, self.year) else f" ({row['value_year']})"

    def _amount(self, row: Row, name: str, *, is_difference: bool = False, is_change: bool = False) -> str:
        """Write one number of a target in its unit: percent, percentage points, million NOK, or a plain number.

        A growth target is in percent a year, and so is all that is said of it. What is needed or gained in a year gets
        a sign, and one decimal more than the level it moves.
        """
        value, unit = row[name], row["unit"]
        if value is None:
            return numbers.RANGE_DASH
        if row["target_kind"] == "yearly_growth":
            return self.percent(value, 1, sign=is_change)
        catalogue = self._catalogue.get(row["indicator_no"])
        decimals = catalogue["decimals"] if catalogue and name != "target_value" else 0
        if unit == "mill_nok":
            sign = "+" if is_change and value > 0 else numbers.MINUS if value < 0 else ""
            return sign + self.t("target.mill_nok", value=self.number(abs(value)))
        decimals += is_change
        if unit == SHARE_UNIT and (is_difference or is_change):
            return f"{self.number(value, decimals, sign=is_change)}{numbers.NBSP}{self.t('table.pp')}"
        return self.percent(value, decimals) if unit == SHARE_UNIT else self.number(value, decimals, sign=is_change)

    @property
    def golden_rule(self) -> list[dict[str, Any]]:
        """The golden rule in every variant that can be computed."""
        return [
            {
                "year": row["year"],
                "variant": self.t(f"golden.{row['variant']}")
                + ("" if row["region_code"] == "0" else ", " + self.t("golden.region", code=row["region_code"])),
                "is_indicator": row["variant"] == "tsb" and row["is_indicator_basis"],
                "ratio": self.number(row["ratio"], 2),
                "difference": self.number(row["difference_pp"], 1, sign=True),
                "met": numbers.RANGE_DASH
                if row["is_met"] is None
                else self.t("doc.yes" if row["is_met"] else "doc.no"),
            }
            for row in sorted(
                self.data.table("fct_golden_rule"),
                key=lambda r: (r["year"], r["region_code"], r["variant"], r["vintage_date"]),
            )
        ]

    # --- short version

    def attainment_row(self, goal_code: str) -> dict[str, Any]:
        """Return the attainment of one goal on its newest measurements."""
        return next(row for row in self.attainments(basis="latest") if row["goal_code"] == goal_code)

    def limits(self, goal_code: str) -> list[str]:
        """Say what the figures of a goal cannot tell: no figure after the baseline, not comparable, or constructed."""
        members = [row for row in self.rows.values() if row["status"]["goal_code"] == goal_code]
        old = [row for row in members if row["verdict_latest"] in ("no_new_measurement", "first_measurement")]
        unclear = [row["no"] for row in members if row["verdict_latest"] in ("not_comparable", "unclear")]
        constructed = [row["no"] for row in members if row["is_constructed"]]
        lines = []
        if old:
            absent = [row for row in old if row["status"].get(f"value_{self.year}") is None]
            if absent:
                why = self._reasons(absent)
                lines.append(self.t("short.not_again", n=len(old), total=len(members), year=self.year, reasons=why))
            else:
                lines.append(self.t("short.not_again_yet", n=len(old), total=len(members)))
        if unclear:
            lines.append(self.t("short.not_comparable", n=len(unclear), list=ranges(unclear)))
        if constructed:
            lines.append(self.t("short.constructed", n=len(constructed), list=ranges(constructed)))
        lines.append(self.t("front.line_limits"))
        return lines

    # --- front page

    @property
    def sections(self) -> list[tuple[str, str]]:
        """Anchor and name of each section, in the order of the page."""
        names = (
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
        return [(name, name) for name in names]

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Every verdict, in the order of the legend."""
        return VERDICTS

    @property
    def constructed_count(self) -> int:
        """Number of indicators whose figures are constructed."""
        return sum(row["is_constructed"] for row in self.rows.values())

    @property
    def code_version(self) -> str:
        """Say which version of the code made the release."""
        version = self.data.release["code_version"]
        return self.t("doc.code_unknown") if version in (None, "unknown") else self.t("doc.code", version=version)

    @property
    def plan_lines(self) -> list[str]:
        """The plan in five lines: what it is, its goals, how it is followed, what was measured, what cannot be said."""
        measured = [row for row in self.rows.values() if row["latest_year"] == self.year]
        compared = [row for row in measured if row["verdict"] not in NO_COMPARISON]
        sources = {self._source_code(status) for status in self.data.status}
        return [
            self.t("front.line_what", target=self.number(self.funding_target)),
            self.t("front.line_goals"),
            self.t("front.line_set", total=len(self.rows), sources=len(sources)),
            self.t(
                "front.line_measured",
                year=self.year,
                measured=len(measured),
                total=len(self.rows),
                compared=len(compared),
            ),
            self.t("front.line_limits"),
        ]

    # --- coverage, reconciliation, revisions

    @property
    def coverage(self) -> list[dict[str, Any]]:
        """Units that answered, per source and year."""
        constructed = {
            (row["source_code"], year)
            for row in self.data.deliveries.values()
            if row["data_origin"] in MADE_UP
            for year in years_of_period(row["period"])
        }
        return [
            {
                "source": self.text(self.data.sources[row["source_code"]], "label"),
                "origin": "constructed" if (row["source_code"], row["year"]) in constructed else None,
                "year": row["year"],
                "answered": self.number(row["units_answered"] if row["unit_kind"] else None),
                "expected": self.number(row["units_expected"]),
                "unit": self.t(f"kind.{row['unit_kind'] or 'none'}"),
                "share": self.percent(row["share_units"], 1),
                "population": self.percent(row["share_population"], 1),
                "answers": self.number(row["n_answers"]),
                "note": self.t("coverage.not_printed") if row["n_answers"] is None else "",
            }
            for row in sorted(self.data.table("qa_coverage"), key=lambda row: (row["source_code"], row["year"]))
        ]

    def percent(self, share: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a share of 0-100 with the percent sign of the language, or a dash for none."""
        return self.number(share, decimals, sign=sign) + ("" if share is None else numbers.PERCENT_SIGN[self.lang])

    @property
    def breaks(self) -> list[dict[str, str]]:
        """Known breaks of the sources that the indicators use."""
        used = {self._source_code(status) for status in self.data.status}
        return [
            {"name": self.text(source, "label"), "text": self.text(source, "known_breaks")}
            for code, source in sorted(self.data.sources.items())
            if code in used and self.text(source, "known_breaks")
        ]

    @property
    def _missing_facts(self) -> list[Row]:
        return [fact for fact in self.data.facts.values() if fact["value"] is None]

    @property
    def missing_sentence(self) -> str:
        """Say how many measurements do not exist."""
        first, last = self.chart_years
        return self.t(
            "coverage.missing_intro",
            missing=self.number(len(self._missing_facts)),
            cells=self.number(len(self.data.facts)),
            first=first,
            last=last,
        )

    @property
    def missing(self) -> list[dict[str, Any]]:
        """Measurements that do not exist, by reason, with the years of each indicator."""
        found: dict[str, dict[int, list[int]]] = {}
        for fact in sorted(self._missing_facts, key=lambda fact: (fact["indicator_no"], fact["year"])):
            reason = found.setdefault(fact["missing_reason"] or "none", {})
            reason.setdefault(fact["indicator_no"], []).append(fact["year"])
        rows = []
        for reason, indicators in found.items():
            by_years: dict[str, list[int]] = {}
            for no, years in indicators.items():
                by_years.setdefault(ranges(years), []).append(no)
            rows.append(
                {
                    "reason": self.t(f"missing.{reason}"),
                    "count": sum(len(years) for years in indicators.values()),
                    "groups": [(years, ranges(members)) for years, members in sorted(by_years.items())],
                }
            )
        return sorted(rows, key=lambda row: -row["count"])

    @property
    def reconciliation(self) -> list[dict[str, Any]]:
        """How printed figures agree with figures computed again, per edition."""
        editions = {row["edition_code"]: row for row in self.data.table("dim_edition")}
        found: dict[str, list[Row]] = {}
        for row in self.data.table("qa_reconciliation"):
            found.setdefault(row["edition_code"], []).append(row)
        return [
            {
                "edition": f"{code}: {self.text(editions[code], 'label')}",
                "printed": len(rows),
                "agree": sum(bool(row["within_rounding"]) for row in rows),
                "explained": sum(not row["within_rounding"] and bool(row["accepted_reason"]) for row in rows),
                "unexplained": sum(not row["within_rounding"] and not row["accepted_reason"] for row in rows),
                "revised": sum(bool(row["is_revised_since"]) for row in rows),
                "own": sum(row["data_origin"] not in MADE_UP and not row["is_independent"] for row in rows),
                "constructed": sum(row["data_origin"] in MADE_UP and not row["is_independent"] for row in rows),
                "independent": sum(bool(row["is_independent"]) for row in rows),
            }
            for code, rows in sorted(found.items())
        ]

    @property
    def reconciled(self) -> dict[str, int]:
        """Number of printed figures, and of those read from the report, made from it, or given by others."""
        return {
            key: sum(row[key] for row in self.reconciliation)
            for key in ("printed", "own", "constructed", "independent")
        }

    @property
    def origin_counts(self) -> Counter[str]:
        """Number of indicators by the weakest origin of their figures."""
        return Counter(row["origin"] for row in self.rows.values())

    @property
    def differences(self) -> list[str]:
        """Printed figures that differ from the computed ones, each with what explains it."""
        return [
            f"{row['edition_code']}, {row['indicator_no']}, {row['year']}: {row['printed_text']} – "
            f"{self.t('reconciliation.computed')} {self.number(row['computed_value'], row['decimals'])}. "
            f"{row['accepted_reason'] or self.t('reconciliation.unexplained')}"
            for row in self.data.table("qa_reconciliation")
            if not row["within_rounding"]
        ]

    @property
    def revisions(self) -> list[dict[str, Any]]:
        """Figures that a later delivery changed."""
        rows = []
        for row in sorted(
            self.data.table("fct_indicator_vintage"), key=lambda r: (r["indicator_no"], r["vintage_date"])
        ):
            change = row["change_from_previous_vintage"]
            if change and row["year"] <= self.year:
                indicator = self.rows[row["indicator_no"]]
                decimals = indicator["status"]["decimals"]
                rows.append(
                    {
                        "no": row["indicator_no"],
                        "label": indicator["label"],
                        "year": row["year"],
                        "before": self.number(row["value"] - change, decimals),
                        "after": self.number(row["value"], decimals),
                        "change": self.number(change, decimals, sign=True),
                        "known": self.day(row["vintage_date"]),
                    }
                )
        return rows

    # --- method, decisions, references

    @property
    def method(self) -> list[tuple[str, str]]:
        """Terms of the method and what they mean here."""
        catalogue = self._catalogue.values()
        mixed = sorted(row["indicator_no"] for row in catalogue if row["is_separable"] in ("no", "partly"))
        judged = sorted(row["indicator_no"] for row in catalogue if row["is_subjective"])
        values: dict[str, dict[str, object]] = {
            "vintage": {"year": self.year},
            "separable": {"n": len(mixed), "total": len(self.rows), "list": ranges(mixed)},
            "subjective": {"n": len(judged), "total": len(self.rows), "list": ranges(judged)},
        }
        return [
            (self.t(f"method.{name}_term"), self.t(f"method.{name}", **values.get(name, {})))
            for name in ("verdict", "interval", "money", "vintage", "effect", "separable", "subjective")
        ]

    @property
    def decisions(self) -> list[dict[str, Any]]:
        """Decisions that change a value or a verdict of this set, in the language of the report where it has them."""
        rows = []
        for row in self.data.decisions:
            if row["severity"] == "H" and (row["indicator_nos"] or row["decision_id"][0] in "NR"):
                own = decision_texts().get(row["decision_id"]) if self.lang == "nb" else None
                rows.append(
                    {
                        "id": row["decision_id"],
                        "title": own["title"] if own else row["title"],
                        "resolution": own["resolution"] if own else row["resolution"],
                        "lang": Markup(' lang="en"') if self.lang != "en" and not own else "",
                        "indicators": ranges([int(no) for no in split_numbers(row["indicator_nos"])])
                        or self.t("decision.all"),
                    }
                )
        return rows

    @property
    def reference_list(self) -> list[dict[str, Any]]:
        """The numbered references."""
        printed = {number: self._reference(delivery) for delivery, number in self.references.items()}
        return [{"number": number, **reference} for number, reference in sorted(printed.items())]

    @property
    def as_printed(self) -> Markup:
        """The language of what stands as it was printed, where that is not the language of the report."""
        return Markup("") if self.lang == "nb" else Markup(' lang="nb"')


@cache
def decision_texts() -> dict[str, dict[str, str]]:
    """Return the Norwegian wording of the decisions the report prints; the catalogue holds them in English."""
    text = resources.files("rusindikator.report").joinpath("decisions_nb.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def years_of_period(period: str) -> range:
    """Return the years of a delivery's period: `2016`, or `2017-2020`."""
    first, _, last = period.partition("-")
    return range(int(first), int(last or first) + 1)


def split_numbers(text: str) -> list[str]:
    """Split a list of indicator numbers such as `7;15` or `1-94` into single numbers."""
    found: list[str] = []
    for part in (text or "").split(";"):
        first, _, last = part.strip().partition("-")
        if first:
            found += [str(no) for no in range(int(first), int(last or first) + 1)]
    return found


def ranges(values: Iterable[int]) -> str:
    """Write whole numbers as a reader does: 1–3, 7, 9–10."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][1] + 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return ", ".join(str(a) if a == b else f"{a}{numbers.RANGE_DASH}{b}" for a, b in runs)


def fair_share(lengths: list[int], room: int) -> int:
    """Return how many rows of each list to show, so that all lists together fit in `room`; at least one of each."""
    longest = max([*lengths, 1])
    return next((n for n in range(longest, 1, -1) if sum(min(n, length) for length in lengths) <= room), 1)


def counts_of(row: Row, prefix: str) -> dict[str, int]:
    """Return the counts of verdicts of a row of goal attainment, in the order of the legend."""
    return {verdict: row[prefix + verdict] for verdict in VERDICTS}


def split_ids(ids: str | None) -> list[str]:
    """Split the `; `-separated delivery ids of a fact."""
    return [part for part in (ids or "").split("; ") if part]


def environment(labels: Labels) -> Environment:
    """Return the template environment of one language; a name or text that is missing stops the report."""
    env = Environment(
        loader=PackageLoader("rusindikator.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["t"] = labels
    return env


def render(data: ReportData, lang: str, template: str) -> str:
    """Return one report as HTML: `report.html.j2`, or `short.html.j2` with one page per goal."""
    view = View(data, lang)
    page = environment(view.t).get_template(template)
    return page.render(view=view, style=Markup(style_of("style.css")), short_style=Markup(style_of("short.css")))


def style_of(name: str) -> str:
    """Return a style sheet of the package; it is written into the page."""
    return resources.files("rusindikator.report").joinpath("templates", name).read_text(encoding="utf-8")
