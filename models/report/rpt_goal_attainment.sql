-- One row per goal (and PLAN for the plan as a whole), report year, basis and rule: how many indicators have each verdict, and
-- what the rule makes of it. Result indicators decide (R-07); effort and activity are counted beside them.
-- A goal: no data -> no_data; too few judged -> inconclusive; only better -> positive; only worse -> negative; both -> mixed,
-- or by the larger number where the rule lets the fewer give way. How many are too few is a share of those that can be read as
-- better or worse at all: an ambiguous indicator is not missing, it has no direction. The plan: see R-08.
with verdicts as (
    select
        *,
        indicator_type in ('resultat', 'effekt') or goal_code = 'OI' as is_deciding,
        polarity <> 'ambiguous' as is_readable,
        verdict in ('improved', 'worsened', 'unchanged') as is_judged,
        -- on the size of the change alone: no interval, and not all were asked
        verdict in ('improved', 'worsened') and change_interval_method in ('n_one_known', 'n_unknown', 'none')
            as is_without_uncertainty
    from {{ ref('rpt_comparison') }}
),

{% set attainments = ['positive', 'negative', 'mixed', 'inconclusive', 'no_data'] -%}
{% set groups = {'': 'true', 'deciding_': 'is_deciding', 'effort_': 'not is_deciding'} -%}
{% set kept = ['n_deciding_readable', 'n_deciding_constructed', 'n_without_uncertainty', 'n_deciding_without_uncertainty'] -%}
goals as (
    select
        goal_code,
        report_year,
        basis,
        {% for prefix, members in groups.items() %}
        sum(case when {{ members }} then 1 else 0 end) as n_{{ prefix }}indicators,
        {% for verdict in verdicts() %}
        sum(case when {{ members }} and verdict = '{{ verdict }}' then 1 else 0 end) as n_{{ prefix }}{{ verdict }},
        {% endfor %}
        sum(case when {{ members }} and verdict like '%_measurement' then 1 else 0 end) as n_{{ prefix }}no_data,
        {% endfor %}
        sum(case when is_deciding and is_readable then 1 else 0 end) as n_deciding_readable,
        sum(case when is_deciding and is_judged and data_origin = 'constructed' then 1 else 0 end) as n_deciding_constructed,
        sum(case when is_without_uncertainty then 1 else 0 end) as n_without_uncertainty,
        sum(case when is_deciding and is_without_uncertainty then 1 else 0 end) as n_deciding_without_uncertainty
    from verdicts
    group by goal_code, report_year, basis
),

rules as (
    select
        rule_id,
        {{ flag('is_default') }} as is_default,
        {{ number('min_judged_pct') }} as min_judged_pct,
        {{ number('min_improved_pct') }} as min_improved_pct,
        worsened_limit,
        {{ flag('mixed_goal_blocks_plan') }} as mixed_goal_blocks_plan,
        {{ flag('plan_needs_all_goals') }} as plan_needs_all_goals
    from {{ ref('attainment_rules') }}
),

counted as (
    select
        goals.*,
        rules.*,
        goals.goal_code like 'HM%' as is_main_goal,
        n_deciding_improved + n_deciding_worsened + n_deciding_unchanged as n_judged
    from goals
    cross join rules
),

attained as (
    select
        *,
        case
            when n_deciding_no_data = n_deciding_indicators then 'no_data'
            when n_judged = 0 or 100.0 * n_judged < min_judged_pct * n_deciding_readable then 'inconclusive'
            when n_deciding_improved = 0 and n_deciding_worsened = 0 then 'inconclusive'
            when n_deciding_worsened = 0 and 100.0 * n_deciding_improved / n_judged < min_improved_pct then 'inconclusive'
            when n_deciding_worsened = 0 then 'positive'
            when n_deciding_improved = 0 then 'negative'
            when worsened_limit = 'fewer' and n_deciding_improved > n_deciding_worsened then 'positive'
            when worsened_limit = 'fewer' and n_deciding_improved < n_deciding_worsened then 'negative'
            else 'mixed'
        end as attainment
    from counted
),

-- The five main goals decide on the plan; its counts cover all indicators, its deciding counts those of the main goals.
plan_counted as (
    select
        report_year,
        basis,
        rule_id,
        is_default,
        mixed_goal_blocks_plan,
        plan_needs_all_goals,
        min_judged_pct,
        {% for prefix in groups %}
        {% for name in ['indicators', 'no_data'] + verdicts() %}
        {% if prefix == 'deciding_' %}
        sum(case when is_main_goal then n_{{ prefix }}{{ name }} else 0 end) as n_{{ prefix }}{{ name }},
        {% else %}
        sum(n_{{ prefix }}{{ name }}) as n_{{ prefix }}{{ name }},
        {% endif %}
        {% endfor %}
        {% endfor %}
        {% for attainment in attainments %}
        sum(case when is_main_goal and attainment = '{{ attainment }}' then 1 else 0 end) as n_goals_{{ attainment }},
        {% endfor %}
        sum(case when is_main_goal then n_deciding_readable else 0 end) as n_deciding_readable,
        sum(case when is_main_goal then n_deciding_constructed else 0 end) as n_deciding_constructed,
        sum(n_without_uncertainty) as n_without_uncertainty,
        sum(case when is_main_goal then n_deciding_without_uncertainty else 0 end) as n_deciding_without_uncertainty
    from attained
    group by report_year, basis, rule_id, is_default, mixed_goal_blocks_plan, plan_needs_all_goals, min_judged_pct
),

