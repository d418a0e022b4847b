"""How often noise alone makes a verdict, and how often a real improvement is seen, under each attainment rule.

Run with `.venv/bin/python benchmarks/verdicts.py --write`: 2,000 draws of the whole set by the noise that seed
noise_models states, measured twice, go through the build's own SQL (fct_indicator_year to rpt_goal_attainment,
compiled by dbt) in memory. Each draw is two years of its own: the second measurement is held against the first. The
tables of docs/verdicts.md are written anew; the same seed gives the same tables.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from rusindikator.receive.compiled import Compiled, build_folder, compiled_project  # noqa: E402

PAGE = ROOT / "docs" / "verdicts.md"
# 0: nothing changed; else a real improvement of so many percent in half of the indicators whose direction can be read
SCENARIOS = (0, 5, 10, 20)
DRAWS, SEED, BATCH = 2_000, 2_016, 1_000
# Years that no source has: no note, reason or expected year of the catalogue is about them.
FIRST_YEAR = 3_000
GOALS = ("PLAN", "HM1", "HM2", "HM3", "HM4", "HM5", "EF", "OI")
# A printed baseline of 0 percent stands for anything below one half; a share of nought would have no noise at all.
LEAST_SHARE = 0.3
# What stands between the deliveries and the facts: draws take the place of the first, the second is empty. Everything
# after them is computed by the models.
BEFORE = ("int_indicator_values", "int_person_counts")
# Seeds that speak of single years or deliveries of the real set.
LEFT_EMPTY = ("observation_notes", "missing_reasons", "printed_counts")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Indicator:
    """What a draw needs to know of an indicator; values in its unit."""

    number: int
    baseline: float
    polarity: str
    kind: str
    n: float
    design_effect: float
    sd: float
    cv: float
    # a published interval, as parts of the estimate
    low: float = 0.0
    high: float = 0.0

    @property
    def truth(self) -> float:
        """The level that both measurements vary around when nothing has changed."""
        return max(self.baseline, LEAST_SHARE) if self.kind in ("sampling", "judgement") else self.baseline

    def improved(self, percent: float) -> float:
        """Return the level after a real improvement of so many percent of it."""
        level = self.truth * (1 - percent / 100 if self.polarity == "down" else 1 + percent / 100)
        return min(level, 99.0) if self.kind in ("sampling", "judgement") else level

    def measured(self, level: Floats, random: np.random.Generator) -> Floats:
        """Return one measurement of each level, with the noise of the indicator."""
        if self.kind == "sampling":
            answers = round(self.n / self.design_effect)
            return random.binomial(answers, level / 100) * (100.0 / answers)
        if self.kind == "events":
            return random.poisson(level).astype(float)
        if self.kind == "judgement":
            sd = np.sqrt(self.design_effect * level * (100 - level) / self.n)
            return np.clip(random.normal(level, sd), 0, 100)
        if self.kind == "published":
            return np.maximum(random.normal(level, level * (self.high - self.low) / (2 * 1.959964)), 1)
        return random.normal(level, self.sd or level * self.cv / 100)


@dataclass(frozen=True)
class Outcome:
    """How often, 0-1, a rule calls a goal positive and negative in a scenario."""

    positive: float
    negative: float


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed of the catalogue."""
    with (ROOT / "seeds" / "catalogue" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def indicators() -> list[Indicator]:
    """Return the set with the noise that the catalogue states; the interval of #18 is that of its baseline."""
    noise = {row["noise_code"]: row for row in rows("noise_models")}
    found = []
    for row in rows("indicators"):
        told = noise[row["noise_code"]]
        published = {"low": 6_900 / 8_100, "high": 9_800 / 8_100} if told["noise_kind"] == "published" else {}
        found.append(
            Indicator(
                int(row["indicator_no"]),
                float(row["baseline_value"]),
                row["polarity"],
                told["noise_kind"],
                *(float(told[name] or 0) for name in ("n", "design_effect", "sd", "cv_pct")),
                **published,
            )
        )
    return found


def tables_of(database: duckdb.DuckDBPyConnection, project: Compiled, built: Path) -> None:
    """Make what the models after int_indicator_values read: the catalogue's seeds, and the models as views.

    The build file says which columns the draws have; it holds what the last build made, and its rows are not read.
    """
    database.execute("attach ':memory:' as rusindikator; use rusindikator")
    needed = project.needed_for({"rpt_goal_attainment"})
    for schema in {node.schema for node in needed}:
        database.execute(f"create schema if not exists rusindikator.{schema}")
    database.execute(f"attach '{built}' as built (read_only)")
    after = set(BEFORE)
    for name in BEFORE:
        database.execute(f"create table rusindikator.intermediate.{name} as from built.intermediate.{name} limit 0")
    for node in needed:
        relation = f"rusindikator.{node.schema}.{node.name}"
        if node.kind == "seed":
            path = ROOT / str(node.settings["path"])
            if path.parent.name == "catalogue":
                limit = "limit 0" if node.name in LEFT_EMPTY else ""
                database.execute(
                    f"create table {relation} as from read_csv('{path}', all_varchar = true, header = true) {limit}"
                )
                after.add(node.name)
        elif node.name not in after and set(node.needs) <= after:
            database.execute(f"create view {relation} as {node.sql}")
            after.add(node.name)


def draw(random: np.random.Generator, percent: float, draws: int, batch: int) -> Iterator[dict[str, object]]:
    """Yield the columns of each indicator's measurements, two a draw, for draws first to last of a batch."""
    years = FIRST_YEAR + 2 * np.arange(batch * BATCH, batch * BATCH + draws)
    chosen = indicators()
    readable = [indicator.number for indicator in chosen if indicator.polarity != "ambiguous"]
    # which half improves is drawn anew each time
    order = random.permuted(np.tile(readable, (draws, 1)), axis=1)[:, : len(readable) // 2]
    for indicator in chosen:
        before = np.full(draws, indicator.truth)
        is_improved = (order == indicator.number).any(axis=1)
        after = np.where(is_improved, indicator.improved(percent), indicator.truth)
        value = np.concatenate([indicator.measured(before, random), indicator.measured(after, random)])
        has_n = indicator.kind in ("sampling", "judgement")
        yield {
            "indicator_no": indicator.number,
            "year": np.concatenate([years, years + 1]),
            "value": value,
            "denominator": indicator.n if has_n else None,
            "numerator": value * indicator.n / 100 if has_n else None,
            "value_low": value * indicator.low if indicator.low else None,
            "value_high": value * indicator.high if indicator.high else None,
        }


def simulate(
    percent: float, draws: int = DRAWS, seed: int = SEED, built: Path | None = None
) -> dict[tuple[str, str], Outcome]:
    """Return (rule, goal) -> how often it is called positive and negative when so many percent is the improvement.

    built: the build file, by default that of this project; made by `dbt build`.
    """
    random = np.random.default_rng([seed, int(percent)])
    counts: dict[tuple[str, str, str], int] = {}
    with duckdb.connect() as database:
        tables_of(database, compiled_project(quiet=True), built or build_folder() / "rusindikator.duckdb")
        for batch, first in enumerate(range(0, draws, BATCH)):
            columns = [pd.DataFrame(part) for part in draw(random, percent, min(BATCH, draws - first), batch)]
            drawn = pd.concat([part.astype({"value": float}) for part in columns], ignore_index=True)
            database.register("drawn", drawn)
            database.execute("delete from rusindikator.intermediate.int_indicator_values")
            database.execute(
                "insert into rusindikator.intermediate.int_indicator_values by name"
                " select *, value as value_nominal, '0' as region_code, 1 as items_found, 1 as items_expected,"
                " 'received' as data_origin, true as is_latest, date '2020-01-01' as vintage_date from drawn"
            )
            found = database.execute(
                "select rule_id, goal_code, attainment, count(*) from rusindikator.marts.rpt_goal_attainment"
                f" where basis = 'previous' and report_year >= {FIRST_YEAR + 2 * first}"
                f" and (report_year - {FIRST_YEAR}) % 2 = 1 group by all"
            ).fetchall()
            for rule, goal, attainment, n in found:
                counts[rule, goal, attainment] = counts.get((rule, goal, attainment), 0) + n
    told = {(rule, goal) for rule, goal, _ in counts}
    for rule, goal in told:
        total = sum(n for (r, g, _), n in counts.items() if (r, g) == (rule, goal))
        if total != draws:
            raise ValueError(f"{rule} on {goal} was asked {total} times, not {draws}")
    return {
        key: Outcome(*(counts.get((*key, attainment), 0) / draws for attainment in ("positive", "negative")))
        for key in told
    }


def table(results: dict[float, dict[tuple[str, str], Outcome]], rules: Sequence[str]) -> str:
    """Return the results as two Markdown tables: what noise alone does, and what a real improvement does."""
    lines = [
        "Nothing changed: how often, in percent, a rule calls it positive or negative all the same.",
        "",
        "| rule | " + " | ".join(GOALS) + " |",
        "|---|" + "---:|" * len(GOALS),
    ]
    for rule in rules:
        cells = [results[0][rule, goal] for goal in GOALS]
        lines.append(f"| `{rule}` | " + " | ".join(f"{100 * (c.positive + c.negative):.1f}" for c in cells) + " |")
    lines += [
        "",
        "Half of the indicators really improve: how often, in percent, it is called positive.",
        "",
        "| improvement | rule | " + " | ".join(GOALS) + " |",
        "|---|---|" + "---:|" * len(GOALS),
    ]
    for percent in [scenario for scenario in results if scenario]:
        for rule in rules:
            cells = [results[percent][rule, goal] for goal in GOALS]
            lines.append(
                f"| {percent:g} % | `{rule}` | " + " | ".join(f"{100 * cell.positive:.1f}" for cell in cells) + " |"
            )
    return "\n".join(lines)


def main() -> None:
    """Print the tables, and write them into the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws of the whole set for each scenario")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same tables")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/verdicts.md")
    asked = parser.parse_args()
    started = time.perf_counter()
    results = {percent: simulate(percent, asked.draws, asked.seed) for percent in SCENARIOS}
    text = table(
        results, [row["rule_id"] for row in sorted(rows("attainment_rules"), key=lambda row: int(row["rule_order"]))]
    )
    print(text, f"\n\n{asked.draws} draws a scenario, seed {asked.seed}, {time.perf_counter() - started:.0f} seconds.")
    if asked.write:
        page = PAGE.read_text("utf-8")
        written, n = re.subn(
            r"(<!-- simulation -->\n).*?(<!-- /simulation -->)",
            lambda found: f"{found[1]}\n{text}\n\n{found[2]}",
            page,
            flags=re.DOTALL,
        )
        if n != 1:
            raise ValueError(f"{PAGE} has no place for the tables")
        PAGE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
