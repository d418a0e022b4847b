-- One row per gap in a delivery of units: units and counties that do not answer a census, or that took part last time, and a file
-- that is much shorter or longer than the last one of its source.
with municipalities as (
    select * from {{ ref('stg_catalogue__municipalities') }}
),

register as (
    select *
    from {{ ref('stg_deliveries__register') }}
),

candidates as (
    select
        register.delivery_id,
        register.source_code,
        register.period_from,
        register.period_to
    from {{ source('gate', 'request') }} as request
    inner join register
        on request.delivery_id = register.delivery_id
),

units as (
    select
        units.delivery_id,
        units.source_code,
        units.region_code,
        units.municipality_code,
        units.year,
        units.n,
        register.data_origin,
        register.published_on,
        candidates.delivery_id is not null as is_candidate
    from {{ ref('int_unit_counts') }} as units
    inner join register
        on units.delivery_id = register.delivery_id
    left join candidates
        on units.delivery_id = candidates.delivery_id
),

-- All are to answer IS-24/8, bydel by bydel; where taking part is voluntary, all municipalities are only what coverage is
-- counted of.
censuses as (
    select distinct expectations.source_code
    from {{ ref('coverage_expectations') }} as expectations
    inner join units
        on expectations.source_code = units.source_code
        and units.is_candidate
    where expectations.expected_units = 'all_municipalities_and_bydeler'
),

population as (
    select
        places.region_code,
        places.region_name,
        places.region_type,
        places.county_code,
        places.county_name,
        years.year,
        coalesce(known.inhabitants_18_96, newest.inhabitants_18_96, 0) as inhabitants
    from {{ ref('stg_catalogue__municipalities') }} as places
    inner join ({{ year_series(var('first_year'), 2100) }}) as years
        on years.year between places.valid_from_year and places.valid_to_year
    inner join (
        select
            min(period_from) as first_year,
            max(period_to) as last_year
        from candidates
    ) as asked
        on years.year between asked.first_year and asked.last_year
    left join {{ ref('int_region_population') }} as known
        on places.region_code = known.region_code
        and years.year = known.year
    -- a year without its own count of inhabitants is weighed with the newest one
    left join (
        select
            region_code,
            arg_max(inhabitants_18_96, year) as inhabitants_18_96
        from {{ ref('int_region_population') }}
        group by region_code
    ) as newest
        on places.region_code = newest.region_code
),

cities as (
    select distinct
        delivery_id,
        year
    from units
    where is_candidate and region_code = '0301'
),

-- Oslo answers by bydel, or as one city.
wanted_units as (
    select
        candidates.delivery_id,
        population.*
    from candidates
    inner join censuses
        on candidates.source_code = censuses.source_code
    inner join population
        on population.year between candidates.period_from and candidates.period_to
    left join cities
        on candidates.delivery_id = cities.delivery_id
        and population.year = cities.year
    where
        (population.region_type = 'municipality' and population.region_code <> '0301')
        or (population.region_code = '0301' and cities.delivery_id is not null)
        or (population.region_type = 'district' and cities.delivery_id is null)
),

compared_units as (
    select
        wanted_units.*,
        answered.region_code is not null as is_here
    from wanted_units
    left join (
        select distinct
            delivery_id,
            region_code,
            year
        from units
        where is_candidate
    ) as answered
        on wanted_units.delivery_id = answered.delivery_id
        and wanted_units.region_code = answered.region_code
        and wanted_units.year = answered.year
),

census_years as (
    select
        delivery_id,
        year,
        count(*) as n_wanted,
        sum(case when is_here then 1 else 0 end) as n_here,
        sum(case when is_here then 0 else inhabitants end) / nullif(sum(inhabitants), 0) as share_missing
    from compared_units
    group by delivery_id, year
),

missing_units as (
    select
        compared_units.*,
        census_years.n_wanted,
        census_years.n_here,
        concat(compared_units.region_code, ' ', compared_units.region_name) as region_text
    from compared_units
    inner join census_years
        on compared_units.delivery_id = census_years.delivery_id
        and compared_units.year = census_years.year
    where not compared_units.is_here
),

-- The last real delivery of an earlier year: who takes part in a constructed one was drawn.
last_time as (
    select
        candidates.delivery_id as candidate_id,
        candidates.period_to,
        arg_max(units.delivery_id, (units.year, units.published_on)) as delivery_id,
        max(units.year) as year
    from candidates
    inner join units
        on candidates.source_code = units.source_code
        and candidates.period_from > units.year
    where not units.is_candidate and units.data_origin <> 'constructed'
    group by candidates.delivery_id, candidates.period_to
),

