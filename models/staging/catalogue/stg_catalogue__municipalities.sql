-- One row per municipality or Oslo bydel and period in which its code and name were valid.
select
    municipality_code as region_code,
    municipality_name as region_name,
    'municipality' as region_type,
    {{ whole('valid_from_year') }} as valid_from_year,
    {{ whole('valid_to_year') }} as valid_to_year,
    county_code,
    county_name,
    health_region
from {{ ref('municipalities') }}
union all
select
    bydel_code as region_code,
    bydel_name as region_name,
    'district' as region_type,
    {{ whole('valid_from_year') }} as valid_from_year,
    {{ whole('valid_to_year') }} as valid_to_year,
    '03' as county_code,
    'Oslo' as county_name,
    'Helse Sør-Øst' as health_region
from {{ ref('oslo_bydeler') }}
