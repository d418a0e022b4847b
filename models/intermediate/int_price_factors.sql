-- One row per deflator and year: what an amount of that year is multiplied with to stand in the prices of the price year.
-- The chain runs from the price year in both directions; a missing year breaks it, and amounts beyond the gap get no factor.
with estimates as (
    select
        deflator_code,
        {{ whole('year') }} as year,
        {{ number('growth_pct') }} as growth_pct,
        row_number() over (partition by deflator_code, year order by {{ day('published_on') }} desc) as newest_first
    from {{ ref('price_growth') }}
    {% if var('as_of') | string %}
    where {{ day('published_on') }} <= cast('{{ var("as_of") }}' as date)
    {% endif %}
),

-- An early estimate gives way to the newest one known.
growth as (
    select
        deflator_code,
        year,
        growth_pct
    from estimates
    where newest_first = 1
),

-- Later years: divide by the growth since the price year. Unbroken as long as the years follow each other.
later as (
    select
        deflator_code,
        year,
        round(exp(-sum(ln(1 + growth_pct / 100.0)) over (partition by deflator_code order by year)), 12) as factor,
        row_number() over (partition by deflator_code order by year) as step
    from growth
    where year > {{ var('price_year') }}
),

-- Earlier years: multiply with the growth from that year up to the price year.
earlier as (
    select
        deflator_code,
        year - 1 as year,
        round(exp(sum(ln(1 + growth_pct / 100.0)) over (partition by deflator_code order by year desc)), 12) as factor,
        row_number() over (partition by deflator_code order by year desc) as step
    from growth
    where year <= {{ var('price_year') }}
)

select
    deflator_code,
    year,
    factor
from later
where year = {{ var('price_year') }} + step
union all
select
    deflator_code,
    year,
    factor
from earlier
where year = {{ var('price_year') }} - step
union all
select distinct
    deflator_code,
    {{ var('price_year') }} as year,
    1.0 as factor
from {{ ref('price_growth') }}
