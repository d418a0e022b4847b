-- One row per count of youth cases: a sanction on one basis of counting in one year, half-year or cumulated period.
with
keyed_cells as (
    -- 28 and 52 cases are both printed for 2016, and cumulated counts end in the same years as yearly ones:
    -- the basis is part of the key.
    select
        _delivery_id,
        'KONFLIKTRADET' as source_code,
        _row_no,
        concat_ws(' | ', {{ clean_text('Reaksjon') }}, {{ clean_text('Grunnlag') }}) as series_label,
        {{ plain_text('periode') }} as period,
        '0' as region_code,
        saker as value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        'saker' as unit_delivered
    from {{ ref('konfliktradet') }}
)

{{ staged_figures('keyed_cells') }}
