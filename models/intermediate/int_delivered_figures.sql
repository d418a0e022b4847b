-- One row per delivered cell that should hold a figure, from every source: read, symbol, or malformed. Nothing is left out here.
with reported_figures as (
    {% for source in reported_sources() %}
    select * from {{ ref('stg_' ~ source ~ '__figures') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

unit_figures as (
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
    reported_figures.delivery_id,
    reported_figures.source_code,
    reported_figures.row_no,
    reported_figures.series_label as item_label,
    series.series_code,
    reported_figures.year,
    reported_figures.period,
    {{ period_kind('reported_figures.period') }} as period_kind,
    coalesce(
        {{ period_kind('reported_figures.period') }} = coalesce({{ text('series.period_kind') }}, 'year'), false
    ) as is_series_period,
    reported_figures.region_code,
    reported_figures.value_text,
    {% for column in ['value', 'value_low', 'value_high'] %}
    case
        when {{ number('units.factor') }} <> 1 then round(reported_figures.{{ column }} * {{ number('units.factor') }}, 9)
        else reported_figures.{{ column }}
    end as {{ column }},
    {% endfor %}
    reported_figures.value_symbol,
    coalesce(series.unit, reported_figures.unit_delivered) as unit,
    reported_figures.unit_delivered,
    series.unit is null or units.unit is not null as is_unit_known,
    reported_figures.flag,
    flags.kind as flag_kind,
    {{ text('flags.obs_status') }} as obs_status,
    false as is_unit_level
from reported_figures
left join {{ ref('series') }} as series
    on reported_figures.source_code = series.source_code
    and reported_figures.series_label = series.series_label
-- Money is delivered in kroner of its own year; a figure that somebody has converted already is in no unit that is listed.
left join {{ ref('units') }} as units
    on series.unit = units.unit
    and lower(reported_figures.unit_delivered) = units.unit_delivered
left join {{ ref('value_flags') }} as flags
    on reported_figures.source_code = flags.source_code
    and reported_figures.flag = flags.flag

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
    cast(null as double) as value_low,
    cast(null as double) as value_high,
    value_symbol,
    unit,
    cast(null as {{ dbt.type_string() }}) as unit_delivered,
    true as is_unit_known,
    cast(null as {{ dbt.type_string() }}) as flag,
    cast(null as {{ dbt.type_string() }}) as flag_kind,
    cast(null as {{ dbt.type_string() }}) as obs_status,
    true as is_unit_level
from unit_figures