units_left as (
    select
        last_time.candidate_id as delivery_id,
        last_time.year,
        before.municipality_code,
        places.region_name,
        places.county_code,
        places.county_name
    from last_time
    inner join (
        select distinct
            delivery_id,
            municipality_code
        from units
    ) as before
        on last_time.delivery_id = before.delivery_id
    inner join municipalities as places
        on before.municipality_code = places.region_code
        and last_time.period_to between places.valid_from_year and places.valid_to_year
    left join units as now
        on last_time.candidate_id = now.delivery_id
        and before.municipality_code = now.municipality_code
    where now.delivery_id is null
),

counties_here as (
    select distinct
        units.delivery_id,
        places.county_code
    from units
    inner join municipalities as places
        on units.municipality_code = places.region_code
        and units.year between places.valid_from_year and places.valid_to_year
    where units.is_candidate
),

counties_gone as (
    select
        units_left.delivery_id,
        units_left.county_code,
        min(units_left.county_name) as county_name,
        min(units_left.year) as year
    from units_left
    left join counties_here
        on units_left.delivery_id = counties_here.delivery_id
        and units_left.county_code = counties_here.county_code
    where counties_here.county_code is null
    group by units_left.delivery_id, units_left.county_code
),

row_counts as (
    select
        delivery_id,
        max(year) as year,
        sum(n) as n_rows
    from units
    group by delivery_id
)

select
    'census_cut' as code,
    delivery_id,
    cast(null as integer) as row_no,
    'kommunenr' as column_name,
    cast(n_here as {{ dbt.type_string() }}) as value_text,
    cast(year as {{ dbt.type_string() }}) as subject,
    cast(n_wanted as {{ dbt.type_string() }}) as expected
from census_years
where n_here < {{ gate_rule('census_cut', 'low') }} * n_wanted
union all
select
    'population_missing' as code,
    delivery_id,
    cast(null as integer) as row_no,
    'kommunenr' as column_name,
    {{ shown_number('100.0 * share_missing') }} as value_text,
    cast(year as {{ dbt.type_string() }}) as subject,
    {{ shown_number("100.0 * " ~ gate_rule('population_missing', 'high')) }} as expected
from census_years
where
    share_missing > {{ gate_rule('population_missing', 'high') }}
    and n_here >= {{ gate_rule('census_cut', 'low') }} * n_wanted
union all
select
    case
        when inhabitants >= {{ gate_rule('large_units_missing', 'min_size') }} then 'large_units_missing'
        else 'units_missing'
    end as code,
    delivery_id,
    cast(null as integer) as row_no,
    'kommunenr' as column_name,
    region_text as value_text,
    cast(year as {{ dbt.type_string() }}) as subject,
    cast(n_wanted as {{ dbt.type_string() }}) as expected
from missing_units
where n_here >= {{ gate_rule('census_cut', 'low') }} * n_wanted
union all
select
    'county_missing' as code,
    delivery_id,
    cast(null as integer) as row_no,
    'kommunenr' as column_name,
    concat(county_code, ' ', county_name) as value_text,
    cast(year as {{ dbt.type_string() }}) as subject,
    '' as expected
from counties_gone
union all
select
    'left_since_last_time' as code,
    units_left.delivery_id,
    cast(null as integer) as row_no,
    'kommunenr' as column_name,
    concat(units_left.municipality_code, ' ', units_left.region_name) as value_text,
    cast(units_left.year as {{ dbt.type_string() }}) as subject,
    '' as expected
from units_left
inner join candidates
    on units_left.delivery_id = candidates.delivery_id
left join censuses
    on candidates.source_code = censuses.source_code
where censuses.source_code is null
union all
select
    case when now.n_rows < before.n_rows then 'fewer_rows' else 'more_rows' end as code,
    now.delivery_id,
    cast(null as integer) as row_no,
    '' as column_name,
    cast(now.n_rows as {{ dbt.type_string() }}) as value_text,
    cast(last_time.year as {{ dbt.type_string() }}) as subject,
    cast(before.n_rows as {{ dbt.type_string() }}) as expected
from last_time
inner join row_counts as now
    on last_time.candidate_id = now.delivery_id
inner join row_counts as before
    on last_time.delivery_id = before.delivery_id
where
    before.n_rows >= {{ gate_rule('rows_of_last_time', 'min_size') }}
    and (
        now.n_rows < {{ gate_rule('rows_of_last_time', 'low') }} * before.n_rows
        or now.n_rows > {{ gate_rule('rows_of_last_time', 'high') }} * before.n_rows
    )
