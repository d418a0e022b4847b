-- One row per indicator, report year and basis: what the change between the two measurements amounts to. Its interval, its limit
-- and its p value, the first rule of seed verdict_rules that holds, and the verdict. This model holds the condition of each rule.
with pairs as (
    select * from {{ ref('int_comparison_pairs') }}
),

rules as (
    select
        rule_code,
        {{ whole('rule_order') }} as rule_order,
        verdict
    from {{ ref('verdict_rules') }}
    where kind = 'verdict'
),

evidence_of_pairs as (
    select
        *,
        is_pair and not has_break as is_comparable,
        later_rounding + earlier_rounding as rounding,
        -- what is compared, and told, has one decimal more than the figure is printed with, and four digits at most before it
        decimals + case when greatest(abs(later_value), abs(earlier_value)) < 1000 then 1 else 0 end as change_decimals,
        case
            when uncertainty = 'wilson'
                then case
                    when later_method = 'wilson' and earlier_method = 'wilson' then 'newcombe'
                    when 'wilson' in (later_method, earlier_method) then 'n_one_known'
                    else 'n_unknown'
                end
            when uncertainty in ('byar', 'published') and later_low is not null and earlier_low is not null
                then uncertainty || '_difference'
            when uncertainty = 'census' then 'census'
            else 'none'
        end as evidence,
        coalesce(min_change_abs, min_change_rel / 100.0 * abs(earlier_value)) as smallest_change
    from pairs
),

{% set limits = ['later_value', 'later_low', 'later_high', 'earlier_value', 'earlier_low', 'earlier_high'] -%}
{% set intervals = "evidence in ('newcombe', 'byar_difference', 'published_difference')" -%}
noises as (
    select
        *,
        case
            when is_comparable and not ({{ intervals }}) and polarity <> 'ambiguous'
                then {{ noise_variance('earlier_value') }} + {{ noise_variance('later_value') }}
        end as change_variance,
        -- a sample of unknown size must show as much as a usual number of answers would ask for
        case
            when evidence in ('n_one_known', 'n_unknown')
                then greatest(smallest_change, coalesce(min_change_unknown_n, smallest_change))
            else smallest_change
        end as stated_limit,
        -- answers of one place resemble each other more than the interval counts with
        case
            when evidence = 'newcombe'
                then sqrt(greatest(coalesce(noise_design_effect / coalesce(later_design_effect, 1), 1), 1))
            else 1
        end as cluster_factor
    from evidence_of_pairs
),

noise_limits as (
    select
        *,
        {{ z_975() }} * sqrt(change_variance) as noise_limit
    from noises
),

changes as (
    select
        *,
        case when is_comparable then later_value - earlier_value end as change,
        case when is_comparable then rounding end as change_rounding,
        case when is_comparable then evidence end as change_interval_method,
        -- the stated limit, or what noise makes one time in twenty at these levels, rounded up, where that is more
        case
            when is_pair
                then greatest(
                    {{ rounded_to('stated_limit', 'least(change_decimals + 1, 3)') }},
                    coalesce({{ rounded_up_to('noise_limit', 'change_decimals') }}, 0)
                )
        end as min_change,
        case when is_comparable and {{ intervals }} then {{ square_and_add_bound(*limits, side='low') }} end as change_low,
        case when is_comparable and {{ intervals }} then {{ square_and_add_bound(*limits, side='high') }} end as change_high
    from noise_limits
),

-- The least that the rounding of the figures leaves of the change is what is tested.
{% set certain = '(sign(change) * greatest(abs(change) - change_rounding, 0))' -%}
{% set certain_bounds = [certain, certain ~ ' - (change - change_low)', certain ~ ' + (change_high - change)'] -%}
tests as (
    select
        *,
        case
            when polarity = 'ambiguous' then null
            when change_low is not null then {{ change_z(*certain_bounds) }} / cluster_factor
            else abs({{ rounded_to(certain, 'change_decimals') }}) / nullif(sqrt(change_variance), 0)
        end as z
    from changes
),

p_values as (
    select
        *,
        case when z is not null then {{ two_sided_p('z') }} end as p_value,
        {{ is_deciding('indicator_type', 'goal_code') }} as is_deciding,
        -- the five main goals are judged together, since the plan rests on all of them
        case when goal_code like 'HM%' then 'HM' else goal_code end as family
    from tests
),

