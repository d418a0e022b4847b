-- One row per indicator of the set and year from 2013 to the last year delivered: the newest vintage, in 2016-kroner where the
-- indicator is money, with its uncertainty, status, origin and caveat. A year without measurement is a row with status M.
with years as (
    {{ year_series(
        var('first_year'),
        '(select max(year) from ' ~ ref('int_indicator_values') ~ " where region_code = '0')"
    ) }}
),

spine as (
    select
        indicators.*,
        years.year
    from {{ ref('stg_catalogue__indicators') }} as indicators
    cross join years
),

latest_values as (
    select *
    from {{ ref('int_indicator_values') }}
    where is_latest
),

expected_years as (
    select * from {{ ref('stg_catalogue__expected_years') }}
),

missing_reasons as (
    select * from {{ ref('missing_reasons') }}
),

design_effects as (
    select * from {{ ref('design_effects') }}
),

notes as (
    select
        {{ whole('indicator_no') }} as indicator_no,
        {{ whole('year') }} as year,
        obs_status,
        {{ flag('is_break') }} as is_break,
        {{ number('half_width') }} as half_width,
        note_nb,
        note_en
    from {{ ref('observation_notes') }}
),

withheld as (
    select distinct
        indicator_no,
        year
    from {{ ref('int_person_counts') }}
    where is_withheld
),

printed_counts as (
    select
        {{ whole('indicator_no') }} as indicator_no,
        {{ whole('year') }} as year,
        {{ number('numerator') }} as numerator,
        {{ number('denominator') }} as denominator,
        {{ whole('n_units') }} as n_units,
        {{ whole('n_answers') }} as n_answers
    from {{ ref('printed_counts') }}
),

-- Of a constructed figure nothing is known but what a source prints: the numbers behind it are made up (N-11).
evidenced_values as (
    select
        latest_values.indicator_no,
        latest_values.year,
        latest_values.value,
        latest_values.value_nominal,
        latest_values.price_factor,
        latest_values.value_low,
        latest_values.value_high,
        latest_values.items_found,
        latest_values.items_expected,
        latest_values.data_origin,
        latest_values.vintage_date,
        latest_values.delivery_id,
        latest_values.obs_status,
        {% for count in ['numerator', 'denominator', 'n_units'] %}
        case
            when {{ is_made_up('latest_values.data_origin') }} then printed_counts.{{ count }}
            else latest_values.{{ count }}
        end as {{ count }},
        {% endfor %}
        case when {{ is_made_up('latest_values.data_origin') }} then printed_counts.n_answers else latest_values.denominator end
            as n_answers
    from latest_values
    left join printed_counts
        on latest_values.indicator_no = printed_counts.indicator_no
        and latest_values.year = printed_counts.year
),

-- The design effect registered for the year goes before the one registered for the whole source.
effects_by_year as (
    select
        spine.indicator_no,
        spine.year,
        {{ number('effects.design_effect') }} as design_effect,
        effects.note_nb,
        effects.note_en,
        row_number() over (
            partition by spine.indicator_no, spine.year
            order by case when {{ text('effects.year') }} is null then 2 else 1 end
        ) as best_first
    from spine
    inner join design_effects as effects
        on spine.source_code = effects.source_code
        and coalesce({{ whole('effects.year') }}, spine.year) = spine.year
),

interval_inputs as (
    select
        evidenced_values.*,
        case when {{ is_counted_from_answers('evidenced_values.data_origin') }} then spine.decimals_shown end as decimals_shown,
        coalesce(effects_by_year.design_effect, 1.0) as design_effect,
        effects_by_year.note_nb as interval_note_nb,
        effects_by_year.note_en as interval_note_en,
        -- how a figure was told says nothing about one that is counted from the answers themselves
        case
            when evidenced_values.value is not null and evidenced_values.data_origin <> 'received' then notes.half_width
        end as value_precision,
        case
            when evidenced_values.value is null then null
            when spine.uncertainty = 'wilson' and evidenced_values.n_answers is null then 'n_unknown'
            when spine.uncertainty = 'published' and evidenced_values.value_low is null then 'none'
            else spine.uncertainty
        end as interval_method
    from evidenced_values
    inner join spine
        on evidenced_values.indicator_no = spine.indicator_no
        and evidenced_values.year = spine.year
    left join notes
        on evidenced_values.indicator_no = notes.indicator_no
        and evidenced_values.year = notes.year
    left join effects_by_year
        on evidenced_values.indicator_no = effects_by_year.indicator_no
        and evidenced_values.year = effects_by_year.year
        and effects_by_year.best_first = 1
),

{% set rounding = 'coalesce(value_precision, 0)' -%}

