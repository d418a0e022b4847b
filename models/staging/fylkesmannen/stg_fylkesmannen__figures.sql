-- One row per count reported to the county governors on a grant scheme in one year.
{%- set measure = adapter.quote('måltall') %}
{%- set year = adapter.quote('år') %}

with
keyed_cells as (
    -- The scheme has been printed under four names, so the measure alone is the key.
    select
        _delivery_id,
        'FYLKESMANN' as source_code,
        _row_no,
        {{ clean_text(measure) }} as series_label,
        {{ plain_text(year) }} as period,
        '0' as region_code,
        antall as value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        'antall' as unit_delivered
    from {{ ref('fylkesmannen') }}
)

{{ staged_figures('keyed_cells') }}
