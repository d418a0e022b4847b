-- One row per delivered value that cannot be used as it stands: malformed number, unknown answer, unknown municipality, year out
-- of range, unknown region, duplicate unit, impossible value or interval. A build with a row here fails and nothing is published.
with municipalities as (
    select * from {{ ref('stg_catalogue__municipalities') }}
),

delivered_figures as (
    select * from {{ ref('int_delivered_figures') }}
),

regions as (
    select * from {{ ref('dim_region') }}
),

region_groups as (
    select * from {{ ref('region_groups') }}
),

register as (
    select * from {{ ref('stg_deliveries__register') }}
),

units as (
    select
        units.*,
        register.period_from,
        register.period_to,
        register.period
    from {{ ref('int_unit_counts') }} as units
    left join register
        on units.delivery_id = register.delivery_id
),

duplicate_units as (
    select
        'duplicate_unit' as problem,
        delivery_id,
        source_code,
        last_row_no as row_no,
        unit_key,
        'unit key' as column_name,
        unit_key as value_text,
        {{ sentence('expected_one_row', 'en', {'n': 'times_delivered'}) }} as expected
    from {{ ref('int_duplicate_units') }}
),

unknown_answers as (
    select
        'unknown_answer' as problem,
        delivery_id,
        source_code,
        first_row_no as row_no,
        region_code as unit_key,
        column_name,
        cell_text as value_text,
        {{ sentence('expected_answer', 'en', {'scale': 'scale_code', 'n': 'n'}) }} as expected
    from {{ ref('int_answer_texts') }}
    where answer_code is null
),

-- A whole year may be written in two ways (2021 and 2021-01..2021-12): of two figures for it none can be chosen, and they are
-- not added together. A figure that stands once as a number and once as not shown is not known either.
duplicate_figures as (
    select
        'duplicate_unit' as problem,
        delivery_id,
        source_code,
        max(row_no) as row_no,
        region_code as unit_key,
        {{ list_text('item_label', ' and ') }} as column_name,
        {{ list_text('value_text', ' and ') }} as value_text,
        {{ sentence('expected_one_figure', 'en') }} as expected
    from {{ ref('int_delivered_figures') }}
    where (value is not null or value_symbol = ':') and series_code is not null and not is_unit_level
    group by
        delivery_id, source_code, series_code, year, period_kind, case when period_kind <> 'year' then period end, region_code
    having count(*) > 1 and count(value) > 0
),

years_out_of_range as (
    select
        'year_out_of_range' as problem,
        delivery_id,
        source_code,
        first_row_no as row_no,
        first_unit_key as unit_key,
        'aar' as column_name,
        year_text as value_text,
        {{ sentence('expected_year_of_unit', 'en', {'period': 'period', 'n': 'n', 'region': 'region_code'}) }} as expected
    from units
    where year is null or year not between period_from and period_to
),

unknown_municipalities as (
    select
        'unknown_municipality' as problem,
        units.delivery_id,
        units.source_code,
        units.first_row_no as row_no,
        units.first_unit_key as unit_key,
        'kommunenr' as column_name,
        units.region_code as value_text,
        {{ sentence('expected_municipality', 'en', {'year': 'units.year', 'n': 'units.n'}) }} as expected
    from units
    left join municipalities as valid
        on units.region_code = valid.region_code
        and units.year between valid.valid_from_year and valid.valid_to_year
    where
        valid.region_code is null
        and units.municipality_code is not null
        -- a wrong year is one finding, not two
        and units.year between units.period_from and units.period_to
),

-- A report may print an earlier year beside its own for comparison, never a later one, and none is older than the series that
-- its source keeps. The year of a unit is checked above.
figures as (
    select
        figures.*,
        register.period as registered_period,
        case
            when figures.value is null and figures.value_symbol is null then 'malformed_number'
            when figures.is_unit_level and figures.value < 0 then 'impossible_value'
            when figures.is_unit_level then null
            when figures.year is null or figures.year not between {{ var('earliest_year') }} and register.period_to
                then 'year_out_of_range'
            when figures.flag is not null and figures.flag_kind is null then 'unknown_flag'
            when figures.value is not null and figures.flag_kind in ('missing', 'not_shown') then 'value_not_shown'
            when figures.value is not null and not figures.is_unit_known then 'unknown_unit'
            when figures.unit in ('share_pct', 'count', 'fte', 'days', 'places') and figures.value < 0 then 'impossible_value'
            when figures.unit = 'share_pct' and figures.value > 100 then 'impossible_value'
            when figures.value_low > figures.value or figures.value_high < figures.value then 'impossible_interval'
            -- a bound that is no number is read as null, and no source prints one bound alone
            when (figures.value_low is null) <> (figures.value_high is null) then 'impossible_interval'
        end as problem
    from delivered_figures as figures
    left join register
        on figures.delivery_id = register.delivery_id
),

bad_figures as (
    select
        problem,
        delivery_id,
        source_code,
        row_no,
        region_code as unit_key,
        item_label as column_name,
        case problem
            when 'year_out_of_range' then period
            when 'unknown_flag' then concat(value_text, '; flag ', flag)
            when 'value_not_shown' then concat(value_text, '; flag ', flag)
            when 'unknown_unit' then concat(value_text, '; ', coalesce(unit_delivered, ''))
            else value_text
        end as value_text,
        case problem
            when 'malformed_number' then {{ sentence('expected_number', 'en') }}
            when 'year_out_of_range'
                then {{ sentence('expected_year', 'en', {'period': 'registered_period', 'earliest': var('earliest_year')}) }}
            when 'impossible_interval'
                then {{ sentence('expected_interval', 'en', {
                    'low': "coalesce(cast(value_low as " ~ dbt.type_string() ~ "), 'nothing')",
                    'high': "coalesce(cast(value_high as " ~ dbt.type_string() ~ "), 'nothing')",
                }) }}
            when 'unknown_flag' then {{ sentence('expected_flag', 'en') }}
            when 'value_not_shown'
                then {{ sentence('expected_no_figure', 'en') }}
            when 'unknown_unit'
                then {{ sentence('expected_unit', 'en', {'unit': 'unit'}) }}
            else {{ sentence('expected_value', 'en', {'unit': "coalesce(unit, '(none)')"}) }}
        end as expected
    from figures
    where problem is not null
),

-- SSB keeps the codes of municipalities that are gone in its lists, with a symbol or a nought in their cells.
unknown_regions as (
    select
        'unknown_region' as problem,
        figures.delivery_id,
        figures.source_code,
        min(figures.row_no) as row_no,
        figures.region_code as unit_key,
        min(figures.item_label) as column_name,
        figures.region_code as value_text,
        {{ sentence('expected_region', 'en', {'year': 'figures.year'}) }} as expected
    from figures
    left join municipalities as units
        on figures.year between units.valid_from_year and units.valid_to_year
        and figures.region_code in (units.region_code, units.county_code)
    left join regions as wholes
        on figures.region_code = wholes.region_code
        and wholes.region_type in ('country', 'health_region')
    left join region_groups
        on figures.region_code = region_groups.region_code
    where
        not figures.is_unit_level
        and figures.problem is null
        and coalesce(figures.value, 0) <> 0
        and wholes.region_code is null
        and units.region_code is null
        and region_groups.region_code is null
    group by figures.delivery_id, figures.source_code, figures.region_code, figures.year
)

select * from years_out_of_range
union all
select * from unknown_municipalities
union all
select * from duplicate_units
union all
select * from unknown_answers
union all
select * from bad_figures
union all
select * from unknown_regions
union all
select * from duplicate_figures
