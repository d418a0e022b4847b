-- One row per goal (and PLAN for the plan as a whole), report year, basis and rule: how many indicators have each verdict, and
-- what the rule makes of it. Result indicators decide (R-07); effort and activity are counted beside them.
-- A goal: no data -> no_data; too few judged -> inconclusive; only better -> positive; only worse -> negative; both -> mixed,
-- or by the larger number where the rule lets the fewer give way. How many are too few is a share of those that can be read as
-- better or worse at all: an ambiguous indicator is not missing, it has no direction. The plan: see R-08.
with comparisons as (
    select * from {{ ref('rpt_comparison') }}
),

goal_labels as (
    select * from {{ ref('dim_goal') }}
),

rules as (
    select
        rule_id,
        {{ flag('is_default') }} as is_default,
        label_nb as rule_label_nb,
        label_en as rule_label_en,
        description_nb as rule_description_nb,
        description_en as rule_description_en,
        {{ number('min_judged_pct') }} as min_judged_pct,
        {{ number('min_improved_pct') }} as min_improved_pct,
        {{ number('max_p_adjusted') }} as max_p_adjusted,
        worsened_limit,
        {{ flag('mixed_goal_blocks_plan') }} as mixed_goal_blocks_plan,
        {{ flag('plan_needs_all_goals') }} as plan_needs_all_goals
    from {{ ref('attainment_rules') }}
),

sentences as (
    select
        rule_code,
        reason_nb,
        reason_en
    from {{ ref('verdict_rules') }}
    where kind = 'attainment'
),

verdicts as (
    select
        comparisons.*,
        rules.rule_id,
        comparisons.polarity <> 'ambiguous' as is_readable,
        comparisons.verdict in ('improved', 'worsened', 'unchanged') as is_judged,
        -- what a rule counts as better or worse: every such verdict, or those that hold for all comparisons together
        comparisons.verdict in ('improved', 'worsened')
        and (rules.max_p_adjusted is null or comparisons.p_value_adjusted <= rules.max_p_adjusted) as is_counted,
        -- on the size of the change alone: no interval, and not all were asked
        comparisons.verdict in ('improved', 'worsened')
        and comparisons.change_interval_method in ('n_one_known', 'n_unknown', 'none')
            as is_without_uncertainty
    from comparisons
    cross join rules
),

{% set attainments = ['positive', 'negative', 'mixed', 'inconclusive', 'no_data'] -%}
{% set groups = {'': 'true', 'deciding_': 'is_deciding', 'effort_': 'not is_deciding'} -%}
{% set kept = [
    'n_counted_improved', 'n_counted_worsened', 'n_deciding_readable', 'n_deciding_constructed', 'n_without_uncertainty',
    'n_deciding_without_uncertainty'
] -%}
goals as (
    select
        goal_code,
        report_year,
        basis,
        rule_id,
        {% for prefix, members in groups.items() %}
        sum(case when {{ members }} then 1 else 0 end) as n_{{ prefix }}indicators,
        {% for verdict in verdicts() %}
        sum(case when {{ members }} and verdict = '{{ verdict }}' then 1 else 0 end) as n_{{ prefix }}{{ verdict }},
        {% endfor %}
        sum(case when {{ members }} and verdict like '%_measurement' then 1 else 0 end) as n_{{ prefix }}no_data,
        {% endfor %}
        sum(case when is_deciding and is_counted and verdict = 'improved' then 1 else 0 end) as n_counted_improved,
        sum(case when is_deciding and is_counted and verdict = 'worsened' then 1 else 0 end) as n_counted_worsened,
        sum(case when is_deciding and is_readable then 1 else 0 end) as n_deciding_readable,
        sum(case when is_deciding and is_judged and {{ is_made_up('data_origin') }} then 1 else 0 end) as n_deciding_constructed,
        sum(case when is_without_uncertainty then 1 else 0 end) as n_without_uncertainty,
        sum(case when is_deciding and is_without_uncertainty then 1 else 0 end) as n_deciding_without_uncertainty
    from verdicts
    group by goal_code, report_year, basis, rule_id
),

goal_counts as (
    select
        goals.*,
        rules.is_default,
        rules.min_judged_pct,
        rules.min_improved_pct,
        rules.worsened_limit,
        rules.mixed_goal_blocks_plan,
        rules.plan_needs_all_goals,
        goals.goal_code like 'HM%' as is_main_goal,
        goals.n_deciding_improved + goals.n_deciding_worsened + goals.n_deciding_unchanged as n_judged
    from goals
    inner join rules
        on goals.rule_id = rules.rule_id
),

