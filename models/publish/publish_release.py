"""Last node of the graph: writes the published file once every mart exists and every test has passed."""

from rusindikator import disclosed
from rusindikator.publish import PublishError, publish_dir, publish_release


def model(dbt, session):
    """Return one row that says what was published; dbt stores it in the build file."""
    dbt.config(materialized="table")
    tables = {
        "dim_indicator": dbt.ref("dim_indicator"),
        "dim_goal": dbt.ref("dim_goal"),
        "dim_source": dbt.ref("dim_source"),
        "dim_edition": dbt.ref("dim_edition"),
        "dim_region": dbt.ref("dim_region"),
        "dim_delivery": dbt.ref("dim_delivery"),
        "fct_indicator_year": dbt.ref("fct_indicator_year"),
        "fct_indicator_vintage": dbt.ref("fct_indicator_vintage"),
        "fct_series_year": dbt.ref("fct_series_year"),
        "fct_golden_rule": dbt.ref("fct_golden_rule"),
        "qa_coverage": dbt.ref("qa_coverage"),
        "qa_delivery": dbt.ref("qa_delivery"),
        "qa_reconciliation": dbt.ref("qa_reconciliation"),
        "qa_warnings": dbt.ref("qa_warnings"),
        "rpt_status": dbt.ref("rpt_status"),
        "rpt_comparison": dbt.ref("rpt_comparison"),
        "rpt_goal_attainment": dbt.ref("rpt_goal_attainment"),
        "rpt_funding_pace": dbt.ref("rpt_funding_pace"),
        "rpt_funding_claim": dbt.ref("rpt_funding_claim"),
        "rpt_funding_priority": dbt.ref("rpt_funding_priority"),
        "rpt_target_progress": dbt.ref("rpt_target_progress"),
        "rpt_attention": dbt.ref("rpt_attention"),
        "release_log": dbt.ref("release_log"),
        "release_changes": dbt.ref("release_changes"),
    }
    # read while publishing: what is compared, and why published figures may change
    dbt.ref("revisions")
    dbt.ref("watched_tables")
    # not published, but nothing is published before their tests have passed
    dbt.ref("qa_rejected_values")
    dbt.ref("int_baseline_choice")
    dbt.ref("answer_scales")
    dbt.ref("column_mappings")
    dbt.ref("decisions")
    dbt.ref("label_mappings")
    try:
        release = publish_release(session, tables)
    except PublishError as error:
        # dbt prints the way an error came; what to do stands in the message
        raise PublishError(str(error)) from None
    disclosed.remember_beside(session, publish_dir())
    return release
