-- One row per indicator and report year, as the yearly status report prints it: baseline, each year's figure up to the report
-- year, what changed and what that means. Order of the printed tables: table_code, row_order.
with indicators as (
    select * from {{ ref('dim_indicator') }}
),

coverage as (
    select * from {{ ref('qa_coverage') }}
),

facts as (
    select * from {{ ref('fct_indicator_year') }}
),

comparisons as (
    select
        indicator_no,
        report_year,
        max(later_year) as latest_year,
        max(later_value) as latest_value,
        max(later_low) as latest_value_low,
        max(later_high) as latest_value_high,
        max(case when basis = 'previous' then earlier_year end) as previous_year,
        max(case when basis = 'previous' then earlier_value end) as previous_value,
        max(case when basis = 'baseline' then change end) as change_from_baseline,
        max(case when basis = 'baseline' then change_low end) as change_low,
        max(case when basis = 'baseline' then change_high end) as change_high,
        max(case when basis = 'baseline' then change_interval_method end) as change_interval_method,
        max(case when basis = 'previous' then change end) as change_from_previous,
        max(case when basis = 'previous' then change_low end) as change_from_previous_low,
        max(case when basis = 'previous' then change_high end) as change_from_previous_high,
        {% for basis, suffix in [('baseline', ''), ('previous', '_previous'), ('latest', '_latest')] %}
        max(case when basis = '{{ basis }}' then verdict end) as verdict{{ suffix }},
        max(case when basis = '{{ basis }}' then reason_nb end) as verdict{{ suffix }}_reason_nb,
        max(case when basis = '{{ basis }}' then reason_en end) as verdict{{ suffix }}_reason_en,
        {% endfor %}
        max(case when basis = 'baseline' then rule_code end) as verdict_rule
    from {{ ref('rpt_comparison') }}
    group by indicator_no, report_year
),

-- What the row shows is the figures up to the report year; one constructed figure among them marks the row.
shown_figures as (
    select
        comparisons.indicator_no,
        comparisons.report_year,
        {% for year in status_years() %}
        max(case when facts.year = {{ year }} then facts.value end) as value_{{ year }},
        {% endfor %}
        {{ weakest_origin('facts.data_origin') }} as data_origin
    from comparisons
    inner join facts
        on comparisons.indicator_no = facts.indicator_no
        and comparisons.report_year >= facts.year
    group by comparisons.indicator_no, comparisons.report_year
)

select
    indicators.indicator_no,
    comparisons.report_year,
    indicators.goal_code,
    indicators.table_code,
    indicators.row_order,
    indicators.indicator_type,
    indicators.label_nb,
    indicators.label_en,
    indicators.unit,
    indicators.unit_nb,
    coalesce(
        {{ text(unit_word('indicators.unit', 'en')) }}, case indicators.unit when 'ratio' then 'ratio' else 'number' end
    ) as unit_en,
    indicators.decimals,
    indicators.polarity,
    indicators.source_code,
    indicators.baseline_value,
    indicators.baseline_year,
    baselines.value as baseline_value_now,
    {% for year in status_years() %}
    shown_figures.value_{{ year }},
    {% endfor %}
    comparisons.latest_value,
    comparisons.latest_year,
    comparisons.latest_value_low,
    comparisons.latest_value_high,
    comparisons.previous_value,
    comparisons.previous_year,
    comparisons.change_from_baseline,
    comparisons.change_low,
    comparisons.change_high,
    comparisons.change_interval_method,
    comparisons.change_from_previous,
    comparisons.change_from_previous_low,
    comparisons.change_from_previous_high,
    comparisons.verdict,
    comparisons.verdict_rule,
    comparisons.verdict_reason_nb,
    comparisons.verdict_reason_en,
    comparisons.verdict_previous,
    comparisons.verdict_previous_reason_nb,
    comparisons.verdict_previous_reason_en,
    comparisons.verdict_latest,
    comparisons.verdict_latest_reason_nb,
    comparisons.verdict_latest_reason_en,
    shown_figures.data_origin,
    reported.obs_status,
    reported.obs_status_note as obs_status_note_nb,
    reported.obs_status_note_en,
    reported.missing_reason,
    reported.is_break,
    coverage.share_units as coverage_units_pct,
    coverage.share_population as coverage_population_pct,
    latest.vintage_date,
    indicators.caveat_nb,
    indicators.caveat_en
from comparisons
inner join indicators
    on comparisons.indicator_no = indicators.indicator_no
inner join shown_figures
    on comparisons.indicator_no = shown_figures.indicator_no
    and comparisons.report_year = shown_figures.report_year
inner join facts as reported
    on comparisons.indicator_no = reported.indicator_no
    and comparisons.report_year = reported.year
left join facts as latest
    on comparisons.indicator_no = latest.indicator_no
    and comparisons.latest_year = latest.year
left join facts as baselines
    on comparisons.indicator_no = baselines.indicator_no
    and indicators.baseline_year = baselines.year
    and comparisons.report_year >= baselines.year
left join coverage
    on indicators.source_code = coverage.source_code
    and comparisons.latest_year = coverage.year
