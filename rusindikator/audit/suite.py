"""What Great Expectations is asked about a release, table by table, for the second opinion."""

from __future__ import annotations

import great_expectations.expectations as gxe
from great_expectations.expectations.row_conditions import Column

# Fafo-rapport 2018:08 prints the set in tables 3.1-3.7 and its first values in 4.1-4.7: one table per goal.
N_INDICATORS, N_GOALS = 94, 7
FIRST_YEAR, FIRST_REPORT = 2013, 2016
ORIGINS = ["reported", "quoted", "received", "constructed", "rehearsal"]
COLOURS_OF_CHANGE = [
    *("improved", "worsened", "unchanged", "unclear", "not_comparable"),
    *("first_measurement", "no_new_measurement", "no_data"),
]
SHARE = Column("unit") == "share_pct"


def suites() -> dict[str, list[gxe.Expectation]]:
    """Return the expectations of each table."""
    return {
        "dim_indicator": [
            gxe.ExpectTableRowCountToEqual(value=N_INDICATORS),
            *unique("indicator_no"),
            *between("indicator_no", 1, N_INDICATORS),
            *always(
                "label_nb", "label_en", "goal_code", "source_code", "unit", "baseline_value", "caveat_nb", "caveat_en"
            ),
            *one_of("indicator_type", "innsats", "aktivitet", "resultat", "effekt"),
            *one_of("polarity", "up", "down", "ambiguous", "threshold"),
            *texts_like("table_code", r"^4\.[1-7]$"),
            *between("baseline_year", FIRST_YEAR, 2018),
            *ordered("valid_min", "baseline_value"),
            *ordered("baseline_value", "valid_max"),
        ],
        "dim_goal": [
            gxe.ExpectTableRowCountToEqual(value=N_GOALS),
            *unique("goal_code"),
            *between("goal_order", 1, N_GOALS),
            *always("label_nb", "label_en", "original_text_nb"),
        ],
        "dim_source": [*unique("source_code"), *always("label_nb", "label_en", "owner", "quality_nb", "quality_en")],
        "dim_edition": [*unique("edition_code"), *always("label_nb", "label_en", "publisher", "published_on")],
        "dim_region": [*unique("region_code"), *always("label_nb", "region_type")],
        "dim_delivery": [
            *unique("delivery_id"),
            *always("source_code", "file_name", "published_on", "publisher", "reference"),
            *one_of("data_origin", *ORIGINS),
            *texts_like("sha256", "^[0-9a-f]{64}$"),
            *texts_like("file_name", r"^[a-z0-9_]+/[a-z0-9_]+\.csv$"),
        ],
        "fct_indicator_year": [
            *unique("indicator_no", "year"),
            *between("indicator_no", 1, N_INDICATORS),
            gxe.ExpectColumnMinToBeBetween(column="year", min_value=FIRST_YEAR, max_value=FIRST_YEAR),
            *between("value", 0, None),
            gxe.ExpectColumnValuesToBeBetween(column="value", max_value=100, row_condition=SHARE),
            gxe.ExpectColumnValuesToBeBetween(column="value_high", max_value=100, row_condition=SHARE),
            gxe.ExpectColumnValuesToBeNull(column="value", row_condition=Column("obs_status") == "M"),
            gxe.ExpectColumnValuesToNotBeNull(column="value", row_condition=Column("obs_status") != "M"),
            gxe.ExpectColumnValuesToNotBeNull(column="delivery_id", row_condition=Column("obs_status") != "M"),
            gxe.ExpectColumnValuesToNotBeNull(column="missing_reason", row_condition=Column("obs_status") == "M"),
            *always("caveat_nb", "caveat_en", "unit", "obs_status"),
            *one_of("data_origin", *ORIGINS),
            *ordered("value_low", "value"),
            *ordered("value", "value_high"),
            *ordered("numerator", "denominator"),
        ],
        "fct_indicator_vintage": [
            *unique("indicator_no", "year", "vintage_date"),
            *always("value", "delivery_id", "vintage_date"),
            *one_of("data_origin", *ORIGINS),
            *between("value", 0, None),
        ],
        "fct_series_year": [
            *unique("series_code", "period", "vintage_date", "delivery_id"),
            *always("label_nb", "label_en", "unit", "delivery_id"),
            *one_of("data_origin", *ORIGINS),
            gxe.ExpectColumnValuesToBeBetween(column="value", max_value=100, row_condition=SHARE),
        ],
        "fct_golden_rule": [
            *unique("year", "region_code", "basis", "variant", "vintage_date"),
            *one_of("region_code", "0", "H03", "H04", "H05", "H12"),
            *between("growth_pct", -50, 50),
        ],
        "qa_coverage": [
            *unique("source_code", "year"),
            *between("share_units", 0, 100),
            *between("share_population", 0, 100),
            *ordered("units_answered", "units_expected"),
        ],
        "qa_delivery": [
            *unique("delivery_id"),
            *between("cells_refused", 0, 0),
            *ordered("rows_staged", "rows_delivered"),
        ],
        "qa_reconciliation": [*unique("edition_code", "indicator_no", "year"), *between("year", FIRST_YEAR, None)],
        "qa_warnings": [*unique("finding", "subject", "detail")],
        "rpt_status": [
            *unique("indicator_no", "report_year"),
            gxe.ExpectColumnMinToBeBetween(column="report_year", min_value=FIRST_REPORT, max_value=FIRST_REPORT),
            *always("label_nb", "label_en", "verdict", "verdict_reason_nb", "verdict_reason_en", "baseline_value"),
            *one_of("verdict", *COLOURS_OF_CHANGE),
        ],
        "rpt_comparison": [
            *unique("indicator_no", "report_year", "basis"),
            *one_of("basis", "baseline", "latest", "previous"),
            *one_of("verdict", *COLOURS_OF_CHANGE),
            *ordered("change_low", "change"),
            *ordered("change", "change_high"),
        ],
        "rpt_goal_attainment": [
            *unique("goal_code", "report_year", "basis", "rule_id"),
            *always("attainment", "reason_nb", "reason_en"),
            *between("n_indicators", 1, N_INDICATORS),
        ],
        "rpt_funding_pace": [*unique("year"), *ordered("block_grant", "total"), *ordered("total", "cumulative")],
        "rpt_funding_priority": [*unique("priority_code"), *between("share_pct", 0, 100)],
        "rpt_target_progress": [*unique("target_id", "year"), *always("label_nb", "label_en", "state")],
        "rpt_funding_claim": [*unique("claim_code")],
        **{
            f"rpt_table_4_{number}": [
                *unique("indicator_no"),
                *between("indicator_no", 1, N_INDICATORS),
                *always("label_nb", "baseline_value", "verdict", "caveat_nb"),
            ]
            for number in range(1, N_GOALS + 1)
        },
        "rpt_attention": [*unique("report_year", "reason_code", "subject"), *always("text_nb", "text_en")],
        "release_log": [*unique("release_id"), *texts_like("release_id", "^[0-9]{8}T[0-9]{6}"), *always("built_at")],
        "release_changes": [
            *unique("release_id", "table_name", "row_key", "measure"),
            *one_of("change", "added", "removed", "changed", "withheld"),
            gxe.ExpectColumnValuesToNotBeNull(column="reason_nb", row_condition=Column("change") != "added"),
            gxe.ExpectColumnValuesToNotBeNull(column="reason_en", row_condition=Column("change") != "added"),
        ],
    }


