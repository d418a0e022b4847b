"""Answers to one question, one per unit, that give the printed share exactly as it is printed.

Where only part of a distribution is printed, the rest is divided evenly over the answers left: an even spread
says that nothing is known. Questions are drawn independently of each other, so tables that cross two of them
mean nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from rusindikator.demo.figures import Figure
from rusindikator.demo.scales import NOT_SUBSTANTIVE, Catalogue, spell
from rusindikator.demo.spread import count_for, evenly, percent, shuffled

# Invented, and told in docs/constructed_deliveries.md.
BLANK_FROM, BLANK_TO = Decimal("0.01"), Decimal("0.05")
NOT_RELEVANT = Decimal("0.02")
DO_NOT_KNOW = Decimal("0.02")
SECOND_COMPONENT = 0.25
ONE_COMPONENT_BLANK = 0.02


@dataclass(frozen=True, slots=True)
class Habits:
    """How the respondents of a source answer apart from what is printed.

    blank: share of cells left blank; None draws between 1 and 5 per cent for each question. unsure: whether
    some answer "vet ikke", or "ikke relevant" on a graded scale. has_none: share that lacks what the question
    is about.
    """

    blank: Decimal | None = None
    unsure: bool = False
    has_none: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Units (row numbers) that together give the printed figures, or, where not exact, come near them."""

    units: Sequence[int]
    figures: Sequence[Figure]
    exact: bool = True


def answer_counts(stratum: Stratum, scale: Sequence[str], habits: Habits, random: Random) -> dict[str, int]:
    """Return how many units give each answer of the scale.

    Raises ValueError when no whole numbers give the printed figures.
    """
    n = len(stratum.units)
    blank_rate = habits.blank
    if blank_rate is None:
        blank_rate = BLANK_FROM + (BLANK_TO - BLANK_FROM) * Decimal(f"{random.random():.6f}")
    counts = dict.fromkeys(scale, 0)
    counts["ubesvart"] = round(n * blank_rate)
    if habits.has_none:
        counts["har_ikke"] = round(n * habits.has_none)
    if habits.unsure and "ikke_relevant" in scale and "nei" not in scale:
        counts["ikke_relevant"] = round(n * NOT_RELEVANT)
    asked = n - sum(counts.values())

    printed: set[str] = set()
    for figure in sorted(stratum.figures, key=lambda figure: figure.measure):
        if printed.issuperset(figure.answer_codes):
            # Count and share are both printed: the count is laid out, the share has to follow.
            if percent(sum(counts[code] for code in figure.answer_codes), asked) != figure.value:
                raise ValueError(f"{figure.item_code}: {figure.value} per cent does not follow from the printed count")
            continue
        is_count = figure.measure == "count"
        part = int(figure.value) if is_count else count_for(figure.value, asked, exact=stratum.exact)
        for code, number in zip(figure.answer_codes, evenly(part, len(figure.answer_codes)), strict=True):
            counts[code] = number
        printed.update(figure.answer_codes)

    rest = asked - sum(counts[code] for code in printed)
    if habits.unsure and "vet_ikke" in scale:
        counts["vet_ikke"] = min(rest, round(asked * DO_NOT_KNOW))
        rest -= counts["vet_ikke"]
    others = [code for code in scale if code not in printed and code not in NOT_SUBSTANTIVE and code != "blalys"]
    if rest < 0 or (rest and not others):
        raise ValueError(f"{stratum.figures[0].item_code}: the printed shares do not fit {asked} answers")
    if others:
        counts |= dict(zip(others, evenly(rest, len(others)), strict=True))
    return counts


def item_codes(strata: Sequence[Stratum], scale: Sequence[str], habits: Habits, random: Random) -> list[str]:
    """Return one answer code per unit, in row order; each stratum gives its figures on its own."""
    codes = [""] * sum(len(stratum.units) for stratum in strata)
    for stratum in strata:
        counts = answer_counts(stratum, scale, habits, random)
        drawn = shuffled([code for code in scale for _ in range(counts[code])], random)
        for unit, code in zip(stratum.units, drawn, strict=True):
            codes[unit] = code
    return codes


def give_to(codes: list[str], answer_code: str, units: set[int], stratum: Sequence[int]) -> list[str]:
    """Return the same answers with `answer_code` moved to exactly these units of the stratum."""
    others = iter([codes[unit] for unit in stratum if codes[unit] != answer_code])
    result = list(codes)
    for unit in stratum:
        result[unit] = answer_code if unit in units else next(others)
    return result


def component_codes(composite: Sequence[str], components: Sequence[str], random: Random) -> dict[str, list[str]]:
    """Return the answers of the columns behind any-of answers.

    A yes has one yes among the columns, every fourth has two. One column in fifty is blank, which does not
    change the whole.
    """
    columns: dict[str, list[str]] = {name: [] for name in components}
    for code in composite:
        order = shuffled(components, random)
        yes = set(order[: 1 + (random.random() < SECOND_COMPONENT)]) if code == "ja" else set()
        blank = order[-1] if random.random() < ONE_COMPONENT_BLANK else None
        for name in components:
            if code == "ubesvart" or (name == blank and name not in yes):
                columns[name].append("ubesvart")
            else:
                columns[name].append("ja" if name in yes else "nei")
    return columns


def cells(
    source_code: str, item_code: str, codes: Sequence[str], catalogue: Catalogue, random: Random
) -> dict[str, list[str]]:
    """Return the answers as a delivery spells them: the item's column, or the columns behind a composite."""
    scale_code = catalogue.scale(source_code, item_code)
    components = catalogue.components(source_code, item_code)
    columns = component_codes(codes, components, random) if components else {item_code: codes}
    return {name: [spell(scale_code, code, random) for code in column] for name, column in columns.items()}
