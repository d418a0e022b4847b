"""Ways in which a delivery goes wrong before anybody receives it, each a change of a sound table."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.damage.sound import YEAR, Table, last_figures, microdata, number_of, written_as
from tests.python.shapes import CATALOGUE

Damage = Callable[[Table, random.Random], Table | None]
FIGURES, PERSONS, UNITS = "figures", "persons", "units"


@dataclass(frozen=True)
class Kind:
    """A kind of damage.

    of: kinds of delivery that it befalls.  reason: why nobody can see it in the delivery.  hidden: whether that reason
    holds for a sound table and the damaged one.
    """

    name: str
    of: tuple[str, ...]
    damage: Damage
    reason: str = ""
    hidden: Callable[[Table, Table], bool] = lambda sound, hurt: True


def place(table: Table, pick: random.Random) -> tuple[int, str, float, str] | None:
    """Return row, column, number and text of a figure drawn."""
    cells = [
        (at, name, number, text)
        for name in table.values
        for at, text in enumerate(table.column(name))
        if (number := number_of(text))
    ]
    return pick.choice(cells) if cells else None


def scaled(factor: float) -> Damage:
    """Return the damage of one figure multiplied."""

    def damage(table: Table, pick: random.Random) -> Table | None:
        found = place(table, pick)
        return table.with_cell(found[0], found[1], written_as(found[2] * factor, found[3])) if found else None

    return damage


def all_scaled(factor: float) -> Damage:
    """Return the damage of all figures multiplied, as when a unit is another one."""

    def damage(table: Table, pick: random.Random) -> Table:
        for name in table.values:
            cells = [
                written_as(number * factor, text) if (number := number_of(text)) is not None else text
                for text in table.column(name)
            ]
            table = table.with_column(name, cells)
        return table

    return damage


def figures_exchanged(table: Table, pick: random.Random) -> Table | None:
    """Two series get each other's figure."""
    column = table.values[0]
    cells = table.column(column)
    pairs = [
        (one, other)
        for one, text in enumerate(cells)
        for other in range(one)
        if number_of(text) is not None and number_of(cells[other]) is not None and text != cells[other]
    ]
    if not pairs:
        return None
    one, other = pick.choice(pairs)
    return table.with_cell(one, column, cells[other]).with_cell(other, column, cells[one])


def year_before(table: Table, pick: random.Random) -> Table:
    """The column of the year says the year before."""
    if table.period:
        return table.with_column(table.period, [str(YEAR - 1)] * len(table.rows))
    return replace(table, header=tuple(name.replace(str(YEAR), str(YEAR - 1)) for name in table.header))


def year_to_come(table: Table, pick: random.Random) -> Table:
    """The column of the year says a year that has not been."""
    if table.period:
        return table.with_column(table.period, [str(YEAR + 90)] * len(table.rows))
    return replace(table, header=tuple(name.replace(str(YEAR), str(YEAR + 90)) for name in table.header))


def sent_again(table: Table, pick: random.Random) -> Table | None:
    """The figures of the last time under the new year."""
    last = last_figures(table.contract)
    at = [table.header.index(key) for key in table.contract.keys]
    column = table.values[0]
    cells = [last[tuple(row[place] for place in at)][""] for row in table.rows]
    return table.with_column(column, cells) if cells != table.column(column) and len(cells) > 1 else None


def answers_sent_again(table: Table, pick: random.Random) -> Table:
    """The answers of last year under the new year."""
    return microdata(table.contract.extract, YEAR - 1).with_column("aar", [str(YEAR)] * len(table.rows))


def half_year_among(table: Table, pick: random.Random) -> Table | None:
    """A half-year or tertial stands among the years: a column of a wide table, a row of a long one."""
    if table.contract.is_wide:
        halves = [
            written_as((number_of(text) or 0) / 2, text) if number_of(text) else text
            for text in table.column(table.values[0])
        ]
        rows = tuple((*row, half) for row, half in zip(table.rows, halves, strict=True))
        return replace(table, header=(*table.header, f"{YEAR}T1"), rows=rows)
    return table.with_cell(pick.randrange(len(table.rows)), table.period, f"{YEAR}H1")


def conflicting_rows(table: Table, pick: random.Random) -> Table | None:
    """A row twice, with two figures."""
    found = place(table, pick)
    if not found:
        return None
    other = table.with_cell(found[0], found[1], written_as(found[2] * 1.2 + 1, found[3])).rows[found[0]]
    return replace(table, rows=(*table.rows, other))


def row_gone(table: Table, pick: random.Random) -> Table | None:
    """A series that was there last time is not delivered."""
    if len(table.rows) < 2:
        return None
    at = pick.randrange(len(table.rows))
    return replace(table, rows=(*table.rows[:at], *table.rows[at + 1 :]))


