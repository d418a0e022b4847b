-- One row per share of pupils printed by Ungdata: an indicator at one school level in one year.
{%- set year = adapter.quote('År') %}

with
keyed_cells as (
    select
        _delivery_id,
        'UNGDATA' as source_code,
        _row_no,
        concat_ws(' | ', {{ clean_text('Indikator') }}, {{ clean_text('Skoletrinn') }}) as series_label,
        {{ plain_text(year) }} as period,
        {{ figure_region('Region') }} as region_code,
        andel as value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        'prosent' as unit_delivered
    from {{ ref('ungdata') }}
)

{{ staged_figures('keyed_cells') }}
