-- One row per target and year it is followed: the newest value known by then, how far it is, and whether it gets there in time.
-- The value is the indicator's, the cumulative funding for the 2.4 billion, and the mean yearly growth since the baseline for a
-- growth target. What cannot be computed, or not be said, stays in the table with the reason (N-18, R-14).
with targets as (
    select
        target_id,
        label_nb,
        label_en,
        {{ whole('indicator_no') }} as indicator_no,
        {{ number('target_value') }} as target_value,
        target_kind,
        {{ whole('compare_year') }} as compare_year,
        unit,
        {{ whole('valid_from') }} as valid_from,
        {{ whole('valid_to') }} as valid_to,
        origin,
        reference,
        {{ text('reason_nb') }} as reason_nb,
        {{ text('reason_en') }} as reason_en,
        {{ text('nearest_source_code') }} as nearest_source_code
    from {{ ref('targets') }}
),

measurements as (
    select
        indicator_no,
        cast(null as {{ dbt.type_string() }}) as target_id,
        year,
        value,
        data_origin,
        false as is_lower_bound,
        caveat_nb,
        caveat_en
    from {{ ref('fct_indicator_year') }}
    where value is not null

    union all

    select
        cast(null as integer) as indicator_no,
        'plan_2400' as target_id,
        year,
        cumulative as value,
        data_origin,
        is_lower_bound,
        caveat_nb,
        caveat_en
    from {{ ref('rpt_funding_pace') }}
),

known_measurements as (
    select
        targets.*,
        years.year,
        measurements.year as value_year,
        measurements.value as measured_level,
        measurements.data_origin,
        measurements.is_lower_bound,
        measurements.caveat_nb,
        measurements.caveat_en,
        row_number() over (partition by targets.target_id, years.year order by measurements.year desc) as newest_first
    from targets
    inner join (select distinct year from {{ ref('fct_indicator_year') }}) as years
        on years.year between targets.valid_from and targets.valid_to
    left join measurements
        on (targets.indicator_no = measurements.indicator_no or targets.target_id = measurements.target_id)
        and years.year >= measurements.year
),

followed_targets as (
    select
        known_measurements.*,
        known_measurements.target_id = 'plan_2400' or known_measurements.indicator_no is not null as has_measure,
        case when known_measurements.target_id = 'plan_2400' then 0.0 else indicators.baseline_value end as baseline_value,
        case
            when known_measurements.target_id = 'plan_2400' then known_measurements.valid_from - 1
            else indicators.baseline_year
        end as baseline_year,
        -- the baseline is the printed value, also where the figure of its year is known with more decimals (D-63)
        case
            when known_measurements.value_year = indicators.baseline_year then indicators.baseline_value
            else known_measurements.measured_level
        end as level,
        case
            when known_measurements.target_kind <> 'more_than_year' then known_measurements.target_value
            when known_measurements.compare_year = indicators.baseline_year then indicators.baseline_value
            else other_year.value
        end as aim,
        coverage.share_units as nearest_value
    from known_measurements
    left join {{ ref('dim_indicator') }} as indicators
        on known_measurements.indicator_no = indicators.indicator_no
    left join measurements as other_year
        on known_measurements.indicator_no = other_year.indicator_no
        and known_measurements.compare_year = other_year.year
    left join {{ ref('qa_coverage') }} as coverage
        on known_measurements.nearest_source_code = coverage.source_code
        and known_measurements.year = coverage.year
    where known_measurements.newest_first = 1
),

valued_targets as (
    select
        *,
        case
            when target_kind <> 'yearly_growth' then level
            when value_year > baseline_year and level / baseline_value > 0
                then round(100.0 * (power(level / baseline_value, 1.0 / (value_year - baseline_year)) - 1), 6)
        end as value,
        -- what the years left must give: of a growth target the level that the whole period at the wanted pace ends at
        case
            when year < valid_to and target_kind = 'at_least' and level < aim then (aim - level) / (valid_to - year)
            when year < valid_to and target_kind = 'yearly_growth' and level > 0
                then round(100.0 * (
                    power(
                        baseline_value * power(1 + aim / 100.0, valid_to - baseline_year) / level, 1.0 / (valid_to - year)
                    ) - 1
                ), 6)
        end as required_per_year,
        -- a limit to stay above is due every year, everything else in the last one
        year >= valid_to or target_kind = 'above' as is_due,
        -- a level once reached is reached; a limit or a growth rate needs the figure of the year
        target_kind in ('at_least', 'more_than_year') as is_level,
        case
            when year > baseline_year
                then baseline_value + (aim - baseline_value) * (year - baseline_year) / nullif(valid_to - baseline_year, 0)
        end as on_the_line
    from followed_targets
),

compared_targets as (
    select
        *,
        value is not null and aim is not null as computable,
        case when target_kind in ('above', 'more_than_year') then value > aim else value >= aim end as is_reached,
        value_year = year as is_of_the_year
    from valued_targets
),

judged_targets as (
    select
        *,
        case
            when aim is null or not has_measure then 'not_computable'
            when is_reached and is_level then 'met'
            when value is null or not is_of_the_year then 'unknown'
            when is_reached and is_due then 'met'
            when is_reached or (target_kind = 'at_least' and value >= on_the_line) then 'on_track'
            -- a lower bound above the aim or the line is enough; one below says nothing
            when is_lower_bound then 'unknown'
            when is_due then 'not_met'
            when target_kind <> 'at_least' or value < on_the_line then 'behind'
            else 'unknown'
        end as state
    from compared_targets
)

select
    target_id,
    cast(year as integer) as year,
    label_nb,
    label_en,
    indicator_no,
    target_kind,
    unit,
    aim as target_value,
    value,
    case when value is not null then cast(value_year as integer) end as value_year,
    aim - value as gap,
    baseline_value,
    baseline_year,
    case when computable and target_kind = 'at_least' then 100.0 * (value - baseline_value) / nullif(aim - baseline_value, 0) end
        as progress_pct,
    required_per_year,
    case
        when target_kind = 'yearly_growth' then value
        when target_kind = 'at_least' and value_year > baseline_year
            then (value - baseline_value) / (value_year - baseline_year)
    end as actual_yearly_change,
    state,
    case
        when state = 'met' then true
        when computable and is_of_the_year and not is_lower_bound then false
    end as is_met,
    case
        when state in ('met', 'on_track') then true
        when state in ('not_met', 'behind') then false
    end as on_track,
    case when value is not null then is_lower_bound end as is_lower_bound,
    computable,
    {% for language, column in {'nb': 'reason', 'en': 'reason_en'}.items() %}
    case
        -- of a target that a value or a compared year completes, the registered reason tells what is missing until then
        when reason_{{ language }} is not null and (aim is null or target_kind not in ('yearly_growth', 'more_than_year'))
            then reason_{{ language }}
        when aim is null then {{ sentence('target_without_aim', language, {'year': 'compare_year'}) }}
        when value is null and level is not null
            then {{ sentence('target_from_baseline', language, {'year': 'baseline_year'}) }}
        when value is null then {{ sentence('target_never_measured', language, {'year': 'year'}) }}
        when not is_of_the_year
            then {{ sentence('target_measured_before', language, {'year': 'year', 'value_year': 'value_year'}) }}
        when state = 'unknown' then {{ sentence('target_at_baseline', language) }}
    end as {{ column }},
    {% endfor %}
    nearest_source_code,
    nearest_value,
    valid_from,
    valid_to,
    case when value is not null then data_origin end as data_origin,
    origin,
    reference,
    case when value is not null then caveat_nb end as caveat_nb,
    case when value is not null then caveat_en end as caveat_en
from judged_targets