measured_values as (
    select
        *,
        case when interval_method = 'wilson' then n_answers / design_effect end as n_effective,
        -- every limit is that of all the figures a rounded one may stand for
        case interval_method
            when 'wilson' then {{ wilson_share_bound('value', 'n_answers', 'design_effect', rounding, 'low') }}
            when 'byar' then {{ byar_bound('greatest(value - ' ~ rounding ~ ', 0)', 'low') }}
            when 'published' then least(value_low, value - {{ rounding }})
        end as limit_low,
        case interval_method
            when 'wilson' then {{ wilson_share_bound('value', 'n_answers', 'design_effect', rounding, 'high') }}
            when 'byar' then {{ byar_bound('(value + ' ~ rounding ~ ')', 'high') }}
            when 'published' then greatest(value_high, value + {{ rounding }})
        end as limit_high
    from interval_inputs
),

-- The reason registered for the indicator itself goes before the one registered for its whole source.
reasons as (
    select
        spine.indicator_no,
        spine.year,
        reasons.reason_code,
        reasons.note_nb,
        reasons.note_en,
        row_number() over (
            partition by spine.indicator_no, spine.year
            order by case when {{ text('reasons.indicator_no') }} is null then 2 else 1 end
        ) as best_first
    from spine
    inner join missing_reasons as reasons
        on spine.source_code = reasons.source_code
        and spine.year between {{ whole('reasons.year_from') }} and {{ whole('reasons.year_to') }}
        and coalesce({{ whole('reasons.indicator_no') }}, spine.indicator_no) = spine.indicator_no
)

select
    spine.indicator_no,
    cast(spine.year as integer) as year,
    measured_values.value,
    measured_values.value_nominal,
    spine.unit,
    measured_values.numerator,
    measured_values.denominator,
    measured_values.n_units,
    {{ shown_limit('measured_values.limit_low', 'measured_values.decimals_shown', 'low') }} as value_low,
    {{ shown_limit('measured_values.limit_high', 'measured_values.decimals_shown', 'high') }} as value_high,
    measured_values.interval_method,
    measured_values.n_effective,
    case when measured_values.n_effective is not null then measured_values.design_effect end as design_effect,
    case when measured_values.n_effective is not null then measured_values.interval_note_nb end as interval_note_nb,
    case when measured_values.n_effective is not null then measured_values.interval_note_en end as interval_note_en,
    measured_values.value_precision,
    case
        when measured_values.value is null then 'M'
        -- what the catalogue says of the figure goes before the source's own flag, and its A says nothing against one
        else coalesce(nullif(notes.obs_status, 'A'), measured_values.obs_status, 'A')
    end as obs_status,
    {% for language, column in {'nb': 'obs_status_note', 'en': 'obs_status_note_en'}.items() %}
    case
        when measured_values.value is not null and measured_values.obs_status = 'P'
            then coalesce(notes.note_{{ language }}, {{ sentence('figure_provisional', language) }})
        when measured_values.value is not null and measured_values.obs_status = 'B'
            then coalesce(notes.note_{{ language }}, {{ sentence('figure_of_a_break', language) }})
        when measured_values.value is not null then notes.note_{{ language }}
        when measured_values.items_found < measured_values.items_expected
            then {{ sentence('figure_incomplete', language, {
                'found': 'measured_values.items_found', 'expected': 'measured_values.items_expected'
            }) }}
        when measured_values.value_nominal is not null then {{ sentence('price_growth_unknown', language) }}
        when withheld.year is not null then {{ sentence('figure_withheld', language) }}
        when expected.year is null then coalesce(reasons.note_{{ language }}, {{ sentence('no_measurement_expected', language) }})
        else reasons.note_{{ language }}
    end as {{ column }},
    {% endfor %}
    case
        when measured_values.value is null and measured_values.value_nominal is not null then 'not_yet_published'
        when measured_values.value is null and withheld.year is not null then 'withheld'
        when measured_values.value is null then reasons.reason_code
    end as missing_reason,
    measured_values.value is not null and (coalesce(notes.is_break, false) or coalesce(measured_values.obs_status, 'A') = 'B')
        as is_break,
    expected.year is not null as is_expected,
    measured_values.data_origin,
    measured_values.vintage_date,
    measured_values.delivery_id,
    spine.baseline_value,
    spine.baseline_year,
    spine.caveat_nb,
    spine.caveat_en
from spine
left join measured_values
    on spine.indicator_no = measured_values.indicator_no
    and spine.year = measured_values.year
left join notes
    on spine.indicator_no = notes.indicator_no
    and spine.year = notes.year
left join expected_years as expected
    on spine.indicator_no = expected.indicator_no
    and spine.year = expected.year
left join withheld
    on spine.indicator_no = withheld.indicator_no
    and spine.year = withheld.year
left join reasons
    on spine.indicator_no = reasons.indicator_no
    and spine.year = reasons.year
    and reasons.best_first = 1
