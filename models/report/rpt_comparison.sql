-- One row per indicator, report year and basis: two measurements held against each other, the change with its interval, and
-- the verdict with its reason. The later measurement is the newest up to the report year; what it is compared with is the basis:
--   baseline   the printed baseline; only a measurement of the report year itself is judged (R-01)
--   previous   the measurement before; likewise
--   latest     the printed baseline; the newest measurement is judged whatever its year
-- The rules are the rows of seed verdict_rules, tried in their order; this model holds the condition of each.
with questions as (
    select
        indicators.*,
        years.year as report_year,
        bases.basis
    from {{ ref('dim_indicator') }} as indicators
    inner join {{ ref('plans') }} as plans
        on indicators.plan_code = plans.plan_code
    inner join (select distinct year from {{ ref('fct_indicator_year') }}) as years
        on years.year >= {{ whole('plans.period_from') }}
    cross join (
        select 'baseline' as basis
        union all
        select 'previous' as basis
        union all
        select 'latest' as basis
    ) as bases
),

figures as (
    select *
    from {{ ref('fct_indicator_year') }}
    where value is not null
),

newest as (
    select
        indicator_no,
        report_year,
        year,
        lead(year) over (partition by indicator_no, report_year order by year desc) as previous_year,
        row_number() over (partition by indicator_no, report_year order by year desc) as newest_first
    from (
        select distinct
            questions.indicator_no,
            questions.report_year,
            figures.year
        from questions
        inner join figures
            on questions.indicator_no = figures.indicator_no
            and questions.report_year >= figures.year
    ) as known
),

asked as (
    select
        questions.*,
        newest.year as newest_year,
        case when questions.basis = 'previous' then newest.previous_year else questions.baseline_year end as wanted_year
    from questions
    left join newest
        on questions.indicator_no = newest.indicator_no
        and questions.report_year = newest.report_year
        and newest.newest_first = 1
),

{% set baseline_events = '(asked.baseline_value * earlier.denominator / 100.0)' -%}
paired as (
    select
        asked.*,
        later.year as later_year,
        later.value as later_value,
        later.value_low as later_low,
        later.value_high as later_high,
        later.interval_method as later_method,
        coalesce(later.value_precision, 0) as later_rounding,
        asked.wanted_year as earlier_year,
        case when asked.basis = 'previous' then earlier.value else asked.baseline_value end as earlier_value,
        -- The printed baseline gets the interval of its own value, with the number of answers known for its year.
        case
            when asked.basis = 'previous' then earlier.value_low
            when earlier.interval_method = 'wilson'
                then 100.0 * {{ wilson_bound(baseline_events, 'earlier.denominator', 'low') }}
            when earlier.interval_method = 'byar' then {{ byar_bound('asked.baseline_value', 'low') }}
            when earlier.interval_method = 'published' and earlier.value = asked.baseline_value then earlier.value_low
        end as earlier_low,
        case
            when asked.basis = 'previous' then earlier.value_high
            when earlier.interval_method = 'wilson'
                then 100.0 * {{ wilson_bound(baseline_events, 'earlier.denominator', 'high') }}
            when earlier.interval_method = 'byar' then {{ byar_bound('asked.baseline_value', 'high') }}
            when earlier.interval_method = 'published' and earlier.value = asked.baseline_value then earlier.value_high
        end as earlier_high,
        earlier.interval_method as earlier_method,
        coalesce(earlier.value_precision, 0) as earlier_rounding,
        case
            when 'constructed' in (later.data_origin, earlier.data_origin) then 'constructed'
            when 'received' in (later.data_origin, earlier.data_origin) then 'received'
            else later.data_origin
        end as data_origin
    from asked
    left join figures as later
        on asked.indicator_no = later.indicator_no
        and asked.newest_year = later.year
    left join figures as earlier
        on asked.indicator_no = earlier.indicator_no
        and asked.wanted_year = earlier.year
        and asked.newest_year > earlier.year
),

breaks as (
    select
        paired.indicator_no,
        paired.report_year,
        paired.basis,
        {{ list_text('notes.note_nb', ' ') }} as break_note_nb,
        {{ list_text('notes.note_en', ' ') }} as break_note_en
    from paired
    inner join {{ ref('observation_notes') }} as notes
        on paired.indicator_no = {{ whole('notes.indicator_no') }}
        and {{ whole('notes.year') }} > paired.earlier_year
        and {{ whole('notes.year') }} <= paired.later_year
        and {{ flag('notes.is_break') }}
    group by paired.indicator_no, paired.report_year, paired.basis
),

