"""Ways in which an editor of the catalogue goes wrong: a cell that is another one than meant, the file in order."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.run import BUILD, ROOT, Mutant

Row = dict[str, str]


@dataclass(frozen=True)
class Slip:
    """A slip in a seed.

    damage: gives the changed row, or none where the row is not one for it; it is handed all rows.
    """

    name: str
    seed: str
    damage: Callable[[Row, list[Row], random.Random], Row | None]

    @property
    def file(self) -> str:
        """Path of the seed under the project."""
        return f"seeds/{self.seed}.csv"


def other(column: str, same: str = "") -> Callable[[Row, list[Row], random.Random], Row | None]:
    """Return the damage of a cell that holds what another row has; `same`: a column in which the two rows agree."""

    def damage(row: Row, rows: list[Row], pick: random.Random) -> Row | None:
        others = sorted({one[column] for one in rows if not same or one[same] == row[same]} - {row[column], ""})
        return row | {column: pick.choice(others)} if row[column] and others else None

    return damage


def turned(column: str, one: str, two: str) -> Callable[[Row, list[Row], random.Random], Row | None]:
    """Return the damage of a cell that says the opposite."""

    def damage(row: Row, rows: list[Row], pick: random.Random) -> Row | None:
        opposite = {one: two, two: one}.get(row[column])
        return row | {column: opposite} if opposite else None

    return damage


def number(column: str, change: Callable[[float], float]) -> Callable[[Row, list[Row], random.Random], Row | None]:
    """Return the damage of a number."""

    def damage(row: Row, rows: list[Row], pick: random.Random) -> Row | None:
        try:
            return row | {column: f"{change(float(row[column])):g}"}
        except ValueError:
            return None

    return damage


def published_later(row: Row, rows: list[Row], pick: random.Random) -> Row:
    """A delivery is said to have been published a year later."""
    return row | {"published_on": f"{int(row['published_on'][:4]) + 1}{row['published_on'][4:]}"}


SLIPS = (
    Slip("polarity turned", "catalogue/indicators", turned("polarity", "up", "down")),
    Slip("definition of another variable", "catalogue/definitions", other("item_code", "source_code")),
    Slip("definition in force a year later", "catalogue/definitions", number("year_from", lambda year: year + 1)),
    Slip("factor a hundred times", "catalogue/definitions", number("factor", lambda factor: factor * 100)),
    Slip("constructed said to be reported", "deliveries/deliveries", turned("origin", "constructed", "reported")),
    Slip("quoted said to be reported", "deliveries/deliveries", turned("origin", "quoted", "reported")),
    Slip("published a year later", "deliveries/deliveries", published_later),
    Slip("unit of another series", "catalogue/series", other("unit")),
    Slip("favourable answer turned", "catalogue/answer_rules", turned("is_success", "true", "false")),
    Slip("answer out of the denominator", "catalogue/answer_rules", turned("is_in_denominator", "true", "false")),
    Slip("goal of another indicator", "catalogue/indicators", other("goal_code")),
    Slip("type of another indicator", "catalogue/indicators", other("indicator_type")),
    Slip("baseline value", "catalogue/indicators", number("baseline_value", lambda value: value * 1.1 + 1)),
    Slip("baseline year", "catalogue/indicators", number("baseline_year", lambda year: year + 1)),
    Slip("upper limit too low", "catalogue/indicators", number("valid_max", lambda limit: limit / 1000)),
    Slip("noise of another indicator", "catalogue/indicators", other("noise_code")),
    Slip("target", "catalogue/targets", number("target_value", lambda value: value + 10)),
    Slip("price growth", "reference/price_growth", number("growth_pct", lambda pct: pct + 1)),
    Slip("answer of another question", "catalogue/variables", other("variable_code", "extract")),
    Slip("scale of another question", "catalogue/variables", other("scale_code", "extract")),
    Slip("alias of another answer", "catalogue/answer_aliases", other("answer_code", "scale_code")),
    Slip("amount of another column", "catalogue/amounts", other("series_code", "extract")),
    Slip("part of another index", "catalogue/composites", other("component_variable_code")),
    Slip("printed count", "catalogue/printed_counts", number("n_units", lambda n: n + 7)),
)


def rows_of(path: Path) -> tuple[list[str], list[Row]]:
    """Return the lines of a seed without its header, and its rows; a line that a quoted cell breaks is left out."""
    text = path.read_text(encoding="utf-8")
    header, *lines = text.splitlines()
    names = next(csv.reader([header]))
    pairs = [(line, next(csv.reader([line]))) for line in lines if line]
    whole = [(line, dict(zip(names, cells, strict=True))) for line, cells in pairs if len(cells) == len(names)]
    return [line for line, _ in whole], [row for _, row in whole]


def line_of(row: Row) -> str:
    """Return a row as a line of a seed."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(row.values())
    return out.getvalue()


def drawn(slip: Slip, pick: random.Random) -> Mutant:
    """Return a slip in a row drawn. Raises ValueError where no row of the seed is one for it."""
    lines, rows = rows_of(ROOT / slip.file)
    order = list(range(len(rows)))
    pick.shuffle(order)
    for at in order:
        damaged = slip.damage(rows[at], rows, pick)
        # each line stands once: the change is made in this row and no other
        if damaged and lines.count(lines[at]) == 1 and line_of(rows[at]) == lines[at]:
            name = f"{slip.name}: {next(iter(rows[at].values()))}"
            return Mutant(name, "catalogue", slip.file, lines[at], line_of(damaged), BUILD, "", "")
    raise ValueError(f"{slip.name}: no row of {slip.file} is one for it")
