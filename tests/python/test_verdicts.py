"""What verdicts and attainments rest on: noise cannot win them, and a reason tells the numbers that were compared."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist
from types import ModuleType

import duckdb
import numpy as np
import pandas as pd
import pytest

from rusindikator.receive.compiled import compiled_project

from .conftest import ROOT, Round

DEFAULT = "adjusted_v1"
PAGE = (ROOT / "docs" / "verdicts.md").read_text("utf-8")
NUMBER = re.compile(r"(?<![\w.])[+−]?\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    """The command that writes docs/verdicts.md."""
    spec = importlib.util.spec_from_file_location("verdicts", ROOT / "benchmarks" / "verdicts.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["verdicts"] = module
    spec.loader.exec_module(module)
    return module


# Noise ---------------------------------------------------------------------------------------------------------------


def test_three_small_counts_that_move_by_chance_say_nothing(new_round: Round) -> None:
    """745, 160 and 77 after 675, 144 and 69: once three times improved, and with them goal and plan positive."""
    new_round.add(
        "kdi_2016_fafo_2018_08_tabell_4_7",
        "Kriminalomsorgen, utvalgte tall 2017\n"
        "Måltall;Grunnlag;Enhet;Periode;Verdi\n"
        "Personer på soning etter straffegjennomføringsloven § 12;årsrapport og ND-rapportering;personer;2017;745\n"
        "Dømte i ND, poliklinisk behandling;årsrapport og ND-rapportering;personer;2017;160\n"
        "Dømte i ND, døgnbehandling;årsrapport og ND-rapportering;personer;2017;77\n",
        delivery_id="kdi_2017_trial",
        file_name="kdi/2017_trial.csv",
        period="2017",
        published_on=date(2018, 12, 31),
    )
    built = new_round.dbt("build", "--exclude-resource-types", "test", "unit_test", "--exclude", "publish_release")
    assert built.ok, built.output
    with duckdb.connect(str(new_round.build_file), read_only=True) as con:
        found = con.sql(
            "select indicator_no, later_value, rule_code from marts.rpt_comparison"
            " where report_year = 2017 and basis = 'baseline' and indicator_no in (88, 89, 90) order by all"
        ).fetchall()
        answers = con.sql(
            "select distinct attainment from marts.rpt_goal_attainment"
            " where report_year = 2017 and basis = 'baseline' and goal_code in ('HM5', 'PLAN')"
        ).fetchall()
    assert found == [(no, value, "within_uncertainty") for no, value in ((88, 745), (89, 160), (90, 77))]
    assert answers == [("inconclusive",)]


def test_noise_alone_seldom_wins(simulation: ModuleType, first_build: Round) -> None:
    """300 draws; the bounds leave three standard errors to chance. The standard rule shows what is being kept out."""
    found = simulation.simulate(0, draws=300, built=first_build.build_file)
    wrong = {key: outcome.positive + outcome.negative for key, outcome in found.items()}
    assert {rule for rule, _ in wrong} == {row["rule_id"] for row in simulation.rows("attainment_rules")}
    assert wrong["standard_v2", "PLAN"] > 0.3
    assert wrong[DEFAULT, "PLAN"] <= 0.05 + 3 * (0.05 * 0.95 / 300) ** 0.5
    goals = {goal: share for (rule, goal), share in wrong.items() if rule == DEFAULT and goal != "PLAN"}
    assert len(goals) == 7
    assert {goal for goal, share in goals.items() if share > 0.10 + 3 * (0.10 * 0.90 / 300) ** 0.5} == set()


def test_a_real_improvement_is_seen(simulation: ModuleType, first_build: Round) -> None:
    found = simulation.simulate(20, draws=100, built=first_build.build_file)
    assert found[DEFAULT, "PLAN"].positive >= 0.5
    again = simulation.simulate(20, draws=100, built=first_build.build_file)
    assert again == found, "the same seed gives the same answer"


def printed() -> tuple[dict[str, float], dict[tuple[str, str], dict[str, float]]]:
    """Return what docs/verdicts.md prints: rule's false shares by goal, and (improvement, rule) -> power by goal."""
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if "|" in line]
    (goals,) = {tuple(row[1:]) for row in rows if row[0] == "rule" and "PLAN" in row}
    false = next(row for row in rows if row[0] == DEFAULT)
    power = {(row[0], row[1]): row[2:] for row in rows if row[0].endswith(" %")}
    numbers = {key: dict(zip(goals, map(float, cells), strict=True)) for key, cells in power.items()}
    return dict(zip(goals, map(float, false[1:]), strict=True)), numbers