compared as (
    select
        paired.*,
        breaks.break_note_nb,
        breaks.break_note_en,
        breaks.indicator_no is not null as has_break,
        paired.later_year > paired.earlier_year and paired.earlier_value is not null as is_pair,
        paired.later_value - paired.earlier_value as difference,
        paired.later_rounding + paired.earlier_rounding as rounding,
        coalesce(paired.min_change_abs, paired.min_change_rel / 100.0 * abs(paired.earlier_value)) as smallest_change,
        case
            when paired.uncertainty = 'wilson'
                then case
                    when paired.later_method = 'wilson' and paired.earlier_method = 'wilson' then 'newcombe'
                    when 'wilson' in (paired.later_method, paired.earlier_method) then 'n_one_known'
                    else 'n_unknown'
                end
            when paired.uncertainty in ('byar', 'published') and paired.later_low is not null and paired.earlier_low is not null
                then paired.uncertainty || '_difference'
            when paired.uncertainty = 'census' then 'census'
            else 'none'
        end as evidence
    from paired
    left join breaks
        on paired.indicator_no = breaks.indicator_no
        and paired.report_year = breaks.report_year
        and paired.basis = breaks.basis
),

with_interval as (
    select
        *,
        is_pair and not has_break as is_comparable,
        is_pair and not has_break and evidence in ('newcombe', 'byar_difference', 'published_difference') as has_interval
    from compared
),

{% set limits = ['later_value', 'later_low', 'later_high', 'earlier_value', 'earlier_low', 'earlier_high'] -%}
measured as (
    select
        *,
        case when is_comparable then difference end as change,
        case when is_comparable then rounding end as change_rounding,
        case when is_pair then smallest_change end as min_change,
        case when is_comparable then evidence end as change_interval_method,
        case when has_interval then {{ square_and_add_bound(*limits, side='low') }} end as change_low,
        case when has_interval then {{ square_and_add_bound(*limits, side='high') }} end as change_high
    from with_interval
),

-- What the change amounts to: as the figures stand, and at both ends of what figures known only in rounded form may stand for.
-- A polarity of `threshold` asks on which side of one the figures lie, however near.
{% set ends = {'outcome': '0', 'outcome_lowest': '-1', 'outcome_highest': '1'} -%}
weighed as (
    select
        *,
        {% for end, side in ends.items() %}
        case
            when polarity = 'threshold'
                then {{ threshold_outcome(
                    'later_value + ' ~ side ~ ' * later_rounding',
                    'earlier_value - ' ~ side ~ ' * earlier_rounding'
                ) }}
            else {{ change_outcome(
                'change + ' ~ side ~ ' * change_rounding',
                'change_low + ' ~ side ~ ' * change_rounding',
                'change_high + ' ~ side ~ ' * change_rounding',
                'min_change',
                'decimals'
            ) }}
        end as {{ end }},
        {% endfor %}
        case when change_rounding = round(change_rounding) then 0 else 1 end as rounding_decimals
    from measured
),

judged as (
    select
        weighed.*,
        rules.rule_code,
        rules.verdict,
        {{ flag('rules.has_evidence') }} as has_evidence,
        rules.reason_nb,
        rules.reason_en,
        decimals + case when unit in ('share_pct', 'mill_nok', 'ratio', 'days') then 1 else 0 end as change_decimals,
        decimals + case when abs(change_high) < 1000 then 1 else 0 end as interval_decimals,
        case when min_change = round(min_change) then 0 else 1 end as limit_decimals,
        row_number() over (
            partition by weighed.indicator_no, weighed.report_year, weighed.basis order by {{ whole('rules.rule_order') }}
        ) as first_that_holds
    from weighed
    inner join {{ ref('verdict_rules') }} as rules
        on rules.kind = 'verdict'
        and case rules.rule_code
            when 'never_measured' then later_value is null
            when 'not_measured'
                then later_year < case when basis = 'latest' then least(baseline_year + 1, report_year) else report_year end
            when 'before_baseline' then basis <> 'previous' and later_year < baseline_year
            when 'is_baseline' then basis <> 'previous' and later_year = baseline_year
            when 'no_earlier' then later_value is not null and earlier_value is null
            when 'break_between' then has_break
            when 'ambiguous' then is_pair and polarity = 'ambiguous'
            when 'within_uncertainty' then outcome = 'uncertain'
            when 'within_rounding' then outcome_lowest <> outcome or outcome_highest <> outcome
            when 'small_without_evidence' then outcome = 'small' and evidence in ('n_one_known', 'n_unknown')
            when 'too_small' then outcome = 'small'
            when 'same_side' then outcome = 'same_side'
            when 'better' then polarity <> 'ambiguous' and outcome = case polarity when 'down' then 'down' else 'up' end
            when 'worse' then polarity <> 'ambiguous' and outcome = case polarity when 'down' then 'up' else 'down' end
            else false
        end
),

