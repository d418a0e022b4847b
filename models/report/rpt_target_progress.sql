-- One row per target and year it is followed: where the value stands, how far it is, and whether it gets there in time.
-- The value is the indicator's, the cumulative funding for the 2.4 billion, and the mean yearly growth since the baseline for a
-- growth target. What cannot be computed stays in the table with the reason (N-18).
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

values_by_year as (
    select
        indicator_no,
        cast(null as {{ dbt.type_string() }}) as target_id,
        year,
        value,
        data_origin,
        false as is_lower_bound
    from {{ ref('fct_indicator_year') }}
    where value is not null

    union all

    select
        cast(null as integer) as indicator_no,
        'plan_2400' as target_id,
        year,
        cumulative as value,
        data_origin,
        is_lower_bound
    from {{ ref('rpt_funding_pace') }}
),

followed as (
    select
        targets.*,
        years.year,
        measured.value as measured_value,
        measured.data_origin,
        measured.is_lower_bound,
        case when targets.target_id = 'plan_2400' then 0.0 else indicators.baseline_value end as baseline_value,
        case when targets.target_id = 'plan_2400' then targets.valid_from - 1 else indicators.baseline_year end as baseline_year,
        compared.value as compare_value,
        coverage.share_units as nearest_value,
        measured.value / nullif(indicators.baseline_value, 0) as growth_factor,
        years.year - indicators.baseline_year as years_since
    from targets
    inner join (select distinct year from {{ ref('fct_indicator_year') }}) as years
        on years.year between targets.valid_from and targets.valid_to
    left join {{ ref('dim_indicator') }} as indicators
        on targets.indicator_no = indicators.indicator_no
    left join values_by_year as measured
        on (targets.indicator_no = measured.indicator_no or targets.target_id = measured.target_id)
        and years.year = measured.year
    left join values_by_year as compared
        on targets.indicator_no = compared.indicator_no
        and targets.compare_year = compared.year
    left join {{ ref('qa_coverage') }} as coverage
        on targets.nearest_source_code = coverage.source_code
        and years.year = coverage.year
),

aimed as (
    select
        *,
        case
            when target_kind <> 'yearly_growth' then measured_value
            when years_since > 0 and growth_factor > 0 then 100.0 * (power(growth_factor, 1.0 / years_since) - 1)
        end as value,
        case when target_kind = 'more_than_year' then compare_value else target_value end as aim,
        target_kind in ('above', 'more_than_year') as is_strict
    from followed
),

measured as (
    select
        *,
        value is not null and aim is not null as computable,
        -- a lower bound above the aim meets it; one below says nothing
        case
            when is_strict and value > aim then true
            when not is_strict and value >= aim then true
            when not is_lower_bound then false
        end as is_met,
        -- a level that is reached little by little, and not a limit to stay above
        target_kind = 'at_least' as has_path,
        case
            when year > baseline_year
                then baseline_value + (aim - baseline_value) * (year - baseline_year) / nullif(valid_to - baseline_year, 0)
        end as on_the_line
    from aimed
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
    aim - value as gap,
    baseline_value,
    baseline_year,
    case when computable and has_path then 100.0 * (value - baseline_value) / nullif(aim - baseline_value, 0) end as progress_pct,
    case when computable and has_path and value < aim and year < valid_to then (aim - value) / (valid_to - year) end
        as required_yearly_change,
    case when computable and has_path and year > baseline_year then (value - baseline_value) / (year - baseline_year) end
        as actual_yearly_change,
    case when computable then is_met end as is_met,
    case
        when not computable then null
        when is_met or not has_path then is_met
        when value >= on_the_line then true
        when value < on_the_line and not is_lower_bound then false
    end as on_track,
    case when value is not null then is_lower_bound end as is_lower_bound,
    computable,
    case
        when computable or (aim is null and reason_nb is not null) then reason_nb
        when indicator_no is null and reason_nb is not null then reason_nb
        when target_kind = 'yearly_growth' and year <= baseline_year
            then 'Vekst regnes fra nullpunktet i ' || baseline_year || '.'
        else 'Ikke målt i ' || year || '.'
    end as reason,
    case
        when computable or (aim is null and reason_en is not null) then reason_en
        when indicator_no is null and reason_en is not null then reason_en
        when target_kind = 'yearly_growth' and year <= baseline_year
            then 'Growth counts from the baseline of ' || baseline_year || '.'
        else 'Not measured in ' || year || '.'
    end as reason_en,
    nearest_source_code,
    nearest_value,
    valid_from,
    valid_to,
    case when value is not null then data_origin end as data_origin,
    origin,
    reference
from measured
