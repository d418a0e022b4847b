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

compared as (
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
shown as (
    select
        compared.indicator_no,
        compared.report_year,
        {% for year in status_years() %}
        max(case when facts.year = {{ year }} then facts.value end) as value_{{ year }},
        {% endfor %}
        {{ weakest_origin('facts.data_origin') }} as data_origin
    from compared
    inner join facts
        on compared.indicator_no = facts.indicator_no
        and compared.report_year >= facts.year
    group by compared.indicator_no, compared.report_year
)

select
    indicators.indicator_no,
    compared.report_year,
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
    shown.value_{{ year }},
    {% endfor %}
    compared.latest_value,
    compared.latest_year,
    compared.latest_value_low,
    compared.latest_value_high,
    compared.previous_value,
    compared.previous_year,
    compared.change_from_baseline,
    compared.change_low,
    compared.change_high,
    compared.change_interval_method,
    compared.change_from_previous,
    compared.change_from_previous_low,
    compared.change_from_previous_high,
    compared.verdict,
    compared.verdict_rule,
    compared.verdict_reason_nb,
    compared.verdict_reason_en,
    compared.verdict_previous,
    compared.verdict_previous_reason_nb,
    compared.verdict_previous_reason_en,
    compared.verdict_latest,
    compared.verdict_latest_reason_nb,
    compared.verdict_latest_reason_en,
    shown.data_origin,
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
from compared
inner join indicators
    on compared.indicator_no = indicators.indicator_no
inner join shown
    on compared.indicator_no = shown.indicator_no
    and compared.report_year = shown.report_year
inner join facts as reported
    on compared.indicator_no = reported.indicator_no
    and compared.report_year = reported.year
left join facts as latest
    on compared.indicator_no = latest.indicator_no
    and compared.latest_year = latest.year
left join facts as baselines
    on compared.indicator_no = baselines.indicator_no
    and indicators.baseline_year = baselines.year
    and compared.report_year >= baselines.year
left join coverage
    on indicators.source_code = coverage.source_code
    and compared.latest_year = coverage.year