worded as (
    select
        judged.*,
        judged.reason_nb || ' ' || case when judged.has_evidence then evidence.reason_nb else '' end as template_nb,
        judged.reason_en || ' ' || case when judged.has_evidence then evidence.reason_en else '' end as template_en,
        case when reported.value is null then reported.obs_status_note end as missing_note_nb,
        case when reported.value is null then reported.obs_status_note_en end as missing_note_en,
        {% for language in ['nb', 'en'] %}
        {{ written_number('judged.later_value', 'judged.decimals', language) }} as later_{{ language }},
        {{ written_number('judged.earlier_value', 'judged.decimals', language) }} as earlier_{{ language }},
        {{ written_number('judged.change', 'judged.change_decimals', language, sign=true) }} as change_{{ language }},
        {{ written_number('judged.change_low', 'judged.interval_decimals', language, sign=true) }} as low_{{ language }},
        {{ written_number('judged.change_high', 'judged.interval_decimals', language, sign=true) }} as high_{{ language }},
        {{ written_number('judged.min_change', 'judged.limit_decimals', language) }} as min_change_{{ language }},
        {{ written_number('judged.change_rounding', 'judged.rounding_decimals', language) }} as rounding_{{ language }},
        {{ unit_word('judged.unit', language) }} as unit_word_{{ language }},
        {{ unit_word('judged.unit', language, of_change=true) }} as change_unit_{{ language }},
        {% endfor %}
        cast(judged.report_year as {{ dbt.type_string() }}) as report_year_text,
        cast(judged.baseline_year as {{ dbt.type_string() }}) as baseline_year_text,
        cast(judged.later_year as {{ dbt.type_string() }}) as later_year_text,
        cast(judged.earlier_year as {{ dbt.type_string() }}) as earlier_year_text
    from judged
    left join {{ ref('verdict_rules') }} as evidence
        on evidence.kind = 'evidence'
        and judged.change_interval_method = evidence.rule_code
    left join {{ ref('fct_indicator_year') }} as reported
        on judged.indicator_no = reported.indicator_no
        and judged.report_year = reported.year
    where judged.first_that_holds = 1
)

select
    indicator_no,
    cast(report_year as integer) as report_year,
    basis,
    goal_code,
    indicator_type,
    polarity,
    cast(later_year as integer) as later_year,
    later_value,
    later_low,
    later_high,
    case when is_pair then earlier_year end as earlier_year,
    case when is_pair then earlier_value end as earlier_value,
    change,
    change_low,
    change_high,
    change_interval_method,
    change_rounding,
    min_change,
    rule_code,
    verdict,
    {% for language in ['nb', 'en'] %}
    {{ filled_template('template_' ~ language, {
        'report_year': 'report_year_text',
        'baseline_year': 'baseline_year_text',
        'later_year': 'later_year_text',
        'earlier_year': 'earlier_year_text',
        'later': 'later_' ~ language,
        'earlier': 'earlier_' ~ language,
        'change': 'change_' ~ language,
        'low': 'low_' ~ language,
        'high': 'high_' ~ language,
        'min_change': 'min_change_' ~ language,
        'rounding': 'rounding_' ~ language,
        'unit': 'unit_word_' ~ language,
        'change_unit': 'change_unit_' ~ language,
        'break_note': 'break_note_' ~ language,
        'missing_note': 'missing_note_' ~ language,
    }) }} as reason_{{ language }},
    {% endfor %}
    data_origin
from worded
