"""IS-24/8: one row per municipality, Oslo answering by its bydeler; FTE, money and answers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rusindikator.demo.answers import Habits, Stratum, cells, give_to, item_codes
from rusindikator.demo.plan import Plan, Table
from rusindikator.demo.spread import allocate, draw, jitter, shuffled
from rusindikator.demo.units import Unit

BASE_YEAR = 2016
SMALL_MUNICIPALITY = 5000
# That it is mostly small municipalities is printed in words only; these shares are invented.
SMALL_AMONG_UNKNOWING = {"kjent_med_planen": Decimal("0.9"), "kjent_med_frie_inntekter": Decimal("0.8")}
AMOUNT_BLANK_EVERY = 25
NO_BREAK_SPACE_EVERY = 20


def build(plan: Plan) -> Table:
    """Return the delivery."""
    units = _reporting_units(plan)
    columns: dict[str, Sequence[str]] = {
        "kommunenr": [unit.municipality_code for unit in units],
        "kommune": [unit.municipality_name for unit in units],
        "bydelsnr": [unit.bydel_code for unit in units],
        "bydel": [unit.bydel_name for unit in units],
        "aar": [str(plan.year)] * len(units),
    }
    columns |= _fte_columns(plan, units)
    columns |= _money_column(plan, units)
    columns |= _answer_columns(plan, units)
    return Table.from_columns(columns, plan.contract)


def _reporting_units(plan: Plan) -> list[Unit]:
    """Return the units that reported; which municipality did not is not printed, so a small one is drawn."""
    units = plan.units.with_bydeler(plan.year)
    small = [unit.code for unit in units if unit.inhabitants < SMALL_MUNICIPALITY]
    silent = set(shuffled(small, plan.random("silent"))[: plan.figures.n("kommuner_mangler")])
    return [unit for unit in units if unit.code not in silent]


def _fte_columns(plan: Plan, units: Sequence[Unit]) -> dict[str, Sequence[str]]:
    columns: dict[str, Sequence[str]] = {}
    carried = _carried_from_last_year(plan, units)
    for group in ("voksne", "barn"):
        total = plan.figures.total(f"arsverk_{group}_totalt")
        if total is None:
            continue
        fte = _fte_tenths(plan, units, group, int(total * 10), carried.get(group, {}))
        columns[f"arsverk_{group}_totalt"] = [_one_decimal(tenths) for tenths in fte]
        left = list(fte)
        for pathway in ("forlop1", "forlop2", "forlop3"):
            name = f"arsverk_{group}_{pathway}"
            part = plan.figures.total(name)
            if part is not None:
                random = plan.random(name)
                spread = allocate(int(part * 10), [tenths * jitter(random) for tenths in fte], caps=left)
                left = [rest - tenths for rest, tenths in zip(left, spread, strict=True)]
                columns[name] = [_one_decimal(tenths) for tenths in spread]
    if carried:
        columns["arsverk_fra_aaret_for"] = ["ja" if unit.code in carried["voksne"] else "" for unit in units]
    return columns


def _fte_weights(plan: Plan, group: str, year: int) -> dict[str, float]:
    """Return each unit's weight in a year: inhabitants times a factor drawn once, in the base year."""
    weights = {
        unit.code: unit.inhabitants * jitter(draw(plan.seed, "IS24_8", group, unit.code))
        for unit in plan.units.with_bydeler(BASE_YEAR)
    }
    for later in range(BASE_YEAR + 1, year + 1):
        weights = plan.units.carry_forward(weights, later)
    return weights


def _fte_tenths(plan: Plan, units: Sequence[Unit], group: str, total: int, carried: dict[str, int]) -> list[int]:
    """Return the FTE of each unit in tenths; units in `carried` keep the figure given there."""
    weights = _fte_weights(plan, group, plan.year)
    reporting = [unit.code for unit in units if unit.code not in carried]
    spread = allocate(total - sum(carried.values()), [weights[code] for code in reporting])
    fte = carried | dict(zip(reporting, spread, strict=True))
    return [fte[unit.code] for unit in units]


