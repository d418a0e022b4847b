-- One row per region code ever used in the period: the country, health regions, counties, municipalities and Oslo bydeler.
-- A code that changed its name keeps one row with its newest name; valid_from and valid_to span all its names.
with units as (
    select
        *,
        row_number() over (partition by region_code order by valid_to_year desc) as newest_first,
        min(valid_from_year) over (partition by region_code) as first_year,
        max(valid_to_year) over (partition by region_code) as last_year
    from {{ ref('stg_catalogue__municipalities') }}
),

counties as (
    select
        county_code,
        county_name,
        health_region,
        row_number() over (partition by county_code order by valid_to_year desc, region_code asc) as newest_first,
        min(valid_from_year) over (partition by county_code) as first_year,
        max(valid_to_year) over (partition by county_code) as last_year
    from {{ ref('stg_catalogue__municipalities') }}
    where region_type = 'municipality'
),

health_regions as (
    select
        health_region,
        {{ health_region_code('health_region') }} as region_code,
        min(valid_from_year) as first_year,
        max(valid_to_year) as last_year
    from {{ ref('stg_catalogue__municipalities') }}
    group by health_region
)

select
    '0' as region_code,
    'country' as region_type,
    'Hele landet' as label_nb,
    'Norway' as label_en,
    cast(null as {{ dbt.type_string() }}) as parent_region_code,
    cast(null as {{ dbt.type_string() }}) as county_code,
    cast(null as {{ dbt.type_string() }}) as health_region,
    min(first_year) as valid_from_year,
    max(last_year) as valid_to_year
from units

union all

select
    region_code,
    'health_region' as region_type,
    health_region as label_nb,
    health_region as label_en,
    '0' as parent_region_code,
    cast(null as {{ dbt.type_string() }}) as county_code,
    health_region,
    first_year as valid_from_year,
    last_year as valid_to_year
from health_regions

union all

select
    counties.county_code as region_code,
    'county' as region_type,
    counties.county_name as label_nb,
    counties.county_name as label_en,
    health_regions.region_code as parent_region_code,
    counties.county_code,
    counties.health_region,
    counties.first_year as valid_from_year,
    counties.last_year as valid_to_year
from counties
inner join health_regions
    on counties.health_region = health_regions.health_region
where counties.newest_first = 1

union all

select
    region_code,
    region_type,
    region_name as label_nb,
    region_name as label_en,
    case when region_type = 'district' then '0301' else county_code end as parent_region_code,
    county_code,
    health_region,
    first_year as valid_from_year,
    last_year as valid_to_year
from units
where newest_first = 1
