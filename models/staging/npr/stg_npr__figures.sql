-- One row per golden-rule ratio delivered under NPR's name: a measure in one region and one period.
{%- set measure = adapter.quote('Måltall') %}

with
keyed_cells as (
    select
        _delivery_id,
        'NPR' as source_code,
        _row_no,
        {{ clean_text(measure) }} as series_label,
        {{ plain_text('periode') }} as period,
        {{ figure_region('Region') }} as region_code,
        verdi as value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        'forholdstall' as unit_delivered
    from {{ ref('npr_gylne_regel') }}
)

{{ staged_figures('keyed_cells') }}
