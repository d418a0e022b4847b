"""What a release may call evidence: checks of constructed figures, of roundings and of who printed what.

Each row is table, column, condition of a row that must not be there (`this`), and words. The printed numbers are
written down here a second time, on purpose: the audit does not believe the seed that the build reads.
"""

from __future__ import annotations

# How many took part, where a source prints it: Fafo-rapport 2018:08, chapter 2 (IS-24/8 with and without the districts
# of Oslo, BrukerPlan, BU), SINTEF on IS-24/8 (2018-2020), KORFOR (2016), KoRus Midt-Norge by Fagrådet (BU 2019).
PRINTED = {
    ("IS24_8", 2016): (441, 426),
    ("IS24_8", 2017): (440, 425),
    ("IS24_8", 2018): (436, 421),
    ("IS24_8", 2019): (436, 421),
    ("IS24_8", 2020): (370, 355),
    ("BRUKERPLAN", 2016): (20535,),
    ("BU", 2017): (491,),
    ("BU", 2019): (1336,),
    ("KORFOR", 2016): (253,),
}
# Asked of those who have a plan, have a group or have been discharged: how many those are is not printed.
OF_SOME = (28, 29, 75)

_MADE_UP = "this.data_origin in ('constructed', 'rehearsal')"
_SOURCE = "(select source_code from dim_indicator as told where told.indicator_no = this.indicator_no)"
_DECIMALS = "(select decimals from dim_indicator as told where told.indicator_no = this.indicator_no)"
_NUMBERS = ", ".join(f"'{source} {year} {n}'" for (source, year), all_n in PRINTED.items() for n in all_n)
_SAMPLES = ", ".join(f"'{source} {year}'" for source, year in PRINTED if source == "BU")
_OWNERS = (
    "(select string_split(lower(owner || ';' || coalesce(owner_names, '')), ';') from dim_source as told"
    " where told.source_code = this.source_code)"
)

EVIDENCE: list[tuple[str, str, str, str]] = [
    *(
        (
            table,
            column,
            f"{_MADE_UP} and this.{column} is not null",
            f"no source prints the {column} of a constructed figure",
        )
        for table in ("fct_indicator_year", "fct_indicator_vintage")
        for column in ("numerator", "denominator")
    ),
    (
        "fct_indicator_year",
        "n_units",
        f"{_MADE_UP} and this.n_units is not null"
        f" and coalesce(concat_ws(' ', {_SOURCE}, this.year, this.n_units) not in ({_NUMBERS}), true)",
        "is no number that a source prints of a constructed figure",
    ),
    (
        "fct_indicator_year",
        "value_low",
        f"{_MADE_UP} and (this.value_low is not null or this.value_high is not null)"
        f" and (this.indicator_no in {OF_SOME} or concat_ws(' ', {_SOURCE}, this.year) not in ({_SAMPLES}))",
        "no source prints the number of answers behind this interval",
    ),
    (
        "fct_indicator_year",
        "value",
        f"{_MADE_UP} and this.unit = 'share_pct' and abs(this.value - round(this.value, {_DECIMALS})) > 1e-9",
        "has decimals that no source prints",
    ),
    (
        "fct_indicator_year",
        "value_precision",
        "this.value_low > this.value - this.value_precision + 1e-9"
        " or this.value_high < this.value + this.value_precision - 1e-9",
        "an interval is not narrower than the rounding of its figure",
    ),
    (
        "rpt_comparison",
        "change_rounding",
        "this.change_rounding > 0 and (this.change_low > this.change - this.change_rounding + 1e-9"
        " or this.change_high < this.change + this.change_rounding - 1e-9)",
        "an interval is not narrower than the rounding of its figures",
    ),
    (
        "dim_delivery",
        "publisher",
        f"this.data_origin = 'reported' and not coalesce(list_contains({_OWNERS}, lower(trim(this.publisher))), false)",
        "a figure is reported only where the owner of the source prints it",
    ),
]
