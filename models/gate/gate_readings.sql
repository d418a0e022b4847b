-- One row per set of delivered figures that reads as a figure and is none of the series: parts of a year in the place of years,
-- and codes for missing answers in the place of amounts.
with figures as (
    select figures.*
    from {{ ref('int_delivered_figures') }} as figures
    inner join {{ source('gate', 'request') }} as request
        on figures.delivery_id = request.delivery_id
    where figures.series_code is not null and figures.value is not null
),

amount_columns as (
    select
        source_code,
        series_code,
        column_name
    from {{ ref('amounts') }}
),

-- a series that has a figure here over the kind of period it is counted over may have parts of it beside
parts_of_year as (
    select
        delivery_id,
        item_label,
        min(period_kind) as part_kind,
        min(row_no) as row_no,
        min(period) as first_period
    from figures
    where not is_unit_level
    group by delivery_id, item_label
    having
        max(case when is_series_period then 1 else 0 end) = 0
        and min(case when period_kind in ('half_year', 'tertial', 'quarter', 'month') then 1 else 0 end) = 1
),

missing_codes as (
    select
        figures.delivery_id,
        amount_columns.column_name,
        figures.value_text,
        min(figures.row_no) as row_no,
        count(*) as n_units
    from figures
    inner join amount_columns
        on figures.source_code = amount_columns.source_code
        and figures.series_code = amount_columns.series_code
    where figures.is_unit_level and figures.value in (99, 999, 9999, 99999, 999999, 9999999, 99999999)
    group by figures.delivery_id, amount_columns.column_name, figures.value_text
    having count(*) >= {{ gate_rule('missing_code', 'min_size') }}
)

select
    case part_kind
        when 'tertial' then 'tertials_for_year'
        when 'half_year' then 'half_years_for_year'
        else 'period_is_no_year'
    end as code,
    delivery_id,
    row_no,
    first_period as column_name,
    first_period as value_text,
    item_label as subject,
    '' as expected
from parts_of_year
union all
select
    'missing_code' as code,
    delivery_id,
    row_no,
    column_name,
    value_text,
    cast(n_units as {{ dbt.type_string() }}) as subject,
    '' as expected
from missing_codes
