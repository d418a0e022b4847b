-- One row per delivered cell of SSB's tables: a line of a table in one year.
{%- set sanction_keys = [
    'statistikkvariabel', adapter.quote('type reaksjon'), adapter.quote('type hovedlovbrudd'), 'avgrensning'
] %}
{%- set kostra_keys = ['region', adapter.quote('nøkkeltall'), adapter.quote('måleenhet')] %}
{%- set hospital_keys = ['statistikkvariabel', adapter.quote('måleenhet')] %}
{%- set row_keys = ['_delivery_id', '_row_no'] %}

with
sanctions as (
    {{ unpivot_columns(
        ref('ssb_straffereaksjoner'), keep=row_keys + sanction_keys, except=['_file_name'],
        name='period', value='cell_text'
    ) }}
),

messages as (
    {{ unpivot_columns(
        ref('ssb_barnevern'), keep=row_keys + ['innhold', 'melder'], except=['_file_name'],
        name='period', value='cell_text'
    ) }}
),

kostra as (
    {{ unpivot_columns(
        ref('ssb_kostra'), keep=row_keys + kostra_keys, except=['_file_name'],
        name='period', value='cell_text'
    ) }}
),

hospitals as (
    {{ unpivot_columns(
        ref('ssb_speshelse'), keep=row_keys + hospital_keys, except=['_file_name'],
        name='period', value='cell_text'
    ) }}
),

cells as (
    -- What is counted as a sanction widened in 2019, so the delimitation is part of the key.
    select
        _delivery_id,
        _row_no,
        concat_ws(
            ' | ', {{ clean_text('statistikkvariabel') }}, {{ clean_text(sanction_keys[1]) }},
            {{ clean_text(sanction_keys[2]) }}, {{ clean_text('avgrensning') }}
        ) as series_label,
        period,
        '0' as region_code,
        cell_text as value_text,
        'antall' as unit_delivered
    from sanctions
    union all
    select
        _delivery_id,
        _row_no,
        concat_ws(' | ', {{ clean_text('innhold') }}, {{ clean_text('melder') }}) as series_label,
        period,
        '0' as region_code,
        cell_text,
        'antall' as unit_delivered
    from messages
    union all
    select
        _delivery_id,
        _row_no,
        {{ clean_text(kostra_keys[1]) }} as series_label,
        period,
        {{ figure_region('region') }} as region_code,
        cell_text,
        {{ clean_text(kostra_keys[2]) }} as unit_delivered
    from kostra
    union all
    select
        _delivery_id,
        _row_no,
        {{ clean_text('statistikkvariabel') }} as series_label,
        period,
        '0' as region_code,
        cell_text,
        {{ clean_text(hospital_keys[1]) }} as unit_delivered
    from hospitals
),

keyed_cells as (
    select
        *,
        'SSB' as source_code,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text
    from cells
)

{{ staged_figures('keyed_cells') }}