-- What the change amounts to: as the figures stand, and at both ends of what figures known only in rounded form may stand for.
-- The limits of such figures are wide enough for both ends as they are.
{% set ends = {'outcome': '0', 'outcome_lowest': '-1', 'outcome_highest': '1'} -%}
outcomes as (
    select
        {% for end, side in ends.items() %}
        case
            when polarity = 'threshold'
                then {{ threshold_outcome(
                    'later_value + ' ~ side ~ ' * later_rounding',
                    'earlier_value - ' ~ side ~ ' * earlier_rounding',
                    'min_change',
                    'change_decimals',
                    'decimals'
                ) }}
            else {{ change_outcome(
                'change + ' ~ side ~ ' * change_rounding',
                'change_low',
                'change_high',
                'min_change',
                'change_decimals'
            ) }}
        end as {{ end }},
        {% endfor %}
        *
    from p_values
),

matching_rules as (
    select
        outcomes.*,
        rules.rule_code,
        rules.verdict,
        row_number() over (
            partition by outcomes.indicator_no, outcomes.report_year, outcomes.basis order by rules.rule_order
        ) as first_that_holds
    from outcomes
    inner join rules
        on case rules.rule_code
            when 'never_measured' then later_value is null
            when 'not_measured'
                then later_year < case when basis = 'latest' then least(baseline_year + 1, report_year) else report_year end
            when 'before_baseline' then basis <> 'previous' and later_year < baseline_year
            when 'is_baseline' then basis <> 'previous' and later_year = baseline_year
            when 'no_earlier' then later_value is not null and earlier_value is null
            when 'break_between' then has_break
            when 'ambiguous' then is_pair and polarity = 'ambiguous'
            -- an estimate or a count without its interval cannot be told from noise
            when 'uncertainty_unknown' then uncertainty in ('byar', 'published') and evidence = 'none'
            when 'within_uncertainty' then outcome = 'uncertain'
            when 'within_rounding' then outcome_lowest <> outcome or outcome_highest <> outcome
            when 'within_clusters' then evidence = 'newcombe' and outcome in ('up', 'down') and p_value > 0.05
            when 'small_without_evidence' then outcome = 'small' and evidence in ('n_one_known', 'n_unknown')
            when 'too_small' then outcome = 'small'
            when 'crossed_by_less' then outcome = 'crossed'
            when 'same_side' then outcome = 'same_side'
            when 'better' then polarity <> 'ambiguous' and outcome = case polarity when 'down' then 'down' else 'up' end
            when 'worse' then polarity <> 'ambiguous' and outcome = case polarity when 'down' then 'up' else 'down' end
            else false
        end
),

first_rules as (
    select *
    from matching_rules
    where first_that_holds = 1
),

{% set family = ['plan_code', 'report_year', 'basis', 'family'] -%}
ranked_tests as (
    select
        *,
        row_number() over (partition by {{ family | join(', ') }} order by p_value, indicator_no) as p_rank,
        count(*) over (partition by {{ family | join(', ') }}) as n_tests
    from first_rules
    where is_deciding and p_value is not null and verdict in ('improved', 'worsened', 'unchanged', 'unclear')
),

adjusted_tests as (
    select
        indicator_no,
        report_year,
        basis,
        {{ adjusted_p('p_value', 'p_rank', 'n_tests', family) }} as p_value_adjusted
    from ranked_tests
)

select
    first_rules.indicator_no,
    first_rules.report_year,
    first_rules.basis,
    first_rules.plan_code,
    first_rules.goal_code,
    first_rules.indicator_type,
    first_rules.unit,
    first_rules.decimals,
    first_rules.polarity,
    first_rules.uncertainty,
    first_rules.noise_design_effect,
    first_rules.baseline_year,
    first_rules.later_year,
    first_rules.later_value,
    first_rules.later_low,
    first_rules.later_high,
    first_rules.later_rounding,
    first_rules.earlier_year,
    first_rules.earlier_value,
    first_rules.earlier_low,
    first_rules.earlier_high,
    first_rules.earlier_rounding,
    first_rules.is_from_print,
    first_rules.data_origin,
    first_rules.break_note_nb,
    first_rules.break_note_en,
    first_rules.has_break,
    first_rules.is_pair,
    first_rules.evidence,
    first_rules.change,
    first_rules.change_rounding,
    first_rules.change_interval_method,
    first_rules.change_decimals,
    first_rules.change_low,
    first_rules.change_high,
    first_rules.min_change,
    first_rules.outcome,
    first_rules.is_deciding,
    first_rules.family,
    first_rules.p_value,
    first_rules.rule_code,
    first_rules.verdict,
    adjusted_tests.p_value_adjusted
from first_rules
left join adjusted_tests
    on first_rules.indicator_no = adjusted_tests.indicator_no
    and first_rules.report_year = adjusted_tests.report_year
    and first_rules.basis = adjusted_tests.basis
