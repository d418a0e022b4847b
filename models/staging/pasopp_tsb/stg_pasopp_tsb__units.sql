-- One row per patient of a TSB patient experience survey delivery: its keys. The survey names the health region, no municipality.
select
    _delivery_id as delivery_id,
    'PASOPP_TSB' as source_code,
    _row_no as row_no,
    aar as year_text,
    {{ to_int('aar') }} as year,
    trim(pasientnr) as unit_key,
    cast(null as {{ dbt.type_string() }}) as municipality_code,
    '0' as region_code,
    {{ clean_text('rhf') }} as unit_name,
    true as is_in_scope
from {{ ref('pasopp_tsb') }}
