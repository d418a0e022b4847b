-- One row per delivered cell that should hold a figure, from every source: read, symbol, or malformed. Nothing is left out here.
with reported as (
    {% for source in reported_sources() %}
    select * from {{ ref('stg_' ~ source ~ '__figures') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

from_units as (
    select
        answers.delivery_id,
        answers.source_code,
        answers.row_no,
        amounts.series_code,
        answers.year,
        cast(answers.year as {{ dbt.type_string() }}) as period,
        answers.region_code,
        answers.cell_text as value_text,
        {{ parse_number('answers.cell_text') }} as value,
        {{ value_symbol('answers.cell_text') }} as value_symbol,
        amounts.unit
    from {{ ref('stg_is24_8__answers') }} as answers
    inner join {{ ref('amounts') }} as amounts
        on answers.source_code = amounts.source_code
        and answers.column_name = amounts.column_name
)

select
    reported.delivery_id,
    reported.source_code,
    reported.row_no,
    reported.series_label as item_label,
    series.series_code,
    reported.year,
    reported.period,
    {{ period_kind('reported.period') }} as period_kind,
    coalesce(
        {{ period_kind('reported.period') }} = coalesce({{ text('series.period_kind') }}, 'year'), false
    ) as is_series_period,
    reported.region_code,
    reported.value_text,
    reported.value,
    reported.value_symbol,
    reported.value_low,
    reported.value_high,
    coalesce(series.unit, reported.unit_delivered) as unit,
    false as is_unit_level
from reported
left join {{ ref('series') }} as series
    on reported.source_code = series.source_code
    and reported.series_label = series.series_label

union all

select
    delivery_id,
    source_code,
    row_no,
    series_code as item_label,
    series_code,
    year,
    period,
    'year' as period_kind,
    true as is_series_period,
    region_code,
    value_text,
    value,
    value_symbol,
    cast(null as double) as value_low,
    cast(null as double) as value_high,
    unit,
    true as is_unit_level
from from_units
