"""The smaller surveys: users of municipal services (BU), TSB patients, prison municipalities, KORFOR."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rusindikator.demo.answers import Habits, Stratum, cells, item_codes
from rusindikator.demo.figures import HERE, read_csv
from rusindikator.demo.plan import Plan, Table
from rusindikator.demo.sizes import OSLO
from rusindikator.demo.spread import allocate, count_for, evenly, jitter, shuffled
from rusindikator.demo.units import Unit

# Which counties each centre serves is common knowledge of the field, not taken from the cited reports.
KORUS_OF_COUNTY = {
    "Østfold": "Øst", "Hedmark": "Øst", "Oppland": "Øst",
    "Akershus": "Oslo", "Oslo": "Oslo",
    "Buskerud": "Sør", "Vestfold": "Sør", "Telemark": "Sør", "Aust-Agder": "Sør", "Vest-Agder": "Sør",
    "Rogaland": "Vest Stavanger",
    "Hordaland": "Vest Bergen", "Sogn og Fjordane": "Vest Bergen",
    "Møre og Romsdal": "Midt-Norge", "Sør-Trøndelag": "Midt-Norge", "Nord-Trøndelag": "Midt-Norge",
    "Trøndelag": "Midt-Norge",
    "Nordland": "Nord", "Troms": "Nord", "Finnmark": "Nord",
}  # fmt: skip
SIZE_BANDS = {
    "kommuner_smaa": (0, 5_000),
    "kommuner_mellomstore": (5_000, 20_000),
    "kommuner_store": (20_000, 10**9),
}
FEWEST_RESPONDENTS = 5
# These ask only those who have a plan, have a group or have been discharged; how many those are is not printed.
ABOUT_SOME = ("tilfreds_individuell_plan", "tilfreds_ansvarsgruppe", "oppfolging_utskrivning")
SHARE_NOT_ASKED = Decimal("0.5")
PATIENTS = 1000
TRUSTS = ("Helse Sør-Øst RHF", "Helse Vest RHF", "Helse Midt-Norge RHF", "Helse Nord RHF")
PRISON_BLANK = Decimal("0.04")


def build_bu(plan: Plan) -> Table:
    """Return a wave of the user survey: respondents in the municipalities drawn."""
    units = _respondents(plan)
    rows = range(len(units))
    south_east = [row for row in rows if units[row].health_region == "Helse Sør-Øst"]
    rest = [row for row in rows if units[row].health_region != "Helse Sør-Øst"]
    columns: dict[str, Sequence[str]] = {
        "respondentnr": [str(row + 1) for row in rows],
        "kommunenr": [unit.municipality_code for unit in units],
        "kommune": [unit.municipality_name for unit in units],
        "korus_region": [KORUS_OF_COUNTY[unit.county_name] for unit in units],
        "aar": [str(plan.year)] * len(units),
    }
    for figure in plan.figures.answers("kjonn"):
        men = count_for(figure.value, len(units))
        columns["kjonn"] = shuffled(["mann"] * men + ["kvinne"] * (len(units) - men), plan.random("kjonn"))
    for item in plan.items():
        by_part = {part: [f for f in plan.figures.answers(item) if f.units_counted == part] for part in
                   ("respondent", "respondent_sor_ost", "respondent_resten")}  # fmt: skip
        if by_part["respondent_sor_ost"]:
            strata = [
                Stratum(south_east, by_part["respondent_sor_ost"]),
                Stratum(rest, by_part["respondent_resten"]),
            ]
        else:
            strata = [Stratum(rows, by_part["respondent"])]
        habits = Habits(unsure=True, has_none=SHARE_NOT_ASKED if item in ABOUT_SOME else Decimal(0))
        columns |= _cells(plan, item, strata, habits)
    return Table.from_columns(columns, plan.contract)


def _respondents(plan: Plan) -> list[Unit]:
    """Return the municipality of each respondent, sorted by code.

    How many municipalities took part is printed, in 2017 by size; which ones is not. Oslo is left out,
    because the file has no bydel. Where shares are printed for South-East Norway and for the rest, the sizes
    of the two follow from the share of all.
    """
    random = plan.random("respondents")
    candidates = shuffled([unit for unit in plan.units.municipalities(plan.year) if unit.code != OSLO], random)
    total = plan.figures.n("respondenter")
    if any(figure.item_code == "kommuner_smaa" for figure in plan.figures.all):
        chosen = [
            unit
            for band, (lowest, below) in SIZE_BANDS.items()
            for unit in [u for u in candidates if lowest <= u.inhabitants < below][: plan.figures.n(band)]
        ]
        return _spread_respondents(chosen, total)
    number = plan.figures.n("kommuner_deltar")
    part = _south_east_part(plan)
    south_east = [unit for unit in candidates if unit.health_region == "Helse Sør-Øst"][: round(number * part)]
    rest = [unit for unit in candidates if unit.health_region != "Helse Sør-Øst"][: number - len(south_east)]
    in_south_east = round(total * part)
    return sorted(
        [*_spread_respondents(south_east, in_south_east), *_spread_respondents(rest, total - in_south_east)],
        key=lambda unit: unit.code,
    )


def _south_east_part(plan: Plan) -> Decimal:
    """Return the part of the respondents in South-East Norway that the three printed shares imply."""
    shares = {
        figure.units_counted: figure.value
        for figure in plan.figures.all
        if figure.item_code == "tjenester_tilfredsstillende"
    }
    rest = shares["respondent_resten"]
    return (shares["respondent"] - rest) / (shares["respondent_sor_ost"] - rest)


def _spread_respondents(units: Sequence[Unit], total: int) -> list[Unit]:
    ordered = sorted(units, key=lambda unit: unit.code)
    numbers = allocate(total - FEWEST_RESPONDENTS * len(ordered), [unit.inhabitants**0.5 for unit in ordered])
    return [unit for unit, number in zip(ordered, numbers, strict=True) for _ in range(number + FEWEST_RESPONDENTS)]


def build_pasopp(plan: Plan) -> Table:
    """Return the survey of TSB patients; the number of patients is invented, the trusts get even parts."""
    columns: dict[str, Sequence[str]] = {
        "pasientnr": [str(number) for number in range(1, PATIENTS + 1)],
        "rhf": [trust for trust, part in zip(TRUSTS, evenly(PATIENTS, len(TRUSTS)), strict=True) for _ in range(part)],
        "aar": [str(plan.year)] * PATIENTS,
    }
    for item in plan.items():
        columns |= _cells(plan, item, [Stratum(range(PATIENTS), plan.figures.answers(item))], Habits())
    return Table.from_columns(columns, plan.contract)


def build_is2494(plan: Plan) -> Table:
    """Return the survey of prison municipalities; prison_municipalities.csv says how each got on the list."""
    listed = {row["municipality_code"] for row in read_csv(HERE / "prison_municipalities.csv")}
    units = [unit for unit in plan.units.municipalities(plan.year) if unit.code in listed]
    if len(units) != plan.figures.n("kommuner_spurt"):
        raise ValueError(f"prison_municipalities.csv should name the {plan.figures.n('kommuner_spurt')} asked")
    return _municipal_survey(plan, units, Habits(blank=PRISON_BLANK))


def build_korfor(plan: Plan) -> Table:
    """Return KORFOR's survey; the municipalities that answered are drawn, large ones more often."""
    random = plan.random("answering")
    everybody = plan.units.municipalities(plan.year)
    by_chance = sorted(everybody, key=lambda unit: (-(unit.inhabitants**0.25) * jitter(random), unit.code))
    answering = sorted(by_chance[: plan.figures.n("kommuner_deltar")], key=lambda unit: unit.code)
    return _municipal_survey(plan, answering, Habits(blank=Decimal(0)))


def _municipal_survey(plan: Plan, units: Sequence[Unit], habits: Habits) -> Table:
    columns: dict[str, Sequence[str]] = {
        "kommunenr": [unit.municipality_code for unit in units],
        "kommune": [unit.municipality_name for unit in units],
        "aar": [str(plan.year)] * len(units),
    }
    for item in plan.items():
        columns |= _cells(plan, item, [Stratum(range(len(units)), plan.figures.answers(item))], habits)
    return Table.from_columns(columns, plan.contract)


def _cells(plan: Plan, item: str, strata: Sequence[Stratum], habits: Habits) -> dict[str, list[str]]:
    random = plan.random(item)
    scale = plan.catalogue.answers(plan.catalogue.scale(plan.source_code, item))
    return cells(plan.source_code, item, item_codes(strata, scale, habits, random), plan.catalogue, random)