def category_renamed(table: Table, pick: random.Random) -> Table:
    """A series under a name nobody knows."""
    label = table.contract.keys[0]
    at = pick.randrange(len(table.rows))
    return table.with_cell(at, label, table.column(label)[at] + ", ny inndeling")


def wrong_unit(table: Table, pick: random.Random) -> Table | None:
    """The column of the unit says another unit."""
    column = next((name for name in table.header if name.lower() in ("enhet", "måleenhet")), None)
    if column is None:
        return None
    at = pick.randrange(len(table.rows))
    told = table.column(column)[at]
    return table.with_cell(at, column, "1000 kr" if "kr" in told else "promille" if "prosent" in told else "prosent")


def dot_among_thousands(table: Table, pick: random.Random) -> Table | None:
    """A thousand is written with a dot, which elsewhere is a decimal sign: 1.959."""
    at = [(row, name, number) for row, name, number, _ in all_places(table) if 1000 <= number < 1_000_000]
    if not at:
        return None
    row, name, number = pick.choice(at)
    return table.with_cell(row, name, f"{round(number):,}".replace(",", "."))


def all_places(table: Table) -> list[tuple[int, str, float, str]]:
    """Return row, column, number and text of all figures."""
    return [
        (at, name, number, text)
        for name in table.values
        for at, text in enumerate(table.column(name))
        if (number := number_of(text)) is not None
    ]


