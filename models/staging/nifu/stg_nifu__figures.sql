-- One row per delivered cell of NIFU's measurement of research in health trusts: a measure in one year.
{%- set measure = adapter.quote('Måltall') %}

with
cells as (
    {{ unpivot_columns(
        ref('nifu'), keep=['_delivery_id', '_row_no', measure, 'Enhet'], except=['_file_name'],
        name='period', value='value_text'
    ) }}
),

keyed_cells as (
    select
        _delivery_id,
        'NIFU' as source_code,
        _row_no,
        {{ clean_text(measure) }} as series_label,
        period,
        '0' as region_code,
        value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        {{ clean_text('Enhet') }} as unit_delivered
    from cells
)

{{ staged_figures('keyed_cells') }}