def test_the_page_prints_a_default_rule_that_keeps_its_promise() -> None:
    false, power = printed()
    assert false.pop("PLAN") <= 5
    assert len(false) == 7
    assert max(false.values()) <= 10
    assert power["20 %", DEFAULT]["PLAN"] >= 50
    assert {key[0] for key in power} == {"5 %", "10 %", "20 %"}


def benjamini_hochberg(p_values: list[float]) -> list[float]:
    """Adjusted p values, each at its place: the smallest of n p / rank over itself and all larger ones."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    adjusted, least = [1.0] * len(p_values), 1.0
    for place, which in enumerate(order):
        least = min(least, p_values[which] * len(p_values) / (len(p_values) - place))
        adjusted[which] = least
    return adjusted


def test_comparisons_of_the_main_goals_are_adjusted_together(first_build: Round) -> None:
    families: dict[tuple, list[tuple]] = {}
    for *family, goal, is_member, p, adjusted in first_build.rows(
        "select report_year, basis, case when goal_code like 'HM%' then 'HM' else goal_code end, goal_code,"
        " is_deciding and verdict in ('improved', 'worsened', 'unchanged', 'unclear'), p_value, p_value_adjusted"
        " from rpt_comparison where p_value is not null"
    ):
        assert is_member == (adjusted is not None)
        if is_member:
            families.setdefault(tuple(family), []).append((goal, p, adjusted))
    assert max(len({goal for goal, *_ in rows}) for rows in families.values()) > 1
    for family, rows in families.items():
        adjusted = [adjusted for *_, adjusted in rows]
        assert adjusted == pytest.approx(benjamini_hochberg([p for _, p, _ in rows])), family


def test_only_what_rounding_leaves_of_a_change_is_tested(first_build: Round) -> None:
    rows = first_build.rows(
        "select change, change_rounding, change_low, change_high, p_value from rpt_comparison"
        " where change_rounding > 0 and p_value is not null"
    )
    within = [p for change, rounding, *_, p in rows if abs(change) <= rounding]
    assert within
    assert within == pytest.approx([1.0] * len(within), abs=1e-6)
    beyond = [row for row in rows if abs(row[0]) > row[1] and row[2] is not None]
    assert beyond
    for change, rounding, low, high, p in beyond:
        # the distance to the bound on the side of zero is 1.96 standard errors
        error = ((change - low) if change > 0 else (high - change)) / NormalDist().inv_cdf(0.975)
        # answers of one place that resemble each other make it larger
        assert p >= 2 * (1 - NormalDist().cdf((abs(change) - rounding) / error)) - 1e-6


# Reasons -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reasons(simulation: ModuleType, first_build: Round) -> list[dict[str, object]]:
    """Comparisons of the shipped set, and of twenty draws of all indicators with changes of 0 and of 10 percent."""
    query = "select * from {}rpt_comparison where change is not null and verdict not like '%_measurement'"
    with duckdb.connect(str(first_build.build_file), read_only=True) as con:
        found = con.sql(query.format("marts.")).df().to_dict("records")
    assert len(found) > 50
    for percent in (0, 10):
        with duckdb.connect() as con:
            simulation.tables_of(con, compiled_project(quiet=True), first_build.build_file)
            parts = simulation.draw(np.random.default_rng(7), percent, 20, 0)
            drawn = pd.concat([pd.DataFrame(part).astype({"value": float}) for part in parts], ignore_index=True)
            con.register("drawn", drawn)
            con.execute(
                "insert into rusindikator.intermediate.int_indicator_values by name"
                " select *, value as value_nominal, '0' as region_code, 1 as items_found, 1 as items_expected,"
                " 'received' as data_origin, true as is_latest, date '2020-01-01' as vintage_date from drawn"
            )
            found += con.sql(query.format("rusindikator.marts.")).df().to_dict("records")
    assert len(found) > 5_000
    return found


def told(pattern: str, text: str) -> Decimal | None:
    """Return the number that a sentence tells at a place, None where it does not."""
    found = re.search(pattern, text)
    return Decimal(found[1].replace(",", "").replace("−", "-").replace("about ", "")) if found else None


def told_side(row: dict[str, object]) -> tuple[Decimal | None, ...]:
    """Return change, limit, low and high as the English reason tells them."""
    text, number = str(row["reason_en"]), r"((?:about )?[+−]?\d[\d,]*(?:\.\d+)?)"
    told_in_brackets = told(rf"the change \({number}", text)
    change = told(rf"\(\d{{4}}\), {number}", text) if told_in_brackets is None else told_in_brackets
    limit = told(rf"(?:counts as a change \(|; at least ){number}", text)
    low = told(rf"interval of the change[^:]*: {number} to ", text)
    return change, limit, low, told(rf"interval of the change[^:]*: \S+ to {number}", text)


def test_numbers_of_a_reason_show_on_which_side_the_change_fell(reasons: list[dict[str, object]]) -> None:
    seen: dict[str, int] = {}
    wrong = []
    for row in reasons:
        change, limit, low, high = told_side(row)
        rule = str(row["rule_code"])
        seen[rule] = seen.get(rule, 0) + 1
        if limit is not None and abs(float(limit) - row["min_change"]) > 1e-9:
            wrong.append(("limit", limit, row))
        if rule in ("better", "worse"):
            holds = abs(change) >= limit and (low is None or low > 0 or high < 0)
        elif rule == "within_uncertainty":
            holds = low <= 0 <= high
        elif rule in ("too_small", "small_without_evidence", "crossed_by_less"):
            holds = abs(change) < limit
            # an interval that reaches the limit on both sides of zero would be uncertain
            holds = holds and (low is None or not low <= 0 <= high or max(-low, high) < limit)
        else:
            continue
        if not holds:
            wrong.append((rule, change, limit, low, high, row["reason_en"]))
    assert {"better", "worse", "within_uncertainty", "too_small"} <= set(seen)
    assert wrong == []


def test_both_languages_tell_the_same_numbers(reasons: list[dict[str, object]]) -> None:
    assert len(reasons) > 100
    for row in reasons[:3_000]:
        english = [number.replace(",", "") for number in NUMBER.findall(str(row["reason_en"]))]
        norwegian = re.sub("(\\d)\u00a0(?=\\d{3})", r"\1", str(row["reason_nb"])).replace(",", ".")
        assert english == [number.rstrip(".") for number in re.findall(r"(?<!\w)[+−]?\d+(?:\.\d+)?", norwegian)]


def test_better_or_worse_is_beyond_noise(reasons: list[dict[str, object]]) -> None:
    judged = [row for row in reasons if row["verdict"] in ("improved", "worsened")]
    assert len(judged) > 300
    assert [row for row in judged if not row["p_value"] <= 0.050001] == []


def test_the_build_file_has_what_the_simulation_puts_in(simulation: ModuleType, first_build: Round) -> None:
    """Every indicator of the set is drawn, each with noise of a kind that is known."""
    assert [indicator.number for indicator in simulation.indicators()] == list(range(1, 95))
    parts = list(simulation.draw(np.random.default_rng(1), 0, 50, 0))
    still = [part["indicator_no"] for part in parts if len(set(np.asarray(part["value"]).tolist())) < 2]
    assert still == []
    assert Path(first_build.build_file).exists()
