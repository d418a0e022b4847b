-- One row per figure of the Institute of Public Health: deaths by cause (FHI_DAR), surveys of use (FHI_RUS).
{%- set year = adapter.quote('År') %}
{%- set cause = adapter.quote('Dødsårsak') %}
{%- set change = adapter.quote('Endring i prosent') %}
{%- set measure = adapter.quote('Måltall') %}
{%- set sex = adapter.quote('Kjønn') %}
{%- set low = adapter.quote('Nedre grense') %}
{%- set high = adapter.quote('Øvre grense') %}

with
deaths as (
    {{ unpivot_columns(
        ref('fhi_dodsarsak'), keep=['_delivery_id', '_row_no', cause, 'Region', year, 'FLAGG'], except=['_file_name'],
        name='measure', value='cell_text'
    ) }}
),

cells as (
    select
        _delivery_id,
        'FHI_DAR' as source_code,
        _row_no,
        concat_ws(
            ' | ', {{ clean_text(cause) }}, case when measure <> 'Antall' then lower(measure) end
        ) as series_label,
        {{ plain_text(year) }} as period,
        {{ figure_region('Region') }} as region_code,
        cell_text,
        flagg as flag,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        case measure when 'Antall' then 'antall' else 'prosent' end as unit_delivered
    from deaths
    union all
    -- Sex is named in the key only where the figure is for one of them.
    select
        _delivery_id,
        'FHI_RUS' as source_code,
        _row_no,
        concat_ws(
            ' | ', {{ clean_text(measure) }}, {{ clean_text('Alder') }},
            case when {{ clean_text(sex) }} <> 'begge kjønn' then {{ clean_text(sex) }} end
        ) as series_label,
        {{ plain_text(year) }} as period,
        {{ figure_region('Region') }} as region_code,
        verdi as cell_text,
        flagg as flag,
        {{ low }} as low_text,
        {{ high }} as high_text,
        {{ clean_text('Enhet') }} as unit_delivered
    from {{ ref('fhi_rusmidler') }}
),

keyed_cells as (
    -- A period still to come has an empty cell and its symbol in flagg. The flag is one for the whole row: where it says that a
    -- figure is missing and one measure of the row is, the others are as they stand.
    select
        *,
        case
            when {{ text('cell_text') }} is null and {{ value_symbol('flag') }} is not null then flag
            else cell_text
        end as value_text,
        case
            when
                {{ text('cell_text') }} is null
                or not (
                    {{ text('flag') }} in ('.', '..', '...')
                    and bool_or({{ text('cell_text') }} is null) over (partition by _delivery_id, source_code, _row_no)
                )
                then flag
        end as cell_flag
    from cells
)

{{ staged_figures('keyed_cells', flag='cell_flag') }}