def _carried_from_last_year(plan: Plan, units: Sequence[Unit]) -> dict[str, dict[str, int]]:
    """Return group -> unit -> tenths of FTE for the municipalities that carry last year's figure, if any do.

    They are drawn among those whose borders last year are known from whole municipalities.
    """
    number = next((int(f.value) for f in plan.figures.all if f.item_code == "kommuner_fjorarstall"), 0)
    if not number:
        return {}
    last_year = plan.year - 1
    before = plan.units.with_bydeler(last_year)
    divided = {new for unit in before if len(codes := plan.units.became(unit.code, plan.year)) > 1 for new in codes}
    candidates = [unit.code for unit in units if not unit.bydel_code and unit.code not in divided]
    chosen = set(shuffled(candidates, plan.random("carried"))[:number])
    carried = {}
    for group, total in last_year_totals(plan).items():
        then = _fte_weights(plan, group, last_year)
        spread = allocate(total, [then[unit.code] for unit in before])
        now = plan.units.carry_forward(dict(zip((unit.code for unit in before), spread, strict=True)), plan.year)
        carried[group] = {code: round(tenths) for code, tenths in now.items() if code in chosen}
    return carried


def last_year_totals(plan: Plan) -> dict[str, int]:
    """Return group -> tenths of FTE printed for the year before."""
    sister = plan.figures.sister(plan.year - 1)
    return {group: int(sister.total(f"arsverk_{group}_totalt") * 10) for group in ("voksne", "barn")}


def _money_column(plan: Plan, units: Sequence[Unit]) -> dict[str, Sequence[str]]:
    """Return amounts in whole kroner with spaces for the thousands (a few of them no-break), some blank."""
    name = "belop_brukermedvirkning"
    total = plan.figures.total(name)
    if total is None:
        return {}
    random = plan.random(name)
    weights = [0.0 if random.random() < 1 / AMOUNT_BLANK_EVERY else unit.inhabitants * jitter(random) for unit in units]
    spread = allocate(int(total) * 10, weights)
    spaces = ["\u00a0" if random.random() < 1 / NO_BREAK_SPACE_EVERY else " " for _ in units]
    return {
        name: [
            f"{hundreds * 100:,}".replace(",", space) if weight else ""
            for hundreds, weight, space in zip(spread, weights, spaces, strict=True)
        ]
    }


def _answer_columns(plan: Plan, units: Sequence[Unit]) -> dict[str, Sequence[str]]:
    municipalities = [row for row, unit in enumerate(units) if not unit.bydel_code]
    bydeler = [row for row, unit in enumerate(units) if unit.bydel_code]
    columns: dict[str, Sequence[str]] = {}
    for item in plan.items():
        figures = plan.figures.answers(item)
        random = plan.random(item)
        if all(figure.units_counted == "kommune_bydel" for figure in figures):
            strata = [Stratum(range(len(units)), figures)]
        else:
            shares = [figure for figure in figures if figure.measure == "share"]
            strata = [Stratum(municipalities, figures), Stratum(bydeler, shares, exact=False)]
        habits = Habits(unsure=not plan.catalogue.components(plan.source_code, item))
        scale = plan.catalogue.answers(plan.catalogue.scale(plan.source_code, item))
        codes = item_codes(strata, scale, habits, random)
        if item in SMALL_AMONG_UNKNOWING:
            codes = give_to(codes, "nei", _unknowing(plan, units, item), municipalities)
        columns |= cells(plan.source_code, item, codes, plan.catalogue, random)
    return columns


def _unknowing(plan: Plan, units: Sequence[Unit], item: str) -> set[int]:
    """Return the municipalities that answer no: mostly small ones, in the same order for both questions."""
    random = plan.random("unknowing")
    rows = shuffled([row for row, unit in enumerate(units) if not unit.bydel_code], random)
    small = [row for row in rows if units[row].inhabitants <= SMALL_MUNICIPALITY]
    large = [row for row in rows if units[row].inhabitants > SMALL_MUNICIPALITY]
    (number,) = (int(figure.value) for figure in plan.figures.answers(item) if figure.measure == "count")
    from_small = round(number * SMALL_AMONG_UNKNOWING[item])
    return {*small[:from_small], *large[: number - from_small]}


def _one_decimal(tenths: int) -> str:
    return f"{tenths // 10},{tenths % 10}"
