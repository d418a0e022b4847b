-- One row per figure that press or a summary gives about a source whose own data come as microdata.
{%- set measure = adapter.quote('måltall') %}

with
keyed_cells as (
    select
        _delivery_id,
        trim(kilde) as source_code,
        _row_no,
        {{ clean_text(measure) }} as series_label,
        {{ plain_text('periode') }} as period,
        '0' as region_code,
        verdi as value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        {{ clean_text('enhet') }} as unit_delivered
    from {{ ref('omtale') }}
)

{{ staged_figures('keyed_cells') }}
