-- One row per municipality or Oslo bydel and year: inhabitants aged 18-96.
-- Population up to 2019 stands on the borders of 2019, that of each later year on its own. A municipality that has merged
-- since gets its share of the merged one by an even split, and so does a bydel of Oslo: the sources give no other weights.
{% set border_year = 2019 %}
with population as (
    select * from {{ ref('population') }}
),

units as (
    select
        region_code,
        region_type,
        year
    from {{ ref('stg_catalogue__municipalities') }}
    inner join (
        select distinct {{ whole('year') }} as year
        from {{ ref('population') }}
    ) as years
        on years.year between valid_from_year and valid_to_year
),

changes as (
    select distinct
        extract(year from {{ day('change_date') }}) as change_year,
        old_code,
        new_code
    from {{ ref('municipality_changes') }}
    where old_code <> new_code
),

{% for step in range(var('first_year'), border_year + 1) %}
{% set before = 'units' if loop.first else 'moved_' ~ (step - 1) %}
moved_{{ step }} as (
    select
        before.region_code,
        before.region_type,
        before.year,
        coalesce(changes.new_code, before.{{ 'region_code' if loop.first else 'population_code' }}) as population_code
    from {{ before }} as before
    left join changes
        on before.{{ 'region_code' if loop.first else 'population_code' }} = changes.old_code
        and before.year < {{ step }}
        and changes.change_year = {{ step }}
),
{% endfor %}

placed_units as (
    select
        region_code,
        region_type,
        year,
        case when region_type = 'district' then '0301' else population_code end as population_code
    from moved_{{ border_year }}
),

-- Oslo stands in the list as a municipality and as bydeler; each kind is split among its own.
shared_units as (
    select
        *,
        count(*) over (partition by year, population_code, region_type) as sharers,
        count(*) over (partition by year, region_code) as split_into
    from placed_units
)

select
    shared_units.region_code,
    shared_units.region_type,
    cast(shared_units.year as integer) as year,
    sum({{ number('population.pop_18_96') }} / shared_units.sharers) as inhabitants_18_96,
    max(shared_units.sharers) > 1 or max(shared_units.split_into) > 1 as is_estimated
from shared_units
inner join population
    on shared_units.population_code = population.municipality_code
    and shared_units.year = {{ whole('population.year') }}
group by shared_units.region_code, shared_units.region_type, shared_units.year
