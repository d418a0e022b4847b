"""What the catalogue and the report tables promise, as checks of a release that values.py runs."""

from __future__ import annotations

from .check import Check, filled

# Answers that stand for a numerator and name nothing; a share of those with at least one of several things; words that
# say of every figure which is not here that nobody measured it.
BARE_ANSWER = (
    "^(kommuner|brukere|pasienter|respondenter)( og bydeler)? som svarer (ja|(stor|svært|god)[^,]{0,30})$|^svar på "
)
ANY_OF = (30, 54, 55, 70)
NOT_MEASURED = "^(Ingen ny måling|Ikke målt|No new measurement|Not measured)"
PRINTED = tuple(f"rpt_table_4_{number}" for number in range(1, 8))

CATALOGUE: list[Check] = [
    *filled("dim_indicator", "unit_en", "numerator_nb", "numerator_en", "denominator_nb", "denominator_en"),
    Check("dim_indicator", "numerator_nb", f"regexp_matches(this.numerator_nb, '{BARE_ANSWER}')", "names no object"),
    Check(
        "dim_indicator",
        "calculation",
        f"(this.indicator_no in {ANY_OF}) <> (this.calculation = 'any_of_answers')",
        "is any_of_answers where, and only where, one of several things is enough",
    ),
    Check(
        "dim_indicator",
        "baseline_note_en",
        "(this.baseline_note is null) <> (this.baseline_note_en is null)",
        "is told in one language only",
    ),
    Check(
        "fct_indicator_year",
        "missing_reason",
        # a build as of an earlier day knows nothing yet of what came later
        "this.obs_status = 'M' and this.missing_reason is null and this.is_expected"
        " and not exists (select 1 from release_log where coalesce(as_of, '') <> '')",
        "an empty year that was expected must have its reason",
    ),
    *(
        Check(
            "rpt_status",
            f"verdict_reason_{language}",
            f"regexp_matches(this.verdict_reason_{language}, '{NOT_MEASURED}')",
            "says of a figure that is not here that nobody measured it",
        )
        for language in ("nb", "en")
    ),
    *filled("rpt_comparison", "caveat_nb", "caveat_en"),
    *filled("rpt_funding_pace", "caveat_nb", "caveat_en"),
    *filled("rpt_funding_priority", "caveat_nb", "caveat_en"),
    *(
        Check(
            "rpt_target_progress",
            f"caveat_{language}",
            f"this.value is not null and this.caveat_{language} is null",
            "must stand beside a value",
        )
        for language in ("nb", "en")
    ),
    *(
        Check(
            "rpt_attention",
            f"caveat_{language}",
            f"this.indicator_no is not null and this.caveat_{language} is null",
            "must stand beside an indicator",
        )
        for language in ("nb", "en")
    ),
    *(
        Check(
            table,
            "latest_value",
            "not exists (from rpt_status as told where told.indicator_no = this.indicator_no"
            " and told.report_year = this.report_year and told.row_order = this.row_order"
            " and told.latest_value is not distinct from this.latest_value and told.verdict = this.verdict)",
            "says something else than rpt_status",
        )
        for table in PRINTED
    ),
    Check(
        "rpt_funding_claim",
        "is_below_target",
        "this.is_below_target <> (coalesce(this.total_high, this.total_low) < this.target)",
        "does not follow from the total",
    ),
]
