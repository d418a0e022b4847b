-- One row per deflator, year and span of days in which the same growth was known: what an amount of that year is multiplied with
-- to stand in the prices of the price year. The chain runs from the price year in both directions; a missing year breaks it, and
-- amounts beyond the gap get no factor. An early estimate gives way to the newest one known on the day.
with price_growth as (
    select * from {{ ref('price_growth') }}
),

estimates as (
    select
        deflator_code,
        {{ whole('year') }} as year,
        {{ number('growth_pct') }} as growth_pct,
        {{ day('published_on') }} as published_on
    from {{ ref('price_growth') }}
    {% if as_of_day() %}
    where {{ day('published_on') }} <= cast('{{ as_of_day() }}' as date)
    {% endif %}
),

days as (
    select distinct
        deflator_code,
        published_on as known_on
    from estimates
),

growth as (
    select
        deflator_code,
        known_on,
        year,
        growth_pct
    from (
        select
            days.deflator_code,
            days.known_on,
            estimates.year,
            estimates.growth_pct,
            row_number() over (
                partition by days.deflator_code, days.known_on, estimates.year order by estimates.published_on desc
            ) as newest_first
        from days
        inner join estimates
            on days.deflator_code = estimates.deflator_code
            and days.known_on >= estimates.published_on
    ) as known
    where newest_first = 1
),

-- Later years: divide by the growth since the price year. Unbroken as long as the years follow each other.
later_factors as (
    select
        deflator_code,
        known_on,
        year,
        exp(-sum(ln(1 + growth_pct / 100.0)) over (partition by deflator_code, known_on order by year)) as factor,
        row_number() over (partition by deflator_code, known_on order by year) as step
    from growth
    where year > {{ price_year() }}
),

-- Earlier years: multiply with the growth from that year up to the price year.
earlier_factors as (
    select
        deflator_code,
        known_on,
        year - 1 as year,
        exp(sum(ln(1 + growth_pct / 100.0)) over (partition by deflator_code, known_on order by year desc)) as factor,
        row_number() over (partition by deflator_code, known_on order by year desc) as step
    from growth
    where year <= {{ price_year() }}
),

factors as (
    select
        deflator_code,
        known_on,
        year,
        round(factor, 12) as factor
    from later_factors
    where year = {{ price_year() }} + step
    union all
    select
        deflator_code,
        known_on,
        year,
        round(factor, 12) as factor
    from earlier_factors
    where year = {{ price_year() }} - step
    union all
    -- the price year needs no growth and was never unknown
    select distinct
        deflator_code,
        cast('1900-01-01' as date) as known_on,
        {{ price_year() }} as year,
        1.0 as factor
    from price_growth
),

changed_factors as (
    select
        *,
        lag(factor) over (partition by deflator_code, year order by known_on) as factor_before
    from factors
)

select
    deflator_code,
    year,
    factor,
    known_on as known_from,
    lead(known_on) over (partition by deflator_code, year order by known_on) as known_until
from changed_factors
where factor_before is null or factor_before <> factor