def digit_lost(table: Table, pick: random.Random) -> Table | None:
    """The last digit of a figure is cut off."""
    at = [one for one in all_places(table) if one[2] >= 10]
    if not at:
        return None
    row, name, number, _ = pick.choice(at)
    return table.with_cell(row, name, str(int(number) // 10))


def negative(table: Table, pick: random.Random) -> Table | None:
    """A figure gets a minus."""
    found = place(table, pick)
    return table.with_cell(found[0], found[1], "-" + found[3]) if found else None


def half_blank(table: Table, pick: random.Random) -> Table | None:
    """Half of the figures are not there."""
    name = table.values[0]
    cells = table.column(name)
    if len(cells) < 2:
        return None
    gone = set(pick.sample(range(len(cells)), len(cells) // 2))
    return table.with_column(name, ["" if at in gone else text for at, text in enumerate(cells)])


def share_of_one(table: Table, pick: random.Random) -> Table | None:
    """A share is written as a part of one."""
    at = [one for one in all_places(table) if "%" in one[3] or "prosent" in " ".join(table.rows[one[0]]).lower()]
    if not at:
        return None
    row, name, number, _ = pick.choice(at)
    return table.with_cell(row, name, f"{number / 100:.3f}".replace(".", ","))


def other_region(table: Table, pick: random.Random) -> Table | None:
    """The country's figure under the name of a county."""
    column = next((name for name in table.header if name.lower() == "region"), None)
    if column is None:
        return None
    return table.with_cell(pick.randrange(len(table.rows)), column, "Vestlandet")


def small_slip(table: Table, pick: random.Random) -> Table | None:
    """The last digit of a figure of at least four digits is another one."""
    at = [one for one in all_places(table) if one[2] >= 1000 and one[3].isdigit()]
    if not at:
        return None
    row, name, _, text = pick.choice(at)
    return table.with_cell(row, name, text[:-1] + str((int(text[-1]) + 3) % 10))


def questions(table: Table) -> list[str]:
    """Return the columns of microdata that are questions with answers on a scale."""
    return [name for name in table.header if CATALOGUE.answers_of(table.contract.extract, name)]


def persons_twice(table: Table, pick: random.Random) -> Table:
    """Everybody twice; persons under numbers of their own."""
    again = table.rows
    if table.header[0] == "respondentnr":
        again = tuple((str(10_000 + at), *row[1:]) for at, row in enumerate(table.rows))
    return replace(table, rows=(*table.rows, *again))


def question_half_blank(table: Table, pick: random.Random) -> Table:
    """A question is blank from the middle of the file on."""
    name = pick.choice(questions(table))
    cells = table.column(name)
    return table.with_column(name, [*cells[: len(cells) // 2], *[""] * (len(cells) - len(cells) // 2)])


def question_blank(table: Table, pick: random.Random) -> Table:
    """A question nobody answered."""
    return table.with_column(pick.choice(questions(table)), [""] * len(table.rows))


def one_answer(table: Table, pick: random.Random) -> Table:
    """Everybody gives the same answer to a question."""
    name = pick.choice(questions(table))
    return table.with_column(name, [table.column(name)[0]] * len(table.rows))


def county_gone(table: Table, pick: random.Random) -> Table:
    """The municipalities of a county are not there."""
    county = pick.choice(sorted({code[:2] for code in table.column("kommunenr")} - {"03"}))
    at = table.header.index("kommunenr")
    return replace(table, rows=tuple(row for row in table.rows if row[at][:2] != county))


def first_half(table: Table, pick: random.Random) -> Table:
    """The file ends in the middle."""
    return replace(table, rows=table.rows[: len(table.rows) // 2])


def scale_turned(table: Table, pick: random.Random) -> Table | None:
    """The answers of a question are read from the other end of its scale."""
    apart = ("vet ikke", "ikke relevant", "har ikke")
    steps = {
        name: [
            text for text in CATALOGUE.answers_of(table.contract.extract, name) if not text.lower().startswith(apart)
        ]
        for name in questions(table)
    }
    name = pick.choice([name for name, scale in steps.items() if len(scale) >= 2])
    turned = dict(zip(steps[name], reversed(steps[name]), strict=True))
    return table.with_column(name, [turned.get(cell, cell) for cell in table.column(name)])


def questions_exchanged(table: Table, pick: random.Random) -> Table | None:
    """Two questions of one scale get each other's answers."""
    pairs = [
        (one, other)
        for one in questions(table)
        for other in questions(table)
        if one < other
        and CATALOGUE.answers_of(table.contract.extract, one) == CATALOGUE.answers_of(table.contract.extract, other)
    ]
    if not pairs:
        return None
    one, other = pick.choice(pairs)
    ones, others = table.column(one), table.column(other)
    return table.with_column(one, others).with_column(other, ones)


def answer_renamed(table: Table, pick: random.Random) -> Table:
    """An answer in words that nobody knows."""
    name = pick.choice(questions(table))
    told = table.column(name)[0]
    return table.with_column(name, [cell + " (ny)" if cell == told else cell for cell in table.column(name)])


def mixed_years(table: Table, pick: random.Random) -> Table:
    """Some rows are of another year."""
    at = set(pick.sample(range(len(table.rows)), len(table.rows) // 3))
    return table.with_column("aar", [str(YEAR - 1) if n in at else str(YEAR) for n in range(len(table.rows))])


def coded_missing(table: Table, pick: random.Random) -> Table:
    """What is missing is written 999."""
    name = pick.choice(questions(table))
    at = set(pick.sample(range(len(table.rows)), len(table.rows) // 5))
    return table.with_column(name, ["999" if n in at else cell for n, cell in enumerate(table.column(name))])


def unit_contradicts(table: Table, pick: random.Random) -> Table:
    """A unit stands twice, with two answers."""
    row = pick.choice(table.rows)
    name = pick.choice(questions(table))
    other = next(cell for cell in table.column(name) if cell != row[table.header.index(name)])
    again = replace(table, rows=(row,)).with_column(name, [other]).rows
    return replace(table, rows=(*table.rows, *again))


def codes_shifted(table: Table, pick: random.Random) -> Table:
    """The column of the codes has slipped by one row against the names."""
    codes = table.column("kommunenr")
    return table.with_column("kommunenr", [*codes[1:], codes[0]])


def column_gone(table: Table, pick: random.Random) -> Table:
    """A question is not in the file."""
    at = table.header.index(pick.choice(questions(table)))
    rows = tuple((*row[:at], *row[at + 1 :]) for row in table.rows)
    return replace(table, header=(*table.header[:at], *table.header[at + 1 :]), rows=rows)


def weights_added(table: Table, pick: random.Random) -> Table:
    """A column of weights that nobody has agreed on."""
    rows = tuple((*row, f"{pick.uniform(0.5, 2):.2f}".replace(".", ",")) for row in table.rows)
    return replace(table, header=(*table.header, "vekt"), rows=rows)


def fte_scaled(factor: float) -> Damage:
    """Return the damage of all FTE multiplied."""

    def damage(table: Table, pick: random.Random) -> Table:
        for name in (name for name in table.header if name.startswith("arsverk_") and "aaret" not in name):
            cells = [written_as((number_of(text) or 0) * factor, text) for text in table.column(name)]
            table = table.with_column(name, cells)
        return table

    return damage


def fte_exchanged(table: Table, pick: random.Random) -> Table:
    """Adults' and children's FTE have changed places."""
    one, other = "arsverk_voksne_totalt", "arsverk_barn_totalt"
    ones, others = table.column(one), table.column(other)
    return table.with_column(one, others).with_column(other, ones)


def big_unit_scaled(table: Table, pick: random.Random) -> Table:
    """The FTE of one of the largest units are ten times as many."""
    cells = [number_of(text) or 0.0 for text in table.column("arsverk_voksne_totalt")]
    at = pick.choice(sorted(range(len(cells)), key=lambda one: -cells[one])[:5])
    return table.with_cell(at, "arsverk_voksne_totalt", f"{cells[at] * 10:.1f}".replace(".", ","))


def changed_columns(table: Table, hurt: Table) -> list[str]:
    """Return the columns whose cells differ."""
    return [name for name in table.header if table.column(name) != hurt.column(name)]


def nearly_alike(table: Table, hurt: Table) -> bool:
    """Return whether the answers of two questions that were exchanged are distributed nearly alike."""
    shares = [
        {answer: n / len(table.rows) for answer, n in Counter(table.column(name)).items()}
        for name in changed_columns(table, hurt)
    ]
    answers = {answer for share in shares for answer in share}
    one, other = shares
    return 0.5 * sum(abs(one.get(answer, 0) - other.get(answer, 0)) for answer in answers) < ALIKE


def near_each_other(table: Table, hurt: Table) -> bool:
    """Return whether two figures that were exchanged differ by less than a series does from year to year."""
    (name,) = changed_columns(table, hurt)
    pairs = zip(table.column(name), hurt.column(name), strict=True)
    ratios = [(number_of(one) or 0) / (number_of(other) or 1) for one, other in pairs if one != other]
    return max(ratios) < NEAR


def growth_rate(table: Table, hurt: Table) -> bool:
    """Return whether the figure that changed is a rate of growth."""
    rows = [row for row, other in zip(table.rows, hurt.rows, strict=True) if row != other]
    return all("vekst" in " ".join(row).lower() and "prosent" in row for row in rows)


# Share of the answers, and ratio of two figures, below which an exchange moves less than chance and the years do.
ALIKE, NEAR = 0.15, 1.1

PLAUSIBLE_GROWTH = "A rate of growth: nothing or many times the last one are as plausible."

KINDS = (
    Kind("ten times", (FIGURES,), scaled(10), PLAUSIBLE_GROWTH, growth_rate),
    Kind("a tenth", (FIGURES,), scaled(0.1), PLAUSIBLE_GROWTH, growth_rate),
    Kind("all thousandfold", (FIGURES,), all_scaled(1000)),
    Kind(
        "figures exchanged",
        (FIGURES,),
        figures_exchanged,
        "The two figures differ by less than a series does from year to year.",
        near_each_other,
    ),
    Kind("year before", (FIGURES, PERSONS, UNITS), year_before),
    Kind("year to come", (FIGURES, PERSONS, UNITS), year_to_come),
    Kind("figures sent again", (FIGURES,), sent_again),
    Kind("half-year among years", (FIGURES,), half_year_among),
    Kind("conflicting rows", (FIGURES,), conflicting_rows),
    Kind("series gone", (FIGURES,), row_gone),
    Kind("category renamed", (FIGURES,), category_renamed),
    Kind("wrong unit", (FIGURES,), wrong_unit),
    Kind("dot among thousands", (FIGURES,), dot_among_thousands),
    Kind("digit lost", (FIGURES,), digit_lost),
    Kind("minus", (FIGURES,), negative),
    Kind("half of the figures blank", (FIGURES,), half_blank),
    Kind("share as part of one", (FIGURES,), share_of_one),
    Kind("another region", (FIGURES,), other_region),
    Kind(
        "last digit wrong",
        (FIGURES,),
        small_slip,
        "It differs from the true figure by less than the series does from year to year: only the sender can see it.",
    ),
    Kind("everybody twice", (PERSONS, UNITS), persons_twice),
    Kind("answers sent again", (PERSONS, UNITS), answers_sent_again),
    Kind("question half blank", (PERSONS, UNITS), question_half_blank),
    Kind("question blank", (PERSONS, UNITS), question_blank),
    Kind("one answer for all", (PERSONS, UNITS), one_answer),
    Kind("county gone", (PERSONS, UNITS), county_gone),
    Kind("first half only", (PERSONS, UNITS), first_half),
    Kind("scale turned", (PERSONS, UNITS), scale_turned),
    Kind(
        "questions exchanged",
        (PERSONS, UNITS),
        questions_exchanged,
        "The two questions are answered nearly alike: the exchange moves neither by more than chance.",
        nearly_alike,
    ),
    Kind("answer renamed", (PERSONS, UNITS), answer_renamed),
    Kind("mixed years", (PERSONS, UNITS), mixed_years),
    Kind("999 for missing", (PERSONS, UNITS), coded_missing),
    Kind("unit contradicts itself", (UNITS,), unit_contradicts),
    Kind("codes shifted", (PERSONS, UNITS), codes_shifted),
    Kind("question not in the file", (PERSONS, UNITS), column_gone),
    Kind("weights added", (PERSONS,), weights_added),
    Kind("FTE tenfold", (UNITS,), fte_scaled(10)),
    Kind("FTE in per cent", (UNITS,), fte_scaled(100)),
    Kind("adults and children exchanged", (UNITS,), fte_exchanged),
    Kind("a large unit tenfold", (UNITS,), big_unit_scaled),
)
