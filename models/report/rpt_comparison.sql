-- One row per indicator, report year and basis: two measurements held against each other, the change with its interval, and the
-- verdict with its reason in words. The pairs are those of int_comparison_pairs, the verdicts those of int_change_outcomes; the
-- sentences stand in seed verdict_rules. A number in a sentence is the number that was compared.
with outcomes as (
    select
        *,
        -- the difference of two whole numbers is told as one
        case
            when unit in ('share_pct', 'mill_nok', 'ratio', 'days') then change_decimals
            else {{ told_decimals(rounded_to('change', 'change_decimals')) }}
        end as told_change_decimals
    from {{ ref('int_change_outcomes') }}
),

sentences as (
    select
        kind,
        rule_code,
        {{ flag('has_evidence') }} as has_evidence,
        reason_nb,
        reason_en
    from {{ ref('verdict_rules') }}
),

facts as (
    select * from {{ ref('fct_indicator_year') }}
),

{% set years = ['report_year', 'baseline_year', 'later_year', 'earlier_year'] -%}
worded_outcomes as (
    select
        outcomes.*,
        {% for language in ['nb', 'en'] %}
        reasons.reason_{{ language }} || ' ' || case when reasons.has_evidence then evidence.reason_{{ language }} else '' end
            as template_{{ language }},
        {% for end in ['later', 'earlier'] %}
        {{ told_number('outcomes.' ~ end ~ '_value', 'outcomes.decimals', 'outcomes.' ~ end ~ '_rounding', language) }}
            as {{ end }}_{{ language }},
        {% endfor %}
        {{ told_number('outcomes.change', 'outcomes.told_change_decimals', 'outcomes.change_rounding', language, sign=true) }}
            as change_{{ language }},
        {% for end in ['low', 'high'] %}
        {{ written_number(
            'outcomes.change_' ~ end,
            '(' ~ known_decimals('outcomes.change_decimals', 'outcomes.change_rounding') ~ ')',
            language,
            sign=true
        ) }} as {{ end }}_{{ language }},
        {% endfor %}
        {{ written_number('outcomes.min_change', told_decimals('outcomes.min_change'), language) }} as min_change_{{ language }},
        {{ written_number('outcomes.change_rounding', told_decimals('outcomes.change_rounding'), language) }}
            as rounding_{{ language }},
        {{ written_number('outcomes.noise_design_effect', told_decimals('outcomes.noise_design_effect'), language) }}
            as design_effect_{{ language }},
        {{ unit_word('outcomes.unit', language) }} as unit_word_{{ language }},
        {{ unit_word('outcomes.unit', language, of_change=true) }} as change_unit_{{ language }},
        {% endfor %}
        {% for year in years %}
        cast(outcomes.{{ year }} as {{ dbt.type_string() }}) as {{ year }}_text,
        {% endfor %}
        case when reported.value is null then reported.obs_status_note end as missing_note_nb,
        case when reported.value is null then reported.obs_status_note_en end as missing_note_en,
        reported.caveat_nb,
        reported.caveat_en
    from outcomes
    inner join sentences as reasons
        on reasons.kind = 'verdict'
        and outcomes.rule_code = reasons.rule_code
    left join sentences as evidence
        on evidence.kind = 'evidence'
        and outcomes.change_interval_method = evidence.rule_code
    left join facts as reported
        on outcomes.indicator_no = reported.indicator_no
        and outcomes.report_year = reported.year
)

select
    indicator_no,
    cast(report_year as integer) as report_year,
    basis,
    goal_code,
    indicator_type,
    polarity,
    is_deciding,
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
    p_value,
    p_value_adjusted,
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
        'design_effect': 'design_effect_' ~ language,
        'unit': 'unit_word_' ~ language,
        'change_unit': 'change_unit_' ~ language,
        'break_note': 'break_note_' ~ language,
        'missing_note': 'missing_note_' ~ language,
    }) }} as reason_{{ language }},
    {% endfor %}
    data_origin,
    caveat_nb,
    caveat_en
from worded_outcomes