plan_attained as (
    select
        *,
        case
            when n_goals_positive > 0 and n_goals_negative > 0 then 'mixed'
            when n_goals_positive > 0 and n_goals_mixed > 0 and mixed_goal_blocks_plan then 'mixed'
            when n_goals_positive > 0 and n_goals_inconclusive + n_goals_no_data > 0 and plan_needs_all_goals then 'inconclusive'
            when n_goals_positive > 0 then 'positive'
            when n_goals_negative > 0 then 'negative'
            when n_goals_mixed > 0 then 'mixed'
            when n_goals_inconclusive > 0 then 'inconclusive'
            else 'no_data'
        end as attainment
    from plan_counted
),

{% set counts = [] -%}
{%- for prefix in groups -%}
{%- for name in ['indicators', 'no_data'] + verdicts() -%}{%- do counts.append('n_' ~ prefix ~ name) -%}{%- endfor -%}
{%- endfor -%}
together as (
    select
        goal_code,
        report_year,
        basis,
        rule_id,
        is_default,
        min_judged_pct,
        attainment,
        {{ counts | join(',\n        ') }},
        {{ kept | join(',\n        ') }},
        cast(null as bigint) as n_goals_positive,
        cast(null as bigint) as n_goals_negative,
        cast(null as bigint) as n_goals_mixed,
        cast(null as bigint) as n_goals_inconclusive,
        cast(null as bigint) as n_goals_no_data
    from attained

    union all

    select
        'PLAN' as goal_code,
        report_year,
        basis,
        rule_id,
        is_default,
        min_judged_pct,
        attainment,
        {{ counts | join(',\n        ') }},
        {{ kept | join(',\n        ') }},
        n_goals_positive,
        n_goals_negative,
        n_goals_mixed,
        n_goals_inconclusive,
        n_goals_no_data
    from plan_attained
)

select
    together.goal_code,
    together.report_year,
    together.basis,
    together.rule_id,
    together.is_default,
    coalesce(dim_goal.goal_order, 0) as goal_order,
    coalesce(dim_goal.label_nb, 'Planen samlet') as label_nb,
    coalesce(dim_goal.label_en, 'The plan as a whole') as label_en,
    rules.label_nb as rule_label_nb,
    rules.label_en as rule_label_en,
    rules.description_nb as rule_description_nb,
    rules.description_en as rule_description_en,
    together.attainment,
    {% for prefix in groups %}
    cast(together.n_{{ prefix }}indicators as integer) as n_{{ prefix }}indicators,
    {% for verdict in verdicts() %}
    cast(together.n_{{ prefix }}{{ verdict }} as integer) as n_{{ prefix }}{{ verdict }},
    {% endfor %}
    cast(together.n_{{ prefix }}no_data as integer) as n_{{ prefix }}no_data,
    {% endfor %}
    {% for name in kept %}
    cast(together.{{ name }} as integer) as {{ name }},
    {% endfor %}
    {% for attainment in attainments %}
    cast(together.n_goals_{{ attainment }} as integer) as n_goals_{{ attainment }},
    {% endfor %}
    case
        when together.goal_code = 'PLAN'
            then concat(
                'Hovedmål etter utvikling: positiv ', together.n_goals_positive, ', negativ ', together.n_goals_negative,
                ', begge veier ', together.n_goals_mixed, ', uten konklusjon ', together.n_goals_inconclusive,
                ', uten data ', together.n_goals_no_data, '.'
            )
        else concat(
            'Avgjørende indikatorer: ', together.n_deciding_indicators, ', hvorav ', together.n_deciding_readable,
            ' kan leses som bedre eller dårligere. Bedre ', together.n_deciding_improved,
            ', dårligere ', together.n_deciding_worsened, ', uendret ', together.n_deciding_unchanged,
            ', uklare eller ikke sammenlignbare ', together.n_deciding_unclear + together.n_deciding_not_comparable,
            ', uten ny måling ', together.n_deciding_no_data,
            '. Må kunne vurderes: minst ', cast(together.min_judged_pct as integer), ' prosent av dem som kan leses slik.'
        )
    end as reason_nb,
    case
        when together.goal_code = 'PLAN'
            then concat(
                'Main goals by development: positive ', together.n_goals_positive, ', negative ', together.n_goals_negative,
                ', both ways ', together.n_goals_mixed, ', inconclusive ', together.n_goals_inconclusive,
                ', without data ', together.n_goals_no_data, '.'
            )
        else concat(
            'Deciding indicators: ', together.n_deciding_indicators, ', of which ', together.n_deciding_readable,
            ' can be read as better or worse. Better ', together.n_deciding_improved,
            ', worse ', together.n_deciding_worsened, ', unchanged ', together.n_deciding_unchanged,
            ', unclear or not comparable ', together.n_deciding_unclear + together.n_deciding_not_comparable,
            ', without new measurement ', together.n_deciding_no_data,
            '. Must be judged: at least ', cast(together.min_judged_pct as integer), ' percent of those that can be read so.'
        )
    end as reason_en
from together
inner join {{ ref('attainment_rules') }} as rules
    on together.rule_id = rules.rule_id
left join {{ ref('dim_goal') }} as dim_goal
    on together.goal_code = dim_goal.goal_code
