-- One row per figure of the correctional service: a measure on one basis of counting in one period.
{%- set measure = adapter.quote('Måltall') %}

with
keyed_cells as (
    -- 131 and 32 sentences are both printed for 2016: how they were counted is part of the key.
    select
        _delivery_id,
        'KDI' as source_code,
        _row_no,
        concat_ws(' | ', {{ clean_text(measure) }}, {{ clean_text('Grunnlag') }}) as series_label,
        {{ plain_text('periode') }} as period,
        '0' as region_code,
        verdi as value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        {{ clean_text('Enhet') }} as unit_delivered
    from {{ ref('kdi') }}
)

{{ staged_figures('keyed_cells') }}
