-- One row per delivered cell of SAMDATA's tables: a category in one region and one year, tertial or span of years.
{%- set unit = adapter.quote('Måleenhet') %}

with
cells as (
    {{ unpivot_columns(
        ref('samdata'), keep=['_delivery_id', '_row_no', 'Kategori', 'Region', unit], except=['_file_name'],
        name='period', value='value_text'
    ) }}
),

keyed_cells as (
    -- A tertial's mean and the year's mean of the same measure are two series: one cannot replace the other.
    select
        _delivery_id,
        'SAMDATA' as source_code,
        _row_no,
        concat_ws(
            ' | ', {{ clean_text('Kategori') }},
            case
                when {{ regex_match('period', '^[0-9]{4}T[1-3]$') }}
                    then concat(substr(period, 6, 1), '. tertial')
            end
        ) as series_label,
        period,
        {{ figure_region('Region') }} as region_code,
        value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        {{ clean_text(unit) }} as unit_delivered
    from cells
)

{{ staged_figures('keyed_cells') }}
