-- Grain, required columns, codes and references of the report's tables and of the seeds that hold its rules; the years of
-- rpt_status are those of the facts; the verdicts are counted once each; no change crosses a break; the state of a target agrees
-- with the other columns; one attainment rule is the default.
-- The tables that references point to: {{ ref('dim_goal') }}, {{ ref('dim_source') }}, {{ ref('targets') }}, {{ ref('plans') }}
with problems as (
    {{ described_problems([
        'rpt_comparison', 'rpt_status', 'rpt_goal_attainment', 'rpt_funding_pace', 'rpt_funding_claim', 'rpt_funding_priority',
        'rpt_target_progress',
        'rpt_attention', 'verdict_rules', 'attainment_rules', 'attention_rules', 'texts', 'funding_priorities', 'funding_claims'
    ]) }}
),

status_figures as (
    {% for year in status_years() -%}
    select indicator_no, report_year, {{ year }} as year, value_{{ year }} as value from {{ ref('rpt_status') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from problems

union all

select
    'rpt_status' as relation,
    'shows another figure than the facts, or one later than the report year' as problem,
    'value_' || figures.year as column_name,
    figures.indicator_no || ', report year ' || figures.report_year as value,
    1 as n
from status_figures as figures
left join {{ ref('fct_indicator_year') }} as facts
    on figures.indicator_no = facts.indicator_no
    and figures.year = facts.year
    and figures.report_year >= facts.year
where coalesce(figures.value, -1e9) <> coalesce(facts.value, -1e9)

union all

select
    'rpt_status' as relation,
    'does not hold every indicator once in every report year' as problem,
    'report_year' as column_name,
    cast(report_year as {{ dbt.type_string() }}) as value,
    count(*) as n
from {{ ref('rpt_status') }}
group by report_year
having count(*) <> (select count(*) from {{ ref('dim_indicator') }})

union all

select
    'rpt_status' as relation,
    'gives a direction to an indicator whose direction cannot be read' as problem,
    'verdict' as column_name,
    indicator_no || ', report year ' || report_year as value,
    1 as n
from {{ ref('rpt_status') }}
where
    polarity = 'ambiguous'
    and (
        verdict in ('improved', 'worsened', 'unchanged')
        or verdict_previous in ('improved', 'worsened', 'unchanged')
        or verdict_latest in ('improved', 'worsened', 'unchanged')
    )

union all

select
    'rpt_comparison' as relation,
    'gives a change across a break' as problem,
    'change' as column_name,
    indicator_no || ', report year ' || report_year || ', ' || basis as value,
    1 as n
from {{ ref('rpt_comparison') }}
where rule_code = 'break_between' and coalesce(change, change_low, change_high) is not null

union all

select
    'rpt_target_progress' as relation,
    'shows a figure of a later year, or a state that the other columns contradict' as problem,
    'state' as column_name,
    target_id || ', ' || year as value,
    1 as n
from {{ ref('rpt_target_progress') }}
where
    value_year > year
    or (state = 'met') <> coalesce(is_met, false)
    or (state in ('met', 'on_track')) <> coalesce(on_track, false)
    or (state = 'not_computable' and computable)
    or (year >= valid_to and (required_per_year is not null or state in ('on_track', 'behind')))

union all

select
    'rpt_goal_attainment' as relation,
    'counts do not add up to the indicators of the goal' as problem,
    'n_indicators' as column_name,
    goal_code || ', ' || report_year || ', ' || basis || ', ' || rule_id as value,
    n_indicators as n
from {{ ref('rpt_goal_attainment') }}
where
    n_indicators <> n_improved + n_worsened + n_unchanged + n_unclear + n_not_comparable + n_no_data
    or n_indicators < n_deciding_indicators
    or n_deciding_indicators < n_deciding_readable
    or n_improved + n_worsened < n_without_uncertainty
    or (goal_code = 'PLAN' and n_indicators <> (select count(*) from {{ ref('dim_indicator') }}))

union all

select
    'attainment_rules' as relation,
    'is not exactly one default' as problem,
    'is_default' as column_name,
    null as value,
    count(*) as n
from {{ ref('attainment_rules') }}
where is_default = 'true'
having count(*) <> 1