goals_attained as (
    select
        *,
        case
            when n_deciding_no_data = n_deciding_indicators then 'no_data'
            when n_judged = 0 or 100.0 * n_judged < min_judged_pct * n_deciding_readable then 'inconclusive'
            when n_counted_improved = 0 and n_counted_worsened = 0 then 'inconclusive'
            when n_counted_worsened = 0 and 100.0 * n_counted_improved / n_judged < min_improved_pct then 'inconclusive'
            when n_counted_worsened = 0 then 'positive'
            when n_counted_improved = 0 then 'negative'
            when worsened_limit = 'fewer' and n_counted_improved > n_counted_worsened then 'positive'
            when worsened_limit = 'fewer' and n_counted_improved < n_counted_worsened then 'negative'
            else 'mixed'
        end as attainment
    from goal_counts
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
        sum(case when is_main_goal then n_counted_improved else 0 end) as n_counted_improved,
        sum(case when is_main_goal then n_counted_worsened else 0 end) as n_counted_worsened,
        sum(case when is_main_goal then n_deciding_readable else 0 end) as n_deciding_readable,
        sum(case when is_main_goal then n_deciding_constructed else 0 end) as n_deciding_constructed,
        sum(n_without_uncertainty) as n_without_uncertainty,
        sum(case when is_main_goal then n_deciding_without_uncertainty else 0 end) as n_deciding_without_uncertainty
    from goals_attained
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
all_goals as (
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
    from goals_attained

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
),

worded_goals as (
    select
        all_goals.*,
        rules.rule_label_nb,
        rules.rule_label_en,
        rules.rule_description_nb,
        rules.rule_description_en,
        coalesce(goal_labels.goal_order, 0) as goal_order,
        coalesce(goal_labels.label_nb, {{ sentence('plan_as_a_whole', 'nb') }}) as label_nb,
        coalesce(goal_labels.label_en, {{ sentence('plan_as_a_whole', 'en') }}) as label_en,
        {% set figures = {
            'indicators': 'n_deciding_indicators',
            'readable': 'n_deciding_readable',
            'improved': 'n_deciding_improved',
            'worsened': 'n_deciding_worsened',
            'unchanged': 'n_deciding_unchanged',
            'undecided': 'n_deciding_unclear + all_goals.n_deciding_not_comparable',
            'no_data': 'n_deciding_no_data',
            'counted_improved': 'n_counted_improved',
            'counted_worsened': 'n_counted_worsened',
            'min_judged_pct': 'min_judged_pct',
            'goals_positive': 'n_goals_positive',
            'goals_negative': 'n_goals_negative',
            'goals_mixed': 'n_goals_mixed',
            'goals_inconclusive': 'n_goals_inconclusive',
            'goals_no_data': 'n_goals_no_data',
        } -%}
        {% for name, figure in figures.items() %}
        cast(cast(all_goals.{{ figure }} as integer) as {{ dbt.type_string() }}) as {{ name }}_text,
        {% endfor %}
        sentences.reason_nb as template_nb,
        sentences.reason_en as template_en
    from all_goals
    inner join rules
        on all_goals.rule_id = rules.rule_id
    left join goal_labels
        on all_goals.goal_code = goal_labels.goal_code
    left join sentences
        on sentences.rule_code = case
            when all_goals.goal_code = 'PLAN' then 'plan'
            when rules.max_p_adjusted is null then 'goal'
            else 'goal_adjusted'
        end
)

{% set sentence_values = {} -%}
{%- for name in figures -%}{%- do sentence_values.update({name: name ~ '_text'}) -%}{%- endfor -%}
select
    goal_code,
    report_year,
    basis,
    rule_id,
    is_default,
    goal_order,
    label_nb,
    label_en,
    rule_label_nb,
    rule_label_en,
    rule_description_nb,
    rule_description_en,
    attainment,
    {% for prefix in groups %}
    cast(n_{{ prefix }}indicators as integer) as n_{{ prefix }}indicators,
    {% for verdict in verdicts() %}
    cast(n_{{ prefix }}{{ verdict }} as integer) as n_{{ prefix }}{{ verdict }},
    {% endfor %}
    cast(n_{{ prefix }}no_data as integer) as n_{{ prefix }}no_data,
    {% endfor %}
    {% for name in kept %}
    cast({{ name }} as integer) as {{ name }},
    {% endfor %}
    {% for attainment in attainments %}
    cast(n_goals_{{ attainment }} as integer) as n_goals_{{ attainment }},
    {% endfor %}
    {{ filled_template('template_nb', sentence_values) }} as reason_nb,
    {{ filled_template('template_en', sentence_values) }} as reason_en
from worded_goals
