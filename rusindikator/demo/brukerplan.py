"""BrukerPlan: one row per person with a municipal service, drawn into municipalities that took part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rusindikator.demo.answers import Habits, Stratum, cells, item_codes
from rusindikator.demo.plan import Plan, Table
from rusindikator.demo.sizes import OSLO
from rusindikator.demo.spread import allocate, draw, jitter, pick, shuffled
from rusindikator.demo.units import Unit

BASE_YEAR = 2016
BYDELER_IN_BASE_YEAR = 8
CLOSE_ENOUGH = 0.001
# Everybody counted in the printed figures has a drug problem. BrukerPlan maps those with a mental health problem only,
# too; how many is not printed, so one for every ten is made, whose answers say nothing.
GROUP = "rus"
OTHER_GROUP = "psykisk"
PERSONS_PER_OTHER = 10


def build(plan: Plan) -> Table:
    """Return the delivery."""
    persons = _persons_by_unit(plan)
    counted = [unit for unit, number in persons for _ in range(number * plan.scale)]
    others = [unit for unit, number in persons for _ in range(number * plan.scale // PERSONS_PER_OTHER)]
    units = [*counted, *others]
    columns: dict[str, Sequence[str]] = {
        "lopenr": [str(number) for number in range(1, len(units) + 1)],
        "kommunenr": [unit.municipality_code for unit in units],
        "kommune": [unit.municipality_name for unit in units],
        "bydel": [unit.bydel_code for unit in units],
        "aar": [str(plan.year)] * len(units),
        "gruppe": [GROUP] * len(counted) + [OTHER_GROUP] * len(others),
    }
    for item in plan.items():
        random = plan.random(item)
        scale = plan.catalogue.answers(plan.catalogue.scale(plan.source_code, item))
        codes = item_codes([Stratum(range(len(counted)), plan.figures.answers(item))], scale, Habits(), random)
        of_counted = cells(plan.source_code, item, codes, plan.catalogue, random)
        random = plan.random(OTHER_GROUP, item)
        # no figure is printed of them: every answer as often as any other
        codes = item_codes([Stratum(range(len(others)), ())], scale, Habits(), random)
        of_others = cells(plan.source_code, item, codes, plan.catalogue, random)
        columns |= {name: [*column, *of_others[name]] for name, column in of_counted.items()}
    return Table.from_columns(columns, plan.contract)


def base_participants(plan: Plan) -> set[str]:
    """Return the codes of the municipalities that took part in the base year.

    Their number and their share of the population aged 18-96 are printed. Municipalities that were later
    merged take part together or not at all, so that the share is the same on the borders of any year.
    """
    base = plan.figures if plan.year == BASE_YEAR else plan.figures.sister(BASE_YEAR)
    number, share = base.n("kommuner_deltar"), base.n("befolkningsandel") / 100
    adults = {unit.code: unit.inhabitants_18_96 for unit in plan.units.municipalities(BASE_YEAR)}
    random = draw(plan.seed, "BRUKERPLAN", "participants")
    families = shuffled(plan.units.families(BASE_YEAR, 2019), random)
    singles = [codes[0] for codes in families if len(codes) == 1 and codes[0] != OSLO]
    joined = [code for codes in families[: len(families) // 2] if len(codes) > 1 for code in codes]
    inside = singles[: number - len(joined) - 1]
    outside = singles[len(inside) :]
    whole = sum(adults.values())
    covered = sum(adults[code] for code in [*inside, *joined, OSLO])
    while abs(covered / whole - share) > CLOSE_ENOUGH:
        leaving, entering = pick(range(len(inside)), random), pick(range(len(outside)), random)
        after = covered - adults[inside[leaving]] + adults[outside[entering]]
        if abs(after / whole - share) < abs(covered / whole - share):
            inside[leaving], outside[entering] = outside[entering], inside[leaving]
            covered = after
    return {*inside, *joined, OSLO}


def _base_persons(plan: Plan) -> dict[str, int]:
    """Return unit code -> persons in the base year; Oslo takes part with some bydeler."""
    base = plan.figures if plan.year == BASE_YEAR else plan.figures.sister(BASE_YEAR)
    participants = base_participants(plan)
    bydeler = {
        unit.code
        for unit in shuffled(plan.units.bydeler(BASE_YEAR), draw(plan.seed, "BRUKERPLAN", "bydeler"))[
            :BYDELER_IN_BASE_YEAR
        ]
    }
    units = [
        unit
        for unit in plan.units.with_bydeler(BASE_YEAR)
        if (unit.code in bydeler if unit.bydel_code else unit.code in participants)
    ]
    persons = allocate(base.n("personer") - len(units), [_weight(plan, unit) for unit in units])
    return {unit.code: number + 1 for unit, number in zip(units, persons, strict=True)}


def _weight(plan: Plan, unit: Unit) -> float:
    return unit.inhabitants_18_96 * jitter(draw(plan.seed, "BRUKERPLAN", "persons", unit.code))


def _persons_by_unit(plan: Plan) -> list[tuple[Unit, int]]:
    """Return the units that take part with their persons, sorted by code.

    After the base year the number of persons is not printed: each unit keeps its number of the base year, and
    a new one gets as many as the rate of the others gives.
    """
    base = _base_persons(plan)
    if plan.year == BASE_YEAR:
        return [(unit, base[unit.code]) for unit in plan.units.with_bydeler(plan.year) if unit.code in base]

    before = {unit.code: unit for unit in plan.units.with_bydeler(BASE_YEAR)}
    rate = sum(base.values()) / sum(_weight(plan, before[code]) for code in base)
    carried: dict[str, float] = {code: float(number) for code, number in base.items()}
    for year in range(BASE_YEAR + 1, plan.year + 1):
        carried = plan.units.carry_forward(carried, year)
    units = plan.units.with_bydeler(plan.year)
    municipalities = [unit for unit in units if not unit.bydel_code]
    staying = [unit for unit in municipalities if unit.code in carried]
    new = shuffled([unit for unit in municipalities if unit.code not in carried], plan.random("new"))
    number_new = plan.figures.n("kommuner_deltar") - 1 - len(staying)  # Oslo is one of them
    return _sorted(
        (
            unit,
            round(carried[unit.code]) if unit.code in carried else max(1, round(rate * _weight(plan, unit))),
        )
        for unit in [*staying, *new[:number_new], *(unit for unit in units if unit.bydel_code)]
    )


def _sorted(persons: Iterable[tuple[Unit, int]]) -> list[tuple[Unit, int]]:
    return sorted(persons, key=lambda pair: (pair[0].municipality_code, pair[0].bydel_code))