def unique(*columns: str) -> list[gxe.Expectation]:
    """Expect that the columns tell rows apart."""
    if len(columns) == 1:
        return [
            gxe.ExpectColumnValuesToBeUnique(column=columns[0]),
            gxe.ExpectColumnValuesToNotBeNull(column=columns[0]),
        ]
    return [gxe.ExpectCompoundColumnsToBeUnique(column_list=list(columns), ignore_row_if="never")]


def always(*columns: str) -> list[gxe.Expectation]:
    """Expect a value in every row."""
    return [gxe.ExpectColumnValuesToNotBeNull(column=column) for column in columns]


def between(column: str, low: float | None, high: float | None) -> list[gxe.Expectation]:
    """Expect numbers within limits; blank is allowed."""
    return [gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high)]


def one_of(column: str, *values: str) -> list[gxe.Expectation]:
    """Expect one of these words; blank is allowed."""
    return [gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(values))]


def texts_like(column: str, regex: str) -> list[gxe.Expectation]:
    """Expect texts of a form; blank is allowed."""
    return [gxe.ExpectColumnValuesToMatchRegex(column=column, regex=regex)]


def ordered(lower: str, upper: str) -> list[gxe.Expectation]:
    """Expect one column to be at most another where both have a value."""
    return [
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=upper, column_B=lower, or_equal=True, ignore_row_if="either_value_is_missing"
        )
    ]
